"""What an author writes is read, or every problem is told at once, with its line and the way out."""

from __future__ import annotations

import time

import pytest

from selfhelp_survey.authoring.problems import CATALOGUE, MAXIMUM_SHOWN, Problem, ProblemsFound, Severity, did_you_mean
from selfhelp_survey.authoring.source_tree import MAXIMUM_BYTES, MAXIMUM_DEPTH, MAXIMUM_ENTRIES, MAXIMUM_LINE
from selfhelp_survey.authoring.yaml_reader import read_questionnaire, read_with_warnings
from selfhelp_survey.authoring.yaml_writer import write_questionnaire
from selfhelp_survey.core.answers import MissingCode
from selfhelp_survey.core.document import document_of, questionnaire_in
from selfhelp_survey.core.questionnaire import Questionnaire

GOOD = """\
questionnaire: tiny
languages: [en, fi]
title: {en: A few questions, fi: Muutama kysymys}
usable: ${q1_use} != 2
prefer_not_to_say: {en: I prefer not to say, fi: En halua sanoa}
not_sure: {en: Not sure, fi: En tiedä}
lists:
  yes_no:
    - {code: 1, label: {en: Yes, fi: Kyllä}}
    - {code: 2, label: {en: No, fi: Ei}}
hierarchies:
  region:
    - - {code: 1, members: [1, 2], label: {en: Here, fi: Täällä}}
      - {code: 2, members: [3], label: {en: There, fi: Siellä}}
    - - {code: 1, members: [1, 2, 3], label: {en: Anywhere, fi: Missä vain}}
  channel: []
  language:
    - - {code: en, members: [en], label: {en: English, fi: englanti}}
      - {code: other, rest: true, label: {en: Other, fi: Muu}}
pages:
  - page: consent
    title: {en: Welcome, fi: Tervetuloa}
    facts:
      - {heading: {en: Who, fi: Kuka}, text: {en: "{organisation}", fi: "{organisation}"}}
    admits: ${c1_adult} = 1
    questions:
      - name: c1_adult
        type: single
        role: control
        values: yes_no
        required: true
        prefer_not_to_say: false
        label: {en: Are you an adult?, fi: Oletko aikuinen?}
  - page: about
    part: 2
    title: {en: About you, fi: Sinusta}
    questions:
      - name: a1_region
        type: single
        role: quasi-identifier
        hierarchy: region
        label: {en: Where?, fi: Missä?}
        values:
          - {code: 1, label: {en: North, fi: Pohjoinen}}
          - {code: 2, label: {en: South, fi: Etelä}}
          - {code: 3, label: {en: Away, fi: Poissa}}
      - name: m1_what
        type: multiple
        role: insensitive
        values: yes_no
        not_sure: true
        label: {en: What?, fi: Mitä?}
      - {name: n1, type: number, role: insensitive, minimum: 0, maximum: 9, label: {en: How many?, fi: Montako?}}
  - page: grid
    part: 2
    title: {en: Grid, fi: Taulukko}
    relevant: ${a1_region} = 1
    questions:
      - name: g1
        type: matrix
        role: sensitive
        values: yes_no
        rows:
          - {name: g1_one, label: {en: One, fi: Yksi}}
          - {name: g1_two, label: {en: Two, fi: Kaksi}}
        label: {en: How?, fi: Miten?}
      - {name: t1, type: note, label: {en: A note, fi: Huomautus}}
      - {name: o1, type: text, role: free text, max_length: 500, label: {en: More?, fi: Lisää?}}
      - {name: q1_use, type: single, role: control, values: yes_no, label: {en: Use?, fi: Saako?}}
"""


def read(text: str) -> Questionnaire:
    return read_questionnaire(text, source="tiny.yaml")


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(ProblemsFound) as found:
        read(text)
    return found.value.problems


def with_change(before: str, after: str) -> str:
    assert before in GOOD
    return GOOD.replace(before, after, 1)


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_reading__good_file__no_problem_and_no_warning() -> None:
    reading = read_with_warnings(GOOD, source="tiny.yaml")
    assert reading.warnings == ()
    assert [page.name for page in reading.questionnaire.pages] == ["consent", "about", "grid"]


