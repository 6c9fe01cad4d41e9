"""Another spelling of a name is not another person; two names are two."""

from __future__ import annotations

import pytest

from selfhelp_survey.person_names import as_compared, fault_in_name


@pytest.mark.parametrize(
    ("name", "spelt"),
    [
        ("Ana", "Ána"), ("Ana", "A\u0301na"), ("Ana", " ANA. "), ("Ana", "A\u034fna"), ("Ana", "Ana\ufe0f"),
        ("Ana", "Ana\u3164"), ("Ana", "A\u115fna"), ("Ana", "A\u200bna"), ("Ana", "\uff21na"), ("Weiß", "WEISS"),
        ("Anna-Maria K", "Anna Maria K"), ("Ana K", "K, Ana"), ("Ana López", "lopez (ana)"), ("أحمد", "أَحْمَد"),
    ],
)  # fmt: skip
def test_name__spelt_otherwise__is_the_same(name: str, spelt: str) -> None:
    assert as_compared(name) == as_compared(spelt) != ""


@pytest.mark.parametrize(("name", "other"), [("Ana", "Anna"), ("Ana K", "Ana L"), ("Ana", "Ana 2"), ("Ana", "Naa")])
def test_name__of_somebody_else__is_another(name: str, other: str) -> None:
    assert as_compared(name) != as_compared(other)


@pytest.mark.parametrize("name", ["", " ", "...", "\u3164", "\u200b", "\u0301"])
def test_name__without_a_letter__is_nobodys_and_refused(name: str) -> None:
    assert as_compared(name) == ""
    assert "has letters" in fault_in_name(name)


@pytest.mark.parametrize("name", ["\u0410na", "An\u03b1", "Ana \u041f\u0435\u0442\u0440\u043e\u0432\u0430"])
def test_name__in_letters_of_two_scripts_that_look_alike__is_refused(name: str) -> None:
    assert "several scripts" in fault_in_name(name)


@pytest.mark.parametrize(
    "name", ["Ána", "\u0410\u043d\u043d\u0430", "\u0386\u03bd\u03bd\u03b1", "أحمد", "山田 Taro", "R2"]
)
def test_name__in_one_of_them__is_fine(name: str) -> None:
    assert fault_in_name(name) == ""
