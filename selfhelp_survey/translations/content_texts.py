"""The texts of the host's content that the survey shows: support resources, and the organisation's facts."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, cast

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models, transaction
from django.utils import translation

from selfhelp_survey.conf import support_resource_model_name, survey_settings
from selfhelp_survey.core.text import Text
from selfhelp_survey.host_content import forget_host_content, organisation_facts, support_texts
from selfhelp_survey.sign_offs import signature
from selfhelp_survey.translations.units import ORGANISATION, SUPPORT, TextArea, TranslationUnit

FACT_PLACES = {
    "name": "who runs the survey", "contact": "how to contact them", "ethics": "ethics review",
    "data_protection": "data protection", "archiving": "archiving",
}  # fmt: skip


def content_areas() -> tuple[TextArea, ...]:
    """The two areas."""
    return (
        TextArea(name=SUPPORT, read=_read_support, write=_write_support, signature=partial(signature, SUPPORT)),
        TextArea(name=ORGANISATION, read=_read_facts, write=_write_facts, signature=partial(signature, ORGANISATION)),
    )


def _read_support(language: str) -> tuple[TranslationUnit, ...]:
    forget_host_content()
    model = _model(support_resource_model_name())
    units = [
        _unit(SUPPORT, f"{resource.slug}.{name}", text, language=language, model=model,
              place=f"support resource {resource.slug}, {'how to reach it' if name == 'reach' else name}")
        for resource in support_texts() for name, text in resource.texts.items()
    ]  # fmt: skip
    return _written(units)


def _read_facts(language: str) -> tuple[TranslationUnit, ...]:
    forget_host_content()
    facts = organisation_facts()
    model = _model("selfhelp_survey.Organisation")
    units = [
        _unit(ORGANISATION, name, text, language=language, model=model, place=FACT_PLACES[name])
        for name, text in (facts.texts if facts else {}).items()
    ]
    return _written(units)


def _written(units: Iterable[TranslationUnit]) -> tuple[TranslationUnit, ...]:
    """Those that were written in some language: what nobody has written is nothing to translate."""
    return tuple(unit for unit in units if unit.source)


def _unit(area: str, key: str, text: Text, *, language: str, model: Any, place: str) -> TranslationUnit:  # noqa: PLR0913
    words = dict(text.translations)
    order = (survey_settings.default_language, *survey_settings.languages)
    source = next((code for code in order if code in words), order[0])
    return TranslationUnit(
        area=area, key=key, place=place, source_language=source, source=words.get(source, ""),
        target=words.get(language, ""), longest=_longest(model, key.rpartition(".")[2]),
    )  # fmt: skip


def _longest(model: Any, name: str) -> int | None:
    """The longest text the field takes."""
    try:
        return getattr(model._meta.get_field(name), "max_length", None)
    except FieldDoesNotExist:  # a host's own way of holding texts
        return None


@transaction.atomic
def _write_support(language: str, changes: Mapping[str, str]) -> None:
    model = _model(support_resource_model_name())
    for key, words in changes.items():
        slug, _, name = key.rpartition(".")
        _write(model._default_manager.get(slug=slug), language, {name: words})
    forget_host_content()


@transaction.atomic
def _write_facts(language: str, changes: Mapping[str, str]) -> None:
    _write(_model("selfhelp_survey.Organisation")._default_manager.get(), language, changes)
    forget_host_content()


def _write(row: models.Model, language: str, changes: Mapping[str, str]) -> None:
    """Through the row's plain attributes: modeltranslation, or whatever the host has, takes the active language's."""
    with translation.override(language):
        for name, words in changes.items():
            setattr(row, name, words)
        row.save()


def _model(name: str) -> Any:
    return cast("Any", apps.get_model(name))
