"""What the survey reads of the host's content."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError

from example_project.host.models import SupportResource
from selfhelp_survey.conf import survey_settings
from selfhelp_survey.content.models import SupportKind
from selfhelp_survey.core.text import Text
from selfhelp_survey.host_content import (
    LastKnown,
    SupportTexts,
    forget_host_content,
    organisation_facts,
    support_lines,
    support_resources,
)
from selfhelp_survey.models import Organisation


def resource(slug: str, **named: Any) -> SupportTexts:
    """A resource with an English name, and blank texts otherwise."""
    values: dict[str, Any] = {"kind": SupportKind.TALK, "url": "", "spoken": (), "texts": {}, **named}
    blank = {"name": Text.of({"en": slug}), "description": Text.of({}), "reach": Text.of({})}
    return SupportTexts(slug=slug, **{**values, "texts": {**blank, **values["texts"]}})


def slugs(*resources: SupportTexts, language: str = "es") -> list[str]:
    return [line.slug for line in support_lines(resources, language, [language, "en"])]


def test_support_lines__kinds__stand_in_their_fixed_order() -> None:
    kinds = ("reporting", "crisis", "talk", "programme", "emergency")
    shown = slugs(*(resource(kind, kind=SupportKind(kind)) for kind in kinds))
    assert shown == ["emergency", "programme", "talk", "crisis", "reporting"]


def test_support_lines__languages_spoken__page_language_first_and_all_shown() -> None:
    shown = slugs(resource("finnish", spoken=("fi",)), resource("spanish", spoken=("es", "en")), resource("any"))
    assert shown == ["spanish", "any", "finnish"]


def test_support_lines__regional_page__counts_the_language_without_its_region() -> None:
    shown = slugs(resource("finnish", spoken=("fi",)), resource("spanish", spoken=("es",)), language="es-co")
    assert shown == ["spanish", "finnish"]


def test_support_lines__half_translated__is_whole_in_the_fallback_language() -> None:
    texts = {"name": Text.of({"en": "Line", "es": "Línea"}), "reach": Text.of({"en": "Phone 1"})}
    (line,) = support_lines((resource("line", texts=texts),), "es", ["es", "en"])
    assert (line.language, line.name, line.reach) == ("en", "Line", "Phone 1")


def test_support_lines__wholly_translated__is_in_the_page_language() -> None:
    texts = {"name": Text.of({"en": "Line", "es": "Línea"}), "reach": Text.of({"en": "Phone 1", "es": "Teléfono 1"})}
    (line,) = support_lines((resource("line", texts=texts),), "es", ["es", "en"])
    assert (line.language, line.name, line.reach) == ("es", "Línea", "Teléfono 1")


@pytest.mark.django_db
def test_support_resources__inactive__is_not_shown() -> None:
    SupportResource.objects.create(slug="here", name_en="Here", languages="EN, es")
    SupportResource.objects.create(slug="gone", name_en="Gone", is_active=False)
    (line,) = support_resources("en")
    assert (line.slug, line.spoken) == ("here", ("en", "es"))


@pytest.mark.django_db
def test_support_resources__language_the_host_lacks__reads_in_the_fallback() -> None:
    SupportResource.objects.create(slug="here", name_en="Here", name_es="Aquí")
    assert [(line.name, line.language) for line in support_resources("ar")] == [("Here", "en")]


@pytest.mark.django_db
def test_support_resources__read_a_moment_ago__asks_the_database_nothing(
    settings: Any, django_assert_num_queries: Any
) -> None:
    settings.SELFHELP_SURVEY = {**settings.SELFHELP_SURVEY, "CACHE_SECONDS": 10}
    with django_assert_num_queries(1):
        support_resources("en")
    with django_assert_num_queries(0):
        support_resources("en")
        support_resources("es")
    forget_host_content()
    with django_assert_num_queries(1):
        support_resources("es")


@pytest.mark.django_db
def test_organisation_facts__translated__become_placeholders_in_each_language() -> None:
    Organisation(name_en="People", name_es="Gente", ethics_en="E1", is_sample=True).save()
    facts = organisation_facts()
    assert facts is not None
    assert facts.is_sample
    assert facts.wordings["organisation"] == {"en": "People", "es": "Gente"}
    assert facts.wordings["ethics"] == {"en": "E1"}
    assert facts.wordings["contact"] == {}


@pytest.mark.django_db
def test_organisation_facts__nobody_said__is_none() -> None:
    assert organisation_facts() is None


class Tape:
    """A database that gives the next number or fails, and a clock."""

    def __init__(self) -> None:
        self.now, self.number, self.is_down, self.asked = 0.0, 0, False, 0

    def read(self) -> int:
        self.asked += 1
        if self.is_down:
            raise OperationalError("down")
        self.number += 1
        return self.number


@pytest.fixture
def tape(settings: Any) -> Tape:
    settings.SELFHELP_SURVEY = {**settings.SELFHELP_SURVEY, "CACHE_SECONDS": 10}
    assert survey_settings.CACHE_SECONDS == 10
    return Tape()


@pytest.mark.parametrize(("seconds", "value"), [(9.9, 1), (10.0, 2), (10.1, 2)])
def test_last_known__age__is_read_again_at_cache_seconds(tape: Tape, seconds: float, value: int) -> None:
    known = LastKnown(tape.read, otherwise=0, clock=lambda: tape.now)
    known.get()
    tape.now = seconds
    assert known.get() == value


def test_last_known__database_down__keeps_the_last_and_does_not_ask_at_once_again(tape: Tape) -> None:
    known = LastKnown(tape.read, otherwise=0, clock=lambda: tape.now)
    known.get()
    tape.is_down, tape.now = True, 20.0
    assert (known.get(), known.get(), tape.asked) == (1, 1, 2)


def test_last_known__database_down_from_the_start__gives_otherwise(tape: Tape) -> None:
    tape.is_down = True
    assert LastKnown(tape.read, otherwise=-1, clock=lambda: tape.now).get() == -1
