"""Every format of a release, in the order in which they are written."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from selfhelp_survey.research.formats import codebook_json, manifest, report, responses_csv, totals_csv
from selfhelp_survey.research.formats.files import new_text, sync_file, write_text
from selfhelp_survey.research.formats.source import FormatSource
from selfhelp_survey.research.plan import Output

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


def _write_totals(source: FormatSource, directory: Path) -> None:
    with new_text(directory / totals_csv.NAME) as file:
        totals_csv.write_cells(file, source.cells)


def _write_codebook(source: FormatSource, directory: Path) -> None:
    write_text(directory / codebook_json.NAME, source.codebook_text)


FORMATS = (
    Format(outputs=RECORDS, names=(responses_csv.NAME,), write=_write_responses),
    Format(outputs=TOTALS, names=(totals_csv.NAME,), write=_write_totals),
    Format(outputs=BOTH, names=(codebook_json.NAME,), write=_write_codebook),
)
ALWAYS = (report.HTML_NAME, report.JSON_NAME, manifest.NAME)


def write_every(source: FormatSource, directory: Path) -> None:
    """Write every format of the source's output into the directory, and make sure that it is on the disk."""
    for each in _of(source):
        each.write(source, directory)
    for path in directory.iterdir():
        sync_file(path)


def check_every(source: FormatSource, directory: Path) -> None:
    """Read every file back. Raises ReleaseRefused where one does not hold what the source holds."""
    for each in _of(source):
        if each.check:
            each.check(source, directory)


def names_of_files() -> tuple[str, ...]:
    """How the files of a release are named, LANGUAGE and VERSION standing for what varies."""
    return (*(name for each in FORMATS for name in each.names), *ALWAYS)


def are_release_files(names: Iterable[str]) -> bool:
    """True where each of these is the name of a file that some release may have."""
    patterns = [_pattern(name) for name in names_of_files()]
    return all(any(pattern.fullmatch(name) for pattern in patterns) for name in names)


def _pattern(name: str) -> re.Pattern[str]:
    varying = {"LANGUAGE": "[a-z]{2,3}(-[a-z0-9]{2,8})*", "VERSION": "[0-9a-f]{8}"}
    parts = re.split("(LANGUAGE|VERSION)", name)
    return re.compile("".join(varying.get(part, re.escape(part)) for part in parts))


def _of(source: FormatSource) -> Iterator[Format]:
    return (each for each in FORMATS if source.series.plan.output in each.outputs)
