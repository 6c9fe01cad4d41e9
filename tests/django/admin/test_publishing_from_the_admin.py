"""The list of questionnaires; publishing with checklist, difference and estimate; the middle of a survey."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.admin.models import LogEntry
from django.utils import translation

from selfhelp_survey import repository
from selfhelp_survey.admin.counts import counts_of_the_hour, in_words
from selfhelp_survey.admin.publishing import PageWeight
from selfhelp_survey.core.questionnaire import Questionnaire
from selfhelp_survey.models import InboxResponse, PublishedVersion, Wording
from selfhelp_survey.publication import publish
from tests.django.admin.desk import address, drafted, seen, sent, superuser
from tests.django.instruments import page, questionnaire, single, small
from tests.django.survey_site import Respondent, open_survey, received

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def fresh_counts() -> Iterator[None]:
    """No count and no language of another test."""
    counts_of_the_hour.forget()
    with translation.override("en"):
        yield


def reworded(key: str, words: str) -> None:
    Wording.objects.filter(key=key).update(text_en=words)


def cells(html: str, css: str) -> list[str]:
    return [" ".join(cell.get_text().split()) for cell in BeautifulSoup(html, "html.parser").select(css)]


def test_list__draft_then_published_then_changed__says_so() -> None:
    client, row = superuser(), drafted()
    states = []
    for step in ("draft", "published", "changed"):
        if step == "published":
            publish(row.code)
        if step == "changed":
            reworded("title", "Other words")
        states.append(cells(seen(client, "questionnaire_changelist"), "td.field-state, td.field-version"))
    assert states == [
        ["draft, not published yet", "-"],
        ["published as it stands", "1"],
        ["changed since it was published", "1"],
    ]


def test_list__outside_debug_nothing_signed__says_not_ready_and_names_the_languages(settings: Any) -> None:
    settings.DEBUG = False
    client = superuser()
    drafted()
    html = seen(client, "questionnaire_changelist")
    assert cells(html, "td.field-state") == ["draft, not published yet (not ready to publish)"]
    assert cells(html, "td.field-offered, td.field-unsigned") == ["-", "en, es"]


@pytest.mark.parametrize(
    ("counts", "told"),
    [({"inbox": 0, "sealed": 0}, "Fewer than ten"), ({"inbox": 10, "sealed": 20}, "at least 30"), (None, "not known")],
)
def test_counts__in_words__are_tens(counts: dict[str, int] | None, told: str) -> None:
    assert told in in_words(counts)


def test_list__ninth_and_tenth_response__show_within_the_hour_as_before() -> None:
    client = superuser()
    drafted()
    InboxResponse.objects.bulk_create(InboxResponse(sealed=b"x") for _ in range(9))
    assert "Fewer than ten" in seen(client, "questionnaire_changelist")
    InboxResponse.objects.create(sealed=b"x")
    assert "Fewer than ten" in seen(client, "questionnaire_changelist")
    counts_of_the_hour.forget()
    assert "at least 10" in seen(client, "questionnaire_changelist")


def test_publish__looked_at__writes_nothing_and_tells_minutes_and_weight() -> None:
    row = drafted()
    html = seen(superuser(), "questionnaire_publish", row.pk)
    [minutes, first, heaviest] = cells(html, "#estimate li")
    assert minutes == "About 3 minutes for the first part, 3 for both."
    assert "of 10000 bytes" in first
    assert "of 3000 bytes" in heaviest
    assert not PublishedVersion.objects.exists()


@pytest.mark.parametrize(("size", "is_over"), [(3000, False), (3001, True)])
def test_weight__at_the_most_and_over__is_over_only_then(size: int, is_over: bool) -> None:
    assert PageWeight(page="first", language="en", bytes=size, most=3000).is_over is is_over


def test_publish__sent__makes_the_version_with_note_and_log() -> None:
    client, row = superuser(), drafted()
    answer = published(client, row.pk, note="The first one")
    version = PublishedVersion.objects.get()
    assert (version.number, version.note) == (1, "The first one")
    assert version.published_on is not None
    assert "Version 1 is published in en, es." in answer.content.decode()
    assert LogEntry.objects.get().change_message == "Published version 1."


def test_publish__nothing_changed_since__says_so_and_offers_nothing_to_send() -> None:
    client, row = superuser(), drafted()
    publish(row.code)
    unchanged = seen(client, "questionnaire_publish", row.pk)
    assert cells(unchanged, "#unchanged") == ["Nothing has changed since version 1: there is nothing to publish."]
    assert not cells(unchanged, "#content-main form")
    reworded("title", "Other words")
    changed = seen(client, "questionnaire_publish", row.pk)
    assert not cells(changed, "#unchanged")
    assert "Publish as version 2" in cells(changed, "#content-main h2")


def test_publish__draft_changed_after_it_was_looked_at__is_refused_until_looked_at_again() -> None:
    client, row = superuser(), drafted()
    looked_at = content_hash_on(seen(client, "questionnaire_publish", row.pk))
    reworded("title", "Somebody else's words")
    answer = sent(client, "questionnaire_publish", row.pk, seen=looked_at)
    assert "changed the draft meanwhile" in answer.content.decode()
    assert not PublishedVersion.objects.exists()
    sent(client, "questionnaire_publish", row.pk, seen=content_hash_on(answer.content.decode()))
    assert PublishedVersion.objects.count() == 1


def content_hash_on(html: str) -> str:
    """What the page would publish."""
    [field] = BeautifulSoup(html, "html.parser").select("input[name=seen]")
    return str(field["value"])


def published(client: Any, pk: int, **data: Any) -> Any:
    """The answer to what a browser sends from the checklist."""
    return sent(client, "questionnaire_publish", pk, seen=content_hash_on(seen(client, "questionnaire_publish", pk)),
                **data)  # fmt: skip


def test_publish__without_what_was_seen__is_refused() -> None:
    client, row = superuser(), drafted()
    answer = sent(client, "questionnaire_publish", row.pk, note="From an old page")
    assert "look at the checklist first" in answer.content.decode()
    assert not PublishedVersion.objects.exists()


def test_publish__language_of_the_last_version_gone__is_told_and_asked_once_more() -> None:
    client, row = superuser(), drafted()
    published(client, row.pk)
    Wording.objects.filter(key="title").update(text_es="", text_en="Other words")
    html = seen(client, "questionnaire_publish", row.pk)
    assert "es: is offered now, and would not be any more: it is not complete." in cells(html, "#warnings li")[0]
    answer = published(client, row.pk)
    assert "tick that es will not be offered any more" in answer.content.decode()
    assert PublishedVersion.objects.count() == 1
    assert cells(answer.content.decode(), "label[for=id_without_es]") == ["es is offered now, and will not be any more"]
    assert "Version 2 is published in en." in published(client, row.pk, without="es").content.decode()


def test_publish__sent_twice__second_makes_nothing() -> None:
    client, row = superuser(), drafted()
    looked_at = content_hash_on(seen(client, "questionnaire_publish", row.pk))
    sent(client, "questionnaire_publish", row.pk, seen=looked_at)
    answer = sent(client, "questionnaire_publish", row.pk, seen=looked_at)
    assert "Nothing is new" in answer.content.decode()
    assert PublishedVersion.objects.count() == 1


def test_publish__outside_debug__every_stop_with_fix_and_way_there(settings: Any) -> None:
    settings.DEBUG = False
    client, row = superuser(), drafted()
    html = seen(client, "questionnaire_publish", row.pk)
    stops = cells(html, "#stops li")
    assert stops[0].startswith("no language can be offered: en is not signed")
    assert stops[1].startswith("nobody has said who runs the survey")
    assert cells(html, "#stops strong")[1] == "Fill in 'Organisation' in the admin."
    links = [link["href"] for link in BeautifulSoup(html, "html.parser").select("#stops a")]
    assert links == [address("questionnaire_change", row.pk), address("organisation_changelist")]
    assert "Publish now" not in html
    sent(client, "questionnaire_publish", row.pk)
    assert not PublishedVersion.objects.exists()


def test_publish__stops_in_the_maintainers_language__are_translated_and_the_linters_marked_english(
    settings: Any,
) -> None:
    settings.DEBUG = False
    client, row = superuser(), drafted(asking(single("e_mail")))
    reworded("pages.first.questions.e_mail.label", "What is your e-mail address?")
    html = client.get(address("questionnaire_publish", row.pk), secure=True, headers={"accept-language": "fi"}).content
    stops = BeautifulSoup(html, "html.parser").select("#stops li")
    told = [
        (stop.span["lang"], stop.strong["lang"], stop.span.get_text()) for stop in stops if stop.span and stop.strong
    ]
    assert {each[:2] for each in told if "e_mail" in each[2]} == {("en", "en")}
    [languages, facts] = [each for each in told if "e_mail" not in each[2]]
    assert (languages[:2], facts[:2]) == (("fi", "fi"), ("fi", "fi"))
    assert languages[2].startswith("yhtäkään kieltä ei voi tarjota: en ei ole hyväksytty")


def effects(html: str) -> dict[str, str]:
    rows = BeautifulSoup(html, "html.parser").select("tbody tr")
    return {row.th.get_text(): row.td.get_text() for row in rows if row.th and row.td}


def test_publish__one_reworded_and_one_with_other_codes__labelled_each() -> None:
    client, row = superuser(), drafted(asking(single("gate"), single("last"), single("old")))
    publish(row.code)
    drafted(asking(single("gate", codes=(1, 2, -2)), single("last"), single("fresh")))
    reworded("pages.first.questions.last.label", "Question last, said better")
    assert effects(seen(client, "questionnaire_publish", row.pk)) == {
        "gate": "breaks comparability", "last": "safe wording change", "fresh": "new", "old": "asked no more",
    }  # fmt: skip


def asking(*questions: Any) -> Questionnaire:
    return questionnaire(page("first", *questions))


def test_publish__while_somebody_answers__they_finish_their_version_and_others_get_the_new_one() -> None:
    open_survey(small())
    client, row = superuser(), drafted()
    respondent = Respondent()
    respondent.consent()
    without_third = replace(small(), pages=tuple(each for each in small().pages if each.name != "third"))
    drafted(without_third)
    published(client, row.pk)
    assert repository.latest_version("small").number == 2  # type: ignore[union-attr]
    respondent.send("first", gate=2)
    respondent.send("third", go="finish", amount=7)
    respondent.send("check", go="send")
    [response] = received()
    assert response.answers["amount"] == 7
    newcomer = Respondent()
    newcomer.consent()
    newcomer.send("first", gate=2)
    assert newcomer.see("third").status_code == 404


def test_admin_log__after_a_maintainers_work_beside_respondents__holds_nothing_of_theirs() -> None:
    open_survey(small())
    client, row = superuser(), drafted()
    respondent = Respondent()
    respondent.consent()
    respondent.send("first", gate=2)
    written = {"pages.first.title": "New", "initial-pages.first.title": "Page first"}
    sent(client, "questionnaire_page", row.pk, "first", **written)
    published(client, row.pk)
    sent(client, "questionnaire_language", row.pk, "es", "off")
    messages = list(LogEntry.objects.order_by("pk").values_list("change_message", flat=True))
    assert messages == ["Changed 1 texts of page first in en.", "Published version 2.", "Switched es off."]
