"""The report: for each language every text with what it needs, and what comes of it all."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from selfhelp_survey.languages import named_language
from selfhelp_survey.translations.areas import all_areas
from selfhelp_survey.translations.changes import wording_problems
from selfhelp_survey.translations.glossary import Glossary
from selfhelp_survey.translations.units import State, TextArea, TranslationUnit

WANTING = tuple(state for state in State if state is not State.SIGNED)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One text with what it needs; `findings` are what a reader should look at again."""

    unit: TranslationUnit
    state: State
    findings: tuple[str, ...]

    @property
    def is_wanting(self) -> bool:
        """Whether somebody has something to do or to look at."""
        return self.state is not State.SIGNED or bool(self.findings)


@dataclass(frozen=True, kw_only=True)
class AreaReport:
    """The texts of one area in one language; `signed_by` is "" where nobody has signed them, or who is not known."""

    name: str
    signed_by: str
    lines: tuple[Line, ...]

    def count(self, state: State) -> int:
        """How many texts are in this state."""
        return sum(line.state is state for line in self.lines)

    @property
    def finding_count(self) -> int:
        """How many texts have something to look at again."""
        return sum(bool(line.findings) for line in self.lines)


@dataclass(frozen=True, kw_only=True)
class LanguageReport:
    """All texts in one language."""

    language: str
    areas: tuple[AreaReport, ...]

    @property
    def is_complete(self) -> bool:
        """True where every text is there and signed as it stands. Findings do not count: a reader decides on them."""
        return not any(area.count(state) for area in self.areas for state in WANTING)


def report_on(language: str, glossary: Glossary) -> LanguageReport:
    """The report on a language of the site, or on the interface alone in another one."""
    areas = tuple(_area_report(area, language, glossary) for area in all_areas(language))
    return LanguageReport(language=language, areas=areas)


def _area_report(area: TextArea, language: str, glossary: Glossary) -> AreaReport:
    signed = area.signature(language)
    lines = tuple(
        Line(unit=unit, state=unit.state(signed), findings=tuple(_findings(unit, language, glossary)))
        for unit in area.read(language)
    )
    return AreaReport(name=area.name, signed_by=signed.signed_by, lines=lines)


def _findings(unit: TranslationUnit, language: str, glossary: Glossary) -> Iterator[str]:
    yield from glossary.findings(unit, language)
    if unit.target and language != unit.source_language:
        yield from wording_problems(unit, unit.target)


def as_lines(report: LanguageReport, *, shows: str = "") -> Iterator[str]:
    """The report in words. `shows`: "" for numbers alone, "wanting" for texts with something to do, "all" for all."""
    verdict = "complete" if report.is_complete else "not complete"
    yield f"{report.language} ({named_language(report.language).name}): {verdict}"
    for area in report.areas:
        yield f"  {area.name}: {_in_numbers(area)}"
        for line in area.lines if shows else ():
            if shows == "all" or line.is_wanting:
                yield from _shown(line, report.language)


def _in_numbers(area: AreaReport) -> str:
    if not area.lines:
        return "nothing to translate"
    counts = [f"{number} {state}" for state in WANTING if (number := area.count(state))]
    if area.finding_count:
        counts.append(f"{area.finding_count} to look at again")
    signed = f" (signed by {area.signed_by})" if area.signed_by else ""
    return f"{len(area.lines)} texts; {', '.join(counts) or 'all signed'}{signed}"


def _shown(line: Line, language: str) -> Iterator[str]:
    unit = line.unit
    yield f"    [{line.state}] {unit.name} ({unit.place})"
    yield f"      {unit.source_language}: {unit.source or '-'}"
    if language != unit.source_language:
        yield f"      {language}: {unit.target or '-'}"
    for finding in line.findings:
        yield f"      ! {finding}"


def as_plain(report: LanguageReport, *, shows: str = "") -> dict[str, Any]:
    """The report as plain JSON values, with the texts that `as_lines` would show."""
    return {
        "language": report.language, "complete": report.is_complete,
        "areas": [_area_as_plain(area, shows) for area in report.areas],
    }  # fmt: skip


def _area_as_plain(area: AreaReport, shows: str) -> dict[str, Any]:
    counts = Counter(line.state for line in area.lines)
    plain: dict[str, Any] = {
        "area": area.name, "signed_by": area.signed_by, "texts": len(area.lines),
        "states": {str(state): counts[state] for state in State}, "look_again": area.finding_count,
    }  # fmt: skip
    if shows:
        plain["lines"] = [_line_as_plain(line) for line in area.lines if shows == "all" or line.is_wanting]
    return plain


def _line_as_plain(line: Line) -> dict[str, Any]:
    unit = line.unit
    return {
        "text": unit.name, "place": unit.place, "state": str(line.state), "source_language": unit.source_language,
        "source": unit.source, "translation": unit.target, "findings": list(line.findings),
    }  # fmt: skip
