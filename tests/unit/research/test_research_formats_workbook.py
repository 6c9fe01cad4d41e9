"""The workbook of a release, read back: numbers and texts, and nothing that could run."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from selfhelp_survey.errors import ReleaseRefused
from selfhelp_survey.research.formats import xlsx
from selfhelp_survey.research.formats.sheet_xml import ExpectedCells, refuse_acting, rows_in
from tests.unit.research.conftest import Station
from tests.unit.research.survey import TOTALS, responses
from tests.unit.research.tables import LONG_NAME, MISSING, coded, mixed, source_of, text

pytestmark = pytest.mark.every_format

COUNTED = TOTALS + "quasi_identifiers: {age: 1}\ntables: [[age], [mood]]\n"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook of the mixed source; read only."""
    directory = tmp_path_factory.mktemp("written")
    xlsx.write(mixed(), directory)
    xlsx.check(mixed(), directory)
    return directory


def _sheet(path: Path, name: str) -> list[tuple[Any, ...]]:
    book = openpyxl.load_workbook(path)
    rows = [tuple(cell.value for cell in row) for row in book[name].iter_rows()]
    book.close()
    return rows


def test_xlsx__responses__are_numbers_and_texts_under_a_frozen_header(written: Path) -> None:
    source = mixed()
    header, *rows = _sheet(written / "responses.xlsx", "responses")
    assert header == source.columns
    assert rows == [tuple(row) for row in source.rows]
    book = openpyxl.load_workbook(written / "responses.xlsx")
    assert book.sheetnames == ["responses", "variables", "values", "missing codes", "about"]
    assert {sheet.freeze_panes for sheet in book} == {"A2"}
    book.close()


def test_xlsx__values__name_every_code_in_every_language(written: Path) -> None:
    header, *rows = _sheet(written / "responses.xlsx", "values")
    told = [dict(zip(header, row, strict=True)) for row in rows]
    codes = [row["code"] for row in told if row["variable"] == LONG_NAME]
    assert codes == [1, 2, *MISSING]
    assert next(row for row in told if row["code"] == 1)["label ar"] == "نعم"
    assert {row["code"] for row in told if row["missing"] == "yes"} == set(MISSING)
    assert [row[0] for row in _sheet(written / "responses.xlsx", "missing codes")[1:]] == list(MISSING)


@pytest.mark.parametrize(
    "wording", ["=1+1", "+1", "-1", "@SUM(A1)", "|cmd", '=HYPERLINK("http://x.example")', "\uff1d1"]
)
def test_xlsx__label_that_begins_like_a_formula__is_a_text_even_when_edited(wording: str, tmp_path: Path) -> None:
    source = source_of([coded("a", label=text(en=wording))], [(-1,), (2,)])
    xlsx.write(source, tmp_path)
    xlsx.check(source, tmp_path)
    book = openpyxl.load_workbook(tmp_path / "responses.xlsx")
    cell = book["variables"]["B2"]
    assert (cell.value, cell.data_type, cell.quotePrefix, cell.hyperlink) == (wording, "s", True, None)
    assert [(held.value, held.data_type) for held in book["responses"]["A"][1:]] == [(-1, "n"), (2, "n")]
    book.close()


@pytest.mark.parametrize(("most", "is_refused"), [(2, True), (3, False)])
def test_xlsx__more_rows_than_a_sheet_has__are_refused(
    most: int, is_refused: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx, "MOST_ROWS", most)
    source = source_of([coded("a")], [(1,), (2,)])
    if is_refused:
        with pytest.raises(ReleaseRefused, match="so many rows"):
            xlsx.write(source, tmp_path)
    else:
        xlsx.write(source, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ([] if is_refused else ["responses.xlsx"])


def _with_sheet(book: Path, number: int, change: Callable[[bytes], bytes]) -> None:
    """Write the workbook anew with one sheet changed."""
    with zipfile.ZipFile(book) as held:
        parts = {name: held.read(name) for name in held.namelist()}
    name = f"xl/worksheets/sheet{number}.xml"
    changed = change(parts[name])
    assert changed != parts[name]
    with zipfile.ZipFile(book, "w") as made:
        for part, data in (parts | {name: changed}).items():
            made.writestr(part, data)


SPOILT = {
    "another number": (1, b"<v>41</v>", b"<v>42</v>"),
    "a formula": (1, b"<v>41</v>", b"<f>40+1</f><v>41</v>"),
    "a formula in another sheet": (3, b"<v>1</v>", b"<f>1</f><v>1</v>"),
    "an empty cell": (1, b"<v>41</v>", b"<v></v>"),
    "a link": (2, b"</sheetData>", b'</sheetData><hyperlinks><hyperlink ref="A1"/></hyperlinks>'),
    "a cell of another type": (4, b' t="inlineStr"', b' t="s"'),
    "a number for a text": (1, b"<is><t>other</t></is>", b"<v>7</v>"),
}


@pytest.mark.parametrize("what", SPOILT)
def test_check__workbook_with_another_cell_or_anything_that_acts__refuses(
    what: str, written: Path, tmp_path: Path
) -> None:
    sheet, old, new = SPOILT[what]
    path = Path(shutil.copy(written / "responses.xlsx", tmp_path))
    _with_sheet(path, sheet, lambda data: data.replace(old, new, 1))
    with pytest.raises(ReleaseRefused, match=r"responses\.xlsx"):
        xlsx.check(mixed(), tmp_path)


@pytest.mark.parametrize("place", [(1 << 20) - 1, (1 << 20) - 2, 1 << 20])
def test_refuse_acting__formula_where_two_blocks_meet__is_found(place: int, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr("sheet", b" " * place + b"<f>1+1</f>" + b" " * 9)
    with zipfile.ZipFile(tmp_path / "a.zip") as book, pytest.raises(ValueError, match="neither"):
        refuse_acting(book, "sheet")


def test_rows_in__rows_across_many_blocks__are_whole(tmp_path: Path) -> None:
    row = '<row><c r="A1"><v>{0}</v></c><c t="inlineStr"><is><t>t{0}&amp;</t></is></c><c><v>{1}</v></c></row>'
    cells = "".join(row.format(place, -place) for place in range(60_000))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr("sheet", cells)
    texts, numbers = ExpectedCells(are_texts=True), ExpectedCells(are_texts=False)
    with zipfile.ZipFile(tmp_path / "a.zip") as book:
        wanted = [[numbers[place], texts[f"t{place}&"], numbers[-place]] for place in range(60_000)]
        assert list(rows_in(book, "sheet")) == wanted


def test_release__of_totals__holds_a_workbook_of_the_same_counts(station: Station) -> None:
    station.receive(responses(30))
    assert station.release("out", plan=COUNTED) == 0
    header, *rows = _sheet(station.root / "out" / "totals.xlsx", "totals")
    assert header == ("table", "cell", "count")
    assert ("age", '{"age":1}', 30) in rows
    assert station.verify("out") == 0
