"""The texts of a page beside the page: written in one language at a time, structure only to be read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from selfhelp_survey import repository
from selfhelp_survey.admin.preview import preview_languages, shown_draft
from selfhelp_survey.admin.writing import faults_of
from selfhelp_survey.core.condition_words import in_words
from selfhelp_survey.core.questionnaire import PARTS, Page
from selfhelp_survey.core.questionnaire import Questionnaire as Draft
from selfhelp_survey.languages import named_language
from selfhelp_survey.models import Questionnaire
from selfhelp_survey.sign_offs import names_of
from selfhelp_survey.translations.questionnaire_texts import unit_of

PHONE, DESKTOP = "320", "1024"
"""Widths of the frame in CSS pixels: the least that pages must fit (WCAG 2.2, 1.4.10), and a laptop's window."""
WIDTHS = (PHONE, DESKTOP)
LONG = 80
"""Characters from which on a text gets a field of several lines."""


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Who sees a page, or one question of it: `words` say it as a sentence; `where` is "" for the page itself."""

    words: str
    where: str = ""


def audience(draft: Draft, page: Page, language: str) -> Iterator[Audience]:
    """Why this page: who sees it, and who sees the questions on it that not everybody there does."""
    condition = page.relevance
    told = [_("Everybody.") if condition is None else _said(condition.source, draft, language)]
    if page.part == PARTS[-1]:
        told.append(_("Only those who chose to go on with the second part."))
    if page.admits is not None:
        told.append(_("Whoever goes on from here: %(condition)s.")
                    % {"condition": in_words(page.admits.source, draft, language)})  # fmt: skip
    yield Audience(words=" ".join(told))
    for question in page.questions:
        if question.relevance is not None:
            yield Audience(words=_said(question.relevance.source, draft, language), where=question.name)


def _said(source: str, draft: Draft, language: str) -> str:
    return _("Only where %(condition)s.") % {"condition": in_words(source, draft, language)}


def pages_context(questionnaire: Questionnaire) -> dict[str, Any]:
    """The list of pages: title, part, who sees it, and where its texts are."""
    language = _reading_language(questionnaire)
    draft = shown_draft(questionnaire.code, language)
    rows = [
        {"title": page.title.in_language(language), "part": page.part, "name": page.name,
         "audience": next(audience(draft, page, language)).words}
        for page in draft.pages
    ]  # fmt: skip
    return {"pages": rows, "language": named_language(language)}


def _reading_language(questionnaire: Questionnaire) -> str:
    """The maintainer's own language where the questionnaire has it, else the first of its file."""
    offered = questionnaire.languages.split()
    own = get_language() or ""
    return own if own in offered else offered[0]


def demand_page(questionnaire: Questionnaire, name: str) -> None:
    """Raises Http404 where the questionnaire has no such page."""
    if not repository.draft_structure(questionnaire.code).has_page(name):
        raise Http404


