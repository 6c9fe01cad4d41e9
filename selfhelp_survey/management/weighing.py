"""What the pages weigh: drawn through the whole site as for a respondent, in a transaction that is rolled back."""

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from django.apps import apps
from django.db import router, transaction
from django.http import HttpResponse
from django.test import Client

from selfhelp_survey.border import Place
from selfhelp_survey.conf import survey_settings
from selfhelp_survey.core.flow import CHECK, MORE
from selfhelp_survey.core.questionnaire import Page, Questionnaire
from selfhelp_survey.entries import OpenEntry, forget_entries, open_entry
from selfhelp_survey.errors import SurveyError
from selfhelp_survey.models import Draft, Entry
from selfhelp_survey.synthesis import admitted_answers

_LOADING = {
    "link": "href", "script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src",
    "embed": "src", "object": "data", "input": "src", "track": "src",
}  # fmt: skip
_LOADING_RELATIONS = {"stylesheet", "icon", "preload", "prefetch", "modulepreload", "manifest", "preconnect"}
_TOKEN = re.compile(r'name="t" value="([0-9a-f]*)"')
_CSS_ADDRESS = re.compile(r"(?:url\(\s*|@import\s+)[\"']?([^\"')\s]+)")


@dataclass(frozen=True, kw_only=True)
class Weight:
    """One page: its bytes as they are and compressed, the addresses it loads, and those of other sites among them."""

    page: str
    bytes: int
    compressed: int
    linked: tuple[str, ...]
    third_parties: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Weighing:
    """All pages in the order of a respondent's way; `resources` is the compressed size of what the first one loads.

    A size is None where this process cannot read the file.
    """

    pages: tuple[Weight, ...]
    resources: dict[str, int | None]

    @property
    def first(self) -> int:
        """Compressed bytes of the first page with all it loads."""
        return self.pages[0].compressed + sum(size or 0 for size in self.resources.values())

    @property
    def requests(self) -> int:
        """Requests for the first page."""
        return 1 + len(self.pages[0].linked)


def compressed(content: bytes) -> int:
    """The bytes that travel: gzip at Django's level, or as they are where that is less."""
    return min(len(content), len(gzip.compress(content, 6, mtime=0)))


def linked_addresses(html: str) -> tuple[str, ...]:
    """Everything that a browser would load for this page, each once, in order; `data:` loads nothing."""
    collector = _Collector()
    collector.feed(html)
    found = (*collector.found, *_CSS_ADDRESS.findall(" ".join(collector.styles)))
    return tuple(dict.fromkeys(address for address in found if not address.startswith("data:")))


