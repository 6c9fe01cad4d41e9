"""Scripts for R, SPSS and Stata: what a program would read in them, and nothing in a label that it would run.

R and PSPP run theirs for real in `tests/archives`; here each is read as its language is defined.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selfhelp_survey.research.formats import r_script, spss_script, stata_script
from selfhelp_survey.research.formats.dta import LETTERS
from selfhelp_survey.research.formats.labels import cut_to_bytes, cut_to_characters, one_line, told_apart, worded
from selfhelp_survey.research.formats.statistical_labels import column_labels
from tests.unit.research.documents import COLUMNS, HOSTILE, TONGUES, records

pytestmark = pytest.mark.every_format

TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=200), st.text("/*\\`$\"'{}.a \n\u00e5", max_size=200)
).map(one_line)


def _script(module: ModuleType, language: str) -> str:
    texts: dict[str, str] = dict(module.documents(records()))
    return texts[module.NAME.replace("LANGUAGE", language)]


def _opening(module: ModuleType) -> str:
    """The head of every script of the module, which no wording is part of."""
    return str(module._OPENING)


def _r_string(written: str) -> str:
    """What R makes of a string: `\\\\` and `\\"` and `\\U` with eight digits are the only escapes used."""
    assert re.fullmatch(r'"(?:[ !#-\[\]-~]|\\[\\"]|\\U[0-9a-f]{8})*"', written)
    return re.sub(
        r"\\U([0-9a-f]{8})|\\(.)", lambda found: chr(int(found[1], 16)) if found[1] else found[2], written[1:-1]
    )


def _spss_string(written: str) -> str:
    """What SPSS makes of pieces that are joined by a plus."""
    pieces = re.split(r'(?<=") \+\n  (?=")', written)
    assert all(re.fullmatch(r'"(?:[^"\n]|"")*"', piece) for piece in pieces)
    return "".join(piece[1:-1].replace('""', '"') for piece in pieces)


@given(TEXTS)
@settings(max_examples=200)
def test_r_quoted__any_text__is_read_as_it_was(text: str) -> None:
    assert _r_string(r_script.quoted(text)) == text


@given(TEXTS)
@settings(max_examples=200)
def test_spss_literal__any_text__is_read_as_it_was_on_lines_that_spss_reads_whole(text: str) -> None:
    written = spss_script.literal(text)
    assert _spss_string(written) == text
    assert all(len(line.encode()) <= 256 for line in written.splitlines())


@given(TEXTS)
@settings(max_examples=200)
def test_stata_safe__any_text__holds_nothing_that_stata_acts_on(text: str) -> None:
    made = stata_script.safe(text)
    assert not set(made) & set('`"${}\n\r')
    assert not re.search(r"//|/\*|\*/", made)
    assert stata_script.safe(made) == made


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("`x'", "\u2018x'"), ("$x", "\uff04x"), ('"x"', "\u201dx\u201d"), ("{x}", "\uff5bx\uff5d"),
        ("a // b", "a / / b"), ("///", "/ / /"), ("/*x*/", "/ *x* /"), ("/*/", "/ * /"),
        ("C:\\x 100 % (a, b) 'c'", "C:\\x 100 % (a, b) 'c'"),
    ],
)  # fmt: skip
def test_stata_safe__mark_that_stata_acts_on__becomes_one_that_looks_alike(text: str, made: str) -> None:
    assert stata_script.safe(text) == made


@pytest.mark.parametrize("language", TONGUES)
def test_r_script__every_language__is_plain_ascii(language: str) -> None:
    assert _script(r_script, language).isascii()


@pytest.mark.parametrize("language", TONGUES)
@pytest.mark.parametrize("module", [r_script, spss_script, stata_script])
def test_script__hostile_wordings__begin_no_line_of_their_own(module: ModuleType, language: str) -> None:
    known = re.compile(
        r"#|if |codes|responses|missing|stopifnot|attach_values|rm\(|\}|\* | |GET DATA|VARIABLE L|VALUE LABELS |"
        r"MISSING VALUES |EXECUTE\.$|version 14|clear$|import delimited|assert |label |notes |mvdecode |[a-z_0-9]+\."
    )
    lines = _script(module, language).splitlines()
    assert [line for line in lines if not known.match(line)] == []
    assert sum(line.startswith(("* ", "# ")) for line in lines) == len(
        re.findall(r"^[*#] ", _opening(module), re.MULTILINE)
    )
    assert sum(line == "EXECUTE." for line in lines) == (module is spss_script)
    assert all("\u202e" not in line and "\x07" not in line for line in lines)


@pytest.mark.parametrize("language", TONGUES)
def test_r_script__calls__hold_codes_and_labels_in_pairs(language: str) -> None:
    calls = re.findall(r"^attach_values\((.*?)\)\n(?=attach|rm)", _script(r_script, language), re.MULTILINE | re.DOTALL)
    assert len(calls) == len(COLUMNS)
    for call, variable in zip(calls, records().codebook["variables"], strict=True):
        strings = [_r_string(found) for found in re.findall(r'"(?:[^"\\]|\\.)*"', call)]
        labels = [label for _, label in told_apart([*variable["values"]], language)]
        missing = [label for _, label in told_apart(variable["missing"], language)]
        assert strings[:2] == [variable["name"], one_line(worded(variable["label"], language).text)]
        kept = [text for text in strings[2:] if text in (*labels, *missing)]
        assert kept[-len(missing) :] == missing
        assert kept[: len(labels)] == labels


def _stata_lines(language: str) -> Iterator[str]:
    """The commands of the script, continued lines joined."""
    yield from re.sub(r" ///\n ", " ", _script(stata_script, language)).splitlines()


@pytest.mark.parametrize("language", TONGUES)
def test_stata_script__labels__are_those_of_the_codebook_but_for_look_alikes(language: str) -> None:
    told = dict(re.findall(r'^label variable (\w+) "([^"]*)"$', "\n".join(_stata_lines(language)), re.MULTILINE))
    wanted = {
        each.name: stata_script.safe(cut_to_characters(each.label, 80)) for each in column_labels(records(), language)
    }
    assert told == wanted


@pytest.mark.parametrize("language", TONGUES)
def test_stata_script__values__hold_every_code_missing_ones_as_letters(language: str) -> None:
    defined = {}
    for line in _stata_lines(language):
        if found := re.fullmatch(r'label define (\w+)((?: (?:\d+|\.[a-h]) "[^"]*")*)', line):
            defined[found[1]] = dict(re.findall(r'(\d+|\.[a-h]) "([^"]*)"', found[2]))
    numeric = [column for column in column_labels(records(), language) if column.is_numeric]
    assert defined == {
        column.name: {
            f".{LETTERS[code]}" if code in LETTERS else str(code): stata_script.safe(label)
            for code, label in column.values.items()
        }
        for column in numeric
    }


def test_stata_script__missing_codes__become_missing_in_every_numeric_column() -> None:
    moved = [line for line in _stata_lines("en") if line.startswith("mvdecode ")]
    moves = r"-1=.a \ -2=.b \ -3=.c \ -4=.d \ -5=.e \ -6=.f \ -7=.g \ -8=.h"
    assert moved == [f"mvdecode {name}, mv({moves})" for name in COLUMNS if name != "language"]


def test_stata_script__columns__are_read_as_numbers_or_texts() -> None:
    (line,) = (line for line in _stata_lines("en") if line.startswith("import "))
    assert " numericcols(2 3 4 5 6 7 8 9 10) stringcols(1)" in line
    assert "assert _N == 6" in _stata_lines("en")


def test_stata_script__label_too_long_for_stata__stands_whole_in_a_note() -> None:
    (note,) = (line for line in _stata_lines("en") if line.startswith("notes mood: "))
    assert note.count("A long wording that goes on.") == 20


def test_told_apart__two_values_of_one_label__are_told_by_their_codes() -> None:
    values = [{"code": code, "label": {"en": label}} for code, label in ((1, "Same"), (2, "Same"), (3, "Other"))]
    assert told_apart(values, "fi") == [(1, "1 Same"), (2, "2 Same"), (3, "Other")]


def test_told_apart__no_label__is_the_code() -> None:
    assert told_apart([{"code": "sv", "label": {}}], "en") == [("sv", "sv")]


@pytest.mark.parametrize(("language", "found"), [("fi", ("fi", "kyllä")), ("sv", ("en", "yes")), ("en", ("en", "yes"))])
def test_worded__language_is_missing__falls_back_to_english(language: str, found: tuple[str, str]) -> None:
    assert worded({"fi": "kyllä", "en": "yes"}, language) == found
    assert worded({"fi": "kyllä"}, "sv") == ("fi", "kyllä")
    assert worded(None, "sv") == ("", "")


def test_one_line__hostile_wording__is_one_line_without_overrides() -> None:
    assert one_line("a\r\n\tb\x00c\u2028d \u202e e\u200f ") == "a b c d e\u200f"
    assert "\n" not in one_line(HOSTILE)


@pytest.mark.parametrize(("longest", "cut"), [(10, "ååååå"), (9, "ååå…"), (8, "åå…"), (3, "…")])
def test_cut_to_bytes__both_sides_of_the_limit__never_splits_a_character(longest: int, cut: str) -> None:
    assert cut_to_bytes("ååååå", longest) == cut


@pytest.mark.parametrize(("longest", "cut"), [(5, "abcde"), (4, "abc…"), (6, "abcde")])
def test_cut_to_characters__both_sides_of_the_limit__ends_in_an_ellipsis(longest: int, cut: str) -> None:
    assert cut_to_characters("abcde", longest) == cut