def test_reading__not_sure_and_prefer_not_to_say__stand_last_and_alone_in_a_multiple_question() -> None:
    values = read(GOOD).home_of("m1_what")[1].values
    assert [(value.code, value.exclusive) for value in values] == [(1, False), (2, False), (-3, True), (-2, True)]


def test_reading__prefer_not_to_say_false__is_not_added() -> None:
    assert read(GOOD).home_of("c1_adult")[1].codes == {1, 2}


def test_reading__missing_code_in_the_values__is_not_added_again() -> None:
    text = with_change("- {code: 2, label: {en: No, fi: Ei}}", "- {code: -2, label: {en: Rather not, fi: En halua}}")
    question = read(text).home_of("q1_use")[1]
    assert [value.code for value in question.values] == [1, MissingCode.PREFER_NOT_TO_SAY]


def test_reading__switched_off_question__is_left_out() -> None:
    assert not read(with_change("max_length: 500,", "max_length: 500, enabled: false,")).asks("o1")


def test_reading__page_of_switched_off_questions__is_left_out() -> None:
    text = with_change("  - page: grid", "  - page: words\n    part: 2\n    title: {en: Words, fi: Sanoja}\n    "
                       "questions:\n      - {name: x1, enabled: false}\n  - page: grid")  # fmt: skip
    assert not read(text).has_page("words")


def test_reading__no_as_language_and_yes_as_label__stay_words() -> None:
    text = GOOD.replace("[en, fi]", "[en, no]").replace("fi: ", "no: ")
    questionnaire = read(text)
    assert questionnaire.languages == ("en", "no")
    assert questionnaire.home_of("q1_use")[1].label_of(1).in_language("en") == "Yes"


def test_writing__good_file__reads_back_as_the_same_questionnaire() -> None:
    assert read(write_questionnaire(read(GOOD))) == read(GOOD)


def test_document__good_file__reads_back_as_the_same_questionnaire() -> None:
    assert questionnaire_in(document_of(read(GOOD))) == read(GOOD)


def test_writing__labels_that_look_like_something_else__come_back_as_words() -> None:
    awkward = ("'no'", "'12'", "'~'", "'a: b # c'", "'- x'", "'{organisation}: {minutes}'", "'two\n\n        lines'")
    for wording in awkward:
        questionnaire = read(with_change("en: Where?", f"en: {wording}"))
        assert read(write_questionnaire(questionnaire)) == questionnaire, wording


