"""A crowd at the example host, in this process and without a socket: python -m tests.faults.crowd visit|begin NUMBER.

Prints as JSON how often each status came, and the seconds within which all but the slowest twentieth were answered.
"""

from __future__ import annotations

import io
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from tests.faults.visitor import ONION, PREFIX, URLENCODED

Environ = dict[str, Any]
BEGINNING = urlencode({"adult": 1, "consent": 1, "go": "next"}).encode()


def visit(number: int) -> Environ:
    """Looking at a page: the start, the first page, the help, a page that is not reached."""
    step = ("", "consent/", "help/", "second/")[number % 4]
    return _request("GET", step, b"")


def begin(_number: int) -> Environ:
    """Sending the first page, and never coming back."""
    return _request("POST", "consent/", BEGINNING)


def _request(method: str, step: str, body: bytes) -> Environ:
    return {
        "REQUEST_METHOD": method, "PATH_INFO": f"{PREFIX}/en/short/{step}", "SCRIPT_NAME": "", "QUERY_STRING": "",
        "HTTP_HOST": ONION, "HTTP_ORIGIN": f"http://{ONION}", "SERVER_NAME": "localhost", "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1", "CONTENT_TYPE": URLENCODED, "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr, "wsgi.url_scheme": "http",
        "wsgi.multithread": False, "wsgi.multiprocess": True, "wsgi.run_once": False, "wsgi.version": (1, 0),
    }  # fmt: skip


def main(requests: Callable[[int], Environ], count: int) -> None:
    """Send all of them, one after the other."""
    from example_project.wsgi import application

    statuses: Counter[str] = Counter()
    seconds = []

    def start_response(status: str, _headers: object, _error: object = None, /) -> Callable[[bytes], object]:
        statuses[status[:3]] += 1
        return io.BytesIO().write

    for number in range(count):
        start = time.perf_counter()
        answer = application(requests(number), start_response)
        b"".join(answer)
        answer.close()
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"statuses": statuses, "p95": sorted(seconds)[int(count * 0.95)]}))


if __name__ == "__main__":
    main({"visit": visit, "begin": begin}[sys.argv[1]], int(sys.argv[2]))
