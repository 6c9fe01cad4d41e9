"""`manage.py survey_demo`: a working survey in one go, all of it or nothing, and away again without a trace."""

from __future__ import annotations

import functools
from contextlib import nullcontext
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.admin import site
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client, RequestFactory

from selfhelp_survey import demonstration
from selfhelp_survey.admin.entry import EntryAdmin
from selfhelp_survey.collection import delete_unopenable
from selfhelp_survey.entrance import EntryRefused, set_entry_state
from selfhelp_survey.entries import forget_entries, read_entry
from selfhelp_survey.errors import SurveyError
from selfhelp_survey.keys_in_use import recipients, sealing_keys
from selfhelp_survey.models import (
    Entry,
    InboxResponse,
    KeyProof,
    LanguageSignOff,
    Organisation,
    PublishedVersion,
    SealedResponse,
    Wording,
)
from selfhelp_survey.models import Questionnaire as Draft
from selfhelp_survey.sealing.envelope import seal_response
from tests.django.instruments import page, questionnaire, written
from tests.django.survey_site import open_survey, private_key, publish, recipient_lines

pytestmark = [pytest.mark.django_db, pytest.mark.once]
TABLES = (Entry, Draft, Wording, LanguageSignOff, PublishedVersion, KeyProof, Organisation)


shipped = functools.cache(demonstration._shipped)
"""The exit survey, read once for all the tests: half a second each time."""


