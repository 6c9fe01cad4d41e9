"""`numbers.json`: everything that the report shows, for programs."""

import json
from typing import Any

from selfhelp_survey.research.comparison.table import Chart, Report, Section, State, Table

NAME = "numbers.json"
FORMAT = "shs-comparison/1"
Json = dict[str, Any]


def numbers_json(report: Report) -> str:
    """The report as JSON: figures unformatted, shares from 0 to 1; what is not shown has no value but a state."""
    document = {
        "format": FORMAT, "language": report.language, "title": report.title,
        "facts": [{"what": what, "which": which} for what, which in report.facts], "caveats": list(report.caveats),
        "sections": [_section(section) for section in report.sections],
    }  # fmt: skip
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _section(section: Section) -> Json:
    return {
        "name": section.name, "title": section.title, "notes": list(section.notes),
        "tables": [_table(table) for table in section.tables],
        "charts": [_chart(chart) for chart in section.charts],
    }  # fmt: skip


def _table(table: Table) -> Json:
    keys = [column.key for column in table.columns]
    columns = [{"key": each.key, "heading": each.heading, "format": each.format.value} for each in table.columns]
    return {
        "name": table.name, "caption": table.caption, "notes": list(table.notes), "columns": columns,
        "rows": [
            {"values": {key: cell.value for key, cell in zip(keys, row, strict=True) if cell.value is not None},
             "states": {key: cell.state.value for key, cell in zip(keys, row, strict=True)
                        if cell.state is not State.SHOWN}}
            for row in table.rows
        ],
    }  # fmt: skip


def _chart(chart: Chart) -> Json:
    return {"kind": chart.kind.value, "title": chart.title, "description": chart.description, "table": chart.table}
