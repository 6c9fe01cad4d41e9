"""Requests at the same time."""

from __future__ import annotations

import contextlib
import http.client
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier

from tests.faults.visitor import Page

CONNECTION_LOST = (OSError, http.client.HTTPException)
REPLY_SECONDS = 90


@contextlib.contextmanager
def in_background(request: Callable[[], Page]) -> Iterator[Future[Page]]:
    """The request, under way; its answer is to be asked for inside the context."""
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(request)


def at_once(requests: Sequence[Callable[[], Page]]) -> list[Page]:
    """The answers to these requests, all sent at the same moment."""
    ready = Barrier(len(requests))

    def started(request: Callable[[], Page]) -> Page:
        ready.wait()
        return request()

    with ThreadPoolExecutor(len(requests)) as pool:
        return list(pool.map(started, requests, timeout=REPLY_SECONDS))
