"""Oversized, malformed and stalling requests at a real web server: no failure, nothing stored, others go on.

What gunicorn refuses by itself never reaches the survey; what reaches it is answered by the survey's own pages.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from tests.faults.production_site import Prepared, ProductionSite, production_site
from tests.faults.visitor import ONION, PREFIX, URLENCODED, Page, Visitor

CONSENT = f"{PREFIX}/en/short/consent/"
PLAIN = {"adult": "1", "consent": "1", "go": "next"}
REFUSED = {400, 403, 408, 411, 413, 414, 415, 431, 501}
TIMEOUT_SECONDS = 4
MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def shared_site(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProductionSite]:
    """A site whose server soon gives a stalling client up."""
    with production_site(prepared, tmp_path_factory.mktemp("hostile"), hosts=0) as running:
        running.add_host(workers=2, options=("--timeout", str(TIMEOUT_SECONDS)))
        yield running


@pytest.fixture
def begun(site: ProductionSite) -> Visitor:
    """Somebody on the page with a text, with the token at hand."""
    visitor = site.visitor()
    visitor.walk("second", words="kept")
    return visitor


def assert_unharmed(site: ProductionSite, before: tuple[int, ...], kept: object = ()) -> None:
    """The same workers live, nothing is stored, and a whole survey can be sent."""
    assert site.hosts[0].worker_pids == before
    assert site.received() == []
    newcomer = site.visitor()
    newcomer.walk()
    assert newcomer.finish().step == "thanks"


def with_headers_of_the_survey(answer: Page) -> bool:
    """Whether the survey itself answered, with its headers."""
    return answer.headers.get("Referrer-Policy") == "same-origin"


# -- too much -----------------------------------------------------------------------------------------------------

TOO_MUCH = {
    "3 MB": (urlencode({**PLAIN, "words": "a" * 3 * MEGABYTE}), 413),
    "1,100 fields": (urlencode({**PLAIN, **{f"field{number}": "1" for number in range(1100)}}), 413),
    "100,000 &": ("adult=1&consent=1&go=next" + "&" * 100_000, None),
    "100,000 fields": ("&".join(f"f{number}=1" for number in range(100_000)), 413),
}


@pytest.mark.parametrize("case", TOO_MUCH)
def test_body__too_much__is_a_calm_page_and_keeps_nothing(site: ProductionSite, case: str) -> None:
    body, status = TOO_MUCH[case]
    workers = site.hosts[0].worker_pids
    visitor = site.visitor()
    answer = visitor.request("POST", CONSENT, body)
    assert with_headers_of_the_survey(answer)
    if status is not None:
        assert (answer.status, answer.cookies_set, site.drafts()) == (status, (), [])
    else:
        assert answer.status < 500  # separators alone hold nothing: taken as the three fields, or refused
    site.empty()
    assert_unharmed(site, workers)


def test_body__too_much_in_the_middle__leaves_what_was_kept(site: ProductionSite, begun: Visitor) -> None:
    token = begun.see("second").token
    begun.post("second", {"t": token, "go": "next", "words": "kept", "last": 1})
    answer = begun.post("second", {"t": token, "go": "next", "words": "a" * 3 * MEGABYTE})
    assert (answer.status, begun.cookies) != (200, {})
    assert answer.status == 413
    assert "Nothing of it was saved" in answer.text
    assert begun.finish().step == "thanks"
    assert [response.answers["words"] for response in site.received()] == ["kept"]


@pytest.mark.parametrize(
    "headers",
    [{"X-Filler": "a" * 65_536}, {"Cookie": "v=" + "a" * 65_536}, {f"X-{number}": "1" for number in range(200)}],
    ids=["64 KB", "64 KB cookie", "200 headers"],
)
def test_headers__too_much__are_refused_and_no_worker_falls(site: ProductionSite, headers: dict[str, str]) -> None:
    workers = site.hosts[0].worker_pids
    assert site.visitor().request("GET", CONSENT, **headers).status in REFUSED
    assert site.visitor().request("POST", CONSENT, urlencode(PLAIN), **headers).status in REFUSED
    assert site.drafts() == []
    assert_unharmed(site, workers)


def test_address__too_long__is_refused(site: ProductionSite) -> None:
    workers = site.hosts[0].worker_pids
    assert site.visitor().request("GET", f"{CONSENT}?{'a' * 65_536}").status in REFUSED
    assert_unharmed(site, workers)


# -- of another kind ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "", "application/x-www-form-urlencoded\t;;=", "multipart/form-data", "é"]
)
def test_body__of_another_kind__is_415_and_keeps_nothing(site: ProductionSite, kind: str) -> None:
    workers = site.hosts[0].worker_pids
    body = '{"adult": 1, "consent": 1}' if kind == "application/json" else urlencode(PLAIN)
    answer = site.visitor().request("POST", CONSENT, body, **{"Content-Type": kind})
    assert answer.status == 415 or (URLENCODED in kind and answer.status == 303)
    assert with_headers_of_the_survey(answer)
    site.empty()
    assert_unharmed(site, workers)


def spoken(site: ProductionSite, said: bytes, *, more: bytes = b"", ends: bool = False) -> bytes:
    """Everything the server answers to these bytes, until it hangs up."""
    host, port = site.hosts[0].address.split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(said + more)
        if ends:
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        with contextlib.suppress(ConnectionResetError):
            while part := connection.recv(65536):
                answer += part
        return answer


def status_of(answer: bytes) -> int:
    """The status of a raw answer; 0 where the server hung up without one."""
    return int(answer.split(b" ", 2)[1]) if answer else 0


def raw_post(*lines: str, step: str = "consent", body: str = "") -> bytes:
    """A post of a page as bytes, with these header lines."""
    start = (
        f"POST {PREFIX}/en/short/{step}/ HTTP/1.1",
        f"Host: {ONION}",
        f"Origin: http://{ONION}",
        f"Content-Type: {URLENCODED}",
    )
    return ("\r\n".join((*start, *lines)) + "\r\n\r\n" + body).encode()


def in_chunks(body: str) -> str:
    """The body in one chunk and an end."""
    return f"{len(body):x}\r\n{body}\r\n0\r\n\r\n"


def test_body__in_chunks__is_refused_and_does_not_empty_the_page(site: ProductionSite, begun: Visitor) -> None:
    fields = {"t": begun.see("second").token, "go": "next", "words": "kept", "last": 1}
    begun.post("second", fields)
    said = raw_post(
        "Transfer-Encoding: chunked",
        f"Cookie: v={begun.cookies['v']}",
        step="second",
        body=in_chunks(urlencode(fields)),
    )
    assert status_of(spoken(site, said)) == 415
    assert begun.finish().step == "thanks"
    assert [response.answers["words"] for response in site.received()] == ["kept"]


@pytest.mark.parametrize(
    ("lines", "body"),
    [
        (("Transfer-Encoding: chunked",), "zz\r\nnot a number\r\n0\r\n\r\n"),
        (("Transfer-Encoding: chunked", "Content-Length: 5"), "0\r\n\r\n"),
        (("Content-Length: -1",), "adult=1"),
        (("Content-Length: seven",), "adult=1"),
        (("Content-Length: 7", "Content-Length: 900"), "adult=1"),
        (("Transfer-Encoding: gzip",), "adult=1"),
        (("Content-Length: 7", "X\x00Y: 1"), "adult=1"),
    ],
)
def test_length__not_to_be_made_sense_of__no_failure_and_nothing_kept(
    site: ProductionSite, lines: tuple[str, ...], body: str
) -> None:
    workers = site.hosts[0].worker_pids
    answer = spoken(site, raw_post(*lines, body=body), ends=True)
    assert status_of(answer) in REFUSED | {0}
    assert site.drafts() == []
    assert_unharmed(site, workers)


def test_length__shorter_than_the_body__takes_no_more_than_announced(site: ProductionSite) -> None:
    body = urlencode(PLAIN)
    answer = spoken(site, raw_post("Content-Length: 7", "Connection: close", body=body), ends=True)
    assert (status_of(answer), b"/short/consent/" in answer) == (303, True)  # consent was not heard: the same page


def test_body__ends_before_the_announced_length__is_refused_and_the_page_stays_whole(
    site: ProductionSite, begun: Visitor
) -> None:
    fields = {"t": begun.see("second").token, "go": "next", "words": "kept", "last": 1}
    begun.post("second", fields)
    body = urlencode({**fields, "words": "kept no more than hal"})
    cookie = f"Cookie: v={begun.cookies['v']}"
    answer = spoken(site, raw_post("Content-Length: 5000", cookie, step="second", body=body), ends=True)
    assert status_of(answer) in {400, 0}
    assert begun.finish().step == "thanks"
    assert [response.answers["words"] for response in site.received()] == ["kept"]


# -- stalling -----------------------------------------------------------------------------------------------------


@pytest.fixture
def strained(site: ProductionSite) -> Iterator[ProductionSite]:
    """The site; the next test finds two workers that nobody is about to give up."""
    yield site
    site.hosts[0].reload()


@contextlib.contextmanager
def stalling(site: ProductionSite, said: bytes) -> Iterator[socket.socket]:
    """A client that says this much and then nothing, holding its connection."""
    host, port = site.hosts[0].address.split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(said)
        yield connection


@pytest.mark.parametrize(
    "said",
    [f"POST {CONSENT} HTTP/1.1\r\nHost: {ONION}\r\nX-".encode(), raw_post("Content-Length: 5000", body="adult=1&")],
    ids=["in its headers", "in its body"],
)
def test_client__stalling__holds_nobody_else_up_and_is_given_up(strained: ProductionSite, said: bytes) -> None:
    with stalling(strained, said) as stalled:
        other = strained.visitor()
        other.walk()
        assert other.finish().step == "thanks"
        with contextlib.suppress(ConnectionResetError):
            while stalled.recv(65536):  # until the server has hung up
                pass
    strained.hosts[0].wait_until_it_answers()
    assert len(strained.received()) == 1
    assert strained.drafts("open") == []


def test_clients__stalling_on_every_worker__are_given_up_and_the_next_one_is_served(strained: ProductionSite) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(stalling(strained, raw_post("Content-Length: 5000", body="adult=1&")))
        patient = strained.visitor()  # waits in the queue: without a buffering proxy, two clients stop two workers
        patient.walk()
        assert patient.finish().step == "thanks"
    assert len(strained.received()) == 1
