"""An erratum: what is corrected in files that were released already, and why. Functions of released values only."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from selfhelp_survey.core.answers import MissingCode
from selfhelp_survey.core.record import RecordValue
from selfhelp_survey.research.errors import PlanError, PlanProblem
from selfhelp_survey.research.formats.codebook_json import CorrectedLabels
from selfhelp_survey.research.plan_reader import LARGEST_FILE, compose

LONGEST_TEXT = 2000  # characters of a reason or a label
_VERSION_MARK = int(MissingCode.NOT_IN_VERSION)  # it tells the version, so it is no answer to correct
_NUMBER = "tag:yaml.org,2002:int"
_TEXT = "tag:yaml.org,2002:str"
_KEYS = ("reason", "values", "withhold", "labels")


@dataclass(frozen=True, kw_only=True)
class Erratum:
    """What becomes of released values, by variable.

    `values` takes codes as they stand in the edition to codes; all at once, so that two can change places. `withhold`
    names variables that read -7 for everybody from now on. `labels` correct the codebook.
    """

    reason: str
    values: Mapping[str, Mapping[RecordValue, RecordValue]] = field(default_factory=dict)
    withhold: tuple[str, ...] = ()
    labels: CorrectedLabels = field(default_factory=dict)

    def change(self, name: str, value: RecordValue) -> RecordValue:
        """What a value becomes that is not withheld."""
        return self.values.get(name, {}).get(value, value)

    @property
    def changes_values(self) -> bool:
        """True where it changes more than labels."""
        return bool(self.values or self.withhold)


def read_erratum(path: Path) -> Erratum:
    """The erratum in a YAML file. Raises PlanError with everything that is wrong."""
    try:
        with path.open("rb") as file:
            text = file.read(LARGEST_FILE + 1).decode("utf-8-sig")
    except OSError as error:
        raise _refuse(path.name, f"the file cannot be read ({error.strerror})") from error
    except UnicodeDecodeError:
        raise _refuse(path.name, "the file is not written in UTF-8: save it as UTF-8") from None
    reading = _Reading(compose(text, path.name, what="an erratum"))
    if reading.problems:
        raise PlanError(reading.problems, source=path.name)
    return reading.erratum


def _refuse(source: str, message: str) -> PlanError:
    return PlanError([PlanProblem(line=0, message=message)], source=source)


class _Reading:
    """One pass over the nodes: the erratum, and what cannot be read."""

    def __init__(self, root: MappingNode) -> None:
        self.problems: list[PlanProblem] = []
        nodes = dict(self._pairs(root))
        for key in nodes.keys() - set(_KEYS):
            self._problem(root, f"there is no key {key!r} in an erratum; it knows {', '.join(_KEYS)}")
        if not nodes.keys() & {"values", "withhold", "labels"}:
            self._problem(root, "an erratum corrects something: values, withhold or labels")
        self.erratum = Erratum(
            reason=self._words(nodes.get("reason", root)),
            values={str(name): self._codes(node) for name, node in self._pairs(nodes.get("values"))},
            withhold=tuple(self._list(nodes.get("withhold"))),
            labels={str(name): self._labels(node) for name, node in self._pairs(nodes.get("labels"))},
        )

    def _problem(self, node: Node, message: str) -> None:
        self.problems.append(PlanProblem(line=node.start_mark.line + 1, message=message))

    def _pairs(self, node: Node | None) -> Iterator[tuple[RecordValue, Node]]:
        if node is None:
            return
        if not isinstance(node, MappingNode):
            self._problem(node, "here stand keys and values")
            return
        seen: set[RecordValue] = set()
        for key_node, value in node.value:
            key = self._code(key_node)
            if key in seen:
                self._problem(key_node, f"{key} stands twice")
            seen.add(key)
            yield key, value

    def _codes(self, node: Node) -> dict[RecordValue, RecordValue]:
        return {self._corrected(code, child): self._corrected(self._code(child), child)
                for code, child in self._pairs(node)}  # fmt: skip

    def _corrected(self, code: RecordValue, node: Node) -> RecordValue:
        if code == _VERSION_MARK:
            self._problem(node, f"{_VERSION_MARK} tells which version was answered: it is not corrected")
        return code

    def _labels(self, node: Node) -> dict[RecordValue, dict[str, str]]:
        return {code: {str(language): self._words(text) for language, text in self._pairs(child)}
                for code, child in self._pairs(node)}  # fmt: skip

    def _list(self, node: Node | None) -> Iterator[str]:
        if node is None:
            return
        if not isinstance(node, SequenceNode):
            self._problem(node, "withhold takes a list of variables")
            return
        for child in node.value:
            yield self._words(child)

    def _code(self, node: Node) -> RecordValue:
        if isinstance(node, ScalarNode) and node.tag == _NUMBER and node.value.removeprefix("-").isdecimal():
            return int(node.value)
        if isinstance(node, ScalarNode) and node.tag == _TEXT and node.value:
            return str(node.value)
        self._problem(node, "here stands a code: a whole number or a word")
        return ""

    def _words(self, node: Node) -> str:
        if isinstance(node, ScalarNode) and node.tag == _TEXT and 0 < len(node.value.strip()) <= LONGEST_TEXT:
            return str(node.value)
        self._problem(node, f"a text is missing here (at most {LONGEST_TEXT} characters); every erratum has a `reason`")
        return ""
