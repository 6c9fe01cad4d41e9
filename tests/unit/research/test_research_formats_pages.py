"""Codebooks, blank questionnaires and the page on anonymisation: sound HTML, every wording, no number too many."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from functools import cache
from xml.etree.ElementTree import Element

import html5lib
import pytest

from selfhelp_survey.core.condition_words import INCLUDES, IS_ANSWERED, IS_BLANK, OPERATORS
from selfhelp_survey.core.questionnaire import Questionnaire
from selfhelp_survey.core.text import Text
from selfhelp_survey.research.formats import anonymisation_html, codebook_html, questionnaire_html
from selfhelp_survey.research.formats.document_words import WORDS
from selfhelp_survey.research.formats.markup import direction, element, said
from selfhelp_survey.research.formats.source import FormatSource
from tests.unit.research.documents import COLUMNS, HOSTILE, ROWS, TONGUES, records, totals

pytestmark = pytest.mark.every_format

Source = Callable[[], FormatSource]
MODULES = (codebook_html, questionnaire_html, anonymisation_html)
SHIPPED = {"en", "es", "fi", "sv"}


@cache
def _written(source: Source) -> dict[str, str]:
    return {name: text for module in MODULES for name, text in module.documents(source())}


def _parsed(text: str) -> Element:
    """The page as a browser reads it. Raises where it breaks a rule of HTML."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    parsed: Element = parser.parse(text)
    return parsed


EVERY_SOURCE = pytest.mark.parametrize("source", [records, totals])


def _words(found: Element) -> str:
    return " ".join("".join(found.itertext()).split())


def _tells(within: Element, text: str) -> bool:
    """True where the text stands in it, however its spaces and line ends fall; a page holds no bell."""
    return "".join(text.replace("\x07", "").split()) in "".join("".join(within.itertext()).split())


def _questionnaire_name(tongue: str, place: int = -1) -> str:
    return questionnaire_html.name_of(records().instrument.versions[place], tongue)


@EVERY_SOURCE
def test_page__every_one__is_sound_and_needs_nothing_else(source: Source) -> None:
    for name, text in _written(source).items():
        page = _parsed(text)
        tags = {str(found.tag) for found in page.iter()}
        assert not tags & {"script", "img", "link", "iframe", "object", "svg", "form", "input"}
        assert not any(attribute.startswith("on") for found in page.iter() for attribute in found.attrib)
        assert not re.search(r"(?:src|href)=\"(?:https?:|//|javascript:|data:)", text)
        assert (page.get("lang"), page.get("dir")) == _language_of(name)
        assert len(page.findall(".//h1")) == 1
        assert _words(page.find(".//title"))  # type: ignore[arg-type]


def _language_of(name: str) -> tuple[str, str]:
    tongue = name.split(".")[-2] if "." in name.removesuffix(".html") else "en"
    return tongue, "rtl" if tongue == "ar" else "ltr"


@EVERY_SOURCE
def test_page__for_screen_readers__headings_descend_and_tables_are_named(source: Source) -> None:
    for text in _written(source).values():
        _check_structure(_parsed(text))


def _check_structure(page: Element) -> None:
    levels = [int(found.tag[1]) for found in page.iter() if re.fullmatch("h[1-6]", str(found.tag))]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    for table in page.iter("table"):
        assert _words(table.find("caption"))  # type: ignore[arg-type]
        assert all(head.get("scope") in {"col", "row"} for head in table.iter("th"))
    ids = [found.get("id") for found in page.iter() if found.get("id")]
    assert len(ids) == len(set(ids))


@EVERY_SOURCE
def test_page__every_link__leads_to_a_file_or_a_place_of_the_release(source: Source) -> None:
    written = {**_written(source), "report.html": "", "manifest.json": "", "codebook.json": ""}
    for name, text in _written(source).items():
        for link in _parsed(text).iter("a"):
            target, _, place = str(link.get("href")).partition("#")
            assert (target or name) in written
            assert not place or f'id="{place}"' in written[target or name]


