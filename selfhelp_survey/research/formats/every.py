"""Every format of a release, in the order in which they are written."""

import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from tqdm import tqdm

from selfhelp_survey.errors import ReleaseRefused
from selfhelp_survey.research.errors import VerificationError
from selfhelp_survey.research.formats import (
    anonymisation_html,
    codebook_html,
    codebook_json,
    datapackage,
    ddi,
    dta,
    manifest,
    parquet,
    questionnaire_html,
    r_script,
    report,
    responses_csv,
    sav,
    spss_script,
    stata_script,
    totals_csv,
    xlsx,
)
from selfhelp_survey.research.formats.files import WORKING, new_text, sync_file, write_text
from selfhelp_survey.research.formats.read_back import demand, is_same, reading, writing
from selfhelp_survey.research.formats.source import FormatSource
from selfhelp_survey.research.plan import Output
from selfhelp_survey.research.totals_audit import check_cells

BOTH = frozenset(Output)
RECORDS = frozenset({Output.RECORDS})
TOTALS = frozenset({Output.TOTALS})


@dataclass(frozen=True, kw_only=True)
class Format:
    """One format: for which output, how its files are named, and how they are written and read back.

    In `names`, LANGUAGE stands for a language of the codebook and VERSION for the short name of a version.
    `write` makes new files in the directory. `check`, where there is one, reads them back and raises ReleaseRefused
    where they do not hold exactly what the source holds.
    """

    outputs: frozenset[Output]
    names: tuple[str, ...]
    write: Callable[[FormatSource, Path], None]
    check: Callable[[FormatSource, Path], None] | None = None


def _write_responses(source: FormatSource, directory: Path) -> None:
    with new_text(directory / responses_csv.NAME) as file:
        responses_csv.write_rows(file, source.columns, source.rows)


def _check_responses(source: FormatSource, directory: Path) -> None:
    path = directory / responses_csv.NAME
    with reading(path), path.open("rb") as file:
        held = pl.read_csv(file, schema=source.frame.schema)
    demand(is_same(source.frame, held), path)


def _write_totals(source: FormatSource, directory: Path) -> None:
    with new_text(directory / totals_csv.NAME) as file:
        totals_csv.write_cells(file, source.cells)


def _check_totals(source: FormatSource, directory: Path) -> None:
    path = directory / totals_csv.NAME
    try:
        cells = tuple(totals_csv.read_cells(path))
        demand(cells == source.cells, path)
        check_cells(cells, source.series.plan)
    except VerificationError as error:
        raise ReleaseRefused(f"The written tables failed their own check, so they are not released. {error}") from error


def _write_codebook(source: FormatSource, directory: Path) -> None:
    write_text(directory / codebook_json.NAME, source.codebook_text)


def _texts(
    outputs: frozenset[Output], name: str, documents: Callable[[FormatSource], Iterable[tuple[str, str]]]
) -> Format:
    """A format of texts, each with its name. They are made once more to be held against what was written."""

    def write(source: FormatSource, directory: Path) -> None:
        for written, text in documents(source):
            write_text(directory / written, text)

    def check(source: FormatSource, directory: Path) -> None:
        for written, text in documents(source):
            if (directory / written).read_bytes() != text.encode():
                raise ReleaseRefused(
                    f"{written}, read back, is not what was to be written: report this, nothing was released."
                )

    return Format(outputs=outputs, names=(name,), write=write, check=check)


FORMATS = (
    Format(outputs=RECORDS, names=(responses_csv.NAME,), write=_write_responses, check=_check_responses),
    Format(outputs=TOTALS, names=(totals_csv.NAME,), write=_write_totals, check=_check_totals),
    Format(outputs=RECORDS, names=(sav.NAME,), write=sav.write, check=sav.check),
    Format(outputs=RECORDS, names=(dta.NAME,), write=dta.write, check=dta.check),
    Format(outputs=RECORDS, names=(parquet.NAME,), write=parquet.write, check=parquet.check),
    Format(outputs=RECORDS, names=(xlsx.NAME,), write=xlsx.write, check=xlsx.check),
    Format(outputs=TOTALS, names=(xlsx.TOTALS_NAME,), write=xlsx.write_totals, check=xlsx.check_totals),
    Format(outputs=BOTH, names=(codebook_json.NAME,), write=_write_codebook),
    Format(outputs=BOTH, names=(datapackage.NAME,), write=datapackage.write, check=datapackage.check),
    _texts(BOTH, ddi.NAME, ddi.documents),
    _texts(RECORDS, r_script.NAME, r_script.documents),
    _texts(RECORDS, spss_script.NAME, spss_script.documents),
    _texts(RECORDS, stata_script.NAME, stata_script.documents),
    _texts(BOTH, codebook_html.NAME, codebook_html.documents),
    _texts(BOTH, questionnaire_html.NAME, questionnaire_html.documents),
    _texts(BOTH, anonymisation_html.NAME, anonymisation_html.documents),
)
ALWAYS = (report.HTML_NAME, report.JSON_NAME, manifest.NAME)


def write_every(source: FormatSource, directory: Path) -> None:
    """Write every format of the source's output into the directory, and make sure that it is on the disk."""
    for each in _watched(source, "writing"):
        with writing(each.names[0]):
            each.write(source, directory)
    for path in directory.iterdir():
        sync_file(path)


def check_every(source: FormatSource, directory: Path) -> None:
    """Read every file back. Raises ReleaseRefused where one does not hold what the source holds."""
    for each in _watched(source, "reading back"):
        if each.check:
            each.check(source, directory)


def names_of_files() -> tuple[str, ...]:
    """How the files of a release are named, LANGUAGE and VERSION standing for what varies."""
    return (*(name for each in FORMATS for name in each.names), *ALWAYS)


def are_release_files(names: Iterable[str]) -> bool:
    """True where each of these is the name of a file that some release may have, or has while it is written."""
    patterns = [_pattern(name) for name in (*names_of_files(), WORKING)]
    return all(any(pattern.fullmatch(name) for pattern in patterns) for name in names)


def _pattern(name: str) -> re.Pattern[str]:
    varying = {"LANGUAGE": "[a-z]{2,3}(-[a-z0-9]{2,8})*", "VERSION": "[0-9a-f]{8}"}
    parts = re.split("(LANGUAGE|VERSION)", name)
    return re.compile("".join(varying.get(part, re.escape(part)) for part in parts))


def _watched(source: FormatSource, doing: str) -> Iterable[Format]:
    """The formats of the source's output, with a bar for whoever waits for many rows."""
    formats = [each for each in FORMATS if source.series.plan.output in each.outputs]
    return tqdm(formats, desc=doing, unit=" formats", delay=2, file=sys.stderr, disable=None, leave=False)
