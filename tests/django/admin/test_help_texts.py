"""Under every field of the admin stands what it is for."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client, RequestFactory
from django.urls import reverse

from example_project.host import models as host
from selfhelp_survey.admin.content import OWN
from selfhelp_survey.admin.uploading import FileForm
from selfhelp_survey.models import Entry, LanguageSignOff, Organisation, Questionnaire, Upkeep
from selfhelp_survey.publication import publish
from tests.django.admin.desk import drafted, superuser

pytestmark = [pytest.mark.django_db, pytest.mark.once]
OWN_MODELS: list[type[Model]] = [model for model in admin.site._registry if model._meta.app_label == "selfhelp_survey"]
HOST_MODELS: list[type[Model]] = [host.Programme, host.Section, host.SupportResource]


def rows() -> None:
    """One row of everything that the admin shows."""
    row = drafted()
    publish(row.code)
    LanguageSignOff.objects.create(questionnaire=row, language="en", wording_hash="x", signed_by="A")
    Entry.objects.create(code="end", questionnaire="small")
    Organisation(name="A").save()
    programme = host.Programme.objects.create(slug="a", title="A")
    host.Section.objects.create(slug="a", title="A", programme=programme)
    host.SupportResource.objects.create(slug="a", name="A")


def unhelped(client: Client, model: type[Model]) -> set[str]:
    """The fields on the page of the model's first row that nothing stands under."""
    row = model._default_manager.first()
    assert row is not None, model
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=(row.pk,))
    shown = client.get(address, secure=True).context["adminform"]
    fields = [field for fieldset in shown for line in fieldset for field in line]
    assert fields, model
    return {_name(field) for field in fields if not _help(field)}


def _name(field: Any) -> str:
    return str(field.field["name"] if field.is_readonly else field.field.name)


def _help(field: Any) -> str:
    return str(field.field["help_text"] if field.is_readonly else field.field.help_text)


def test_pages__every_model_of_the_survey_and_of_the_host__say_what_each_field_is_for() -> None:
    rows()
    client = superuser()
    told = {model._meta.label: unhelped(client, model) for model in (*OWN_MODELS, *HOST_MODELS) if model is not Upkeep}
    assert Questionnaire._meta.label in told
    assert {label: names for label, names in told.items() if names} == {}


@pytest.mark.parametrize("model", OWN)
def test_form__content_of_a_host_without_models_of_its_own__says_what_each_field_is_for(model: type[Model]) -> None:
    request = RequestFactory().get("/")
    request.user = User.objects.create_superuser("maintainer")
    form = OWN[model](model, admin.site).get_form(request)
    assert {name for name, field in form.base_fields.items() if not field.help_text} == set()
    assert any(name.endswith("_es") for name in form.base_fields)


def test_form__file_to_import__says_what_it_does() -> None:
    assert all(field.help_text for field in FileForm.base_fields.values())
