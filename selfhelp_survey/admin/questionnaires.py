"""Questionnaires in the admin: their state, publishing, languages, the file, and the way to their texts."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from selfhelp_survey import repository
from selfhelp_survey.admin import publishing, texts
from selfhelp_survey.admin.base import HelpTexts, ReadOnlyAdmin
from selfhelp_survey.admin.checklist import checklist
from selfhelp_survey.admin.counts import counts_of_the_hour, in_words
from selfhelp_survey.admin.preview import preview, preview_languages
from selfhelp_survey.admin.uploading import upload
from selfhelp_survey.draft_signature import ChangedSinceRead, reading_hash
from selfhelp_survey.entrance import LastLanguage, switch_language
from selfhelp_survey.errors import QuestionnaireError, SurveyError
from selfhelp_survey.languages import NamedLanguage, named_language
from selfhelp_survey.models import Questionnaire
from selfhelp_survey.questionnaire_files import questionnaire_file

MAY_PUBLISH = "selfhelp_survey.add_publishedversion"
MAY_SWITCH = "selfhelp_survey.change_questionnaire"
MAY_IMPORT = "selfhelp_survey.add_questionnaire"
MAY_WORD = "selfhelp_survey.change_wording"
KINDS = {
    "yaml": "application/yaml; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""The files a draft can be fetched as."""
_NOTHING = "-"
"""The hash of no draft: what a form has seen that does not say what it has seen."""


@dataclass(frozen=True, kw_only=True)
class LanguageState:
    """One language of a questionnaire: complete in the draft, signed as it stands, published, switched off."""

    language: NamedLanguage
    is_complete: bool
    is_signed: bool
    is_published: bool
    is_off: bool


def language_states(questionnaire: Questionnaire) -> tuple[LanguageState, ...]:
    """Every language of the file, of the draft and of the last published version."""
    complete, signed = _drafted(questionnaire.code)
    published, off = _published(questionnaire.code), frozenset(questionnaire.languages_off.split())
    codes = dict.fromkeys((*questionnaire.languages.split(), *published, *complete))
    return tuple(
        LanguageState(
            language=named_language(code), is_complete=code in complete, is_signed=code in signed,
            is_published=code in published, is_off=code in off,
        )
        for code in codes
    )  # fmt: skip


def _drafted(code: str) -> tuple[tuple[str, ...], frozenset[str]]:
    try:
        draft = repository.load_draft(code)
    except QuestionnaireError:
        return (), frozenset()
    return draft.languages, repository.signed_languages(draft)


def _published(code: str) -> tuple[str, ...]:
    version = repository.latest_version(code)
    return repository.load_version(version.content_hash).languages if version else ()


