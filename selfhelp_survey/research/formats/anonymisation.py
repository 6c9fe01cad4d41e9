"""What was anonymised and how, in sentences, for an archive and its readers. The numbers stand in the manifest."""

from collections.abc import Iterator
from typing import Any

from selfhelp_survey.core.codebook import SYSTEM_QUASI_IDENTIFIERS, SYSTEM_VARIABLES, Variable
from selfhelp_survey.core.questionnaire import Role
from selfhelp_survey.privacy.tables import ROUNDING_BASE
from selfhelp_survey.research.formats.described import is_withheld
from selfhelp_survey.research.formats.source import FormatSource
from selfhelp_survey.research.plan import Output, Protection

Json = dict[str, Any]
KINDS = {
    "real": "Answers of real people.",
    "rehearsal": "Answers from a rehearsal, given by staff: they say nothing about anybody.",
    "synthetic": "Answers made up by a program: they say nothing about anybody.",
}
NOT_PROMISED = (
    "This is k-anonymity. It makes it hard to recognise somebody by the quasi-identifiers, not impossible.",
    "Whoever is responsible for the data still has to judge whether they are anonymous.",
    "Somebody who knows other answers of a person may still find a record that fits.",
    "Anybody can answer the questionnaire, so somebody may send made-up responses to fill a class.",
    "Records that share all quasi-identifiers may still agree in answers for which no diversity was asked.",
)
CONDITIONS = (
    "Do not try to find out who answered, and do not link these data with other files about persons.",
)  # fmt: skip


def is_records(source: FormatSource) -> bool:
    """True for records, False for totals."""
    return source.series.plan.output is Output.RECORDS


def protection(source: FormatSource) -> Iterator[str]:
    """What was done to protect the people in these data, one sentence or two for each measure."""
    yield from _of_records(source) if is_records(source) else _of_totals(source)
    yield from _of_editions(source.description)
    yield "The plan of the series was fixed before its first release and never changes; the manifest holds it."
    yield "There is no time, duration, address or number in the data that leads back to a response."


def _of_records(source: FormatSource) -> Iterator[str]:
    plan = source.series.plan
    yield (
        f"Every record has the same values of all quasi-identifiers as at least {plan.k - 1} others of the same "
        f"release (k = {plan.k}). Versions of the questionnaire that fill a column in different ways count as a "
        "quasi-identifier too. So does who was asked a question, where a quasi-identifier that is coarser here, or "
        "left out, decides that."
    )
    for item in source.series.diversity:
        yield (
            f"Among records that share all quasi-identifiers, the answers to {item.name} show at least {item.needed} "
            "different values, unless none of them gave one."
        )
    yield (
        "A response waits until enough others like it have come in since the last release; until then it is in no "
        f"file. About {source.description['held_back']} wait (rounded to {ROUNDING_BASE}). Nobody is in two releases."
    )
    yield f"A release has at least {plan.minimum_size} records."
    if source.series.plan.levels:
        yield (
            "In a quasi-identifier that was made coarser, left blank (-1), prefer not to say (-2), not sure (-3) and "
            "not reached (-5) are one code: -1, no answer. A value that no category names became -8."
        )
    yield "The order of the records was drawn by lot and means nothing."


def _of_editions(description: Json) -> Iterator[str]:
    """What is particular to the last release of a series, and to an edition."""
    if residue := description.get("residue"):
        yield (
            "The series ended with this release. About "
            f"{residue['dropped']} responses were given up then (rounded to {ROUNDING_BASE})."
        )
    if edition := description.get("edition"):
        yield "This edition was made from released rows alone, and takes the place of none of them."
        if edition.get("reason"):
            yield f"Why it was made: {edition['reason']}"


def _of_totals(source: FormatSource) -> Iterator[str]:
    plan = source.series.plan
    if plan.protection is Protection.SUPPRESSION:
        yield (
            f"A count below {plan.threshold} is withheld (-7), and so are as many others as it takes that nobody can "
            "work it out."
        )
    else:
        yield (
            f"Every count is rounded to a multiple of {ROUNDING_BASE} on its own, sub-totals too, so a table does not "
            "add up."
        )
    yield (
        f"The tables were fixed before the first release. Each counts at least {plan.minimum_new} responses that came "
        "in since the last release, and nobody is counted in two releases."
    )


def detail_of(variable: Json, source: FormatSource) -> str:
    """How coarse a quasi-identifier is here; "" for any other variable."""
    level = variable["level"]
    if level is None:
        return ""
    if level == 0:
        return "as asked"
    top = source.instrument.levels_of(variable["name"])
    if is_withheld(variable, source):
        return f"level {level} of {top}: withheld, every record reads -7"
    if variable["name"] == "quarter":
        return f"level {level} of {top}: {'half-years' if level == 1 else 'years'}"
    return f"level {level} of {top}: {len(variable['values'])} categories"


def left_out(source: FormatSource) -> Iterator[tuple[str, str]]:
    """Name of each variable that is not released, and why."""
    for name, variable in source.instrument.variables.items():
        if name not in source.columns:
            yield name, _reason(variable)


def _reason(variable: Variable) -> str:
    if variable.role is Role.FREE_TEXT:
        return "free text: may hold anything about anybody, so it never stands beside other answers"
    if variable.role is Role.CONTROL:
        return "control question: it decides who may answer or be used, and is never released"
    if variable.name in SYSTEM_VARIABLES and variable.name not in SYSTEM_QUASI_IDENTIFIERS:
        return "noted by the software: it tells where somebody came from or roughly when"
    if variable.role is Role.QUASI_IDENTIFIER:
        return "quasi-identifier: an outsider could know it of a person, and the plan leaves it out"
    return "the plan of the series does not name it"
