"""A questionnaire as values: pages of questions, who is asked them, and what each may disclose.

Everything here is frozen and refuses to exist when it makes no sense, so that what has been built can be trusted.
Authors see all their mistakes at once from `authoring`; the errors raised here are the last line of defence.
"""

import itertools
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from selfhelp_survey.core.answers import CHOSEN_MISSING, IMPORTED_MISSING
from selfhelp_survey.core.expression import Expression
from selfhelp_survey.core.text import Text
from selfhelp_survey.errors import QuestionnaireError

NAME = re.compile(r"[a-z][a-z0-9_]{0,31}", re.ASCII)
"""Variable names that SPSS, Stata, R and SQL all take: 32 characters is Stata's limit (Stata manual, [U] 11.3)."""
PAGE_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}", re.ASCII)
RESERVED_PAGE_NAMES = frozenset({"check", "thanks", "leave", "help", "more", "end"})
PARTS = (1, 2)
SYSTEM_VARIABLES = ("language", "channel", "quarter", "entry", "questionnaire_version")
"""What the software itself notes in every record; no question may bear such a name."""
FORM_FIELDS = ("t", "go", "pause", "website")
"""What a page's form sends beside the answers: token, button, pause, and the field that people do not see."""
TAKEN_NAMES = frozenset({*SYSTEM_VARIABLES, *FORM_FIELDS})


class QuestionType(StrEnum):
    """How a question is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    SCALE = "scale"
    MATRIX = "matrix"
    NUMBER = "number"
    TEXT = "text"
    NOTE = "note"


class Role(StrEnum):
    """What a variable may disclose about the person behind a record.

    Source: Hundepool et al., Statistical Disclosure Control (2012), section 3.1: identifiers, quasi-identifiers,
    confidential (sensitive) and non-confidential variables.
    """

    QUASI_IDENTIFIER = "quasi-identifier"
    SENSITIVE = "sensitive"
    INSENSITIVE = "insensitive"
    FREE_TEXT = "free text"
    CONTROL = "control"


CODED = frozenset({QuestionType.SINGLE, QuestionType.MULTIPLE, QuestionType.SCALE, QuestionType.MATRIX})
"""The types that are answered by choosing among values."""


@dataclass(frozen=True, kw_only=True)
class Value:
    """A code that can be stored, and the label shown for it. An exclusive value cannot stand beside another."""

    code: int
    label: Text
    exclusive: bool = False


@dataclass(frozen=True, kw_only=True)
class Row:
    """One statement of a matrix; `name` is its variable."""

    name: str
    label: Text


@dataclass(frozen=True, kw_only=True)
class Question:
    """One thing asked.

    `values` holds everything that can be chosen, "prefer not to say" (-2) and "not sure" (-3) included; that of a
    questionnaire derived by a crosswalk "not codable" (-8), too.
    `relevance` may name questions of earlier pages only. `minimum` and `maximum` bound a number, both included;
    `maximum_length` counts the characters of a text.
    """

    name: str
    type: QuestionType
    label: Text
    role: Role = Role.INSENSITIVE
    hint: Text | None = None
    relevance: Expression | None = None
    values: tuple[Value, ...] = ()
    rows: tuple[Row, ...] = ()
    required: bool = False
    refusable: bool = True
    hierarchy: str | None = None
    harmonised: str | None = None
    minimum: int | None = None
    maximum: int | None = None
    maximum_length: int | None = None

    def __post_init__(self) -> None:
        for name in self.answer_names:
            _demand(NAME.fullmatch(name) is not None, f"'{name}' is not a variable name: a-z, 0-9, _, 32 at most")
            _demand(name not in TAKEN_NAMES, f"the name '{name}' is taken by the software")
        _demand(bool(self.values) == (self.type in CODED), f"{self.name}: values go with coded questions only")
        _demand(bool(self.rows) == (self.type is QuestionType.MATRIX), f"{self.name}: rows go with a matrix only")
        codes = [value.code for value in self.values]
        _demand(len(set(codes)) == len(codes), f"{self.name}: a code stands twice among the values")
        may_be = CHOSEN_MISSING | IMPORTED_MISSING
        _demand(all(code >= 0 or code in may_be for code in codes), f"{self.name}: codes below 0 are reserved")
        _demand((self.minimum or 0) >= 0, f"{self.name}: numbers below 0 are reserved")
        is_text = self.type is QuestionType.TEXT
        _demand(is_text == (self.role is Role.FREE_TEXT), f"{self.name}: free text is the role of text questions")
        _demand(is_text == (self.maximum_length is not None), f"{self.name}: a text question needs a maximum length")

    @cached_property
    def answer_names(self) -> tuple[str, ...]:
        """The keys under which answers to this question are kept: its own name, or one for each row of a matrix."""
        if self.type is QuestionType.NOTE:
            return ()
        return tuple(row.name for row in self.rows) or (self.name,)

    @cached_property
    def codes(self) -> frozenset[int]:
        """Every code that can be chosen."""
        return frozenset(value.code for value in self.values)

    @cached_property
    def exclusive_codes(self) -> frozenset[int]:
        """The codes that cannot stand beside another in a multiple question."""
        return frozenset(value.code for value in self.values if value.exclusive)

    def label_of(self, code: int) -> Text:
        """The label shown for a code. Raises KeyError for a code the question does not have."""
        return self._labels[code]

    @cached_property
    def _labels(self) -> dict[int, Text]:
        return {value.code: value.label for value in self.values}


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A short heading with a text under it, such as one fact of the information for participants."""

    heading: Text
    body: Text


