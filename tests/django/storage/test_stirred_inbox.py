"""Fewer than ten that wait: nobody can say who sent which of them, once the shuffle has stirred them (T-45, T-46).

PostgreSQL numbers the transactions of all tables in one order. The programme's own tables say who was there when.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpResponse
from django.utils import timezone

from selfhelp_survey import collection
from selfhelp_survey.collection import LEAST_BATCH, purge, shuffle, stir
from selfhelp_survey.core.response import Response
from selfhelp_survey.errors import SurveyError
from selfhelp_survey.models import Draft, InboxResponse, SealedResponse
from selfhelp_survey.sealing.envelope import open_response
from tests.django.instruments import small
from tests.django.storage.database_roles import RoleNames, logged_in
from tests.django.storage.rank_order import follows
from tests.django.storage.test_killed_shuffle import shuffler
from tests.django.survey_site import COOKIE, Respondent, open_survey, private_key, received

INBOX, DRAFT = "selfhelp_survey_inboxresponse", "selfhelp_survey_draft"
TOMBSTONES_GO = 'DELETE FROM "selfhelp_survey_draft"'
PEOPLE = 3
ROWS, STIRS = LEAST_BATCH - 2, 20
"""Four pairs of rows in twenty stirs are eighty coins: enough to find out an order that is kept."""
THANKS = "/feedback/en/end/thanks/"


def _on_check_page(words: str) -> Respondent:
    respondent = Respondent()
    respondent.consent()
    respondent.send("first", gate=1)
    respondent.send("opened", go="finish", words=words)
    return respondent


def _sign_in_and_send(name: str) -> None:
    """Somebody signs in to the programme, which notes the time, and sends a response that says who it was."""
    user = User.objects.create_user(name)
    respondent = _on_check_page(f"I am {name}")
    respondent.client.force_login(user)
    assert User.objects.get(username=name).last_login is not None
    assert respondent.send("check", go="send").status_code == 303


def _numbered(query: str) -> list[tuple[int, Any]]:
    """Transaction number and value of each row."""
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [(int(number), value) for number, value in cursor.fetchall()]


def _numbers(table: str) -> set[int]:
    return {number for number, _ in _numbered(f"select xmin::text, id from {table}")}  # noqa: S608 - our own names


def _author(sealed: bytes) -> str:
    """Who wrote it, as the response itself says: only to judge the attack by."""
    return str(Response.from_json(open_response(sealed, private_key())).answers["words"]).removeprefix("I am ")


def _named_rightly() -> int:
    """The attack: each row of the inbox is given to whoever signed in last before it. How many it names rightly."""
    events = [(number, name, None) for number, name in _numbered("select xmin::text, username from auth_user")]
    rows = _numbered(f"select xmin::text, sealed from {INBOX}")  # noqa: S608 - our own name
    rightly, signed_in = 0, ""
    for _, name, sealed in sorted([*events, *((number, "", value) for number, value in rows)], key=lambda one: one[:2]):
        signed_in = name or signed_in
        rightly += sealed is not None and _author(bytes(sealed)) == signed_in
    return rightly


@pytest.fixture
def three_sent(roles: RoleNames) -> RoleNames:
    """Three people of the programme who signed in and sent, one after another."""
    open_survey(small())
    with logged_in(roles.web):
        for number in range(PEOPLE):
            _sign_in_and_send(f"participant {number}")
    return roles


@pytest.mark.postgresql
def test_transactions_sorted_over_sign_ins__before_a_stir__name_everybody(three_sent: RoleNames) -> None:
    assert _named_rightly() == PEOPLE
    assert len(_numbers(INBOX)) == len(_numbers(DRAFT)) == PEOPLE


@pytest.mark.postgresql
def test_transactions_sorted_over_sign_ins__after_the_shuffle_left_them__name_nobody(three_sent: RoleNames) -> None:
    before = _numbers(INBOX) | _numbers(DRAFT)
    with logged_in(three_sent.maintenance):
        assert shuffle() == (0, PEOPLE)
    [inbox], [tombstones] = _numbers(INBOX), _numbers(DRAFT)
    assert inbox == tombstones > max(before | _numbers("auth_user"))
    assert _named_rightly() <= 1  # all of them are given to the one who signed in last
    assert sorted(_author(bytes(row.sealed)) for row in InboxResponse.objects.all()) == [
        f"participant {number}" for number in range(PEOPLE)
    ]


@pytest.mark.postgresql
def test_transaction_of_the_only_one__after_a_stir__is_that_of_the_stir(roles: RoleNames) -> None:
    """It stands alone still; but whoever signs in between sending and stir may have sent it as well."""
    open_survey(small())
    _sign_in_and_send("first")
    User.objects.create_user("second", last_login=timezone.now())
    stir()
    assert min(_numbers(INBOX)) > max(_numbers("auth_user"))


def _fill(numbers: range) -> None:
    for number in numbers:
        InboxResponse(sealed=b"%d" % number).save(force_insert=True)
        Draft(pk=uuid.UUID(int=number), state=Draft.State.SENT, purge_hour=number).save(force_insert=True)


def _order(table: str, column: str, by: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} ORDER BY {by}")  # noqa: S608 - our own names
        return [int(bytes(value) if isinstance(value, bytes | memoryview) else value) for (value,) in cursor.fetchall()]


def _orders(table: str, column: str, by: str, change: Callable[[], object]) -> list[list[int]]:
    orders = []
    for _ in range(STIRS):
        _fill(range(ROWS))
        change()
        orders.append(_order(table, column, by))
        InboxResponse.objects.all().delete()
        Draft.objects.all().delete()
    return orders


def _stored() -> str:
    return "ctid" if connection.vendor == "postgresql" else "rowid"


@pytest.mark.django_db
@pytest.mark.parametrize(("table", "column"), [(INBOX, "sealed"), (DRAFT, "purge_hour")])
def test_stir__order_of_storage__does_not_follow_the_order_of_sending(table: str, column: str) -> None:
    """A false alarm once in ten million: the pairs are fair coins. Without a stir the order is kept, and found out."""
    assert not follows(_orders(table, column, _stored(), stir))
    assert follows(_orders(table, column, _stored(), lambda: None))


@pytest.mark.django_db
def test_stir__inbox__has_the_same_values_under_fresh_random_ids() -> None:
    _fill(range(ROWS))
    before = dict(InboxResponse.objects.values_list("pk", "sealed"))
    assert stir() == 2 * ROWS
    after = dict(InboxResponse.objects.values_list("pk", "sealed"))
    assert sorted(map(bytes, after.values())) == sorted(map(bytes, before.values()))
    assert not before.keys() & after.keys()
    assert {pk.version for pk in after} == {4}
    assert not SealedResponse.objects.exists()


@pytest.mark.django_db
def test_stir__tombstones_and_drafts__keep_all_that_they_say() -> None:
    _fill(range(ROWS))
    Draft(pk=uuid.uuid4(), sealed=b"open", purge_hour=9).save(force_insert=True)
    before = set(Draft.objects.values_list("pk", "state", "sealed", "purge_hour"))
    stir()
    assert set(Draft.objects.values_list("pk", "state", "sealed", "purge_hour")) == before


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_stir__open_draft__is_not_touched() -> None:
    Draft(pk=uuid.uuid4(), sealed=b"open", purge_hour=9).save(force_insert=True)
    before = _numbers(DRAFT)
    _fill(range(ROWS))
    stir()
    [rewritten] = _numbers(DRAFT) - before
    assert before <= _numbers(DRAFT)
    assert {rewritten} == _numbers(INBOX)


@pytest.mark.django_db
@pytest.mark.parametrize(("waiting", "moved"), [(0, 0), (1, 0), (LEAST_BATCH - 1, 0), (LEAST_BATCH, LEAST_BATCH)])
def test_shuffle__run_again_and_again__loses_nothing_and_moves_ten_as_before(waiting: int, moved: int) -> None:
    _fill(range(waiting))
    results = [shuffle() for _ in range(4)]
    assert results == [(moved, waiting - moved)] + [(0, waiting - moved)] * 3
    assert (InboxResponse.objects.count(), SealedResponse.objects.count()) == (waiting - moved, moved)
    assert Draft.objects.count() == waiting


@pytest.mark.django_db
def test_stir__nothing_there__does_nothing() -> None:
    assert stir() == 0


@pytest.mark.django_db(transaction=True)
def test_stir__killed_before_and_after_each_statement__keeps_every_row_and_tombstone() -> None:
    *killed, last = shuffler("stir_killed_at_each_statement", rows=ROWS)
    assert len(killed) >= 2 * 4  # two times two statements, and what a server needs beside them
    assert not last["killed"]
    assert {(each["killed"], each["lost"], each["doubled"], each["tombstones"]) for each in killed} == {
        (True, 0, 0, True)
    }
    assert (last["lost"], last["doubled"], last["moved"], last["tombstones"]) == (0, 0, 0, True)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_stir__people_sending_meanwhile__each_arrives_once_and_is_thanked(settings: Any) -> None:
    settings.SELFHELP_SURVEY = {**settings.SELFHELP_SURVEY, "SENDS_PER_MINUTE": 1000, "STARTS_PER_MINUTE": 1000}
    open_survey(small())
    people = [_on_check_page(f"words {number}") for number in range(12)]
    sending, stirs = threading.Event(), 0

    def send(respondent: Respondent) -> list[str]:
        cookie = respondent.cookie
        places = []
        for _ in range(3):  # two retries, with the cookie that the browser had before
            respondent.client.cookies[COOKIE] = cookie
            answer = respondent.post("check", {"go": "send"})
            assert answer.status_code == 303 or b"expired" in answer.content
            places.append(answer.headers.get("Location", "expired"))
        connection.close()
        return places

    def keep_stirring() -> int:
        count = 0
        while not sending.is_set():
            count += stir() > 0
        connection.close()
        return count

    with ThreadPoolExecutor(5) as pool:
        stirring = pool.submit(keep_stirring)
        try:
            places = list(pool.map(send, people))
        finally:
            sending.set()
        stirs = stirring.result()
    assert stirs > 0
    assert {each[0] for each in places} == {THANKS}
    assert {place for each in places for place in each} <= {THANKS, "expired"}
    assert sorted(str(each.answers["words"]) for each in received()) == sorted(f"words {n}" for n in range(12))
    assert Draft.objects.filter(state=Draft.State.SENT).count() == 12


@contextmanager
def _beside_the_rewriting(act: Callable[[], Any], results: list[Any]) -> Iterator[list[str]]:
    """Another connection does this while the stir has deleted the tombstones and not yet written them.

    The stir goes on as soon as the other one waits for it. Yields for what kinds of lock it waited.
    """
    kinds: list[str] = []
    with ThreadPoolExecutor(1) as pool:
        doing: list[Any] = []

        def in_thread() -> Any:
            try:
                return act()
            finally:
                connection.close()

        def wrapper(execute: Callable[..., Any], sql: str, *more: Any) -> Any:
            result = execute(sql, *more)
            if sql.startswith(TOMBSTONES_GO) and not doing:
                doing.append(pool.submit(in_thread))
                while not kinds and not doing[0].done():
                    kinds.extend(_waited_for())
            return result

        with connection.execute_wrapper(wrapper):
            yield kinds
        results.append(doing[0].result())


def _waited_for() -> list[str]:
    """The kinds of lock that others wait for this connection to let go.

    Not asked of pg_stat_activity, which stays the same for a whole transaction.
    """
    with connection.connection.cursor() as cursor:  # not through the wrapper
        cursor.execute(
            "select locktype from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))"
        )
        return [kind for (kind,) in cursor.fetchall()]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_retry__meeting_the_rewriting_of_its_own_tombstone__is_answered_and_stored_once() -> None:
    """It waits for the row, and READ COMMITTED then shows none: told "expired", where the moment after says thanks."""
    open_survey(small())
    respondent = _on_check_page("sent once")
    cookie = respondent.cookie
    respondent.send("check", go="send")
    answers: list[HttpResponse] = []

    def retry() -> HttpResponse:
        respondent.client.cookies[COOKIE] = cookie
        return respondent.post("check", {"go": "send"})

    with _beside_the_rewriting(retry, answers) as waited_for:
        stir()
    assert waited_for == ["transactionid"]  # it met the row, and did not come before or after
    assert answers[0].status_code == 200
    assert b"expired" in answers[0].content
    assert [response.answers["words"] for response in received()] == ["sent once"]
    assert retry()["Location"] == THANKS
    assert InboxResponse.objects.count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_purge__meeting_the_rewriting__takes_its_turn_and_deletes_for_good() -> None:
    """Had it waited at a row, the other could come to wait at a row of its: PostgreSQL would end one of the two."""
    _fill(range(ROWS))
    deleted: list[int] = []
    with _beside_the_rewriting(partial(purge, now=ROWS * 3600), deleted) as waited_for:
        stir()
    assert waited_for == ["advisory"]
    assert deleted == [ROWS]
    assert not Draft.objects.exists()
    assert InboxResponse.objects.count() == ROWS


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("leaving", "is_stirred"), [(collection._STIRS - 1, True), (collection._STIRS, False)])
def test_stir__somebody_leaves_between_its_statements__begins_anew_and_loses_nothing(
    leaving: int, is_stirred: bool
) -> None:
    _fill(range(ROWS))
    before = set(InboxResponse.objects.values_list("pk", flat=True))
    gone: list[int] = []

    def leave(number: int) -> None:
        Draft.objects.filter(pk=uuid.UUID(int=number)).delete()
        connection.close()

    def wrapper(execute: Callable[..., Any], sql: str, *more: Any) -> Any:
        if sql.startswith(TOMBSTONES_GO) and len(gone) < leaving:
            gone.append(len(gone))
            with ThreadPoolExecutor(1) as pool:
                pool.submit(leave, gone[-1]).result()
        return execute(sql, *more)

    with connection.execute_wrapper(wrapper):
        if is_stirred:
            assert stir() == ROWS + ROWS - leaving
        else:
            with pytest.raises(SurveyError, match="run it again"):
                stir()
    after = set(InboxResponse.objects.values_list("pk", flat=True))
    assert len(after) == ROWS
    assert (after == before) is not is_stirred
    assert sorted(Draft.objects.values_list("purge_hour", flat=True)) == list(range(leaving, ROWS))
