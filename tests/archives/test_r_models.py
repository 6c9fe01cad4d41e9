"""R fits the models of the report again from the files of the releases, and prints what the report shows."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from selfhelp_survey.authoring.shipped import shipped_catalogue
from selfhelp_survey.research.comparison.dataset import Dataset, SampleRecords
from selfhelp_survey.research.comparison.modelling import models
from selfhelp_survey.research.comparison.reading import read_dataset
from selfhelp_survey.research.comparison.sections.help_seeking_models import help_seeking_models
from selfhelp_survey.research.comparison.writing.r_script import NAME, models_script
from selfhelp_survey.research_store.interface import Record
from selfhelp_survey.research_store.memory import MemoryStore
from tests.archives.conftest import run
from tests.unit.research.comparison import stores
from tests.unit.research.comparison.three_samples import NO_NEED, WANT_HELP, three_samples

FIGURES = ("odds_ratio", "low", "high", "p_value")
AGES = {1: 1, 2: 1, 3: 2, 4: 2, 5: 3, 6: 3, -2: -1, -3: -1, -5: -1}
"""Level 2 of a2_age in the exit survey and its sisters: 18-29, 30-49, 50 or older."""


def coarser(held: SampleRecords) -> SampleRecords:
    """The records as a series releases them that tells ages in three groups."""
    ages = [AGES.get(code, code) for code in held.columns["age_group"].tolist()]
    return replace(held, columns={**held.columns, "age_group": np.array(ages, dtype=np.int16)})


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Dataset]:
    """Releases of two samples, one of them in two series with ages at two levels; and what the report reads of them."""
    directory, store = tmp_path_factory.mktemp("releases"), MemoryStore()
    want, need = three_samples(np.random.default_rng(3), sizes={WANT_HELP: 4000, NO_NEED: 3000}).samples
    again = three_samples(np.random.default_rng(4), sizes={WANT_HELP: 1000}).samples[0]
    for name, held, levels in (("a", want, {}), ("b", coarser(again), {"age_group": 2}), ("c", need, {})):
        level = {_own_age(held.instrument): at for at in levels.values()}
        series = stores.series_for(held.instrument, name, level)
        stores.push(store, held, series)
        rows = list(store.read_records(name))
        write(directory / name, rows, dict(series.plan.levels))
    return directory, read_dataset(store, shipped_catalogue(), kind="synthetic")


def _own_age(instrument: str) -> str:
    variables = stores.instrument(instrument).variables
    return next(name for name, variable in variables.items() if variable.harmonised == "age_group")


def write(directory: Path, rows: list[Record], levels: dict[str, int]) -> None:
    """The two files of a release that the script reads, as a release has them."""
    directory.mkdir()
    with (directory / "responses.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(rows[0])
        writer.writerows(row.values() for row in rows)
    (directory / "manifest.json").write_text(json.dumps({"plan": {"levels": {}}, "levels": levels, "k": 5}))


def told(text: str) -> dict[str, list[list[str]]]:
    """The figures under each model's name."""
    blocks = [block.splitlines() for block in text.strip().split("\n\n")]
    return {block[0].partition(":")[0]: [line.split("\t")[1:] for line in block[2:]] for block in blocks}


def test_models_script__run_by_r_on_the_releases__prints_the_figures_of_the_report(
    released: tuple[Path, Dataset],
) -> None:
    directory, dataset = released
    (directory / NAME).write_text(models_script(dataset, models(dataset, threshold=10)), encoding="ascii")
    given = [f"{WANT_HELP}={directory / 'a'}", f"{WANT_HELP}={directory / 'b'}", f"{NO_NEED}={directory / 'c'}"]
    printed = told(run("Rscript", "--vanilla", NAME, *given, within=directory))
    section = help_seeking_models(dataset, language="en", threshold=10)
    shown = {table.name: table for table in section.tables if table.name in printed}
    assert len(printed) == len(shown) >= 4
    assert dataset.samples[0].words["age_group"].level == 2
    for name, table in shown.items():
        figures = [[f"{cell.value:.3g}" for cell in row] for row in zip(*map(table.column, FIGURES), strict=True)]
        assert printed[name] == figures, name


def test_models_script__release_not_given__leaves_its_models_out(released: tuple[Path, Dataset]) -> None:
    directory, dataset = released
    (directory / "other.r").write_text(models_script(dataset, models(dataset, threshold=10)), encoding="ascii")
    printed = run("Rscript", "--vanilla", "other.r", f"{NO_NEED}={directory / 'c'}", within=directory)
    assert "model_wish_to_stop_all: left out, no release of help_us_to_help_you" in printed
    assert "model_wish_to_stop_no_need_for_help: " in printed


def test_models_script__no_model__says_so(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(models_script(Dataset(catalogue=shipped_catalogue(), samples=()), ()), "ascii")
    assert run("Rscript", "--vanilla", NAME, "exit=nowhere", within=tmp_path) == "The report fits no model.\n"