@dataclass(frozen=True, kw_only=True)
class Page:
    """A screen. `facts` are shown open, `details` folded away; `admits` names who may go on from here.

    Whoever `admits` turns away is thanked and shown help, and nothing of theirs is kept. Pages that follow each other
    with the same `block` belong together: who does not want any of it can skip the block as a whole, from its first
    page on.
    """

    name: str
    title: Text
    questions: tuple[Question, ...]
    part: int = 1
    intro: Text | None = None
    facts: tuple[Passage, ...] = ()
    details: tuple[Passage, ...] = ()
    relevance: Expression | None = None
    admits: Expression | None = None
    block: str | None = None

    def __post_init__(self) -> None:
        named_well = PAGE_NAME.fullmatch(self.name) is not None and self.name not in RESERVED_PAGE_NAMES
        _demand(named_well, f"'{self.name}' is not a page name: a-z, 0-9, -, 32 at most, no reserved word")
        _demand(self.part in PARTS, f"{self.name}: a page belongs to part 1 or 2")
        _demand(self.block is None or PAGE_NAME.fullmatch(self.block) is not None, f"{self.name}: not a block's name")
        can_skip = self.admits is None and not any(question.required for question in self.questions)
        _demand(self.block is None or can_skip, f"{self.name}: a page of a block can always be skipped")


@dataclass(frozen=True, kw_only=True)
class Category:
    """One value of a generalised variable: its code, label, and the level-0 codes it stands for.

    With `rest`, it stands for every code that no other category of its level names.
    """

    code: int | str
    label: Text
    members: tuple[int | str, ...] = ()
    rest: bool = False


@dataclass(frozen=True, kw_only=True)
class GeneralisationHierarchy:
    """The coarser versions of a quasi-identifier, level 1 first.

    Level 0 is the variable as asked; above the last level stands the top, at which everybody reads "withheld".
    Source: Samarati (2001), Protecting respondents' identities in microdata release, section 2.
    """

    name: str
    levels: tuple[tuple[Category, ...], ...]

    @property
    def top(self) -> int:
        """The number of the level at which nothing is told."""
        return len(self.levels) + 1


