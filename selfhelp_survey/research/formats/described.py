"""What the codebook says of a variable, as the written formats need it."""

import re
from typing import Any, NamedTuple

from selfhelp_survey.core.questionnaire import Page, Question
from selfhelp_survey.research.formats.source import FormatSource
from selfhelp_survey.research.versions import Version

Json = dict[str, Any]


_NO_NAME = re.compile("[^a-z0-9]+")


def identifier(source: FormatSource) -> str:
    """The title of a release or an edition as one word of a-z, 0-9 and -."""
    return _NO_NAME.sub("-", source.title.lower())


class Group(NamedTuple):
    """The variables of one question, in the order of the columns; one alone for what the software notes.

    `name` is the name of the question, or of the variable.
    """

    name: str
    variables: list[Json]

    @property
    def is_asked(self) -> bool:
        """True for a question; False for what the software notes."""
        return self.variables[0]["question_name"] is not None


def groups(source: FormatSource) -> list[Group]:
    """All variables, question by question; one that only an older version asks stands with its question."""
    held: dict[str, list[Json]] = {}
    for variable in source.codebook["variables"]:
        held.setdefault(variable["question_name"] or variable["name"], []).append(variable)
    return [Group(name, variables) for name, variables in held.items()]


def home(variable: Json, source: FormatSource) -> Version:
    """The newest version that has the variable: the one whose wordings the codebook quotes."""
    return source.instrument.homes(variable["name"])[-1]


def asked_in(version: Version, question_name: str) -> tuple[Page, Question] | None:
    """The page and the question of this name in a version; None where it does not ask it."""
    pages = ((page, question) for page in version.questionnaire.pages for question in page.questions)
    return next((found for found in pages if found[1].name == question_name), None)


def bounds(variable: Json) -> tuple[int | None, int | None]:
    """The least and the greatest number that some version lets in; None where one sets no limit or it is no number."""
    if variable["type"] != "number" or variable["level"]:
        return None, None
    least = [meaning["minimum"] for meaning in variable["meanings"]]
    most = [meaning["maximum"] for meaning in variable["meanings"]]
    return None if None in least else min(least), None if None in most else max(most)


def span_of(least: int | None, most: int | None) -> str:
    """The span between two numbers as people write it; open where there is no limit."""
    return "{}\N{EN DASH}{}".format(*("" if bound is None else bound for bound in (least, most)))


def is_withheld(variable: Json, source: FormatSource) -> bool:
    """True where the level tells nothing any more: everybody reads -7."""
    level = variable["level"]
    return bool(level) and level >= source.instrument.levels_of(variable["name"])
