"""The pages of the drafts as files to look at: every language, from right to left too, and nothing that could be sent.

Drawn by the survey's own templates. A browser that opens such a file is told to load and to send nothing.
"""

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.http import HttpResponse
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_noop

from selfhelp_survey import repository
from selfhelp_survey.border import Place, message
from selfhelp_survey.core.flow import CHECK, MORE, Route
from selfhelp_survey.core.questionnaire import PARTS, Questionnaire
from selfhelp_survey.draft_state import DraftState
from selfhelp_survey.errors import UsageError
from selfhelp_survey.languages import named_language, spoken
from selfhelp_survey.screens import Standing, draw_check, draw_more, draw_page
from selfhelp_survey.stylesheet import stylesheet, stylesheet_address
from selfhelp_survey.translations.drafts import draft_in, with_every_question

MESSAGES = (
    "thanks", "end", "help", "expired", "closed", "paused", "busy", "full", "cookies", "not_found",
    "not_offered", "unavailable", "too_large", "insecure", "unsupported",
)  # fmt: skip
MARK = gettext_noop("Preview. Nothing here is kept or sent.")
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'"
"""Nothing is loaded, no script runs, no form is sent, whatever a host's own template holds."""
_LINK = re.compile(r'<link rel="stylesheet" href="([^"]*)">')
_FORM = re.compile(r"<form([^>]*)>")
_SENT = re.compile(r'\s(?:action|method)="[^"]*"')
_HEAD, _BODY = re.compile(r"<head[^>]*>"), re.compile(r"<body[^>]*>")


@dataclass(frozen=True, kw_only=True)
class PreviewPlace(Place):
    """A place whose pages are files beside each other."""

    def address(self, name: str, **more: str) -> str:
        """The file of a page of questions; for all others nowhere."""
        return f"{self.entry}-{more['step']}.html" if name == "page" else "#"


def _shown_draft(code: str, language: str) -> Questionnaire:
    """The draft with every question; what is not written in the language stands in brackets, in its first language."""
    return with_every_question(draft_in(code, language, _in_brackets))


def _in_brackets(key: str, source: str, words: str) -> str:
    return _apart(f"[{source}: {words or key}]")


def _apart(words: str) -> str:
    """The words between isolates, so that they keep their own direction inside a text of the other one."""
    return f"\u2068{words}\u2069"


def drawn_pages(questionnaire: Questionnaire, language: str) -> Iterator[tuple[str, HttpResponse]]:
    """Every screen of a questionnaire under the name of its step, with every question on it."""
    parts = {page.part for page in questionnaire.pages}
    names = tuple(page.name for page in questionnaire.pages)
    steps = (*names, *([MORE] if PARTS[-1] in parts else []), CHECK)
    place = PreviewPlace(language=language, entry=questionnaire.code)
    for step in steps:
        standing = Standing(
            place=place, step=step, questionnaire=questionnaire, state=DraftState(version_hash=""), language=language,
            route=Route(steps=steps, answers={}, frontier=step), languages=questionnaire.languages, token="",
        )  # fmt: skip
        with translation.override(language):
            if step in names:
                yield step, draw_page(standing, {})
            else:
                yield step, draw_check(standing) if step == CHECK else draw_more(standing)


def marked(html: str, language: str) -> str:
    """The page under a line that says what it is: in this language if the interface has it, else in English."""
    with translation.override(language):
        mark = spoken(MARK)
    line = format_html(
        '<div class="survey"><p class="notice" role="note" lang="{}" dir="{}"><strong>{}</strong></p></div>',
        mark.language.code, mark.language.direction, mark.words,
    )  # fmt: skip
    return _BODY.sub(lambda body: body[0] + line, html, count=1)


def harmless(html: str, language: str) -> str:
    """The page as a file: marked, its stylesheet inside, without a form that goes anywhere."""
    sheets = {stylesheet_address(in_host=in_host): stylesheet(in_host=in_host) for in_host in (False, True)}
    html = _LINK.sub(lambda link: f"<style>{sheets[link[1]]}</style>" if link[1] in sheets else "", html)
    html = _FORM.sub(lambda form: f'<form{_SENT.sub("", form[1])} method="dialog">', html)
    html = _HEAD.sub(lambda head: f'{head[0]}<meta http-equiv="Content-Security-Policy" content="{POLICY}">', html, 1)
    return marked(html, language)


def preview_files(language: str) -> dict[str, str]:
    """Every screen in this language: the drafts' pages and the messages, by the name of its file."""
    files = {}
    for code in repository.draft_codes():
        for step, response in drawn_pages(_shown_draft(code, language), language):
            files[f"{code}-{step}.html"] = harmless(response.content.decode(), language)
    place = PreviewPlace(language=language, entry="message")
    for kind in MESSAGES:
        with translation.override(language):
            screen = message(place, kind).content.decode()
        files[f"message-{kind.replace('_', '-')}.html"] = harmless(screen, language)
    return files


def write_preview(folder: Path, language: str) -> int:
    """How many pages were written into a new folder, with an index beside them. Raises UsageError for an old one."""
    if folder.exists():
        raise UsageError(f"there is already a {folder.name}: choose another name, nothing is overwritten")
    files = preview_files(language)
    with tempfile.TemporaryDirectory(dir=folder.resolve().parent, prefix=".preview-") as part:
        whole = Path(part) / "preview"
        whole.mkdir(mode=0o755)
        for name, html in {**files, "index.html": _index(files, language)}.items():
            (whole / name).write_text(html, encoding="utf-8", newline="")
        whole.rename(folder)
    return len(files)


def _index(files: dict[str, str], language: str) -> str:
    """The list of the pages, in the order in which respondents meet them."""
    links = format_html_join(
        "\n", '<li><a href="{}">{}</a></li>', ((name, name.removesuffix(".html")) for name in files)
    )
    return format_html(
        '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>Preview: {language}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1"></head>\n<body>\n<h1>Preview: {name}</h1>\n'
        "<p>{mark} Texts in square brackets are not translated. Make the window narrow to see a telephone's page.</p>\n"
        "<ol>\n{links}\n</ol>\n</body>\n</html>\n",
        language=language, name=f"{named_language(language).name} ({language})", mark=MARK, links=links,
    )  # fmt: skip
