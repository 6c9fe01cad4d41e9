"""The words around the questions: buttons, messages, the admin. Read as Django would really show them.

They stand in the app's own catalogues. A site changes them in a folder of its own in Django's `LOCALE_PATHS`, which
goes before every app; the app's files are never written.
"""

import gettext
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from importlib import resources
from pathlib import Path

from django.utils.translation import to_language, to_locale
from django.utils.translation.trans_real import DjangoTranslation

from selfhelp_survey.conf import survey_settings
from selfhelp_survey.errors import SurveyError
from selfhelp_survey.sign_offs import signature
from selfhelp_survey.translations.plurals import plural_forms
from selfhelp_survey.translations.po_files import merge_catalogue
from selfhelp_survey.translations.units import INTERFACE, TextArea, TranslationUnit

SOURCE_LANGUAGE = "en"
OVERRIDDEN = ", in this site's own words"
_MAGIC = 0x950412DE


@dataclass(frozen=True, kw_only=True, order=True)
class InterfaceText:
    """One text as the source has it; `context` and `plural` are "" where there is none."""

    singular: str
    plural: str = ""
    context: str = ""

    @property
    def lookup(self) -> str:
        """The key under which gettext keeps it."""
        return f"{self.context}\x04{self.singular}" if self.context else self.singular

    @property
    def key(self) -> str:
        """A key that a person can read."""
        return f"{self.context}|{self.singular}" if self.context else self.singular


def interface_area() -> TextArea:
    """The area."""
    return TextArea(name=INTERFACE, read=_read, write=write_overrides, signature=partial(signature, INTERFACE))


def _read(language: str) -> tuple[TranslationUnit, ...]:
    """The texts in a language; in English they are their own source, so all are there."""
    shown, own = _catalogue(language), _own_catalogue(language)
    return tuple(unit for text in interface_texts() for unit in _units(text, language, shown, own))


def _units(text: InterfaceText, language: str, shown: Mapping[object, str], own: Mapping[object, str]
           ) -> Iterator[TranslationUnit]:  # fmt: skip
    forms = plural_forms(language) if text.plural else (None,)
    for form, first in enumerate(forms):
        source = text.plural if first not in {None, 1} else text.singular
        lookup: object = text.lookup if first is None else (text.lookup, form)
        target = shown.get(lookup) or (source if language.partition("-")[0] == SOURCE_LANGUAGE else "")
        is_own = target in {own.get(lookup), source, ""}
        counted = "" if first is None else f" for {first} and numbers like it"
        yield TranslationUnit(
            area=INTERFACE, key=text.key if first is None else f"{text.key}#{form}", source=source, target=target,
            place=f"interface{counted}{'' if is_own else OVERRIDDEN}", source_language=SOURCE_LANGUAGE,
            base=text.key if text.plural else "", plural=text.plural,
        )  # fmt: skip


@cache
def interface_texts() -> tuple[InterfaceText, ...]:
    """Every text of the app's catalogues, which hold the same ones in every language."""
    folder = resources.files("selfhelp_survey") / "locale"
    found: set[InterfaceText] = set()
    for language in folder.iterdir():
        catalogue = language / "LC_MESSAGES" / "django.mo"
        if catalogue.is_file():
            found.update(_sources(catalogue.read_bytes()))
    return tuple(sorted(found))


def interface_languages() -> tuple[str, ...]:
    """The languages of the app's catalogues, without English, which needs none."""
    folder = resources.files("selfhelp_survey") / "locale"
    return tuple(sorted(to_language(each.name) for each in folder.iterdir() if each.is_dir()))


def _sources(catalogue: bytes) -> Iterator[InterfaceText]:
    """The sources of a compiled catalogue; gettext's own reader drops their plurals.

    Source: GNU gettext manual, The Format of GNU MO Files.
    """
    magic, _, count, place = struct.unpack_from("<4I", catalogue)
    if magic != _MAGIC:
        raise SurveyError("an interface catalogue is no compiled catalogue: reinstall the package")
    for number in range(count):
        length, start = struct.unpack_from("<2I", catalogue, place + 8 * number)
        written = catalogue[start : start + length].decode()
        if written:
            context, _, words = written.rpartition("\x04")
            singular, _, plural = words.partition("\0")
            yield InterfaceText(singular=singular, plural=plural, context=context)


def _catalogue(language: str) -> Mapping[object, str]:
    """What Django shows in this language and no other: every app, and the site's own words before them."""
    shown: Mapping[object, str] = vars(DjangoTranslation(language))["_catalog"]
    return shown


def _own_catalogue(language: str) -> Mapping[object, str]:
    folder = str(resources.files("selfhelp_survey") / "locale")
    found = gettext.translation("django", folder, [to_locale(language)], fallback=True)
    own: Mapping[object, str] = vars(found).get("_catalog", {})
    return own


def write_overrides(language: str, changes: Mapping[str, str]) -> None:
    """Write these texts into the last folder of `LOCALE_PATHS`, as a catalogue and compiled.

    Raises SurveyError where the site has no such folder, or polib is not installed.
    """
    folders = survey_settings.locale_folders
    if not folders:
        raise SurveyError(
            "interface texts are written into a folder of the site's own: name one in LOCALE_PATHS, such as "
            "BASE_DIR / 'survey_locale', or leave these texts out of the file"
        )
    units = {unit.key: unit for unit in _read(language)}
    folder = Path(folders[-1]) / to_locale(language) / "LC_MESSAGES"
    merge_catalogue(folder, language, [(units[key], words) for key, words in changes.items()])
