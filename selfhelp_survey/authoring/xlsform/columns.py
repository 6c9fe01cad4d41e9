"""The header of a sheet: what each column is about, and in which language."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from selfhelp_survey.authoring.section import LANGUAGE
from selfhelp_survey.authoring.source_tree import Mapping as MappingNode
from selfhelp_survey.authoring.source_tree import Place, Scalar
from selfhelp_survey.authoring.xlsform.workbook import Cell, Sheet

OURS = "shs_"
"""Begins the names of columns that are this software's own; other tools pass over them. No colon: pyxform makes an
XML element of every further column of choices."""
TRANSLATED = frozenset({"label", "hint", f"{OURS}title", f"{OURS}prefer_not_to_say", f"{OURS}not_sure"})
LANGUAGE_NAMES = {
    "ar": "Arabic", "bg": "Bulgarian", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English",
    "es": "Spanish", "et": "Estonian", "fa": "Persian", "fi": "Finnish", "fr": "French", "he": "Hebrew",
    "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "it": "Italian", "ja": "Japanese", "ko": "Korean",
    "lt": "Lithuanian", "lv": "Latvian", "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese",
    "pt-br": "Brazilian Portuguese", "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sl": "Slovenian",
    "so": "Somali", "sr": "Serbian", "sv": "Swedish", "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese",
    "zh": "Chinese",
}  # fmt: skip
_ALIASES = {"list name": "list_name", "relevance": "relevant", "read_only": "readonly", "title": "form_title",
            "form_name": "form_title", "id_string": "form_id"}  # fmt: skip
_IN_BRACKETS = re.compile(r"\(([^()]{2,20})\)\s*$")


@dataclass(frozen=True, kw_only=True)
class Column:
    """What a header says: `language` is a code, "" where none is named, None where what stands there is no code."""

    name: str
    language: str | None
    place: Place


def column_of(header: Cell) -> Column:
    """The column under this header, such as `label::English (en)`."""
    name, _, rest = header.text.strip().partition("::")
    name = name.strip().lower()
    if name == "media":
        name, _, rest = rest.partition("::")
        name = name.strip().lower()
    language = code_in(rest) if name in TRANSLATED else ""
    return Column(name=_ALIASES.get(name, name), language=language, place=header.place)


def code_in(written: str) -> str | None:
    """The language code in `English (en)` or `en`; "" where nothing is written, None where that is no code."""
    if not written.strip():
        return ""
    found = _IN_BRACKETS.search(written)
    code = (found[1] if found else written).strip().lower().replace("_", "-")
    return code if LANGUAGE.fullmatch(code) else None


def header_of(name: str, language: str) -> str:
    """The header for a column in this language, as XLSForm writes it."""
    return f"{name}::{named(language)}"


def named(language: str) -> str:
    """The language as XLSForm names it: `English (en)`."""
    return f"{LANGUAGE_NAMES.get(language, language)} ({language})"


@dataclass(frozen=True, kw_only=True)
class Line:
    """A row under its header: `cells` holds what stands under each column."""

    place: Place
    cells: Mapping[tuple[str, str], Cell]

    def cell(self, name: str) -> Cell | None:
        """The cell in this column."""
        return self.cells.get((name, ""))

    def word(self, name: str) -> str:
        """What stands in this column without spaces around, "" for nothing."""
        cell = self.cell(name)
        return cell.text.strip() if cell else ""

    def place_of(self, name: str) -> Place:
        """Where this column's cell stands, in whichever language, or else the row."""
        return next((cell.place for (column, _), cell in self.cells.items() if column == name), self.place)

    def scalar(self, name: str, *, exactly: bool = False) -> Scalar | None:
        """The cell as a value of the tree; `exactly` keeps spaces around it."""
        cell = self.cell(name)
        return Scalar(cell.text if exactly else cell.text.strip(), cell.place) if cell else None

    def text(self, name: str, default: str) -> MappingNode | None:
        """The wordings in this column's languages; a column without one counts for the default language."""
        found = {language or default: cell for (column, language), cell in self.cells.items() if column == name}
        if not found:
            return None
        place = next(iter(found.values())).place
        return MappingNode(
            place, entries={code: Scalar(cell.text, cell.place, is_plain=False) for code, cell in found.items()},
            keys={code: cell.place for code, cell in found.items()},
        )  # fmt: skip


def columns_of(sheet: Sheet) -> tuple[Column, ...]:
    """The columns of a sheet, from its first row."""
    return tuple(column_of(cell) for cell in sheet.rows[0].values()) if sheet.rows else ()


def lines_of(sheet: Sheet, columns: Iterable[Column]) -> tuple[Line, ...]:
    """The rows under the header; cells without a header of these columns are left out."""
    keys = {column.place.column: (column.name, column.language) for column in columns if column.language is not None}
    found = []
    for row in sheet.rows[1:]:
        cells = {(name, language or ""): row[number] for number, (name, language) in keys.items() if number in row}
        if cells:
            place = Place(next(iter(row.values())).place.line, 1, sheet.name)
            found.append(Line(place=place, cells=cells))
    return tuple(found)
