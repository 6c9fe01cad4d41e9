"""What order can be read where: of storage, of ids, of transactions (T-45, T-46, T-47)."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable

import pytest
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from selfhelp_survey import collection
from selfhelp_survey.collection import shuffle
from selfhelp_survey.models import Draft, Entry, InboxResponse, SealedResponse
from tests.django.instruments import small
from tests.django.storage.database_roles import RoleNames, logged_in
from tests.django.storage.rank_order import chance_of, follows, largest_mean_by_chance, spearman
from tests.django.survey_site import Respondent, open_survey

ROWS, SHUFFLES = 30, 20
INBOX, SEALED = "selfhelp_survey_inboxresponse", "selfhelp_survey_sealedresponse"


def _send(count: int, *, first: int = 0) -> None:
    for number in range(first, first + count):
        InboxResponse(sealed=b"%d " % number + random.randbytes(4000)).save(force_insert=True)  # noqa: S311 - filler


def _order(table: str, by: str) -> list[int]:
    """The numbers of the responses, in the order of a column, a hidden one included."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT sealed FROM {table} ORDER BY {by}")  # noqa: S608 - our own names
        return [int(bytes(sealed).split(b" ", 1)[0]) for (sealed,) in cursor.fetchall()]


def _stored() -> str:
    return "ctid" if connection.vendor == "postgresql" else "rowid"


def _copy_in_order() -> None:
    """What a naive shuffle would do: fresh ids, and the rows as they come."""
    rows = sorted(InboxResponse.objects.all(), key=lambda row: int(bytes(row.sealed).split(b" ", 1)[0]))
    SealedResponse.objects.bulk_create(SealedResponse(sealed=row.sealed) for row in rows)
    InboxResponse.objects.all().delete()


def _orders_after(move: Callable[[], object], by: str) -> list[list[int]]:
    orders = []
    for _ in range(SHUFFLES):
        _send(ROWS)
        move()
        orders.append(_order(SEALED, by))
        SealedResponse.objects.all().delete()
    return orders


@pytest.mark.django_db
@pytest.mark.parametrize("hidden", [True, False])
def test_shuffle__order_of_storage_and_of_ids__does_not_follow_the_order_of_sending(hidden: bool) -> None:
    orders = _orders_after(shuffle, _stored() if hidden else "id")
    mean = sum(map(spearman, orders)) / len(orders)
    assert not follows(orders)
    assert abs(mean) < largest_mean_by_chance(rows=ROWS, orders=SHUFFLES)


@pytest.mark.django_db
def test_naive_shuffle__order_of_storage__is_found_out() -> None:
    orders = _orders_after(_copy_in_order, _stored())
    assert {spearman(order) for order in orders} == {1.0}
    assert largest_mean_by_chance(rows=ROWS, orders=SHUFFLES) < 0.5
    assert follows(orders)


def _orders_of_three_days() -> list[list[int]]:
    orders = []
    for _ in range(SHUFFLES):
        for day in range(3):
            _send(ROWS // 3, first=day * ROWS // 3)
            shuffle()
        orders.append(_order(SEALED, _stored()))
        SealedResponse.objects.all().delete()
    return orders


@pytest.mark.django_db
def test_shuffle__three_days__do_not_show_which_day_came_first() -> None:
    assert not follows(_orders_of_three_days())


@pytest.mark.django_db
def test_shuffle_that_mixes_nothing_in__three_days__are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collection, "MIXED_IN", 0)
    assert follows(_orders_of_three_days())


@pytest.mark.django_db
def test_shuffle__rows_mixed_in__keep_id_and_value() -> None:
    _send(10)
    shuffle()
    before = {row.pk: bytes(row.sealed) for row in SealedResponse.objects.all()}
    _send(10, first=10)
    shuffle()
    after = {row.pk: bytes(row.sealed) for row in SealedResponse.objects.all()}
    assert len(after) == 20
    assert before.items() <= after.items()


@pytest.mark.django_db
def test_inbox__order_of_storage__follows_the_order_of_sending() -> None:
    """Why nobody but the shuffle reads it, and why the shuffle runs daily."""
    _send(200)
    assert spearman(_order(INBOX, _stored())) == 1.0
    assert not follows([_order(INBOX, "id")])


@pytest.mark.parametrize(("in_order", "chance"), [(0, 2 / 1024), (5, 1.0), (10, 2 / 1024), (9, 22 / 1024)])
def test_chance__of_ten_coins__is_exact(in_order: int, chance: float) -> None:
    assert chance_of(in_order, 10) == chance


@pytest.mark.django_db
def test_ids__of_every_row__are_random_ones() -> None:
    _send(200)
    ids = list(InboxResponse.objects.values_list("pk", flat=True))
    shuffle()
    ids += SealedResponse.objects.values_list("pk", flat=True)
    assert {(one.version, one.variant) for one in ids} == {(4, "specified in RFC 4122")}
    assert len({one.hex[:8] for one in ids}) > 395  # a prefix of time would repeat itself


