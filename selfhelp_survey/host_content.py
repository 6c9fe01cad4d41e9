"""What the survey shows of the host's content, as values: the support lines, and who runs the survey.

Read at most every `CACHE_SECONDS` in a process, so that a page of the survey asks the database nothing for it; while
the database is down, what was read last stays in use. A host model that does not inherit our base will do if its rows
have the attributes of `SupportResourceRow`.
"""

import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar, cast

from django.apps import apps
from django.db import Error
from django.utils import translation
from modeltranslation import settings as modeltranslation_settings
from modeltranslation.utils import fallbacks, resolution_order

from selfhelp_survey.conf import support_resource_model_name, survey_settings
from selfhelp_survey.content.models import SupportKind
from selfhelp_survey.core.text import Text
from selfhelp_survey.languages import named_language

T = TypeVar("T")
LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]+)*", re.ASCII)
SUPPORT_TEXTS = ("name", "description", "reach")
FACTS = ("name", "contact", "ethics", "data_protection", "archiving")


class SupportResourceRow(Protocol):
    """What a row of the host's support resource model must offer; `kind` is one of `SupportKind`."""

    slug: str
    kind: str
    name: str
    description: str
    reach: str
    url: str
    languages: str
    is_active: bool


@dataclass(frozen=True, kw_only=True)
class SupportLine:
    """One place that helps, as a page shows it.

    The words are all in `language`, the page's own or, where this line is not fully translated, a fallback that a page
    has to mark. `spoken` holds the codes of the languages spoken there; empty means any. `url` may be "".
    """

    slug: str
    kind: SupportKind
    name: str
    description: str
    reach: str
    url: str
    language: str
    spoken: tuple[str, ...]

    @property
    def direction(self) -> str:
        """The direction the words are written in."""
        return named_language(self.language).direction


@dataclass(frozen=True, kw_only=True)
class OrganisationFacts:
    """Who runs the survey, by the names of the placeholders in questionnaires. Blank wordings are left out."""

    texts: Mapping[str, Text]
    is_sample: bool

    @property
    def wordings(self) -> dict[str, dict[str, str]]:
        """The facts as `Text.filled_in` takes them: placeholder, then language, then wording."""
        placeholders = {**self.texts, "organisation": self.texts["name"]}
        return {name: dict(text.translations) for name, text in placeholders.items() if name != "name"}


@dataclass(frozen=True, kw_only=True)
class SupportTexts:
    """A support resource with its texts in every language they were written in."""

    slug: str
    kind: SupportKind
    texts: Mapping[str, Text]
    url: str
    spoken: tuple[str, ...]


class LastKnown(Generic[T]):
    """A value read from the database now and then: the last one while it is fresh, or while the database is down."""

    def __init__(self, read: Callable[[], T], *, otherwise: T, clock: Callable[[], float] = time.monotonic) -> None:
        self._read, self._otherwise, self._clock = read, otherwise, clock
        self.forget()

    def forget(self) -> None:
        """Read again at the next use."""
        self._value, self._until = self._otherwise, float("-inf")

    def get(self) -> T:
        """The value, at most `CACHE_SECONDS` old where the database answers. Before it ever did: `otherwise`."""
        if self._clock() >= self._until:
            with suppress(Error):
                self._value = self._read()
            self._until = self._clock() + survey_settings.CACHE_SECONDS
        return self._value


def support_resources(language: str) -> tuple[SupportLine, ...]:
    """Every active support line of the host: by kind, within a kind those in the page's language first.

    The same for everyone: nothing about a respondent enters here.
    """
    known = _host_languages()
    order = [code for code in resolution_order(language) if code in known] or [known[0]]
    return support_lines(_support.get(), language, order)


def support_texts() -> tuple[SupportTexts, ...]:
    """Every active support resource with its texts in all languages, for translators."""
    return _support.get()


def support_lines(resources: tuple[SupportTexts, ...], language: str, order: list[str]) -> tuple[SupportLine, ...]:
    """The resources as lines of a page in this language. `order`: those its words may be in, best first."""
    kinds = list(SupportKind)
    lines = [_line(resource, order) for resource in resources]
    return tuple(sorted(lines, key=lambda line: (kinds.index(line.kind), not _is_spoken(language, line.spoken))))


def organisation_facts() -> OrganisationFacts | None:
    """Who runs the survey; None where nobody has said so."""
    return _organisation.get()


def forget_host_content() -> None:
    """Read everything afresh at its next use, as after an edit that must show at once."""
    _support.forget()
    _organisation.forget()


def _line(resource: SupportTexts, order: list[str]) -> SupportLine:
    """The line in the first language that has as many of its texts as any: never half in one and half in another."""
    texts = resource.texts
    language = max(order, key=lambda code: sum(code in text.languages for text in texts.values()))
    words = {name: dict(text.translations).get(language, "") for name, text in texts.items()}
    return SupportLine(
        slug=resource.slug, kind=resource.kind, url=resource.url, spoken=resource.spoken, language=language, **words
    )


def _is_spoken(language: str, spoken: tuple[str, ...]) -> bool:
    return not spoken or language in spoken or language.partition("-")[0] in spoken


def _read_support_resources() -> tuple[SupportTexts, ...]:
    model = cast("Any", apps.get_model(support_resource_model_name()))
    rows: list[SupportResourceRow] = [row for row in model._default_manager.all() if row.is_active]
    return tuple(
        SupportTexts(
            slug=row.slug,
            kind=SupportKind(row.kind),
            texts=_texts(row, SUPPORT_TEXTS),
            url=row.url,
            spoken=tuple(LANGUAGE_CODE.findall(row.languages.lower())),
        )
        for row in rows
    )


def _read_organisation() -> OrganisationFacts | None:
    model = cast("Any", apps.get_model("selfhelp_survey", "Organisation"))
    row = model._default_manager.first()
    return row and OrganisationFacts(texts=_texts(row, FACTS), is_sample=row.is_sample)


def _texts(row: object, names: tuple[str, ...]) -> dict[str, Text]:
    """The named texts of a row in every language they were really written in."""
    wordings: dict[str, dict[str, str]] = {name: {} for name in names}
    with fallbacks(False):
        for language in _host_languages():
            with translation.override(language):
                for name in names:
                    wordings[name][language] = getattr(row, name) or ""
    return {name: Text.of(by_language) for name, by_language in wordings.items()}


def _host_languages() -> tuple[str, ...]:
    return tuple(modeltranslation_settings.AVAILABLE_LANGUAGES)


_support = LastKnown[tuple[SupportTexts, ...]](_read_support_resources, otherwise=())
_organisation = LastKnown[OrganisationFacts | None](_read_organisation, otherwise=None)
