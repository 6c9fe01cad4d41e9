"""The host's content in the admin, one group of fields per language; needs no script from elsewhere."""

from django.contrib import admin
from modeltranslation.admin import TranslationAdmin, TranslationStackedInline

from example_project.host.models import Programme, Section, SupportResource, Task
from selfhelp_survey.admin.content import NotChecked, note_as_checked


@admin.register(Programme)
class ProgrammeAdmin(TranslationAdmin[Programme]):
    """Programmes."""

    group_fieldsets = True
    list_display = ("title", "slug", "position")


class TaskInline(TranslationStackedInline[Task, Section]):
    """The tasks inside a section."""

    model = Task
    extra = 0


@admin.register(Section)
class SectionAdmin(TranslationAdmin[Section]):
    """Sections with their tasks."""

    group_fieldsets = True
    inlines = (TaskInline,)
    list_display = ("title", "programme", "position", "invites_as")


@admin.register(SupportResource)
class SupportResourceAdmin(TranslationAdmin[SupportResource]):
    """The places that help; those not checked for longest come first when sorted."""

    group_fieldsets = True
    list_display = ("name", "kind", "languages", "last_checked", "is_active")
    list_filter = ("kind", "is_active", NotChecked)
    actions = (note_as_checked,)