WRONG = [
    # what stands in the good file, what instead, the code, what the fix says
    ("        hierarchy: region", "        heirarchy: region", "Q110", "Did you mean 'hierarchy'?"),
    ("type: multiple", "type: mutliple", "Q112", "Did you mean 'multiple'?"),
    ("required: true", "required: 'true'", "Q112", "true or false"),
    ("required: true", "required: yes", "Q112", "true or false"),
    ("{code: 1, label: {en: Yes", "{code: 01, label: {en: Yes", "Q112", "without quotes or leading zeros"),
    ("{code: 1, label: {en: Yes", "{code: '1', label: {en: Yes", "Q112", "without quotes"),
    ("{code: 1, label: {en: Yes", "{code: 2, label: {en: Yes", "Q141", "another code"),
    ("{code: 1, label: {en: Yes", "{code: -1, label: {en: Yes", "Q142", "from 0 up"),
    ("title: {en: About you, fi: Sinusta}", "title: {en: About you}", "Q120", "take the language out"),
    ("title: {en: About you, fi: Sinusta}", "title: {en: About you, fi: '  '}", "Q120", "Write it"),
    ("title: {en: About you, fi: Sinusta}", "title: About you", "Q112", "one wording for each language"),
    ("    title: {en: About you, fi: Sinusta}\n", "", "Q111", "Write 'title:"),
    ("en: Welcome", "en: <b>Welcome</b>", "Q122", "Texts are plain"),
    ("en: Welcome", "en: <img src=x onerror=y>", "Q122", "Texts are plain"),
    ("en: Welcome", "en: Fish &amp; chips", "Q122", "Texts are plain"),
    ("en: Welcome", "en: 'see javascript:alert'", "Q122", "Texts are plain"),
    ("en: Welcome", "en: '{organization}'", "Q123", "Did you mean 'organisation'?"),
    ("en: Welcome", 'en: "Welc\\u2066ome"', "Q124", "Write the text anew"),
    ("- name: m1_what", "- name: c1_adult", "Q131", "Rename"),
    ("- name: m1_what", "- name: M1", "Q130", "a-z, 0-9"),
    ("- name: m1_what", "- name: " + "m" * 30, "Q130", "29 in a multiple"),
    ("name: n1,", "name: " + "n" * 33 + ",", "Q130", "32 characters"),
    ("name: n1,", "name: __proto__,", "Q130", "a letter first"),
    ("name: n1,", "name: language,", "Q130", "another name"),
    ("name: n1,", "name: t,", "Q130", "another name"),
    ("name: n1,", "name: go,", "Q130", "another name"),
    ("name: n1,", "name: pause,", "Q130", "another name"),
    ("name: n1,", "name: website,", "Q130", "another name"),
    ("relevant: ${a1_region} = 1", "relevant: ${g1_one} = 1 or ${a1_region} = 1", "Q152", "Move that question"),
    ("name: n1,", "name: m1_what_01,", "Q131", "Rename"),
    ("- page: about", "- page: consent", "Q131", "Rename"),
    ("- page: about", "- page: check", "Q130", "another name"),
    ("- page: about", "- page: About", "Q130", "a-z, 0-9"),
    ("  - page: grid\n    part: 2", "  - page: grid\n    part: 1", "Q180", "Move it up"),
    ("  - page: grid\n    part: 2", "  - page: grid\n    part: 3", "Q112", "1 or 2"),
    ("values: yes_no\n        not_sure", "values: yes_on\n        not_sure", "Q140", "Did you mean 'yes_no'?"),
    ("relevant: ${a1_region} = 1", "relevant: ${a1_region} = = 1", "Q150", "Write it like"),
    ("relevant: ${a1_region} = 1", "relevant: ${a1_regoin} = 1", "Q151", "Did you mean 'a1_region'?"),
    ("relevant: ${a1_region} = 1", "relevant: ${g1_one} = 1", "Q152", "Move that question"),
    ("relevant: ${a1_region} = 1", "relevant: ${g1} = 1", "Q151", "Known here"),
    ("admits: ${c1_adult} = 1", "admits: ${a1_region} = 1", "Q152", "Move that question"),
    ("        hierarchy: region\n", "", "Q165", "hierarchy: name"),
    ("        hierarchy: region\n", "        hierarchy: regoin\n", "Q160", "Did you mean 'region'?"),
    ("  channel: []", "  quarter: []", "Q160", "Leave it out"),
    ("  channel: []", "  shoes: []", "Q160", "Name it in a question"),
    ("members: [3]", "members: []", "Q161", "rest: true"),
    ("members: [3]", "members: [3, 4]", "Q164", "1, 2, 3"),
    ("members: [3]", "members: [2, 3]", "Q163", "Keep it in one"),
    ("- - {code: 1, members: [1, 2, 3]",
     "- - {code: 2, members: [1], label: {en: A, fi: A}}\n      - {code: 1, members: [2, 3]", "Q162", "Keep together"),
    ("        role: sensitive\n", "", "Q170", "Write one of"),
    ("        role: sensitive\n", "        role: free text\n", "Q170", "Change the role"),
    ("role: free text", "role: sensitive", "Q170", "Change the role"),
    ("        role: sensitive\n", "        role: secret\n", "Q170", "Known here"),
    ("max_length: 500, ", "", "Q111", "max_length: 500"),
    ("max_length: 500, ", "max_length: 0, ", "Q111", "max_length: 500"),
    ("minimum: 0, maximum: 9", "minimum: 9, maximum: 0", "Q143", "Swap"),
    ("minimum: 0, maximum: 9", "minimum: -5, maximum: 9", "Q142", "minimum: 0"),
    ("minimum: 0, maximum: 9", "max_length: 9", "Q143", "Leave it out"),
    ("{name: t1, type: note,", "{name: t1, type: note, role: control,", "Q143", "Leave it out"),
    ("languages: [en, fi]", "languages: [en, fi, fi]", "Q131", "Keep one"),
    ("languages: [en, fi]", "languages: [en, ../../etc]", "Q112", "small letters"),
    ("languages: [en, fi]\n", "", "Q111", "languages: [en]"),
    ("questionnaire: tiny\n", "", "Q111", "first line"),
    ("questionnaire: tiny", "questionnaire: Tiny!", "Q199", "Correct it"),
    ("usable: ${q1_use} != 2", "usable: ${q1_us} != 2", "Q151", "Did you mean 'q1_use'?"),
    ("prefer_not_to_say: {en: I prefer not to say, fi: En halua sanoa}\n", "", "Q111", "at the top"),
    ("    title: {en: Grid,", "    title: {en: A, fi: B}\n    title: {en: Grid,", "Q102", "Keep one"),
    ("languages: [en, fi]", "languages: &l [en, fi]", "Q103", "lists"),
    ("languages: [en, fi]", "languages: *l", "Q103", "lists"),
    ("questionnaire: tiny", "questionnaire: !!python/object:os.system tiny", "Q104", "Leave the tag out"),
    ("questionnaire: tiny", "questionnaire: {tiny", "Q101", "indentation"),
    ("questionnaire: tiny", "questionnaire: ti\0ny", "Q100", "Delete the character"),
    ("questionnaire: tiny", "? [a, b]\n: tiny", "Q101", "key: value"),
    ("questionnaire: tiny", "x: 1\n---\nquestionnaire: tiny", "Q101", "one questionnaire in a file"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "code", "fix"), WRONG, ids=[f"{w[2]}-{n}" for n, w in enumerate(WRONG)])
