"""Which counts of a sample are shown: utility, languages, families that share a number."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from selfhelp_survey.core.text import Text
from selfhelp_survey.errors import UsageError
from selfhelp_survey.privacy.intervals import Seen, view_of, weak_places
from selfhelp_survey.privacy.margins import margins_of
from selfhelp_survey.privacy.suppression import CannotBeProtected, Counted, suppression
from selfhelp_survey.privacy.tables import TableSpec
from selfhelp_survey.research.comparison.dataset import SampleRecords, VariableWords
from selfhelp_survey.research.comparison.numbers import LANGUAGE, VALID
from selfhelp_survey.research.comparison.protection import ProtectedCounts, Tables, protect
from selfhelp_survey.research.interval_bounds import solve

THRESHOLD = 10


def _sample(
    columns: Mapping[str, Sequence[int]], language: Sequence[str] = (), **words: VariableWords
) -> SampleRecords:
    size = len(next(iter(columns.values())))
    plain = {name: _words(name, codes) for name, codes in columns.items()}
    return SampleRecords(
        sample="exit", instrument="exit_survey", releases=(), k=5, held_back=0, words={**plain, **words},
        columns={name: np.array(codes, dtype=np.int16) for name, codes in columns.items()},
        language=np.array(language or ["en"] * size), quarter=np.array(["2026Q1"] * size),
    )  # fmt: skip


def _words(question: str, codes: Sequence[int], *, is_option: bool = False) -> VariableWords:
    """Words for the codes that there are, so that none is empty."""
    labels = {code: Text.of({"en": str(code)}) for code in {*codes, -1, -2}}
    return VariableWords(label=Text.of({"en": question}), labels=labels, question=question, is_option=is_option)


def _column(**counts: int) -> list[int]:
    """Codes by name: `c1` is 1, `m2` is -2."""
    codes = {name: int(name[1:]) * (-1 if name[0] == "m" else 1) for name in counts}
    return [codes[name] for name, count in counts.items() for _ in range(count)]


def _protected(held: SampleRecords, *crosses: tuple[str, str]) -> ProtectedCounts:
    return protect(held, Tables(columns=tuple(held.columns), crosses=crosses), threshold=THRESHOLD)


def test_protect__nothing_small__withholds_nothing() -> None:
    counts = _protected(_sample({"a": _column(c1=40, c2=30, c3=20, m1=10)})).counts
    assert None not in [count for key, count in counts.items() if ("a", -2) not in key]


@pytest.mark.parametrize(("people", "is_shown"), [(29, False), (30, True)])
def test_protect__sample_under_three_times_the_threshold__has_no_tables(people: int, is_shown: bool) -> None:
    assert _protected(_sample({"a": [1, 2, 3] * 9 + [1] * (people - 27)})).knows(("a", 1)) is is_shown


@pytest.mark.parametrize(("people", "size"), [(9, None), (10, 10)])
def test_protect__sample_under_the_threshold__does_not_tell_its_size(people: int, size: int | None) -> None:
    assert _protected(_sample({"a": [1] * people})).size == size


def test_protect__threshold_under_three__is_refused() -> None:
    with pytest.raises(UsageError, match="protects nobody"):
        protect(_sample({"a": [1] * 40}), Tables(columns=("a",)), threshold=2)


def test_protect__column_nobody_answered__is_left_out_and_harms_no_other() -> None:
    held = _protected(_sample({"a": [-6] * 60, "b": _column(c1=30, c2=30)}))
    assert not held.knows(("a", -6))
    assert (held.count(("b", 1)), held.valid("b")) == (30, 30 + 30)


@pytest.mark.parametrize(("others", "languages"), [(299, ()), (300, ("en", "es"))])
def test_protect__language__is_told_apart_from_thirty_times_the_threshold(
    others: int, languages: tuple[str, ...]
) -> None:
    language = ["en"] * 400 + ["es"] * others
    held = _protected(_sample({"a": [1, 2] * 349 + [1] * (others - 298)}, language))
    assert held.languages == languages


def test_protect__small_languages_together__are_others() -> None:
    language = ["en"] * 400 + ["es"] * 200 + ["fi"] * 100
    held = _protected(_sample({"a": [1, 2] * 350}, language))
    assert held.languages == ("en", "other")
    assert held.count((LANGUAGE, "other")) == 300


def test_protect__who_answered_where_it_can_stay__is_shown() -> None:
    """Three kinds of missing answers, each under the threshold, 14 together: their sum may be told."""
    held = _protected(_sample({"a": [*_column(c1=50, c2=30, m1=6, m2=5), *[-5] * 3]}))
    assert held.valid("a") == 80
    assert [held.count(("a", code)) for code in (-1, -2, -5)] == [None] * 3


def test_protect__few_missing_answers__withhold_who_answered() -> None:
    held = _protected(_sample({"a": _column(c1=50, c2=30, m1=4)}))
    assert held.valid("a") is None


def test_protect__small_answer__takes_what_is_missing_or_was_not_chosen_before_an_answer() -> None:
    columns = {"m_01": _column(c1=30, c0=60, m1=5), "m_02": _column(c0=60, c1=30, m1=5)}
    words = {name: _words("m", codes, is_option=True) for name, codes in columns.items()}
    held = _protected(_sample(columns, (), **words))
    assert [held.count((name, 1)) for name in columns] == [30, 30]
    assert [held.count((name, 0)) for name in columns] == [None, None]


def test_protect__number_that_two_questions_share__is_shown_by_both_or_none() -> None:
    gate = _column(c1=80, c2=6) + [-1] * 14
    after = [1, 2] * 40 + [-4] * 20
    held = _protected(_sample({"gate": gate, "one": after, "two": after[::-1][20:] + [-4] * 20}))
    shown = {held.count((name, -4)) for name in ("one", "two")}
    assert len(shown) == 1


def test_protect__crosses__are_counted_from_fifteen_times_the_threshold() -> None:
    for people, is_counted in ((149, False), (150, True)):
        held = _sample({"a": ([1, 2] * 75)[:people], "b": ([1, 1, 2] * 50)[:people]})
        assert _protected(held, ("a", "b")).knows(("a", 1), ("b", 1)) is is_counted


def _crossed(random: np.random.Generator) -> Counted:
    """A table of three by four."""
    categories = (("a", (1, 2, 3)), ("b", (1, 2, 3, 4)))
    margins = margins_of([TableSpec(name="t", categories=categories)])
    inner = random.poisson(6, size=(3, 4))
    whole = np.block(
        [[inner, inner.sum(axis=1, keepdims=True)], [inner.sum(axis=0, keepdims=True), inner.sum(keepdims=True)]]
    )
    counts = whole.ravel().astype(np.int64)
    return Counted(margins=margins, counts=counts, open_empty=np.zeros(counts.size, dtype=np.bool_), threshold=5)


@pytest.mark.parametrize("seed", range(6))
def test_suppression__together__is_as_safe_as_one_by_one(seed: int) -> None:
    counted = _crossed(np.random.default_rng(seed))
    for together in (False, True):
        withheld = suppression(counted, solve, together=together)
        assert (withheld | ~counted.primary()).all()
        view = view_of(counted.margins, counted.counts, withheld=withheld, least=(counted.counts > 0).astype(np.int64))
        assert list(weak_places(view, counted.threshold, solve)) == []


@pytest.mark.parametrize("seed", range(6))
def test_suppression__what_is_known_anyhow__is_shown_and_tells_nothing(seed: int) -> None:
    counted = _crossed(np.random.default_rng(100 + seed))
    known = counted.counts == counted.counts[-1]
    withheld = suppression(replace(counted, known=known), solve)
    assert not withheld[known].any()
    view = view_of(counted.margins, counted.counts, withheld=withheld, least=(counted.counts > 0).astype(np.int64))
    assert list(weak_places(view, counted.threshold, solve)) == []


def test_suppression__worth__decides_which_of_two_alike_is_withheld() -> None:
    margins = margins_of([TableSpec(name="t", categories=(("a", (1, 2, 3)),))])
    counts = np.array([2, 40, 40, 82])
    counted = Counted(margins=margins, counts=counts, open_empty=np.zeros(4, dtype=np.bool_), threshold=5,
                      known=np.array([False, False, False, True]))  # fmt: skip
    for cheap in (1, 2):
        worth = np.where(np.arange(4) == cheap, 0.1, 1.0)
        assert suppression(replace(counted, worth=worth), solve)[cheap]
        assert suppression(replace(counted, worth=worth), solve).sum() == 2


def test_suppression__no_room_beside_what_is_known__is_said() -> None:
    margins = margins_of([TableSpec(name="t", categories=(("a", (1, 2)),))])
    counted = Counted(margins=margins, counts=np.array([2, 6, 8]), open_empty=np.zeros(3, dtype=np.bool_), threshold=5,
                      known=np.array([False, True, True]))  # fmt: skip
    with pytest.raises(CannotBeProtected):
        suppression(counted, solve)


def test_seen__range__is_wide_enough_from_the_threshold_less_one() -> None:
    for high, is_safe in ((9, False), (10, True)):
        seen = Seen(low=np.array([1]), high=np.array([high]))
        assert bool(seen.protected(10)[0]) is is_safe


def test_valid__of_a_code_that_is_none__is_named_so() -> None:
    held = _protected(_sample({"a": _column(c1=50, c2=40)}))
    assert held.count(("a", VALID)) == held.valid("a") == 90
