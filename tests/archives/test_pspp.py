"""PSPP, the free SPSS, runs the scripts and reads the SPSS files."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat
import pytest

from selfhelp_survey.research.formats.labels import cut_to_bytes
from selfhelp_survey.research.formats.spss_script import LONGEST_LABEL
from selfhelp_survey.research.formats.statistical_labels import column_labels
from tests.archives.conftest import run
from tests.unit.research.documents import TONGUES, records

SAVED = 'SAVE OUTFILE="saved.sav".\n'
ASPECTS = ("column_names", "variable_value_labels", "missing_ranges", "variable_measure")


def _saved(directory: Path, syntax: str) -> tuple[pl.DataFrame, Any]:
    """What PSPP has in hand after this syntax: it writes it, and nothing else, as a file of its own."""
    (directory / "run.sps").write_text(syntax + SAVED, encoding="utf-8")
    before = {path.name for path in directory.iterdir()}
    assert "error" not in run("pspp", "--batch", "--output=-", "run.sps", within=directory, locale="C.UTF-8")
    assert {path.name for path in directory.iterdir()} == before | {"saved.sav"}
    return _read(directory / "saved.sav")


def _read(path: Path) -> tuple[pl.DataFrame, Any]:
    frame, held = pyreadstat.read_sav(path, user_missing=True, output_format="polars")
    return frame, held


@pytest.mark.parametrize("language", TONGUES)
def test_spss_script__run_by_pspp__makes_what_our_spss_file_holds(release: Path, tmp_path: Path, language: str) -> None:
    shutil.copy(release / "responses.csv", tmp_path)
    frame, held = _saved(tmp_path, (release / f"read.{language}.sps").read_text("utf-8"))
    ours, wanted = _read(release / f"responses.{language}.sav")
    assert frame.equals(ours)
    assert {aspect: getattr(held, aspect) for aspect in ASPECTS} == {
        aspect: getattr(wanted, aspect) for aspect in ASPECTS
    }
    columns = column_labels(records(), language)
    assert held.column_labels == [cut_to_bytes(column.label, LONGEST_LABEL) for column in columns]


def test_sav__read_by_pspp__holds_our_cells_and_missing_values(release: Path, tmp_path: Path) -> None:
    shutil.copy(release / "responses.fi.sav", tmp_path)
    frame, held = _saved(tmp_path, 'GET FILE="responses.fi.sav".\n')
    ours, wanted = _read(release / "responses.fi.sav")
    assert frame.equals(ours)
    assert held.missing_ranges == wanted.missing_ranges
