"""Which of our models have texts in the host's languages.

The content models are registered even where a host swapped them out: their migrations are ours all the same.
"""

from modeltranslation.translator import TranslationOptions, register

from selfhelp_survey.content.translation import ProgrammeTranslation, SectionTranslation, SupportResourceTranslation
from selfhelp_survey.models.content import Organisation, Programme, Section, SupportResource
from selfhelp_survey.models.questionnaire import Wording


@register(Programme)
class DefaultProgrammeTranslation(ProgrammeTranslation):
    """The texts of the default programme."""


@register(Section)
class DefaultSectionTranslation(SectionTranslation):
    """The texts of the default section."""


@register(SupportResource)
class DefaultSupportResourceTranslation(SupportResourceTranslation):
    """The texts of the default support resource."""


@register(Organisation)
class OrganisationTranslation(TranslationOptions):
    """The facts about who runs the survey."""

    fields = ("name", "contact", "ethics", "data_protection", "archiving")


@register(Wording)
class WordingTranslation(TranslationOptions):
    """The texts of a questionnaire; only `repository` reads and writes their columns."""

    fields = ("text",)
