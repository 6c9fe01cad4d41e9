"""Marginals as a YAML file, in percent; everything that is wrong is said at once, with its line."""

import math
import re
from collections.abc import Iterator
from pathlib import Path

from selfhelp_survey.authoring.problems import ProblemsFound, did_you_mean, quoted
from selfhelp_survey.authoring.source_tree import Mapping, Node, Scalar, source_tree
from selfhelp_survey.core.questionnaire import Question, Questionnaire, QuestionType
from selfhelp_survey.core.record import RecordValue
from selfhelp_survey.core.response import Channel
from selfhelp_survey.research.errors import MarginalsError, PlanProblem
from selfhelp_survey.research.planning.marginals import Marginals, is_alone

LARGEST_FILE = 256 * 1024  # bytes
ROUNDING = 1.0  # percentage points by which rounded shares may miss 100
_EVERYBODY = 100.0
_FRACTIONS = ("left_blank", "declined", "goes_on", "stops")
_KEYS = ("questionnaire", *_FRACTIONS, "shares")
_NUMBER = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,6})?", re.ASCII)
_CODE = re.compile(r"-?[0-9]{1,9}", re.ASCII)


def read_marginals_file(path: Path, questionnaire: Questionnaire) -> Marginals:
    """The marginals in a file. Raises MarginalsError with everything that is wrong."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise _refuse(path.name, f"the file cannot be read ({error.strerror})") from error
    if len(data) > LARGEST_FILE:
        raise _refuse(path.name, f"the file is larger than marginals can be ({LARGEST_FILE // 1024} KiB)")
    try:
        return read_marginals(data.decode("utf-8-sig"), questionnaire, source=path.name)
    except UnicodeDecodeError:
        raise _refuse(path.name, "the file is not written in UTF-8: save it as UTF-8") from None


def read_marginals(text: str, questionnaire: Questionnaire, *, source: str) -> Marginals:
    """The marginals in a YAML text, for this questionnaire. Raises MarginalsError with everything that is wrong."""
    try:
        root, twice = source_tree(text, source=source)
    except ProblemsFound as error:
        found = [
            PlanProblem(line=problem.line, message=f"{problem.message}: {problem.fix}") for problem in error.problems
        ]
        raise MarginalsError(found, source=source) from None
    if not isinstance(root, Mapping):
        raise _refuse(source, "marginals are keys and values, beginning with `shares:`", line=1)
    reading = _Reading(questionnaire)
    reading.found += [PlanProblem(line=problem.line, message=problem.message) for problem in twice]
    marginals = reading.marginals(root, source)
    if reading.found:
        raise MarginalsError(reading.found, source=source)
    return marginals


def _refuse(source: str, message: str, *, line: int = 0) -> MarginalsError:
    return MarginalsError([PlanProblem(line=line, message=message)], source=source)


class _Reading:
    """One pass over the tree; `found` collects what is wrong."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.found: list[PlanProblem] = []
        self._questionnaire = questionnaire
        self._known = dict(_known(questionnaire))

    def marginals(self, root: Mapping, source: str) -> Marginals:
        for key, place in root.keys.items():
            if key not in _KEYS:
                self._note(place.line, f"there is no key {quoted(key)} in marginals. {did_you_mean(key, _KEYS)}")
        self._check_code(root.entries.get("questionnaire"))
        given = {key: self._percent(root.entries[key]) / _EVERYBODY for key in _FRACTIONS if key in root.entries}
        return Marginals(source=source, shares=self._shares(root.entries.get("shares")), **given)

    def _note(self, line: int, message: str) -> None:
        self.found.append(PlanProblem(line=line, message=message))

    def _check_code(self, node: Node | None) -> None:
        code = self._questionnaire.code
        if node is not None and not (isinstance(node, Scalar) and node.value == code):
            self._note(node.place.line, f"these marginals are for another questionnaire than {code}")

    def _percent(self, node: Node) -> float:
        number = float(node.value) if isinstance(node, Scalar) and _NUMBER.fullmatch(node.value) else math.nan
        if not 0 <= number <= _EVERYBODY:
            self._note(node.place.line, "a share is a number from 0 to 100, in percent")
            return 0.0
        return number

    def _shares(self, node: Node | None) -> dict[str, dict[RecordValue, float]]:
        if node is None:
            return {}
        if not isinstance(node, Mapping):
            self._note(node.place.line, "shares takes names with the share of each code, like `language: {en: 70}`")
            return {}
        found = {}
        for name, below in node.entries.items():
            line = node.keys[name].line
            if name not in self._known:
                code = self._questionnaire.code
                self._note(line, f"{code} has nothing called {quoted(name)}. {did_you_mean(name, self._known)}")
            elif not isinstance(below, Mapping) or not below.entries:
                self._note(line, f"{name} takes the share of each code, like `{name}: {{1: 60, 2: 40}}`")
            else:
                found[name] = self._of_one(name, below, line)
        return found

    def _of_one(self, name: str, below: Mapping, line: int) -> dict[RecordValue, float]:
        question, before = self._known[name], len(self.found)
        codes = _codes(name, question, self._questionnaire)
        shares: dict[RecordValue, float] = {}
        for text, node in below.entries.items():
            code: RecordValue = int(text) if _CODE.fullmatch(text) else text
            if codes is not None and code not in codes:
                offered = ", ".join(str(known) for known in codes)
                self._note(below.keys[text].line, f"{name} has no code {quoted(text)}; it has {offered}")
            shares[code] = self._percent(node)
        if len(self.found) == before and (wrong := _wrong_sum(question, shares)):
            self._note(line, f"the shares of {name} {wrong}")
        return {code: share / _EVERYBODY for code, share in shares.items()}


def _known(questionnaire: Questionnaire) -> Iterator[tuple[str, Question | None]]:
    """Everything that a share can be told of; the software's own two have no question."""
    yield from (("language", None), ("channel", None))
    for page in questionnaire.pages:
        for question in page.questions:
            if question.type is not QuestionType.TEXT and page.admits is None:
                yield from ((name, question) for name in question.answer_names)


def _codes(name: str, question: Question | None, questionnaire: Questionnaire) -> tuple[RecordValue, ...] | None:
    """The codes that can be told of; None for a number, whose codes are its values."""
    if question is None:
        return questionnaire.languages if name == "language" else tuple(channel.value for channel in Channel)
    if question.type is QuestionType.NUMBER:
        return None
    return (*(value.code for value in question.values), *(() if question.required else (-1,)))


def _wrong_sum(question: Question | None, shares: dict[RecordValue, float]) -> str:
    """What is wrong with the sum, "" where nothing is."""
    if question is None or question.type is not QuestionType.MULTIPLE:
        total = sum(shares.values())
        return "" if abs(total - _EVERYBODY) <= ROUNDING else f"add up to {total:g}: they should make 100"
    alone = sum(share for code, share in shares.items() if is_alone(question, code))
    most = max((share for code, share in shares.items() if not is_alone(question, code)), default=0.0)
    if alone + most > _EVERYBODY + ROUNDING:
        return "are too large: who ticks a value that stands alone, or none, ticks no other"
    return ""
