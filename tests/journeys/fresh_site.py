"""A new Django project on a host that has the package from its wheel, and somebody who visits it without scripts."""

from __future__ import annotations

import contextlib
import http.cookiejar
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit

from bs4 import BeautifulSoup

from tests.journeys.demo_site import environment_without_tests, free_port

NAME = "mysite"
START_SECONDS = 60


def run(words: Sequence[str | Path], folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """What became of a command outside the checkout, without anything of the test run in its environment."""
    environment = {**environment_without_tests(), "PIP_DISABLE_PIP_VERSION_CHECK": "1", **variables}
    return subprocess.run(
        list(map(str, words)), cwd=folder, env=environment, text=True, capture_output=True, check=False, timeout=300
    )


def done(words: Sequence[str | Path], folder: Path, **variables: str) -> str:
    """What the command printed, after it ended well."""
    ended = run(words, folder, **variables)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@dataclass(frozen=True, kw_only=True)
class FreshSite:
    """What `django-admin startproject` made, in `folder`; `python` is that of the host."""

    python: Path
    folder: Path

    @classmethod
    def made(cls, python: Path, folder: Path) -> FreshSite:
        """A new project in a new folder."""
        folder.mkdir()
        done([python, "-m", "django", "startproject", NAME, folder], folder)
        return cls(python=python, folder=folder)

    def add(self, name: str, text: str) -> None:
        """Write this at the end of `settings.py` or `urls.py`."""
        with (self.folder / NAME / name).open("a", encoding="utf-8") as file:
            file.write(f"\n{text}")

    def manage(self, *words: str) -> str:
        """What `python manage.py ...` printed, after it ended well."""
        return done([self.python, "manage.py", *words], self.folder)

    @contextlib.contextmanager
    def served(self) -> Iterator[str]:
        """Where Django's own server shows the site until the context ends."""
        address = f"127.0.0.1:{free_port()}"
        command = [str(self.python), "manage.py", "runserver", "--noreload", address]
        log = self.folder / "log"
        with log.open("w") as output:
            server = subprocess.Popen(
                command, cwd=self.folder, env=environment_without_tests(), stdout=output, stderr=subprocess.STDOUT
            )
            try:
                _wait_for(f"http://{address}/admin/login/", server, log)
                yield f"http://{address}"
            finally:
                server.send_signal(signal.SIGINT)
                server.wait(30)


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310 - our own server
            return
        time.sleep(0.1)
    raise AssertionError(f"the fresh site was not served:\n{log.read_text()}")


@dataclass(kw_only=True)
class Visitor:
    """Somebody whose browser runs no script: reads pages, and sends their forms as they are drawn."""

    address: str = ""
    page: BeautifulSoup = field(default_factory=lambda: BeautifulSoup("", "html.parser"))

    def __post_init__(self) -> None:
        self._browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def visit(self, address: str) -> None:
        """Open a page."""
        self._open(urllib.request.Request(address))  # noqa: S310 - our own server

    def send(self, choices: Mapping[str, str], *, button: str) -> None:
        """Fill in the form that has this button, with what stands in it and these choices, and press the button."""
        (pressed,) = self.page.select(f'main button[name="go"][value="{button}"]')
        form = pressed.find_parent("form")
        assert form is not None
        hidden = {str(each["name"]): str(each.get("value", "")) for each in form.select('input[type="hidden"][name]')}
        body = urlencode({**hidden, **choices, "go": button}).encode()
        parts = urlsplit(self.address)
        origin = {"Origin": f"{parts.scheme}://{parts.netloc}"}
        to = urljoin(self.address, str(form.get("action", "")) or self.address)
        self._open(urllib.request.Request(to, data=body, headers=origin))  # noqa: S310 - the same

    def press(self, words: str, changes: Mapping[str, str] | None = None) -> None:
        """Send the form whose button says this, with what stands in it and these changes, as a browser would."""
        form = next(button.find_parent("form") for button in self.page.select(f'input[type="submit"][value="{words}"]'))
        assert form is not None
        inputs = form.select('input[name]:not([type="submit"])')
        texts = {str(each["name"]): each.get_text().removeprefix("\n") for each in form.select("textarea[name]")}
        filled = {**{str(each["name"]): str(each.get("value", "")) for each in inputs}, **texts, **(changes or {})}
        to = urljoin(self.address, str(form.get("action", "")))
        self._open(urllib.request.Request(to, data=urlencode(filled).encode()))  # noqa: S310 - the same

    def follow(self, words: str) -> None:
        """Follow the link that says this."""
        (link,) = [each for each in self.page.select("a[href]") if each.get_text(" ", strip=True) == words]
        self.visit(urljoin(self.address, str(link["href"])))

    def questions(self) -> set[str]:
        """The names of the answers that the page asks for."""
        return {str(each["name"]) for each in self.page.select("main [name]")} - {"t", "go", "pause"}

    def _open(self, request: urllib.request.Request) -> None:
        with self._browser.open(request, timeout=30) as response:
            self.address = response.url
            self.page = BeautifulSoup(response.read(), "html.parser")
