"""The host's content in the admin, one group of fields per language; needs no script from elsewhere."""

from typing import ClassVar

from django.contrib import admin
from modeltranslation.admin import TranslationStackedInline

from example_project.host.models import Programme, Section, SupportResource, Task
from selfhelp_survey.admin import content
from selfhelp_survey.admin.base import HelpTexts


@admin.register(Programme)
class ProgrammeAdmin(content.TitledAdmin):
    """Programmes."""

    help_texts: ClassVar[HelpTexts] = {
        **content.TitledAdmin.help_texts,
        "summary": "What it is about, in short.",
    }


class TaskInline(TranslationStackedInline[Task, Section]):
    """The tasks inside a section."""

    model = Task
    extra = 0


@admin.register(Section)
class SectionAdmin(content.TitledAdmin):
    """Sections with their tasks."""

    inlines = (TaskInline,)
    list_display = ("title", "programme", "position", "invites_as")
    help_texts: ClassVar[HelpTexts] = {
        **content.TitledAdmin.help_texts,
        "text": "A blank line ends a paragraph.",
    }


@admin.register(SupportResource)
class SupportResourceAdmin(content.SupportResourceAdmin):
    """The places that help; those not checked for longest come first when sorted."""
