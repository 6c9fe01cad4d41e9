"""Which sample an instrument's respondents are: as its questionnaire says, which ships with the package."""

from functools import cache
from importlib.resources import as_file, files

from selfhelp_survey.questionnaire_files import read_questionnaire_file

OWN_INSTRUMENT = "exit_survey"
"""The survey that this software fields itself: its responses come in bundles, never in somebody's export."""


@cache
def sample_of(instrument: str) -> str | None:
    """The sample of the shipped questionnaire of this name; None where none ships."""
    with as_file(files("selfhelp_survey").joinpath("questionnaires")) as folder:
        path = folder / f"{instrument}.yaml"
        return read_questionnaire_file(path).questionnaire.sample if path.is_file() else None
