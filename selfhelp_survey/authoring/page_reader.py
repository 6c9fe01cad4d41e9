"""Reads pages, questions and values."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from selfhelp_survey.authoring.problems import did_you_mean, quoted
from selfhelp_survey.authoring.references import References
from selfhelp_survey.authoring.section import Findings, Section, sections_in
from selfhelp_survey.authoring.source_tree import Node, Scalar
from selfhelp_survey.core.answers import CHOSEN_MISSING, MissingCode
from selfhelp_survey.core.questionnaire import (
    CODED,
    NAME,
    PAGE_NAME,
    RESERVED_PAGE_NAMES,
    Page,
    Passage,
    Question,
    QuestionType,
    Role,
    Row,
    Value,
)
from selfhelp_survey.core.text import Text
from selfhelp_survey.errors import QuestionnaireError

PAGE_KEYS = ("page", "part", "block", "title", "intro", "facts", "details", "relevant", "admits", "questions")
PASSAGE_KEYS = ("heading", "text")
VALUE_KEYS = ("code", "label", "exclusive")
ROW_KEYS = ("name", "label")
QUESTION_KEYS = ("name", "type", "label", "hint", "role", "values", "rows", "relevant", "required",
                 "prefer_not_to_say", "not_sure", "hierarchy", "harmonised", "minimum", "maximum", "max_length",
                 "enabled")  # fmt: skip
_ONLY_FOR = {
    "rows": frozenset({QuestionType.MATRIX}),
    "values": CODED,
    "not_sure": CODED,
    "minimum": frozenset({QuestionType.NUMBER}),
    "maximum": frozenset({QuestionType.NUMBER}),
    "max_length": frozenset({QuestionType.TEXT}),
    "hierarchy": frozenset({QuestionType.SINGLE, QuestionType.SCALE, QuestionType.NUMBER}),
    "role": frozenset(QuestionType) - {QuestionType.NOTE},
    "required": frozenset(QuestionType) - {QuestionType.NOTE},
}
_VARIABLE_RULE = "Use a-z, 0-9 and _, a letter first, at most 32 characters (29 in a multiple question)"
_PAGE_RULE = "Use a-z, 0-9 and -, a letter first, at most 32 characters"


@dataclass(frozen=True, kw_only=True)
class SharedValues:
    """What questions may draw on: named lists, and the labels of the two missing codes that can be chosen."""

    lists: Mapping[str, tuple[Value, ...]]
    prefer_not_to_say: Text | None
    not_sure: Text | None


def values_in(nodes: Iterable[Node], findings: Findings) -> tuple[Value, ...]:
    """The values of a list; what cannot be one is noted."""
    values: list[Value] = []
    for section in sections_in(nodes, findings, keys=VALUE_KEYS):
        section.demand("code", fix="Write 'code: 1'")
        code, label = section.integer("code"), section.text("label")
        exclusive = section.flag("exclusive", default=False)
        if code is None:
            continue
        if code < 0 and code not in CHOSEN_MISSING:
            findings.error("Q142", section.place("code"), f"the code {code} is reserved", fix="Use codes from 0 up")
        elif any(value.code == code for value in values):
            findings.error("Q141", section.place("code"), f"the code {code} stands twice", fix="Give it another code")
        else:
            values.append(Value(code=code, label=label, exclusive=exclusive))
    return tuple(values)


def missing_value(kind: QuestionType, code: MissingCode, label: Text) -> Value:
    """The value that stands for a missing code that can be chosen; in a multiple question it stands alone."""
    return Value(code=int(code), label=label, exclusive=kind is QuestionType.MULTIPLE)


class PageReader:
    """Reads one page after another, and tells `references` what they name."""

    def __init__(self, findings: Findings, references: References, shared: SharedValues) -> None:
        self._findings = findings
        self._references = references
        self._shared = shared

    def page(self, section: Section) -> Page | None:
        """The page in this section; None where all its questions are switched off, or it cannot be one."""
        self._references.begin_page()
        self._check_name(section)
        part = section.integer("part")
        relevance, admits = section.condition("relevant"), section.condition("admits")
        self._references.note_relevance(relevance, section.place("relevant"))
        self._references.note_admission(admits, section.place("admits"))
        asked = section.sections("questions", keys=QUESTION_KEYS)
        questions = [self._question(each) for each in asked]
        title, intro = section.text("title"), section.optional_text("intro")
        facts, details = self._passages(section, "facts"), self._passages(section, "details")
        present = tuple(question for question in questions if question is not None)
        if asked and not present:
            return None
        try:
            return Page(name=section.word("page"), title=title, questions=present, part=1 if part is None else part,
                        intro=intro, facts=facts, details=details, relevance=relevance, admits=admits,
                        block=section.word("block") or None)  # fmt: skip
        except QuestionnaireError as error:
            self._note_unforeseen(error, section)
            return None

    def _note_unforeseen(self, error: QuestionnaireError, section: Section) -> None:
        if not any(problem.line >= section.start.line for problem in self._findings.problems):
            self._findings.error("Q199", section.start, str(error)[:200], fix="Correct it and read the file again")

    def _check_name(self, section: Section) -> None:
        section.demand("page", fix="Write '- page: a-name', the name shown in the address")
        name = section.word("page")
        if name in RESERVED_PAGE_NAMES:
            self._findings.error("Q130", section.place("page"), f"the page name {quoted(name)} is taken by the "
                                 "software", fix="Choose another name")  # fmt: skip
        elif name and PAGE_NAME.fullmatch(name) is None:
            self._findings.error("Q130", section.place("page"), f"{quoted(name)} cannot be a page name", fix=_PAGE_RULE)
        block = section.word("block")
        if block and PAGE_NAME.fullmatch(block) is None:
            self._findings.error("Q130", section.place("block"), f"{quoted(block)} cannot be a block", fix=_PAGE_RULE)
        if section.integer("part") not in (None, 1, 2):
            section.wrong("part", wanted="1 or 2")

    def _passages(self, section: Section, key: str) -> tuple[Passage, ...]:
        return tuple(Passage(heading=each.text("heading"), body=each.text("text"))
                     for each in section.sections(key, keys=PASSAGE_KEYS))  # fmt: skip

    def _question(self, section: Section) -> Question | None:
        name = section.word("name")
        if not section.flag("enabled", default=True):
            self._references.note_switched_off(name)
            for each in section.sections("rows", keys=ROW_KEYS):
                self._references.note_switched_off(each.word("name"))
            return None
        section.demand("name", fix="Write '- name: a_name', the name of the variable")
        kind = self._type(section)
        if kind is None:
            self._references.note_answer(name)
            return None
        self._check_keys(section, kind)
        relevance = section.condition("relevant")
        self._references.note_relevance(relevance, section.place("relevant"))
        if "hierarchy" in section:
            self._references.hierarchy_places.setdefault(section.word("hierarchy"), section.place("hierarchy"))
        rows, values = self._rows(section, kind), self._values(section, kind)
        self._note_names(section, kind, [row.name for row in rows], values)
        try:
            return Question(
                name=name, type=kind, role=self._role(section, kind), relevance=relevance, rows=rows, values=values,
                label=section.text("label"), hint=section.optional_text("hint"),
                required=section.flag("required", default=False), minimum=section.integer("minimum"),
                refusable=kind is not QuestionType.NOTE and section.flag("prefer_not_to_say", default=True),
                hierarchy=section.word("hierarchy") or None, harmonised=self._harmonised(section),
                maximum=section.integer("maximum"), maximum_length=section.integer("max_length"),
            )  # fmt: skip
        except QuestionnaireError as error:
            self._note_unforeseen(error, section)
            return None

    def _type(self, section: Section) -> QuestionType | None:
        section.demand("type", fix=f"Write one of {', '.join(QuestionType)}")
        word = section.word("type")
        if word in set(QuestionType):
            return QuestionType(word)
        if word:
            self._findings.error("Q112", section.place("type"), f"{quoted(word)} is not a type of question",
                                 fix=did_you_mean(word, QuestionType))  # fmt: skip
        return None

    def _check_keys(self, section: Section, kind: QuestionType) -> None:
        for key, kinds in _ONLY_FOR.items():
            if kind not in kinds and section.word(key, "x" if key in section else "false") != "false":
                self._findings.error("Q143", section.place(key), f"{quoted(key)} does not go with a {kind} question",
                                     fix="Leave it out, or change the type")  # fmt: skip
        if kind is QuestionType.TEXT and (section.integer("max_length") or 0) < 1:
            self._findings.error("Q111", section.place("max_length"), "'max_length' is missing",
                                 fix="Write 'max_length: 500', the most characters that can be given")  # fmt: skip
        minimum, maximum = section.integer("minimum"), section.integer("maximum")
        if minimum is not None and maximum is not None and minimum > maximum:
            self._findings.error("Q143", section.place("minimum"), "the minimum is above the maximum",
                                 fix="Swap the two")  # fmt: skip
        if minimum is not None and minimum < 0:
            self._findings.error("Q142", section.place("minimum"), "numbers below 0 are reserved for missing values",
                                 fix="Write 'minimum: 0' or more")  # fmt: skip

    def _role(self, section: Section, kind: QuestionType) -> Role:
        word = section.word("role")
        if kind is QuestionType.NOTE:
            return Role.INSENSITIVE
        if word not in set(Role):
            fix = did_you_mean(word, Role) if word else f"Write one of {', '.join(Role)}"
            message = f"{quoted(word)} is not a role" if word else "'role' is missing"
            self._findings.error("Q170", section.place("role"), message, fix=fix)
            return Role.FREE_TEXT if kind is QuestionType.TEXT else Role.INSENSITIVE
        role = Role(word)
        if (role is Role.FREE_TEXT) != (kind is QuestionType.TEXT):
            self._findings.error("Q170", section.place("role"), "'free text' is the role of text questions, and theirs "
                                 "alone", fix="Change the role or the type")  # fmt: skip
        if role is Role.QUASI_IDENTIFIER and "hierarchy" not in section:
            self._findings.error("Q165", section.place("role"), "a quasi-identifier needs a hierarchy",
                                 fix="Write 'hierarchy: name' and describe it under 'hierarchies'")  # fmt: skip
        return role

    def _harmonised(self, section: Section) -> str | None:
        return self._variable_name(section, "harmonised", longest=32) or None

    def _variable_name(self, section: Section, key: str, *, longest: int) -> str:
        name = section.word(key)
        if name and (NAME.fullmatch(name) is None or len(name) > longest):
            self._findings.error("Q130", section.place(key), f"{quoted(name)} cannot be a variable name",
                                 fix=_VARIABLE_RULE)  # fmt: skip
        return name

    def _rows(self, section: Section, kind: QuestionType) -> tuple[Row, ...]:
        if kind is QuestionType.MATRIX:
            section.demand("rows", fix="Write '- {name: a_name, label: {...}}' for each statement under it")
        rows = []
        for each in section.sections("rows", keys=ROW_KEYS):
            each.demand("name", fix="Write 'name: a_name', the name of the variable")
            name = self._variable_name(each, "name", longest=32)
            if name and kind is QuestionType.MATRIX:
                self._references.note_variable(name, each.place("name"))
            rows.append(Row(name=name, label=each.text("label")))
        return tuple(rows)

    def _note_names(self, section: Section, kind: QuestionType, rows: list[str], values: tuple[Value, ...]) -> None:
        longest = 29 if kind is QuestionType.MULTIPLE else 32
        name = self._variable_name(section, "name", longest=longest)
        columns = [name]
        if kind is QuestionType.MULTIPLE:
            columns += [f"{name}_{value.code:02d}" for value in values if value.code >= 0]
        for column in columns if name else ():
            self._references.note_variable(column, section.place("name"))
        for answer in () if kind is QuestionType.NOTE else rows or (name,):
            self._references.note_answer(answer)

    def _values(self, section: Section, kind: QuestionType) -> tuple[Value, ...]:
        if kind not in CODED:
            return ()
        section.demand("values", fix="Name a list of 'lists', or write the values as a list here")
        node = section.node("values")
        listed: tuple[Value, ...] = ()
        if isinstance(node, Scalar):
            listed = self._shared.lists.get(node.value, ())
            if node.value not in self._shared.lists:
                self._findings.error("Q140", node.place, f"there is no list {quoted(node.value)}",
                                     fix=did_you_mean(node.value, self._shared.lists))  # fmt: skip
        elif node is not None:
            listed = values_in(section.items("values"), self._findings)
        return (*listed, *self._missing_values(section, kind, Counter(value.code for value in listed)))

    def _missing_values(self, section: Section, kind: QuestionType, taken: Counter[int]) -> Iterable[Value]:
        wanted = (
            ("not_sure", MissingCode.NOT_SURE, self._shared.not_sure, False),
            ("prefer_not_to_say", MissingCode.PREFER_NOT_TO_SAY, self._shared.prefer_not_to_say, True),
        )
        for key, code, label, default in wanted:
            if not section.flag(key, default=default) or taken[code]:
                continue
            if label is None:
                self._findings.error("Q111", section.place(key), f"the label {quoted(key)} is missing",
                                     fix=f"Write '{key}: {{...}}' at the top, or '{key}: false' here")  # fmt: skip
                continue
            yield missing_value(kind, code, label)
