"""Names of variables that every program can take: those written in the questionnaire, and those made from them.

A multiple question becomes a variable for each value, and every variable may also bear the name that the sister
surveys share with it, so the names that reach SPSS, Stata, R, SQL or a workbook are more than those an author writes.
All of them are lower case, so none differ by case alone; nothing cuts a name of 32 characters.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from selfhelp_survey.core.codebook import Variable, codebook
from selfhelp_survey.core.questionnaire import NAME, SYSTEM_VARIABLES, Questionnaire
from selfhelp_survey.core.reserved_words import RESERVED_WORDS

LONGEST_NAME = 32
"""Source: Stata User's Guide [U] 11.3; SPSS and PostgreSQL take 64 and 63 bytes, R 10,000, Excel a whole cell."""
LABEL_ENDING = "_label"
"""What stands behind a variable's name in the research store's views, where its label stands beside it."""


class UnsafeName(NamedTuple):
    """A name that some program cannot take, and the question it belongs to; the variable, where no question asks it."""

    question: str
    name: str


def reserved_names(questionnaire: Questionnaire) -> Iterator[UnsafeName]:
    """Names that mean something else to a program."""
    for question, name in _every_name(questionnaire):
        if name.upper() in RESERVED_WORDS:
            yield UnsafeName(question, name)


def names_too_long(questionnaire: Questionnaire) -> Iterator[UnsafeName]:
    """Names that are longer than 32 characters once the code or row of a question stands behind them."""
    for question, name in _every_name(questionnaire):
        if NAME.fullmatch(name) is None:
            yield UnsafeName(question, name)


def names_taken_twice(questionnaire: Questionnaire) -> Iterator[UnsafeName]:
    """Harmonised names that two variables share, and names that another variable's label column bears."""
    variables = codebook(questionnaire)
    shared = Counter(held.harmonised for held in variables)
    labels = {held.name + LABEL_ENDING for held in variables}
    harmonised_labels = {held.harmonised + LABEL_ENDING for held in variables if held.harmonised}
    for held in variables:
        if held.harmonised and (shared[held.harmonised] > 1 or held.harmonised in harmonised_labels):
            yield UnsafeName(_question(held), held.harmonised)
        if held.name in labels:
            yield UnsafeName(_question(held), held.name)


def _every_name(questionnaire: Questionnaire) -> Iterator[UnsafeName]:
    """Every name under which something is known to a program, each once for its question, in their order."""
    asked = {question.name: question for page in questionnaire.pages for question in page.questions}
    names = [UnsafeName(name, name) for name in asked]
    for held in codebook(questionnaire):
        if held.name not in SYSTEM_VARIABLES:
            names += [UnsafeName(_question(held), name) for name in (held.name, held.harmonised) if name]
    yield from dict.fromkeys(names)


def _question(held: Variable) -> str:
    return held.question_name or held.name
