"""The checks of the site's languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polib
import pytest

from selfhelp_survey.checks import languages
from tests.django.checks.said import ids, words


def test_check_modeltranslation_is_installed__it_is__says_nothing() -> None:
    assert languages.check_modeltranslation_is_installed(None) == []


@pytest.mark.parametrize(("count", "found"), [(30, []), (31, ["W021"])])
def test_check_few_languages__count__warns_beyond_thirty(
    monkeypatch: pytest.MonkeyPatch, count: int, found: list[str]
) -> None:
    monkeypatch.setattr(languages, "host_languages", lambda: tuple(map(str, range(count))))
    assert ids(languages.check_few_languages(None)) == found


@pytest.mark.django_db
def test_check_language_columns__all_there__says_nothing() -> None:
    assert languages.check_language_columns(None, databases=["default"]) == []


@pytest.mark.parametrize("code", ["en", "en-gb", "es", "es-ar", "fi", "sv", "ar"])
def test_check_interface_texts__language_or_its_general_form_is_there__says_nothing(settings: Any, code: str) -> None:
    settings.LANGUAGES = [(code, code)]
    assert languages.check_interface_texts(None) == []


@pytest.mark.parametrize("code", ["de", "zh-hans", "est"])
def test_check_interface_texts__no_texts__warns_for_that_language(settings: Any, code: str) -> None:
    settings.LANGUAGES = [("en", "English"), (code, code), ("fi", "Finnish")]
    said = languages.check_interface_texts(None)
    assert ids(said) == ["W013"]
    assert repr(code) in words(said)


@pytest.mark.parametrize(("text", "found"), [(languages.SAMPLE, []), ("Something else", ["W013"])])
def test_check_interface_texts__host_brings_its_own__are_looked_at(
    settings: Any, tmp_path: Path, text: str, found: list[str]
) -> None:
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
    catalogue.append(polib.POEntry(msgid=text, msgstr="Prüfen Sie Ihre Antworten"))
    catalogue.save_as_mofile(str(folder / "django.mo"))
    settings.LOCALE_PATHS = [tmp_path]
    settings.LANGUAGES = [("de", "German")]
    assert ids(languages.check_interface_texts(None)) == found