def _transactions() -> dict[str, dict[str, list[str]]]:
    """Every row of the database by its `xmin`: transaction -> table -> places. System tables are left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select tables.oid::regclass::text from pg_class tables join pg_namespace n on n.oid = relnamespace"
            " where relkind in ('r', 't') and nspname in ('public', 'pg_toast')"
        )
        found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for (table,) in cursor.fetchall():
            cursor.execute(f"select xmin::text, ctid::text from {table}")  # noqa: S608 - names from the catalogue
            for transaction, place in cursor.fetchall():
                found[transaction][table].append(place)
    return found


def _beside(table: str) -> set[tuple[str, int]]:
    """The tables that share a transaction with rows of this one, with the number of such rows of this one."""
    toast = _toast_of(table)
    return {
        (other, len(places[table]))
        for places in _transactions().values() if table in places
        for other in places if other not in {table, toast}
    }  # fmt: skip


def _toast_of(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("select reltoastrelid::regclass::text from pg_class where oid = %s::regclass", [table])
        return str(cursor.fetchone()[0])


def _programme_user(number: int) -> None:
    """Somebody who is logged in to the programme's site, and completes the survey."""
    user = User.objects.create_user(f"participant {number}")
    respondent = Respondent()
    respondent.client.force_login(user)
    respondent.client.get("/en/", secure=True)
    respondent.consent()
    respondent.send("first", gate=1, several=[1, 2])
    respondent.send("opened", go="finish", words=f"words {number}")
    assert respondent.send("check", go="send").status_code == 303


def _noted(number: int) -> None:
    kind = ContentType.objects.get_for_model(Entry)
    LogEntry.objects.create(user=User.objects.all()[number], content_type=kind, object_id="end", object_repr="end",
                            action_flag=ADDITION, change_message="")  # fmt: skip


@pytest.mark.postgresql
def test_transactions__after_logged_in_people_completed_it__pair_nobody_with_a_response(roles: RoleNames) -> None:
    open_survey(small())
    with logged_in(roles.web):
        for number in range(12):
            _programme_user(number)
            _noted(number)
    assert _beside(INBOX) == {("selfhelp_survey_draft", 1)}  # found out: the query sees what there is to see
    with logged_in(roles.maintenance):
        shuffle()
    assert _beside(SEALED) == set()
    sizes = [len(places[SEALED]) for places in _transactions().values() if SEALED in places]
    assert sizes == [12]
    assert Draft.objects.filter(state=Draft.State.SENT).count() == 12


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_transactions__rows_of_several_batches__share_one() -> None:
    for day in range(3):
        _send(10 + day)
        shuffle()
        assert [len(places[SEALED]) for places in _transactions().values() if SEALED in places] == [
            sum(range(10, 11 + day))
        ]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_large_values__numbers_of_their_parts__follow_the_shuffled_order_only() -> None:
    """PostgreSQL keeps values beyond 2 KB in parts, under numbers that count up."""
    toast, orders = _toast_of(SEALED), []
    for _ in range(SHUFFLES // 2):
        _send(ROWS)
        shuffle()
        with connection.cursor() as cursor:
            cursor.execute(f"select chunk_id, chunk_data from {toast} where chunk_seq = 0 order by 1")  # noqa: S608
            parts = [bytes(data).split(b" ", 1)[0] for _, data in cursor.fetchall()]
        assert len(parts) == ROWS
        orders.append([int(number) for number in parts])
        SealedResponse.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(f"vacuum {SEALED}")
    assert not follows(orders)


def _bytes_in_files(table: str) -> int:
    """The size of a table and of its large values, without indexes, as files."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_relation_size(%s::regclass) + pg_relation_size(%s::regclass)",
                       [table, _toast_of(table)])  # fmt: skip
        return int(cursor.fetchone()[0])


@pytest.mark.postgresql
def test_wipe__by_somebody_who_may__leaves_nothing_in_the_files_of_the_inbox(roles: RoleNames) -> None:
    _send(12)
    with logged_in(roles.maintenance), connection.cursor() as cursor:
        cursor.execute("select current_setting('server_version_num')::integer >= 170000")
        may_wipe = cursor.fetchone()[0]
        shuffle()
    assert (_bytes_in_files(INBOX) == 0) is may_wipe
    _send(12)
    shuffle()  # as the owner
    assert _bytes_in_files(INBOX) == 0
    assert _bytes_in_files(SEALED) > 24 * 4000


def test_orders__reversed__is_found_out_too() -> None:
    assert follows([list(reversed(range(ROWS)))] * 2)
