"""Reports made by hand, for the tests of what writes them."""

from __future__ import annotations

from collections.abc import Sequence

from selfhelp_survey.research.comparison.table import (
    Cell,
    Chart,
    ChartKind,
    Column,
    Format,
    Report,
    Section,
    State,
    Table,
)

HOSTILE = '<script>alert("1")</script> & \u202eabc =1+1'
W, N = State.WITHHELD, State.NOT_ASKED
Value = int | float | str | State
AFRAID = "I was afraid that somebody would find out"
HEADINGS = {"label": "Answer", "sample": "Sample", "share": "Share", "low": "from", "high": "to", "count": "People",
            "odds_ratio": "Odds ratio", "p_value": "p", "row": "Statement", "column": "Sample"}  # fmt: skip
FORMATS = {"share": Format.SHARE, "low": Format.SHARE, "high": Format.SHARE, "count": Format.COUNT,
           "odds_ratio": Format.NUMBER, "p_value": Format.P_VALUE}  # fmt: skip


def cell(value: Value) -> Cell:
    """A shown value, or a cell in this state."""
    return Cell(value=None, state=value) if isinstance(value, State) else Cell(value=value)


def a_table(name: str, keys: str, rows: Sequence[Sequence[Value]], *, notes: tuple[str, ...] = ()) -> Table:
    """A table whose columns have the usual formats; those of odds ratios are numbers."""
    is_model = "odds_ratio" in keys
    columns = tuple(
        Column(
            key=key, heading=HEADINGS.get(key, key),
            format=Format.NUMBER if is_model and key in {"low", "high"} else FORMATS.get(key, Format.LABEL),
        )
        for key in keys.split()
    )  # fmt: skip
    cells = tuple(tuple(map(cell, row)) for row in rows)
    return Table(name=name, caption=f"Caption of {name}", columns=columns, rows=cells, notes=notes)


DOTS = a_table("wish", "label sample count share low high", [
    ("Not at all", "Exit", 12, 0.114, 0.067, 0.189), ("Not at all", "Want help", 3000, 0.1, 0.0967, 0.1034),
    ("Very much", "Exit", W, W, W, W), ("Very much", "Want help", 15000, 0.5, 0.494, 0.506),
    (HOSTILE, "Exit", 50, 0.476, 0.383, 0.571), (HOSTILE, "Want help", N, N, N, N),
])  # fmt: skip
FOREST = a_table("model_wish", "label odds_ratio low high p_value", [
    ("Age group: 25 to 34 (against 18 to 24)", 1.52, 1.2, 1.93, 0.0004),
    ("Gender: woman (against man)", 0.91, 0.7, 1.18, 0.47), ("Attempts: often (against never)", 12.3, 3.1, 49.0, 0.001),
])  # fmt: skip
HEAT = a_table("barriers", "row column share", [
    (AFRAID, "Exit", 0.62), (AFRAID, "All", 0.4),
    ("It costs too much", "Exit", W), ("It costs too much", "All", 0.08),
])  # fmt: skip
ALLUVIAL = a_table("paths", "from_stage from to_stage to count", [
    ("First age", "Child", "First place", "Search engine", 300), ("First age", "Child", "First place", "Chat", 120),
    ("First age", "13 to 17", "First place", "Search engine", W), ("First age", "13 to 17", "First place", "Chat", 80),
    ("First place", "Search engine", "Moved", "Yes", 200), ("First place", "Chat", "Moved", "No", 190),
])  # fmt: skip


def a_chart(kind: ChartKind, table: Table) -> Chart:
    """A chart of this table."""
    return Chart(kind=kind, title=f"Picture of {table.name}", description="What kind it is.", table=table.name)


CHARTS = ((ChartKind.DOTS, DOTS), (ChartKind.FOREST, FOREST), (ChartKind.HEAT, HEAT), (ChartKind.ALLUVIAL, ALLUVIAL))


def a_report(language: str = "en", *tables: Table) -> Report:
    """Every kind of chart, and a table without one; or a report of these tables."""
    told = Section(
        name="answers", title="What people answered", notes=("A note of the section.",),
        tables=tables or tuple(table for _, table in CHARTS),
        charts=() if tables else tuple(a_chart(kind, table) for kind, table in CHARTS),
    )  # fmt: skip
    empty = Section(name="empty", title="Nothing to see")
    return Report(
        language=language, title=f"Three samples {HOSTILE}", facts=(("Releases", "1 of exit"), ("Threshold", "10")),
        sections=(told, empty), caveats=("People chose to answer.",),
    )  # fmt: skip
