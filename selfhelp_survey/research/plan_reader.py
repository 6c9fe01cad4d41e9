"""Release plans as YAML files, read within bounds; everything that is wrong is said at once, with its line."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, Event
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from selfhelp_survey.core.response import Mark
from selfhelp_survey.research.errors import PlanError, PlanProblem
from selfhelp_survey.research.plan import COUNTS, Finding, Output, Protection, ReleasePlan, findings

LARGEST_FILE = 64 * 1024  # bytes
MOST_EVENTS = 10_000
DEEPEST = 8
_KEYS = {
    "series", "questionnaire", "kind", "output", "variables", "quasi_identifiers", "k", "l", "diversity",
    "minimum_size", "minimum_new", "tables", "quarters", "protection", "threshold",
}  # fmt: skip
_REQUIRED = ("series", "questionnaire", "kind")
_COUNTS = ("k", "l", "minimum_size", "minimum_new", "threshold")
_INTEGER = "tag:yaml.org,2002:int"
_STRING = "tag:yaml.org,2002:str"
_WHOLE = re.compile(r"-?[0-9]{1,9}")


@dataclass(frozen=True, kw_only=True)
class PlanFile:
    """A plan, and the line on which each part of it stands."""

    plan: ReleasePlan
    source: str
    lines: dict[str, int]

    def error(self, found: Sequence[Finding]) -> PlanError:
        """What is wrong with the plan, with lines."""
        return PlanError([_problem(finding, self.lines) for finding in found], source=self.source)


def read_plan_file(path: Path) -> PlanFile:
    """The plan in a file. Raises PlanError."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise _refuse(path.name, f"the file cannot be read ({error.strerror})") from error
    except UnicodeDecodeError:
        raise _refuse(path.name, "the file is not written in UTF-8: save it as UTF-8") from None
    return read_plan(text, source=path.name)


def read_plan(text: str, *, source: str) -> PlanFile:
    """The plan in a YAML text. Raises PlanError with everything that is wrong."""
    reading = _Reading(compose(text, source))
    if reading.found:
        raise PlanError([_problem(finding, reading.lines) for finding in reading.found], source=source)
    plan = PlanFile(plan=_plan(reading.values), source=source, lines=reading.lines)
    if found := list(findings(plan.plan)):
        raise plan.error(found)
    return plan


def _plan(values: dict[str, Any]) -> ReleasePlan:
    counts = {name: values[name] for name in _COUNTS if name in values}
    output = Output(values.get("output", Output.RECORDS))
    return ReleasePlan(
        series=values["series"], questionnaire=values["questionnaire"], kind=Mark(values["kind"]),
        output=output, variables=values.get("variables"), quarters=values.get("quarters", ()),
        protection=Protection(values.get("protection", Protection.ROUNDING)),
        quasi_identifiers=tuple(sorted(values.get("quasi_identifiers", {}).items())),
        diversity=values.get("diversity", ()), **counts,
        tables=values.get("tables", COUNTS if output is Output.TOTALS else ()),
    )  # fmt: skip


def _problem(finding: Finding, lines: dict[str, int]) -> PlanProblem:
    line = lines.get(finding.where) or lines.get(finding.where.split(".")[0], 0)
    return PlanProblem(line=line, message=finding.message)


def _refuse(source: str, message: str, *, line: int = 0) -> PlanError:
    return PlanError([PlanProblem(line=line, message=message)], source=source)


