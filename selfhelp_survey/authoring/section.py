"""One mapping of a file while it is read: gives each key as what it should be, and notes what it is not."""

import re
from collections.abc import Iterable

from selfhelp_survey.authoring.problems import Problem, Severity, did_you_mean, quoted
from selfhelp_survey.authoring.source_tree import Mapping, Node, Place, Scalar, Sequence
from selfhelp_survey.core.expression import Expression
from selfhelp_survey.core.plain_text import HIDDEN, MARKUP
from selfhelp_survey.core.text import PLACEHOLDERS, Text, placeholders_in
from selfhelp_survey.errors import ExpressionError

LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8}){0,2}", re.ASCII)
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,8})", re.ASCII)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_FLAGS = {"true": True, "True": True, "false": False, "False": False}


class Findings:
    """What has been found so far in a file; `languages` are those that every text must be written in."""

    def __init__(self, problems: Iterable[Problem] = ()) -> None:
        self.problems = list(problems)
        self.languages: tuple[str, ...] = ()

    @property
    def has_errors(self) -> bool:
        """True where the file cannot be taken."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)

    def error(self, code: str, place: Place, message: str, *, fix: str) -> None:
        """Note an error."""
        self._note(code, place, message, fix=fix, severity=Severity.ERROR)

    def warning(self, code: str, place: Place, message: str, *, fix: str) -> None:
        """Note something to look at again."""
        self._note(code, place, message, fix=fix, severity=Severity.WARNING)

    def _note(self, code: str, place: Place, message: str, *, fix: str, severity: Severity) -> None:  # noqa: PLR0913
        problem = Problem(code=code, line=place.line, column=place.column, sheet=place.sheet, message=message, fix=fix,
                          severity=severity)  # fmt: skip
        self.problems.append(problem)


def integer_in(node: Node) -> int | None:
    """The whole number that stands here, None where none does. A quoted number is a text."""
    is_number = isinstance(node, Scalar) and node.is_plain and _INTEGER.fullmatch(node.value)
    return int(node.value) if is_number and isinstance(node, Scalar) else None


def is_nothing(node: Node) -> bool:
    """True where a key was written and nothing after it."""
    return isinstance(node, Scalar) and node.is_plain and node.value in _NULLS


class Section:
    """A mapping with the keys it may have. Every method notes a problem and gives a harmless value instead."""

    def __init__(self, mapping: Mapping, findings: Findings, *, keys: Iterable[str]) -> None:
        self.findings = findings
        self.start = mapping.place
        self._mapping = mapping
        known = frozenset(keys)
        for key in mapping.entries:
            if key not in known:
                findings.error("Q110", mapping.keys[key], f"the key {quoted(key)} is not known here",
                               fix=did_you_mean(key, known))  # fmt: skip

    def __contains__(self, key: str) -> bool:
        return self.node(key) is not None

    def node(self, key: str) -> Node | None:
        """What stands under the key; None where nothing does."""
        node = self._mapping.entries.get(key)
        return None if node is None or is_nothing(node) else node

    def place(self, key: str) -> Place:
        """Where the value of this key stands, or else the whole."""
        node = self._mapping.entries.get(key)
        return node.place if node is not None else self.start

    def demand(self, key: str, *, fix: str) -> None:
        """Note the key as missing where nothing stands under it."""
        if key not in self:
            self.findings.error("Q111", self.place(key), f"{quoted(key)} is missing", fix=fix)

    def wrong(self, key: str, *, wanted: str) -> None:
        """Note that something else was wanted under the key."""
        self.findings.error("Q112", self.place(key), f"{quoted(key)} should be {wanted}", fix=f"Write {wanted} here")

    def word(self, key: str, default: str = "") -> str:
        """The word under the key, as it was written."""
        node = self.node(key)
        if node is None:
            return default
        if not isinstance(node, Scalar):
            self.wrong(key, wanted="one word")
            return default
        return node.value

    def flag(self, key: str, *, default: bool) -> bool:
        """The true or false under the key."""
        node = self.node(key)
        if node is None:
            return default
        if not isinstance(node, Scalar) or not node.is_plain or node.value not in _FLAGS:
            self.wrong(key, wanted="true or false")
            return default
        return _FLAGS[node.value]

    def integer(self, key: str) -> int | None:
        """The whole number under the key."""
        node = self.node(key)
        if node is None:
            return None
        number = integer_in(node)
        if number is None:
            self.wrong(key, wanted="a whole number without quotes or leading zeros")
        return number

    def condition(self, key: str) -> Expression | None:
        """The expression under the key."""
        source = self.word(key)
        if not source:
            return None
        try:
            return Expression(source)
        except ExpressionError as error:
            fix = "Write it like ${name} = 1 and selected(${other}, 2)"
            self.findings.error("Q150", self.place(key), f"the condition cannot be read: {quoted_tail(error)}", fix=fix)
            return None

    def items(self, key: str) -> list[Node]:
        """The entries of the list under the key."""
        node = self.node(key)
        if node is None:
            return []
        if not isinstance(node, Sequence):
            self.wrong(key, wanted="a list")
            return []
        return node.items

    def sections(self, key: str, *, keys: Iterable[str]) -> "list[Section]":
        """The entries of the list under the key, each a mapping with these keys."""
        return sections_in(self.items(key), self.findings, keys=keys)

    def entries(self, key: str) -> "dict[str, Node]":
        """What stands under each key of the mapping under this key."""
        node = self.node(key)
        if node is None:
            return {}
        if not isinstance(node, Mapping):
            self.wrong(key, wanted="a mapping 'name: ...'")
            return {}
        return node.entries

    def text(self, key: str) -> Text:
        """The text under the key, which must be there in every language."""
        self.demand(key, fix=f"Write '{key}: {{{self._first_language()}: ...}}'")
        return self.optional_text(key) or Text(translations=())

    def optional_text(self, key: str) -> Text | None:
        """The text under the key, None where there is none."""
        node = self.node(key)
        if node is None:
            return None
        if not isinstance(node, Mapping):
            self.wrong(key, wanted=f"one wording for each language, like {{{self._first_language()}: ...}}")
            return None
        return self._text_in(node, key)

    def _first_language(self) -> str:
        return next(iter(self.findings.languages), "en")

    def _text_in(self, mapping: Mapping, key: str) -> Text:
        wordings: dict[str, str] = {}
        for language, node in mapping.entries.items():
            if not isinstance(node, Scalar):
                self.findings.error("Q112", node.place, f"the wording of {quoted(key)} should be a text",
                                    fix="Write the wording itself, in quotes if it holds ': '")  # fmt: skip
            elif self._is_language(language, mapping.keys[language]) and not is_nothing(node):
                self._check_wording(node)
                wordings[language] = node.value
        text = Text.of(wordings)
        missing = [language for language in self.findings.languages if language not in text.languages]
        if missing:
            self.findings.error("Q120", mapping.place, f"{quoted(key)} has no wording in {', '.join(missing)}",
                                fix="Write it, or take the language out of 'languages'")  # fmt: skip
        return text

    def _is_language(self, language: str, place: Place) -> bool:
        if LANGUAGE.fullmatch(language) is None:
            self.findings.error("Q121", place, f"{quoted(language)} is not a language code", fix="Write it like en")
            return False
        if self.findings.languages and language not in self.findings.languages:
            self.findings.warning("Q121", place, f"the language {quoted(language)} is not listed in 'languages'",
                                  fix="It is kept, but not offered until it is listed")  # fmt: skip
        return True

    def _check_wording(self, node: Scalar) -> None:
        if MARKUP.search(node.value):
            self.findings.error("Q122", node.place, "the text holds markup", fix="Texts are plain: leave out tags, "
                                "entities like &amp; and script addresses")  # fmt: skip
        if HIDDEN.search(node.value):
            self.findings.error("Q124", node.place, "the text holds characters that cannot be seen",
                                fix="Write the text anew, without pasting it")  # fmt: skip
        for name in placeholders_in(node.value):
            if name not in PLACEHOLDERS:
                self.findings.error("Q123", node.place, f"there is no placeholder {quoted(name)}",
                                    fix=did_you_mean(name, PLACEHOLDERS))  # fmt: skip


def sections_in(nodes: Iterable[Node], findings: Findings, *, keys: Iterable[str]) -> list[Section]:
    """Those of the nodes that are mappings, as sections with these keys; the others are noted."""
    known, found = tuple(keys), []
    for node in nodes:
        if isinstance(node, Mapping):
            found.append(Section(node, findings, keys=known))
        else:
            findings.error("Q112", node.place, "an entry should be a mapping", fix=f"Write '{known[0]}: ...'")
    return found


def quoted_tail(error: Exception) -> str:
    """What an error of the expression language says, short and free of control characters."""
    message = re.sub(r"[^\x20-\x7e]", "?", str(error))
    return message if len(message) <= 200 else message[:199] + "…"