def _texts_of(questionnaire: Questionnaire) -> Iterator[Text]:
    """What is asked and shown; how values become coarser stands in codebooks."""
    categories = {category.label for each in questionnaire.hierarchies for level in each.levels for category in level}
    return (text for text in questionnaire.texts() if text not in categories)


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("tongue", TONGUES)
def test_questionnaire__every_language_of_a_version__holds_every_exact_wording(tongue: str, place: int) -> None:
    questionnaire = records().instrument.versions[place].questionnaire
    name = _questionnaire_name(tongue, place)
    assert (name in _written(records)) is (tongue in questionnaire.languages)
    if tongue in questionnaire.languages:
        page = _parsed(_written(records)[name])
        for text in _texts_of(questionnaire):
            assert _tells(page, text.in_language(tongue))


def test_questionnaire__versions__keep_their_own_wording() -> None:
    older, newest = (_parsed(_written(records)[_questionnaire_name("en", place)]) for place in (0, 1))
    assert _tells(older, "The old gate")
    assert not _tells(newest, "The old gate")


def test_questionnaire__routing__is_told_in_words_and_as_the_condition() -> None:
    page = _parsed(_written(records)[_questionnaire_name("en")])
    assert _tells(page, "Only those go on for whom “Are you 18?” is “Yes” (condition: ${adult} = 1)")
    assert _tells(page, "Shown to those for whom “The gate” is “<script>")
    assert _tells(page, "A response enters no release unless this holds: “The gate” is not “")
    assert _tells(page, "send now, or go on with part two")


def test_questionnaire__questions__say_how_they_are_answered() -> None:
    page = _parsed(_written(records)[_questionnaire_name("en")])
    for instruction in (
        "adult: choose one; needs an answer; never released", "needs: choose all that apply",
        "years: A whole number: 0\u2013120", "words: write, at most 90 characters; never released",
        "views: choose one in each row", "read: only to read",
    ):  # fmt: skip
        assert _tells(page, instruction)


def _section(page: Element, name: str) -> Element:
    (found,) = (each for each in page.iter("section") if each.get("id") == f"q-{name}")
    return found


def _codebook(tongue: str = "en", source: Source = records) -> Element:
    return _parsed(_written(source)[codebook_html.name_in(tongue)])


def _tables(within: Element) -> dict[str, list[list[str]]]:
    """The rows of each table by its caption."""
    return {
        _words(table.find("caption")): [[_words(cell) for cell in row] for row in table.iter("tr")]  # type: ignore[arg-type]
        for table in within.iter("table")
    }


@pytest.mark.parametrize("tongue", TONGUES)
def test_codebook__every_language__describes_every_variable_in_its_wording(tongue: str) -> None:
    page = _codebook(tongue)
    assert all(f'<code dir="ltr">{name}</code>' in _written(records)[codebook_html.name_in(tongue)] for name in COLUMNS)
    for variable in records().codebook["variables"]:
        for wordings in (variable["question"] or variable["label"], variable["item"]):
            if wordings and tongue in wordings:
                assert _tells(page, wordings[tongue])


def test_codebook__values__have_the_frequencies_of_the_rows() -> None:
    assert _tables(_section(_codebook(), "age"))["Values"][1:] == [
        ["1", "young " + _shown(HOSTILE), f"{_shown(HOSTILE)} 1", "2"],
        ["2", "old", f"{_shown(HOSTILE)} 2; {_shown(HOSTILE)} 3", "2"],
        ["-1", "No answer", "", "1"],
        ["-8", "Not codable", "", "1"],
    ]


def _shown(text: str) -> str:
    return " ".join(text.replace("\x07", "").split())


def test_codebook__question_of_several_variables__counts_each_of_them() -> None:
    tables = _tables(_section(_codebook(), "needs"))
    assert tables["Variables"][1:] == [
        ["needs_01", f"{_shown(HOSTILE)} 1", "wish_01"],
        ["needs_02", f"{_shown(HOSTILE)} 2", "wish_02"],
        ["needs_03", f"{_shown(HOSTILE)} 3", "wish_03"],
    ]
    codes, *counted = tables["Records"]
    for name, row in zip(("needs_01", "needs_02", "needs_03"), counted, strict=True):
        held = [record[COLUMNS.index(name)] for record in ROWS]
        assert row == [name, *(str(held.count(int(code))) for code in codes[1:])]


