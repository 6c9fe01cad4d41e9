"""Versions that ask a released column in another way: whoever answered one of them is never alone in a release."""

import csv
import json
from collections import Counter
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selfhelp_survey.core.document import document_of, questionnaire_in
from selfhelp_survey.core.expression import Expression
from selfhelp_survey.core.questionnaire import Page, Questionnaire, QuestionType, Role, Row
from selfhelp_survey.core.response import Response
from selfhelp_survey.errors import ReleaseRefused
from selfhelp_survey.research.audit import check_rows, kept_rows
from selfhelp_survey.research.plan_reader import read_plan
from selfhelp_survey.research.series import Series, series_of
from selfhelp_survey.research.versions import Instrument, versions_in
from tests.unit.research.conftest import Station
from tests.unit.research.survey import PLAN, TOTALS, question, response, text, tiny, values


def asking(name: str, **more: Any) -> Questionnaire:
    """The tiny survey, in which the question of this name has been changed."""
    page = tiny().pages[0]
    asked = tuple(replace(one, **more) if one.name == name else one for one in page.questions)
    return replace(tiny(), pages=(replace(page, questions=asked),))


def admitting(condition: str | None = None) -> Questionnaire:
    """The tiny survey, from whose only page those go on who meet the condition."""
    (page,) = tiny().pages
    return replace(tiny(), pages=(replace(page, admits=Expression(condition) if condition else None),))


def paged(*, mood: str = "", gate: str = "", mood_first: bool = False, last_part: int = 1) -> Questionnaire:
    """Tiny on four pages: who, a gate that is not released, and needs and mood in either order, with conditions."""
    by_name = {one.name: one for one in tiny().questions()}
    asked = {
        "who": (by_name["age"], by_name["use"]),
        "gate": (question("gate", Role.CONTROL, relevance=Expression(gate) if gate else None),),
        "needs": (by_name["needs"],),
        "mood": (replace(by_name["mood"], relevance=Expression(mood) if mood else None),),
    }
    order = ["who", "gate", *(("mood", "needs") if mood_first else ("needs", "mood"))]
    pages = tuple(
        Page(name=name, title=text(name), questions=asked[name], part=last_part if name == order[-1] else 1)
        for name in order
    )
    return replace(tiny(), pages=pages)


def counting(minimum: int, maximum: int) -> Questionnaire:
    """The tiny survey with a number."""
    number = {"type": QuestionType.NUMBER, "values": (), "minimum": minimum, "maximum": maximum}
    return tiny(question("times", Role.INSENSITIVE, **number))


def on_page(name: str, **more: Any) -> Questionnaire:
    """Tiny on four pages, of which the one of this name has been changed."""
    pages = tuple(replace(page, **more) if page.name == name else page for page in paged().pages)
    return replace(paged(), pages=pages)


def grid(*names: str) -> Questionnaire:
    """The tiny survey with a matrix of these rows."""
    rows = tuple(Row(name=name, label=text(name)) for name in names)
    return tiny(question("feelings", Role.INSENSITIVE, type=QuestionType.MATRIX, rows=rows))


def reworded() -> Questionnaire:
    """The tiny survey with every text written anew, and in one more language."""
    return questionnaire_in(json.dumps(_anew(json.loads(document_of(tiny())))))


def _anew(plain: Any) -> Any:
    if isinstance(plain, list):
        return [*map(_anew, plain), *(["sv"] if plain == list(tiny().languages) else [])]
    if isinstance(plain, dict) and plain.keys() == set(tiny().languages):
        return dict.fromkeys((*plain, "sv"), f"{plain['en']} anew")
    return {key: _anew(value) for key, value in plain.items()} if isinstance(plain, dict) else plain


def answering(count: int, *, of: Questionnaire, start: int = 0, **answers: object) -> list[Response]:
    """So many responses to a version, that went all its way."""
    pages = tuple(page.name for page in of.pages)
    given: dict[str, Any] = {"mood": 1, **answers}
    return [replace(response(start + each, of=of, **given), sent=pages) for each in range(count)]


