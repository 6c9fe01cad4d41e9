"""Whoever wrote texts does not sign them, and of their name nothing is kept that could be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError
from django.test import Client
from django.urls import reverse

from selfhelp_survey import repository
from selfhelp_survey.errors import QuestionnaireError
from selfhelp_survey.models import TextSignOff, Wording
from selfhelp_survey.sign_offs import SignedByTheirWriter, note_translator, sign
from tests.django.translations.site import make_site, said

pytestmark = pytest.mark.django_db
READINGS = {"a": ("Hola", "Hello")}


@pytest.mark.parametrize("name", ["Ana López", "ana lópez", "  ANA   LÓPEZ "])
def test_sign__by_whoever_translated__is_refused_however_it_is_spelt(name: str) -> None:
    note_translator("small", "es", name="Ana López")
    with pytest.raises(SignedByTheirWriter, match="a second person reads and signs"):
        sign("small", "es", READINGS, signed_by=name)
    assert TextSignOff.objects.get().signed_by == ""


@pytest.mark.parametrize("name", ["!", " ", "\u3164", "An\u0430"])
def test_sign__name_that_nobody_can_be_told_by__is_refused(name: str) -> None:
    with pytest.raises(QuestionnaireError, match=r"not signed: .*name"):
        sign("small", "es", READINGS, signed_by=name)
    assert not TextSignOff.objects.exists()


def test_survey_translations__translator_with_a_name_of_two_scripts__is_wrong_use(tmp_path: Path) -> None:
    make_site()
    with pytest.raises(CommandError, match="several scripts") as refused:
        said("survey_translations", "es", "--import", str(tmp_path / "none.po"), "--apply", by="An\u0430")
    assert refused.value.returncode == 2


def test_sign__after_several_translated__all_of_them_are_refused_and_somebody_else_is_not() -> None:
    for name in ("Ana", "Ben"):
        note_translator("small", "es", name=name)
    for name in ("Ana", "Ben"):
        with pytest.raises(SignedByTheirWriter):
            sign("small", "es", READINGS, signed_by=name)
    sign("small", "es", READINGS, signed_by="Carla")
    row = TextSignOff.objects.get()
    assert (row.signed_by, row.translators, set(row.digests)) == ("Carla", "", {"a"})


def test_translators__name__is_not_kept_and_no_two_languages_can_be_linked() -> None:
    for language in ("es", "fi"):
        note_translator("small", language, name="Ana")
    rows = list(TextSignOff.objects.all())
    assert len({row.translators for row in rows}) == 2
    assert all("ana" not in row.translators.casefold() for row in rows)


def test_translator__of_one_language__may_sign_another() -> None:
    note_translator("small", "es", name="Ana")
    sign("small", "fi", READINGS, signed_by="Ana")
    assert TextSignOff.objects.get(language="fi").signed_by == "Ana"


@pytest.mark.parametrize(("wrote", "signs"), [("Ana López", "ana"), ("ana", "Ana\u200b  López")])
def test_sign__login_and_full_name__are_one_person(wrote: str, signs: str) -> None:
    for login, full in (("ana", ("Ana", "López")), ("ben", ("Ben", "Berg"))):
        get_user_model().objects.create_user(login, first_name=full[0], last_name=full[1], is_staff=True)
    note_translator("small", "es", name=wrote)
    with pytest.raises(SignedByTheirWriter):
        sign("small", "es", READINGS, signed_by=signs)
    sign("small", "es", READINGS, signed_by="Ben Berg")


def test_survey_sign__by_whoever_wrote_a_text__exits_1_and_signs_nothing() -> None:
    make_site()
    repository.change_wordings("small", "en", {"pages.first.title": "New"}, by=("Ana",))
    with pytest.raises(CommandError, match="a second person") as refused:
        said("survey_sign", "small", "en", by="ana")
    assert refused.value.returncode == 1
    assert not repository.signed_languages(repository.load_draft("small"))
    said("survey_sign", "small", "en", by="Ben")
    assert repository.signed_languages(repository.load_draft("small")) == {"en"}


def test_admin__text_written_there__its_writer_cannot_sign_that_language_but_another(client: Client) -> None:
    make_site()
    user = get_user_model().objects.create_superuser("ana", password="only for tests")
    client.force_login(user)
    row = Wording.objects.get(key="pages.first.title")
    data = {"text_en": "Page first", "text_es": "Página", "text_fi": "", "text_sv": ""}
    address = reverse("admin:selfhelp_survey_wording_change", args=(row.pk,))
    assert client.post(address, data, secure=True).status_code == 302
    with pytest.raises(SignedByTheirWriter):
        sign("small", "es", READINGS, signed_by="Ana")
    sign("small", "en", READINGS, signed_by="Ana")
