"""A site with an open survey, and a respondent who answers it through real requests."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.test import Client

from selfhelp_survey.core.document import content_hash, document_of
from selfhelp_survey.core.questionnaire import Questionnaire
from selfhelp_survey.core.response import Response
from selfhelp_survey.entries import forget_entries
from selfhelp_survey.keys_in_use import recipients
from selfhelp_survey.models import Entry, InboxResponse, KeyProof, PublishedVersion
from selfhelp_survey.sealing.envelope import open_response
from selfhelp_survey.sealing.key_file import load_private_key
from selfhelp_survey.sealing.keys import PrivateKey

KEYS = Path(__file__).parents[1] / "data" / "keys"
PASSPHRASE = "only for tests, never for people"
PREFIX = "/feedback"
COOKIE = "__Host-v"
ORIGIN = "https://testserver"


def private_key(name: str = "first") -> PrivateKey:
    """One of the test keys."""
    return load_private_key(KEYS / f"{name}.json", passphrase=PASSPHRASE)


def recipient_lines() -> list[str]:
    """The public halves of both test keys, as settings hold them."""
    return [private_key(name).public.text for name in ("first", "second")]


def publish(questionnaire: Questionnaire, *, number: int = 1) -> PublishedVersion:
    """This questionnaire as a published version."""
    document = document_of(questionnaire)
    version = PublishedVersion(content_hash=content_hash(document), code=questionnaire.code, number=number,
                               document=document)  # fmt: skip
    version.save()
    forget_entries()
    return version


def open_survey(questionnaire: Questionnaire, *, entry: str = "end") -> Entry:
    """An open entry to this questionnaire, with every configured key proven."""
    publish(questionnaire)
    for key in recipients():
        proof = {"challenge_digest": b"", "proven": True}
        KeyProof.objects.update_or_create(fingerprint=key.fingerprint, defaults=proof)
    row = Entry.objects.create(code=entry, questionnaire=questionnaire.code, state=Entry.State.OPEN)
    forget_entries()
    return row


def received() -> list[Response]:
    """What waits in the inbox, opened as the research team would."""
    key = private_key()
    return [Response.from_json(open_response(bytes(row.sealed), key)) for row in InboxResponse.objects.all()]


class Respondent:
    """Somebody with a browser: follows the forms as drawn, and keeps the cookie."""

    def __init__(self, *, language: str = "en", entry: str = "end", origin: str = ORIGIN) -> None:
        self.client = Client(headers={"origin": origin} if origin else {})
        self.language, self.entry = language, entry

    def address(self, step: str = "") -> str:
        """The address of a page; "" is the start."""
        return f"{PREFIX}/{self.language}/{self.entry}/" + (f"{step}/" if step else "")

    def see(self, step: str = "", **more: Any) -> HttpResponse:
        """A page as the browser gets it."""
        return self.client.get(self.address(step), secure=True, **more)  # type: ignore[return-value]

    def send(self, step: str, go: str = "next", **answers: Any) -> HttpResponse:
        """Send a page, with the token that stands in it."""
        return self.post(step, {"t": self.token(step), "go": go, **answers})

    def token(self, step: str) -> str:
        """The token in the form of a page, "" where there is none."""
        match = re.search(r'name="t" value="([0-9a-f]*)"', self.see(step).content.decode())
        return match[1] if match else ""

    def post(self, step: str, data: dict[str, Any], **more: Any) -> HttpResponse:
        """Send exactly this."""
        return self.client.post(self.address(step), data=_urlencoded(data), secure=True,  # type: ignore[return-value]
                                content_type="application/x-www-form-urlencoded", **more)  # fmt: skip

    def consent(self) -> HttpResponse:
        """Begin."""
        return self.send("consent", adult=1, consent=1)

    @property
    def cookie(self) -> str:
        """The draft cookie, "" without one."""
        morsel = self.client.cookies.get(COOKIE)
        return morsel.value if morsel else ""


def _urlencoded(data: dict[str, Any]) -> str:
    from urllib.parse import urlencode

    return urlencode(data, doseq=True)


def as_json(response: Response) -> dict[str, Any]:
    """The answers of a response as plain values, without those every response has."""
    answers = dict(json.loads(response.to_json())["answers"])
    assert (answers.pop("adult"), answers.pop("consent")) == (1, 1)
    return answers