SCALE = values(1, 2, 3, -2)
OTHERWISE = {
    "another code": (tiny(), asking("mood", values=values(1, 2, 3, 7, -2))),
    "a code less": (tiny(), asking("mood", values=values(1, 2, -2))),
    "no code to decline": (tiny(), asking("mood", values=values(1, 2, 3))),
    "an exclusive code": (tiny(), asking("needs", values=(*SCALE[:2], replace(SCALE[2], exclusive=True), SCALE[3]))),
    "other bounds": (counting(0, 9), counting(0, 90)),
    "not to be left blank": (tiny(), asking("mood", required=True)),
    "to be declined": (asking("mood", refusable=False), tiny()),
    "who is asked": (paged(), paged(mood="${age} = 1")),
    "who is asked what decides": (paged(mood="${gate} != 2"), paged(mood="${gate} != 2", gate="${age} = 1")),
    "another page order": (paged(), paged(mood_first=True)),
    "another part": (paged(), paged(last_part=2)),
    "who may be used": (tiny(), replace(tiny(), usable=Expression("${use} != 2 and ${mood} != 3"))),
    "who goes on": (tiny(), admitting("${age} != 3")),
    "a page for some": (paged(), on_page("mood", relevance=Expression("${age} = 1"))),
    "a page to be skipped": (paged(), on_page("mood", block="feelings")),
    "a row more": (grid("calm"), grid("calm", "rested")),
    "a column less": (tiny(question("extra", Role.INSENSITIVE)), tiny()),
}


@pytest.mark.parametrize(("of_new_version", "released"), [(2, 12), (3, 15)])
@pytest.mark.parametrize("name", OTHERWISE)
def test_release__a_version_asks_a_released_column_otherwise__its_rows_wait_for_k(
    station: Station, name: str, of_new_version: int, released: int
) -> None:
    before, after = OTHERWISE[name]
    station.receive(answering(12, of=before), of=(before,))
    station.receive(answering(of_new_version, of=after, start=100), of=(after,))
    assert station.release("out") == 0
    assert len(station.rows("out")) == released
    assert station.verify("out") == 0


@pytest.mark.parametrize(("of_new_version", "released"), [(1, 0), (2, 0), (3, 3), (4, 4)])
def test_release__only_a_new_version_has_a_value__nobody_is_alone_with_it(
    station: Station, of_new_version: int, released: int
) -> None:
    later = asking("mood", values=values(1, 2, 3, 7, -2))
    station.receive(answering(12, of=tiny()))
    station.receive(answering(of_new_version, of=later, start=100, mood=7), of=(later,))
    assert station.release("out") == 0
    assert Counter(row["mood"] for row in station.rows("out")) == Counter({"1": 12}) + Counter({"7": released})


ALIKE = {
    "every wording, one language more": (tiny(), reworded()),
    "a question that is not released": (tiny(), tiny(question("extra", Role.CONTROL))),
    "a relevance that is not released": (paged(), paged(gate="${age} = 1")),
    "a longer text": (tiny(), asking("words", maximum_length=900)),
    "another hint": (tiny(), asking("mood", hint=text("Think of today."))),
}


@pytest.mark.parametrize(("before", "after"), ALIKE.values(), ids=ALIKE)
def test_release__a_version_asks_the_released_columns_alike__its_one_row_goes_too(
    station: Station, before: Questionnaire, after: Questionnaire
) -> None:
    station.receive(answering(12, of=before), of=(before,))
    station.receive(answering(1, of=after, start=100), of=(after,))
    assert station.release("out") == 0
    assert len(station.rows("out")) == 13


