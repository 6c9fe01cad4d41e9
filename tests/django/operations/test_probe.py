"""`survey_probe`: a whole survey walked on the real way, every fault named, and nothing left behind."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from selfhelp_survey import submission
from selfhelp_survey.authoring.yaml_reader import read_questionnaire
from selfhelp_survey.core.response import Response
from selfhelp_survey.entries import read_entry
from selfhelp_survey.keys_in_use import SealingKeys
from selfhelp_survey.management import probing
from selfhelp_survey.management.probing import probe
from selfhelp_survey.management.walking import fullest_answers
from selfhelp_survey.models import Draft, Entry, InboxResponse, KeyProof, SealedResponse, Upkeep
from selfhelp_survey.screens import draw_check
from selfhelp_survey.upkeep import noted_hours
from tests.django.instruments import matrix, page, questionnaire, single, small
from tests.django.storage.database_roles import logged_in, made_roles
from tests.django.survey_site import Respondent, open_survey, publish, received
from tests.unit.docs.pages import ROOT

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Entry:
    return open_survey(small())


def run(**options: Any) -> tuple[int, str]:
    """Exit code, and everything that was said."""
    out = StringIO()
    try:
        call_command("survey_probe", stdout=out, **options)
    except CommandError as refused:
        return refused.returncode, out.getvalue() + str(refused)
    return 0, out.getvalue()


def kept() -> tuple[int, int, int]:
    return Draft.objects.count(), InboxResponse.objects.count(), SealedResponse.objects.count()


def configure(settings: Any, **changes: Any) -> None:
    settings.SELFHELP_SURVEY = {**settings.SELFHELP_SURVEY, **changes}


@pytest.mark.usefixtures("site")
def test_probe__open_survey__walks_every_page_and_leaves_nothing() -> None:
    entry = read_entry("end")
    assert entry
    found = probe(entry, "en")
    assert found.pages == (
        "first page", "consent, with errors", "first", "opened", "third", "more", "late", "check", "thanks"
    )  # fmt: skip
    assert found.left_out == ()
    assert kept() == (0, 0, 0)


@pytest.mark.usefixtures("site")
def test_probe__done__says_so_and_is_noted() -> None:
    assert run() == (0, "entry 'end': walked 9 pages, sent, and took everything back\n")
    assert list(noted_hours()) == [Upkeep.Chore.PROBE]


@pytest.mark.usefixtures("site")
def test_probe__beside_respondents__leaves_theirs_as_it_was() -> None:
    sent, begun = Respondent(), Respondent()
    sent.consent()
    sent.send("first", "finish", gate=2)
    sent.send("check", "send")
    begun.consent()
    begun.send("first", gate=1)
    before = list(Draft.objects.order_by("pk").values_list()), list(InboxResponse.objects.values_list())
    assert len(received()) == 1
    assert run()[0] == 0
    assert (list(Draft.objects.order_by("pk").values_list()), list(InboxResponse.objects.values_list())) == before
    assert "/opened/" in begun.send("first", gate=1)["Location"]


@pytest.mark.usefixtures("site")
def test_probe__named_language__is_walked_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    get = Client.get

    def noting(client: Client, path: str, **more: Any) -> Any:
        seen.append(path)
        return get(client, path, **more)

    monkeypatch.setattr(Client, "get", noting)
    assert run(entry="end", language="es")[0] == 0
    assert {path.split("/")[2] for path in seen} == {"es"}


@pytest.mark.parametrize("language", ["en", "es", "fi", "sv"])
def test_probe__exit_survey__walks_all_of_its_pages(language: str) -> None:
    path = ROOT / "selfhelp_survey" / "questionnaires" / "exit_survey.yaml"
    open_survey(read_questionnaire(path.read_text("utf-8"), source=path.name))
    entry = read_entry("end")
    assert entry
    found = probe(entry, language)
    assert found.left_out == ()
    assert len(found.pages) == len(entry.questionnaire.pages) + 4  # the first page twice; more, check, thanks


def test_probe__pages_that_exclude_each_other__names_those_left_out() -> None:
    open_survey(questionnaire(
        page("first", single("gate")), page("one", single("a"), relevant="${gate} = 1"),
        page("two", single("b"), relevant="${gate} = 2"), page("late", single("last"), part=2),
    ))  # fmt: skip
    assert run() == (0, "entry 'end': walked 8 pages, sent, and took everything back\n  not on this way: two\n")


def test_fullest_answers__later_value_opens_more__is_chosen() -> None:
    chosen = fullest_answers(questionnaire(
        page("first", single("gate"), matrix("grid", "up", "down")), page("two", single("b"), relevant="${gate} = 3"),
        page("three", single("c"), relevant="${down} = 2"),
    ))  # fmt: skip
    assert chosen["first"] == {"gate": 3, "up": 1, "down": 2}


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("state", [Entry.State.CLOSED, Entry.State.PAUSED])
def test_probe__entry_that_a_person_closed__is_no_failure_and_not_walked(state: str) -> None:
    Entry.objects.update(state=state)
    assert run() == (0, f"entry 'end' is {state}, as somebody set it: not walked\n")
    assert noted_hours() == {}


@pytest.mark.usefixtures("site")
def test_probe__keys_amiss__says_why_nobody_can_begin() -> None:
    KeyProof.objects.update(proven=False)
    code, words = run()
    assert code == 1
    assert "entry 'end': nobody can begin: the key" in words
    assert "not proven" in words


def test_probe__no_entry__is_a_failure() -> None:
    assert run() == (1, "there is no way in: make one with `manage.py survey_entry`")


@pytest.mark.usefixtures("site")
def test_probe__one_entry_fails__the_others_are_walked_and_it_is_not_noted() -> None:
    Entry.objects.create(code="another", questionnaire="missing", state=Entry.State.OPEN)
    code, words = run()
    assert code == 1
    assert "entry 'end': walked 9 pages" in words
    assert "entry 'another': its questionnaire is not published" in words
    assert noted_hours() == {}


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("options", [{"entry": "nowhere"}, {"language": "fi"}])
def test_probe__what_is_not_there__is_wrong_use(options: dict[str, str]) -> None:
    assert run(**options)[0] == 2


# -- limits meant for others ------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("site")
def test_probe__survey_that_asks_to_send_once_more__does(settings: Any) -> None:
    configure(settings, MINIMUM_SECONDS=3600)
    assert run()[0] == 0
    assert kept() == (0, 0, 0)


@pytest.mark.usefixtures("site")
def test_probe__strictest_limits__fits_within_them(settings: Any) -> None:
    configure(settings, STARTS_PER_MINUTE=1, SENDS_PER_MINUTE=1, HONEYPOT=True)
    assert run()[0] == 0


@pytest.mark.usefixtures("site")
def test_probe__no_room_for_drafts__names_the_page_that_says_so(settings: Any) -> None:
    configure(settings, DRAFT_CAP=0)
    code, words = run()
    assert code == 1
    assert words.startswith("entry 'end': the page 'consent', sent, answered 503")


# -- every fault is named, and nothing stays --------------------------------------------------------------------------


def _twice(response: Response, recipients: SealingKeys) -> None:
    submission.take(response, recipients)
    submission.take(response, recipients)


def _to_one_key_only(response: Response, recipients: SealingKeys) -> None:
    submission.take(response, SealingKeys(keys=recipients.keys[:1], suite=recipients.suite))


def _in_no_envelope(response: Response, recipients: SealingKeys) -> None:
    InboxResponse(sealed=b"in the open").save(force_insert=True)


def _and_lose_it(response: Response, recipients: SealingKeys) -> None:
    submission.take(response, recipients)
    InboxResponse.objects.all().delete()


def _and_fail(response: Response, recipients: SealingKeys) -> None:
    submission.take(response, recipients)
    raise OSError


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(
    ("take", "said"),
    [
        (lambda *_: None, "0 responses reached the inbox instead of one"),
        (_twice, "2 responses reached the inbox instead of one"),
        (_to_one_key_only, "not sealed to the research keys that are in use"),
        (_in_no_envelope, "not sealed to the research keys that are in use"),
        (_and_lose_it, "the response is not in the inbox"),
        (_and_fail, "the page 'check', sent, answered 503"),
    ],
)
def test_probe__sending_goes_wrong__says_how_and_leaves_nothing(
    take: Callable[..., None], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("selfhelp_survey.wizard.take", take)
    code, words = run()
    assert code == 1
    assert said in words
    assert kept() == (0, 0, 0)


@pytest.mark.usefixtures("site")
def test_probe__draft_not_emptied__says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("selfhelp_survey.draft_storage.DraftStorage.close", lambda _: True)
    code, words = run()
    assert code == 1
    assert "the draft still holds the answers" in words


@pytest.mark.usefixtures("site")
def test_probe__page_that_cannot_be_drawn__is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("selfhelp_survey.wizard.draw_more", lambda _: 1 / 0)
    assert run() == (1, "entry 'end': the page 'more' answered 503")
    assert kept() == (0, 0, 0)


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("header", [*probing.HEADERS])
def test_probe__header_missing__is_named_with_its_page(header: str, monkeypatch: pytest.MonkeyPatch) -> None:
    get = Client.get

    def without(client: Client, path: str, **more: Any) -> Any:
        response = get(client, path, **more)
        if "/third/" in path:
            del response.headers[header]
        return response

    monkeypatch.setattr(Client, "get", without)
    code, words = run()
    assert code == 1
    assert "the page 'third' came without" in words
    assert words.endswith(f"in its header {header}")


@pytest.mark.usefixtures("site")
def test_probe__cookie_of_somebody_else__is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def with_cookie(*given: Any, **named: Any) -> Any:
        response = draw_check(*given, **named)
        response.set_cookie("tracker", "1")
        return response

    monkeypatch.setattr("selfhelp_survey.wizard.draw_check", with_cookie)
    assert run() == (1, "entry 'end': the page 'check' set a cookie beside the survey's own")


@contextlib.contextmanager
def everything_kept() -> Iterator[None]:
    yield


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("fails", [True, False])
def test_probe__rollback_that_does_not_work__is_found_out(fails: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "nothing_kept", everything_kept)
    if fails:
        monkeypatch.setattr("selfhelp_survey.wizard.draw_more", lambda _: 1 / 0)
    code, words = run()
    assert code == 1
    assert "something of the walk stayed" in words
    assert ("the page 'more' answered 503" in words) is fails


class InboxElsewhere:
    """A router that takes the inbox to another database."""

    def db_for_write(self, model: Any, **hints: Any) -> str | None:
        return "elsewhere" if model is InboxResponse else None


@pytest.mark.usefixtures("site")
def test_probe__inbox_in_another_database__refuses_to_send(settings: Any) -> None:
    settings.DATABASE_ROUTERS = [InboxElsewhere()]
    code, words = run()
    assert code == 1
    assert "drafts and inbox lie in different databases" in words


@pytest.mark.usefixtures("site")
def test_probe__newer_version_published_meanwhile__walks_that_one() -> None:
    publish(questionnaire(page("first", single("gate"))), number=2)
    assert run() == (0, "entry 'end': walked 5 pages, sent, and took everything back\n")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("site")
def test_probe__outside_of_any_other_transaction__leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run()[0] == 0
    assert kept() == (0, 0, 0)
    monkeypatch.setattr("selfhelp_survey.wizard.draw_more", lambda _: 1 / 0)
    assert run()[0] == 1
    assert kept() == (0, 0, 0)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_probe__website_may_only_insert__walks_and_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    open_survey(small())
    with made_roles() as roles, logged_in(roles.web):
        assert "walked 9 pages" in run()[1]
        monkeypatch.setattr("selfhelp_survey.wizard.take", lambda *_: None)
        assert "0 responses reached the inbox" in run()[1]
        monkeypatch.undo()
        monkeypatch.setattr(probing, "nothing_kept", everything_kept)
        assert "something of the walk stayed" in run()[1]
