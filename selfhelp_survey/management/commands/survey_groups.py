"""Make the groups of maintainers: author, translator, publisher."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import transaction

from selfhelp_survey.conf import content_model_names
from selfhelp_survey.errors import SurveyError
from selfhelp_survey.management.survey_command import SurveyCommand

_LOOK = ("view_questionnaire", "view_wording", "view_languagesignoff", "view_publishedversion", "view_organisation")
GROUPS: dict[str, tuple[str, ...]] = {
    "Survey translators": (*_LOOK, "change_wording"),
    "Survey authors": (*_LOOK, "change_wording", "add_questionnaire", "add_organisation", "change_organisation"),
    "Survey publishers": (
        *_LOOK, "add_publishedversion", "change_questionnaire", "view_entry", "add_entry", "change_entry",
    ),
}  # fmt: skip
"""What each group may do with the survey's own models, by the names of Django's permissions. Nobody may look at a
response: there is no page that shows one."""
CONTENT = ("view", "add", "change")
"""What authors may do besides with programmes, sections and support resources, the host's own or the survey's."""


class Command(SurveyCommand):
    help = (
        "Make the groups 'Survey translators' (change texts), 'Survey authors' (texts, structure from a file, who runs "
        "the survey, support resources) and 'Survey publishers' (publish, open entries, switch a language off). Groups "
        "that are there get what they lack, and keep what a site gave them besides. Then put people into them in the "
        "admin, with the mark 'staff'."
    )

    def carry_out(self, **options: Any) -> None:
        if not apps.is_installed("django.contrib.auth"):
            raise SurveyError("there are no groups without django.contrib.auth")
        with transaction.atomic():
            for name, wanted in GROUPS.items():
                count = _grant(name, [*(("selfhelp_survey", one) for one in wanted), *_of_content(name)])
                self.stdout.write(f"{name}: {count} permissions")


def _of_content(group: str) -> Iterable[tuple[str, str]]:
    if group != "Survey authors":
        return ()
    models = [apps.get_model(name)._meta for name in content_model_names()]
    return ((meta.app_label, f"{deed}_{meta.model_name}") for meta in models for deed in CONTENT)


def _grant(name: str, wanted: Iterable[tuple[str, str]]) -> int:
    """The number of these permissions, all of them now the group's."""
    from django.contrib.auth.models import Group, Permission

    group, _ = Group.objects.get_or_create(name=name)
    found = [Permission.objects.get(content_type__app_label=app, codename=codename) for app, codename in wanted]
    group.permissions.add(*found)
    return len(found)