class PageTexts(forms.Form):
    """The texts of one page in one language. What was not touched is not written: somebody else may have changed it."""

    def __init__(self, *args: Any, page_texts: dict[str, dict[str, str]], language: str, source: str,
                 **kwargs: Any) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self._texts, self._language, self._source = page_texts, language, source
        for key, words in page_texts.items():
            self.fields[key] = self._field(key, words, language, source)

    def _field(self, key: str, words: dict[str, str], language: str, source: str) -> forms.CharField:
        original = "" if source == language else words.get(source, "")
        length = max(len(words.get(language, "")), len(original))
        rows = 1 if length < LONG else 2 + length // LONG
        attributes = {"rows": rows, "cols": 60, "lang": language, "dir": named_language(language).direction}
        return forms.CharField(
            label=key.partition(".questions.")[2] or key.split(".", 2)[-1], required=False, help_text=original,
            widget=forms.Textarea(attrs=attributes), initial=words.get(language, ""), show_hidden_initial=True,
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Refuse what no text may hold, and what would overwrite words that its writer has not seen."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for key in (each for each in self.changed_data if each in cleaned):
            unit = unit_of("", key, self._texts[key], language=self._language, source=self._source)
            for fault in faults_of(unit, cleaned[key], language=self._language):
                self.add_error(key, fault)
            if self._is_overtaken(key):
                self._show_what_stands_there(key)
        return cleaned

    def _is_overtaken(self, key: str) -> bool:
        """Whether the text is another one than when the page was drawn, and than what was written now."""
        shown = self.data.get(self.add_initial_prefix(key), "")
        stands, written = self._texts[key].get(self._language, ""), self.data.get(self.add_prefix(key), "")
        return _plain(stands) not in {_plain(shown), _plain(written)}

    def _show_what_stands_there(self, key: str) -> None:
        """Tell it beside the field. Sent once more, what was written takes its place."""
        stands = self._texts[key].get(self._language, "")
        told = _("Somebody has changed this text meanwhile. It reads now: “%(text)s”. Save again to put yours there.")
        self.add_error(key, told % {"text": stands})
        self.data = {**self.data.dict(), self.add_initial_prefix(key): stands}  # type: ignore[attr-defined]

    @property
    def changes(self) -> dict[str, str]:
        """The texts that were changed, by key."""
        return {key: self.cleaned_data[key].replace("\r\n", "\n") for key in self.changed_data}


def _plain(words: str) -> str:
    """The words whatever ends their lines."""
    return words.replace("\r\n", "\n").strip()


@dataclass(frozen=True, kw_only=True)
class Desk:
    """One page's texts in one language, and how wide the frame beside them is."""

    request: HttpRequest
    questionnaire: Questionnaire
    page: str
    language: str
    width: str

    @classmethod
    def at(cls, request: HttpRequest, questionnaire: Questionnaire, page: str) -> "Desk":
        """The desk that the address asks for. Raises Http404 for a page that is not there."""
        demand_page(questionnaire, page)
        language, width = request.GET.get("language", ""), request.GET.get("width", "")
        offered = preview_languages()
        return cls(
            request=request, questionnaire=questionnaire, page=page,
            language=language if language in offered else _reading_language(questionnaire),
            width=width if width in WIDTHS else PHONE,
        )  # fmt: skip

    @property
    def address(self) -> str:
        """This desk again."""
        return self._with(self.language, self.width)

    @property
    def title(self) -> str:
        """What the browser's window is called."""
        return f"{self.page} ({self.language})"

    @property
    def is_writable(self) -> bool:
        """False for a language that texts have no columns for."""
        return self.language in repository.host_languages()

    @cached_property
    def form(self) -> PageTexts:
        """The texts as they are, or as they came in."""
        texts = repository.draft_texts(self.questionnaire.code)
        prefix = f"pages.{self.page}."
        own = {key: dict(text.translations) for key, text in texts.items() if key.startswith(prefix)}
        source = self.questionnaire.languages.split()[0]
        data = self.request.POST if self.request.method == "POST" else None
        return PageTexts(data, page_texts=own, language=self.language, source=source)

    def save(self) -> int | None:
        """How many texts were changed; None where nothing was."""
        if self.is_writable and not self.form.is_valid():
            messages.error(self.request, _("Nothing was saved: look at what stands beside the texts."))
            return None
        if not self.is_writable or not self.form.changes:
            messages.info(self.request, _("Nothing was changed."))
            return None
        changes = self.form.changes
        writer = names_of(self.request.user)
        repository.change_wordings(self.questionnaire.code, self.language, changes, by=writer)
        messages.success(self.request, _("Saved. Before it is published, this language has to be signed again."))
        return len(changes)

    def context(self) -> dict[str, Any]:
        """What the page shows."""
        reading = _reading_language(self.questionnaire)
        draft = shown_draft(self.questionnaire.code, reading)
        names = [page.name for page in draft.pages]
        place = names.index(self.page)
        return {
            "form": self.form, "page": self.page, "is_writable": self.is_writable, "width": self.width,
            "language": named_language(self.language), "reading": named_language(reading),
            "audience": tuple(audience(draft, draft.page(self.page), reading)),
            "languages": [(named_language(code), self._with(code, self.width)) for code in preview_languages()],
            "widths": [(width, self._with(self.language, width)) for width in WIDTHS],
            "before": names[place - 1] if place else "", "after": names[place + 1] if names[place + 1 :] else "",
            "query": self._query(self.language, self.width),
            "preview_address": reverse("admin:selfhelp_survey_questionnaire_preview",
                                       args=(self.questionnaire.pk, self.page, self.language)),
        }  # fmt: skip

    def _with(self, language: str, width: str) -> str:
        address = reverse("admin:selfhelp_survey_questionnaire_page", args=(self.questionnaire.pk, self.page))
        return f"{address}?{self._query(language, width)}"

    @staticmethod
    def _query(language: str, width: str) -> str:
        return urlencode({"language": language, "width": width})
