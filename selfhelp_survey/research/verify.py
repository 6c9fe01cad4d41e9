"""A finished release, checked again from its files alone: signature, digests, k and l on the bytes, the codebook."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from selfhelp_survey.research.audit import check_criteria, rule_of_series
from selfhelp_survey.research.errors import VerificationError
from selfhelp_survey.research.formats import codebook_json, manifest, report, responses_csv, totals_csv
from selfhelp_survey.research.plan import SAMPLE, Output
from selfhelp_survey.research.series import Series
from selfhelp_survey.research.totals_audit import check_cells
from selfhelp_survey.sealing.keys import PublicKey


@dataclass(frozen=True, kw_only=True)
class VerifiedRelease:
    """A release whose every claim was checked. `digest` is the SHA-256 of the manifest file."""

    directory: Path
    manifest: dict[str, Any]
    series: Series
    digest: str

    @property
    def name(self) -> str:
        """Series and number, for messages."""
        return manifest.title_of(self.manifest).removeprefix("Series ")

    @property
    def number(self) -> int:
        """The number of the release in its series; of an edition, that of the newest release in it."""
        return int(self.manifest["release"])

    @property
    def is_edition(self) -> bool:
        """True for a file that was derived from releases, false for a release."""
        return "edition" in self.manifest

    @property
    def is_records(self) -> bool:
        """True for records, false for totals."""
        return bool(self.manifest["output"] == Output.RECORDS)


def verify_release(directory: Path, trusted: Sequence[PublicKey]) -> VerifiedRelease:
    """The release in a directory. Raises VerificationError at the first thing that is not as its manifest says."""
    document = manifest.read_manifest(directory / manifest.NAME, trusted)
    digest = manifest.file_digest(directory / manifest.NAME)
    series = manifest.series_of_manifest(document)
    release = VerifiedRelease(directory=directory, manifest=document, series=series, digest=digest)
    _check_files(release)
    levels, columns = _described(directory / codebook_json.NAME)
    _check_levels(release, levels)
    if release.is_records:
        _check_records(release, columns)
    else:
        _check_totals(release, set(columns))
    return release


def _check_files(release: VerifiedRelease) -> None:
    named = {file["path"]: file["sha256"] for file in release.manifest["files"]}
    present = {path.name for path in release.directory.iterdir()} - {manifest.NAME}
    if unknown := sorted(present - named.keys()):
        raise VerificationError(f"The manifest does not know {', '.join(unknown)}: take it out of the directory.")
    if lacking := sorted(set(_expected(release)) - named.keys() | named.keys() - present):
        raise VerificationError(f"{', '.join(lacking)} is missing: fetch the original directory again.")
    if odd := sorted(name for name in named if not (release.directory / name).is_file()):
        raise VerificationError(f"{', '.join(odd)} is no file: fetch the original directory again.")
    for name, digest in named.items():
        if manifest.file_digest(release.directory / name) != digest:
            raise VerificationError(f"{name} was changed after the release: fetch the original directory again.")


def _described(path: Path) -> tuple[dict[str, int], tuple[str, ...]]:
    """The levels and the columns that a codebook describes. Raises VerificationError."""
    try:
        codebook = json.loads(path.read_text(encoding="utf-8"))
        return codebook_json.levels_in(codebook), tuple(codebook_json.columns_in(codebook))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise VerificationError(f"{path.name} describes no variables: fetch the original directory again.") from None


def _expected(release: VerifiedRelease) -> Iterator[str]:
    yield responses_csv.NAME if release.is_records else totals_csv.NAME
    yield from (codebook_json.NAME, report.HTML_NAME, report.JSON_NAME)


def _check_levels(release: VerifiedRelease, described: dict[str, int]) -> None:
    told = release.manifest["levels"]
    if described != {name: told[name] for name in release.series.quasi_identifiers}:
        raise VerificationError("The codebook describes other levels than the manifest: do not use it.")


def _check_records(release: VerifiedRelease, described: tuple[str, ...]) -> None:
    path = release.directory / responses_csv.NAME
    if responses_csv.read_header(path) != described:
        raise VerificationError("The codebook does not describe exactly the columns of responses.csv.")
    check_criteria(path, rule_of_series(release.series, minimum=release.series.plan.minimum_size))
    if sum(1 for _row in responses_csv.read_rows(path)) != release.manifest["rows"]:
        raise VerificationError("responses.csv does not have the number of rows that the manifest names.")


def _check_totals(release: VerifiedRelease, described: set[str]) -> None:
    cells = list(totals_csv.read_cells(release.directory / totals_csv.NAME))
    if len(cells) != release.manifest["rows"]:
        raise VerificationError("totals.csv does not have the number of counts that the manifest names.")
    if not {SAMPLE, *described}.issuperset(name for held in cells for name, _value in held.cell):
        raise VerificationError("The codebook does not describe every variable of totals.csv.")
    check_cells(cells, release.series.plan)
