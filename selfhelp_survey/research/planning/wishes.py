"""What the researchers want of a series, checked against the questionnaire; and any of its plans made definite."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from selfhelp_survey.authoring.problems import did_you_mean, quoted
from selfhelp_survey.core.codebook import Variable
from selfhelp_survey.core.questionnaire import QuestionType, Role
from selfhelp_survey.core.response import Mark
from selfhelp_survey.errors import UsageError
from selfhelp_survey.privacy.rule import SeriesRule
from selfhelp_survey.research.audit import rule_of_series
from selfhelp_survey.research.errors import PlanError, PlanProblem
from selfhelp_survey.research.plan import DEFAULT_K, Finding, ReleasePlan, findings
from selfhelp_survey.research.planning.candidates import Candidate, quasi_identifiers
from selfhelp_survey.research.planning.projection import Levels
from selfhelp_survey.research.series import NEVER_RELEASED, series_findings, series_of
from selfhelp_survey.research.versions import Instrument, Version

DEFAULT_MINIMUM = 20  # as in the plans that ship: twice the least that a plan may ask for
MOST_HELD = 0.10  # a guess of what a study can bear: one answer in ten that no release of the year holds
A_YEAR = 105  # feedback forms at the end of the programme in 2023/24, Protect Children
QUARTERLY = 4
MOST_RESPONSES = 100_000
MOST_RELEASES = 52
_UNMODELLED = ("entry", "questionnaire_version")


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What a series should be like. `a_year`: the responses that are expected, of which `most_held` may be held back.

    `priorities`: quasi-identifiers, the one to keep finest first. `diversity`: the sensitive items that l is for.
    """

    version: Version
    series: str
    kind: Mark = Mark.REAL
    priorities: tuple[str, ...]
    diversity: tuple[str, ...] = ()
    k: int = DEFAULT_K
    l: int = 2  # noqa: E741 - the literature's name
    minimum_size: int = DEFAULT_MINIMUM
    minimum_new: int = DEFAULT_MINIMUM
    a_year: int = A_YEAR
    releases: int = QUARTERLY
    most_held: float = MOST_HELD

    def __post_init__(self) -> None:
        if not 1 <= self.a_year <= MOST_RESPONSES:
            raise UsageError(f"Between 1 and {MOST_RESPONSES:,} responses a year can be planned for.")
        if not 1 <= self.releases <= MOST_RELEASES:
            raise UsageError(f"Between 1 and {MOST_RELEASES} releases a year can be planned for.")
        if not 0 <= self.most_held <= 1:
            raise UsageError("What may be held back is a share from 0 to 100 percent.")

    @property
    def instrument(self) -> Instrument:
        """The questionnaire as the only version of its instrument."""
        return Instrument(versions=(self.version,))

    @property
    def names(self) -> tuple[str, ...]:
        """Every quasi-identifier to decide on: the priorities in their order, then the others."""
        return tuple(dict.fromkeys((*self.priorities, *quasi_identifiers(self.version))))

    @property
    def weights(self) -> dict[str, float]:
        """What each quasi-identifier weighs: half of the priority before it; what is no priority, half of the last."""
        last = len(self.priorities)
        ranks = {name: rank for rank, name in enumerate(self.priorities)}
        return {name: 0.5 ** ranks.get(name, last) for name in self.names}

    def check(self) -> None:
        """Raises PlanError with everything that no plan could hold."""
        found = [*self._priority_findings(), *findings(self._plan((), self.diversity))]
        found += [] if found else series_findings(self._plan((), self.diversity), self.instrument)
        if found:
            raise PlanError([PlanProblem(line=0, message=finding.message) for finding in found])

    def _priority_findings(self) -> Iterator[Finding]:
        known = self.version.variables
        for name in self.priorities:
            if name not in known:
                near = did_you_mean(name, known)
                yield Finding("priorities", f"{self.instrument.code} has no variable {quoted(name)}. {near}")
            elif known[name].role in NEVER_RELEASED:
                yield Finding("priorities", f"{name} is {known[name].role}: it is never released")
            elif name in _UNMODELLED:
                yield Finding("priorities", f"{name} cannot be planned for: the model knows one entry and one version")
            elif name in self.diversity:
                yield Finding(
                    "priorities", f"{name} cannot be a quasi-identifier and stand under diversity: choose one"
                )

    def plan(
        self, levels: Levels, candidates: Sequence[Candidate], diversity: tuple[str, ...] | None = None
    ) -> ReleasePlan:
        """The records plan with these levels; what is at its top is left out, or withheld where "all" would tell it."""
        kept = (
            (held.name, levels[held.name]) for held in candidates
            if levels[held.name] < held.hierarchy.top or held.variable.role is not Role.QUASI_IDENTIFIER
        )  # fmt: skip
        return self._plan(tuple(sorted(kept)), self.diversity if diversity is None else diversity)

    def _plan(self, kept: tuple[tuple[str, int], ...], diversity: tuple[str, ...]) -> ReleasePlan:
        return ReleasePlan(
            series=self.series, questionnaire=self.version.questionnaire.code, kind=self.kind, quasi_identifiers=kept,
            k=self.k, l=self.l if diversity else 1, diversity=diversity, minimum_size=self.minimum_size,
            minimum_new=self.minimum_new,
        )  # fmt: skip

    def rule(self, diversity: tuple[str, ...] | None = None) -> SeriesRule:
        """What the series promises of its classes, with these items; its quasi-identifiers are still open."""
        plan = self._plan((), self.diversity if diversity is None else diversity)
        return replace(
            rule_of_series(series_of(plan, self.instrument), minimum=self.minimum_size), quasi_identifiers=()
        )

    def sensitive(self) -> tuple[str, ...]:
        """Every item that could stand under diversity: the plan's own first, then the other sensitive questions."""
        held = self.version.variables.values()
        others = (_item(variable) for variable in held if variable.role is Role.SENSITIVE)
        return tuple(dict.fromkeys((*self.diversity, *(name for name in others if name not in self.priorities))))


def _item(variable: Variable) -> str:
    """The item a variable belongs to: the whole question where it is a multiple one."""
    return (variable.question_name or variable.name) if variable.type is QuestionType.MULTIPLE else variable.name
