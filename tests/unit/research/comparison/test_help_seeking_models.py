"""The section on help-seeking models: what stands in it, and what may not."""

import math
from dataclasses import replace

import numpy as np
import pytest

from selfhelp_survey.research.comparison.dataset import Dataset, ProtectedTable
from selfhelp_survey.research.comparison.modelling import Absence
from selfhelp_survey.research.comparison.predictors import OUTCOMES, Block
from selfhelp_survey.research.comparison.sections.help_seeking_models import (
    help_seeking_models,
    rounded,
    three_digits,
)
from selfhelp_survey.research.comparison.sections.model_words import WORDS
from selfhelp_survey.research.comparison.statistics.logistic import Reason
from selfhelp_survey.research.comparison.table import ChartKind, Section, State
from tests.unit.research.comparison.three_samples import EXIT, NO_NEED, WANT_HELP, three_samples

MODEL = "model_wish_to_stop_help_us_to_help_you"


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return three_samples(np.random.default_rng(21), sizes={WANT_HELP: 4_000, NO_NEED: 2_000, EXIT: 105})


@pytest.fixture(scope="module")
def section(dataset: Dataset) -> Section:
    return help_seeking_models(dataset, language="en", threshold=10)


def test_section__three_samples__has_an_overview_a_table_a_model_and_the_blocks(section: Section) -> None:
    names = [table.name for table in section.tables]
    assert (names[0], names[-1]) == ("models", "model_blocks")
    assert {MODEL, "model_wish_to_stop_all", "model_help_sought_help_us_to_help_you"} < set(names)
    assert len(set(names)) == len(names)


def test_section__every_model__has_a_forest_plot_of_its_table(section: Section) -> None:
    tables = {table.name: table for table in section.tables}
    assert [chart.table for chart in section.charts] == [table.name for table in section.tables[1:-1]]
    for chart in section.charts:
        assert chart.kind is ChartKind.FOREST
        assert {"label", "odds_ratio", "low", "high"} < {column.key for column in tables[chart.table].columns}


def test_section__sample_that_does_not_carry_a_model__is_refused_with_the_reason(section: Section) -> None:
    overview = section.tables[0]
    refused = [row for row in overview.rows if row[2].state is State.REFUSED]
    assert {row[1].value for row in refused} >= {"People leaving the programme"}
    assert all(cell.state is State.REFUSED for row in refused for cell in row[2:])
    assert len(overview.notes) == len(refused)
    assert "too few people" in overview.notes[0]


def test_section__counts_of_people__are_rounded_to_five(section: Section) -> None:
    shown = [cell.value for row in section.tables[0].rows for cell in row[2:4] if cell.state is State.SHOWN]
    assert shown
    assert all(isinstance(value, int) and value % 5 == 0 for value in shown)


def test_section__figures__have_three_digits_at_most(section: Section) -> None:
    figures = [cell.value for table in section.tables for row in table.rows for cell in row]
    told = [figure for figure in figures if isinstance(figure, float)]
    assert told
    assert all(math.isfinite(figure) and float(f"{figure:.3g}") == figure for figure in told)


def test_section__intervals__lie_around_their_odds_ratio(section: Section) -> None:
    for table in section.tables[1:-1]:
        for odds, low, high in zip(*(table.column(key) for key in ("odds_ratio", "low", "high")), strict=True):
            assert float(low.value or 0) <= float(odds.value or 0) <= float(high.value or 0)


def test_section__labels__name_variable_category_and_reference(section: Section) -> None:
    (table,) = (table for table in section.tables if table.name == MODEL)
    labels = [str(cell.value) for cell in table.column("label")]
    assert "Wellbeing: Very bad / Bad (against Good / Very good)" in labels
    assert "Language of the answers: Spanish (against English)" in labels
    assert "Difficulties: Low mood: Yes (against No)" in labels


def test_section__predictor_left_out__is_named_with_the_reason(section: Section) -> None:
    (table,) = (table for table in section.tables if table.name == "model_wish_to_stop_all")
    assert any("comparable" in note and "Wellbeing" in note for note in table.notes)


def test_section__in_spanish__has_the_same_figures_and_other_words(dataset: Dataset, section: Section) -> None:
    spanish = help_seeking_models(dataset, language="es", threshold=10)
    for ours, theirs in zip(section.tables, spanish.tables, strict=True):
        assert ours.caption != theirs.caption
        assert [[cell.value for cell in row if not isinstance(cell.value, str)] for row in ours.rows] == [
            [cell.value for cell in row if not isinstance(cell.value, str)] for row in theirs.rows
        ]


def test_section__no_records__says_so_and_shows_nothing(dataset: Dataset) -> None:
    section = help_seeking_models(replace(dataset, samples=()), language="en", threshold=10)
    assert (section.tables, section.charts) == ((), ())
    assert section.notes == (WORDS["note.none"]["en"],)


def test_section__sample_of_protected_totals__is_named_as_one_that_cannot_be_modelled(dataset: Dataset) -> None:
    total = ProtectedTable(sample=EXIT, instrument="exit_survey", columns=("gender",), counts={(1,): 90}, rounded=True)
    section = help_seeking_models(replace(dataset, samples=(), totals=(total, total)), language="en", threshold=10)
    assert section.notes[-1] == "Samples that are protected totals cannot be modelled: People leaving the programme."


@pytest.mark.parametrize(("people", "shown"), [(12, 10), (13, 15), (15, 15), (17, 15), (18, 20)])
def test_rounded__people__is_the_nearest_five(people: int, shown: int) -> None:
    assert rounded(people) == shown


def test_three_digits__large_and_small__keep_three() -> None:
    assert [three_digits(figure) for figure in (1234.0, 0.012345, 1.0049)] == [1230.0, 0.0123, 1.0]


def test_words__every_key__is_written_in_both_languages_with_the_same_places() -> None:
    for key, wordings in WORDS.items():
        assert set(wordings) == {"en", "es"}, key
        assert _places(wordings["en"]) == _places(wordings["es"]), key


def test_words__every_reason_block_absence_and_outcome__has_some() -> None:
    wanted = [f"reason.{reason.value}" for reason in Reason] + [f"absence.{each.value}" for each in Absence]
    wanted += [f"block.{block.value}" for block in Block] + [f"outcome.{each.column}" for each in OUTCOMES]
    assert set(wanted) <= set(WORDS)


def _places(wording: str) -> list[str]:
    return sorted(part.split("}")[0] for part in wording.split("{")[1:])
