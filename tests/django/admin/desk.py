"""A signed-in maintainer, and the addresses of the admin."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from selfhelp_survey import repository
from selfhelp_survey.core.questionnaire import Questionnaire as Value
from selfhelp_survey.models import Questionnaire, Wording
from tests.django.instruments import small


def drafted(questionnaire: Value | None = None) -> Questionnaire:
    """The draft of this questionnaire, the small one unless another is given."""
    value = questionnaire or small()
    repository.save_draft(value)
    return Questionnaire.objects.get(code=value.code)


def superuser() -> Client:
    """Somebody who may do everything."""
    return _signed_in(User.objects.create_superuser("maintainer"))


def member(group: str) -> Client:
    """Somebody who is in this group of `survey_groups` and may do nothing else."""
    call_command("survey_groups", verbosity=0)
    user = User.objects.create_user(group, is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return _signed_in(user)


def _signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(name: str, *args: object) -> str:
    """The address of a page of the survey's admin, such as "entry_changelist"."""
    return reverse(f"admin:selfhelp_survey_{name}", args=args)


def seen(client: Client, name: str, *args: object, **query: str) -> str:
    """The HTML of a page of the survey's admin. It must be there."""
    response = client.get(address(name, *args), query, secure=True)
    assert response.status_code == 200, (name, response.status_code)
    return response.content.decode()


def sent(client: Client, name: str, *args: object, **data: Any) -> HttpResponse:
    """The answer to a form of the survey's admin, redirects followed."""
    return client.post(address(name, *args), data, secure=True, follow=True)  # type: ignore[return-value]


def worded(key: str, language: str) -> str:
    """The text of a draft's wording in one language, as it stands in the table."""
    text: str = getattr(Wording.objects.get(key=key), f"text_{language}")
    return text
