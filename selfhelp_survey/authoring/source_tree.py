"""A YAML file as a tree whose every part knows its line, within limits that no file can talk its way out of.

The parser's events are read one by one, so that a hostile file is refused before it has grown: nothing is ever
resolved, constructed or expanded. Anchors, aliases and tags are refused; scalars stay text, and only the reader, who
knows what belongs where, makes numbers of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from selfhelp_survey.authoring.problems import Problem, ProblemsFound, quoted

MAXIMUM_BYTES = 2_000_000
MAXIMUM_LINE = 5_000
MAXIMUM_DEPTH = 20
MAXIMUM_NODES = 40_000
"""The exit survey in 24 languages has some 25,000; reading this many takes about a second."""
MAXIMUM_ENTRIES = 500
"""Entries of one list: no page has so many questions, no question so many values."""


@dataclass(frozen=True)
class Place:
    """Where something stands in the file, both from 1; in a workbook the line is a row of a sheet."""

    line: int
    column: int
    sheet: str = ""

    def __str__(self) -> str:
        return f"row {self.line} of the sheet {self.sheet}" if self.sheet else f"line {self.line}"


@dataclass(frozen=True)
class Scalar:
    """A single value as it was written; `is_plain` where no quotes or block sign stood around it."""

    value: str
    place: Place
    is_plain: bool = True


@dataclass
class Mapping:
    """Keys with what belongs to them; `keys` tells where each key stands."""

    place: Place
    entries: "dict[str, Node]" = field(default_factory=dict)
    keys: dict[str, Place] = field(default_factory=dict)


@dataclass
class Sequence:
    """A list."""

    place: Place
    items: "list[Node]" = field(default_factory=list)


Node = Scalar | Mapping | Sequence


def source_tree(text: str, *, source: str) -> tuple[Node, list[Problem]]:
    """The root of the file and the problems that did not stop the reading (keys that stand twice).

    Raises ProblemsFound, with the line, for what is no YAML or goes beyond the limits.
    """
    _check_size(text, source)
    builder = _Builder(source)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            builder.take(event)
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        column = error.position - (text.rfind("\n", 0, error.position) + 1) + 1
        message = f"the character U+{int(error.character):04X} cannot stand in a text file"
        raise _refusal("Q100", Place(line, column), source, message, "Delete the character") from None
    except MarkedYAMLError as error:
        raise _syntax_problem(error, source) from None
    if builder.root is None:
        raise _refusal("Q101", Place(1, 1), source, "the file is empty", "Begin with 'questionnaire: a_code'")
    return builder.root, builder.problems


def _check_size(text: str, source: str) -> None:
    if len(text) > MAXIMUM_BYTES or len(text.encode(errors="replace")) > MAXIMUM_BYTES:
        raise _refusal("Q100", Place(1, 1), source, f"the file is larger than {MAXIMUM_BYTES:,} bytes",
                       "Split the questionnaire")  # fmt: skip
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > MAXIMUM_LINE:
            raise _refusal("Q100", Place(number, 1), source, f"the line is longer than {MAXIMUM_LINE:,} characters",
                           "Break the line")  # fmt: skip


def _syntax_problem(error: MarkedYAMLError, source: str) -> ProblemsFound:
    mark = error.problem_mark or error.context_mark
    place = Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
    told = str(error.problem or error.context or "it cannot be read")
    # The parser names the place; its words may quote the file at any length.
    fix = "Check indentation, colons, and quotes around texts that hold ': ' or begin with a sign"
    return _refusal("Q101", place, source, f"this is not YAML: {quoted(told)[1:-1]}", fix)


def _refusal(code: str, place: Place, source: str, message: str, fix: str) -> ProblemsFound:  # noqa: PLR0913
    return ProblemsFound([_problem(code, place, message, fix)], source=source)


def _problem(code: str, place: Place, message: str, fix: str) -> Problem:
    return Problem(code=code, line=place.line, column=place.column, message=message, fix=fix)


def _place(event: Event) -> Place:
    return Place(event.start_mark.line + 1, event.start_mark.column + 1)


class _Builder:
    """Puts the tree together from the parser's events; `_open` are the collections not yet closed, outermost first."""

    def __init__(self, source: str) -> None:
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self._source = source
        self._open: list[Mapping | Sequence] = []
        self._awaiting: list[Scalar | None] = []
        self._nodes = 0

    def take(self, event: Event) -> None:
        match event:
            case MappingEndEvent() | SequenceEndEvent():
                self._open.pop()
                self._awaiting.pop()
            case NodeEvent():
                self._check(event)
                self._add(event)
            case DocumentStartEvent() if self.root is not None:
                self._refuse("Q101", event, "a second document begins here", "Keep one questionnaire in a file")

    def _check(self, event: NodeEvent) -> None:
        self._nodes += 1
        if isinstance(event, AliasEvent) or event.anchor is not None:
            self._refuse("Q103", event, "anchors (&) and aliases (*) are not read here",
                         "Name shared values under 'lists', or put the text in quotes")  # fmt: skip
        if getattr(event, "tag", None) is not None:
            self._refuse("Q104", event, "tags (!) are not read here", "Leave the tag out, or put the text in quotes")
        if len(self._open) >= MAXIMUM_DEPTH:
            self._refuse("Q105", event, f"nested deeper than {MAXIMUM_DEPTH} levels", "Check the indentation")
        if self._nodes > MAXIMUM_NODES:
            self._refuse("Q105", event, f"the file holds more than {MAXIMUM_NODES:,} entries",
                         "Split the questionnaire")  # fmt: skip

    def _add(self, event: NodeEvent) -> None:
        node: Node
        match event:
            case ScalarEvent():
                node = Scalar(event.value, _place(event), is_plain=event.style is None)
            case MappingStartEvent():
                node = Mapping(_place(event))
            case SequenceStartEvent():
                node = Sequence(_place(event))
        self._attach(node, event)
        if not isinstance(node, Scalar):
            self._open.append(node)
            self._awaiting.append(None)

    def _attach(self, node: Node, event: Event) -> None:
        if not self._open:
            self.root = node
        elif isinstance(parent := self._open[-1], Sequence):
            parent.items.append(node)
            if len(parent.items) > MAXIMUM_ENTRIES:
                self._refuse("Q105", event, f"the list holds more than {MAXIMUM_ENTRIES} entries", "Shorten the list")
        elif (key := self._awaiting[-1]) is not None:
            self._awaiting[-1] = None
            self._enter(parent, key, node)
        elif isinstance(node, Scalar):
            self._awaiting[-1] = node
        else:
            self._refuse("Q101", event, "a key must be a word", "Write 'key: value'")

    def _enter(self, parent: Mapping, key: Scalar, node: Node) -> None:
        if key.value in parent.entries:
            first = parent.keys[key.value].line
            message = f"the key {quoted(key.value)} stands twice, first in line {first}"
            self.problems.append(_problem("Q102", key.place, message, "Keep one of them"))
            return
        parent.entries[key.value] = node
        parent.keys[key.value] = key.place
        if len(parent.entries) > MAXIMUM_ENTRIES:
            message = f"this block has more than {MAXIMUM_ENTRIES} keys"
            raise _refusal("Q105", key.place, self._source, message, "Check the indentation")

    def _refuse(self, code: str, event: Event, message: str, fix: str) -> None:
        raise _refusal(code, _place(event), self._source, message, fix)


def walk(node: Node) -> Iterator[Node]:
    """This node and everything under it, in the order of the file."""
    yield node
    below = node.items if isinstance(node, Sequence) else node.entries.values() if isinstance(node, Mapping) else ()
    for child in below:
        yield from walk(child)
