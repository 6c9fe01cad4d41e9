"""A source whose every wording tries to break out of its file, in two versions and three languages."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace

from selfhelp_survey.core.document import content_hash, document_of
from selfhelp_survey.core.expression import Expression
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
from selfhelp_survey.core.record import RecordValue
from selfhelp_survey.core.response import Mark
from selfhelp_survey.core.text import Text
from selfhelp_survey.research.formats.manifest import describe
from selfhelp_survey.research.formats.source import FormatSource
from selfhelp_survey.research.plan import Output, ReleasePlan
from selfhelp_survey.research.series import series_of
from selfhelp_survey.research.versions import Instrument, Version

TONGUES = ("en", "ar", "fi")
HOSTILE = (
    "<script>alert(1)</script> \"q\" ''a'' `x' ${HOME} $HOME {stata shell rm:x} \\ // /* */ ]]> &lt; %s {0}"
    " \u202eRTL\u202c \u200f\x07 . \r\n* end.\nEXECUTE. \u00e5\u4e2d\U0001f600"
)
LONG = "A long wording that goes on. " * 20


def worded(english: str, *, arabic: str = "سؤال", finnish: str | None = None) -> Text:
    """These wordings; Finnish as English unless it is given."""
    return Text.of({"en": english, "ar": arabic, "fi": finnish or english})


def _values(*codes: int) -> tuple[Value, ...]:
    return tuple(Value(code=code, label=worded(f"{HOSTILE} {code}", arabic=f"قيمة {code}")) for code in codes)


def _asked(name: str, **more: object) -> Question:
    given: dict[str, object] = {
        "type": QuestionType.SINGLE, "values": _values(1, 2, -2), "role": Role.INSENSITIVE,
        "label": worded(f"{name} {HOSTILE}", arabic=f"سؤال {name}"), **more,
    }  # fmt: skip
    return Question(name=name, **given)  # type: ignore[arg-type]


def _first_page() -> Page:
    return Page(
        name="first", title=worded("First"), intro=worded(f"{HOSTILE}\n\nSecond paragraph"),
        facts=(Passage(heading=worded("Why"), body=worded("To learn")),), admits=Expression("${adult} = 1"),
        questions=(
            _asked("adult", role=Role.CONTROL, label=worded("Are you 18?"), required=True,
                   values=(Value(code=1, label=worded("Yes")), Value(code=2, label=worded("No")))),
            _asked("age", role=Role.QUASI_IDENTIFIER, hierarchy="age", values=_values(1, 2, 3), harmonised="age_group"),
            _asked("gate", label=worded("The gate")),
        ),
    )  # fmt: skip


def _second_page(*, needs: tuple[int, ...] = (1, 2)) -> Page:
    same = tuple(Value(code=code, label=worded("Same")) for code in (1, 2))
    rows = (Row(name="views_a", label=worded(f"row {HOSTILE}")), Row(name="views_b", label=worded("row b")))
    return Page(
        name="second", title=worded("Second"), relevance=Expression("${gate} = 1"), part=2,
        questions=(
            _asked("mood", type=QuestionType.SCALE, role=Role.SENSITIVE, hint=worded(f"hint {HOSTILE}"),
                   label=worded(LONG, arabic="طويل")),
            _asked("needs", type=QuestionType.MULTIPLE, harmonised="wish", values=_values(*needs)),
            _asked("views", type=QuestionType.MATRIX, rows=rows, values=same),
            _asked("years", type=QuestionType.NUMBER, values=(), minimum=0, maximum=120),
            _asked("words", type=QuestionType.TEXT, role=Role.FREE_TEXT, values=(), maximum_length=90),
            _asked("read", type=QuestionType.NOTE, values=()),
        ),
    )  # fmt: skip


def _questionnaire(*pages: Page) -> Questionnaire:
    young = Category(code=1, label=worded(f"young {HOSTILE}"), members=(1,))
    old = Category(code=2, label=worded("old"), members=(2, 3))
    english = Category(code="en", label=worded("English"), members=("en",))
    other = Category(code="other", label=worded("Another"), rest=True)
    return Questionnaire(
        code="hostile", title=worded(f"Title {HOSTILE}", arabic="عنوان"), languages=TONGUES, pages=pages,
        hierarchies=(GeneralisationHierarchy(name="age", levels=((young, old),)),
                     GeneralisationHierarchy(name="language", levels=((english, other),))),
        usable=Expression("${gate} != 2"),
    )  # fmt: skip


@functools.cache
def instrument() -> Instrument:
    """An older version, in English and Arabic, with another wording and one more need, then the newest one."""
    newest = _questionnaire(_first_page(), _second_page())
    reworded = tuple(
        replace(question, label=worded("The old gate")) if question.name == "gate" else question
        for question in _first_page().questions
    )
    older = replace(
        _questionnaire(replace(_first_page(), questions=reworded), _second_page(needs=(1, 2, 3))),
        languages=("en", "ar"),
    )
    return Instrument(
        versions=tuple(Version(hash=content_hash(document_of(held)), questionnaire=held) for held in (older, newest))
    )


COLUMNS = ("language", "age", "gate", "mood", "needs_01", "needs_02", "views_a", "views_b", "years", "needs_03")
ROWS = (
    ("en", 1, 1, 1, 0, 1, 1, 2, 41, -6), ("other", 2, 1, 2, 1, 0, 2, 1, 0, 1),
    ("en", -1, -2, -4, -4, -4, -4, -4, -4, -6), (-8, -8, 2, -5, -5, -5, -5, -5, -5, -6),
    ("en", 1, 1, -6, -6, -6, -6, -6, -6, -6), ("en", 2, 1, 1, 1, 1, 2, 2, 120, -6),
)  # fmt: skip


@functools.cache
def records() -> FormatSource:
    """Six records with every kind of variable."""
    plan = ReleasePlan(
        series="hostile", questionnaire="hostile", kind=Mark.REAL, quasi_identifiers=(("age", 1), ("language", 1)),
        l=2, diversity=("mood",),
    )  # fmt: skip
    return _source(plan, ROWS, size=len(ROWS))


@functools.cache
def totals(output_rows: int = 12) -> FormatSource:
    """Two tables over twelve responses, of which nothing but rounded counts may ever be written."""
    plan = ReleasePlan(
        series="counted", questionnaire="hostile", kind=Mark.SYNTHETIC, output=Output.TOTALS,
        quasi_identifiers=(("age", 1), ("language", 1)), tables=(("gate",), ("age", "language")),
    )  # fmt: skip
    rows = [("en", 1, 1), ("en", 2, 2)] * (output_rows // 2)
    return _source(plan, rows, size=0)


def _source(plan: ReleasePlan, rows: Sequence[Sequence[RecordValue]], *, size: int) -> FormatSource:
    held = instrument()
    series = series_of(plan, held)
    summary = {"rows": size, "held_back": 15, "hashes": [version.hash for version in held.versions]}
    return FormatSource(
        series=series, instrument=held, description=describe(series, number=3, summary=summary),
        rows=tuple(map(tuple, rows)),
    )  # fmt: skip
