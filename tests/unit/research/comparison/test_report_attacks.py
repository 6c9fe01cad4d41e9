"""Attacks on finished reports: from everything that is shown, nobody can work out what is withheld."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from selfhelp_survey.core.text import Text
from selfhelp_survey.privacy.suppression import Counted
from selfhelp_survey.privacy.table import Flags
from selfhelp_survey.research.comparison import protection
from selfhelp_survey.research.comparison.building import comparison_report
from selfhelp_survey.research.comparison.dataset import Dataset, SampleRecords, VariableWords
from selfhelp_survey.research.comparison.numbers import VALID
from selfhelp_survey.research.comparison.protection import ProtectedCounts, Tables, protect
from selfhelp_survey.research.comparison.table import Format, Report, State
from tests.unit.research.comparison.attacker import attacks
from tests.unit.research.comparison.three_samples import EXIT, WANT_HELP, three_samples

COLUMNS = (
    "a1_reason", "gender", "p1_progress", "k1_use", "help_sought", "help_received", "help_source_01", "help_source_02",
    "first_age", "moved_to_anonymous", "moved_why_01", "moved_why_02", "seen_help_message", "seen_where_01",
    "seen_where_02", "seen_effect",
)  # fmt: skip


def _datasets() -> Iterator[tuple[Dataset, int]]:
    """Small samples of 30 to 300, and one of 320 with its languages, each with a threshold of 3, 5 or 10."""
    for seed, threshold in enumerate((3, 5, 10, 5)):
        random = np.random.default_rng(seed)
        sizes = {EXIT: int(random.integers(30, 300)), WANT_HELP: 320 if threshold == 3 else 0}
        drawn = three_samples(random, sizes=sizes)
        yield replace(drawn, samples=tuple(map(_cut, drawn.samples))), threshold


def _cut(held: SampleRecords) -> SampleRecords:
    """Some columns of a sample."""
    columns = {name: held.columns[name] for name in COLUMNS if name in held.columns}
    return replace(held, columns=columns, words={name: held.words[name] for name in columns})


@pytest.fixture(scope="module")
def reports() -> list[tuple[Report, Dataset, int]]:
    return [(comparison_report(held, language="en", threshold=threshold), held, threshold)
            for held, threshold in _datasets()]  # fmt: skip


def test_report__everything_it_shows_put_together__gives_no_withheld_cell_away(
    reports: list[tuple[Report, Dataset, int]],
) -> None:
    tried = 0
    for report, dataset, threshold in reports:
        for attack in attacks(report, dataset):
            assert attack.is_true()
            assert attack.weak(threshold) == []
            tried += len(attack.hidden)
    assert tried > 200


def test_report__of_a_writer_that_withholds_small_counts_only__is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def naive(counted: Counted, *_solve: object, **_more: object) -> Flags:
        return counted.primary()

    monkeypatch.setattr(protection, "suppression", naive)
    for dataset, threshold in list(_datasets())[:2]:
        report = comparison_report(dataset, language="en", threshold=threshold)
        assert all(attack.weak(threshold) for attack in attacks(report, dataset))


def test_report__every_count_of_people__is_nobody_or_reaches_the_threshold(
    reports: list[tuple[Report, Dataset, int]],
) -> None:
    for report, _, threshold in reports:
        small = [(table.name, column.key) for section in report.sections for table in section.tables
                 for row in table.rows for column, cell in zip(table.columns, row, strict=True)
                 if column.key in {"count", "answered"} and 0 < float(cell.value or 0) < threshold]  # fmt: skip
        assert small == []


def test_report__every_share__stands_beside_its_count(reports: list[tuple[Report, Dataset, int]]) -> None:
    for report, _, _ in reports:
        tables = [table for section in report.sections for table in section.tables]
        for table in (table for table in tables if "count" in {column.key for column in table.columns}):
            counts = table.column("count")
            for column in (column for column in table.columns if column.format is Format.SHARE):
                shown = [cell.state is State.SHOWN for cell in table.column(column.key)]
                assert all(
                    count.state is State.SHOWN for count, is_shown in zip(counts, shown, strict=True) if is_shown
                )


def _sample(columns: dict[str, Sequence[int]], *, language: Sequence[str] = ()) -> SampleRecords:
    size = len(next(iter(columns.values())))
    return SampleRecords(
        sample="exit", instrument="exit_survey", releases=("1",), k=5, held_back=0,
        columns={name: np.array(codes, dtype=np.int16) for name, codes in columns.items()},
        words={name: VariableWords(label=Text.of({"en": name}), labels=_LABELS, question=name) for name in columns},
        language=np.array(language or ["en"] * size), quarter=np.array(["2026Q1"] * size),
    )  # fmt: skip


_LABELS = {code: Text.of({"en": str(code)}) for code in (1, 2, -1, -2)}


def _ways(size: int, cells: int) -> Iterator[tuple[int, ...]]:
    """Every way to spread people over cells."""
    if cells == 1:
        yield (size,)
        return
    for first in range(size + 1):
        for rest in _ways(size - first, cells - 1):
            yield (first, *rest)


Table = dict[tuple[int | str, ...], int]


def _fitting(protected: ProtectedCounts, tables: Iterator[Table]) -> list[Table]:
    """Those of all tables that fit what is shown."""
    return [table for table in tables if all(_shown(protected, cell) in (None, table[cell]) for cell in table)]


def _shown(protected: ProtectedCounts, cell: tuple[int | str, ...]) -> int | None:
    pairs = [(name, code) for name, code in zip(("a", "b"), cell, strict=False) if code != "all"]
    return protected.count(*pairs)


@pytest.mark.parametrize(
    "counts", [(10, 2, 0, 3), (6, 6, 2, 1), (1, 12, 0, 0), (5, 5, 5, 5), (3, 2, 9, 1), (8, 8, 0, 1)]
)
def test_protect__one_small_question__leaves_what_trying_every_table_leaves(counts: tuple[int, ...]) -> None:
    threshold, codes = 3, (1, 2, -1, -2)
    column = [code for code, count in zip(codes, counts, strict=True) for _ in range(count)]
    protected = protect(_sample({"a": column}), Tables(columns=("a",)), threshold=threshold)

    def truth(way: tuple[int, ...]) -> Table:
        return {**{(code,): count for code, count in zip(codes, way, strict=True)}, (VALID,): way[0] + way[1]}

    _is_safe(protected, truth(counts), _fitting(protected, map(truth, _ways(sum(counts), 4))), threshold)


@pytest.mark.parametrize("counts", [(5, 5, 4, 1), (9, 2, 2, 3), (7, 3, 3, 3), (12, 1, 1, 1)])
def test_protect__two_small_questions_crossed__leave_what_trying_every_table_leaves(
    counts: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protection, "TIMES_FOR_CROSSES", 3)
    threshold, cells = 3, tuple(product((1, 2), (1, 2)))
    people = [cell for cell, count in zip(cells, counts, strict=True) for _ in range(count)]
    held = _sample({"a": [a for a, _ in people], "b": [b for _, b in people]})
    protected = protect(held, Tables(columns=("a", "b"), crosses=(("a", "b"),)), threshold=threshold)

    def truth(way: tuple[int, ...]) -> Table:
        crossed: Table = dict(zip(cells, way, strict=True))
        rows: Table = {(a, "all"): crossed[a, 1] + crossed[a, 2] for a in (1, 2)}
        return {**crossed, **rows, **{("all", b): crossed[1, b] + crossed[2, b] for b in (1, 2)}}

    _is_safe(protected, truth(counts), _fitting(protected, map(truth, _ways(sum(counts), 4))), threshold)


def _is_safe(
    protected: ProtectedCounts, truth: Table,
    fitting: list[Table], threshold: int,
) -> None:  # fmt: skip
    assert truth in fitting
    for cell in (cell for cell, count in truth.items() if count and _shown(protected, cell) is None):
        likely = [held for held in fitting if all((held[each] > 0) == (truth[each] > 0) for each in truth)]
        found = [held[cell] for held in likely]
        assert max(found) >= threshold
        assert max(found) - min(found) >= threshold - 1


@pytest.mark.parametrize(("small", "shown"), [(9, None), (10, 10)])
def test_protect__count_on_each_side_of_the_threshold__is_withheld_or_shown(small: int, shown: int | None) -> None:
    held = _sample({"a": [1] * 50 + [2] * small + [-1] * 20})
    protected = protect(held, Tables(columns=("a",)), threshold=10)
    assert protected.count(("a", 2)) == shown
    assert (protected.count(("a", 1)) is None) == (shown is None)
