"""Hosts whose clocks disagree: by minutes nothing is lost early, by days nothing fails."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.production_site import Host, Prepared, ProductionSite, production_site

MINUTE, HOUR, DAY = 60, 3600, 86_400
SKEW = 15 * MINUTE
"""The largest difference between the clocks of a site's hosts at which nothing may be lost early."""
PAUSE = 2 * HOUR
"""The pause a respondent gets who chooses none."""
EXPIRED = "This page has expired"
Hosts = dict[int, Host]


@pytest.fixture(scope="module")
def shared_site(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProductionSite]:
    """A site with hosts of several clocks on one database."""
    with production_site(prepared, tmp_path_factory.mktemp("clocks"), hosts=0) as running:
        yield running


@pytest.fixture(scope="module")
def hosts(shared_site: ProductionSite) -> Hosts:
    """A host for each clock, by the seconds that it is ahead of this machine."""
    return {ahead: _host(shared_site, ahead) for ahead in (0, SKEW, -SKEW, PAUSE - MINUTE, 2 * DAY, -2 * DAY)}


def _host(site: ProductionSite, ahead: int) -> Host:
    environment = {"SELFHELP_TEST_SKEW": str(ahead)}
    return site.add_host(workers=1, application="tests.faults.skewed", environment=environment)


def purge(site: ProductionSite, *, ahead: int) -> None:
    """The purge on a machine whose clock is this much ahead."""
    done = site.run("tests.faults.skewed", "survey_purge", SELFHELP_TEST_SKEW=str(ahead))
    assert done.returncode == 0, done.stderr


def test_whole_survey__on_hosts_a_quarter_of_an_hour_apart_in_turn__is_received_once(
    site: ProductionSite, hosts: Hosts
) -> None:
    visitor = site.visitor(addresses=[hosts[ahead].address for ahead in (SKEW, 0, -SKEW)])
    visitor.walk(words="kept")
    assert visitor.finish().step == "thanks"
    assert [response.answers["words"] for response in site.received()] == ["kept"]


def test_purge__clock_a_quarter_of_an_hour_ahead_in_the_last_minute_of_the_pause__leaves_the_draft(
    site: ProductionSite, hosts: Hosts
) -> None:
    visitor = site.visitor(addresses=[hosts[0].address])
    visitor.walk(words="kept")
    purge(site, ahead=PAUSE - MINUTE + SKEW)
    later = visitor.copy(hosts[PAUSE - MINUTE].address)  # the right clock, one minute before the pause ends
    assert later.finish().step == "thanks"
    assert [response.answers["words"] for response in site.received()] == ["kept"]


def test_purge__clock_a_quarter_of_an_hour_behind__deletes_within_three_hours_of_the_pause(
    site: ProductionSite, hosts: Hosts
) -> None:
    site.visitor(addresses=[hosts[0].address]).walk()
    purge(site, ahead=PAUSE + 3 * HOUR - SKEW)
    assert site.drafts() == []


def test_pause__over_on_this_host__opens_nothing_though_the_row_still_stands(
    site: ProductionSite, hosts: Hosts
) -> None:
    visitor = site.visitor(addresses=[hosts[0].address])
    visitor.walk()
    ahead = visitor.copy(hosts[2 * DAY].address)
    assert EXPIRED in ahead.see("check").text
    assert ahead.cookies == {}
    assert len(site.drafts()) == 1  # reading deletes nothing: on the right clock it is still there
    assert visitor.finish().step == "thanks"


@pytest.mark.parametrize("ahead", [2 * DAY, -2 * DAY])
def test_whole_survey__on_a_host_two_days_off__is_received_once(site: ProductionSite, hosts: Hosts, ahead: int) -> None:
    visitor = site.visitor(addresses=[hosts[ahead].address])
    visitor.walk()
    assert visitor.finish().step == "thanks"
    assert len(site.received()) == 1


@pytest.mark.parametrize("ahead", [2 * DAY, -2 * DAY])
def test_clock__jumps_two_days_in_the_middle__goes_on_or_says_it_expired(
    site: ProductionSite, hosts: Hosts, ahead: int
) -> None:
    for first, then in ((0, ahead), (ahead, 0)):
        site.empty()
        visitor = site.visitor(addresses=[hosts[first].address])
        token = visitor.walk("second").token
        jumped = visitor.copy(hosts[then].address)
        answer = jumped.post("second", {"t": token, "go": "next", "words": "after the jump"})
        assert answer.step == "check" or (answer.status == 200 and EXPIRED in answer.text)
        sent = jumped.finish()
        assert sent.status < 500
        assert len(site.received()) == (sent.step == "thanks")
    for host in hosts.values():
        assert "failed" not in host.log.read_text()
