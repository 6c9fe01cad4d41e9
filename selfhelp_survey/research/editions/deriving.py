"""An edition against the releases that it names: made again from them, its table must have the same bytes."""

import io
from collections.abc import Mapping
from typing import Any

from selfhelp_survey.privacy.hierarchy import WITHHELD
from selfhelp_survey.research.editions.making import derived_rows
from selfhelp_survey.research.editions.recoding import AllWithheld, Recoding, added_up
from selfhelp_survey.research.editions.sources import Sources, cells_of, rows_of
from selfhelp_survey.research.errors import VerificationError
from selfhelp_survey.research.formats import responses_csv, totals_csv
from selfhelp_survey.research.verify import VerifiedRelease


def check_derivation(edition: VerifiedRelease, sources: Sources) -> None:
    """Raises VerificationError where these are not the releases of the edition, or do not give its table.

    Needs no key but the public one. Only the table is made again: every other file says the same in another format.
    """
    told = edition.manifest["edition"]["sources"]
    if [source["manifest"] for source in told] != [release.digest for release in sources.releases]:
        raise VerificationError(f"These are not the releases of {edition.name}: name exactly those, with --from.")
    is_records = edition.is_records
    name = responses_csv.NAME if is_records else totals_csv.NAME
    made = _records(sources, told) if is_records else _totals(sources)
    if (edition.directory / name).read_bytes() != made.encode():
        raise VerificationError(f"{name} is not what the releases give: do not use {edition.name}.")


def _records(sources: Sources, told: list[Mapping[str, Any]]) -> str:
    recodings = [_recoding(source["recoded"]) for source in told]
    try:
        rows = derived_rows(sources, [rows_of(release) for release in sources.releases], recodings)
    except KeyError:
        raise VerificationError("The manifest leaves out a value that the releases hold: do not use it.") from None
    text = io.StringIO(newline="")
    responses_csv.write_rows(text, sources.series.columns, rows)
    return text.getvalue()


def _recoding(plain: Mapping[str, Any]) -> Recoding:
    return {name: AllWithheld() if table == [[None, WITHHELD]] else dict(table) for name, table in plain.items()}


def _totals(sources: Sources) -> str:
    text = io.StringIO(newline="")
    totals_csv.write_cells(text, added_up(map(cells_of, sources.releases)))
    return text.getvalue()
