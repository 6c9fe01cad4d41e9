"""The default research store: a folder. A release is written beside its place and renamed into it, so it is there whole
or not at all.

    <root>/store.json
    <root>/<series>/series.json
    <root>/<series>/release-0001/index.json  manifest.json  codebook.json  records.jsonl | totals.jsonl  digests.txt

`index.json` holds the SHA-256 of every other file; reading a release checks it.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from selfhelp_survey.errors import StoreError
from selfhelp_survey.research_store.acceptance import check_digests, check_release, is_already_there
from selfhelp_survey.research_store.interface import (
    NEWER_LAYOUT,
    SERIES_NAME,
    HeldRelease,
    JsonObject,
    KnownRelease,
    PushResult,
    Record,
    ReleasePackage,
    SeriesRegistration,
    StoreLayout,
    TotalRow,
    UnknownSeries,
    canonical_json,
    record_json,
)
from selfhelp_survey.research_store.registration import registration_from_json

LAYOUT_VERSION = 1
MARK = "store.json"
UNFINISHED = ".unfinished-"
LOCK = ".lock"
PATIENCE_SECONDS = 600


def is_store(root: Path) -> bool:
    """True for a folder that `init` made a store: nothing is ever loaded into another one by mistake."""
    return (root / MARK).is_file()


class DirectoryStore:
    """A folder that only its owner can read."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def init(self, catalogue: JsonObject | None = None) -> StoreLayout:
        if is_store(self._root):
            self._check_layout()
            return StoreLayout(version_before=LAYOUT_VERSION, version_after=LAYOUT_VERSION)
        with _clear_errors():
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
            if any(self._root.iterdir()):
                raise StoreError(
                    "There is something else in this folder: name an empty one, or one that is not there yet."
                )
            _write(self._root / MARK, [canonical_json({"layout": LAYOUT_VERSION})])
            _sync(self._root)
        return StoreLayout(version_before=0, version_after=LAYOUT_VERSION)

    def register_series(self, series: SeriesRegistration, codebook: JsonObject | None = None) -> bool:
        path = self._root / series.series / "series.json"
        with _clear_errors(), self._one_writer():
            if path.exists():
                if self.find_series(series.series) != registration_from_json(asdict(series)):
                    raise StoreError(f"The series {series.series} is registered otherwise; start a new series.")
                return False
            path.parent.mkdir(mode=0o700, exist_ok=True)
            unfinished = path.with_suffix(".partial")
            _write(unfinished, [canonical_json(asdict(series))])
            unfinished.rename(path)
            _sync(path.parent)
            _sync(self._root)
        return True

    def find_series(self, series: str) -> SeriesRegistration:
        self._check_layout()
        path = self._root / series / "series.json"
        if not SERIES_NAME.fullmatch(series) or not path.is_file():
            raise UnknownSeries(f"The store knows no series {series}; its owner registers it first.")
        with _whole(path):
            return registration_from_json(json.loads(path.read_text(encoding="utf-8")))

    def series_names(self) -> tuple[str, ...]:
        self._check_layout()
        return tuple(sorted(path.parent.name for path in self._root.glob("*/series.json")))

    def known_releases(self, series: str) -> tuple[KnownRelease, ...]:
        self._check_layout()
        known = (_read_index(folder).release for folder in self._releases(series))
        return tuple(sorted(known, key=lambda release: release.number))

    def held_releases(self, series: str) -> tuple[HeldRelease, ...]:
        self._check_layout()
        return tuple(
            HeldRelease(
                number=_read_index(folder).release.number, manifest=_object(folder, "manifest.json"),
                codebook=_object(folder, "codebook.json"),
            )
            for folder in self._releases(series)
        )  # fmt: skip

    def push(self, package: ReleasePackage) -> PushResult:
        series = self.find_series(package.series)
        with _clear_errors(), self._one_writer():
            known = {release.number: release.manifest_digest for release in self.known_releases(package.series)}
            if is_already_there(package, known.get(package.number)):
                return PushResult(pushed=False, rows=package.rows)
            records = list(package.records)
            check_release(series, package, records)
            check_digests(package, self._all_digests())
            self._write_release(package, records)
        return PushResult(pushed=True, rows=package.rows)

    def read_records(self, series: str, release: int | None = None) -> Iterator[Record]:
        for line in self._lines(series, release, "records.jsonl"):
            yield json.loads(line)

    def read_totals(self, series: str, release: int | None = None) -> Iterator[TotalRow]:
        for line in self._lines(series, release, "totals.jsonl"):
            yield TotalRow(**json.loads(line))

    def _write_release(self, package: ReleasePackage, records: Iterable[Record]) -> None:
        final = self._root / package.series / f"release-{package.number:04d}"
        for left in final.parent.glob(f"{UNFINISHED}*"):  # of a load that was killed: nobody else holds the lock
            shutil.rmtree(left)
        unfinished = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=final.parent))
        try:
            _write(unfinished / "manifest.json", [canonical_json(package.manifest)])
            _write(unfinished / "codebook.json", [canonical_json(package.codebook)])
            _write(unfinished / "digests.txt", sorted(digest.hex() for digest in package.digests))
            _write(unfinished / "records.jsonl", (record_json(record) for record in records))
            _write(unfinished / "totals.jsonl", (canonical_json(asdict(row)) for row in package.totals))
            _write(unfinished / "index.json", [_index(unfinished, package)])
            _sync(unfinished)
            unfinished.rename(final)
            _sync(final.parent)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise

    def _releases(self, series: str) -> list[Path]:
        return sorted((self._root / series).glob("release-*"), key=lambda folder: (len(folder.name), folder.name))

    def _lines(self, series: str, release: int | None, name: str) -> Iterator[str]:
        for folder in self._releases(series):
            if release in (None, _read_index(folder).release.number):
                yield from _lines(folder, name)

    def _all_digests(self) -> set[bytes]:
        folders = self._root.glob("*/release-*")
        return {bytes.fromhex(line) for folder in folders for line in _lines(folder, "digests.txt")}

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        """Nobody else writes meanwhile. The system lets go of the lock where a writer is killed."""
        self._check_layout()
        lock = FileLock(self._root / LOCK, timeout=PATIENCE_SECONDS, mode=0o600)
        try:
            lock.acquire()
        except Timeout:
            raise StoreError(
                f"Another program has been writing to the store for {PATIENCE_SECONDS // 60} minutes: end it, then try "
                "again."
            ) from None
        try:
            yield
        finally:
            lock.release()

    def _check_layout(self) -> None:
        """Raises: StoreError where the folder is no store, or one that a newer program made."""
        mark = self._root / MARK
        if not is_store(self._root):
            raise StoreError("There is no store in this folder yet; init-store makes it.")
        with _whole(mark):
            layout = int(json.loads(mark.read_text(encoding="utf-8"))["layout"])
        if layout > LAYOUT_VERSION:
            raise StoreError(NEWER_LAYOUT)


