"""The whole report: what stands in it, in both languages, from records and from totals."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import pytest

from selfhelp_survey.authoring.shipped import shipped_catalogue
from selfhelp_survey.core.text import Text
from selfhelp_survey.errors import UsageError
from selfhelp_survey.privacy.tables import EVERYBODY
from selfhelp_survey.research.comparison.building import comparison_report
from selfhelp_survey.research.comparison.dataset import Dataset, ProtectedTable, SampleRecords, VariableWords
from selfhelp_survey.research.comparison.predictors import PREDICTORS
from selfhelp_survey.research.comparison.statistics.association import independence
from selfhelp_survey.research.comparison.statistics.intervals import wilson
from selfhelp_survey.research.comparison.table import Chart, ChartKind, Report, State, Table
from selfhelp_survey.research.comparison.views import tables_to_protect
from selfhelp_survey.research.comparison.words import LANGUAGES, WORDS
from tests.unit.research.comparison.three_samples import EXIT, NO_NEED, WANT_HELP, three_samples

pytestmark = pytest.mark.once
NEEDED = {
    ChartKind.DOTS: {"label", "share", "low", "high"}, ChartKind.HEAT: {"row", "column", "share"},
    ChartKind.ALLUVIAL: {"from_stage", "from", "to_stage", "to", "count"},
    ChartKind.FOREST: {"label", "odds_ratio", "low", "high"},
}  # fmt: skip


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    """Everything that is asked, of a question with many answers or rows the first two and those that models have."""
    drawn = three_samples(np.random.default_rng(5), sizes={WANT_HELP: 3000, NO_NEED: 1200, EXIT: 105})
    return replace(drawn, samples=tuple(_only(held, *_begun(held)) for held in drawn.samples))


def _begun(held: SampleRecords) -> Iterator[str]:
    modelled, met = {predictor.column for predictor in PREDICTORS}, Counter[str]()
    for name, words in held.words.items():
        met[words.question] += 1
        if met[words.question] <= 2 or name in modelled:
            yield name


@pytest.fixture(scope="module")
def report(dataset: Dataset) -> Report:
    return comparison_report(dataset, language="en")


FEW = ("gender", "help_sought", "barriers_fear", "first_age", "k1_use", "p1_progress", "facilitators_01", "p4_found_01")


@pytest.fixture(scope="module")
def small(dataset: Dataset) -> Dataset:
    """Few columns of the two smaller samples."""
    return replace(dataset, samples=tuple(_narrow(held) for held in dataset.samples[1:]))


def _narrow(held: SampleRecords) -> SampleRecords:
    return _only(held, *FEW)


def _only(held: SampleRecords, *names: str) -> SampleRecords:
    columns = {name: held.columns[name] for name in names if name in held.columns}
    return replace(held, columns=columns, words={name: held.words[name] for name in columns})


def _tables(report: Report) -> dict[str, Table]:
    return {table.name: table for section in report.sections for table in section.tables}


def _rows(table: Table, **where: str) -> Iterator[Mapping[str, object]]:
    for row in table.rows:
        told = {column.key: cell.value for column, cell in zip(table.columns, row, strict=True)}
        if all(told[key] == value for key, value in where.items()):
            yield told


def test_report__sections__are_all_there_in_order(report: Report) -> None:
    assert [section.name for section in report.sections] == [
        "who_answered", "frequencies", "three_samples", "help_seeking_models", "change", "pathways", "barriers",
        "services",
    ]  # fmt: skip


def test_report__tables__have_each_a_name_of_its_own_that_is_fit_for_a_file(report: Report) -> None:
    names = [table.name for section in report.sections for table in section.tables]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)


def test_report__charts__have_the_columns_they_are_drawn_from(report: Report) -> None:
    tables = _tables(report)
    charts: list[Chart] = [chart for section in report.sections for chart in section.charts]
    assert {chart.kind for chart in charts} == set(ChartKind)
    for chart in charts:
        assert NEEDED[chart.kind] <= {column.key for column in tables[chart.table].columns}


def test_report__every_harmonised_variable__has_frequencies(report: Report) -> None:
    names = set(_tables(report))
    assert {f"frequencies_{variable.name}" for variable in shipped_catalogue()} <= names
    assert {"frequencies_k1_use", "frequencies_p4_found", "frequencies_p6", "missing_p6"} <= names


def test_report__frequency__is_the_count_of_the_records_with_wilsons_interval(report: Report, dataset: Dataset) -> None:
    held = next(each for each in dataset.samples if each.sample == WANT_HELP)
    column = held.columns["attempts_to_stop"]
    count, valid = int((column == 3).sum()), int((column >= 0).sum())
    (row,) = _rows(_tables(report)["frequencies_attempts_to_stop"], sample="People who want help", language="All",
                   label="A few times")  # fmt: skip
    interval = wilson(count, valid)
    assert (row["count"], row["answered"]) == (count, valid)
    assert (row["share"], row["low"], row["high"]) == (count / valid, interval.low, interval.high)


def test_report__by_language__counts_the_records_of_the_language(report: Report, dataset: Dataset) -> None:
    held = next(each for each in dataset.samples if each.sample == WANT_HELP)
    (row,) = _rows(_tables(report)["frequencies_help_sought"], sample="People who want help",
                   language="Other languages", label="No")  # fmt: skip
    assert row["count"] == int(((held.language != "en") & (held.columns["help_sought"] == 2)).sum())


def test_report__missing_answers__are_told_by_kind(report: Report, dataset: Dataset) -> None:
    held = next(each for each in dataset.samples if each.sample == NO_NEED)
    rows = _rows(_tables(report)["missing_first_place"], sample="People who see no need for help", language="All")
    told = {row["label"]: row["count"] for row in rows}
    column = held.columns["first_place"]
    assert told["Not asked"] in (None, int((column == -4).sum()))
    assert {"Answered", "No answer", "I prefer not to say", "Not asked"} <= told.keys()


def test_report__variable_a_sample_does_not_carry__is_marked_not_asked(report: Report) -> None:
    table = _tables(report)["frequencies_wellbeing"]
    (row,) = (row for row in table.rows if row[0].value == "People who see no need for help")
    assert {cell.state for cell in row[3:]} == {State.NOT_ASKED}


def test_report__test__is_that_of_the_counts_beside_it(report: Report) -> None:
    tables = _tables(report)
    (row,) = _rows(tables["comparison"], variable="Wish to stop")
    shown = list(_rows(tables["differences_wish_to_stop"]))
    samples = list(dict.fromkeys(str(each["sample"]) for each in shown))
    counts = [[int(str(each["count"])) for each in shown if each["sample"] == sample] for sample in samples]
    found = independence(counts, seed=0)
    assert found is not None
    assert (row["statistic"], row["p_value"]) == (found.statistic, found.p)


def test_report__proxy__is_never_tested(report: Report) -> None:
    rows = [row for row in _rows(_tables(report)["comparison"]) if str(row["variable"]).startswith("What made it hard")]
    asked = [row for row in rows if "People who want help (not asked)" not in str(row["untested"])]
    assert asked
    for row in asked:
        assert "People who see no need for help (not comparable)" in str(row["untested"])
        assert "People who see no need for help" not in str(row["samples"])


def test_report__holm__counts_every_test(report: Report) -> None:
    table = _tables(report)["comparison"]
    told = [(float(str(p.value)), float(str(adjusted.value)))
            for p, adjusted in zip(table.column("p_value"), table.column("p_holm"), strict=True)
            if p.state is State.SHOWN]  # fmt: skip
    assert f"{len(told)} tests" in table.caption
    assert min(adjusted for _, adjusted in told) == pytest.approx(min(1, min(p for p, _ in told) * len(told)))
    assert all(p <= adjusted for p, adjusted in told)


def test_report__flow__is_the_count_of_those_who_gave_both_answers(report: Report, dataset: Dataset) -> None:
    held = next(each for each in dataset.samples if each.sample == WANT_HELP)
    rows = _rows(_tables(report)[f"pathways_{WANT_HELP}"], **{"from": "Under 13", "to": "Search engine"})
    both = (held.columns["first_age"] == 1) & (held.columns["first_place"] == 1)
    assert [row["count"] for row in rows] == [int(both.sum())]


def test_report__small_sample__has_no_crosses_and_says_so(report: Report) -> None:
    notes = {section.name: section.notes for section in report.sections}
    for name in ("change", "pathways", "services"):
        assert any("too few people" in note and "leaving the programme" in note for note in notes[name])


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ({"1 of exit": 60, "2 of exit": 45}, {"1 of exit": 60, "2 of exit": 45}),
        ({"1 of exit": 90, "2 of exit": 10, "3 of exit": 5}, {"1 of exit": 90, "Other releases, together": 15}),
        ({"1 of exit": 96, "2 of exit": 9}, {"Other releases, together": 105}),
        ({}, {}),
    ],
)  # fmt: skip
def test_report__releases_of_a_sample__are_told_and_the_small_ones_together(
    small: Dataset, rows: dict[str, int], told: dict[str, int]
) -> None:
    held = replace(small, samples=(replace(_only(small.samples[1], "gender"), release_rows=rows),))
    found = list(_rows(_tables(comparison_report(held, language="en"))["releases"]))
    assert {row["release"]: row["count"] for row in found} == told
    assert [row["share_of_all"] for row in found] == [count / 105 for count in told.values()]


def test_report__in_spanish__has_the_same_figures(small: Dataset) -> None:
    english, spanish = (comparison_report(small, language=language) for language in LANGUAGES)
    for ours, theirs in zip(_tables(english).values(), _tables(spanish).values(), strict=True):
        assert ours.name == theirs.name
        assert [[cell.value for cell in row if not isinstance(cell.value, str)] for row in ours.rows] == [
            [cell.value for cell in row if not isinstance(cell.value, str)] for row in theirs.rows
        ]
        assert ours.caption != theirs.caption or ours.name.startswith(("frequencies_", "missing_", "change_"))


def test_report__again__is_the_same(small: Dataset) -> None:
    assert comparison_report(small, language="en") == comparison_report(small, language="en")


def test_report__language_it_is_not_written_in__is_refused(dataset: Dataset) -> None:
    with pytest.raises(UsageError, match="en or es"):
        comparison_report(dataset, language="fi")


def test_report__progress__hears_every_table(small: Dataset) -> None:
    heard: list[int] = []
    comparison_report(small, language="en", progress=heard.append)
    assert 0 < sum(heard) <= tables_to_protect(small)


def _totals() -> ProtectedTable:
    words = {"gender": VariableWords(label=Text.of({"en": "Gender"}), labels={1: Text.of({"en": "Man"})})}
    counts: dict[tuple[int | str, ...], int | None] = {(1,): 90, (2,): 5, (-1,): 10, (EVERYBODY,): 105}
    return ProtectedTable(sample=EXIT, instrument="exit_survey", columns=("gender",), counts=counts, rounded=True,
                          words=words)  # fmt: skip


def test_report__sample_of_totals__stands_in_the_tables_that_they_fill_and_is_marked(small: Dataset) -> None:
    held = replace(small, samples=small.samples[:1], totals=(_totals(),))
    tables = _tables(comparison_report(held, language="en"))
    (row,) = _rows(tables["frequencies_gender"], sample="People leaving the programme", label="Man")
    assert (row["count"], row["answered"]) == (90, 95)
    assert any("rounded to 5" in note for note in tables["frequencies_gender"].notes)
    assert any("no counts" in note and "leaving" in note for note in tables["frequencies_help_sought"].notes)
    (absent,) = (
        row for row in tables["frequencies_help_sought"].rows if row[0].value == "People leaving the programme"
    )
    assert {cell.state for cell in absent[3:]} == {State.REFUSED}
    (test,) = _rows(tables["comparison"], variable="Gender")
    assert "People leaving the programme (protected totals)" in str(test["untested"])


def test_report__records_and_totals_of_one_sample__are_not_both_shown(small: Dataset) -> None:
    held = replace(small, samples=small.samples[1:], totals=(_totals(),))
    report = comparison_report(held, language="en")
    assert [row["count"] for row in _rows(_tables(report)["samples"])] == [105]
    assert any("both together could be subtracted" in note for note in report.sections[0].notes)


def test_words__every_key__is_written_in_both_languages_with_the_same_places() -> None:
    for key, wordings in WORDS.items():
        assert tuple(wordings) == LANGUAGES, key
        assert len({tuple(sorted(re.findall(r"\{\w+\}", wording))) for wording in wordings.values()}) == 1, key
