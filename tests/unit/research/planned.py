"""What the tests of planning share: questionnaires as versions, and wishes for them."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from selfhelp_survey.core.document import content_hash, document_of
from selfhelp_survey.core.questionnaire import Questionnaire
from selfhelp_survey.questionnaire_files import read_questionnaire_file
from selfhelp_survey.research.planning.candidates import usual_priorities
from selfhelp_survey.research.planning.marginals import Marginals
from selfhelp_survey.research.planning.marginals_reader import read_marginals_file
from selfhelp_survey.research.planning.planning import Effort, Planning, planning
from selfhelp_survey.research.planning.wishes import Wishes
from selfhelp_survey.research.versions import Version
from tests.unit.research.survey import tiny

PACKAGE = Path(__file__).resolve().parents[3] / "selfhelp_survey"
EVEN = Marginals(source="even shares")
LITTLE = Effort(sizes=(), respondents=200, draws=6)
AT_60 = replace(LITTLE, sizes=(60,))


def version_of(questionnaire: Questionnaire) -> Version:
    """The questionnaire as a published version."""
    return Version(hash=content_hash(document_of(questionnaire)), questionnaire=questionnaire)


@cache
def exit_survey() -> Version:
    """The shipped exit survey."""
    return version_of(read_questionnaire_file(PACKAGE / "questionnaires" / "exit_survey.yaml").questionnaire)


@cache
def exit_marginals() -> Marginals:
    """The shipped marginals of the exit survey."""
    path = PACKAGE / "research" / "marginals" / "exit_marginals.yaml"
    return read_marginals_file(path, exit_survey().questionnaire)


def wishes(**more: Any) -> Wishes:
    """Wishes for the tiny survey: k 3, its age first, at most a tenth held back, unless told otherwise."""
    version = version_of(tiny())
    given = {"version": version, "series": "t", "priorities": ("age", *usual_priorities(version)), "k": 3, **more}
    return Wishes(**{**given, "priorities": tuple(dict.fromkeys(given["priorities"]))})


def plan_little(wanted: Wishes, marginals: Marginals = EVEN, effort: Effort = LITTLE) -> Planning:
    """A quick planning, with nothing to watch it."""
    return planning(wanted, marginals, effort, tell=lambda _count: None)
