"""The host's content in the admin."""

from __future__ import annotations

from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from example_project.host.models import Programme, Section, SupportResource

pytestmark = pytest.mark.django_db


@pytest.fixture
def maintainer() -> Client:
    call_command("demo_content", stdout=StringIO())
    client = Client()
    assert client.login(**settings.DEMO_MAINTAINER)
    return client


@pytest.mark.parametrize("model", [Programme, Section, SupportResource])
def test_admin__content_page__shows_every_language_and_loads_nothing_from_elsewhere(
    maintainer: Client, model: type[Programme | Section | SupportResource]
) -> None:
    row = model._default_manager.first()
    assert row is not None
    html = maintainer.get(f"/admin/host/{model._meta.model_name}/{row.pk}/change/").content.decode()
    name = "name" if model is SupportResource else "title"
    assert all(f'name="{name}_{language}"' in html for language in ("en", "es", "fi", "sv"))
    assert "//ajax" not in html
