"""`codebook.json`: what every column means, at the level it is released at, in every language."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from selfhelp_survey.core.answers import MissingCode
from selfhelp_survey.core.codebook import Variable
from selfhelp_survey.core.comparison import Meaning
from selfhelp_survey.core.questionnaire import Category, QuestionType
from selfhelp_survey.core.text import Text
from selfhelp_survey.research.formats.wordings import (
    CHANNELS,
    CHOSEN,
    MISSING,
    NO_ANSWER,
    OUTSIDE_SPAN,
    SYSTEM,
    Wordings,
)
from selfhelp_survey.research.quarters import OUTSIDE, WITHHELD_LEVEL, periods
from selfhelp_survey.research.series import Series
from selfhelp_survey.research.versions import Instrument, Version

NAME = "codebook.json"
FORMAT = "shs-codebook/1"
Json = dict[str, Any]
CorrectedLabels = Mapping[str, Mapping[int | str, Wordings]]
"""Of a variable's values by code, the labels that an erratum gives them, by language."""


def write_codebook(series: Series, instrument: Instrument, *, labels: CorrectedLabels | None = None) -> str:
    """The codebook of the series' columns. A column is described in the words of the newest version that asks it.

    `labels` stand in the place of what the questionnaire says; a code that it does not have is added.
    """
    document = {
        "format": FORMAT,
        "series": series.plan.series,
        "questionnaire": instrument.code,
        "sample": instrument.newest.questionnaire.sample,
        "languages": list(instrument.newest.questionnaire.languages),
        "versions": [version.hash for version in instrument.versions],
        "missing": [_value(int(code), wordings) for code, wordings in MISSING.items()],
        "variables": [_corrected(_variable(name, series, instrument), labels or {}) for name in series.columns],
    }
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _variable(name: str, series: Series, instrument: Instrument) -> Json:
    homes = instrument.homes(name)
    variable, level = homes[-1].variables[name], series.plan.levels.get(name)
    is_coarser = bool(level)
    return {
        "name": name, "label": _label(variable), "question": _plain(variable.label), "item": _plain(variable.item),
        "question_name": variable.question_name, "type": variable.type or "text", "universe": variable.universe,
        "values": _periods(series) if name == "quarter" else _values(variable, level=level or 0, homes=homes),
        "missing": [_value(int(code), NO_ANSWER if is_coarser and code is MissingCode.LEFT_BLANK else wordings)
                    for code, wordings in MISSING.items()],
        "role": "quasi-identifier" if level is not None else variable.role, "level": level,
        "harmonised": variable.harmonised, "versions": [version.hash for version in homes],
        "meanings": _meanings(name, homes),
    }  # fmt: skip


def _periods(series: Series) -> list[Json]:
    """The quarters that tables tell apart, or coarser periods; none where the plan lists none or all is withheld."""
    level = series.plan.levels.get("quarter", 0)
    told = periods(series.plan.quarters, level) if level < WITHHELD_LEVEL else ()
    return [_value(code, OUTSIDE_SPAN if code == OUTSIDE else {}) for code in told]


def _corrected(variable: Json, labels: CorrectedLabels) -> Json:
    given = dict(labels.get(variable["name"], {}))
    listed = [
        {**value, "label": {**value["label"], **given.pop(value["code"], {})}}
        for value in (*variable["values"], *variable["missing"])
    ]
    size = len(variable["values"])
    added = [_value(code, wordings) for code, wordings in given.items()]
    return {**variable, "values": [*listed[:size], *added], "missing": listed[size:]}


def _meanings(name: str, homes: tuple[Version, ...]) -> list[Json]:
    """What the variable as asked means in which versions; more than one where a later version asks it otherwise."""
    hashes: dict[Meaning, list[str]] = {}
    for version in homes:
        hashes.setdefault(version.meanings[name], []).append(version.hash)
    return [
        {"versions": held, "universe": meaning.universe, "codes": sorted(code for code, _ in meaning.codes),
         "minimum": meaning.minimum, "maximum": meaning.maximum}
        for meaning, held in hashes.items()
    ]  # fmt: skip


def _plain(text: Text | None) -> Wordings | None:
    return dict(text.translations) if text else None


def _label(variable: Variable) -> Wordings:
    """Question and item in one line, for programs that know one label a variable."""
    if variable.label is None:
        return SYSTEM[variable.name]
    question, item = dict(variable.label.translations), dict(variable.item.translations) if variable.item else {}
    return {code: f"{word}: {item[code]}" if code in item else word for code, word in question.items()}


def _values(variable: Variable, *, level: int, homes: tuple[Version, ...]) -> list[Json]:
    if level:
        return _generalised(variable, level, homes[-1])
    if variable.type is QuestionType.MULTIPLE:
        return [_value(code, wordings) for code, wordings in CHOSEN.items()]
    if variable.name == "channel" and variable.type is None:
        return [_value(code, wordings) for code, wordings in CHANNELS.items()]
    if variable.name == "language" and variable.type is None:
        offered = dict.fromkeys(code for home in homes for code in home.questionnaire.languages)
        return [_value(code, {}) for code in offered]
    known = {value.code: value.label for home in homes for value in home.variables[variable.name].values}
    return [_value(code, dict(label.translations)) for code, label in known.items() if code >= 0]


def _generalised(variable: Variable, level: int, home: Version) -> list[Json]:
    """The categories of the level; none where a quarter becomes a half-year or year, or where all is withheld."""
    hierarchy = home.hierarchy(variable.name)
    if variable.name == "quarter" or hierarchy is None or level >= hierarchy.top:
        return []
    return [_category(category) for category in hierarchy.levels[level - 1]]


def _category(category: Category) -> Json:
    return {**_value(category.code, dict(category.label.translations)), "members": list(category.members)}


def _value(code: int | str, wordings: Wordings) -> Json:
    return {"code": code, "label": wordings}


def codes_of(name: str, level: int, instrument: Instrument) -> tuple[int | str, ...]:
    """The values that a variable can have at a level, without missing ones; none where there is no fixed list."""
    homes = instrument.homes(name)
    return tuple(value["code"] for value in _values(homes[-1].variables[name], level=level, homes=homes))


def levels_in(document: Json) -> dict[str, int]:
    """The level of every quasi-identifier that a codebook describes."""
    found = ((variable["name"], variable["level"]) for variable in document["variables"])
    return {name: level for name, level in found if level is not None}


def columns_in(document: Json) -> Iterable[str]:
    """The names of the variables that a codebook describes, in its order."""
    return [variable["name"] for variable in document["variables"]]
