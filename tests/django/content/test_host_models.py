"""A host's own content models in the place of ours."""

from __future__ import annotations

import pytest
from django.db import connection
from django.utils import translation

from example_project.host.models import Programme, Section
from selfhelp_survey.models import Organisation
from selfhelp_survey.models import Programme as DefaultProgramme

pytestmark = pytest.mark.django_db


def test_default_models__swapped_out__have_no_tables() -> None:
    tables = set(connection.introspection.table_names())
    assert {"host_programme", "host_section", "host_supportresource"} <= tables
    assert not {"selfhelp_survey_programme", "selfhelp_survey_section", "selfhelp_survey_supportresource"} & tables
    assert DefaultProgramme._meta.swapped == "host.Programme"


def test_section__host_model__belongs_to_the_hosts_programme() -> None:
    assert Section._meta.get_field("programme").related_model is Programme


@pytest.mark.parametrize(("language", "title", "summary"), [("en", "Pace", "Slow"), ("fi", "Tahti", "Hidas")])
def test_programme__page_language__reads_ours_and_the_hosts_own_text(language: str, title: str, summary: str) -> None:
    Programme.objects.create(
        slug="p",
        title_en="Pace",
        title_fi="Tahti",
        summary_en="Slow",
        summary_fi="Hidas",
    )
    with translation.override(language):
        programme = Programme.objects.get()
        assert (programme.title, programme.summary) == (title, summary)


def test_organisation__saved_twice__is_one_row() -> None:
    Organisation(name="First").save()
    Organisation(name="Second").save()
    assert [organisation.name for organisation in Organisation.objects.all()] == ["Second"]
