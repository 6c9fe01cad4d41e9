"""A whole exit survey on the onion address and on the open web, through two real hosts in turn; and other names."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from selfhelp_survey.core.response import Channel
from tests.faults.production_site import ProductionSite
from tests.faults.visitor import CLEAR, ONION, PREFIX, Page, Visitor

LONGEST_PATH = 16


@dataclass(frozen=True, kw_only=True)
class Way:
    """How a respondent comes, what cookie that means, and what the response says of it."""

    visitor: Callable[..., Visitor]
    cookie: str
    flags: frozenset[str]
    channel: Channel


def by_onion(site: ProductionSite) -> Way:
    """Over http to the onion address: the browser would not send a Secure cookie there."""
    flags = frozenset({"httponly", "samesite=strict", "path=/"})
    return Way(visitor=site.visitor, cookie="v", flags=flags, channel=Channel.ANONYMOUS)


def by_https(site: ProductionSite) -> Way:
    """Over https to the open web, through a proxy that says so."""
    flags = frozenset({"httponly", "secure", "samesite=strict", "path=/"})
    return Way(visitor=site.secure_visitor, cookie="__Host-v", flags=flags, channel=Channel.CLEAR)


def read_cookie(line: str) -> tuple[str, frozenset[str]]:
    """The name and the attributes of a Set-Cookie line, in small letters."""
    pair, *attributes = line.split(";")
    return pair.partition("=")[0], frozenset(part.strip().lower() for part in attributes)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("way_of", [by_onion, by_https], ids=["onion", "https"])
def test_whole_survey__in_each_language_and_way__is_received_once_with_the_cookie_of_that_way(
    site: ProductionSite, way_of: Callable[[ProductionSite], Way], language: str
) -> None:
    way = way_of(site)
    visitor = way.visitor(entry="end", language=language)
    begun = visitor.send("consent", c1_adult=1, c2_consent=1)
    assert [read_cookie(line) for line in begun.cookies_set] == [(way.cookie, way.flags)]
    visitor.walk(start=begun.step)
    sent = visitor.finish()
    assert (sent.step, visitor.cookies) == ("thanks", {})
    ((name, flags),) = [read_cookie(line) for line in sent.cookies_set]
    assert name == way.cookie
    assert way.flags - {"samesite=strict"} <= flags
    assert visitor.follow(sent).status == 200
    (response,) = site.received()
    assert (response.channel, response.language, response.entry) == (way.channel, language, "end")


def test_http__to_the_open_web__is_refused_and_sets_no_cookie(site: ProductionSite) -> None:
    visitor = site.visitor(host=CLEAR)
    for answer in (visitor.see(), visitor.post("consent", {"adult": 1, "consent": 1, "go": "next"})):
        assert (answer.status, answer.cookies_set) == (403, ())
    assert site.drafts() == []


def test_cookie__of_one_way__opens_nothing_on_the_other(site: ProductionSite) -> None:
    onion = site.visitor()
    onion.walk("second", words="of the onion")
    clear = site.secure_visitor(cookies={"v": onion.cookies["v"]})
    assert clear.see("second").location.endswith("/short/")


# -- Host ---------------------------------------------------------------------------------------------------------

FOREIGN = ("evil.test", f"{ONION}.evil.test", f"evil.{ONION}", f"{CLEAR}@evil.test", f"evil.test/{CLEAR}", "", "[::1")


def assert_nothing_reflected(answer: Page) -> None:
    """No word of the foreign name, in the page or any header."""
    assert "evil" not in answer.text
    assert not any("evil" in value for value in answer.headers.values())
    assert answer.cookies_set == ()


@pytest.mark.parametrize("name", FOREIGN)
@pytest.mark.parametrize("path", [f"{PREFIX}/en/short/", f"{PREFIX}/en/short", f"{PREFIX}/en/short/leave/"])
def test_host__not_the_sites_own__is_400_and_reflected_nowhere(site: ProductionSite, name: str, path: str) -> None:
    visitor = site.visitor(host=name)
    for answer in (visitor.request("GET", path), visitor.request("POST", path, "adult=1&consent=1&go=next")):
        assert answer.status == 400
        assert_nothing_reflected(answer)
    assert site.drafts() == []


@pytest.mark.parametrize("header", ["X-Forwarded-Host", "Forwarded", "X-Host", "X-Original-Host", "X-Forwarded-Server"])
def test_forwarded_host__beside_the_sites_own__is_not_believed(site: ProductionSite, header: str) -> None:
    value = "host=evil.test" if header == "Forwarded" else "evil.test"
    visitor = site.visitor(headers={header: value})
    begun = visitor.send("consent", adult=1, consent=1)
    assert begun.step == "first"
    assert begun.location.startswith(f"{PREFIX}/")
    for answer in (begun, visitor.follow(begun), visitor.see("help"), visitor.leave()):
        assert_nothing_reflected(answer) if not answer.cookies_set else None
        assert "evil" not in answer.text + str(answer.headers)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_absolute_address__of_another_site__is_reflected_nowhere(site: ProductionSite, scheme: str) -> None:
    answer = site.visitor().request("GET", f"{scheme}://evil.test{PREFIX}/en/short")
    assert answer.status in {301, 400, 404}
    assert_nothing_reflected(answer)


def test_two_host_headers__are_refused_or_nothing_is_reflected(site: ProductionSite) -> None:
    connection = http.client.HTTPConnection(site.hosts[0].address, timeout=30)
    connection.putrequest("GET", f"{PREFIX}/en/short/", skip_host=True)
    for name in (ONION, "evil.test"):
        connection.putheader("Host", name)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    assert answer.status == 400
    assert "evil" not in body
