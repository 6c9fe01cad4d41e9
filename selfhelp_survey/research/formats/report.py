"""`report.html` and `report.json`: the same numbers, once for people and once for programs."""

import json
from typing import Any

from selfhelp_survey.research.formats.source import FormatSource
from selfhelp_survey.research.plan import Output, Protection
from selfhelp_survey.research.risk_report import ReleasedRows, counted_classes

HTML_NAME, JSON_NAME = "report.html", "report.json"
FORMAT = "shs-report/2"
Json = dict[str, Any]
_SHOWN = (
    "series", "release", "kind", "output", "rows", "held_back", "k", "l", "diversity", "levels", "questionnaire",
    "residue", "edition",
)  # fmt: skip


def report_of(source: FormatSource, summary: Json) -> Json:
    """The numbers of a release. Counts of people who are not in it are rounded to 5.

    `summary` may hold `classes` (see `counted_classes`) and `representation`; without them the release stands alone.
    """
    shown = {name: source.description[name] for name in _SHOWN if name in source.description}
    more = {"columns": summary["columns"], "not_usable": summary["not_usable"]}
    is_records = source.series.plan.output is Output.RECORDS
    return {"format": FORMAT, **shown, **more, **(_of_records(source, summary) if is_records else _of_totals(source))}


def _of_totals(source: FormatSource) -> Json:
    """How small counts are protected; `threshold` is the smallest that is shown, None where all are rounded."""
    plan = source.series.plan
    is_rounded = plan.protection is Protection.ROUNDING
    return {"protection": plan.protection.value, "threshold": None if is_rounded else plan.threshold}


def _of_records(source: FormatSource, summary: Json) -> Json:
    classes = summary.get("classes") or counted_classes(source.series, source.rows)
    rows = ReleasedRows(series=source.series, instrument=source.instrument, rows=source.rows, classes=classes)
    return {
        "risk": rows.risk(), "disclosure": rows.disclosure(), "utility": rows.utility(held_back=summary["held_back"]),
        "representation": summary.get("representation"), "left_out": _left_out(source),
        "labels": _labels(source),
    }  # fmt: skip


def _left_out(source: FormatSource) -> dict[str, str]:
    """The variables of the questionnaire that the release does not have, with their roles."""
    kept = frozenset(source.columns)
    return {name: held.role.value for name, held in source.instrument.variables.items() if name not in kept}


def _labels(source: FormatSource) -> dict[str, str]:
    """What each variable and each diversity item asks, in English, or in the first language there is."""
    variables = {variable["name"]: variable for variable in source.codebook["variables"]}
    labels = {name: _in_english(variable["label"]) for name, variable in variables.items()}
    for item in source.series.diversity:
        question = variables[item.variables[0]]["question"]
        labels.setdefault(item.name, _in_english(question) if question else item.name)
    return labels


def _in_english(wordings: dict[str, str]) -> str:
    return wordings.get("en") or next(iter(wordings.values()), "")


def report_json(report: Json) -> str:
    """The report for programs."""
    return json.dumps(report, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
