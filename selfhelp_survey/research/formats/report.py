"""`report.html` and `report.json`: the same numbers, once for people and once for programs."""

import html
import json
from collections.abc import Iterable
from importlib.resources import files
from string import Template
from typing import Any

from selfhelp_survey.research.formats.manifest import title_of
from selfhelp_survey.research.plan import Output

HTML_NAME, JSON_NAME = "report.html", "report.json"
Json = dict[str, Any]
_SHOWN = (
    "series", "release", "kind", "output", "rows", "held_back", "k", "l", "diversity", "levels", "questionnaire",
    "residue", "edition",
)  # fmt: skip
_KINDS = {
    "real": "These are answers of real people.",
    "rehearsal": "These are answers from a rehearsal, given by staff: they say nothing about anybody.",
    "synthetic": "These answers are made up by a program: they say nothing about anybody.",
}


def report_of(description: Json, summary: Json) -> Json:
    """The numbers of a release. Counts of people who are not in it are rounded to 5."""
    shown = {name: description[name] for name in _SHOWN if name in description}
    return {"format": "shs-report/1", **shown, "columns": summary["columns"], "not_usable": summary["not_usable"]}


def report_json(report: Json) -> str:
    """The report for programs."""
    return json.dumps(report, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def report_html(report: Json) -> str:
    """The report for people: one page that needs nothing else, no script, no other file."""
    template = Template(files("selfhelp_survey.research.formats").joinpath("report.html").read_text(encoding="utf-8"))
    title = title_of(report)
    return template.substitute(
        title=html.escape(title), opening=html.escape(_opening(report)), numbers=_rows(_numbers(report)),
        levels=_levels(report), protection="\n".join(f"<li>{html.escape(line)}</li>" for line in _protection(report)),
        kind_note=html.escape(_KINDS[report["kind"]]),
    )  # fmt: skip


def _opening(report: Json) -> str:
    code = report["questionnaire"]["code"]
    if report["output"] == Output.TOTALS:
        return f"This release holds {report['rows']} rounded counts of answers to the questionnaire {code}."
    return f"This release holds {report['rows']} anonymised records, one for each response to the questionnaire {code}."


def _numbers(report: Json) -> Iterable[tuple[str, str]]:
    is_records = report["output"] == Output.RECORDS
    yield "Records" if is_records else "Counts", str(report["rows"])
    yield "Variables", str(len(report["columns"]))
    if is_records:
        yield "Held back, rounded to 5", str(report["held_back"])
    yield "Left out at the sender's wish, rounded to 5", str(report["not_usable"])
    yield "Versions of the questionnaire", ", ".join(report["questionnaire"]["versions"])


def _levels(report: Json) -> str:
    if not report["levels"]:
        return "<p>None of the variables that an outsider could know of a person is in this release.</p>"
    rows = [(name, "as asked" if level == 0 else f"level {level}") for name, level in report["levels"].items()]
    opening = "<p>Variables that somebody could know of a person, and how coarse they are here:</p>"
    return f"{opening}\n<table>\n{_rows(rows)}\n</table>"


def _protection(report: Json) -> Iterable[str]:
    if report["output"] == Output.TOTALS:
        yield "Every count is rounded to a multiple of 5 on its own, so sums may differ from their parts."
        yield "Each response is counted in one release only, so releases cannot be subtracted from each other."
        return
    yield (
        f"Everybody in this release has the same values of these variables as at least {report['k'] - 1} "
        f"others in it (k = {report['k']})."
    )
    for item in report["diversity"]:
        yield (
            f"Among people who look alike, the answers to {item['name']} show at least {item['needed']} different "
            "values, unless none of them gave one."
        )
    yield (
        "No response is in two releases, and a release is never changed: what two of them differ in is always "
        f"{report['k']} people or more who look alike."
    )


def _rows(pairs: Iterable[tuple[str, str]]) -> str:
    return "\n".join(
        f'<tr><th scope="row">{html.escape(name)}</th><td>{html.escape(value)}</td></tr>' for name, value in pairs
    )
