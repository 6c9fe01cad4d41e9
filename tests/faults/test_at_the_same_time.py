"""Several requests at once, several hosts in turn, and the timer that purges in between: one response each, whole."""

from __future__ import annotations

import itertools
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from tests.faults.background import at_once, in_background
from tests.faults.database_proxy import (
    COMMIT,
    DELETE_DRAFT,
    INSERT_RESPONSE,
    DatabaseProxy,
)
from tests.faults.production_site import Prepared, ProductionSite, production_site, wait_until
from tests.faults.visitor import Page, Visitor
from tests.journeys.demo_site import ROOT

TWICE = 20
EXPIRED = "This page has expired"


@pytest.fixture(scope="module")
def shared_site(
    prepared: Prepared, proxy: DatabaseProxy, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ProductionSite]:
    """A site with two hosts of two workers, which reach the database through the proxy."""
    folder = tmp_path_factory.mktemp("busy")
    with production_site(prepared, folder, hosts=2, socket_dir=proxy.folder) as running:
        yield running


def finals(visitor: Visitor, count: int) -> list[Page]:
    """The answers to this many identical final posts, sent at the same moment to both hosts."""
    fields = {"t": visitor.see("check").token, "go": "send"}
    hosts = itertools.islice(itertools.cycle(visitor.addresses), count)
    tabs = [visitor.copy(host) for host in hosts]
    return at_once([partial(tab.post, "check", fields) for tab in tabs])


# -- sending more than once ---------------------------------------------------------------------------------------


def test_send__twenty_identical_posts_at_once_on_two_hosts__one_response_and_everybody_is_thanked(
    site: ProductionSite, ready: Visitor
) -> None:
    answers = finals(ready, TWICE)
    assert [(answer.status, answer.step) for answer in answers] == [(303, "thanks")] * TWICE
    assert "Your answers were sent" in ready.follow(answers[-1]).text
    assert len(site.received()) == 1


def test_send__five_people_at_once__five_responses(site: ProductionSite) -> None:
    people = [site.visitor() for _ in range(5)]
    for number, person in enumerate(people):
        person.walk(words=f"of person {number}")
    answers = at_once([person.finish for person in people])
    assert {answer.step for answer in answers} == {"thanks"}
    words = sorted(str(response.answers["words"]) for response in site.received())
    assert words == [f"of person {number}" for number in range(5)]


def test_send__replayed_while_its_tombstone_stands__is_thanked_and_stores_no_second(
    site: ProductionSite, ready: Visitor
) -> None:
    kept, fields = ready.copy(), {"t": ready.see("check").token, "go": "send"}
    assert ready.post("check", fields).step == "thanks"
    assert kept.copy().post("check", fields).step == "thanks"
    assert len(site.received()) == 1


def test_send__replayed_after_the_purge_with_a_copied_cookie__is_told_it_expired_and_stores_no_second(
    site: ProductionSite, ready: Visitor
) -> None:
    kept, fields = ready.copy(), {"t": ready.see("check").token, "go": "send"}
    ready.post("check", fields)
    site.rows("UPDATE selfhelp_survey_draft SET purge_hour = 1")
    assert site.manage("survey_purge").returncode == 0
    answer = kept.post("check", fields)
    assert (answer.status, EXPIRED in answer.text, kept.cookies) == (200, True, {})
    assert len(site.received()) == 1


def test_send__older_row_put_back_before_sending__at_most_its_older_answers_are_sent_and_once(
    site: ProductionSite,
) -> None:
    visitor = site.visitor()
    visitor.walk(words="written first")
    ((older,),) = site.rows("SELECT sealed FROM selfhelp_survey_draft")
    visitor.send("second", words="written later", last=2)
    site.rows("UPDATE selfhelp_survey_draft SET sealed = %s", older)
    assert {answer.step for answer in finals(visitor, 4)} == {"thanks"}
    (response,) = site.received()
    assert response.answers["words"] == "written first"


def test_send__another_respondents_row_put_in_its_place__opens_nothing_and_sends_nothing(site: ProductionSite) -> None:
    mine, theirs = site.visitor(), site.visitor()
    theirs.walk(words="theirs")
    ((their_row,),) = site.rows("SELECT sealed FROM selfhelp_survey_draft")
    mine.walk(words="mine")
    site.rows("UPDATE selfhelp_survey_draft SET sealed = %s", their_row)
    answer = mine.post("check", {"go": "send"})
    assert EXPIRED in answer.text
    assert site.received() == []
    assert theirs.finish().step == "thanks"
    assert [response.answers["words"] for response in site.received()] == ["theirs"]


# -- two tabs -----------------------------------------------------------------------------------------------------


def test_two_tabs__different_pages_at_once__both_are_kept(site: ProductionSite) -> None:
    visitor = site.visitor()
    visitor.walk(words="to be changed", gate=1, last=1)
    first, second = (visitor.see(step) for step in ("first", "second"))
    for turn in range(1, 9):
        gate, words = 1 + turn % 3, f"round {turn}"
        at_once([
            partial(visitor.copy().post, "first", {"t": first.token, "go": "next", "gate": gate, "several": 2}),
            partial(visitor.copy().post, "second", {"t": second.token, "go": "next", "words": words, "last": 3}),
        ])  # fmt: skip
        shown = visitor.see("check").text
        assert words in shown
        assert visitor.see("first").form is not None
        assert f'name="gate" id="id_gate_{gate - 1}" value="{gate}" checked' in visitor.see("first").text
    assert visitor.finish().step == "thanks"
    (response,) = site.received()
    assert (response.answers["gate"], response.answers["words"], response.answers["last"]) == (3, "round 8", 3)


