"""What the linter says of a file, at the places of that file, beside what its reader says."""

from collections.abc import Iterable

from selfhelp_survey.authoring.places import place_of
from selfhelp_survey.authoring.problems import Problem, ProblemsFound, Severity, in_order
from selfhelp_survey.authoring.yaml_reader import Reading
from selfhelp_survey.core.linter_rules import Finding


def reviewed(reading: Reading, findings: Iterable[Finding], *, source: str) -> tuple[Problem, ...]:
    """The warnings of the reader and of the linter, in the order of the file; `source` names it in messages.

    Raises ProblemsFound with everything, warnings too, where a finding is an error.
    """
    found = in_order((*reading.warnings, *(_at_its_place(finding, reading) for finding in findings)))
    if any(problem.severity is Severity.ERROR for problem in found):
        raise ProblemsFound(found, source=source)
    return found


def _at_its_place(finding: Finding, reading: Reading) -> Problem:
    place = place_of(reading.places, finding.where, finding.language)
    return Problem(
        code=finding.code, line=place.line, column=place.column, sheet=place.sheet, message=_named(finding),
        fix=finding.fix, severity=Severity(finding.weight),
    )  # fmt: skip


def _named(finding: Finding) -> str:
    """The message after the question or page that it is about, by which the author knows it."""
    names = finding.where.split(".")
    if finding.where.startswith("pages.") and len(names) > 1:
        return f"{names[3] if len(names) > 3 and names[2] == 'questions' else names[1]}: {finding.message}"
    return finding.message
