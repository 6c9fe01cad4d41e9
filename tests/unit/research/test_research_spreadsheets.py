"""No formula ever runs from a release, whatever a spreadsheet takes for a separator."""

import csv
import io
from pathlib import Path

import pytest

from selfhelp_survey.core.record import RecordValue
from selfhelp_survey.core.response import Response
from selfhelp_survey.errors import ReleaseRefused
from selfhelp_survey.privacy.tables import TotalCell
from selfhelp_survey.research.formats.cells import is_code
from selfhelp_survey.research.formats.responses_csv import write_rows
from selfhelp_survey.research.formats.totals_csv import write_cells
from tests.unit.research.conftest import Station
from tests.unit.research.survey import PLAN, TOTALS, response, responses

pytestmark = pytest.mark.every_format

FORMULAS = (
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20x",
    "|cmd", "%0A=1+1", "a;=1+1", 'a";=1+1', "a\n=1+1", "a\t=1+1", "a,=1+1", "'=1+1", '"=1+1"', '=HYPERLINK("x")',
    " =1+1", "\ufeff=1", "\u00a0=1", "-", "--1", "-1-1", "1e5+1", "",
)  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_is_code__anything_a_spreadsheet_could_run__is_none(text: str) -> None:
    assert not is_code(text)


@pytest.mark.parametrize("value", [0, -7, 2026, "en", "pt-br", "2026Q4", "exit_survey", "0.1", "clear", "a" * 64])
def test_is_code__what_releases_hold__is_one(value: RecordValue) -> None:
    assert is_code(value)


@pytest.mark.parametrize("text", [text for text in FORMULAS if text])
def test_write_rows__formula_in_a_cell__refuses_the_release_without_quoting_it(text: str) -> None:
    with pytest.raises(ReleaseRefused) as refused:
        write_rows(io.StringIO(), ["language", "age"], [["en", 1], [text, 2]])
    assert text not in str(refused.value)


def test_write_rows__formula_as_a_name__refuses_the_release() -> None:
    with pytest.raises(ReleaseRefused):
        write_rows(io.StringIO(), ["=1+1"], [[1]])


@pytest.mark.parametrize(
    ("table", "cell"), [("=1+1 x age", ("age", 1)), ("age", ("=1+1", 1)), ("language", ("language", "=1+1"))]
)
def test_write_cells__formula_anywhere__refuses_the_release(table: str, cell: tuple[str, RecordValue]) -> None:
    with pytest.raises(ReleaseRefused):
        write_cells(io.StringIO(), [TotalCell(table=table, cell=(cell,), count=5)])


def _cells(path: Path) -> set[str]:
    """Every cell that some spreadsheet would see in the file, by comma, semicolon or tab."""
    text = path.read_text("utf-8")
    readings = [row for mark in ",;\t" for row in csv.reader(text.splitlines(), delimiter=mark)]
    return {cell for row in readings for cell in row}


def _could_run(cell: str) -> bool:
    bare = cell.strip().strip("\"'")
    is_negative_number = bare[:1] == "-" and bare[1:].replace(",", "").isdigit()
    return bare[:1] in set("=+-@|%\uff1d\uff0b\uff0d\uff20") and bare != "" and not is_negative_number


def _hostile(number: int) -> Response:
    return response(number, words=FORMULAS[number % len(FORMULAS)] + " told")


COUNTED = TOTALS + "quasi_identifiers: {age: 1}\ntables: [[age], [mood]]\n"


@pytest.mark.parametrize(("plan", "name"), [(PLAN, "responses.csv"), (COUNTED, "totals.csv")])
def test_release__everybody_wrote_a_formula__no_file_holds_a_cell_that_could_run(
    station: Station, plan: str, name: str
) -> None:
    station.receive(_hostile(number) for number in range(40))
    assert station.release("out", plan=plan) == 0
    cells = _cells(station.root / "out" / name)
    assert len(cells) > 10
    assert [cell for cell in cells if _could_run(cell)] == []
    others = {".json", ".xml", ".html", ".r", ".sps", ".do", ".sav", ".dta", ".parquet"}  # no tables to a spreadsheet
    assert {path.suffix for path in (station.root / "out").iterdir()} <= others | {".csv", ".xlsx"}


def test_could_run__formula_behind_a_semicolon__would_be_noticed(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('1,"a;=1+1"\n-2,3\n')
    assert [cell for cell in sorted(_cells(tmp_path / "a.csv")) if _could_run(cell)] == ['=1+1"']


@pytest.mark.parametrize("field", ["language", "quarter", "entry"])
@pytest.mark.parametrize("text", ["=1+1", "+1", "@x", "en\n=1", "-"])
def test_receive__formula_where_the_software_notes_something__is_refused_on_arrival(
    station: Station, field: str, text: str
) -> None:
    good = responses(2)
    forged = Response(
        **{**{name: getattr(good[0], name) for name in good[0].__dataclass_fields__}, field: text, "id": "f" * 32}
    )
    assert station.receive([*good, forged]) == 1
