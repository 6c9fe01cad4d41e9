"""Hostile wording from a questionnaire file or the admin: shown as the words it is, everywhere it comes up again."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from example_project.host.models import SupportResource
from selfhelp_survey import repository
from selfhelp_survey.core.questionnaire import Questionnaire
from selfhelp_survey.core.text import Text
from selfhelp_survey.core.wordings import with_texts
from selfhelp_survey.host_content import forget_host_content
from selfhelp_survey.models import Entry, Organisation, Wording
from tests.django.instruments import small
from tests.django.survey_site import Respondent, open_survey

pytestmark = [pytest.mark.django_db, pytest.mark.once]

HOSTILE = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg onload=alert(1)>', "<form action=//evil.test>",
    "<base href=//evil.test/>", "<meta http-equiv=refresh content=0;url=//evil.test>", "<style>@import '//evil.test'",
    "<a href=javascript:alert(1)>x</a>", "<iframe src=data:text/html,x>", "{{ 7|add:7 }}{% load i18n %}",
    "</title></head>", "<!-- ", "</textarea></form>", "%(question)s %s {0} {organisation}",
)  # fmt: skip
FORBIDDEN = ("script", "img", "svg", "base", "iframe", "object", "embed", "style")
STEPS = ("", "consent", "first", "opened", "third", "more", "late", "check", "help", "thanks")


def hostile(questionnaire: Questionnaire, words: str) -> Questionnaire:
    """The same questionnaire, each of its texts a trap."""
    texts = dict.fromkeys(questionnaire.languages, words)
    return with_texts(questionnaire, lambda _key, _text: Text.of(texts), languages=questionnaire.languages)


def traps_in(html: str) -> list[str]:
    """What in the page would run, load, send or lead somewhere that the shipped templates do not."""
    page = BeautifulSoup(html, "html.parser")
    found = [str(one)[:80] for one in page.find_all(FORBIDDEN)]
    found += [str(one)[:80] for one in page.select("meta[http-equiv]")]
    found += [str(one)[:80] for one in page.find_all(True) if _is_trap(one)]
    return found


def _is_trap(element: Tag) -> bool:
    values = [str(element.get(name, "")).strip().lower() for name in ("href", "action", "src", "formaction")]
    leads_away = any("evil.test" in value or value.startswith(("javascript:", "data:text")) for value in values)
    return leads_away or any(name.lower().startswith("on") for name in element.attrs)


def test_traps_in__page_with_each__would_be_noticed() -> None:
    inert = {"{{ 7|add:7 }}{% load i18n %}", "</title></head>", "<!-- ", "</textarea></form>"}
    assert [words for words in HOSTILE if words not in inert and "%s" not in words and not traps_in(words)] == []


@pytest.mark.parametrize("words", HOSTILE)
def test_pages__every_text_of_the_questionnaire_hostile__show_it_as_words(words: str) -> None:
    open_survey(hostile(small(), words))
    respondent = Respondent()
    respondent.consent()
    respondent.send("first", gate=1, several=[1, 9])
    pages = [respondent.see("first").content.decode()]  # with its mistakes told
    respondent.send("first", gate=1, several=[1, 2])
    respondent.send("opened", words="x" * 600)
    pages += [respondent.see("opened").content.decode()]
    respondent.send("opened", words=words)
    respondent.send("third", go="finish", grid_a=1)
    pages += [respondent.see(step).content.decode() for step in STEPS]
    assert [trap for page in pages for trap in traps_in(page)] == []
    assert all(page.count("</html>") == 1 for page in pages if "<html" in page)
    shown = [BeautifulSoup(page, "html.parser").get_text() for page in pages]
    assert any(" ".join(words.split()) in " ".join(text.split()) for text in shown)


@pytest.mark.parametrize("words", HOSTILE)
def test_pages__facts_and_help_lines_hostile__show_them_as_words(words: str) -> None:
    names = [field.name for field in Organisation._meta.get_fields() if field.name.startswith(("name", "contact"))]
    Organisation.objects.update_or_create(pk=1, defaults=dict.fromkeys(names, words))
    SupportResource.objects.create(
        slug="x", name_en=words, description_en=words, reach_en=words, url="https://x.example"
    )
    forget_host_content()
    open_survey(small())
    pages = [Respondent().see(step).content.decode() for step in ("", "help")]
    assert [trap for page in pages for trap in traps_in(page)] == []


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", " JavaScript:alert(1)", "//evil.test", "vbscript:x"]
)
def test_way_back__address_that_is_none__is_not_linked(address: str) -> None:
    open_survey(small())
    Entry.objects.update(programme_url=address)
    assert traps_in(Respondent().see().content.decode()) == []


@pytest.mark.parametrize("words", HOSTILE)
def test_admin__every_text_of_the_draft_hostile__shows_it_as_words(words: str) -> None:
    repository.save_draft(hostile(small(), words))
    client = Client()
    client.force_login(User.objects.create_superuser("maintainer"))
    wording = Wording.objects.order_by("pk").first()
    assert wording is not None
    for address in (
        reverse("admin:selfhelp_survey_wording_changelist"), reverse("admin:selfhelp_survey_questionnaire_changelist"),
        reverse("admin:selfhelp_survey_wording_change", args=[wording.pk]),
        reverse("admin:selfhelp_survey_wording_history", args=[wording.pk]),
    ):  # fmt: skip
        page = client.get(address, secure=True).content.decode()
        assert not [
            script for script in BeautifulSoup(page, "html.parser").find_all("script") if "alert" in script.text
        ]
        assert not [one for one in BeautifulSoup(page, "html.parser").find_all(["img", "svg", "iframe", "base"])
                    if "alert" in str(one) or "evil" in str(one)]  # fmt: skip


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "\x1b[31mred\x1b[0m", "a\u202eb", "x" * 100_000, "{{7*7}}"]
)
def test_import__hostile_name_in_the_file__is_told_short_and_without_control_characters(
    name: str, tmp_path: Path
) -> None:
    path = tmp_path / "hostile.yaml"
    shown = name.replace("\x1b", "\\e")
    path.write_text(f'questionnaire: tiny\nlanguages: [en]\ntitle: {{en: T}}\npages:\n  - page: "{shown}"\n', "utf-8")
    with pytest.raises(CommandError) as refused:
        call_command("survey_import", str(path), stdout=StringIO(), stderr=StringIO())
    told = str(refused.value)
    assert not [character for character in told if ord(character) < 32 and character not in "\n"]
    assert "\u202e" not in told
    assert all(len(line) < 500 for line in told.splitlines())
