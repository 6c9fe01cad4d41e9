"""What can go wrong on the research workstation. Each message is one sentence for the researcher, with the way out."""

from collections.abc import Sequence
from dataclasses import dataclass

from selfhelp_survey.errors import SurveyError


class LedgerError(SurveyError):
    """The ledger cannot be used: fetch the newest backup of the ledger file."""


class ReceivingError(SurveyError):
    """The bundle cannot be received."""


class VerificationError(SurveyError):
    """The release is not what its manifest says: fetch the original directory again."""


@dataclass(frozen=True, kw_only=True)
class PlanProblem:
    """One thing to correct in a release plan; `line` counts from 1, 0 where no line is to blame."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}" if self.line else self.message


class PlanError(SurveyError):
    """The release plan must be corrected. `problems` holds everything that is wrong, in line order, a line each."""

    def __init__(self, problems: Sequence[PlanProblem], *, source: str = "the plan") -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        super().__init__("\n".join(f"{source}, {problem}" for problem in self.problems))


class MarginalsError(PlanError):
    """The expected shares must be corrected. `problems` holds everything that is wrong, as for a plan."""
