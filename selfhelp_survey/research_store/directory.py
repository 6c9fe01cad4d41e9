"""The default research store: a folder. A release is written beside its place and renamed into it, so it is there whole
or not at all.

    <root>/<series>/series.json
    <root>/<series>/release-0001/index.json  manifest.json  codebook.json  records.jsonl | totals.jsonl  digests.txt

`index.json` holds the SHA-256 of every other file; reading a release checks it.
"""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from selfhelp_survey.errors import StoreError
from selfhelp_survey.research_store.acceptance import check_digests, check_release, is_already_there
from selfhelp_survey.research_store.interface import (
    SERIES_NAME,
    KnownRelease,
    PushResult,
    Record,
    ReleasePackage,
    SeriesRegistration,
    StoreLayout,
    TotalRow,
    canonical_json,
    record_json,
)
from selfhelp_survey.research_store.registration import registration_from_json

LAYOUT_VERSION = 1


class DirectoryStore:
    """A folder that only its owner can read."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def init(self) -> StoreLayout:
        before = LAYOUT_VERSION if self._root.is_dir() else 0
        with _clear_errors():
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        return StoreLayout(version_before=before, version_after=LAYOUT_VERSION)

    def register_series(self, series: SeriesRegistration) -> bool:
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
        return True

    def find_series(self, series: str) -> SeriesRegistration:
        path = self._root / series / "series.json"
        if not SERIES_NAME.fullmatch(series) or not path.is_file():
            raise StoreError(f"The store knows no series {series}; its owner registers it first.")
        return registration_from_json(json.loads(path.read_text(encoding="utf-8")))

    def known_releases(self, series: str) -> tuple[KnownRelease, ...]:
        found = (_read_index(folder) for folder in self._releases(series))
        known = (KnownRelease(number=int(index["number"]), manifest_digest=index["manifest_digest"]) for index in found)
        return tuple(sorted(known, key=lambda release: release.number))

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

    def read_records(self, series: str) -> Iterator[Record]:
        for line in self._lines(series, "records.jsonl"):
            yield json.loads(line)

    def read_totals(self, series: str) -> Iterator[TotalRow]:
        for line in self._lines(series, "totals.jsonl"):
            yield TotalRow(**json.loads(line))

    def _write_release(self, package: ReleasePackage, records: Iterable[Record]) -> None:
        final = self._root / package.series / f"release-{package.number:04d}"
        unfinished = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=final.parent))
        try:
            _write(unfinished / "manifest.json", [canonical_json(package.manifest)])
            _write(unfinished / "codebook.json", [canonical_json(package.codebook)])
            _write(unfinished / "digests.txt", sorted(digest.hex() for digest in package.digests))
            _write(unfinished / "records.jsonl", (record_json(record) for record in records))
            _write(unfinished / "totals.jsonl", (canonical_json(asdict(row)) for row in package.totals))
            _write(unfinished / "index.json", [_index(unfinished, package)])
            unfinished.rename(final)
            _sync(final.parent)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise

    def _releases(self, series: str) -> list[Path]:
        return sorted((self._root / series).glob("release-*"), key=lambda folder: int(folder.name.split("-")[1]))

    def _lines(self, series: str, name: str) -> Iterator[str]:
        for folder in self._releases(series):
            if _digest(folder / name) != _read_index(folder)["files"][name]:
                raise StoreError(f"The file {name} of {folder.name} was changed after it was written.")
            with (folder / name).open(encoding="utf-8") as file:
                yield from file

    def _all_digests(self) -> set[bytes]:
        files = self._root.glob("*/release-*/digests.txt")
        return {bytes.fromhex(line) for file in files for line in file.read_text(encoding="ascii").split()}

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        if not self._root.is_dir():
            raise StoreError("There is no store in this folder yet; init-store makes it.")
        with (self._root / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _index(folder: Path, package: ReleasePackage) -> str:
    files = {path.name: _digest(path) for path in folder.iterdir()}
    return canonical_json({"number": package.number, "manifest_digest": package.manifest_digest, "files": files})


def _read_index(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    return found


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