def test_two_tabs__same_page_at_once__one_of_them_wins_and_no_other_page_is_lost(site: ProductionSite) -> None:
    visitor = site.visitor()
    visitor.walk(gate=2)
    token = visitor.see("second").token
    words = [f"tab {number}" for number in range(6)]
    answers = at_once(
        [partial(visitor.copy().post, "second", {"t": token, "go": "next", "words": one}) for one in words]
    )
    assert {answer.step for answer in answers} == {"check"}
    visitor.finish()
    (response,) = site.received()
    assert response.answers["words"] in words
    assert response.answers["gate"] == 2


# -- several hosts ------------------------------------------------------------------------------------------------


def test_whole_survey__hosts_in_turn_and_a_rolling_restart_in_the_middle__is_received_once(
    site: ProductionSite,
) -> None:
    first, second = site.hosts
    visitor = site.visitor(entry="end")
    visitor.walk("using")
    first.reload()
    visitor.walk("words", start="using")
    second.reload()
    visitor.walk("check", start="words")
    assert visitor.finish().step == "thanks"
    assert len(site.received()) == 1


def test_whole_survey__one_host_stopped_in_the_middle__is_finished_on_the_other(site: ProductionSite) -> None:
    first, second = site.hosts
    visitor = site.visitor()
    visitor.walk("second")
    first.stop()
    try:
        left = visitor.copy(second.address)
        left.walk("check", start="second")
        assert left.finish().step == "thanks"
    finally:
        first.start()
    assert len(site.received()) == 1


def test_host_stopped__while_somebody_sends__answers_before_it_ends(
    site: ProductionSite, proxy: DatabaseProxy, ready: Visitor
) -> None:
    with proxy.holding(INSERT_RESPONSE, COMMIT) as hold, in_background(ready.finish) as sending:
        hold.wait()
        (serving,) = [host for host in site.hosts if hold.worker in host.worker_pids]
        assert serving.process is not None
        serving.process.terminate()
        hold.release()
        assert sending.result().step == "thanks"
    serving.stop()
    serving.start()
    assert len(site.received()) == 1


# -- the purge ----------------------------------------------------------------------------------------------------


def purging(site: ProductionSite) -> subprocess.Popen[bytes]:
    """The purge, under way."""
    return subprocess.Popen(
        site.managing("survey_purge"), cwd=ROOT, env=site.environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def make_due(site: ProductionSite) -> None:
    """Every row's hour has come, though its respondent is still there: the worst moment for a purge."""
    site.rows("UPDATE selfhelp_survey_draft SET purge_hour = 1")


def waiting_for_a_lock(site: ProductionSite) -> bool:
    """Whether somebody on the site's database waits for somebody else."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"
    return bool(site.rows(query, site.dbname)[0][0])


def test_purge__meets_a_send_that_has_not_committed__the_send_wins_whole(
    site: ProductionSite, proxy: DatabaseProxy, ready: Visitor
) -> None:
    make_due(site)
    with proxy.holding(INSERT_RESPONSE, COMMIT) as hold, in_background(ready.finish) as sending:
        hold.wait()
        purge = purging(site)
        wait_until(lambda: waiting_for_a_lock(site), "the purge at the locked row")
        hold.release()
        assert sending.result().step == "thanks"
    assert purge.wait(60) == 0
    assert len(site.received()) == 1
    assert site.rows("SELECT * FROM selfhelp_survey_draft") == []


def test_send__meets_a_purge_that_has_not_committed__the_purge_wins_and_nothing_is_stored(
    site: ProductionSite, proxy: DatabaseProxy, ready: Visitor
) -> None:
    make_due(site)
    with proxy.holding(DELETE_DRAFT, COMMIT) as hold:
        purge = purging(site)
        hold.wait()
        with in_background(ready.finish) as sending:
            wait_until(lambda: waiting_for_a_lock(site), "the send at the locked row")
            hold.release()
            answer = sending.result()
    assert purge.wait(60) == 0
    assert (answer.status, EXPIRED in answer.text, ready.cookies) == (200, True, {})
    assert site.received() == []


def test_page__meets_a_purge_that_has_chosen_its_row__is_kept(
    site: ProductionSite, proxy: DatabaseProxy, ready: Visitor
) -> None:
    make_due(site)
    with proxy.holding(DELETE_DRAFT) as hold:
        purge = purging(site)
        hold.wait()
        assert ready.send("second", words="still here", last=1).step == "check"  # its hour is put off by that
        hold.release()
    assert purge.wait(60) == 0
    assert ready.finish().step == "thanks"
    assert [response.answers["words"] for response in site.received()] == ["still here"]


def test_purge__while_many_send__everybody_is_thanked_and_stored_or_told_it_expired(site: ProductionSite) -> None:
    people = [site.visitor() for _ in range(16)]
    for person in people:
        person.walk()
    pages = [(person, {"t": person.see("check").token, "go": "send"}) for person in people]
    purge = purging(site)
    with ThreadPoolExecutor(4) as pool:
        make_due(site)
        answers = list(pool.map(lambda pair: pair[0].post("check", pair[1]), pages))
    assert purge.wait(60) == 0
    thanked = [answer for answer in answers if answer.step == "thanks"]
    assert len(thanked) == len(site.received())
    assert all(EXPIRED in answer.text for answer in answers if answer not in thanked)
