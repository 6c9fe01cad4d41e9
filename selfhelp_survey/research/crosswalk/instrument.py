"""The questionnaire derived from catalogue and plan: what a version of the sister survey asks, in harmonised variables.

Its document says nothing of columns, source values or languages of an export, so two exports of one version give one
document, and one content hash.
"""

from collections.abc import Iterator

from selfhelp_survey.core.answers import MissingCode
from selfhelp_survey.core.harmonised import HarmonisedCatalogue
from selfhelp_survey.core.questionnaire import (
    Category,
    GeneralisationHierarchy,
    Page,
    Question,
    Questionnaire,
    Role,
    Value,
)
from selfhelp_survey.core.text import Text
from selfhelp_survey.research.crosswalk.plan import CrosswalkPlan, MappedVariable, SurveyVersion, layers
from selfhelp_survey.research.formats.wordings import MISSING

SYSTEM_HIERARCHIES = ("channel", "language")
MISSING_VALUES = (MissingCode.PREFER_NOT_TO_SAY, MissingCode.NOT_SURE, MissingCode.NOT_CODABLE)
"""What every question of a derived questionnaire can hold beside its codes."""


def derived_questionnaire(
    plan: CrosswalkPlan, version: SurveyVersion, *, catalogue: HarmonisedCatalogue, reference: Questionnaire
) -> Questionnaire:
    """One question for each harmonised variable that the version asks, labelled by the catalogue, in its languages.

    Roles and generalisation hierarchies are those of `reference`, the questionnaire that the catalogue was made from:
    the samples are then released at the same levels. What it does not have counts as sensitive.
    """
    making = _Making(catalogue.languages, reference)
    pages = tuple(
        Page(name=f"answers-{place}", title=making.same(str(place)),
             questions=tuple(making.question(variable) for variable in layer))
        for place, layer in enumerate(layers(version.variables), start=1)
    )  # fmt: skip
    named = {question.hierarchy for page in pages for question in page.questions if question.hierarchy}
    return Questionnaire(
        code=plan.instrument, sample=plan.sample, title=making.same(f"{plan.instrument} {version.name}"),
        languages=catalogue.languages, pages=pages,
        hierarchies=tuple(making.hierarchies({*named, *SYSTEM_HIERARCHIES})),
    )  # fmt: skip


class _Making:
    """The parts of a derived questionnaire, in the languages of the catalogue."""

    def __init__(self, languages: tuple[str, ...], reference: Questionnaire) -> None:
        self._languages = languages
        self._hierarchies = {hierarchy.name: hierarchy for hierarchy in reference.hierarchies}
        self._roles = {each.harmonised: each.role for each in reference.questions() if each.harmonised}

    def question(self, variable: MappedVariable) -> Question:
        """The question that a harmonised variable becomes."""
        target, options = variable.target, set(variable.options)
        values = [value for value in target.values if value.code in options]
        values += [Value(code=int(code), label=self._told(MISSING[code]), exclusive=variable.is_multiple)
                   for code in MISSING_VALUES]  # fmt: skip
        return Question(
            name=target.name, type=target.type, label=target.label, role=self._roles.get(target.name, Role.SENSITIVE),
            values=tuple(values), rows=tuple(row for row in target.rows if row.name in variable.row_names),
            hierarchy=target.hierarchy if target.hierarchy in self._hierarchies else None,
            harmonised=target.name, relevance=variable.relevance,
        )  # fmt: skip

    def hierarchies(self, names: set[str]) -> Iterator[GeneralisationHierarchy]:
        """Those of these names, in order."""
        for name in sorted(names & self._hierarchies.keys()):
            levels = self._hierarchies[name].levels
            yield GeneralisationHierarchy(name=name, levels=tuple(tuple(map(self._category, each)) for each in levels))

    def _category(self, category: Category) -> Category:
        label = self._told(dict(category.label.translations))
        return Category(code=category.code, label=label, members=category.members, rest=category.rest)

    def _told(self, wordings: dict[str, str]) -> Text:
        """The wording in each language; in English, or else the first, where it is not written."""
        otherwise = wordings.get("en") or next(iter(wordings.values()))
        return Text.of({language: wordings.get(language, otherwise) for language in self._languages})

    def same(self, words: str) -> Text:
        """The same words in every language."""
        return Text.of(dict.fromkeys(self._languages, words))
