"""Who refers to what: names of variables, and conditions that may only look back."""

import math
from dataclasses import dataclass

from selfhelp_survey.authoring.problems import did_you_mean, quoted
from selfhelp_survey.authoring.section import Findings
from selfhelp_survey.authoring.source_tree import Place
from selfhelp_survey.core.expression import Expression
from selfhelp_survey.core.questionnaire import TAKEN_NAMES


@dataclass(frozen=True, kw_only=True)
class Mention:
    """A condition in the file; it may name what is asked on pages up to number `reach`."""

    expression: Expression
    place: Place
    reach: float


class References:
    """Collects names and conditions page by page; `check` then notes what does not fit together."""

    def __init__(self, findings: Findings) -> None:
        self.hierarchy_places: dict[str, Place] = {}
        self._findings = findings
        self._page = -1
        self._variables: dict[str, Place] = {}
        self._answers: dict[str, int] = {}
        self._switched_off: set[str] = set()
        self._mentions: list[Mention] = []

    def begin_page(self) -> None:
        """The conditions and names that follow stand on the next page."""
        self._page += 1

    def note_relevance(self, expression: Expression | None, place: Place) -> None:
        """Note a condition that decides what is shown: it may name earlier pages only."""
        self._note(expression, place, self._page - 1)

    def note_admission(self, expression: Expression | None, place: Place) -> None:
        """Note a condition that is judged once its page was sent: it may name that page too."""
        self._note(expression, place, self._page)

    def note_at_end(self, expression: Expression | None, place: Place) -> None:
        """Note a condition on the whole response."""
        self._note(expression, place, math.inf)

    def _note(self, expression: Expression | None, place: Place, reach: float) -> None:
        if expression is not None:
            self._mentions.append(Mention(expression=expression, place=place, reach=reach))

    def note_answer(self, name: str) -> None:
        """Note that conditions on later pages may name this answer."""
        self._answers.setdefault(name, self._page)

    def note_switched_off(self, name: str) -> None:
        """Note a question that the author switched off."""
        self._switched_off.add(name)

    def note_variable(self, name: str, place: Place) -> None:
        """Note a column of the record; no two may bear the same name."""
        if name in TAKEN_NAMES:
            self._findings.error("Q130", place, f"the name {quoted(name)} is taken by the software",
                                 fix="Choose another name")  # fmt: skip
        elif name in self._variables:
            message = f"the name {quoted(name)} stands twice, first in {self._variables[name]}"
            self._findings.error("Q131", place, message, fix="Rename one of them")
        self._variables.setdefault(name, place)

    def check(self) -> None:
        """Note every condition that names what is not asked before."""
        for mention in self._mentions:
            for name in sorted(mention.expression.names):
                self._check_name(name, mention)

    def _check_name(self, name: str, mention: Mention) -> None:
        if name not in self._answers:
            if name in self._switched_off:
                fix = "That question is switched off with 'enabled: false'"
            else:
                fix = did_you_mean(name, self._answers)
            self._findings.error("Q151", mention.place, f"no question is named {quoted(name)}", fix=fix)
        elif self._answers[name] > mention.reach:
            self._findings.error("Q152", mention.place, f"{quoted(name)} is not asked on an earlier page",
                                 fix="Move that question to a page before this one")  # fmt: skip
