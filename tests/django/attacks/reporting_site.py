"""Everything that reports errors, switched on as a careless host might: mails with HTML, Sentry as it comes, logs."""

from __future__ import annotations

import contextlib
import io
import logging
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import sentry_sdk
from django.core import mail
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.http import HttpResponse
from django.test import Client
from django.test.client import ClientHandler
from django.utils.log import AdminEmailHandler
from sentry_sdk.envelope import Envelope
from sentry_sdk.integrations.logging import unignore_logger
from sentry_sdk.transport import Transport

from tests.django.survey_site import Respondent


class Kept(Transport):
    """Keeps in memory what would be sent to Sentry."""

    def __init__(self, options: dict[str, Any] | None = None) -> None:
        super().__init__(options)
        self.sent: list[bytes] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        """Keep it."""
        self.sent.append(envelope.serialize())


class Reports:
    """What the reporters have told so far."""

    def __init__(self, log: io.StringIO, sentry: Kept) -> None:
        self._log, self._sentry = log, sentry

    @property
    def mails(self) -> bytes:
        """Every error mail, its HTML part included."""
        return b"\n".join(bytes(one.message()) for one in mail.outbox)

    @property
    def sentry(self) -> bytes:
        """Every envelope."""
        return b"\n".join(self._sentry.sent)

    @property
    def log(self) -> bytes:
        """Every line of every logger, at level DEBUG."""
        return self._log.getvalue().encode()

    @property
    def everything(self) -> bytes:
        """All of it."""
        return b"\n".join((self.mails, self.sentry, self.log))


@contextlib.contextmanager
def reporters(**sentry_options: Any) -> Iterator[Reports]:
    """Error mails with HTML for every logger, Sentry with its defaults and these options, all logs at DEBUG."""
    log, kept = io.StringIO(), Kept()
    handlers: list[logging.Handler] = [AdminEmailHandler(include_html=True), logging.StreamHandler(log)]
    handlers[0].setLevel(logging.ERROR)
    root = logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in ("", "django", "django.db.backends")}
    with _sentry(transport=kept, **sentry_options):
        for handler in handlers:
            root.addHandler(handler)
        for name in levels:
            logging.getLogger(name).setLevel(logging.DEBUG)
        try:
            yield Reports(log, kept)
        finally:
            for handler in handlers:
                root.removeHandler(handler)
            for name, level in levels.items():
                logging.getLogger(name).setLevel(level)


@contextlib.contextmanager
def _sentry(**options: Any) -> Iterator[None]:
    scope = sentry_sdk.get_global_scope()
    before = scope.client
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # options that hosts still have
        sentry_sdk.init(dsn="https://public@reports.example/1", **options)
    unignore_logger("selfhelp_survey")  # as where Sentry is started after the app
    try:
        yield
    finally:
        scope.client.close()
        scope.client = before


@contextlib.contextmanager
def _open_connections() -> Iterator[None]:
    """Between requests a site closes connections; the test's transaction lives in one."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


class ThroughWsgi(ClientHandler):
    """Hands requests to the site as a web server does, so that whatever wraps the site wraps them too."""

    def __call__(self, environ: dict[str, Any]) -> Any:
        started: dict[str, Any] = {}

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            started.update(status=int(status.split()[0]), headers=headers)
            return len

        request = WSGIRequest(dict(environ))
        with _open_connections():
            answer = WSGIHandler()(environ, start)
            body = b"".join(answer)
            with contextlib.suppress(AttributeError):
                answer.close()
        response = HttpResponse(body, status=started["status"])
        for name, value in started["headers"]:
            if name == "Set-Cookie":
                response.cookies.load(value)
            else:
                response.headers[name] = value
        response.wsgi_request = request  # type: ignore[attr-defined] # the client asks for it
        return response


class ReportedRespondent(Respondent):
    """A respondent whose browser, and a proxy in front of the site, tell a lot about them."""

    def __init__(self, *, marks: dict[str, str], **more: Any) -> None:
        super().__init__(**more)
        self.client = Client(headers={"origin": "https://testserver", **marks})
        self.client.handler = ThroughWsgi(enforce_csrf_checks=False)
