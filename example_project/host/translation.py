"""Which of the host's texts are translated: its own beside those of the survey's bases."""

from modeltranslation.translator import TranslationOptions, register

from example_project.host.models import Programme, Section, SupportResource, Task
from selfhelp_survey.content.translation import ProgrammeTranslation, SectionTranslation, SupportResourceTranslation


@register(Programme)
class HostProgrammeTranslation(ProgrammeTranslation):
    """Title and summary."""

    fields = ("summary",)


@register(Section)
class HostSectionTranslation(SectionTranslation):
    """Title and text."""

    fields = ("text",)


@register(Task)
class TaskTranslation(TranslationOptions):
    """Title and text."""

    fields = ("title", "text")


@register(SupportResource)
class HostSupportResourceTranslation(SupportResourceTranslation):
    """Name, description and how to reach it."""