def _index(folder: Path, package: ReleasePackage) -> str:
    files = {path.name: _digest(path) for path in folder.iterdir()}
    return canonical_json({"number": package.number, "manifest_digest": package.manifest_digest, "files": files})


@dataclass(frozen=True, kw_only=True)
class _Index:
    """What `index.json` says of its release: number, digest of the manifest, SHA-256 of every other file."""

    release: KnownRelease
    files: dict[str, str]


def _read_index(folder: Path) -> _Index:
    path = folder / "index.json"
    with _whole(path):
        held = json.loads(path.read_text(encoding="utf-8"))
        release = KnownRelease(number=int(held["number"]), manifest_digest=str(held["manifest_digest"]))
        return _Index(release=release, files=dict(held["files"]))


def _lines(folder: Path, name: str) -> Iterator[str]:
    """The lines of a file of a release. Raises: StoreError where it is not as it was written."""
    path = folder / name
    with _whole(path):
        if _digest(path) != _read_index(folder).files[name]:
            raise ValueError
        with path.open(encoding="utf-8") as file:
            yield from file


def _object(folder: Path, name: str) -> JsonObject:
    """A JSON object that a release's file holds. Raises: StoreError where it is not as it was written."""
    held: JsonObject = json.loads("".join(_lines(folder, name)))
    return held


@contextmanager
def _whole(path: Path) -> Iterator[None]:
    """Raises: StoreError, with the name of the file, where what is read there is not what this store wrote."""
    try:
        yield
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        raise StoreError(
            f"{_place(path)} was changed after the store wrote it: put the store's backup in its place."
        ) from None
    except OSError as error:
        raise StoreError(f"{_place(path)} cannot be read ({error.strerror}): mend that and try again.") from error


def _place(path: Path) -> str:
    """Series, release and file."""
    return "/".join(path.parts[-3:])


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path: Path, lines: Iterable[str]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in lines)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Make sure that the names in a folder are on the disk, where the system can: Windows opens no folder."""
    with suppress(PermissionError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def _clear_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise StoreError(f"The store folder could not be written ({reason}); nothing was loaded. Try again.") from error
