"""What the pages weigh: drawn through the whole site as for a respondent, in a transaction that is rolled back."""

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.apps import apps

from selfhelp_survey.conf import survey_settings
from selfhelp_survey.entries import open_entry
from selfhelp_survey.errors import SurveyError
from selfhelp_survey.management.walking import Seen, Walker, nothing_kept
from selfhelp_survey.models import Entry

_LOADING = {
    "link": "href", "script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src",
    "embed": "src", "object": "data", "input": "src", "track": "src",
}  # fmt: skip
_LOADING_RELATIONS = {"stylesheet", "icon", "preload", "prefetch", "modulepreload", "manifest", "preconnect"}
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


class _Scales:
    """Weighs each page that a walker sees."""

    def __init__(self, walker: Walker) -> None:
        self._walker = walker

    def weigh(self) -> Iterator[Weight]:
        """Every page on the way, and the pages beside it."""
        yield from map(self._weighed, self._walker.walk())
        for name in ("thanks", "end", "help"):
            yield self._weighed(self._walker.see(name, self._walker.place.address(name)))

    def _weighed(self, seen: Seen) -> Weight:
        content = seen.response.content
        linked = tuple(urljoin(seen.address, one) for one in linked_addresses(seen.text))
        return Weight(
            page=seen.name, bytes=len(content), compressed=compressed(content), linked=linked,
            third_parties=tuple(one for one in linked if self._is_foreign(one)),
        )  # fmt: skip

    def _is_foreign(self, address: str) -> bool:
        return urlsplit(address).netloc not in {"", self._walker.host}

    def sizes(self, addresses: tuple[str, ...]) -> dict[str, int | None]:
        """The compressed size of each address of this site."""
        return {one: self._size(urlsplit(one).path) for one in addresses if not self._is_foreign(one)}

    def _size(self, path: str) -> int | None:
        response: Any = self._walker.client.get(path, secure=True)
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
    with nothing_kept():
        Entry.objects.filter(pk=code).update(state=Entry.State.OPEN, opens_on=None, closes_on=None)
        return _weighed(code, language)


def _weighed(code: str, language: str) -> Weighing:
    entry = open_entry(code)
    if entry is None:
        raise SurveyError(f"there is nothing to weigh at '{code}': it needs a published questionnaire and proven keys")
    if language and language not in entry.languages:
        raise SurveyError(f"'{code}' is offered in {', '.join(entry.languages)}")
    scales = _Scales(Walker(entry, language or entry.languages[0]))
    pages = tuple(scales.weigh())
    return Weighing(pages=pages, resources=scales.sizes(pages[0].linked))
