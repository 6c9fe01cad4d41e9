"""Markers in files and folders: which files there are, and what stands in each."""

import os
import stat
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from selfhelp_survey.conf import survey_settings
from selfhelp_survey.errors import UsageError
from selfhelp_survey.leaks.finder import Finder
from selfhelp_survey.leaks.packed import closed_kind
from selfhelp_survey.leaks.search import Hit, MarkerSearch

BLOCK = 1 << 20
USUAL_PLACES = ("/var/log", "/var/crash", "/var/lib/systemd/coredump")
"""Where servers and crashes write on most systems; core dumps among them."""
HIDDEN = "(a name with a marker in it)"


@dataclass(frozen=True, kw_only=True, order=True)
class Find:
    """A marker was found: in which place, whose (from 1, in the order given), how written, how often, where first.

    `first` is a byte of the file, or of what is packed at that byte; None where a place has no bytes to count.
    """

    place: str
    marker: int
    encoding: str
    times: int
    first: int | None = None


@dataclass(kw_only=True)
class Searched:
    """What was searched and found, and what could not be: for each such place, why."""

    finds: list[Find] = field(default_factory=list)
    unread: dict[str, str] = field(default_factory=dict)
    files: int = 0
    bytes: int = 0


def default_places() -> tuple[Path, ...]:
    """Temporary folders, what Django's settings name with its rotated copies, the system's logs; those that exist."""
    named = [Path(place) for place in survey_settings.written_places]
    rotated = [path for place in named for path in place.parent.glob(f"{place.name}*")]
    usual = [Path(place) for place in (tempfile.gettempdir(), *USUAL_PLACES)]
    return tuple(place for place in dict.fromkeys((*usual, *named, *rotated)) if place.exists())


def given_places(paths: Iterable[str]) -> tuple[Path, ...]:
    """The places somebody asked for. Raises UsageError for one that does not exist."""
    places = tuple(Path(path) for path in paths)
    for place in places:
        if not os.path.lexists(place):
            raise UsageError(f"{place} does not exist: name files and folders")
    return places


def files_in(places: Iterable[Path], searched: Searched) -> list[Path]:
    """Every regular file in these places once, whatever links lead to it; links to further folders are not followed.

    What cannot be looked at is noted as unread.
    """
    known: set[tuple[int, int]] = set()
    found = []
    for path in (path for place in places for path in _paths_in(place, searched)):
        try:
            status = path.stat()
        except OSError as error:
            searched.unread[str(path)] = _reason(error)
            continue
        if stat.S_ISREG(status.st_mode) and (status.st_dev, status.st_ino) not in known:
            known.add((status.st_dev, status.st_ino))
            found.append(path)
        elif path.is_dir():
            searched.unread[str(path)] = "a link to a folder; name that folder to have it searched"
    return found


def _paths_in(place: Path, searched: Searched) -> Iterator[Path]:
    if not place.is_dir():
        yield place
        return

    def unreadable(error: OSError) -> None:
        searched.unread[str(error.filename)] = _reason(error)

    for folder, folders, names in os.walk(place, onerror=unreadable):
        yield from (Path(folder, name) for name in names)
        yield from (link for name in folders if (link := Path(folder, name)).is_symlink())


def without(files: Iterable[Path], left_out: Path | None) -> list[Path]:
    """The files but this one: the file that holds the markers."""
    return [path for path in files if left_out is None or not _is_same(path, left_out)]


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:
        return False


def search_file(path: Path, finder: Finder, searched: Searched) -> None:
    """Search this file and its name, and note what came of it."""
    shown = _shown(path, finder)
    searched.finds += summary(f"the name of {shown}", _hits(os.fsencode(path), finder), has_bytes=False)
    try:
        searched.finds += summary(shown, _hits_in_file(path, shown, finder, searched))
    except OSError as error:
        searched.unread[shown] = _reason(error)


def _shown(path: Path, finder: Finder) -> str:
    """The path as it may be printed: without the part that holds a marker, and what follows it."""
    if not _hits(os.fsencode(path), finder):
        return str(path)
    parent = next((one for one in path.parents if not _hits(os.fsencode(one), finder)), Path())
    return str(parent / HIDDEN)


def _hits(data: bytes, finder: Finder) -> list[Hit]:
    search = MarkerSearch(finder)
    return [*search.feed(data), *search.finish()]


def _hits_in_file(path: Path, shown: str, finder: Finder, searched: Searched) -> list[Hit]:
    search = MarkerSearch(finder)
    found: list[Hit] = []
    with path.open("rb", buffering=0) as file:
        size = 0
        while block := file.read(BLOCK):
            if not size and (kind := closed_kind(block)):
                searched.unread[shown] = f"packed with {kind}, which cannot be opened here"
            found += search.feed(block)
            size += len(block)
    found += search.finish()
    if search.is_short:
        searched.unread[shown] = "unpacks to so much that only a part was searched"
    searched.files += 1
    searched.bytes += size
    return found


def summary(place: str, hits: Iterable[Hit], *, has_bytes: bool = True) -> list[Find]:
    """The hits of one place, counted by marker and encoding."""
    ordered = sorted(hits)
    times = Counter((hit.marker, hit.encoding) for hit in ordered)
    firsts = {(hit.marker, hit.encoding): hit.offset for hit in reversed(ordered)}
    return [
        Find(place=place, marker=marker + 1, encoding=encoding, times=count,
             first=firsts[marker, encoding] if has_bytes else None)
        for (marker, encoding), count in times.items()
    ]  # fmt: skip


def _reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()
