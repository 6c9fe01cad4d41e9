"""Expected shares: what a file may say, what stands for the rest, and every mistake with its line."""

from pathlib import Path

import numpy as np
import pytest

from selfhelp_survey.core.questionnaire import QuestionType, Role, Value
from selfhelp_survey.research.errors import MarginalsError
from selfhelp_survey.research.planning.marginals import SEVERAL, Choice, Marginals, choice, ticks
from selfhelp_survey.research.planning.marginals_reader import LARGEST_FILE, read_marginals, read_marginals_file
from tests.unit.research.planned import exit_marginals
from tests.unit.research.survey import question, text, tiny, values

pytestmark = pytest.mark.once


def told(source: str) -> list[str]:
    """What is said of a file, a line each."""
    with pytest.raises(MarginalsError) as caught:
        read_marginals(source, tiny(), source="m.yaml")
    return str(caught.value).splitlines()


def test_marginals__whole_file__is_read_as_fractions() -> None:
    source = "questionnaire: tiny\nleft_blank: 7.5\ngoes_on: 50\nshares:\n  age: {1: 60, 2: 30, -2: 10}\n"
    read = read_marginals(source, tiny(), source="m.yaml")
    assert (read.left_blank, read.goes_on, read.source) == (0.075, 0.5, "m.yaml")
    assert read.shares == {"age": {1: 0.6, 2: 0.3, -2: 0.1}}


def test_marginals__several_mistakes__are_told_at_once_with_their_lines() -> None:
    source = (
        "questionaire: tiny\ngoes_on: 101\nshares:\n  aeg: {1: 100}\n  mood: {1: 50, 9: 50}\n  language: {en: -1}\n"
    )
    assert told(source) == [
        "m.yaml, line 1: there is no key 'questionaire' in marginals. Did you mean 'questionnaire'?",
        "m.yaml, line 2: a share is a number from 0 to 100, in percent",
        "m.yaml, line 4: tiny has nothing called 'aeg'. Did you mean 'age'?",
        "m.yaml, line 5: mood has no code '9'; it has 1, 2, 3, -2, -1",
        "m.yaml, line 6: a share is a number from 0 to 100, in percent",
    ]


@pytest.mark.parametrize(
    ("second", "fits"), [("38.9", False), ("39", True), ("40", True), ("41", True), ("41.1", False)]
)
def test_marginals__sum_around_a_hundred__may_miss_it_by_one(second: str, fits: bool) -> None:
    source = f"shares:\n  age: {{1: 60, 2: {second}}}\n"
    if fits:
        read_marginals(source, tiny(), source="m.yaml")
    else:
        assert told(source)[0].startswith("m.yaml, line 2: the shares of age add up to ")


@pytest.mark.parametrize(("ticked", "fits"), [(90, True), (91, True), (92, False)])
def test_marginals__multiple_question__who_gives_no_answer_ticks_nothing(ticked: int, fits: bool) -> None:
    source = f"shares:\n  needs: {{1: {ticked}, 2: 50, -2: 10}}\n"
    if fits:
        read_marginals(source, tiny(), source="m.yaml")
    else:
        assert told(source)[0].startswith("m.yaml, line 2: the shares of needs are too large")


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("shares: [1]", "m.yaml, line 1: shares takes names"),
        ("shares:\n  age: 3", "m.yaml, line 2: age takes the share of each code"),
        ("shares:\n  words: {1: 100}", "m.yaml, line 2: tiny has nothing called 'words'"),
        ("shares:\n  age: {1: 50, 1: 50}", "m.yaml, line 2: the key '1' stands twice"),
        ("shares:\n  age: {1: many}", "m.yaml, line 2: a share is a number"),
        ("questionnaire: other", "m.yaml, line 1: these marginals are for another questionnaire"),
        ("shares: &a {age: {1: 100}}", "m.yaml, line 1: anchors"),
        ("- 1", "m.yaml, line 1: marginals are keys and values"),
        ("shares: {", "m.yaml, line 1: this is not YAML"),
    ],
)  # fmt: skip
def test_marginals__what_cannot_be__is_refused_with_its_line(source: str, line: str) -> None:
    assert told(source)[0].startswith(line)


@pytest.mark.parametrize(
    ("content", "said"), [(b"\xff\xfe", "UTF-8"), (b"#" * (LARGEST_FILE + 1), "larger"), (None, "read")]
)
def test_marginals_file__unreadable__is_one_sentence(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "m.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(MarginalsError, match=said):
        read_marginals_file(path, tiny())


def test_shipped_marginals__every_share__belongs_to_the_exit_survey() -> None:
    shares = exit_marginals().shares
    assert {"language", "channel", "a2_age", "a3_gender", "a4_region", "k1_use", "h3_sought"} <= shares.keys()


def probabilities(made: Choice) -> dict[object, float]:
    """The share of each code of a choice."""
    edges = [0.0, *made.edges.tolist()]
    return {code: round(edges[place + 1] - edges[place], 6) for place, code in enumerate(made.codes)}


def test_choice__no_missing_code_declared__blank_and_declined_come_off_first() -> None:
    marginals = Marginals(source="m", shares={"age": {1: 0.75, 2: 0.25}}, left_blank=0.1, declined=0.1)
    assert probabilities(choice("age", question("age", Role.SENSITIVE), marginals)) == {
        1: 0.6,
        2: 0.2,
        -1: 0.1,
        -2: 0.1,
    }


def test_choice__missing_code_declared__nothing_comes_on_top() -> None:
    marginals = Marginals(source="m", shares={"age": {1: 0.9, -2: 0.1}}, left_blank=0.5)
    assert probabilities(choice("age", question("age", Role.SENSITIVE), marginals)) == {1: 0.9, -2: 0.1}


def test_choice__required_question__has_no_missing_code() -> None:
    asked = question("age", Role.CONTROL, required=True, refusable=False, values=values(1, 2))
    assert probabilities(choice("age", asked, Marginals(source="m"))) == {1: 0.5, 2: 0.5}


def test_choice__number_without_shares__is_even_within_its_bounds() -> None:
    asked = question("age", Role.SENSITIVE, type=QuestionType.NUMBER, values=(), minimum=3, maximum=5)
    assert probabilities(choice("age", asked, Marginals(source="m", left_blank=0.1))) == {
        3: 0.3,
        4: 0.3,
        5: 0.3,
        -1: 0.1,
    }


def test_choice__chance_at_an_edge__takes_the_next_code() -> None:
    made = Choice.of({"a": 1.0, "b": 1.0})
    assert made.pick(np.array([0.0, 0.499, 0.5, 0.999])) == ["a", "a", "b", "b"]


def test_ticks__exclusive_and_missing_codes__stand_alone() -> None:
    offered = (*values(1, 2, -2), Value(code=0, label=text("none"), exclusive=True))
    asked = question("needs", Role.SENSITIVE, type=QuestionType.MULTIPLE, values=offered)
    held = ticks(asked, Marginals(source="m", shares={"needs": {1: 0.3, 2: 0.6, 0: 0.3, -2: 0.1}}))
    assert held.alone == pytest.approx({0: 0.3, -2: 0.1, SEVERAL: 0.6})
    assert held.shares == pytest.approx({1: 0.5, 2: 1.0})
