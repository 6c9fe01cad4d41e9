"""PO files, for translators' programs: one entry for each text, its key as context, its place as comment."""

import tempfile
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from selfhelp_survey.errors import SurveyError
from selfhelp_survey.translations.plurals import plural_rule
from selfhelp_survey.translations.rows import REVISION, ExchangeFile, ExchangeRow
from selfhelp_survey.translations.units import TranslationUnit

WIDTH = 100


def _polib() -> Any:
    """The library. Raises SurveyError where it is not installed."""
    try:
        import polib
    except ImportError:
        raise SurveyError("PO files need polib: pip install 'selfhelp-survey[translate]'") from None
    return polib


def written(units: tuple[TranslationUnit, ...], language: str) -> bytes:
    """A PO file of these texts; the forms of a text that counts stand in one entry."""
    polib = _polib()
    catalogue = polib.POFile(wrapwidth=WIDTH)
    catalogue.metadata = _head(language)
    for _, forms in groupby(units, key=lambda unit: (unit.area, unit.base or unit.key)):
        catalogue.append(_entry(polib, tuple(forms)))
    return str(catalogue).encode()


def _head(language: str) -> dict[str, str]:
    return {
        "Project-Id-Version": "selfhelp_survey", "Language": language, "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8", "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": plural_rule(language),
    }  # fmt: skip


def _entry(polib: Any, forms: tuple[TranslationUnit, ...]) -> Any:
    first = forms[0]
    comment = f"{first.place}\nrevision {' '.join(unit.revision for unit in forms)}"
    words: dict[str, Any] = {"msgid": first.source, "msgstr": first.target}
    if first.plural:
        words = {"msgid": first.base.rpartition("|")[2], "msgid_plural": first.plural,
                 "msgstr_plural": {number: unit.target for number, unit in enumerate(forms)}}  # fmt: skip
    name = f"{first.area}:{first.base or first.key}"
    return polib.POEntry(msgctxt=name, comment=comment, **words)


def read(content: bytes) -> ExchangeFile:
    """The texts of a PO file that came back. Raises SurveyError for what is no PO file."""
    try:
        text = content.decode("utf-8-sig")
        if "msgid" not in text:  # polib would take a short text for the name of a file
            raise ValueError
        catalogue = _polib().pofile(text, check_for_duplicates=False)
    except (OSError, UnicodeDecodeError, ValueError, IndexError):
        raise SurveyError("this is no PO file in UTF-8: export it again, and keep the kind of file") from None
    rows = (row for number, entry in enumerate(catalogue, start=1) if not entry.obsolete
            for row in _rows(entry, f"entry {number}"))  # fmt: skip
    return ExchangeFile(language=catalogue.metadata.get("Language", ""), rows=tuple(rows))


def _rows(entry: Any, where: str) -> Iterator[ExchangeRow]:
    found = REVISION.search(" ".join((entry.comment or "").split()))
    revisions = found[1].split() if found else []
    problem = "is marked fuzzy: check it, and take the mark away" if "fuzzy" in entry.flags and entry.msgid else ""
    forms = sorted(entry.msgstr_plural.items()) if entry.msgid_plural else [(None, entry.msgstr)]
    for number, (form, target) in enumerate(forms):
        yield ExchangeRow(
            where=where, name=(entry.msgctxt or "") + ("" if form is None else f"#{form}"), target=target,
            source=entry.msgid if form is None else "\0".join((entry.msgid, entry.msgid_plural)), problem=problem,
            revision=revisions[number] if number < len(revisions) else "",
        )  # fmt: skip


def merge_catalogue(folder: Path, language: str, texts: Iterable[tuple[TranslationUnit, str]]) -> None:
    """Put these texts into the catalogue `django.po` of a folder, which is made where there is none, and compile it."""
    polib = _polib()
    path = folder / "django.po"
    catalogue = polib.pofile(str(path)) if path.exists() else polib.POFile(wrapwidth=WIDTH)
    catalogue.metadata = catalogue.metadata or _head(language)
    for unit, words in texts:
        entry = _found_or_new(polib, catalogue, unit)
        if unit.plural:
            entry.msgstr_plural[int(unit.key.rpartition("#")[2])] = words
        else:
            entry.msgstr = words
    folder.mkdir(parents=True, exist_ok=True)
    _replace(path, str(catalogue).encode())
    _replace(folder / "django.mo", catalogue.to_binary())


def _found_or_new(polib: Any, catalogue: Any, unit: TranslationUnit) -> Any:
    context, _, singular = (unit.base or unit.key).rpartition("|")
    entry = catalogue.find(singular, msgctxt=context or False)
    if entry is None:
        entry = polib.POEntry(msgid=singular, msgid_plural=unit.plural, msgctxt=context or None)
        catalogue.append(entry)
    entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
    return entry


def _replace(path: Path, content: bytes) -> None:
    """Write the file beside its place, then put it there in one move."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as part:
        part.write(content)
    Path(part.name).chmod(0o644)
    Path(part.name).replace(path)
