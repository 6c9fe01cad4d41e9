"""The re-check of what was written."""

import subprocess
import sys

import pytest

from selfhelp_survey.privacy.audit import audit
from selfhelp_survey.privacy.rule import SensitiveItem, SeriesRule

RULE = SeriesRule(
    quasi_identifiers=("age",), items=(SensitiveItem(name="help", variables=("a", "b"), values=4),), k=3, l=2, minimum=3
)
GOOD = ["age,a,b", "1,0,1", "1,1,0", "1,1,0"]


def broken(*lines: str) -> dict[str, int]:
    return {violation.code: violation.count for violation in audit(lines, RULE)}


def test_audit__good_file__finds_nothing() -> None:
    assert broken(*GOOD) == {}


def test_audit__class_of_k_minus_1__is_found() -> None:
    assert broken(*GOOD, "2,0,1", "2,1,0") == {"k": 1}


def test_audit__two_rows_lack_a_column_of_their_version__are_a_class_of_their_own() -> None:
    rows = [f"{line},1" for line in GOOD[1:]]
    assert broken("age,a,b,new", *rows, *[row[:-1] + "-6" for row in rows[:2]]) == {"k": 1}
    assert broken("age,a,b,new", *rows, *[row[:-1] + "-6" for row in rows]) == {}


def test_audit__same_pattern_throughout__is_found() -> None:
    assert broken("age,a,b", "1,0,1", "1,0,1", "1,0,1") == {"l": 1}


def test_audit__one_answer_among_missing__is_found() -> None:
    assert broken("age,a,b", "1,0,1", "1,-4,-4", "1,-4,-4") == {"l": 1}


def test_audit__nobody_answered__passes() -> None:
    assert broken("age,a,b", "1,-4,-4", "1,-4,-4", "1,-1,-1") == {}


@pytest.mark.parametrize("header", ["age,a", "a,b", "age,a,b,b", ""])
def test_audit__wrong_header__is_found(header: str) -> None:
    assert broken(header, "1,0,1") == {"header": 1}


def test_audit__ragged_row__is_found() -> None:
    assert broken(*GOOD, "1,0") == {"ragged": 1}


def test_audit__under_the_minimum__is_found() -> None:
    assert broken("age,a,b") == {"minimum": 1}


def test_audit__messages__hold_no_value() -> None:
    messages = " ".join(violation.message for violation in audit(["age,a,b", "971,0,1"], RULE))
    assert "971" not in messages


def test_audit__import__brings_no_numpy() -> None:
    code = "import selfhelp_survey.privacy.audit, sys; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
