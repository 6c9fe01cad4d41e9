"""Reading a research store into columns, and joining the releases of one sample."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from selfhelp_survey.authoring.shipped import shipped_catalogue
from selfhelp_survey.core.text import Text
from selfhelp_survey.errors import StoreError
from selfhelp_survey.research.comparison.dataset import Dataset, SampleRecords, VariableWords
from selfhelp_survey.research.comparison.joining import joined
from selfhelp_survey.research.comparison.reading import read_dataset, rows_held
from selfhelp_survey.research_store.interface import ReleasePackage, SeriesRegistration, TotalRow
from selfhelp_survey.research_store.memory import MemoryStore
from tests.unit.research.comparison import stores
from tests.unit.research.comparison.three_samples import EXIT, NO_NEED, three_samples


def read(store: MemoryStore, kind: str = "synthetic") -> Dataset:
    return read_dataset(store, shipped_catalogue(), kind=kind)  # type: ignore[arg-type]


def made(seed: int, **sizes: int) -> tuple[SampleRecords, ...]:
    return three_samples(np.random.default_rng(seed), sizes={EXIT: 0, NO_NEED: 0, **sizes}).samples


def test_read_dataset__what_was_pushed__is_read_back_under_harmonised_names() -> None:
    store, samples = MemoryStore(), made(1, exit=40, no_need_for_help=60)
    for held in samples:
        stores.push(store, held, stores.series_for(held.instrument, held.sample.replace("_", "-")))
    told = {held.sample: held for held in read(store).samples}
    assert told.keys() == {EXIT, NO_NEED}
    for held in samples:
        found = told[held.sample]
        assert (found.size, found.instrument, found.held_back) == (held.size, held.instrument, held.held_back)
        assert found.language.tolist() == held.language.tolist()
        assert found.quarter.tolist() == held.quarter.tolist()
        for name, column in found.columns.items():
            assert column.dtype == np.int16
            assert column.tolist() == held.columns[name].tolist(), name
    (age,) = told[EXIT].sources["age_group"]
    assert (age.name, age.level, dict(age.members)[6]) == ("a2_age", 0, (6,))


def test_read_dataset__words__are_those_of_the_codebook() -> None:
    store, (held,) = MemoryStore(), made(1, exit=10)
    stores.push(store, held, stores.series_for("exit_survey", "exit"))
    found = read(store).samples[0].words
    for name, words in held.words.items():
        assert (found[name].question, found[name].is_option) == (words.question, words.is_option), name
        assert (found[name].universe, found[name].offered) == (words.universe, words.offered), name
        assert (found[name].label, found[name].item) == (words.label, words.item), name
        assert found[name].labels.keys() == words.labels.keys(), name


def test_read_dataset__series_of_another_kind__is_left_out_and_said() -> None:
    store, (held,) = MemoryStore(), made(1, exit=10)
    stores.push(store, held, stores.series_for("exit_survey", "exit"))
    assert rows_held(store, kind="synthetic") == 10
    assert rows_held(store, kind="real") == 0
    with pytest.raises(StoreError, match="no real release"):
        read(store, "real")


def test_read_dataset__two_series_of_one_sample_at_two_levels__are_at_the_coarser_one() -> None:
    store, (first, second) = MemoryStore(), (made(1, exit=40)[0], made(2, exit=30)[0])
    stores.push(store, first, stores.series_for("exit_survey", "exit-a"))
    coarse = {1: 1, 2: 1, 3: 2, 4: 2, 5: 3, 6: 3, -2: -1, -3: -1, -5: -1}
    ages = np.array([coarse.get(code, code) for code in second.columns["age_group"].tolist()], dtype=np.int16)
    lifted = replace(second, columns={**second.columns, "age_group": ages})
    stores.push(store, lifted, stores.series_for("exit_survey", "exit-b", {"a2_age": 2}))
    (found,) = read(store).samples
    expected = [coarse.get(code, code) for code in first.columns["age_group"].tolist()] + ages.tolist()
    assert found.columns["age_group"].tolist() == expected
    assert found.words["age_group"].level == 2
    assert (found.releases, found.held_back) == (("1 of exit-a", "1 of exit-b"), first.held_back + second.held_back)
    assert set(found.words["age_group"].labels) >= set(expected)


def test_read_dataset__second_release__adds_rows_and_the_newest_tells_who_waits() -> None:
    store, (first, second) = MemoryStore(), (made(1, exit=40)[0], made(2, exit=30)[0])
    series = stores.series_for("exit_survey", "exit")
    stores.push(store, replace(first, held_back=20), series)
    stores.push(store, replace(second, held_back=5), series, number=2)
    (found,) = read(store).samples
    assert (found.size, found.held_back) == (70, 5)
    assert found.release_rows == {"1 of exit": 40, "2 of exit": 30}


def a_part(size: int, **columns: tuple[VariableWords, int]) -> SampleRecords:
    """Records that have one code in each column."""
    return SampleRecords(
        sample="exit", instrument="exit_survey", words={name: words for name, (words, _) in columns.items()},
        columns={name: np.full(size, code, dtype=np.int16) for name, (_, code) in columns.items()},
        language=np.full(size, "en"), quarter=np.full(size, ""), releases=("1 of a",), k=size, held_back=5,
    )  # fmt: skip


def words(*codes: int, level: int = 0, members: dict[int, tuple[int, ...]] | None = None) -> VariableWords:
    labels = {code: Text.of({"en": str(code)}) for code in (*codes, -1, -7)}
    return VariableWords(label=Text.of({"en": "x"}), labels=labels, level=level, members=members)


def test_joined__column_that_one_part_lacks__is_not_in_that_version() -> None:
    found = joined([a_part(2, mood=(words(1), 1)), a_part(3, use=(words(4), 4))])
    assert found.columns["mood"].tolist() == [1, 1, -6, -6, -6]
    assert found.columns["use"].tolist() == [-6, -6, 4, 4, 4]
    assert (found.k, found.held_back) == (2, 10)


def test_joined__part_of_unknown_releases__tells_of_none_how_many_rows() -> None:
    known = replace(a_part(2, mood=(words(1), 1)), release_rows={"1 of a": 2})
    assert joined([known, replace(known, release_rows={"1 of b": 2})]).release_rows == {"1 of a": 2, "1 of b": 2}
    assert joined([known, a_part(3, mood=(words(1), 1))]).release_rows == {}


def test_records__releases_of_more_or_fewer_rows__are_refused() -> None:
    with pytest.raises(ValueError, match="as many records"):
        replace(a_part(2, mood=(words(1), 1)), release_rows={"1 of a": 3})


def test_joined__column_that_one_part_withholds__stays_as_fine_as_the_other_tells_it() -> None:
    found = joined([a_part(1, age=(words(1, 2), 2)), a_part(1, age=(words(level=3), -7))])
    assert found.columns["age"].tolist() == [2, -7]
    assert found.words["age"].level == 0


@pytest.mark.parametrize(("code", "told"), [(1, 1), (3, 2), (-2, -1), (-5, -1), (-4, -4), (9, -8)])
def test_joined__finer_part__is_lifted_as_a_release_would_lift_it(code: int, told: int) -> None:
    fine, coarse = words(1, 2, 3, 9), words(1, 2, level=1, members={1: (1,), 2: (2, 3)})
    found = joined([a_part(1, age=(fine, code)), a_part(1, age=(coarse, 2))])
    assert found.columns["age"].tolist() == [told, 2]


def a_totals_series(name: str, *, suppression: bool) -> SeriesRegistration:
    plan = {"plan": {"protection": "suppression", "threshold": 10} if suppression else {}}
    return SeriesRegistration(
        series=name, kind="synthetic", form="totals", k=3, l=1, quasi_identifiers=(), variables=("a2_age", "language"),
        plan_hash="0" * 64, plan=plan,
    )  # fmt: skip


def push_totals(store: MemoryStore, series: SeriesRegistration, counts: dict[int | str, int], number: int = 1) -> None:
    table = stores.package(made(1, exit=10)[0], stores.series_for("exit_survey", "exit"))
    rows = tuple(TotalRow(table="a2_age", cell={"a2_age": code}, count=count) for code, count in counts.items())
    store.register_series(series)
    store.push(ReleasePackage(
        series=series.series, number=number, kind="synthetic", manifest={"n": number, "s": series.series},
        codebook=table.codebook, digests=(f"{series.series}{number}".encode(),), rows=len(rows), totals=rows,
    ))  # fmt: skip


def test_read_dataset__totals_of_two_releases__are_added_and_stay_withheld() -> None:
    store, series = MemoryStore(), a_totals_series("counts", suppression=True)
    push_totals(store, series, {1: 12, 2: -7, "all": 20})
    push_totals(store, series, {1: 13, 2: 11, "all": 24}, number=2)
    dataset = read(store)
    (table,) = dataset.totals
    assert (dataset.samples, dataset.names) == ((), ("exit",))
    assert (table.columns, table.rounded) == (("age_group",), False)
    assert table.counts == {(1,): 25, (2,): None, ("all",): 44}
    assert table.words["age_group"].labels[1].in_language("en")


def test_read_dataset__rounded_and_exact_totals__are_all_rounded() -> None:
    store = MemoryStore()
    push_totals(store, a_totals_series("exact", suppression=True), {1: 12, 2: 14})
    push_totals(store, a_totals_series("rounded", suppression=False), {1: 15, 2: 5})
    (table,) = read(store).totals
    assert (table.counts, table.rounded) == ({(1,): 25, (2,): 20}, True)


def test_read_dataset__codebook_that_names_two_variables_alike__is_refused() -> None:
    store, (held,) = MemoryStore(), made(1, exit=10)
    series = stores.series_for("exit_survey", "exit")
    package = stores.package(held, series)
    variables = list(package.codebook["variables"])  # type: ignore[call-overload]
    clashing = [{**variable, "name": "age_group", "harmonised": None} if variable["name"] == "k1_use" else variable
                for variable in variables]  # fmt: skip
    store.register_series(stores.registered(series))
    store.push(replace(package, codebook={**package.codebook, "variables": clashing}))
    with pytest.raises(StoreError, match="by one name"):
        read(store)


@pytest.mark.parametrize("value", ["a word", 70_000])
def test_read_dataset__row_that_its_codebook_does_not_describe__is_refused_without_the_value(value: int | str) -> None:
    store, (held,) = MemoryStore(), made(1, exit=10)
    series = stores.series_for("exit_survey", "exit")
    package = stores.package(held, series)
    store.register_series(stores.registered(series))
    rows = [{**row, "k1_use": value} for row in package.records]
    store.push(replace(package, records=rows))
    with pytest.raises(StoreError, match="does not describe") as caught:
        read(store)
    assert str(value) not in str(caught.value)
