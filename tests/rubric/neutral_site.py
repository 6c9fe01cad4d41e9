"""A neutral site on this machine that takes its time: what is on the screen meanwhile is what matters."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECONDS = 2
TITLE = "Weather"


class SlowPage(BaseHTTPRequestHandler):
    """The same page at every address, late; no log."""

    def do_GET(self) -> None:
        """Answer."""
        time.sleep(SECONDS)
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        with contextlib.suppress(ConnectionError):
            self.wfile.write(f"<!doctype html><title>{TITLE}</title><h1>{TITLE}</h1>".encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
        """Say nothing."""


@contextlib.contextmanager
def running_neutral_site() -> Iterator[str]:
    """Its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), SlowPage) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()
