"""Reads generalisation hierarchies, and notes those that do not cover every code or are not nested."""

from collections.abc import Iterable, Mapping

from selfhelp_survey.authoring.problems import did_you_mean, quoted
from selfhelp_survey.authoring.section import Findings, Section, integer_in, sections_in
from selfhelp_survey.authoring.source_tree import Node, Place, Scalar, Sequence
from selfhelp_survey.core.questionnaire import Category, GeneralisationHierarchy, Page, Question, QuestionType

CATEGORY_KEYS = ("code", "members", "rest", "label")
WORD_CODED = ("language", "channel")
CHANNELS = frozenset({"clear", "anonymous"})
BUILT_IN = "quarter"
MOST_NUMBERS = 200

Code = int | str
Classes = list[frozenset[Code]]


def read_hierarchies(
    entries: Mapping[str, Node], findings: Findings, *, pages: Iterable[Page], places: Mapping[str, Place]
) -> tuple[GeneralisationHierarchy, ...]:
    """The hierarchies of the file. `places` tells where questions name one, `pages` who they are."""
    for name, place in places.items():
        if name not in entries:
            findings.error("Q160", place, f"there is no hierarchy {quoted(name)}", fix=did_you_mean(name, entries))
    users = [question for page in pages for question in page.questions if question.hierarchy]
    found = []
    for name, node in entries.items():
        reader = _HierarchyReader(findings, codes=_codes(name, users, findings))
        levels = reader.levels(name, node)
        if name == BUILT_IN or (name not in WORD_CODED and name not in places):
            fix = "Leave it out" if name == BUILT_IN else "Name it in a question, or leave it out"
            why = "is built in" if name == BUILT_IN else "is used by no question"
            findings.error("Q160", node.place, f"the hierarchy {quoted(name)} {why}", fix=fix)
        found.append(GeneralisationHierarchy(name=name, levels=levels))
    return tuple(found)


def _codes(name: str, users: list[Question], findings: Findings) -> frozenset[Code]:
    """Every code of level 0; the codes below 0 have a category of their own and are no members."""
    if name == "language":
        return frozenset(findings.languages)
    if name == "channel":
        return CHANNELS
    codes: set[Code] = set()
    for question in users:
        if question.hierarchy == name:
            codes |= _numbers(question) if question.type is QuestionType.NUMBER else question.codes
    return frozenset(code for code in codes if isinstance(code, str) or code >= 0)


def _numbers(question: Question) -> set[int]:
    if question.minimum is None or question.maximum is None:
        return set()
    return set(range(question.minimum, min(question.maximum, question.minimum + MOST_NUMBERS) + 1))


class _HierarchyReader:
    """Reads the levels of one hierarchy, level 1 first. Without any, only the top stands above what was asked."""

    def __init__(self, findings: Findings, *, codes: frozenset[Code]) -> None:
        self._findings = findings
        self._codes = codes

    def levels(self, name: str, node: Node) -> tuple[tuple[Category, ...], ...]:
        if not isinstance(node, Sequence):
            self._findings.error("Q112", node.place, f"the hierarchy {quoted(name)} should be a list of levels",
                                 fix="Write '- - {code: 1, members: [1, 2], label: {...}}'")  # fmt: skip
            return ()
        below: Classes = [frozenset({code}) for code in self._codes]
        levels = []
        for level in node.items:
            categories = self._categories(level)
            classes = self._classes(categories, level.place)
            self._check_nesting(below, classes, level.place)
            below = classes
            levels.append(categories)
        return tuple(levels)

    def _categories(self, level: Node) -> tuple[Category, ...]:
        if not isinstance(level, Sequence):
            self._findings.error("Q112", level.place, "a level should be a list of categories",
                                 fix="Write '- - {code: 1, members: [1, 2], label: {...}}'")  # fmt: skip
            return ()
        found: list[Category] = []
        for section in sections_in(level.items, self._findings, keys=CATEGORY_KEYS):
            category = self._category(section)
            if any(other.code == category.code for other in found):
                self._findings.error("Q141", section.place("code"), f"the code {quoted(category.code)} stands twice",
                                     fix="Give it another code")  # fmt: skip
            found.append(category)
        return tuple(found)

    def _category(self, section: Section) -> Category:
        section.demand("code", fix="Write 'code: 1'")
        node, rest = section.node("code"), section.flag("rest", default=False)
        if not rest:
            section.demand("members", fix="Write 'members: [1, 2]', the codes as asked, or 'rest: true'")
        members = tuple(self._code(member) for member in section.items("members"))
        if rest and members:
            self._findings.error("Q112", section.place("rest"), "'rest' stands for what no other category names",
                                 fix="Leave out 'rest' or 'members'")  # fmt: skip
        code = self._code(node) if node is not None else 0
        if isinstance(code, int) and code < 0:
            self._findings.error("Q142", section.place("code"), f"the code {code} is reserved",
                                 fix="Use codes from 0 up")  # fmt: skip
        return Category(code=code, label=section.text("label"), members=members, rest=rest)

    def _code(self, node: Node) -> Code:
        number = integer_in(node)
        if number is not None:
            return number
        if not isinstance(node, Scalar):
            self._findings.error("Q112", node.place, "a code should be a number or a word", fix="Write one code")
            return ""
        return node.value

    def _classes(self, categories: tuple[Category, ...], place: Place) -> Classes:
        named = [member for category in categories for member in category.members]
        for code in sorted({code for code in named if named.count(code) > 1}, key=str):
            self._findings.error("Q163", place, f"the code {quoted(code)} stands in two categories of this level",
                                 fix="Keep it in one")  # fmt: skip
        for code in sorted(set(named) - self._codes, key=str) if self._codes else ():
            self._findings.error("Q164", place, f"nobody can have the code {quoted(code)}",
                                 fix=f"The codes as asked are {_listed(self._codes)}")  # fmt: skip
        left = self._codes - set(named)
        if left and not any(category.rest for category in categories):
            self._findings.error("Q161", place, f"this level leaves out {_listed(left)}",
                                 fix="Put every code into a category, or write one with 'rest: true'")  # fmt: skip
        if sum(category.rest for category in categories) > 1:
            self._findings.error("Q163", place, "two categories of this level are 'rest'", fix="Keep one")
        return [frozenset(left) if category.rest else frozenset(category.members) for category in categories]

    def _check_nesting(self, below: Classes, above: Classes, place: Place) -> None:
        for members in below:
            if members and sum(bool(members & wider) for wider in above) > 1:
                self._findings.error("Q162", place, f"{_listed(members)} are one category in the level before, and "
                                     "several here", fix="Keep together what was put together")  # fmt: skip


def _listed(codes: Iterable[Code]) -> str:
    return quoted(", ".join(str(code) for code in sorted(codes, key=str)))[1:-1]
