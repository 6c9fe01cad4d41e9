"""What is said of a questionnaire before it becomes a draft or a version: the linter, and how it lies beside others."""

from collections.abc import Iterable, Iterator

from selfhelp_survey import repository
from selfhelp_survey.authoring.problems import Problem
from selfhelp_survey.authoring.review import reviewed
from selfhelp_survey.authoring.shipped import shipped_catalogue
from selfhelp_survey.authoring.yaml_reader import Reading
from selfhelp_survey.core.linter import Finding
from selfhelp_survey.core.linter_catalogue import lint_against
from selfhelp_survey.core.linter_comparability import broken_since, unlike
from selfhelp_survey.core.questionnaire import Questionnaire


def review(reading: Reading, *, source: str, sisters: Iterable[Questionnaire] = ()) -> tuple[Problem, ...]:
    """All warnings about a file that was read, each at its place; `source` names the file in messages.

    Compared with the last published version of the same code, with every other questionnaire of this site, and with
    `sisters`. Raises ProblemsFound, with everything, where something keeps the file from being imported.
    """
    questionnaire = reading.questionnaire
    findings = [
        *lint_against(questionnaire, shipped_catalogue()),
        *_since_last_version(questionnaire),
        *beside_others(questionnaire),
    ]
    findings += [finding for sister in sisters for finding in unlike(questionnaire, sister)]
    return reviewed(reading, findings, source=source)


def beside_others(questionnaire: Questionnaire) -> Iterator[Finding]:
    """Where a harmonised name means something else in another questionnaire of this site: warnings, never errors."""
    if any(question.harmonised for question in questionnaire.questions()):
        for sister in repository.other_questionnaires(questionnaire.code):
            yield from unlike(questionnaire, sister)


def _since_last_version(questionnaire: Questionnaire) -> Iterator[Finding]:
    last = repository.latest_version(questionnaire.code)
    if last is not None:
        yield from broken_since(repository.load_version(last.content_hash), questionnaire, version=last.number)
