"""What must hold for any cell of any export: mapped, missing or unmapped, exactly one of them, and never guessed."""

from collections.abc import Mapping, Sequence

from hypothesis import example, given
from hypothesis import strategies as st

from selfhelp_survey.core.expression import Expression
from selfhelp_survey.core.harmonised import HarmonisedVariable
from selfhelp_survey.core.questionnaire import QuestionType, Value
from selfhelp_survey.core.text import Text
from selfhelp_survey.research.crosswalk.mapping import Conflict, harmonise
from selfhelp_survey.research.crosswalk.plan import (
    MappedAnswer,
    MappedVariable,
    OneColumn,
    SeveralColumns,
    Source,
    TickedColumns,
    plain,
)
from selfhelp_survey.research.crosswalk.tally import SHOWN_FROM, Tally

CODING = {"": -1, "Yes": 1, "No": 2, "é": 3, "refused": -2, "unsure": -3, "99": -8, "n/a": -4}
EXCLUSIVE = 3
WORDS = st.one_of(
    st.sampled_from([*CODING, "yes", "Yes.", "E\u0301", "e\u0301", "0", "1", "Y es"]), st.text(max_size=5)
)
CELLS = st.fixed_dictionaries({name: WORDS.map(plain) for name in ("a", "b", "gate")})


def variable(name: str, kind: QuestionType, source: Source, relevance: Expression | None = None) -> MappedVariable:
    codes = {code for code in CODING.values() if code > 0}
    values = tuple(
        Value(code=code, label=Text.of({"en": str(code)}), exclusive=code == EXCLUSIVE) for code in sorted(codes)
    )
    target = HarmonisedVariable(name=name, type=kind, label=Text.of({"en": name}), values=values)
    return MappedVariable(
        target=target, answers=(MappedAnswer(name=name, source=source, coding=CODING),), relevance=relevance
    )


GATE = variable("gate", QuestionType.SINGLE, OneColumn("gate"))
SINGLE = variable("one", QuestionType.SINGLE, OneColumn("a"))
GATED = variable("one", QuestionType.SINGLE, OneColumn("a"), Expression("${gate} = 1"))
SEVERAL = variable("many", QuestionType.MULTIPLE, SeveralColumns(("a", "b")))
CUT = variable("many", QuestionType.MULTIPLE, OneColumn("a", ";"))
TICKED = variable(
    "many", QuestionType.MULTIPLE, TickedColumns({"a": 1, "b": 2}, frozenset({"1"}), frozenset({"", "0"}))
)


@given(CELLS)
def test_single__any_cell__ends_in_exactly_one_of_three(cells: Mapping[str, str]) -> None:
    found = harmonise(cells, [SINGLE])
    code = CODING.get(cells["a"])
    assert [cells["a"]] * (code is None) == [value for _column, value in found.unmapped]
    expected = -8 if code is None or code == -4 else code
    assert found.answers.get("one", -1) == expected
    assert bool(found.conflicts) == (code == -4)


@given(CELLS)
@example({"a": "No", "b": "", "gate": "Yes"})
@example({"a": "No", "b": "", "gate": "No"})
def test_gated__any_cells__have_an_answer_only_where_asked(cells: Mapping[str, str]) -> None:
    found = harmonise(cells, [GATE, GATED])
    is_asked, code = CODING.get(cells["gate"]) == 1, CODING.get(cells["a"])
    assert ("one" in found.answers) == (is_asked and code != -1)
    assert (("one", Conflict.ASKED_ANYHOW) in found.conflicts) == (not is_asked and code in {1, 2, 3, -2, -3})
    assert (("a", cells["a"]) in found.unmapped) == (code is None)


def slowly(texts: list[str], ticks: list[int] | None = None) -> tuple[object, list[str]]:
    """The answer of a multiple question and its unmapped values, from its rules one by one."""
    filled = [text for text in texts if text]
    unknown = [text for text in filled if text not in CODING]
    codes = set(ticks or []) | {CODING[text] for text in filled if text in CODING}
    if unknown or -8 in codes:
        return (-8,), unknown
    if not codes:
        return None, []
    if any(code < 0 for code in codes) or (EXCLUSIVE in codes):
        only = codes.pop() if len(codes) == 1 else -8
        return (None if only == -1 else (-8 if only == -4 else only,)), []
    return tuple(sorted(codes)), []


@given(CELLS)
@example({"a": "é", "b": "Yes", "gate": ""})
@example({"a": "No", "b": "Yes", "gate": ""})
@example({"a": "refused", "b": "Yes", "gate": ""})
def test_several_columns__any_cells__agree_with_the_slow_twin(cells: Mapping[str, str]) -> None:
    found = harmonise(cells, [SEVERAL])
    assert (found.answers.get("many"), [text for _, text in found.unmapped]) == slowly([cells["a"], cells["b"]])


@example(["é", "Yes"])
@given(st.lists(WORDS.map(lambda word: word.replace(";", "")), max_size=4))
def test_cell_with_several_values__any_of_them__agree_with_the_slow_twin(words: list[str]) -> None:
    found = harmonise({"a": plain("; ".join(words))}, [CUT])
    assert (found.answers.get("many"), [text for _, text in found.unmapped]) == slowly([plain(word) for word in words])


@given(CELLS)
@example({"a": "1", "b": "1", "gate": ""})
@example({"a": "1", "b": "é", "gate": ""})
def test_ticked_columns__any_cells__agree_with_the_slow_twin(cells: Mapping[str, str]) -> None:
    found = harmonise(cells, [TICKED])
    ticks = [code for column, code in (("a", 1), ("b", 2)) if cells[column] == "1"]
    rest = [cells[column] for column in "ab" if cells[column] not in {"1", "0", ""}]
    assert (found.answers.get("many"), [text for _, text in found.unmapped]) == slowly(rest, ticks)


@given(CELLS)
def test_every_kind__unmapped_or_contradicting__is_never_a_value(cells: Mapping[str, str]) -> None:
    for one in (SINGLE, SEVERAL, CUT, TICKED):
        found = harmonise(cells, [one])
        if found.unmapped or found.conflicts:
            assert found.answers[one.target.name] in {-8, (-8,)}


VALUES = st.tuples(st.sampled_from("ab"), st.sampled_from(["x", "y", "own words"]))


@given(st.lists(st.lists(VALUES, max_size=12), max_size=15))
@example([[("a", "own words")] * SHOWN_FROM])
@example([[("a", "x")]] * SHOWN_FROM)
def test_tally__values_of_rows__are_counted_by_rows_as_the_slow_twin(rows: Sequence[list[tuple[str, str]]]) -> None:
    tally = Tally()
    for number, values in enumerate(rows, start=2):
        tally.note_unmapped(values, number)
    slowly_counted = {pair: sum(pair in values for values in rows) for values in rows for pair in values}
    assert {(each.column, each.value): each.rows for each in tally.unmapped()} == slowly_counted
    shown = {(each.column, each.value) for each in tally.shown()}
    assert shown == {pair for pair, count in slowly_counted.items() if count >= SHOWN_FROM}
