"""YAML and XLSForm are interchangeable: what one holds, the other holds, to the last character."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from pyxform.xls2xform import convert

from selfhelp_survey.authoring.hierarchies import CATEGORY_KEYS
from selfhelp_survey.authoring.page_reader import PAGE_KEYS, PASSAGE_KEYS, QUESTION_KEYS, ROW_KEYS, VALUE_KEYS
from selfhelp_survey.authoring.xlsform.reader import read_workbook
from selfhelp_survey.authoring.xlsform.workbook import LONGEST_CELL
from selfhelp_survey.authoring.xlsform.writer import write_workbook
from selfhelp_survey.authoring.yaml_reader import TOP_KEYS, read_questionnaire
from selfhelp_survey.authoring.yaml_writer import write_questionnaire
from selfhelp_survey.core.document import document_of
from selfhelp_survey.core.expression import Expression
from selfhelp_survey.core.plain_text import HIDDEN
from selfhelp_survey.core.questionnaire import (
    Category,
    GeneralisationHierarchy,
    Page,
    Passage,
    Question,
    Questionnaire,
    QuestionType,
    Role,
    Row,
    Value,
)
from selfhelp_survey.core.text import Text
from selfhelp_survey.errors import QuestionnaireError

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = [path for path in sorted((ROOT / "selfhelp_survey" / "questionnaires").glob("*.yaml"))
           if path.read_text("utf-8").split("\nquestionnaire:", 1)[1:]]  # fmt: skip
EVERY_FEATURE = ROOT / "tests" / "data" / "questionnaires" / "every_feature.yaml"
FILES = [*SHIPPED, *sorted(EVERY_FEATURE.parent.glob("*.yaml"))]
LANGUAGES = ("en", "pt-br", "ar")


def by_way_of_a_workbook(questionnaire: Questionnaire) -> Questionnaire:
    return read_workbook(write_workbook(questionnaire), source="made.xlsx").questionnaire


def from_file(path: Path) -> Questionnaire:
    return read_questionnaire(path.read_text("utf-8"), source=path.name)


def test_files__that_go_there_and_back__are_all_shipped_ones_and_hold_every_feature() -> None:
    assert "exit_survey" in {path.stem for path in SHIPPED}
    told = EVERY_FEATURE.read_text("utf-8")
    keys = {*TOP_KEYS, *PAGE_KEYS, *PASSAGE_KEYS, *QUESTION_KEYS, *VALUE_KEYS, *ROW_KEYS, *CATEGORY_KEYS}
    assert {key for key in keys if not re.search(rf"\b{key}:", told)} == set()
    questionnaire = from_file(EVERY_FEATURE)
    assert {question.type for question in questionnaire.questions()} == set(QuestionType)
    assert {question.role for question in questionnaire.questions()} == set(Role)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_yaml__to_workbook_and_back__is_the_same_to_the_byte(path: Path) -> None:
    questionnaire = from_file(path)
    back = by_way_of_a_workbook(questionnaire)
    assert document_of(back) == document_of(questionnaire)
    assert write_questionnaire(back) == write_questionnaire(questionnaire)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_workbook__to_yaml_and_back__is_the_same_to_the_byte(path: Path) -> None:
    content = write_workbook(from_file(path))
    questionnaire = read_workbook(content, source="made.xlsx").questionnaire
    again = read_questionnaire(write_questionnaire(questionnaire), source="made.yaml")
    assert write_workbook(again) == content


def one_text(wording: str, **more: Any) -> Questionnaire:
    """A questionnaire that says this in its title, its only page and its only question."""
    text = Text.of({"en": wording, **more})
    question = Question(name="q", type=QuestionType.NOTE, label=text, refusable=False)
    return Questionnaire(code="one", title=text, languages=("en",),
                         pages=(Page(name="p", title=text, intro=text, questions=(question,)),))  # fmt: skip


AWKWARD = ["=1+1", "+1", "@x", "#N/A", "#REF!", "12", "1e5", "01", "TRUE", "2020-01-02", "no", "~", "null", "a|b", "'x",
           "two\n\nlines", "a\rb", "a\r\nb", "tab\there", "_x000D_", "_x0041_b", "a_x", "\U0001f600", "\u200f\u0645",
           "a  b", "a\u00a0 \u00a0x", "{organisation}", "&", '"quoted"',
           "x" * LONGEST_CELL]  # fmt: skip


@pytest.mark.parametrize("wording", AWKWARD, ids=lambda wording: ascii(wording)[:20])
def test_text__that_looks_like_something_else__comes_back_as_it_was(wording: str) -> None:
    questionnaire = one_text(wording)
    assert by_way_of_a_workbook(questionnaire) == questionnaire


@pytest.mark.parametrize(
    "wording", ["x" * (LONGEST_CELL + 1), "a\ufffe", "a\ud800"], ids=["long", "no-character", "half"]
)
def test_text__that_fits_in_no_cell__is_refused(wording: str) -> None:
    with pytest.raises(QuestionnaireError, match=r"export as \.yaml instead"):
        write_workbook(one_text(wording))


def test_text__in_a_language_not_offered__comes_back_too() -> None:
    questionnaire = one_text("Hello", fi="Hei")
    assert by_way_of_a_workbook(questionnaire) == questionnaire


@pytest.mark.parametrize("code", [1, 0, "en", "1", "01", "", '"', "x y", "Z"])
def test_category__code__comes_back_as_number_or_word(code: int | str) -> None:
    categories = (Category(code=code, label=Text.of({"en": "x"}), rest=True),)
    questionnaire = Questionnaire(
        code="one", title=Text.of({"en": "t"}), languages=("en",), pages=one_text("t").pages,
        hierarchies=(GeneralisationHierarchy(name="language", levels=(categories,)),),
    )  # fmt: skip
    assert by_way_of_a_workbook(questionnaire) == questionnaire


texts = st.builds(
    lambda words: Text.of(dict(zip(LANGUAGES, words, strict=True))),
    st.lists(st.text(st.characters(exclude_characters="<>&{}", exclude_categories=["Cs", "Cc", "Cn"]), min_size=1,
                     max_size=12).filter(lambda text: text.strip() and not HIDDEN.search(text)),
             min_size=3, max_size=3),
)  # fmt: skip
optional_texts = st.none() | texts
words = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)


@st.composite
def values(draw: st.DrawFn, *, refusable: bool, kind: QuestionType) -> tuple[Value, ...]:
    codes = draw(st.lists(st.integers(0, 50), min_size=1, max_size=3, unique=True))
    codes += [-3] * draw(st.booleans()) + [-2] * refusable
    alone = st.booleans() if kind is QuestionType.MULTIPLE else st.just(False)
    order = draw(st.permutations(codes))
    return tuple(Value(code=code, label=draw(texts), exclusive=draw(alone)) for code in order)


@st.composite
def questions(draw: st.DrawFn, *, name: str, earlier: list[str]) -> Question:
    kind = draw(st.sampled_from(QuestionType))
    coded = kind in {QuestionType.SINGLE, QuestionType.MULTIPLE, QuestionType.SCALE, QuestionType.MATRIX}
    refusable = kind is not QuestionType.NOTE and draw(st.booleans())
    rows = draw(st.lists(texts, min_size=1, max_size=3)) if kind is QuestionType.MATRIX else []
    minimum = draw(st.none() | st.integers(0, 9)) if kind is QuestionType.NUMBER else None
    maximum = draw(st.none() | st.integers(9, 99)) if kind is QuestionType.NUMBER else None
    plain = [Role.SENSITIVE, Role.INSENSITIVE, Role.CONTROL]
    role = Role.FREE_TEXT if kind is QuestionType.TEXT else draw(st.sampled_from(plain))
    return Question(
        name=name, type=kind, label=draw(texts), hint=draw(optional_texts), relevance=draw(conditions(earlier)),
        role=Role.INSENSITIVE if kind is QuestionType.NOTE else role, refusable=refusable, minimum=minimum,
        values=draw(values(refusable=refusable, kind=kind)) if coded else (), maximum=maximum,
        rows=tuple(Row(name=f"{name}_r{number}", label=label) for number, label in enumerate(rows)),
        harmonised=draw(st.none() | words), required=False,
        maximum_length=draw(st.integers(1, 2000)) if kind is QuestionType.TEXT else None,
    )  # fmt: skip


def conditions(earlier: list[str]) -> st.SearchStrategy[Expression | None]:
    if not earlier:
        return st.none()
    shapes = st.sampled_from(["${%s} = 1", " ${%s} != ''", "not(selected(${%s}, '2'))\n or 1 = 2", "${%s} > -2 "])
    return st.none() | st.builds(lambda shape, name: Expression(shape % name), shapes, st.sampled_from(earlier))


@st.composite
def questionnaires(draw: st.DrawFn) -> Questionnaire:
    pages: list[Page] = []
    earlier: list[str] = []
    parts = sorted(draw(st.lists(st.sampled_from([1, 2]), min_size=1, max_size=3)))
    for number, part in enumerate(parts):
        asked = [draw(questions(name=f"q{number}_{each}", earlier=earlier)) for each in range(draw(st.integers(0, 3)))]
        passages = st.lists(st.builds(Passage, heading=texts, body=texts), max_size=2).map(tuple)
        admits = draw(conditions([*earlier, *(name for each in asked for name in each.answer_names)]))
        pages.append(Page(
            name=f"page-{number}", title=draw(texts), questions=tuple(asked), part=part, intro=draw(optional_texts),
            facts=draw(passages), details=draw(passages), relevance=draw(conditions(earlier)), admits=admits,
            block=draw(st.none() | st.just("tea")) if admits is None else None,
        ))  # fmt: skip
        earlier += [name for each in asked for name in each.answer_names]
    return Questionnaire(code=draw(words), title=draw(texts), languages=tuple(draw(st.permutations(LANGUAGES))),
                         pages=tuple(pages), sample=draw(words), usable=draw(conditions(earlier)),
                         is_draft=draw(st.booleans()))  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(questionnaires())
def test_any_questionnaire__to_workbook_and_back__is_the_same(questionnaire: Questionnaire) -> None:
    assert document_of(by_way_of_a_workbook(questionnaire)) == document_of(questionnaire)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_workbook__in_the_hands_of_pyxform__is_a_valid_form_that_knows_nothing_of_our_columns(path: Path) -> None:
    questionnaire = from_file(path)
    warnings: list[str] = []
    made = convert(io.BytesIO(write_workbook(questionnaire)), file_type=".xlsx", validate=False, warnings=warnings)
    assert warnings == []
    etree.fromstring(made.xform.encode())
    assert "shs_" not in made.xform.replace("shs_exclusive", "")  # further columns of choices are carried along
    for language in questionnaire.languages:
        assert f"({language})" in made.xform
    for name in (name for question in questionnaire.questions() for name in question.answer_names):
        assert f'/{name}"' in made.xform, name


def test_workbook__written_twice__is_the_same_and_names_nobody_and_no_time() -> None:
    questionnaire = from_file(FILES[1])
    content = write_workbook(questionnaire)
    assert write_workbook(questionnaire) == content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {part.date_time[0] for part in archive.infolist()} == {1980}
        told = b"".join(archive.read(name) for name in archive.namelist() if name.startswith("docProps"))
    assert b"creator" not in told
    assert b"created" not in told
    assert b"modified" not in told


def test_workbook__opened_and_saved_by_another_program__holds_the_same() -> None:
    questionnaire = from_file(FILES[1])
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(questionnaire)))
    stream = io.BytesIO()
    book.save(stream)
    assert read_workbook(stream.getvalue(), source="made.xlsx").questionnaire == questionnaire
