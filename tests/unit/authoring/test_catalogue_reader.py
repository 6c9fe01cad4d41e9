"""The catalogue of harmonised variables is read, or every problem is told at once, with its line and the way out."""

from __future__ import annotations

import pytest

from selfhelp_survey.authoring.catalogue_reader import read_catalogue
from selfhelp_survey.authoring.problems import Problem, ProblemsFound
from selfhelp_survey.core.harmonised import Comparability

GOOD = """\
catalogue: tiny
languages: [en, es]
notes:
  own: {en: In its own words, es: Con sus palabras}
lists:
  extent:
    - {code: 1, label: {en: Little, es: Poco}}
    - {code: 2, label: {en: Much, es: Mucho}}
variables:
  - name: wish
    type: scale
    label: {en: Wish, es: Deseo}
    values: extent
    instruments:
      - {instrument: exit_survey, comparability: identical, time_reference: now}
      - {instrument: other, comparability: proxy, time_reference: up to now, note: own}
  - name: barriers
    type: matrix
    label: {en: Barriers, es: Barreras}
    values: extent
    rows:
      - {name: barriers_fear, label: {en: Fear, es: Miedo}}
"""


def problems(text: str) -> list[Problem]:
    with pytest.raises(ProblemsFound) as found:
        read_catalogue(text, source="tiny.yaml")
    return list(found.value.problems)


def test_reading__good_file__gives_names_values_columns_and_who_carries_what() -> None:
    catalogue = read_catalogue(GOOD, source="tiny.yaml")
    wish, barriers = catalogue
    assert (wish.columns, barriers.columns) == (("wish",), ("barriers_fear",))
    assert [value.code for value in wish.values] == [1, 2]
    held = wish.carried_by("other")
    assert held is not None
    assert (held.comparability, held.time_reference) == (Comparability.PROXY, "up to now")
    assert held.note is not None
    assert held.note.in_language("es") == "Con sus palabras"
    assert wish.carried_by("nobody") is None


WRONG = [
    ("catalogue: tiny", "catalog: tiny", "Q110", "Did you mean 'catalogue'?"),
    ("languages: [en, es]", "languages: [English]", "Q112", "list of language codes"),
    ("type: scale", "type: scael", "Q112", "Did you mean 'scale'?"),
    ("type: scale", "type: text", "Q112", "Known here"),
    ("comparability: proxy", "comparability: similar", "Q112", "Known here"),
    ("time_reference: now", "time_reference: nowish", "Q112", "Did you mean 'now'?"),
    ("note: own", "note: onw", "Q140", "Did you mean 'own'?"),
    ("values: extent\n    instruments", "values: extend\n    instruments", "Q140", "Did you mean 'extent'?"),
    ("{en: Wish, es: Deseo}", "{en: Wish}", "Q120", "languages"),
    ("- name: wish", "- name: Wish!", "Q130", "a-z"),
    ("- name: wish", "- name: barriers_fear", "Q131", "Rename"),
    ("- {instrument: other,", "- {instrument: exit_survey,", "Q199", "Correct it"),
    ("    rows:\n      - {name: barriers_fear, label: {en: Fear, es: Miedo}}\n", "", "Q199", "Correct it"),
    ("instrument: other, ", "", "Q111", "instrument"),
]


@pytest.mark.parametrize(("old", "new", "code", "fix"), WRONG)
def test_reading__one_thing_wrong__is_told_with_its_line_and_a_way_out(old: str, new: str, code: str, fix: str) -> None:
    assert GOOD.count(old) == 1
    told = [problem for problem in problems(GOOD.replace(old, new)) if problem.code == code]
    assert told
    assert fix in told[0].fix
    assert 1 <= told[0].line <= GOOD.count("\n")


def test_reading__two_things_wrong__are_told_at_once() -> None:
    text = GOOD.replace("type: scale", "type: x").replace("note: own", "note: x")
    assert {"Q112", "Q140"} <= {problem.code for problem in problems(text)}


def test_reading__no_mapping__is_told() -> None:
    assert [problem.code for problem in problems("- a list")] == ["Q112"]