def test_codebook__universe_level_and_older_wording__are_told() -> None:
    page = _codebook()
    assert _tells(_section(page, "mood"), "Asked of those for whom “The gate” is “<script>")
    assert _tells(_section(page, "gate"), "Asked of everybody who comes this far")
    assert _tells(_section(page, "age"), "made coarser: level 1 of 2")
    older = records().instrument.versions[0].hash[:8]
    assert _tells(_section(page, "gate"), f"In version {older}: The old gate")
    assert _tells(_section(page, "years"), "A whole number: 0\u2013120")
    kinds = {name: "Kind of question" in _words(_section(page, name)) for name in ("years", "mood", "language")}
    assert kinds == {"years": False, "mood": True, "language": False}


def test_codebook__fixed_words__are_in_the_language_where_it_ships_and_marked_where_not() -> None:
    assert _tells(_codebook("fi"), "Puuttuvat tiedot")
    (heading,) = (found for found in _codebook("ar").iter("h2") if "Missing values" in _words(found))
    (span,) = heading
    assert (span.tag, span.get("lang"), span.get("dir")) == ("span", "en", "ltr")


def test_codebook__value_without_a_wording_in_its_language__is_marked_as_the_language_it_is_in() -> None:
    cells = [cell for cell in _codebook("ar").iter("td") if _words(cell) == "No answer"]
    assert len(cells) > 1
    assert {tuple((part.tag, part.get("lang")) for part in cell) for cell in cells} == {(("span", "en"),)}


def test_codebook__of_totals__counts_nobody() -> None:
    for tongue in TONGUES:
        heads = [head for rows in map(list, _tables(_codebook(tongue, totals)).values()) for head in rows[0]]
        assert "Records" not in heads
        assert "Tietueita" not in heads


def test_anonymisation__of_records__tells_what_was_done_to_each_variable() -> None:
    page = _parsed(_written(records)[anonymisation_html.NAME])
    tables = _tables(page)
    assert [row[2] for row in tables["Quasi-identifiers"][1:]] == ["level 1 of 2: 2 categories"] * 2
    assert _tells(page, "at least 4 others of the same release (k = 5)")
    assert _tells(page, "the answers to mood show at least 2 different values")
    assert _tells(page, "About 15 wait (rounded to 5)")
    left_out = dict(tables["Variables that are asked or noted and not released"][1:])
    assert set(left_out) == set(records().instrument.variables) - set(COLUMNS)
    assert left_out["words"].startswith("free text")
    assert left_out["adult"].startswith("control question")
    assert left_out["entry"].startswith("noted by the software")
    assert left_out["channel"].startswith("quasi-identifier")


def test_anonymisation__of_totals__tells_of_rounding_and_not_of_k() -> None:
    page = _parsed(_written(totals)[anonymisation_html.NAME])
    assert _tells(page, "Every count is rounded to a multiple of 5 on its own")
    assert not _tells(page, "k = ")
    assert _tells(page, "made up by a program")


@pytest.mark.parametrize("wordings", [*WORDS.values(), *OPERATORS.values(), INCLUDES, IS_BLANK, IS_ANSWERED])
def test_words__every_one__is_written_in_every_language_that_ships(wordings: dict[str, str]) -> None:
    assert set(wordings) == SHIPPED
    assert all(word.strip() == word and word for word in wordings.values())
    assert len({word.count("{}") for word in wordings.values()}) == 1


@pytest.mark.parametrize(
    ("language", "written"),
    [("ar", "rtl"), ("fa", "rtl"), ("he", "rtl"), ("ar-eg", "rtl"), ("ku-arab", "rtl"),
     ("ku", "ltr"), ("arn", "ltr"), ("fi", "ltr")],
)  # fmt: skip
def test_direction__language__is_how_it_is_written(language: str, written: str) -> None:
    assert direction(language) == written


def test_element__children__keep_their_order_and_are_never_markup() -> None:
    made = element("p", "a<b>", element("b", "x"), None, "c", "\x00d", class_="note")
    assert (made.text, made[0].tail, made.attrib) == ("a<b>", "cd", {"class": "note"})


def test_said__language_is_there__is_plain_text() -> None:
    assert said({"fi": "kyllä", "en": "yes"}, "fi") == "kyllä"
    marked = said({"ar": "نعم"}, "fi")
    assert isinstance(marked, Element)
    assert (marked.text, marked.get("lang"), marked.get("dir")) == ("نعم", "ar", "rtl")
