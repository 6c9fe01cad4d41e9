"""A site of somebody else on this machine: it shows what it is told to, and counts whoever comes."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

NOTHING = "<!doctype html><title>Nothing</title>"
NEUTRAL = "<!doctype html><title>Weather</title><h1>Weather</h1>"


@dataclass(kw_only=True)
class Elsewhere:
    """Its `pages` by path; `asked` are the requests that came, icons left out."""

    address: str = ""
    pages: dict[str, str] = field(default_factory=lambda: {"/": NEUTRAL})
    asked: list[str] = field(default_factory=list)

    @property
    def as_another_host(self) -> str:
        """The same site under a name that is another site than 127.0.0.1 to every browser."""
        return self.address.replace("127.0.0.1", "localhost")

    def show(self, page: str) -> str:
        """A new address, under the other name, at which this page stands from now on."""
        path = f"/page-{len(self.pages)}"
        self.pages[path] = page
        return self.as_another_host.rstrip("/") + path


class _Page(BaseHTTPRequestHandler):
    """Answers from the pages; no log."""

    site: Elsewhere

    def do_GET(self) -> None:
        """Answer."""
        self._answer()

    def do_POST(self) -> None:
        """Answer."""
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._answer()

    def _answer(self) -> None:
        path = self.path.partition("?")[0]
        if path != "/favicon.ico":
            self.site.asked.append(f"{self.command} {self.path}")
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Cache-Control", "max-age=3600")
        self.end_headers()
        with contextlib.suppress(ConnectionError):
            self.wfile.write(self.site.pages.get(path, NOTHING).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
        """Say nothing."""


@contextlib.contextmanager
def running(handler: type[Any], site: Any) -> Iterator[str]:
    """The address of a server on a free port, whose handler knows the `site`."""
    with ThreadingHTTPServer(("127.0.0.1", 0), type(handler.__name__, (handler,), {"site": site})) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


@contextlib.contextmanager
def running_elsewhere() -> Iterator[Elsewhere]:
    """The site, served until the context ends."""
    site = Elsewhere()
    with running(_Page, site) as site.address:
        yield site
