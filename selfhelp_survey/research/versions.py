"""The published versions of one questionnaire, side by side: which variables they share, and whether they compare."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations

from selfhelp_survey.core.codebook import Variable, codebook
from selfhelp_survey.core.comparison import Meaning, meanings, traces
from selfhelp_survey.core.document import content_hash, questionnaire_in
from selfhelp_survey.core.questionnaire import GeneralisationHierarchy, Questionnaire, QuestionType


@dataclass(frozen=True, kw_only=True)
class Version:
    """One published state of a questionnaire, named by its content hash."""

    hash: str
    questionnaire: Questionnaire

    @cached_property
    def variables(self) -> dict[str, Variable]:
        """Its variables by name, in codebook order."""
        return {variable.name: variable for variable in codebook(self.questionnaire)}

    @cached_property
    def meanings(self) -> dict[str, Meaning]:
        """What each variable means in it, by name."""
        return meanings(self.questionnaire)

    def hierarchy(self, name: str) -> GeneralisationHierarchy | None:
        """The hierarchy of a variable; None where it can only be told or withheld, as a part of a multiple question."""
        variable = self.variables[name]
        if variable.hierarchy is None or variable.type is QuestionType.MULTIPLE:
            return None
        return self.questionnaire.hierarchy(variable.hierarchy)


def versions_in(documents: Iterable[str]) -> tuple[Version, ...]:
    """The versions in these documents, in their order. Raises QuestionnaireError."""
    return tuple(
        Version(hash=content_hash(document), questionnaire=questionnaire_in(document)) for document in documents
    )


@dataclass(frozen=True, kw_only=True)
class Instrument:
    """All versions of one questionnaire that were received, the newest last; at least one."""

    versions: tuple[Version, ...]

    @property
    def newest(self) -> Version:
        """The version received last: its wordings are the ones a codebook quotes."""
        return self.versions[-1]

    @property
    def code(self) -> str:
        """The code that all versions share."""
        return self.newest.questionnaire.code

    @cached_property
    def by_hash(self) -> dict[str, Version]:
        """The versions by content hash."""
        return {version.hash: version for version in self.versions}

    @cached_property
    def variables(self) -> dict[str, Variable]:
        """Every variable that any version has, as its newest version describes it; the newest version's order first."""
        variables: dict[str, Variable] = {}
        for version in reversed(self.versions):
            variables |= {name: held for name, held in version.variables.items() if name not in variables}
        return variables

    def homes(self, name: str) -> tuple[Version, ...]:
        """The versions that have a variable of this name."""
        return tuple(version for version in self.versions if name in version.variables)

    def ways(self, names: Iterable[str]) -> dict[str, int]:
        """For each version's hash the number of its way of asking these columns.

        Versions of one number fill the columns in the same ways; how they differ otherwise, no record shows.
        """
        columns, numbers = tuple(names), dict[object, int]()
        return {
            version.hash: numbers.setdefault(traces(version.questionnaire, columns), len(numbers))
            for version in self.versions
        }

    def levels_of(self, name: str) -> int:
        """The highest level of a variable's hierarchy: the one at which everybody reads "withheld"."""
        if name == "quarter":
            return 3
        hierarchy = self.homes(name)[-1].hierarchy(name)
        return hierarchy.top if hierarchy else 1


def incomparable(instrument: Instrument, names: Iterable[str]) -> Iterator[str]:
    """Those of the names that two versions ask in two ways, so that one column cannot hold both.

    Type, role and the members of every level may not differ, and no label may move to another code. Wordings and
    languages may. So may the values on offer, bounds, and who is asked: then `Instrument.ways` keeps the rows apart.
    """
    for name in names:
        homes = instrument.homes(name)
        has_shapes = any(_shape(version, name) != _shape(homes[-1], name) for version in homes[:-1])
        if has_shapes or any(_moves_a_label(*pair, name) for pair in permutations(homes, 2)):
            yield name


def _moves_a_label(before: Version, after: Version, name: str) -> bool:
    """True where both offer a code, and what it stood for before has become another code's label."""
    if before.variables[name].values == after.variables[name].values:
        return False
    earlier, later = (dict(_labels(version, name)) for version in (before, after))
    return any(
        code in later and text not in later[code] and any(text in texts for texts in later.values())
        for code, held in earlier.items()
        for text in held
    )


def _labels(version: Version, name: str) -> Iterator[tuple[int, set[tuple[str, str]]]]:
    """Each code with its label in every language, as pairs of language and text."""
    for value in version.variables[name].values:
        yield value.code, set(value.label.translations)


def _shape(version: Version, name: str) -> object:
    variable, hierarchy = version.variables[name], version.hierarchy(name)
    held = hierarchy.levels if hierarchy else ()
    levels = [[(category.code, category.members, category.rest) for category in level] for level in held]
    return variable.type, variable.role, variable.question_name, levels