def test_release__only_what_is_not_in_the_plan_is_asked_otherwise__one_class(station: Station) -> None:
    later = asking("mood", values=values(1, 2, 3, 7, -2))
    station.receive([*answering(12, of=tiny()), *answering(1, of=later, start=100)], of=(tiny(), later))
    assert station.release("out", PLAN.replace("all", "[needs_01]")) == 0
    assert len(station.rows("out")) == 13


def test_release__only_the_routed_past__nobody_alone_reads_not_asked(station: Station) -> None:
    later = paged(mood="${age} = 2")
    station.receive(answering(12, of=paged()), of=(paged(),))
    station.receive(answering(1, of=later, start=100, mood=None), of=(later,))
    assert station.release("out") == 0
    assert {row["mood"] for row in station.rows("out")} == {"1"}


def test_release__three_versions_over_several_releases__each_waits_for_its_own_k(station: Station) -> None:
    one, two, three = (
        tiny(),
        asking("mood", values=values(1, 2, 3, 7, -2)),
        asking("mood", values=values(1, 2, 3, 8, -2)),
    )
    new = iter(range(0, 1000, 20))
    for name, (first, second, third), released in (
        ("a", (10, 2, 0), {"1": 10}),
        ("b", (10, 1, 2), {"1": 10, "7": 3}),  # two of "a" and one more
        ("c", (10, 2, 0), {"1": 10}),  # those of "b" help nobody
        ("d", (10, 1, 1), {"1": 10, "7": 3, "8": 3}),
    ):
        held = [*answering(first, of=one, start=next(new)), *answering(second, of=two, start=next(new), mood=7),
                *answering(third, of=three, start=next(new), mood=8)]  # fmt: skip
        station.receive(held, of=(one, two, three))
        assert station.release(name) == 0
        assert Counter(row["mood"] for row in station.rows(name)) == released


def test_release__a_change_is_taken_back__the_first_and_the_third_version_are_one_class(station: Station) -> None:
    changed = asking("mood", values=values(1, 2, 3, 7, -2))
    third = asking("mood", hint=text("Think of today."))
    station.receive(answering(10, of=tiny()))
    station.receive([*answering(2, of=changed, start=50), *answering(1, of=third, start=100)], of=(changed, third))
    assert station.release("out") == 0
    assert len(station.rows("out")) == 11


def test_release__rows_of_a_version_look_alike__it_waits_for_diversity_of_its_own(station: Station) -> None:
    later = asking("mood", values=values(1, 2, 3, 7, -2))
    station.receive([response(number) for number in range(12)])
    station.receive(answering(4, of=later, start=100), of=(later,))
    assert station.release("out", PLAN + "l: 2\ndiversity: [mood]\n") == 0
    assert len(station.rows("out")) == 12


