"""The tables of docs/reference/harmonised-variables.md, from the catalogue that comes with the package."""

from __future__ import annotations

from collections.abc import Iterator

from selfhelp_survey.authoring.shipped import shipped_catalogue
from selfhelp_survey.core.harmonised import HarmonisedVariable
from selfhelp_survey.core.questionnaire import QuestionType

INSTRUMENTS = ("exit_survey", "help_us_to_help_you", "no_need_for_help")


def comparability(before: str) -> Iterator[str]:
    """Who carries what, how far, and over which time."""
    yield from (
        "| Variable | What it holds | " + " | ".join(f"`{name}`" for name in INSTRUMENTS) + " |",
        "|---" * 5 + "|",
    )
    for variable in shipped_catalogue():
        cells = (_carried(variable, instrument) for instrument in INSTRUMENTS)
        yield f"| `{variable.name}` | {variable.label.in_language('en')} | {' | '.join(cells)} |"


def _carried(variable: HarmonisedVariable, instrument: str) -> str:
    held = variable.carried_by(instrument)
    return f"{held.comparability}, {held.time_reference}" if held else "not asked (-6)"


def notes(before: str) -> Iterator[str]:
    """What a reader has to know, where the catalogue says more."""
    yield from ("| Variable | Questionnaire | Note |", "|---|---|---|")
    for variable in shipped_catalogue():
        for held in variable.instruments:
            if held.note:
                yield f"| `{variable.name}` | `{held.instrument}` | {held.note.in_language('en')} |"


def values(before: str) -> Iterator[str]:
    """Type, columns and codes of each variable."""
    yield from ("| Variable | Type | Columns | Codes |", "|---|---|---|---|")
    for variable in shipped_catalogue():
        codes = "; ".join(f"{value.code} {value.label.in_language('en')}" for value in variable.values)
        yield f"| `{variable.name}` | {variable.type} | {_columns(variable)} | {codes} |"


def _columns(variable: HarmonisedVariable) -> str:
    if variable.type is QuestionType.MULTIPLE:
        return f"`{variable.columns[0]}` to `{variable.columns[-1]}`, each 0 or 1"
    return ", ".join(f"`{column}`" for column in variable.columns)
