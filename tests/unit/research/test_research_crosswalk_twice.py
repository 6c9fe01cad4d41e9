"""Nobody twice: whatever is corrected in a crosswalk plan after an export was taken, its people are taken once."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from selfhelp_survey.research.crosswalk.importing import same_id
from selfhelp_survey.research.crosswalk.taken import MARK_LENGTH, Meaning, Memory, memory_in
from tests.unit.research.conftest import Station
from tests.unit.research.crosswalked import Rows, example_text, export, write_csv, write_workbook
from tests.unit.research.test_research_crosswalk import SPANISH, crosswalk, data, spanish, without_ids

ENGLISH = '  - version: "1"\n    language: en\n'
IN_A_COLUMN = (
    '  - version: "1"\n    language: {column: Age, values: {"18 to 24": en, "25 to 29": en, "30 to 39": en}}\n'
)
TAKEN = "taken before, when the plan said something else"
CORRECTED = [
    ("    row_id: Respondent\n", "", "cannot be taken without `row_id`"),
    (ENGLISH, ENGLISH.replace('"1"', '"2"'), TAKEN),
    (ENGLISH, IN_A_COLUMN, TAKEN),
    (ENGLISH, ENGLISH.replace("en\n", "sv\n"), TAKEN),
    ("    row_id: Respondent\n", "    row_id: What would help, in your own words\n", TAKEN),
    ("kind: synthetic", "kind: real", TAKEN),
    ('"Male": 1, "Female": 2', '"Male": 2, "Female": 1', TAKEN),
    ('format: "%d.%m.%Y %H:%M"', 'format: "%m.%d.%Y %H:%M"', TAKEN),
]


def taken_out(rows: Rows) -> Rows:
    """The same rows without what is not asked of them, so that every format and language fits."""
    return [{**row, "Submitted": "05.05.2023 10:15"} for row in rows]


def taken(station: Station, path: Path, plan: str) -> int:
    """Take the English export in, whatever its language is called in the plan."""
    called = "sv" if "language: sv" in plan else "en"
    if IN_A_COLUMN in plan:
        plan = plan[: plan.index("  # The Spanish export")]
        return crosswalk(station, path, plan=plan, language=None)
    return crosswalk(station, path, plan=plan, language=called)


@pytest.mark.parametrize("is_grown", [False, True])
@pytest.mark.parametrize("corrected", CORRECTED)
def test_plan_corrected__people_who_were_taken__are_never_taken_again(
    station: Station, corrected: tuple[str, str, str], is_grown: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    before, after, told = corrected
    plan = example_text()
    assert before in plan
    assert taken(station, data(station, taken_out(export(30))), plan) == 0
    held = station.ledger.read_bytes()
    path = data(station, taken_out(export(40 if is_grown else 30)))
    assert taken(station, path, plan.replace(before, after, 1)) == 1
    error = capsys.readouterr().err
    assert told in error or (
        is_grown and "No export of this instrument had its row ids in 'What would help, in" in error
    )
    assert station.ledger.read_bytes() == held


def test_plan_corrected__row_ids_added__are_refused_for_what_was_taken_without(
    station: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_workbook(station.root / "datos.xlsx", SPANISH, spanish(30))
    assert crosswalk(station, path, plan=without_ids(), language="es") == 0
    assert crosswalk(station, path, language="es") == 1
    assert "was taken without `row_id` before and cannot be taken by row ids" in capsys.readouterr().err
    assert crosswalk(station, data(station, export(30)), "--further") == 1


def test_plan_that_says_more__rows_that_were_taken__are_known_and_the_others_new(
    station: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    assert crosswalk(station, data(station, export(30))) == 0
    rows = [{**row, "Gender": "Neither"} if int(row["Respondent"]) > 30 else row for row in export(60)]
    more = example_text().replace('"Other": 3}', '"Other": 3, "Neither": 3}', 1)
    assert crosswalk(station, data(station, rows), plan=more) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("27 new, 27 taken before")


def test_plan_that_says_more__rows_taken_as_not_codable__are_refused(station: Station) -> None:
    rows = [{**row, "Gender": "Neither"} for row in export(30)]
    assert crosswalk(station, data(station, rows), "--not-codable") == 0
    assert crosswalk(station, data(station, rows), "--not-codable") == 0
    more = example_text().replace('"Other": 3}', '"Other": 3, "Neither": 3}', 1)
    assert crosswalk(station, data(station, rows), plan=more) == 1


def test_row_ids__written_otherwise__are_the_same_people(station: Station, capsys: pytest.CaptureFixture[str]) -> None:
    assert crosswalk(station, data(station, export(30))) == 0
    for written in ("0{}", "{}.0", " {} "):
        rows = [{**row, "Respondent": written.format(row["Respondent"])} for row in export(30)]
        assert crosswalk(station, data(station, rows)) == 0
    assert [line.split(";")[0] for line in capsys.readouterr().out.splitlines()[1:]] == ["0 new, 27 taken before"] * 3


@pytest.mark.parametrize(
    ("text", "same"),
    [("007", "7"), ("7.0", "7"), ("7.", "7"), ("70", "70"), ("000", "0"), (" R_1a ", "r_1a"), ("0x1", "0x1"),
     ("7.5", "7.5"), ("", "")],
)  # fmt: skip
def test_same_id__of_a_text__is_how_it_is_compared(text: str, same: str) -> None:
    assert same_id(text) == same


def test_sheets_of_one_workbook__are_not_one_file(station: Station) -> None:
    path = write_workbook(station.root / "datos.xlsx", SPANISH, spanish(30))
    assert crosswalk(station, path, plan=without_ids(), language="es") == 0
    renamed = without_ids().replace("    sheet: Datos\n", "")
    assert crosswalk(station, path, plan=renamed, language="es") == 1


def test_memory__written_and_read__is_the_same() -> None:
    one, two = Meaning(frozenset("ab"), is_whole=True), Meaning(frozenset("a"), is_whole=False)
    memory = Memory()
    memory.note_file("f", instrument="i", row_id="Id", meaning=one)
    rows = [bytes([number]) * MARK_LENGTH for number in (3, 1, 2)]
    memory.note_rows(rows[:2], one)
    memory.note_rows(rows, two)
    assert memory_in(memory.to_bytes()) == memory
    assert [memory.is_changed(row, frozenset("abc")) for row in rows] == [False, False, True]
    assert memory.columns == {"i": ["Id"]}
    assert memory_in(None) == Memory()


def test_ledger__after_an_export__holds_its_rows_in_no_order_of_it(station: Station) -> None:
    assert crosswalk(station, write_csv(station.root / "e.csv", export(100))) == 0
    with closing(sqlite3.connect(station.ledger)) as ledger:
        ids = [row[0] for row in ledger.execute("select id from response order by rowid")]
    assert len(ids) == 90
    assert ids == sorted(ids)
