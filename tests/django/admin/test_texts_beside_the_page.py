"""Texts edited beside the page: what is written, what the preview shows and keeps to itself, and the file back."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.contrib.auth.models import User
from django.test import Client

from selfhelp_survey import repository
from selfhelp_survey.admin.preview import drawn, preview_languages, shown_draft
from selfhelp_survey.authoring.yaml_reader import read_questionnaire
from selfhelp_survey.core.flow import relevant_questions
from selfhelp_survey.models import Wording
from selfhelp_survey.sign_offs import SignedByTheirWriter
from tests.django.admin.desk import address, drafted, seen, sent, superuser, worded
from tests.django.instruments import small

pytestmark = [pytest.mark.django_db, pytest.mark.once]
TITLE = "pages.opened.title"


@pytest.fixture
def client() -> Client:
    return superuser()


def previewed(client: Client, pk: int, page: str = "opened", language: str = "en") -> Any:
    return client.get(address("questionnaire_preview", pk, page, language), secure=True)


def changed(client: Client, pk: int, language: str, written: tuple[str, str, str]) -> Any:
    """What a browser sends when one field was written in, with what stood in it when the page was drawn."""
    key, words, before = written
    target = f"{address('questionnaire_page', pk, 'opened')}?language={language}"
    return client.post(target, {key: words, f"initial-{key}": before}, secure=True, follow=True)


def test_page__one_text_written__is_saved_in_this_language_only_and_shown(client: Client) -> None:
    row = drafted()
    changed(client, row.pk, "es", (TITLE, "Otra página", "Page opened (es)"))
    assert (worded(TITLE, "en"), worded(TITLE, "es")) == ("Page opened", "Otra página")
    assert "Otra página" in previewed(client, row.pk, language="es").content.decode()
    assert "Otra página" not in previewed(client, row.pk, language="en").content.decode()


def test_page__field_not_touched__keeps_what_somebody_else_wrote_meanwhile(client: Client) -> None:
    row = drafted()
    Wording.objects.filter(key=TITLE).update(text_en="Somebody else's")
    changed(client, row.pk, "en", (TITLE, "Page opened", "Page opened"))
    assert worded(TITLE, "en") == "Somebody else's"


def test_page__changed_by_somebody_else_while_it_was_open__tells_their_words_and_asks_once_more(client: Client) -> None:
    row = drafted()
    Wording.objects.filter(key=TITLE).update(text_en="Somebody else's")
    html = changed(client, row.pk, "en", (TITLE, "Mine", "Page opened")).content.decode()
    assert "Somebody has changed this text meanwhile. It reads now: “Somebody else&#x27;s”." in html
    assert worded(TITLE, "en") == "Somebody else's"
    form = BeautifulSoup(html, "html.parser")
    [shown], [mine] = form.select(f'input[name="initial-{TITLE}"]'), form.select(f'textarea[name="{TITLE}"]')
    changed(client, row.pk, "en", (TITLE, mine.get_text().strip(), str(shown["value"])))
    assert worded(TITLE, "en") == "Mine"


HIDES_A_FACT, HELD = "pages.opened.questions.words.hint", "Write to {contact}"


@pytest.mark.parametrize(
    ("language", "words", "told"),
    [
        ("en", "<b>x</b> {contact}", "it holds markup"),
        ("en", "{contact} {nobody}", "there is no placeholder {nobody}"),
        ("es", "{contact} {nobody}", "the placeholder {nobody} is not in the source"),
        ("es", "{contact} \u202eevil", "it holds characters that cannot be seen"),
        ("es", "Nadie", "the placeholder {contact} is lost"),
        ("en", "Nobody", "the placeholder {contact} is lost"),
    ],
)
def test_written__what_no_text_may_hold__is_refused_beside_the_page_and_one_by_one(
    client: Client, language: str, words: str, told: str
) -> None:
    pk = drafted().pk
    Wording.objects.filter(key=HIDES_A_FACT).update(text_en=HELD, text_es=HELD)
    beside = changed(client, pk, language, (HIDES_A_FACT, words, HELD))
    row = Wording.objects.get(key=HIDES_A_FACT)
    texts = {f"text_{each}": HELD if each in ("en", "es") else "" for each in repository.host_languages()}
    alone = client.post(address("wording_change", row.pk), {**texts, f"text_{language}": words}, secure=True)
    for answer in (beside, alone):
        assert answer.status_code == 200
        assert told in BeautifulSoup(answer.content, "html.parser").get_text()
    assert worded(HIDES_A_FACT, language) == HELD


def test_written__source_and_translation_get_a_placeholder_at_once__are_saved(client: Client) -> None:
    drafted()
    row = Wording.objects.get(key=TITLE)
    texts = {f"text_{each}": "" for each in repository.host_languages()}
    told = {**texts, "text_en": "{organisation} asks", "text_es": "{organisation} pregunta"}
    assert client.post(address("wording_change", row.pk), told, secure=True).status_code == 302
    assert worded(TITLE, "es") == "{organisation} pregunta"


def test_page__structure__is_not_among_the_fields(client: Client) -> None:
    row = drafted()
    html = seen(client, "questionnaire_page", row.pk, "opened")
    named = {one["name"] for one in BeautifulSoup(html, "html.parser").select("textarea[name]")}
    assert named == {key for key in repository.draft_texts("small") if key.startswith("pages.opened.")}
    changed(client, row.pk, "en", ("pages.opened.relevant", "true()", ""))
    assert repository.load_draft("small") == small()


def test_page__why__names_condition_in_words_and_the_second_part(client: Client) -> None:
    row = drafted()
    why = [BeautifulSoup(seen(client, "questionnaire_page", row.pk, page), "html.parser").select_one("#audience")
           for page in ("first", "opened", "late", "consent")]  # fmt: skip
    told = [" ".join(each.get_text().split()) for each in why if each]
    assert told[0] == "Everybody."
    assert told[1] == "Only where “Question gate” is “Value 1”."
    assert "chose to go on with the second part" in told[2]
    assert "Whoever goes on from here: “Question adult” is “Value 1” and" in told[3]


@pytest.mark.parametrize("language", ["en", "es", "fi", "sv", "ar"])
def test_preview__every_language_and_one_from_right_to_left__is_marked_as_one(client: Client, language: str) -> None:
    response = previewed(client, drafted().pk, language=language)
    page = BeautifulSoup(response.content, "html.parser")
    assert page.html is not None
    assert (page.html["lang"], page.html["dir"]) == (language, "rtl" if language == "ar" else "ltr")
    [mark] = page.select(".notice")
    assert ("Preview." in mark.get_text()) == (language == "en")


def test_preview_languages__host_without_right_to_left__offers_one_to_try() -> None:
    assert preview_languages() == (*repository.host_languages(), "ar")


def test_preview__page_under_a_condition__shows_every_question(client: Client) -> None:
    row = drafted()
    page = small().page("opened")
    assert relevant_questions(page, {}) == page.questions
    html = previewed(client, row.pk).content.decode()
    assert all(f'name="{question.name}"' in html for question in page.questions)


def test_preview__no_wording_in_this_language__shows_another_and_facts_in_brackets() -> None:
    drafted()
    Wording.objects.filter(key=TITLE).update(text_es="", text_en="{contact} asks")
    assert "[contact] asks" in drawn(shown_draft("small", "es"), "opened", "es").content.decode()


def test_preview__headers__let_the_admin_frame_it_and_nothing_be_sent(client: Client) -> None:
    headers = previewed(client, drafted().pk).headers
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    policy = [part.strip() for part in headers["Content-Security-Policy"].split(";")]
    assert "frame-ancestors 'self'" in policy
    assert "form-action 'none'" in policy
    assert "sandbox allow-same-origin" in policy
    assert headers["Cache-Control"].startswith("no-store")


def test_page_around_the_preview__headers__cannot_be_framed(client: Client) -> None:
    response = client.get(address("questionnaire_page", drafted().pk, "opened"), secure=True)
    assert response.headers["X-Frame-Options"] == "DENY"
    frame = BeautifulSoup(response.content, "html.parser").select_one("iframe")
    assert frame is not None
    assert frame["sandbox"] == ["allow-same-origin"]


def test_preview__form_and_links__have_no_address_of_the_survey(client: Client) -> None:
    page = BeautifulSoup(previewed(client, drafted().pk).content, "html.parser")
    assert {form["action"] for form in page.select("form")} == {"#"}
    assert not [link for link in page.select("a") if str(link["href"]).startswith("/feedback")]


def test_preview__looked_at__stores_nothing_and_sets_no_cookie(client: Client) -> None:
    row = drafted()
    models = [model for model in apps.get_models() if model._meta.managed]
    before = [list(model._base_manager.values_list()) for model in models]
    response = previewed(client, row.pk)
    assert response.status_code == 200
    assert not response.cookies
    assert [list(model._base_manager.values_list()) for model in models] == before
    assert client.post(address("questionnaire_preview", row.pk, "opened", "en"), secure=True).status_code == 405


@pytest.mark.parametrize(("page", "language", "status"), [("absent", "en", 404), ("opened", "xx", 405)])
def test_preview__what_is_not_there__is_refused(client: Client, page: str, language: str, status: int) -> None:
    assert previewed(client, drafted().pk, page, language).status_code == status


def test_file__text_changed_in_the_admin__reads_back_with_it(client: Client) -> None:
    row = drafted()
    changed(client, row.pk, "en", (TITLE, "A new title", "Page opened"))
    response = client.get(address("questionnaire_file", row.pk, "yaml"), secure=True)
    assert response.headers["Content-Disposition"] == 'attachment; filename="small.yaml"'
    again = read_questionnaire(response.content.decode(), source="small.yaml")
    assert again == repository.load_draft("small")
    assert again.page("opened").title.in_language("en") == "A new title"


def test_import__by_the_one_who_sends_the_file__they_cannot_sign_what_it_changed(client: Client, tmp_path: Any) -> None:
    row = drafted()
    User.objects.update(first_name="Ana", last_name="López")
    content = client.get(address("questionnaire_file", row.pk, "yaml"), secure=True).content.decode()
    (tmp_path / "small.yaml").write_text(content.replace("Page opened (es)", "Otra página"), "utf-8")
    with (tmp_path / "small.yaml").open("rb") as file:
        sent(client, "questionnaire_import", file=file)
    assert worded(TITLE, "es") == "Otra página"
    for name in ("maintainer", "Ana\u200b lópez"):
        with pytest.raises(SignedByTheirWriter):
            repository.sign_language("small", "es", signed_by=name)
    repository.sign_language("small", "en", signed_by="Ana López")


def test_pages__listed__with_who_sees_each(client: Client) -> None:
    html = seen(client, "questionnaire_texts", drafted().pk)
    assert html.count("Everybody.") == 4
    assert "Only where" in html


def test_import__good_file_then_one_with_problems__draft_is_made_then_kept(client: Client, tmp_path: Any) -> None:
    row = drafted()
    content = client.get(address("questionnaire_file", row.pk, "yaml"), secure=True).content
    row.delete()
    for ending, refusals in ((b"", 0), (b"\nno: such key\n", 1)):
        (tmp_path / "small.yaml").write_bytes(content + ending)
        with (tmp_path / "small.yaml").open("rb") as file:
            answer = sent(client, "questionnaire_import", file=file)
        assert answer.content.decode().count("Nothing was imported") == refusals
    assert repository.load_draft("small") == small()
