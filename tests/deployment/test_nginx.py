"""nginx in front of gunicorn by the guide: the survey works, and no log knows of it. With a log, it knows days only."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.deployment.deployed_site import DeployedSite, running_gunicorn
from tests.deployment.guide import put_in_place, text_of
from tests.deployment.proxy import Proxy, running_nginx
from tests.faults.visitor import CLEAR, WORDS, Visitor

AGENT = "Browser-of-ZQX/7701"
TRACES = (re.compile(r"feedback"), re.compile(r"(?<!listen )127\.0\.0\.1"), re.compile(AGENT), re.compile(CLEAR))
OVERLONG = b"GET /feedback/" + b"x" * 9_000 + b" HTTP/1.1\r\nHost: survey.example.org\r\n\r\n"
BROKEN = b"GET /feedback/en/ZQX HTTP/9\r\n\r\n"
LOGGED = "access_log /var/log/nginx/survey.log survey buffer=64k flush=60m;"
LINE = re.compile(r"\d{4}-\d\d-\d\d (?:GET /feedback/|POST /feedback/|GET /nowhere|- -) \d{3}")


def traces_in(text: str) -> list[str]:
    """What a log tells of a visit: an address of the survey or of a visitor, a browser, the host name."""
    return [pattern.pattern for pattern in TRACES if pattern.search(text)]


def go_through(visitor: Visitor) -> None:
    """Somebody walks the whole survey and sends it, pressing once more where the site takes them for a machine."""
    visitor.walk(words=WORDS)
    steps = [visitor.finish().step for _ in range(2)]
    assert "thanks" in steps, steps


def ask_badly(proxy: Proxy) -> list[int]:
    """Requests that nginx itself answers: the first line too long, or broken, and a body too large."""
    visitor = proxy.visitor(headers={"User-Agent": AGENT})
    answers = [proxy.say(OVERLONG), proxy.say(BROKEN)]
    found = [int(match[1]) for each in answers if (match := re.match(rb"HTTP/1\.1 (\d+)", each))]
    with contextlib.suppress(OSError):
        found.append(visitor.request("POST", visitor.path("consent"), b"x" * 300_000).status)
    return found


@dataclass(frozen=True, kw_only=True)
class Visited:
    """nginx as shipped and still running, and the log that an obliged host's nginx has written when it ended."""

    proxy: Proxy
    arrived: object
    early: str
    logged: str
    elsewhere: str


@pytest.fixture(scope="module")
def visited(site: DeployedSite) -> Iterator[Visited]:
    """Both, after whole surveys, bad requests, and requests while gunicorn is gone."""
    site.rows("DELETE FROM selfhelp_survey_inboxresponse")
    obliging = text_of("nginx.conf").replace("access_log off;", LOGGED)
    assert obliging.count(LOGGED) == 2
    with running_nginx(site, "nginx", server=text_of("nginx.conf")) as proxy:
        obliged = running_nginx(site, "obliged", server=obliging, conf=text_of("nginx-access-log.conf"))
        with obliged as other:
            with running_gunicorn(site):
                go_through(proxy.visitor(entry="end", headers={"User-Agent": AGENT}))
                go_through(proxy.onion_visitor())
                go_through(other.visitor(headers={"User-Agent": AGENT, "Referer": "https://elsewhere.example/ZQX"}))
                assert [ask_badly(each)[:2] for each in (proxy, other)] == [[414, 505]] * 2
                other.visitor().request("GET", "/nowhere?word=ZQX")
            assert [each.visitor(headers={"User-Agent": AGENT}).see().status for each in (proxy, other)] == [502, 502]
            early = (other.log / "survey.log").read_text("utf-8")
        logged = (other.log / "survey.log").read_text("utf-8")
        elsewhere = other.written.replace(logged, "")
        arrived = site.rows("SELECT count(*) FROM selfhelp_survey_inboxresponse")[0][0]
        yield Visited(proxy=proxy, arrived=arrived, early=early, logged=logged, elsewhere=elsewhere)


def test_nginx__as_shipped__lets_whole_surveys_through(visited: Visited) -> None:
    assert visited.arrived == 3


def test_nginx__as_shipped__writes_not_one_trace_of_a_visit(site: DeployedSite, visited: Visited) -> None:
    assert traces_in(visited.proxy.written) == []
    assert traces_in((site.root / "gunicorn.log").read_text("utf-8")) == []
    assert visited.proxy.left_behind == []


def test_nginx__as_shipped__leads_from_http_to_https_and_elsewhere_to_the_site(visited: Visited) -> None:
    plain = Visitor(addresses=(f"127.0.0.1:{visited.proxy.http_port}",), host=CLEAR)
    assert plain.see().headers["Location"] == f"https://{CLEAR}/feedback/en/short/"


def test_search__logs_switched_on__finds_every_trace(site: DeployedSite) -> None:
    careless = re.sub(r" *(?:access_log off|error_log /dev/null emerg);\n", "", text_of("nginx.conf"))
    with running_nginx(site, "careless", server=careless) as proxy:
        proxy.visitor(headers={"User-Agent": AGENT}).see()
        proxy.say(OVERLONG)
        assert traces_in(proxy.written) == [pattern.pattern for pattern in TRACES]


def test_access_log__that_the_law_obliges_to__tells_the_day_the_prefix_and_the_status(visited: Visited) -> None:
    lines = visited.logged.splitlines()
    assert len(lines) > 10
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    assert {line.rsplit(" ", 1)[1] for line in lines} >= {"200", "303", "413", "414", "502", "505"}


def test_access_log__that_the_law_obliges_to__holds_nothing_of_who_or_where(visited: Visited) -> None:
    for trace in ("127.0.0.1", AGENT, "ZQX", "elsewhere", "/en/", "short", "consent", "thanks", ":"):
        assert trace not in visited.logged
    assert traces_in(visited.elsewhere) == []


def test_access_log__while_nginx_runs__is_written_once_an_hour_only(visited: Visited) -> None:
    assert visited.early == ""  # else the time of the file would tell of a visit


def test_guide__shows_the_line_for_obliged_hosts() -> None:
    assert LOGGED in text_of("nginx-access-log.conf")
    put_in_place(text_of("nginx-access-log.conf"), {"/feedback": "/other"})