@admin.register(Questionnaire)
class QuestionnaireAdmin(ReadOnlyAdmin):
    """The drafts: what they are, what they have become, and what can be done with them."""

    list_display = ("code", "mark", "state", "version", "offered", "unsigned", "published_on")
    fields = ("code", "mark", "state", "version", "published_on")
    readonly_fields = fields
    help_texts: ClassVar[HelpTexts] = {
        "code": gettext_lazy("The data bear this code too."),
        "mark": gettext_lazy("Whether it is marked as a draft, and nobody has signed it as a whole yet."),
        "state": gettext_lazy("The draft, compared word by word with what was published last."),
        "version": gettext_lazy("The number of what was published last."),
        "published_on": gettext_lazy("New respondents have got it since that day."),
    }

    @admin.display(description=gettext_lazy("mark"))
    def mark(self, questionnaire: Questionnaire) -> str | SafeString:
        """Plainly a draft, while it is marked as one and nobody has signed it."""
        if not repository.is_unsigned(questionnaire.code):
            return "-"
        return format_html("<strong>⚠ {}</strong>", _("DRAFT: no real site opens it before somebody signs"))

    @admin.display(description=gettext_lazy("state"))
    def state(self, questionnaire: Questionnaire) -> str:
        """Draft, published or changed since; and how many things keep it from being published."""
        version = repository.latest_version(questionnaire.code)
        found = checklist(questionnaire.code)
        if version is None:
            told = _("draft, not published yet")
        elif found.publication and not found.is_new:
            return _("published as it stands")
        else:
            told = _("changed since it was published")
        return told + (" " + _("(not ready to publish)") if found.stops else "")

    @admin.display(description=gettext_lazy("version"))
    def version(self, questionnaire: Questionnaire) -> str:
        version = repository.latest_version(questionnaire.code)
        return str(version.number) if version else "-"

    @admin.display(description=gettext_lazy("languages offered"))
    def offered(self, questionnaire: Questionnaire) -> str:
        return _listed(each for each in language_states(questionnaire) if each.is_published and not each.is_off)

    @admin.display(description=gettext_lazy("not signed"))
    def unsigned(self, questionnaire: Questionnaire) -> str:
        return _listed(each for each in language_states(questionnaire) if not each.is_signed)

    @admin.display(description=gettext_lazy("last published"))
    def published_on(self, questionnaire: Questionnaire) -> Any:
        version = repository.latest_version(questionnaire.code)
        return version.published_on if version else None

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, under a line that tells how many responses wait, in tens."""
        more = {"waiting": in_words(counts_of_the_hour.waiting()), "may_import": request.user.has_perm(MAY_IMPORT)}
        return super().changelist_view(request, {**more, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What the questionnaire has become, its languages, and what can be done with it."""
        row = Questionnaire.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
        more = {"language_states": language_states(row), "may_publish": request.user.has_perm(MAY_PUBLISH),
                "may_switch": request.user.has_perm(MAY_SWITCH), "stands": _hash_of(row.code),
                "is_unsigned": repository.is_unsigned(row.code)} if row else {}  # fmt: skip
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        named = (
            ("import/", self.import_view, "import"),
            ("<int:pk>/publish/", self.publish_view, "publish"),
            ("<int:pk>/sign/", self.sign_view, "sign"),
            ("<int:pk>/file/<slug:ending>/", self.file_view, "file"),
            ("<int:pk>/languages/<slug:language>/<slug:turn>/", self.language_view, "language"),
            ("<int:pk>/texts/", self.texts_view, "texts"),
            ("<int:pk>/texts/<slug:page>/", self.page_view, "page"),
            ("<int:pk>/texts/<slug:page>/preview/<slug:language>/", self.preview_view, "preview"),
        )
        own = [
            path(route, self.admin_site.admin_view(view), name=f"selfhelp_survey_questionnaire_{name}")
            for route, view, name in named
        ]
        return [*own, *super().get_urls()]

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """A file becomes the draft of its code."""
        _demand(request, MAY_IMPORT)
        context, row = upload(request)
        if row is None:
            return self._page(request, "upload", {**context, "title": _("Import a questionnaire file")})
        self.log_change(request, row, "Imported a file.")
        messages.success(request, _("The draft is imported. Next: look at its texts, have its languages signed."))
        return HttpResponseRedirect(reverse("admin:selfhelp_survey_questionnaire_change", args=(row.pk,)))

    def publish_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The checklist; sent, the next version."""
        _demand(request, MAY_PUBLISH)
        row = self._row(request, pk)
        if request.method == "POST":
            published = publishing.publish_draft(request, row.code)
            if published is not None:
                self.log_change(request, row, f"Published version {published}.")
                return HttpResponseRedirect(reverse("admin:selfhelp_survey_questionnaire_change", args=(pk,)))
        context = publishing.checklist_context(row)
        return self._page(request, "publish", {**context, "questionnaire": row, "title": _("Publish")})

    def sign_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A post signs the draft as whoever is here has read it, in their name."""
        _demand(request, MAY_PUBLISH)
        row = self._row(request, pk)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            seen = request.POST.get("seen") or _NOTHING
            repository.sign_whole(row.code, signed_by=request.user.get_username(), seen=seen)
        except ChangedSinceRead:
            messages.error(request, _("Not signed: somebody has changed the draft meanwhile. Read it again."))
        except QuestionnaireError as error:
            messages.error(request, str(error))
        else:
            self.log_change(request, row, "Signed the draft.")
            messages.success(request, _("The draft is signed as it stands. A change makes it wait again."))
        return HttpResponseRedirect(reverse("admin:selfhelp_survey_questionnaire_change", args=(pk,)))

    def file_view(self, request: HttpRequest, pk: int, ending: str) -> HttpResponse:
        """The draft as a file, with the texts as they are now."""
        row = self._row(request, pk)
        if ending not in KINDS:
            raise Http404
        name = f"{row.code}.{ending}"
        try:
            written = questionnaire_file(repository.load_draft(row.code), Path(name))
        except SurveyError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(reverse("admin:selfhelp_survey_questionnaire_change", args=(pk,)))
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(written, content_type=KINDS[ending], headers=headers)

    def language_view(self, request: HttpRequest, pk: int, language: str, turn: str) -> HttpResponse:
        """A post switches the language off, or on again."""
        _demand(request, MAY_SWITCH)
        row = self._row(request, pk)
        if request.method != "POST" or turn not in {"off", "on"}:
            return HttpResponseNotAllowed(["POST"])
        if language not in {state.language.code for state in language_states(row)}:
            raise PermissionDenied
        try:
            switch_language(row.code, language, off=turn == "off")
        except LastLanguage:
            messages.error(request, _("This is the last language that is offered. Pause the entries instead."))
        else:
            self.log_change(request, row, f"Switched {language} {turn}.")
        return HttpResponseRedirect(reverse("admin:selfhelp_survey_questionnaire_change", args=(pk,)))

    def texts_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The pages of the questionnaire, and who sees each."""
        row = self._row(request, pk)
        return self._page(request, "texts", {**texts.pages_context(row), "questionnaire": row, "title": _("Texts")})

    def page_view(self, request: HttpRequest, pk: int, page: str) -> HttpResponse:
        """The texts of one page in one language, beside the page."""
        row = self._row(request, pk)
        desk = texts.Desk.at(request, row, page)
        if request.method == "POST":
            _demand(request, MAY_WORD)
            changed = desk.save()
            if changed is not None:
                self.log_change(request, row, f"Changed {changed} texts of page {page} in {desk.language}.")
                return HttpResponseRedirect(desk.address)
        context = {**desk.context(), "may_word": request.user.has_perm(MAY_WORD), "title": desk.title}
        return self._page(request, "page_texts", {**context, "questionnaire": row})

    def preview_view(self, request: HttpRequest, pk: int, page: str, language: str) -> HttpResponse:
        """The page as a respondent would see it, for the frame beside its texts."""
        row = self._row(request, pk)
        texts.demand_page(row, page)
        if request.method not in {"GET", "HEAD"} or language not in preview_languages():
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return preview(request, row.code, page, language)

    def _row(self, request: HttpRequest, pk: int) -> Questionnaire:
        row = get_object_or_404(Questionnaire, pk=pk)
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        return row

    def _page(self, request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
        frame = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, f"admin/selfhelp_survey/questionnaire/{name}.html", {**frame, **context})


def _demand(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


def _hash_of(code: str) -> str:
    """What there is to sign now; "" where no language is complete."""
    try:
        return reading_hash(repository.load_draft(code))
    except QuestionnaireError:
        return ""


def _listed(states: Any) -> str:
    return ", ".join(state.language.code for state in states) or "-"
