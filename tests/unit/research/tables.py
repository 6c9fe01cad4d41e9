"""Small sources for the tests of table formats, without a workstation around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from selfhelp_survey.core.answers import MissingCode
from selfhelp_survey.core.document import content_hash, document_of
from selfhelp_survey.core.questionnaire import (
    Category,
    GeneralisationHierarchy,
    Page,
    Question,
    Questionnaire,
    QuestionType,
    Role,
    Row,
    Value,
)
from selfhelp_survey.core.record import RecordValue
from selfhelp_survey.core.response import Mark
from selfhelp_survey.core.text import Text
from selfhelp_survey.research.formats.manifest import describe
from selfhelp_survey.research.formats.source import FormatSource
from selfhelp_survey.research.plan import ReleasePlan
from selfhelp_survey.research.series import series_of
from selfhelp_survey.research.versions import Instrument, Version

TONGUES = ("en", "fi", "es", "ar")
LONG_NAME = "a" * 32
MISSING = tuple(sorted(map(int, MissingCode), reverse=True))


def text(**wordings: str) -> Text:
    """These wordings, and the English one in every language that is not named."""
    return Text.of({language: wordings.get(language, wordings["en"]) for language in TONGUES})


def coded(name: str, *, label: Text | None = None, **more: object) -> Question:
    """A question with two values."""
    values = (Value(code=1, label=text(en="Yes", fi="Kyllä", es="Sí", ar="نعم")), Value(code=2, label=text(en="No")))
    given: dict[str, object] = {"type": QuestionType.SINGLE, "values": values, "role": Role.INSENSITIVE, **more}
    return Question(name=name, label=label or text(en=f"About {name}?"), **given)  # type: ignore[arg-type]


def number(name: str) -> Question:
    """A question that is answered by any whole number from 0 up."""
    return coded(name, type=QuestionType.NUMBER, values=())


def multiple(name: str) -> Question:
    """A question with two values that can both be chosen."""
    return coded(name, type=QuestionType.MULTIPLE)


def matrix(name: str, *rows: str) -> Question:
    """Statements with two values each."""
    return coded(name, type=QuestionType.MATRIX, rows=tuple(Row(name=row, label=text(en=f"On {row}")) for row in rows))


def source_of(
    questions: Sequence[Question], rows: Sequence[Sequence[RecordValue]], *, kind: Mark = Mark.REAL,
    levels: Mapping[str, int] | None = None,
) -> FormatSource:  # fmt: skip
    """The source of a release of these rows, whose columns are the questions', after those that have a level."""
    questionnaire = _questionnaire(questions)
    instrument = Instrument(
        versions=(Version(hash=content_hash(document_of(questionnaire)), questionnaire=questionnaire),)
    )
    plan = ReleasePlan(
        series="tables", questionnaire="tables", kind=kind, quasi_identifiers=tuple((levels or {}).items())
    )
    series = series_of(plan, instrument)
    summary = {"rows": len(rows), "held_back": 0, "hashes": [held.hash for held in instrument.versions]}
    return FormatSource(
        series=series, instrument=instrument, description=describe(series, number=1, summary=summary),
        rows=tuple(map(tuple, rows)),
    )  # fmt: skip


def _questionnaire(questions: Sequence[Question]) -> Questionnaire:
    english = Category(code="en", label=text(en="English"), members=("en",))
    other = Category(code="other", label=text(en="Another", ar="أخرى"), rest=True)
    hierarchy = GeneralisationHierarchy(name="language", levels=((english, other),))
    return Questionnaire(
        code="tables", title=text(en="Tables"), languages=TONGUES, hierarchies=(hierarchy,),
        pages=(Page(name="all", title=text(en="All"), questions=tuple(questions)),),
    )  # fmt: skip


def mixed() -> FormatSource:
    """A text column, every missing code, a multiple question, a matrix, a number, and a name of 32 characters."""
    questions = (
        coded(LONG_NAME), multiple("needs"), matrix("views", "views_one", "views_two"), number("years"), coded("empty"),
    )  # fmt: skip
    rows = [
        ("en", 1, 0, 1, 1, 2, 41, -7),
        ("other", 2, 1, 0, 2, 1, 0, -7),
        *(("-8", code, code, code, code, code, code, -7) for code in MISSING),
    ]
    return source_of(questions, rows, levels={"language": 1})