def test_reading__one_mistake__told_with_code_and_fix(before: str, after: str, code: str, fix: str) -> None:
    found = problems(with_change(before, after))
    assert any(problem.code == code and fix in problem.fix for problem in found), [str(each) for each in found]


@pytest.mark.parametrize(
    ("before", "after"), [("type: multiple", "type: x"), ("role: sensitive", "role: x"), ("en: Welcome", "en: <b>")]
)
def test_reading__one_mistake__names_its_line(before: str, after: str) -> None:
    text = with_change(before, after)
    assert problems(text)[0].line == line_of(GOOD, before)


def test_reading__condition_that_cannot_be_read__names_the_character() -> None:
    (problem,) = problems(with_change("relevant: ${a1_region} = 1", "relevant: ${a1_region} = = 1"))
    assert "at character 16" in problem.message


def test_reading__many_mistakes__all_at_once_in_the_order_of_the_file() -> None:
    text = with_change("type: multiple", "type: x").replace("role: sensitive", "role: x")
    text = text.replace("- page: about", "- page: X")
    found = problems(text)
    assert {"Q112", "Q170", "Q130"} <= {problem.code for problem in found}
    assert [problem.line for problem in found] == sorted(problem.line for problem in found)


def test_reading__condition_on_a_switched_off_question__says_so() -> None:
    text = with_change("      - name: a1_region\n", "      - name: a1_region\n        enabled: false\n")
    assert any("switched off" in problem.fix for problem in problems(text))


def test_reading__language_that_is_not_listed__is_a_warning_and_kept() -> None:
    reading = read_with_warnings(with_change("{en: Welcome,", "{sv: Välkommen, en: Welcome,"), source="tiny.yaml")
    assert [(problem.code, problem.severity) for problem in reading.warnings] == [("Q121", Severity.WARNING)]
    assert reading.questionnaire.pages[0].title.in_language("sv") == "Välkommen"


def test_catalogue__every_code_that_the_reader_knows__is_described() -> None:
    assert {code for _, _, code, _ in WRONG} <= set(CATALOGUE)


def test_message__hostile_name__is_short_and_free_of_control_characters() -> None:
    hostile = "x\u202e\u0085" + "<script>" * 300
    message = str(problems(with_change("- name: m1_what", f'- name: "{hostile}"'))[0])
    assert "\u202e" not in message
    assert "\u0085" not in message
    assert len(message) < 400


