"""What a file that came back would change, and everything that keeps it from being taken."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from selfhelp_survey.core.plain_text import faults_in, lost_placeholders, unknown_placeholders
from selfhelp_survey.core.text import placeholders_in
from selfhelp_survey.errors import SurveyError
from selfhelp_survey.translations.rows import ExchangeFile, ExchangeRow
from selfhelp_survey.translations.units import INTERFACE, TranslationUnit, revision_of

NUMBERED = re.compile(r"%\(\w+\)[a-z]")
MOST_SHOWN = 100


class TranslationsRefused(SurveyError):  # noqa: N818 - the name says what happened
    """The file was not taken."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        shown = [f"- {problem}" for problem in problems[:MOST_SHOWN]]
        if len(problems) > MOST_SHOWN:
            shown.append(f"... and {len(problems) - MOST_SHOWN} more")
        super().__init__("nothing was changed, because of the file:\n" + "\n".join(shown))


@dataclass(frozen=True, kw_only=True)
class Change:
    """One text as it stands, and as the file would have it."""

    unit: TranslationUnit
    new: str


def changes_in(file: ExchangeFile, units: Iterable[TranslationUnit], *, language: str) -> tuple[Change, ...]:
    """What the file would change, in its order. Blank translations, and those nobody touched, change nothing.

    Raises TranslationsRefused with every problem: a file is taken as a whole or not at all.
    """
    known = {unit.name: unit for unit in units}
    problems = [*_language_problems(file, language), *_twice(file.rows)]
    changes = []
    for row in file.rows:
        unit = known.get(row.name)
        if unit is None:
            problems.append(_told(row, "there is no such text here: leave the first column or the context as it was"))
        elif _says_something(row, unit):
            found = list(_problems(row, unit))
            problems += [_told(row, problem) for problem in found]
            if not found:
                changes.append(Change(unit=unit, new=row.target.strip()))
    if problems:
        raise TranslationsRefused(tuple(problems))
    return tuple(changes)


def _told(row: ExchangeRow, problem: str) -> str:
    return f"{row.where}, {row.name[:120] or 'without a key'}: {problem}"


def _language_problems(file: ExchangeFile, language: str) -> Iterator[str]:
    if file.language != language:
        told = file.language or "no language"
        yield f"the file says it is in {told}, not in {language}: import it under the language it was exported for"


def _twice(rows: Iterable[ExchangeRow]) -> Iterator[str]:
    for name, count in Counter(row.name for row in rows).items():
        if count > 1:
            yield f"{name[:120]} stands {count} times: keep one"


def _says_something(row: ExchangeRow, unit: TranslationUnit) -> bool:
    """False for a blank or unchanged text, and for one left as exported while somebody changed it here since."""
    if row.problem:
        return True
    words = row.target.strip()
    return bool(words) and words != unit.target and not _is_untouched(row, unit)


def _is_untouched(row: ExchangeRow, unit: TranslationUnit) -> bool:
    """Whether the translation is the one that was exported."""
    sources = {unit.source, *row.source.split("\0")}
    return row.revision in {revision_of(source, row.target) for source in sources}


def _problems(row: ExchangeRow, unit: TranslationUnit) -> Iterator[str]:
    if row.problem:
        yield f"the translation {row.problem}"
        return
    if row.source.strip() not in _sources(unit):
        yield "its source is not what it is here now: export again, and translate the new one"
    elif not row.revision:
        yield "its revision is lost: keep the column or the comment 'revision' as it was exported"
    elif row.revision != unit.revision:
        yield "it was changed here after the export: export again, so that neither change is lost"
    yield from wording_problems(unit, row.target.strip())


def _sources(unit: TranslationUnit) -> tuple[str, ...]:
    """How a file may give the source of this text: a text that counts stands with both its forms in some."""
    singular = unit.base.rpartition("|")[2]
    return (unit.source.strip(), f"{singular}\0{unit.plural}".strip()) if unit.plural else (unit.source.strip(),)


def wording_problems(unit: TranslationUnit, words: str) -> Iterator[str]:
    """What keeps these words from standing where this text stands."""
    yield from _placeholder_problems(unit, words)
    yield from faults_in(words)
    yield from _room_problems(unit, words)


def source_problems(unit: TranslationUnit, words: str) -> Iterator[str]:
    """What keeps these words from taking the place of the source of this text.

    A placeholder that stood there has to stay: questionnaires lose one with their file only. A new one may come in.
    """
    yield from lost_placeholders(unit.source, words)
    yield from unknown_placeholders(words)
    yield from faults_in(words)
    yield from _room_problems(unit, words)


def _room_problems(unit: TranslationUnit, words: str) -> Iterator[str]:
    if words.startswith("=") and not unit.source.startswith("="):
        yield "it begins like a formula: write the text itself"
    if over := unit.excess(words):
        yield f"it is {over} {'bytes' if unit.in_bytes else 'characters'} too long: {unit.longest} have room here"


def _placeholder_problems(unit: TranslationUnit, words: str) -> Iterator[str]:
    find = NUMBERED.findall if unit.area == INTERFACE else placeholders_in
    wanted, found = set(find(unit.source)), set(find(words))
    lost = () if unit.plural else sorted(wanted - found)  # "one page", "two pages" can do without a digit
    for name in lost:
        yield f"the placeholder {_shown(name)} is lost: keep it as it stands in the source"
    for name in sorted(found - wanted):
        yield f"the placeholder {_shown(name)} is not in the source: take it out"
    if unit.area == INTERFACE and wanted and words.replace("%%", "").count("%") != len(find(words)):
        yield "a % stands alone: keep placeholders as they are in the source"


def _shown(name: str) -> str:
    return name if name.startswith("%") else "{" + name + "}"


def by_area(changes: Iterable[Change]) -> Mapping[str, dict[str, str]]:
    """The new words by area and key."""
    found: dict[str, dict[str, str]] = {}
    for change in changes:
        found.setdefault(change.unit.area, {})[change.unit.key] = change.new
    return found