@dataclass(frozen=True, kw_only=True)
class Questionnaire:
    """The definition of one instrument.

    `languages` are those in which every text is written, the default first. `usable` names whose responses may enter
    a release; None admits all. `is_draft` marks a proposal that nobody has signed: no real site takes answers to it.
    """

    code: str
    title: Text
    languages: tuple[str, ...]
    pages: tuple[Page, ...]
    sample: str = "exit"
    hierarchies: tuple[GeneralisationHierarchy, ...] = ()
    usable: Expression | None = None
    is_draft: bool = False

    def __post_init__(self) -> None:
        _demand(bool(self.pages) and bool(self.languages), "a questionnaire needs a page and a language")
        _demand(PAGE_NAME.fullmatch(self.code.replace("_", "-")) is not None, "the code is a-z, 0-9, -, _ only")
        _unique([page.name for page in self.pages], "page")
        _unique([name for page in self.pages for question in page.questions for name in _own_names(question)], "name")
        _demand(list(_parts(self)) == sorted(_parts(self)), "pages of part 2 come after those of part 1")
        for text in self.texts():
            missing = set(self.languages) - text.languages
            _demand(not missing, f"a text is not written in {', '.join(sorted(missing))}")
        self._check_references()

    def _check_references(self) -> None:
        known: set[str] = set()
        for page in self.pages:
            _refer_back(page.relevance, known, page.name)
            for question in page.questions:
                _refer_back(question.relevance, known, question.name)
                has = question.hierarchy is None or question.hierarchy in self._hierarchies
                _demand(has, f"{question.name}: there is no hierarchy '{question.hierarchy}'")
                is_quasi = question.role is Role.QUASI_IDENTIFIER
                _demand(not is_quasi or question.hierarchy is not None, f"{question.name}: needs a hierarchy")
            known |= {name for question in page.questions for name in question.answer_names}
            _refer_back(page.admits, known, page.name)
        _refer_back(self.usable, known, "usable")

    @cached_property
    def _pages(self) -> dict[str, Page]:
        return {page.name: page for page in self.pages}

    @cached_property
    def _hierarchies(self) -> dict[str, GeneralisationHierarchy]:
        return {hierarchy.name: hierarchy for hierarchy in self.hierarchies}

    @cached_property
    def _homes(self) -> dict[str, tuple[Page, Question]]:
        return {name: (page, question) for page in self.pages for question in page.questions
                for name in question.answer_names}  # fmt: skip

    def page(self, name: str) -> Page:
        """The page of this name. Raises KeyError."""
        return self._pages[name]

    def has_page(self, name: str) -> bool:
        """True where a page bears this name."""
        return name in self._pages

    def block_from(self, page: Page) -> tuple[Page, ...]:
        """The pages of the block that begins with this page; none where it begins none."""
        place = self.pages.index(page)
        if page.block is None or (place and self.pages[place - 1].block == page.block):
            return ()
        return tuple(itertools.takewhile(lambda other: other.block == page.block, self.pages[place:]))

    def hierarchy(self, name: str) -> GeneralisationHierarchy:
        """The hierarchy of this name. Raises KeyError."""
        return self._hierarchies[name]

    def home_of(self, answer_name: str) -> tuple[Page, Question]:
        """The page and question under which an answer of this name is given. Raises KeyError."""
        return self._homes[answer_name]

    def asks(self, answer_name: str) -> bool:
        """True where an answer of this name can be given."""
        return answer_name in self._homes

    def questions(self) -> Iterator[Question]:
        """Every question, in page order."""
        return (question for page in self.pages for question in page.questions)

    def texts(self) -> Iterator[Text]:
        """Every text that a respondent or researcher may read."""
        yield self.title
        for page in self.pages:
            yield from _page_texts(page)
        for hierarchy in self.hierarchies:
            yield from (category.label for level in hierarchy.levels for category in level)


def _page_texts(page: Page) -> Iterator[Text]:
    yield page.title
    yield from (text for text in (page.intro,) if text)
    for passage in (*page.facts, *page.details):
        yield from (passage.heading, passage.body)
    for question in page.questions:
        yield question.label
        yield from (text for text in (question.hint,) if text)
        yield from (value.label for value in question.values)
        yield from (row.label for row in question.rows)


def _own_names(question: Question) -> tuple[str, ...]:
    rows = tuple(row.name for row in question.rows)
    return (question.name, *rows, *(multiple_names(question).values()))


def multiple_names(question: Question) -> dict[int, str]:
    """The variable of each value of a multiple question: its name and the two-digit code. "Missing" codes have none."""
    if question.type is not QuestionType.MULTIPLE:
        return {}
    return {value.code: f"{question.name}_{value.code:02d}" for value in question.values if value.code >= 0}


def _parts(questionnaire: Questionnaire) -> Iterator[int]:
    return (page.part for page in questionnaire.pages)


def _refer_back(expression: Expression | None, known: set[str], where: str) -> None:
    unknown = (expression.names if expression else frozenset()) - known
    _demand(not unknown, f"{where}: ${{{', '.join(sorted(unknown))}}} is not asked on an earlier page")


def _unique(names: list[str], kind: str) -> None:
    twice = {name for name, times in Counter(names).items() if times > 1}
    _demand(not twice, f"the {kind} {', '.join(sorted(twice))} stands twice")


def _demand(condition: bool, otherwise: str) -> None:
    if not condition:
        raise QuestionnaireError(otherwise)