def test_message__very_many_problems__is_cut() -> None:
    found = [Problem(code="Q110", line=n, column=1, message="m", fix="f") for n in range(1, MAXIMUM_SHOWN + 2)]
    assert str(ProblemsFound(found, source="x")).endswith("... and 1 more")


def test_did_you_mean__nothing_close__lists_what_is_known() -> None:
    assert did_you_mean("zzzz", ["name", "type"]) == "Known here: name, type"


HOSTILE = {
    "alias bomb": "a: &a [x, x]\n" + "".join(f"k: &{c} [*{p}, *{p}]\n" for p, c in ("ab", "bc", "cd", "de", "ef")),
    "deep flow": "a: " + "[" * 5000,
    "deep flow, closed": "a: " + "[" * 2400 + "]" * 2400,
    "deep blocks": "- " * 2400 + "x",
    "deep keys": "\n".join(" " * n + "a:" for n in range(2000)),
    "python object": "questionnaire: !!python/object/apply:os.system ['true']",
    "huge": "a: b\n" * 500_000,
    "long line": "a: " + "x" * 100_000,
    "many entries": "pages:\n" + "".join(f"  - {{page: p{n}}}\n" for n in range(10_000)),
    "many keys": "".join(f"k{n}: {{a: b}}\n" for n in range(20_000)),
    "nul": "a: b\0",
    "empty": "",
    "only a word": "hello",
    "only a list": "- a\n- b",
    "lone surrogate": "a: \ud800",
    "merge": "a: {<<: {b: c}}",
    "directive": "%YAML 1.1\n---\na: no",
    "bad directive": "%TAG ! tag:evil,2000:\n---\n!x a: b",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file__any__clear_error_with_a_line_in_reasonable_time(name: str) -> None:
    begun = time.process_time()
    found = problems(HOSTILE[name])
    assert time.process_time() - begun < 4  # about a second on a quiet machine
    assert found[0].line >= 1
    assert found[0].message


@pytest.mark.parametrize(("length", "is_refused"), [(MAXIMUM_LINE, False), (MAXIMUM_LINE + 1, True)])
def test_limit__line_length__both_sides(length: int, is_refused: bool) -> None:
    text = GOOD + "#" * length
    assert is_refused_by_limits(text) is is_refused


@pytest.mark.parametrize(("extra", "is_refused"), [(0, False), (1, True)])
def test_limit__file_size__both_sides(extra: int, is_refused: bool) -> None:
    line = "#" * 999 + "\n"
    room = MAXIMUM_BYTES - len(GOOD.encode())
    text = GOOD + line * (room // 1000) + "#" * (room % 1000 + extra)
    assert is_refused_by_limits(text) is is_refused


@pytest.mark.parametrize(("depth", "is_refused"), [(MAXIMUM_DEPTH - 1, False), (MAXIMUM_DEPTH, True)])
def test_limit__depth__both_sides(depth: int, is_refused: bool) -> None:
    text = "a: " + "[" * (depth - 1) + "x" + "]" * (depth - 1)
    assert any(problem.code == "Q105" for problem in problems(text)) is is_refused


@pytest.mark.parametrize(("entries", "is_refused"), [(MAXIMUM_ENTRIES, False), (MAXIMUM_ENTRIES + 1, True)])
def test_limit__entries_of_a_list__both_sides(entries: int, is_refused: bool) -> None:
    text = "pages: [" + ", ".join(["x"] * entries) + "]"
    assert any(problem.code == "Q105" for problem in problems(text)) is is_refused


@pytest.mark.parametrize(("entries", "is_refused"), [(MAXIMUM_ENTRIES, False), (MAXIMUM_ENTRIES + 1, True)])
def test_limit__keys_of_a_block__both_sides(entries: int, is_refused: bool) -> None:
    text = "".join(f"k{number}: x\n" for number in range(entries))
    assert any(problem.code == "Q105" for problem in problems(text)) is is_refused


def is_refused_by_limits(text: str) -> bool:
    try:
        read(text)
    except ProblemsFound:
        return True
    return False