def compose(text: str, source: str, *, what: str = "a plan") -> MappingNode:
    """The node of a whole file of keys and values: nothing is ever built from a tag, an alias or a deep nest.

    Raises PlanError. `what` names the file's kind in its messages.
    """
    if len(text.encode()) > LARGEST_FILE:
        raise _refuse(source, f"the file is larger than {what} can be ({LARGEST_FILE // 1024} KiB)")
    try:
        _measure(YAML(typ="safe", pure=True).parse(text), source, what=what)
        node = YAML(typ="safe", pure=True).compose(text)
    except (YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise _refuse(source, "this is not YAML", line=mark.line + 1 if mark else 0) from None
    if not isinstance(node, MappingNode):
        raise _refuse(source, f"{what} is a list of keys and values", line=1)
    return node


def _measure(events: Iterator[Event], source: str, *, what: str) -> None:
    depth = 0
    for count, event in enumerate(events):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        line = event.start_mark.line + 1
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise _refuse(source, f"{what} has no anchors (&) and aliases (*): write the value out", line=line)
        if depth > DEEPEST or count > MOST_EVENTS:
            raise _refuse(source, f"the file is nested deeper, or holds more, than {what} can", line=line)


@dataclass
class _Reading:
    """One pass over the nodes: plain values, the line of each, and what cannot be read."""

    root: MappingNode
    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    found: list[Finding] = field(default_factory=list)

    def __post_init__(self) -> None:
        readers = {
            "variables": self._variables, "diversity": self._names, "quasi_identifiers": self._levels,
            "tables": self._tables, "kind": self._kind, "output": self._output, "quarters": self._names,
            "protection": self._protection,
        } | dict.fromkeys(_COUNTS, self._count)  # fmt: skip
        for key, node in self._pairs(self.root, ""):
            if key in _KEYS:
                self.values[key] = readers.get(key, self._text)(key, node)
            else:
                self._refuse(key, f"there is no key {key!r} in a plan; it knows {', '.join(sorted(_KEYS))}")
        for key in _REQUIRED:
            if key not in self.lines:
                self._refuse(key, f"the key {key} is missing")

    def _refuse(self, where: str, message: str) -> None:
        self.found.append(Finding(where, message))

    def _pairs(self, node: MappingNode, prefix: str) -> Iterator[tuple[str, Node]]:
        for key_node, value in node.value:
            key = str(key_node.value)[:64] if isinstance(key_node, ScalarNode) else ""
            if not key:
                self.lines[prefix] = key_node.start_mark.line + 1
                self._refuse(prefix, "a key is one word")
                continue
            if prefix + key in self.lines:
                self._refuse(prefix + key, f"{key} stands twice")
            self.lines[prefix + key] = key_node.start_mark.line + 1
            yield key, value

    def _text(self, where: str, node: Node) -> str:
        if isinstance(node, ScalarNode) and node.tag == _STRING and node.value:
            return str(node.value)
        self._refuse(where, f"{where.split('.')[0]} takes text here")
        return ""

    def _count(self, where: str, node: Node) -> int:
        if isinstance(node, ScalarNode) and node.tag == _INTEGER and _WHOLE.fullmatch(node.value):
            return int(node.value)
        self._refuse(where, f"{where} takes a whole number of at most nine digits")
        return 0

    def _names(self, where: str, node: Node) -> tuple[str, ...]:
        if not isinstance(node, SequenceNode):
            self._refuse(where, f"{where.split('.')[0]} takes a list of names")
            return ()
        names = []
        for child in node.value:
            names.append(self._text(where, child))
            self.lines[f"{where}.{names[-1]}"] = child.start_mark.line + 1
        return tuple(names)

    def _variables(self, where: str, node: Node) -> tuple[str, ...] | None:
        if isinstance(node, ScalarNode) and node.value == "all":
            return None
        return self._names(where, node)

    def _levels(self, where: str, node: Node) -> dict[str, int]:
        if isinstance(node, MappingNode):
            return {name: self._count(f"{where}.{name}", child) for name, child in self._pairs(node, f"{where}.")}
        self._refuse(where, "quasi_identifiers takes names with a level each, like `a2_age: 2`")
        return {}

    def _tables(self, where: str, node: Node) -> tuple[tuple[str, ...], ...]:
        if _is_counts(node):
            return COUNTS
        if not isinstance(node, SequenceNode) or not node.value:
            self._refuse(where, "tables takes `counts`, or a list of `counts` and of lists of variables")
            return ()
        tables: list[tuple[str, ...]] = []
        for child in node.value:
            first = f"{where}.{len(tables)}"
            tables += COUNTS if _is_counts(child) else [self._names(first, child)]
            self.lines |= {f"{where}.{place}": child.start_mark.line + 1 for place in range(len(tables))
                           if f"{where}.{place}" not in self.lines}  # fmt: skip
        return tuple(tables)

    def _kind(self, where: str, node: Node) -> str:
        return self._one_of(where, node, [mark.value for mark in Mark])

    def _output(self, where: str, node: Node) -> str:
        return self._one_of(where, node, [output.value for output in Output])

    def _protection(self, where: str, node: Node) -> str:
        return self._one_of(where, node, [protection.value for protection in Protection])

    def _one_of(self, where: str, node: Node, known: Sequence[str]) -> str:
        if isinstance(node, ScalarNode) and node.value in known:
            return str(node.value)
        self._refuse(where, f"{where} is one of {', '.join(known)}")
        return known[0]


def _is_counts(node: Node) -> bool:
    """True for the word that stands for the counts by sample, language and quarter."""
    return isinstance(node, ScalarNode) and node.value == "counts"
