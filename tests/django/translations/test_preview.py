"""Pages to look at: every language, marked, loading and sending nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.core.management import CommandError

from selfhelp_survey.models import Draft
from selfhelp_survey.translations.preview import marked
from tests.django.translations.site import make_site, said

pytestmark = [pytest.mark.django_db, pytest.mark.once]


SPANISH = "Vista previa. Aquí no se guarda ni se envía nada."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The preview in Spanish."""
    make_site()
    said("survey_translations", "es", "--preview", str(tmp_path / "es"))
    return tmp_path / "es"


def soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


def test_preview__every_screen__is_there_and_in_the_index(folder: Path) -> None:
    names = {path.name for path in folder.iterdir()} - {"index.html"}
    steps = ("consent", "first", "opened", "third", "more", "late", "check")
    assert {f"small-{step}.html" for step in steps} | {"message-thanks.html", "message-help.html"} <= names
    assert {link["href"] for link in soup(folder / "index.html").select("a")} == names


def test_preview__every_file__is_marked_and_can_load_and_send_nothing(folder: Path) -> None:
    for path in folder.glob("[!i]*.html"):
        page = soup(path)
        policy = page.select_one('meta[http-equiv="Content-Security-Policy"]')
        assert policy is not None
        assert {"default-src 'none'", "form-action 'none'"} <= set(str(policy["content"]).split("; ")), path.name
        assert [mark.text for mark in page.select("body > .survey:first-child > .notice[lang=es]")] == [SPANISH], (
            path.name
        )
        assert all(form.get("method") == "dialog" and not form.get("action") for form in page.select("form"))
        assert not page.select('script, link[rel="stylesheet"], img, [formaction]')
        assert page.select_one("style")
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("language", "spoken", "direction", "first_word"),
    [("en", "en", "ltr", "Preview."), ("fi", "fi", "ltr", "Esikatselu."), ("ar", "ar", "rtl", "معاينة."),
     ("pt-br", "en", "ltr", "Preview.")],
)  # fmt: skip
def test_mark__language_with_and_without_interface_texts__says_which_it_speaks(
    language: str, spoken: str, direction: str, first_word: str
) -> None:
    [mark] = BeautifulSoup(marked("<body><p>x</p></body>", language), "html.parser").select(".notice")
    assert (mark["lang"], mark["dir"], mark.text.split()[0]) == (spoken, direction, first_word)


def test_preview__page__shows_every_question_with_missing_texts_in_brackets(folder: Path) -> None:
    assert "[en: Question gate]" in soup(folder / "small-first.html").text
    opened = soup(folder / "small-opened.html").text  # asked of some respondents only
    assert "Question detail (es)" in opened
    assert "[" not in opened


def test_preview__right_to_left_language_the_site_has_not__is_drawn_mirrored(tmp_path: Path) -> None:
    make_site()
    said("survey_translations", "ar", "--preview", str(tmp_path / "ar"))
    page = soup(tmp_path / "ar" / "small-first.html")
    assert page.html is not None
    assert (page.html["lang"], page.html["dir"]) == ("ar", "rtl")
    assert "خروج سريع" in page.text


def test_preview__into_a_folder_that_is_there__is_refused(folder: Path) -> None:
    with pytest.raises(CommandError, match="nothing is overwritten") as wrong:
        said("survey_translations", "es", "--preview", str(folder))
    assert wrong.value.returncode == 2
