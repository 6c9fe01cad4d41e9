"""SPSS, Stata and Parquet files of a release, read back: cells, labels in every language, missing codes."""

from __future__ import annotations

import dataclasses
import shutil
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat
import pytest

from selfhelp_survey.core.answers import MissingCode
from selfhelp_survey.core.response import Mark
from selfhelp_survey.errors import ReleaseRefused
from selfhelp_survey.research.formats import dta, parquet, sav, xlsx
from selfhelp_survey.research.formats.dta_layout import Layout, dated, with_names
from selfhelp_survey.research.formats.every import FORMATS, are_release_files
from selfhelp_survey.research.formats.files import WORKING
from selfhelp_survey.research.formats.read_back import has_same_cells
from selfhelp_survey.research.formats.source import FormatSource
from selfhelp_survey.research.formats.statistical_labels import WRITTEN, column_labels
from selfhelp_survey.research.formats.wordings import MISSING as MISSING_WORDINGS
from tests.unit.research.conftest import Station
from tests.unit.research.survey import TOTALS, responses
from tests.unit.research.tables import LONG_NAME, MISSING, TONGUES, coded, mixed, number, source_of, text

pytestmark = pytest.mark.every_format

MODULES = (sav, dta, parquet, xlsx)
COUNTED = TOTALS + "quasi_identifiers: {age: 1}\ntables: [[age], [mood]]\n"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the mixed source; read only."""
    return _written(mixed(), tmp_path_factory.mktemp("written"))


def _written(source: FormatSource, directory: Path) -> Path:
    for module in MODULES:
        module.write(source, directory)
        module.check(source, directory)
    return directory


def _sav(directory: Path, language: str = "en", *, user_missing: bool = True) -> tuple[pl.DataFrame, Any]:
    path = directory / f"responses.{language}.sav"
    frame, held = pyreadstat.read_sav(path, user_missing=user_missing, output_format="polars")
    return frame, held


def _dta(directory: Path, language: str = "en", *, user_missing: bool = True) -> tuple[dict[str, list[Any]], Any]:
    path = directory / f"responses.{language}.dta"
    cells, held = pyreadstat.read_dta(path, user_missing=user_missing, output_format="dict")
    return cells, held


@pytest.mark.parametrize("language", TONGUES)
def test_sav__read_back__has_every_cell_in_its_place(written: Path, language: str) -> None:
    frame, _ = _sav(written, language)
    source = mixed()
    assert tuple(frame.columns) == source.columns
    assert [tuple(row) for row in frame.iter_rows()] == [tuple(row) for row in source.rows]
    assert frame["language"].dtype == pl.String


def test_sav__read_without_missing_values__leaves_only_answers(written: Path) -> None:
    frame, _ = _sav(written, user_missing=False)
    assert frame[LONG_NAME].drop_nulls().to_list() == [1, 2]
    assert frame["years"].drop_nulls().to_list() == [41, 0]
    assert frame["empty"].drop_nulls().to_list() == []


@pytest.mark.parametrize("language", TONGUES)
def test_sav__labels__are_those_of_the_language(written: Path, language: str) -> None:
    _, held = _sav(written, language)
    labels = held.variable_value_labels[LONG_NAME]
    assert labels[1] == {"en": "Yes", "fi": "Kyllä", "es": "Sí", "ar": "نعم"}[language]
    assert labels[-7] == MISSING_WORDINGS[MissingCode.WITHHELD].get(language, "Withheld for anonymity")
    assert sorted(labels) == [*range(-8, 0), 1, 2]
    assert held.column_names_to_labels["views_two"] == "About views?: On views_two"
    assert held.variable_value_labels["language"]["other"] == ("أخرى" if language == "ar" else "Another")


def test_sav__missing_values__are_declared_in_every_column(written: Path) -> None:
    _, held = _sav(written, "fi")
    assert held.missing_ranges.pop("language") == [{"lo": code, "hi": code} for code in ("-8", "-6", "-7")]
    assert all(declared == [{"lo": -8, "hi": -1}] for declared in held.missing_ranges.values())
    assert len(held.missing_ranges) == len(mixed().columns) - 1


def test_sav__measures__follow_the_type_of_the_question(written: Path) -> None:
    _, held = _sav(written)
    wanted = {
        LONG_NAME: "nominal",
        "needs_01": "nominal",
        "views_one": "ordinal",
        "years": "scale",
        "language": "nominal",
    }
    assert {name: held.variable_measure[name] for name in wanted} == wanted


@pytest.mark.parametrize(
    ("held", "declared"),
    [
        ((), ("-6", "-7", "-8")),
        (("-7",), ("-7", "-6", "-8")),
        (("-1", "-8"), ("-1", "-8", "-6")),
        (("-4", "-6", "-8", "-1"), ("-1", "-4", "-6")),
    ],
)
def test_missing_texts__those_held_come_first__three_at_most(held: tuple[str, ...], declared: tuple[str, ...]) -> None:
    assert sav.missing_texts(pl.Series(["en", *held, *held], dtype=pl.String)) == declared


@pytest.mark.parametrize("language", TONGUES)
def test_sav__further_language__is_what_writing_all_of_it_gives(written: Path, language: str, tmp_path: Path) -> None:
    sav.write_whole(mixed(), language, tmp_path / "whole.sav")
    assert (tmp_path / "whole.sav").read_bytes() == sav.path_of(written, language).read_bytes()


@pytest.mark.parametrize("language", TONGUES)
def test_dta__read_back__has_every_cell_and_letters_for_missing_codes(written: Path, language: str) -> None:
    cells, held = _dta(written, language)
    source = mixed()
    letters: dict[Any, Any] = dict(zip(MISSING, "abcdefgh", strict=True))
    assert tuple(cells) == source.columns
    for place, name in enumerate(source.columns):
        wanted = [row[place] for row in source.rows]
        assert cells[name] == (wanted if name == "language" else [letters.get(cell, cell) for cell in wanted])
    assert held.missing_user_values[LONG_NAME] == list("abcdefgh")


@pytest.mark.parametrize("language", TONGUES)
def test_dta__labels__are_those_of_the_language_letters_too(written: Path, language: str) -> None:
    _, held = _dta(written, language)
    labels = held.variable_value_labels[LONG_NAME]
    assert labels[1] == {"en": "Yes", "fi": "Kyllä", "es": "Sí", "ar": "نعم"}[language]
    assert labels["g"] == MISSING_WORDINGS[MissingCode.WITHHELD].get(language, "Withheld for anonymity")
    assert set(labels) == {1, 2, *"abcdefgh"}


def test_dta__label_sets__bear_the_names_of_their_variables(written: Path) -> None:
    _, held = _dta(written)
    assert held.variable_to_label == {name: name for name in mixed().columns if name != "language"}


def _whole_dta(source: FormatSource, path: Path) -> bytes:
    """What the library writes when it is given every row, letters and all: slow and obvious."""
    letters: dict[Any, Any] = dict(zip(MISSING, "abcdefgh", strict=True))
    columns = [
        pl.Series(f"v{place}", [letters.get(cell, cell) for cell in cells], dtype=pl.Object)
        if name in source.numeric else pl.Series(f"v{place}", cells)
        for place, (name, cells) in enumerate(zip(source.columns, zip(*source.rows, strict=True), strict=True))
    ]  # fmt: skip
    labels: dict[str, dict[Any, str]] = {
        f"v{place}": {letters.get(code, code): label for code, label in column.values.items()}
        for place, column in enumerate(column_labels(source, "en")) if column.is_numeric
    }  # fmt: skip
    pyreadstat.write_dta(
        pl.DataFrame(columns), path, version=14, file_label=source.title, variable_value_labels=labels,
        column_labels=[column.label for column in column_labels(source, "en")],
        missing_user_values={name: list("abcdefgh") for name in labels},
    )  # fmt: skip
    is_numeric = [name in source.numeric for name in source.columns]
    return dated(with_names(path.read_bytes(), source.columns, is_numeric), WRITTEN)


def test_dta__cells_laid_out_here__are_those_that_the_library_lays_out(tmp_path: Path) -> None:
    source = mixed()
    kept = dataclasses.replace(source, rows=tuple((*row[:-1], 1 + place % 2) for place, row in enumerate(source.rows)))
    dta.write(kept, tmp_path)
    assert dta.path_of(tmp_path, "en").read_bytes() == _whole_dta(kept, tmp_path / "whole.dta")


@pytest.mark.parametrize("highest", [2_147_483_620, 2_147_483_621, 9_007_199_254_740_991])
def test_dta__number_beyond_what_four_bytes_hold__keeps_value_and_missing_codes(highest: int, tmp_path: Path) -> None:
    source = source_of([number("years")], [(highest,), (0,), *((code,) for code in MISSING)])
    dta.write(source, tmp_path)
    dta.check(source, tmp_path)
    cells, held = _dta(tmp_path)
    assert cells["years"] == [highest, 0, *"abcdefgh"]
    assert held.readstat_variable_types["years"] == ("int32" if highest == 2_147_483_620 else "double")


LETTER = "ب"  # two bytes of UTF-8


@pytest.mark.parametrize(("count", "kept"), [(128, LETTER * 128), (129, LETTER * 126 + "…")])
def test_sav__question_of_about_256_bytes__is_cut_between_characters(count: int, kept: str, tmp_path: Path) -> None:
    source = source_of([coded("a", label=text(en="x", ar=LETTER * count))], [(1,), (2,)])
    sav.write(source, tmp_path)
    sav.check(source, tmp_path)
    assert _sav(tmp_path, "ar")[1].column_labels == [kept]


def _with_value(label: str) -> FormatSource:
    question = coded("a")
    values = tuple(dataclasses.replace(value, label=text(en=label)) for value in question.values)
    return source_of([dataclasses.replace(question, values=values)], [(1,), (2,)])


@pytest.mark.parametrize(("count", "kept"), [(60, "ä" * 60), (61, "ä" * 58 + "…")])
def test_sav__value_label_of_about_120_bytes__is_cut_between_characters(count: int, kept: str, tmp_path: Path) -> None:
    source = _with_value("ä" * count)
    sav.write(source, tmp_path)
    sav.check(source, tmp_path)
    assert _sav(tmp_path)[1].variable_value_labels["a"][2] == kept


@pytest.mark.parametrize(("count", "kept"), [(80, "ñ" * 80), (81, "ñ" * 79 + "…")])
def test_dta__question_of_about_80_characters__is_cut(count: int, kept: str, tmp_path: Path) -> None:
    source = source_of([coded("a", label=text(en="x", es="ñ" * count))], [(1,), (2,)])
    dta.write(source, tmp_path)
    dta.check(source, tmp_path)
    assert _dta(tmp_path, "es")[1].column_labels == [kept]


@pytest.mark.parametrize(("count", "kept"), [(16_000, "ä" * 16_000), (16_001, "ä" * 15_998 + "…")])
def test_dta__value_label_of_about_32000_bytes__is_cut(count: int, kept: str, tmp_path: Path) -> None:
    source = _with_value("ä" * count)
    dta.write(source, tmp_path)
    dta.check(source, tmp_path)
    assert _dta(tmp_path)[1].variable_value_labels["a"][2] == kept


@pytest.mark.parametrize(("kind", "is_told"), [(Mark.REAL, False), (Mark.SYNTHETIC, True), (Mark.REHEARSAL, True)])
def test_statistical_files__data_of_nobody__say_so_in_their_title(kind: Mark, is_told: bool, tmp_path: Path) -> None:
    source = source_of([coded("a")], [(1,)], kind=kind)
    _written(source, tmp_path)
    titles = {_sav(tmp_path)[1].file_label, _dta(tmp_path)[1].file_label}
    assert len(titles) == 1
    assert ("(" in titles.pop()) is is_told


def test_parquet__read_back__has_codes_as_numbers_and_texts(written: Path) -> None:
    source = mixed()
    frame = pl.read_parquet(written / "responses.parquet")
    assert frame.rows() == [tuple(row) for row in source.rows]
    assert frame.schema == {name: pl.String if name == "language" else pl.Int64 for name in source.columns}


def test_release_files__what_a_killed_workbook_leaves__is_cleared_away_later() -> None:
    assert are_release_files([WORKING, "responses.fi.sav", "responses.pt-br.dta", "responses.parquet", "totals.xlsx"])
    assert not are_release_files(["responses.FI.sav"])
    assert not are_release_files(["tmp123"])


def test_every_table__written_again_later__has_the_same_bytes(tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    first = _written(mixed(), tmp_path / "first")
    time.sleep(1.1)  # SPSS files name the second in which they were made
    second = _written(mixed(), tmp_path / "second")
    names = sorted(path.name for path in first.iterdir())
    assert len(names) == 2 * len(TONGUES) + 2
    assert [name for name in names if (first / name).read_bytes() != (second / name).read_bytes()] == []


def test_every_table__moment_in_its_head__is_the_same_for_all(written: Path) -> None:
    assert sav.path_of(written, "ar").read_bytes()[92:109] == b"01 Jan 8000:00:00"
    assert b"<timestamp>\x1101 Jan 1980 00:00</timestamp>" in dta.path_of(written, "ar").read_bytes()
    with zipfile.ZipFile(written / "responses.xlsx") as book:
        assert {entry.date_time[0] for entry in book.infolist()} == {1980}
        assert b"1980-01-01T00:00:00Z" in book.read("docProps/core.xml")


@pytest.mark.parametrize("rows", [[], [("en", -4)]])
def test_every_table__no_row_or_one__is_read_back(rows: list[tuple[str, int]], tmp_path: Path) -> None:
    source = source_of([coded("a")], rows, levels={"language": 1})
    _written(source, tmp_path)
    assert _sav(tmp_path)[0].height == len(rows)
    assert len(_dta(tmp_path)[0]["a"]) == len(rows)
    assert pl.read_parquet(tmp_path / "responses.parquet").rows() == rows


OTHER_ROWS: dict[str, Callable[[FormatSource], FormatSource]] = {
    "a cell": lambda held: dataclasses.replace(held, rows=(*held.rows[:-1], (*held.rows[-1][:-1], 2))),
    "a text": lambda held: dataclasses.replace(held, rows=(("other", *held.rows[0][1:]), *held.rows[1:])),
    "a row too few": lambda held: dataclasses.replace(held, rows=held.rows[:-1]),
    "a row too many": lambda held: dataclasses.replace(held, rows=(*held.rows, held.rows[0])),
    "another order": lambda held: dataclasses.replace(held, rows=tuple(reversed(held.rows))),
}


@pytest.mark.parametrize("what", OTHER_ROWS)
@pytest.mark.parametrize("module", MODULES)
def test_check__file_holds_other_rows__refuses_without_a_value(module: Any, what: str, written: Path) -> None:
    with pytest.raises(ReleaseRefused, match="report this") as refused:
        module.check(OTHER_ROWS[what](mixed()), written)
    assert "other" not in str(refused.value)


def _spoilt(path: Path, old: bytes, new: bytes) -> None:
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new, 1))


def _last_cell(path: Path) -> bytes:
    """The last cells of a file of SPSS or Stata, and what comes behind."""
    data = path.read_bytes()
    return data[-60:] if path.suffix == ".sav" else bytes(Layout.of(data).cells[-20:]) + b"</data>"


@pytest.mark.parametrize("module", [sav, dta])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_check__other_cells_or_labels_in_one_language__refuses(
    module: Any, language: str, written: Path, tmp_path: Path
) -> None:
    files = Path(shutil.copytree(written, tmp_path / "files"))
    path = module.path_of(files, language)
    whole, label = path.read_bytes(), {"en": "Yes", "ar": "نعم"}[language].encode()
    cells = _last_cell(path)
    for old, new in (
        (cells, cells[:8] + bytes([cells[8] ^ 1]) + cells[9:]),
        (label, label[:-1] + bytes([label[-1] ^ 1])),
    ):
        path.write_bytes(whole)
        _spoilt(path, old, new)
        with pytest.raises(ReleaseRefused, match=path.name):
            module.check(mixed(), files)


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("data", [b"", b"\0" * 4000, b"answer"])
def test_check__file_is_none_of_its_kind__refuses(module: Any, data: bytes, written: Path, tmp_path: Path) -> None:
    files = Path(shutil.copytree(written, tmp_path / "files"))
    name = module.NAME.replace("LANGUAGE", "en")
    (files / name).write_bytes(data)
    with pytest.raises(ReleaseRefused, match=name):
        module.check(mixed(), files)


def _slices(frame: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame, bool]]:
    yield "the same", frame, True
    yield "one more", pl.concat([frame, frame[:1]]), False
    yield "one less", frame[:-1], False
    yield "last differs", frame.with_columns(pl.col("a").replace(2, 1)), False
    yield "another type", frame.cast({"a": pl.Float64}), False


@pytest.mark.parametrize("at_once", [1, 2, 3, 4])
def test_has_same_cells__rows_read_in_parts__every_part_counts(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("selfhelp_survey.research.formats.read_back.CELLS_AT_ONCE", at_once)
    source = source_of([coded("a")], [(1,), (1,), (2,)])
    for what, held, is_same in _slices(source.frame):
        assert has_same_cells(source, held.slice) is is_same, what


def test_release__of_records__holds_every_table_and_verifies(station: Station) -> None:
    station.receive(responses(30))
    assert station.release("out") == 0
    assert station.verify("out") == 0
    names = {path.name for path in (station.root / "out").iterdir()}
    assert names >= {f"responses.{language}.{kind}" for language in ("en", "es", "fi") for kind in ("sav", "dta")}
    assert names >= {"responses.parquet", "responses.xlsx"}
    written_rows = [tuple(row.values()) for row in station.rows("out")]
    assert [
        tuple(map(str, row)) for row in pl.read_parquet(station.root / "out" / "responses.parquet").rows()
    ] == written_rows


def test_formats__every_table_file__is_checked_after_it_was_written() -> None:
    tables = {name for module in MODULES for name in (module.NAME,)} | {xlsx.TOTALS_NAME}
    assert {name for each in FORMATS if each.check for name in each.names} >= tables
