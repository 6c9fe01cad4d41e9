"""R runs the scripts and reads the table, the SPSS file and the codebook."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from selfhelp_survey.research.formats.labels import in_language, one_line, told_apart
from tests.archives.conftest import run
from tests.unit.research.documents import COLUMNS, ROWS, TONGUES, records

TOLD = """\
quoted <- function(text) {
  text <- gsub("\\\\", "\\\\\\\\", enc2utf8(as.character(text)), fixed = TRUE)
  paste0('"', gsub('"', '\\\\"', text, fixed = TRUE), '"')
}
listed <- function(parts) paste0("[", paste(parts, collapse = ","), "]")
counted <- function(column) {
  held <- table(column)
  listed(paste0("[", quoted(names(held)), ",", as.integer(held), "]"))
}
told <- function(name) paste0("{", paste(sep = ",",
  paste0('"name":', quoted(name)),
  paste0('"label":', quoted(attr(responses[[name]], "label"))),
  paste0('"codes":', counted(codes[[name]])),
  paste0('"answers":', counted(responses[[name]])),
  paste0('"missing":', counted(missing[[name]])),
  paste0('"unanswered":', sum(is.na(responses[[name]]))),
  paste0('"class":', quoted(class(responses[[name]])))), "}")
writeLines(listed(sapply(names(codes), told)), useBytes = TRUE)
"""
SPSS = """\
read <- function(use_missings) suppressWarnings(foreign::read.spss(
  "responses.en.sav", use.value.labels = FALSE, to.data.frame = TRUE, use.missings = use_missings))
for (held in list(read(FALSE), read(TRUE))) for (name in names(held)) {
  counted <- table(trimws(as.character(held[[name]])))
  writeLines(paste(c(name, paste(names(counted), counted, sep = "=")), collapse = " "))
}
"""


def _read(release: Path, directory: Path, language: str) -> list[dict[str, Any]]:
    """What R has made of every column."""
    for name in ("responses.csv", f"read.{language}.r"):
        shutil.copy(release / name, directory)
    (directory / "told.r").write_text(f'source("read.{language}.r")\n{TOLD}', encoding="ascii")
    told: list[dict[str, Any]] = json.loads(run("Rscript", "--vanilla", "told.r", within=directory))
    return told


def _counted(pairs: list[list[Any]]) -> dict[str, int]:
    return {name: number for name, number in pairs if number}


@pytest.mark.parametrize("language", TONGUES)
def test_r_script__run_by_r__holds_our_frequencies_and_labels(release: Path, tmp_path: Path, language: str) -> None:
    told = _read(release, tmp_path, language)
    assert [column["name"] for column in told] == list(COLUMNS)
    for place, (column, variable) in enumerate(zip(told, records().codebook["variables"], strict=True)):
        counted = Counter(str(row[place]) for row in ROWS)
        assert _counted(column["codes"]) == dict(counted)
        assert column["label"] == one_line(in_language(variable["label"], language))
        labels = {str(code): label for code, label in told_apart(variable["values"], language)}
        absent = {str(code): label for code, label in told_apart(variable["missing"], language)}
        answers = {labels.get(code, code): number for code, number in counted.items() if code not in absent}
        assert _counted(column["answers"]) == answers
        assert _counted(column["missing"]) == {absent[code]: counted[code] for code in absent if code in counted}
        assert column["unanswered"] == len(ROWS) - sum(answers.values())
        assert column["class"] == ("factor" if labels else "integer")


def test_r_script__hostile_wordings__leave_nothing_behind(release: Path, tmp_path: Path) -> None:
    _read(release, tmp_path, "en")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["read.en.r", "responses.csv", "told.r"]


def test_r_script__table_is_not_there__says_what_to_do(release: Path, tmp_path: Path) -> None:
    shutil.copy(release / "read.en.r", tmp_path)
    code = 'out <- tryCatch(source("read.en.r"), error = conditionMessage); writeLines(out)'
    assert "Set the working directory" in run("Rscript", "--vanilla", "-e", code, within=tmp_path)


def test_sav__read_by_r__holds_our_frequencies_and_declares_what_is_missing(release: Path, tmp_path: Path) -> None:
    shutil.copy(release / "responses.en.sav", tmp_path)
    (tmp_path / "spss.r").write_text(SPSS, encoding="ascii")
    lines = [line.split() for line in run("Rscript", "--vanilla", "spss.r", within=tmp_path).splitlines()]
    told = [(name, {code: int(number) for code, number in (part.split("=") for part in parts)})
            for name, *parts in lines]  # fmt: skip
    wanted = [(name, dict(Counter(str(row[place]) for row in ROWS))) for place, name in enumerate(COLUMNS)]
    answers = [(name, {code: number for code, number in held.items() if code[0] != "-"}) for name, held in wanted]
    assert told == [*wanted, *answers]
