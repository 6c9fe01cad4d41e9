"""Fill the example site with its sample texts, or bring them back to how they were."""

from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Model
from modeltranslation.utils import build_localized_fieldname
from ruamel.yaml import YAML

from example_project.host.models import Programme, Section, SupportResource, Task
from selfhelp_survey.models import Entry, Organisation, PublishedVersion

T = TypeVar("T", bound=Model)
CONTENT = Path(__file__).resolve().parents[2] / "demo_content.yaml"


class Command(BaseCommand):
    """`manage.py demo_content`: sample programme, support resources and organisation, in every language of the site."""

    help = "Fill the example site with its sample texts. Running it again restores them; what was added stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The one option."""
        parser.add_argument("--open-entries", action="store_true", help="open the survey's ways in, once published")

    def handle(self, *args: object, **options: object) -> None:
        """Write everything in one transaction."""
        content: dict[str, Any] = YAML(typ="safe", pure=True).load(CONTENT)
        with transaction.atomic():
            programme = write_programme(content["programme"])
            write_support(content["support"])
            write_organisation(content["organisation"])
            make_maintainer()
            if options["open_entries"]:
                open_entries()
        if options["verbosity"]:
            self.stdout.write(f"The sample programme '{programme.slug}' stands.")


def write_programme(given: Mapping[str, Any]) -> Programme:
    """The programme with its sections and tasks, as given. Its tasks are written anew."""
    programme = _written(Programme, {"slug": given["slug"]}, {"title": given["title"], "summary": given["summary"]})
    for position, part in enumerate(given["sections"]):
        values = {
            "position": position,
            "invites_as": part.get("entry", ""),
            "title": part["title"],
            "text": part["text"],
        }
        section = _written(Section, {"programme": programme, "slug": part["slug"]}, values)
        section.tasks.all().delete()
        for place, task in enumerate(part["tasks"]):
            _written(Task, {"section": section, "position": place}, {"title": task["title"], "text": task["text"]})
    return programme


def write_support(given: list[Mapping[str, Any]]) -> None:
    """The support resources, in the order given."""
    for position, line in enumerate(given):
        values = {name: value for name, value in line.items() if name != "slug"}
        _written(SupportResource, {"slug": line["slug"]}, {"url": "", **values, "position": position})


def write_organisation(given: Mapping[str, Any]) -> None:
    """The facts of the organisation, marked as samples."""
    _written(Organisation, {"pk": Organisation.ONLY}, {**given, "is_sample": True})


def make_maintainer() -> None:
    """The login of the settings, with every right in the admin."""
    users = get_user_model()._default_manager
    login = settings.DEMO_MAINTAINER
    user, _ = users.get_or_create(username=login["username"], defaults={"is_staff": True, "is_superuser": True})
    user.set_password(login["password"])
    user.save()


def open_entries() -> None:
    """The ways in that the sample programme links to, open for the questionnaire that was published.

    Raises: CommandError before any was.
    """
    version = PublishedVersion.objects.order_by("code").first()
    if version is None:
        raise CommandError("Nothing is published yet: survey_import and survey_publish come first.")
    middle = Section.objects.exclude(invites_as="").values_list("invites_as", flat=True)
    for code in ("end", *middle):
        values = {"questionnaire": version.code, "state": Entry.State.OPEN}
        Entry.objects.update_or_create(code=code, defaults=values)


def _written(model: type[T], key: Mapping[str, Any], values: Mapping[str, Any]) -> T:
    """The row with this key, made or changed to hold the values; a mapping is a text in several languages."""
    row, _ = model._default_manager.update_or_create(**key, defaults=_columns(values))
    return row


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            columns |= {build_localized_fieldname(name, code): value[code] for code, _ in settings.LANGUAGES}
        else:
            columns[name] = value
    return columns