class _Collector(HTMLParser):
    """Gathers what elements load, and what stands in `<style>`."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.styles: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.styles.append(given.get("style", ""))
        address = given.get(_LOADING.get(tag, ""), "")
        if address and (tag != "link" or _LOADING_RELATIONS & set(given.get("rel", "").lower().split())):
            self.found.append(address)
        self.found += [part.split()[0] for part in given.get("srcset", "").split(",") if part.strip()]

    def handle_data(self, data: str) -> None:
        if self.lasttag == "style":
            self.styles.append(data)


class _Walker:
    """Walks one survey in this process, and weighs each page it sees."""

    def __init__(self, entry: OpenEntry, language: str) -> None:
        self.host = survey_settings.own_host
        self.place = Place(language=language, entry=entry.code)
        self.questionnaire: Questionnaire = entry.questionnaire
        defaults: dict[str, Any] = {"SERVER_NAME": self.host, **survey_settings.https_marks}
        self.client = Client(raise_request_exception=False, **defaults)

    def weigh(self) -> Iterator[Weight]:
        """Every page on the way of somebody who answers each question with its first value."""
        yield self._weighed("first page", self.place.address("start"))
        step = self.questionnaire.pages[0].name
        yield self._weighed(f"{step}, with errors", self._send(step, {"go": "next"}))
        step, address = self._after(step, {"go": "next", **admitted_answers(self.questionnaire.page(step))})
        while step != CHECK:
            yield self._weighed(step, address)
            step, address = self._after(step, self._answers(step))
        yield self._weighed(step, address)
        for name in ("thanks", "end", "help"):
            yield self._weighed(name, self.place.address(name))

    def _answers(self, step: str) -> dict[str, Any]:
        if step == MORE:
            return {"go": "on"}
        page: Page = self.questionnaire.page(step)
        chosen = {
            name: question.values[0].code for question in page.questions if question.values
            for name in question.answer_names
        }  # fmt: skip
        return {"go": "next", **chosen}

    def _after(self, step: str, data: dict[str, Any]) -> tuple[str, str]:
        address = urlsplit(self._send(step, data)).path  # without the mark that shows whether the cookie was kept
        following = address.rstrip("/").rsplit("/", 1)[-1]
        if following == step or not (following in {MORE, CHECK} or self.questionnaire.has_page(following)):
            raise SurveyError(f"the page '{step}' leads to '{following}': the walk cannot go on")
        return following, address

    def _send(self, step: str, data: dict[str, Any]) -> str:
        """Send a page with its token. Returns the address it leads to."""
        address = self.place.address("page", step=step)
        token = _TOKEN.search(self._get(address).content.decode())
        body = urlencode({"t": token[1] if token else "", **data})
        response = self.client.post(
            address, body, content_type="application/x-www-form-urlencoded", secure=True,
            headers={"origin": f"https://{self.host}"},
        )  # fmt: skip
        if response.status_code != 303:
            raise SurveyError(f"the page '{step}' answered {response.status_code}: is the survey open?")
        return str(response.headers["Location"])

    def _get(self, address: str) -> HttpResponse:
        response: Any = self.client.get(address, secure=True)
        if response.status_code != 200:
            raise SurveyError(f"a page of the survey answered {response.status_code}: is the survey open?")
        return response  # type: ignore[no-any-return]

    def _weighed(self, name: str, address: str) -> Weight:
        response = self._get(address)
        linked = tuple(urljoin(address, one) for one in linked_addresses(response.content.decode()))
        return Weight(
            page=name, bytes=len(response.content), compressed=compressed(response.content), linked=linked,
            third_parties=tuple(one for one in linked if self._is_foreign(one)),
        )  # fmt: skip

    def _is_foreign(self, address: str) -> bool:
        return urlsplit(address).netloc not in {"", self.host}

    def sizes(self, addresses: tuple[str, ...]) -> dict[str, int | None]:
        """The compressed size of each address of this site."""
        return {one: self._size(urlsplit(one).path) for one in addresses if not self._is_foreign(one)}

    def _size(self, path: str) -> int | None:
        response: Any = self.client.get(path, secure=True)
        if response.status_code == 200:
            return compressed(b"".join(response))
        return _static_size(path)


def _static_size(path: str) -> int | None:
    """The size of a file that a web server would serve in Django's place."""
    if not apps.is_installed("django.contrib.staticfiles") or not path.startswith(survey_settings.static_prefix):
        return None
    from django.contrib.staticfiles import finders

    found = finders.find(path.removeprefix(survey_settings.static_prefix))
    return compressed(Path(found).read_bytes()) if isinstance(found, str) else None


def weighing(code: str, language: str = "") -> Weighing:
    """What the pages behind this entry weigh, in its first language unless another is named.

    Nothing stays: the draft of the walk, and opening an entry that is not open, are rolled back. Raises SurveyError
    where the survey has no questionnaire, no proven keys, or a page that cannot be shown.
    """
    try:
        with transaction.atomic(using=router.db_for_write(Draft)):
            Entry.objects.filter(pk=code).update(state=Entry.State.OPEN)
            forget_entries()
            found = _weighed(code, language)
            transaction.set_rollback(True, using=router.db_for_write(Draft))
    finally:
        forget_entries()
    return found


def _weighed(code: str, language: str) -> Weighing:
    entry = open_entry(code)
    if entry is None:
        raise SurveyError(f"there is nothing to weigh at '{code}': it needs a published questionnaire and proven keys")
    if language and language not in entry.languages:
        raise SurveyError(f"'{code}' is offered in {', '.join(entry.languages)}")
    walker = _Walker(entry, language or entry.languages[0])
    pages = tuple(walker.weigh())
    return Weighing(pages=pages, resources=walker.sizes(pages[0].linked))
