"""The quasi-identifiers that a plan could release, each with the hierarchy by which releases coarsen it."""

from collections.abc import Sequence
from dataclasses import dataclass

from selfhelp_survey.core.codebook import SYSTEM_VARIABLES, Variable
from selfhelp_survey.core.questionnaire import QuestionType, Role
from selfhelp_survey.core.record import RecordValue
from selfhelp_survey.core.response import Channel
from selfhelp_survey.privacy.hierarchy import Hierarchy
from selfhelp_survey.privacy.table import Table
from selfhelp_survey.research.generalisation import generaliser
from selfhelp_survey.research.versions import Instrument, Version

QUARTER = "quarter"
QUARTERS: tuple[RecordValue, ...] = ("0001Q1", "0001Q2", "0001Q3", "0001Q4")
"""The quarters of the modelled year; only that they lie in one year matters."""
_KINDS_OF_NONE = (-1, -4, -5)  # of any question; -2 and -3 are among the values that it offers
_LANGUAGE = "language"


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One quasi-identifier of the questionnaire. At the top of its hierarchy a plan leaves it out."""

    variable: Variable
    hierarchy: Hierarchy

    @property
    def name(self) -> str:
        """The name of its variable."""
        return self.variable.name


def quasi_identifiers(version: Version) -> tuple[str, ...]:
    """Every variable that an outsider could know but the quarter, in codebook order: language, channel, those asked.

    The quarter is left out because the number of the release nearly tells it, and because whoever still waits at the
    turn of a year, which a model of one year does not see, would wait alone. Who wants it names it as a priority.
    """
    held = version.variables.items()
    return tuple(name for name, variable in held if variable.role is Role.QUASI_IDENTIFIER and name != QUARTER)


def usual_priorities(version: Version) -> tuple[str, ...]:
    """The order in which detail is kept where nobody says otherwise.

    The language first (it decides which sample one compares with), then what sister surveys ask too, then what else is
    asked, then the kind of address.
    """
    names = quasi_identifiers(version)
    return tuple(sorted(names, key=lambda name: (_rank(version.variables[name]), names.index(name))))


def _rank(variable: Variable) -> int:
    if variable.name == _LANGUAGE:
        return 0
    if variable.name in SYSTEM_VARIABLES:
        return 3
    return 1 if variable.harmonised else 2


def candidates(version: Version, names: Sequence[str], respondents: Table) -> tuple[Candidate, ...]:
    """The quasi-identifiers of these names with their hierarchies.

    Levels are those of `research.generalisation`, value by value, so that a plan is judged by what a release will do.
    `respondents` shows which values a number question takes.
    """
    instrument = Instrument(versions=(version,))
    return tuple(
        Candidate(variable=version.variables[name], hierarchy=_hierarchy(name, instrument, respondents))
        for name in names
    )


def _hierarchy(name: str, instrument: Instrument, respondents: Table) -> Hierarchy:
    version, leaves = instrument.newest, _leaves(instrument.newest, name, respondents)
    changes = [generaliser(version, name, level) for level in range(instrument.levels_of(name) + 1)]
    return Hierarchy(name=name, levels=tuple(tuple(change(leaf) for leaf in leaves) for change in changes))


def _leaves(version: Version, name: str, respondents: Table) -> tuple[RecordValue, ...]:
    """Every value the variable can have; -4 and -5 too, since who was asked and how far somebody got are seen in it."""
    if name == QUARTER:
        return QUARTERS
    if name == _LANGUAGE:
        return version.questionnaire.languages
    if name == "channel":
        return tuple(channel.value for channel in Channel)
    variable = version.variables[name]
    offered = (0, 1, -2) if variable.type is QuestionType.MULTIPLE else tuple(value.code for value in variable.values)
    seen = sorted(label for label in respondents.column(name).labels if isinstance(label, int))
    return tuple(dict.fromkeys((*offered, *_KINDS_OF_NONE, *seen)))