def test_release__a_label_moves_to_another_code__is_refused(
    station: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second, *others = values(1, 2, 3, -2)
    moved = asking("mood", values=(replace(first, label=second.label), replace(second, label=first.label), *others))
    station.receive(answering(12, of=tiny()))
    assert station.release("first") == 0
    station.receive(answering(12, of=moved, start=100), of=(moved,))
    assert station.release("second") == 1
    assert "asks mood in another way" in capsys.readouterr().err
    assert station.release("new", PLAN.replace("series: tiny", "series: other")) == 1
    assert "leave it out" in capsys.readouterr().err
    assert station.release("new", PLAN.replace("series: tiny", "series: other").replace("all", "[needs_01]")) == 0


def test_release__a_label_is_corrected__stays_one_class(station: Station) -> None:
    first, *others = values(1, 2, 3, -2)
    corrected = asking("mood", values=(replace(first, label=text("Value 1")), *others))
    station.receive([*answering(12, of=tiny()), *answering(1, of=corrected, start=100)], of=(tiny(), corrected))
    assert station.release("out") == 0
    assert len(station.rows("out")) == 13


def test_release__the_version_is_a_quasi_identifier__every_version_waits_and_a_reader_sees_which(
    station: Station,
) -> None:
    plan = PLAN.replace("language: 1", "language: 1, questionnaire_version: 0")
    station.receive([*answering(12, of=tiny()), *answering(2, of=reworded(), start=100)], of=(tiny(), reworded()))
    assert station.release("out", plan) == 0
    assert len(station.rows("out")) == 12
    assert station.manifest("out")["quasi_identifiers"] == ["language", "questionnaire_version", "age"]


def test_codebook__column_asked_in_two_ways__says_which_version_holds_what(station: Station) -> None:
    before, after = paged(), paged(mood="${age} = 1")
    station.receive(answering(12, of=before), of=(before,))
    station.receive(answering(3, of=after, start=100), of=(after,))
    assert station.release("out") == 0
    codebook = json.loads((station.root / "out" / "codebook.json").read_text())
    held = {variable["name"]: variable["meanings"] for variable in codebook["variables"]}
    assert [(one["universe"], one["codes"]) for one in held["mood"]] == [
        ("", [-2, 1, 2, 3]),
        ("${age} = 1", [-2, 1, 2, 3]),
    ]
    assert [one["versions"] for one in held["needs_01"]] == [codebook["versions"]]
    assert sorted(each for one in held["mood"] for each in one["versions"]) == sorted(codebook["versions"])


def test_totals__one_response_of_a_version_in_a_cell_of_its_own__is_rounded_away(station: Station) -> None:
    later = asking("mood", values=values(1, 2, 3, 7, -2))
    station.receive([*answering(12, of=tiny()), *answering(2, of=later, start=100, mood=7)], of=(tiny(), later))
    assert station.release("out", TOTALS + "tables: [[mood]]\n") == 0
    with (station.root / "out" / "totals.csv").open(newline="") as file:
        cells = {row["cell"]: row["count"] for row in csv.DictReader(file)}
    assert (cells['{"mood":1}'], cells['{"mood":7}'], cells['{"mood":"all"}']) == ("10", "0", "15")


def tiny_series() -> Series:
    """The series of the tiny plan."""
    versions = versions_in([document_of(tiny())])
    return series_of(read_plan(PLAN, source="plan.yaml").plan, Instrument(versions=versions))


@pytest.mark.parametrize(("of_second_way", "is_refused"), [(2, True), (3, False)])
def test_check_rows__a_way_of_asking_under_k_in_the_written_file__is_refused(
    station: Station, of_second_way: int, is_refused: bool
) -> None:
    station.receive(answering(12, of=tiny()))
    station.release("out")
    ways = [0] * (12 - of_second_way) + [1] * of_second_way
    path, series = station.root / "out" / "responses.csv", tiny_series()
    if not is_refused:
        return check_rows(path, series, ways=ways)
    with pytest.raises(ReleaseRefused, match="Classes with fewer than 3 rows: 1"):
        check_rows(path, series, ways=ways)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 2), st.integers(0, 2)), max_size=80), st.integers(5, 25))
def test_kept_rows__versions_over_many_releases__any_two_states_differ_by_k_of_a_version_or_none(
    arriving: list[tuple[int, int]], size: int
) -> None:
    series, pending, releases = tiny_series(), list[tuple[int, int]](), list[Counter[tuple[int, int]]]()
    for start in range(0, len(arriving), size):
        pending += arriving[start : start + size]
        rows = [("en", age, 1, 0, 0, 0) for age, _way in pending]
        kept = set(kept_rows(rows, series, ways=[way for _age, way in pending]))
        releases.append(Counter(one for place, one in enumerate(pending) if place in kept))
        pending = [one for place, one in enumerate(pending) if place not in kept]
    for before, after in combinations(range(len(releases) + 1), 2):
        assert all(count >= 3 for count in sum(releases[before:after], Counter[tuple[int, int]]()).values())
    assert sum(releases, Counter[tuple[int, int]]()) + Counter(pending) == Counter(arriving)