@pytest.fixture(autouse=True)
def no_keys(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A developer's site that names no research key; what it would keep the demonstration's in."""
    monkeypatch.setattr(demonstration, "_shipped", shipped)
    settings.BASE_DIR = tmp_path
    settings.SELFHELP_SURVEY = {**settings.SELFHELP_SURVEY, "RECIPIENTS": []}
    return tmp_path / "survey_demo_keys.txt"


def demo(*words: str) -> str:
    out = StringIO()
    call_command("survey_demo", *words, stdout=out)
    return out.getvalue()


def stored() -> dict[str, int]:
    """How many rows each table has that a demonstration writes."""
    return {model.__name__: model._default_manager.count() for model in TABLES}


def nothing() -> dict[str, int]:
    return {model.__name__: 0 for model in TABLES}


def test_demo__fresh_site__every_printed_address_shows_the_survey(client: Client) -> None:
    printed = [line.split() for line in demo().splitlines() if "http://127.0.0.1:8000/" in line]
    assert [language for language, _ in printed] == ["en", "es", "fi", "sv"]
    for language, address in printed:
        path = address.removeprefix("http://127.0.0.1:8000")
        shown = client.get(path, follow=True, headers={"host": "127.0.0.1:8000"})
        assert shown.status_code == 200
        assert f'<html lang="{language}"' in shown.content.decode()
        assert 'name="c2_consent"' in shown.content.decode()


def test_demo__fresh_site__is_a_rehearsal_with_facts_marked_as_samples() -> None:
    demo()
    entry = read_entry("demo")
    assert entry is not None
    assert (entry.is_open, entry.is_rehearsal, entry.questionnaire.code) == (True, True, "demo")
    assert set(LanguageSignOff.objects.values_list("signed_by", flat=True)) == {"demo"}
    assert Organisation.objects.get().is_sample


def test_demo__keys__are_proven_and_their_private_halves_kept_nowhere(no_keys: Path, tmp_path: Path) -> None:
    demo()
    assert sealing_keys().reasons == ()
    assert [key.text for key in recipients()] == no_keys.read_text("utf-8").split()
    assert [path.name for path in tmp_path.iterdir()] == [no_keys.name]


def test_demo__second_time__changes_nothing(no_keys: Path) -> None:
    said, rows, keys = demo(), stored(), no_keys.read_bytes()
    text = Wording.objects.first()
    assert text is not None
    Wording.objects.filter(pk=text.pk).update(text_en="Changed by hand")
    assert demo() == said
    assert (stored(), no_keys.read_bytes()) == (rows, keys)
    assert Wording.objects.filter(text_en="Changed by hand").count() == 1


def test_demo__entry_closed_and_keys_lost__opens_with_new_keys(no_keys: Path) -> None:
    demo()
    before = no_keys.read_bytes()
    Entry.objects.update(state=Entry.State.CLOSED)
    KeyProof.objects.all().delete()
    demo()
    entry = read_entry("demo")
    assert entry is not None
    assert entry.is_open
    assert no_keys.read_bytes() != before
    assert KeyProof.objects.count() == 2


def test_demo__production_site__refuses_and_writes_nothing(settings: Any, no_keys: Path) -> None:
    settings.DEBUG = False
    with pytest.raises(CommandError, match="developer's machine: this is a production site") as refused:
        demo()
    assert refused.value.returncode == 1
    assert stored() == nothing()
    assert not no_keys.exists()


def test_demo__debug_switched_off_later__its_keys_seal_nothing(settings: Any) -> None:
    demo()
    settings.DEBUG = False
    forget_entries()
    assert recipients() == ()
    entry = read_entry("demo")
    assert entry is not None
    assert entry.is_closed


def test_demo__fails_on_its_way__leaves_nothing(monkeypatch: pytest.MonkeyPatch, no_keys: Path) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(demonstration, "set_entry_state", broken)
    with pytest.raises(CommandError, match="No space left on device"):
        demo()
    assert stored() == nothing()
    assert not no_keys.exists()


def test_demo__site_without_the_surveys_addresses__says_what_to_add(settings: Any, no_keys: Path) -> None:
    settings.ROOT_URLCONF = "example_project.host.urls"
    with pytest.raises(CommandError, match=r'add path\("feedback/", include\("selfhelp_survey\.urls"\)\)'):
        demo()
    assert stored() == nothing()


def test_demo__own_keys_unproven__refuses_with_the_way_out(settings: Any) -> None:
    settings.SELFHELP_SURVEY = {**settings.SELFHELP_SURVEY, "RECIPIENTS": recipient_lines()}
    with pytest.raises(CommandError, match=r"not ready: the key .* is not proven.*leave RECIPIENTS out"):
        demo()
    assert stored() == nothing()


def test_demo__own_keys_proven__are_used(settings: Any, no_keys: Path) -> None:
    settings.SELFHELP_SURVEY = {**settings.SELFHELP_SURVEY, "RECIPIENTS": recipient_lines()}
    open_survey(questionnaire(page("words", written("words"))))
    demo()
    assert not no_keys.exists()
    entry = read_entry("demo")
    assert entry is not None
    assert entry.recipients.keys == sealing_keys().keys


@pytest.mark.parametrize("what", ["entry", "questionnaire"])
def test_demo__host_has_one_of_this_name__touches_nothing(what: str) -> None:
    if what == "entry":
        Entry.objects.create(code="demo", questionnaire="ours")
    else:
        publish(questionnaire(page("words", written("words")), code="demo"))
    before = stored()
    for words in ((), ("--remove",)):
        with pytest.raises(CommandError, match=f"{what} 'demo' of your own: nothing was changed"):
            demo(*words)
    assert stored() == before


def test_demo__host_said_who_it_is__keeps_that() -> None:
    Organisation(name="Ours").save()
    demo()
    demo("--remove")
    assert Organisation.objects.get().name == "Ours"


def test_remove__after_made_up_answers__nothing_is_left(no_keys: Path) -> None:
    demo()
    call_command("survey_synthesise", 12, entry="demo", stdout=StringIO(), stderr=StringIO())
    call_command("survey_shuffle", stdout=StringIO())
    call_command("survey_synthesise", 1, entry="demo", stdout=StringIO(), stderr=StringIO())
    assert InboxResponse.objects.exists()
    demo("--remove")
    assert stored() == nothing()
    assert not InboxResponse.objects.exists()
    assert not SealedResponse.objects.exists()
    assert not no_keys.exists()


def test_remove__responses_that_somebody_can_open__stay() -> None:
    demo()
    (lost, other) = sealing_keys().keys
    kept = [seal_response(b"x", keys) for keys in ([private_key().public], [lost, private_key().public])]
    for sealed in (*kept, seal_response(b"x", [lost, other]), b"no envelope"):
        InboxResponse.objects.create(sealed=sealed)
    demo("--remove")
    assert sorted(bytes(row.sealed) for row in InboxResponse.objects.all()) == sorted([*kept, b"no envelope"])


def readable_questionnaires() -> set[str]:
    """The codes in a bundle: what a response is read beside."""
    return {row.code for row in PublishedVersion.objects.all()}


def test_remove__another_entry_leads_to_it__refuses_and_keeps_what_was_answered_readable() -> None:
    demo()
    Entry.objects.create(code="end", questionnaire="demo", state=Entry.State.PAUSED)
    InboxResponse.objects.create(sealed=seal_response(b"x", [private_key().public]))
    before = stored()
    with pytest.raises(CommandError, match=r"leads to the questionnaire 'demo' \('end'\).*nothing was changed"):
        demo("--remove")
    assert stored() == before


@pytest.mark.parametrize("is_debug", [True, False])
@pytest.mark.parametrize("model", [InboxResponse, SealedResponse])
def test_remove__response_waits_that_somebody_can_open__keeps_the_version_until_it_is_collected(
    model: type[InboxResponse | SealedResponse], is_debug: bool, settings: Any
) -> None:
    demo()
    model.objects.create(sealed=seal_response(b"x", [private_key().public]))
    settings.DEBUG = is_debug
    assert "Its published versions stay" in demo("--remove")
    assert readable_questionnaires() == {"demo"}
    assert demonstration.leftovers() == ()
    model.objects.all().delete()
    assert "stay: responses wait" not in demo("--remove")
    assert stored() == nothing()


def test_demo__version_kept_from_an_earlier_one__is_whole_again() -> None:
    demo()
    whole = stored()
    InboxResponse.objects.create(sealed=seal_response(b"x", [private_key().public]))
    demo("--remove")
    demo()
    assert stored() == whole


@pytest.mark.parametrize(("code", "is_refused"), [("end", True), ("demo", False)])
def test_open__to_the_demonstrations_questionnaire__only_by_its_own_entry(code: str, is_refused: bool) -> None:
    demo()
    refusal = pytest.raises(EntryRefused, match="'demo' goes when the demonstration does")
    with refusal if is_refused else nullcontext():
        set_entry_state(code, Entry.State.OPEN, questionnaire="demo")


@pytest.mark.parametrize(("code", "is_refused"), [("end", True), ("demo", False)])
def test_admin__open_entry_to_the_demonstrations_questionnaire__only_its_own(
    code: str, is_refused: bool, rf: RequestFactory
) -> None:
    demo()
    known = Entry.objects.filter(pk=code).first()
    form = EntryAdmin(Entry, site).get_form(rf.get("/"), known)
    filled = form({"code": code, "questionnaire": "demo", "state": "open", "is_rehearsal": "on"}, instance=known)
    assert ("goes when the demonstration does" in str(filled.errors.get("state", ""))) == is_refused
    assert filled.is_valid() != is_refused


def test_open__questionnaire_of_the_hosts_own_named_demo__is_no_demonstration(settings: Any) -> None:
    settings.SELFHELP_SURVEY = {**settings.SELFHELP_SURVEY, "RECIPIENTS": recipient_lines()}
    open_survey(questionnaire(page("words", written("words")), code="demo"))
    assert set_entry_state("finish", Entry.State.OPEN, questionnaire="demo").state == Entry.State.OPEN


def test_remove__beside_a_survey_of_the_hosts_own__leaves_it_alone() -> None:
    version = publish(questionnaire(page("words", written("words"))))
    Entry.objects.create(code="end", questionnaire=version.code)
    before = stored()
    demo()
    demo("--remove")
    assert stored() == before


def test_remove__nothing_there__says_so() -> None:
    assert "There is no demonstration here" in demo("--remove")


@pytest.mark.parametrize(("is_debug", "left"), [(True, 0), (False, 1)])
def test_remove__production_site__takes_all_but_the_responses(
    is_debug: bool, left: int, settings: Any, no_keys: Path
) -> None:
    demo()
    InboxResponse.objects.create(sealed=seal_response(b"x", sealing_keys().keys))
    settings.DEBUG = is_debug
    said = demo("--remove")
    assert stored() == nothing()
    assert not no_keys.exists()
    assert InboxResponse.objects.count() == left
    assert ("only a receipt deletes a response" in said) == bool(left)


def test_delete_unopenable__production_site__is_refused(settings: Any) -> None:
    settings.DEBUG = False
    with pytest.raises(SurveyError, match="only a receipt deletes responses"):
        delete_unopenable(frozenset())


def test_remove__file_names_a_research_key__touches_nothing(settings: Any, no_keys: Path) -> None:
    demo()
    no_keys.write_text("\n".join(recipient_lines()), "utf-8")
    settings.SELFHELP_SURVEY = {**settings.SELFHELP_SURVEY, "RECIPIENTS": recipient_lines()[:1]}
    InboxResponse.objects.create(sealed=seal_response(b"x", recipients()))
    before = stored()
    with pytest.raises(CommandError, match="a key that RECIPIENTS names: delete that line; nothing was changed"):
        demo("--remove")
    assert stored() == before
    assert InboxResponse.objects.count() == 1


@pytest.mark.parametrize("is_rehearsal", [True, False])
def test_thrown_away_keys__entry_of_the_hosts_own__opens_only_as_a_rehearsal(is_rehearsal: bool) -> None:
    demo()
    version = publish(questionnaire(page("words", written("words"))))
    Entry.objects.create(code="end", questionnaire=version.code, is_rehearsal=is_rehearsal)
    if not is_rehearsal:
        with pytest.raises(EntryRefused, match="nobody can open what is sealed to them: only a rehearsal"):
            set_entry_state("end", Entry.State.OPEN)
        Entry.objects.filter(pk="end").update(state=Entry.State.OPEN)  # as before the demonstration
    else:
        set_entry_state("end", Entry.State.OPEN)
    entry = read_entry("end")
    assert entry is not None
    assert entry.is_open == is_rehearsal
    assert entry.is_closed != is_rehearsal


def test_remove__file_of_keys_damaged__takes_the_rest_away(no_keys: Path) -> None:
    demo()
    no_keys.write_text("shs1.damaged\n", "utf-8")
    KeyProof.objects.all().delete()
    demo("--remove")
    assert stored() == nothing()
    assert not no_keys.exists()
