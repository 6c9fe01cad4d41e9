"""`manifest.json`: what a release is and which files belong to it, signed by the research key."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from selfhelp_survey.errors import SealingError
from selfhelp_survey.research.errors import VerificationError
from selfhelp_survey.research.series import Series, series_in
from selfhelp_survey.sealing.keys import PrivateKey, PublicKey
from selfhelp_survey.sealing.signing import canonical_bytes, read_json_object, sign_document, verify_document

NAME = "manifest.json"
FORMAT = "shs-release/1"
LARGEST_MANIFEST = 1 << 24  # bytes
_PATH = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
Json = dict[str, Any]
_MARKS = ("residue", "edition")
_COUNTS = ("release", "rows", "held_back")


class EditionKind(StrEnum):
    """What an edition does with releases: adds them up, makes them coarser, or corrects them."""

    CUMULATIVE = "cumulative"
    COARSER = "coarser"
    ERRATUM = "erratum"


def describe(series: Series, *, number: int, summary: Mapping[str, Any]) -> Json:
    """What a manifest says before its files are known. `summary` brings rows, held_back and the versions' hashes.

    The last release of a series and an edition also bring their own `levels`, and what they are: `residue`, `edition`.
    """
    plan = series.plan
    more = {name: summary[name] for name in _MARKS if name in summary}
    return {
        "format": FORMAT, "series": plan.series, "release": number, "kind": plan.kind.value,
        "output": plan.output.value, "rows": summary["rows"], "held_back": summary["held_back"], "k": plan.k,
        "l": plan.l, "diversity": [{"name": item.name, "variables": list(item.variables), "needed": item.needed}
                                   for item in series.diversity],
        "quasi_identifiers": list(series.quasi_identifiers), "levels": dict(summary.get("levels", plan.levels)),
        "minimum_size": plan.minimum_size, "plan": series.to_json(), "plan_sha256": series.hash,
        "questionnaire": {"code": plan.questionnaire, "hashes": list(summary["hashes"]),
                          "versions": [held[:8] for held in summary["hashes"]]},
        **more,
    }  # fmt: skip


def title_of(document: Mapping[str, Any]) -> str:
    """What a manifest is of, in one line: a release, or an edition of some."""
    edition = document.get("edition")
    if edition is None:
        last = ", the last one" if "residue" in document else ""
        return f"Series {document['series']}, release {document['release']}{last}"
    numbers = [source["release"] for source in edition["sources"]]
    held = f"releases {numbers[0]} to {numbers[-1]}" if len(numbers) > 1 else f"release {numbers[0]}"
    return f"Series {document['series']}, {EditionKind(edition['kind'])} edition of {held}"


def series_of_manifest(document: Mapping[str, Any]) -> Series:
    """The series as it was frozen, if the rest of the manifest says the same of it. Raises VerificationError."""
    if any(type(document.get(name)) is not int or document[name] < 0 for name in _COUNTS):
        raise VerificationError("The manifest does not say how many rows of which release it is of: do not use it.")
    try:
        series = series_in(json.dumps(document["plan"]).encode())
        summary = {name: document[name] for name in ("rows", "held_back", *_MARKS) if name in document} | {
            "hashes": document["questionnaire"]["hashes"], "levels": _levels_in(document, series)
        }  # fmt: skip
        told = describe(series, number=document["release"], summary=summary)
        title_of(document)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        raise VerificationError("The manifest does not say what the release promises: do not use it.") from None
    if any(document.get(name) != value for name, value in told.items()):
        raise VerificationError("The manifest contradicts the plan of its own series: do not use it.")
    return series


def _levels_in(document: Mapping[str, Any], series: Series) -> dict[str, int]:
    """The levels of the series, or the higher ones of a file that may have them. Raises ValueError for any other."""
    promised, told = series.plan.levels, document["levels"]
    if not any(name in document for name in _MARKS):
        return promised
    if told.keys() != promised.keys() or any(type(level) is not int for level in told.values()):
        raise ValueError
    if any(told[name] < level for name, level in promised.items()):
        raise ValueError
    return {name: told[name] for name in promised}


def write_manifest(description: Json, directory: Path, *, names: Iterable[str], private: PrivateKey) -> bytes:
    """The signed manifest over these files of a directory. The same files and key always give the same bytes."""
    files = [{"path": name, "sha256": file_digest(directory / name)} for name in sorted(names)]
    # No newline at the end: the digest of the file is that of the document, which the research store knows it by.
    return canonical_bytes(sign_document({**description, "files": files}, private))


def file_digest(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_manifest(path: Path, trusted: Sequence[PublicKey]) -> Json:
    """The manifest, if a trusted key signed it and nothing in it was changed. Raises VerificationError."""
    if not path.is_file():
        raise VerificationError(f"There is no {path.name} in {path.parent.name}: this is not a release.")
    with path.open("rb") as file:
        document = read_json_object(file.read(LARGEST_MANIFEST))
    if document is None:
        raise VerificationError("The manifest is not whole: fetch the original directory again.")
    try:
        verify_document(document, trusted)
    except SealingError as error:
        raise VerificationError(f"The manifest cannot be trusted. {error}") from error
    if document.get("format") != FORMAT:
        raise VerificationError("The manifest has a format this version does not know: update selfhelp_survey here.")
    if not _names_files(document.get("files")):
        raise VerificationError("The manifest names its files in another way than a release does: do not use it.")
    return document


def _names_files(listed: object) -> bool:
    """True for a list of files, each with its digest and a name that stays within the directory."""
    return isinstance(listed, list) and all(
        isinstance(file, dict)
        and _PATH.fullmatch(str(file.get("path")))
        and isinstance(file["path"], str)
        and _SHA256.fullmatch(str(file.get("sha256")))
        for file in listed
    )
