"""A proxy between a browser and everything: an onion address leads to our site, nothing leads anywhere else."""

from __future__ import annotations

import contextlib
import http.client
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

from tests.attacks.elsewhere import running

ONION = "a" * 55 + "d.onion"  # the length of a real one, and nobody's
UNREACHABLE = 502
_OF_ONE_CONNECTION = frozenset({"connection", "proxy-connection", "keep-alive", "transfer-encoding"})


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One request that a browser made, with what it was answered."""

    method: str
    host: str
    path: str
    status: int
    cookie_set: str = ""


@dataclass(kw_only=True)
class Proxy:
    """Leads `host` to the server at `behind`, and notes every exchange."""

    behind: str
    host: str = ONION
    address: str = ""
    exchanges: list[Exchange] = field(default_factory=list)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return urlsplit(self.address).port or 0


class _Between(BaseHTTPRequestHandler):
    """Passes on what is for the site, word by word."""

    site: Proxy

    def do_GET(self) -> None:
        """Pass on."""
        self._pass_on()

    def do_POST(self) -> None:
        """Pass on."""
        self._pass_on()

    def do_CONNECT(self) -> None:
        """Note who was called, and refuse."""
        self._refuse(self.path.partition(":")[0], "")

    def _pass_on(self) -> None:
        address = urlsplit(self.path)
        if address.hostname != self.site.host:
            self._refuse(address.hostname or "", address.path)
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        connection = http.client.HTTPConnection(urlsplit(self.site.behind).netloc, timeout=30)
        with contextlib.closing(connection):
            path = address.path + (f"?{address.query}" if address.query else "")
            connection.request(self.command, path, body or None, _passed_on(dict(self.headers.items())))
            self._pass_back(connection.getresponse())

    def _pass_back(self, answer: http.client.HTTPResponse) -> None:
        self._note(self.site.host, urlsplit(self.path).path, answer.status, answer.headers.get("Set-Cookie", ""))
        self.send_response_only(answer.status)
        body = answer.read()
        for name, value in answer.getheaders():
            if name.lower() not in _OF_ONE_CONNECTION:
                self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(ConnectionError):
            self.wfile.write(body)

    def _refuse(self, host: str, path: str) -> None:
        self._note(host, path, UNREACHABLE)
        self.send_error(UNREACHABLE)

    def _note(self, host: str, path: str, status: int, cookie_set: str = "") -> None:
        exchange = Exchange(method=self.command, host=host, path=path, status=status, cookie_set=cookie_set)
        self.site.exchanges.append(exchange)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
        """Say nothing."""


def _passed_on(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in _OF_ONE_CONNECTION}


@contextlib.contextmanager
def running_proxy(behind: str) -> Iterator[Proxy]:
    """The proxy, listening until the context ends."""
    proxy = Proxy(behind=behind)
    with running(_Between, proxy) as proxy.address:
        yield proxy
