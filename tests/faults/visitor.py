"""Somebody at a browser, in plain HTTP: follows the forms as drawn, keeps the cookie, and can be sent to any host."""

from __future__ import annotations

import contextlib
import http.client
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

WORDS = "what was written before the fault"
ONION = "e" * 55 + "d.onion"  # the length of a real one, and nobody's
CLEAR = "survey.example.org"
PREFIX = "/feedback"
URLENCODED = "application/x-www-form-urlencoded"
MOST_PAGES = 30
REPLY_SECONDS = 60
Fields = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Page:
    """An answer of the site."""

    status: int
    headers: Mapping[str, str]
    text: str
    cookies_set: tuple[str, ...] = ()

    @property
    def location(self) -> str:
        """Where a redirect leads, without `#attention`; "" for other answers."""
        return self.headers.get("Location", "").partition("#")[0]

    @property
    def step(self) -> str:
        """The last word of that address."""
        return urlsplit(self.location).path.rstrip("/").rsplit("/", 1)[-1]

    @property
    def form(self) -> Tag | None:
        """The form that sends answers, None on pages without."""
        token = BeautifulSoup(self.text, "html.parser").select_one('form input[name="t"]')
        return token.find_parent("form") if token else None

    @property
    def token(self) -> str:
        """The token that stands in that form."""
        field = self.form.select_one('input[name="t"]') if self.form else None
        return str(field.get("value", "")) if field else ""

    def filled(self, answers: Fields) -> dict[str, Any]:
        """Every question of the page answered: with the given answer, else its first value, or these words."""
        return {name: answers.get(name, first) for name, first in self._questions().items()}

    def _questions(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for control in self.form.select("input, textarea") if self.form else ():
            name, kind = str(control.get("name", "")), control.get("type", "text")
            if kind != "hidden" and name not in {"", "website"} and not name.endswith("__refused"):
                found.setdefault(name, _first(control))
        return found


def _first(control: Tag) -> str:
    if control.name == "textarea":
        return "Nothing to add."
    return str(control.get("value", "")) if control.get("type") in {"radio", "checkbox"} else "1"


@dataclass(kw_only=True)
class Visitor:
    """One browser. `addresses` (host:port) take its requests in turn; `is_secure`: the proxy before them spoke TLS."""

    addresses: Sequence[str]
    host: str = ONION
    is_secure: bool = False
    language: str = "en"
    entry: str = "short"
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._turns = itertools.cycle(self.addresses)

    def path(self, step: str = "") -> str:
        """The address of a page; "" is the start."""
        return f"{PREFIX}/{self.language}/{self.entry}/" + (f"{step}/" if step else "")

    def copy(self, *addresses: str) -> Visitor:
        """Another tab, or a copied cookie: the same cookie, kept apart from now on; at these hosts only, if named."""
        return Visitor(
            addresses=addresses or self.addresses, host=self.host, is_secure=self.is_secure, language=self.language,
            entry=self.entry, cookies=dict(self.cookies), headers=dict(self.headers),
        )  # fmt: skip

    # -- requests ---------------------------------------------------------------------------------------------

    def request(self, method: str, path: str, body: str | bytes | None = None, **headers: str) -> Page:
        """What the next host answers; a cookie is kept or dropped as it says. Raises OSError, HTTPException."""
        connection = self._connection(next(self._turns))
        with contextlib.closing(connection):
            connection.request(method, path, body, {**self._own_headers(method), **headers})
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
            cookies = tuple(answer.headers.get_all("Set-Cookie", ()))
        self._keep(cookies)
        return Page(status=answer.status, headers=dict(answer.getheaders()), text=text, cookies_set=cookies)

    def _connection(self, address: str) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(address, timeout=REPLY_SECONDS)

    def _own_headers(self, method: str) -> dict[str, str]:
        scheme = "https" if self.is_secure else "http"
        headers = {"Host": self.host, **self.headers}
        if self.is_secure:
            headers["X-Forwarded-Proto"] = "https"
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if method == "POST":
            headers |= {"Origin": f"{scheme}://{self.host}", "Content-Type": URLENCODED}
        return headers

    def _keep(self, cookies: tuple[str, ...]) -> None:
        for name, morsel in (pair for line in cookies for pair in SimpleCookie(line).items()):
            if morsel["max-age"] == "0" or not morsel.value:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.value

    # -- in words of the survey -------------------------------------------------------------------------------

    def see(self, step: str = "") -> Page:
        """A page as it now stands."""
        return self.request("GET", self.path(step))

    def post(self, step: str, fields: Fields) -> Page:
        """Send exactly this."""
        return self.request("POST", self.path(step), urlencode(fields, doseq=True))

    def send(self, step: str, go: str = "next", **answers: Any) -> Page:
        """Look at a page and send it, with the token that stands in it and these answers alone."""
        return self.post(step, {"t": self.see(step).token, "go": go, **answers})

    def follow(self, answer: Page) -> Page:
        """The page that a redirect leads to, through further ones."""
        for _ in range(MOST_PAGES):
            if not answer.location:
                return answer
            answer = self.request("GET", urljoin(self.path(), answer.location))
        raise AssertionError("the site sends its visitor in circles")

    def walk(self, until: str = "check", *, start: str = "", **answers: Any) -> Page:
        """From this page on, every question answered, to the page named, which is shown. Part two included."""
        met = [start or "consent"]
        while len(met) < MOST_PAGES:
            page = self.see(met[-1])
            if met[-1] == until:
                return page
            go = "on" if met[-1] == "more" else "next"
            answer = self.post(met[-1], {"t": page.token, "go": go, **page.filled(answers)})
            assert answer.status == 303, f"{met}: {answer.status}\n{answer.text}"
            met.append(answer.step)
        raise AssertionError(f"{until} did not come after {met}")

    def finish(self) -> Page:
        """Press "send my answers" on the check page; what follows."""
        return self.send("check", go="send")

    def leave(self) -> Page:
        """Press "leave quickly"."""
        return self.request("POST", self.path("leave"), "")
