"""Workers and databases that die in the middle of a send or of a page: a retry stores one response, whole."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from tests.faults.background import CONNECTION_LOST, in_background
from tests.faults.database_proxy import (
    COMMIT,
    INSERT_DRAFT,
    INSERT_RESPONSE,
    UPDATE_DRAFT,
    DatabaseProxy,
    Hold,
)
from tests.faults.production_site import Prepared, ProductionSite, production_site
from tests.faults.visitor import WORDS, Page, Visitor

NOTHING_SAVED = "Nothing was saved just now"


@pytest.fixture(scope="module")
def shared_site(
    prepared: Prepared, proxy: DatabaseProxy, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ProductionSite]:
    """A site whose hosts reach the database through the proxy."""
    folder = tmp_path_factory.mktemp("killed")
    with production_site(prepared, folder, hosts=1, socket_dir=proxy.folder) as running:
        yield running


def kill(worker: int) -> None:
    """SIGKILL, as the system's out-of-memory killer sends it."""
    os.kill(worker, signal.SIGKILL)


def cut_off(site: ProductionSite, request: Callable[[], Page], hold: Hold) -> None:
    """The request reaches the hold, its worker is killed there, and no answer comes."""
    with in_background(request) as sending:
        hold.wait()
        assert hold.worker in site.hosts[0].worker_pids
        kill(hold.worker)
        hold.drop()
        with pytest.raises(CONNECTION_LOST):
            sending.result()


def assert_one_whole_response(site: ProductionSite) -> None:
    """What arrived is one response, with all that was answered; no draft holds it any more."""
    (response,) = site.received()
    assert dict(response.answers) == {
        "adult": 1, "consent": 1, "gate": 1, "several": (1,), "words": WORDS, "last": 1
    }  # fmt: skip
    assert site.drafts("open") == []
    assert [sealed for _, _, sealed, _ in site.drafts("sent")] == [None]


def test_send__worker_killed_before_commit__nothing_is_stored_and_the_retry_stores_one(
    site: ProductionSite, proxy: DatabaseProxy, ready: Visitor
) -> None:
    with proxy.holding(INSERT_RESPONSE, COMMIT) as hold:
        cut_off(site, ready.finish, hold)
    assert site.received() == []
    assert ready.finish().step == "thanks"
    assert_one_whole_response(site)


def test_send__worker_killed_between_commit_and_answer__the_retry_is_thanked_and_stores_no_second(
    site: ProductionSite, proxy: DatabaseProxy, ready: Visitor
) -> None:
    same_again = {"t": ready.see("check").token, "go": "send"}
    with proxy.holding(INSERT_RESPONSE, COMMIT, after=True) as hold:
        cut_off(site, partial(ready.post, "check", same_again), hold)
    assert_one_whole_response(site)
    assert ready.copy().post("check", same_again).step == "thanks"
    assert ready.see("check").step == "thanks"
    assert_one_whole_response(site)


def test_send__database_session_ended_between_draft_and_inbox__both_are_undone_and_the_retry_stores_one(
    site: ProductionSite, proxy: DatabaseProxy, ready: Visitor
) -> None:
    with proxy.holding(UPDATE_DRAFT, INSERT_RESPONSE) as hold, in_background(ready.finish) as sending:
        hold.wait()
        ended = site.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND state LIKE 'idle in%%'",
            site.dbname,
        )
        assert ended == [(True,)]
        hold.release()
        answer = sending.result()
    assert answer.status == 503
    assert NOTHING_SAVED in answer.text
    assert site.received() == []
    assert len(site.drafts("open")) == 1
    assert ready.finish().step == "thanks"
    assert_one_whole_response(site)


def test_send__database_killed_before_commit__the_retry_after_its_start_stores_one(
    site: ProductionSite, proxy: DatabaseProxy, ready: Visitor, prepared: Prepared
) -> None:
    with proxy.holding(INSERT_RESPONSE, COMMIT) as hold, in_background(ready.finish) as sending:
        hold.wait()
        prepared.postgres.kill()
        hold.release()
        assert sending.result().status == 503
        assert ready.post("check", {"go": "send"}).status == 503
        prepared.postgres.start()
    assert site.received() == []
    assert ready.post("check", {"go": "send"}).step == "thanks"
    assert_one_whole_response(site)


def test_send__database_killed_after_commit__the_retry_after_its_start_stores_no_second(
    site: ProductionSite, proxy: DatabaseProxy, ready: Visitor, prepared: Prepared
) -> None:
    with proxy.holding(INSERT_RESPONSE, COMMIT, after=True) as hold, in_background(ready.finish) as sending:
        hold.wait()
        prepared.postgres.kill()
        hold.drop()
        assert sending.result().status == 503
        prepared.postgres.start()
    assert ready.post("check", {"go": "send"}).step == "thanks"
    assert_one_whole_response(site)


@pytest.mark.parametrize("after", [False, True], ids=["before_commit", "after_commit"])
def test_page__worker_killed__sending_it_again_keeps_it_and_the_pages_before(
    site: ProductionSite, proxy: DatabaseProxy, after: bool
) -> None:
    visitor = site.visitor()
    visitor.walk("second")
    page = visitor.see("second")
    fields = {"t": page.token, "go": "next", **page.filled({"words": WORDS})}
    with proxy.holding(UPDATE_DRAFT, COMMIT, after=after) as hold:
        cut_off(site, partial(visitor.post, "second", fields), hold)
    assert visitor.post("second", fields).step == "check"
    visitor.finish()
    assert_one_whole_response(site)


@pytest.mark.parametrize("after", [False, True], ids=["before_commit", "after_commit"])
def test_first_page__worker_killed__sending_it_again_begins_a_draft_that_reaches_the_inbox(
    site: ProductionSite, proxy: DatabaseProxy, after: bool
) -> None:
    visitor = site.visitor()
    with proxy.holding(INSERT_DRAFT, COMMIT, after=after) as hold:
        cut_off(site, partial(visitor.send, "consent", adult=1, consent=1), hold)
    assert len(site.drafts("open")) == after  # without its cookie, nobody can open it; it waits to be purged
    visitor.walk(words=WORDS)
    visitor.finish()
    assert len(site.received()) == 1


def test_whole_host__killed_before_commit_and_started_again__the_retry_stores_one(
    site: ProductionSite, proxy: DatabaseProxy, ready: Visitor
) -> None:
    (host,) = site.hosts
    with proxy.holding(INSERT_RESPONSE, COMMIT) as hold, in_background(ready.finish) as sending:
        hold.wait()
        host.kill()
        hold.drop()
        with pytest.raises(CONNECTION_LOST):
            sending.result()
    host.start()
    assert ready.finish().step == "thanks"
    assert_one_whole_response(site)
