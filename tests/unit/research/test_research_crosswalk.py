"""A sister survey's export through the commands: taken in, released, counted, stored; or refused wholly."""

import json
import os
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Self

import pytest

from selfhelp_survey.core.document import content_hash, document_of
from selfhelp_survey.core.questionnaire import Questionnaire
from selfhelp_survey.core.response import Channel, Mark, Response
from selfhelp_survey.questionnaire_files import read_questionnaire_file
from selfhelp_survey.research.command_line import run
from tests.unit.research.conftest import Station
from tests.unit.research.crosswalked import (
    HEADER,
    OWN_WORDS,
    PLACES,
    Rows,
    example_text,
    export,
    write_csv,
    write_workbook,
)
from tests.unit.research.planned import PACKAGE

RECORDS = """\
series: sister
questionnaire: help_us_to_help_you
kind: synthetic
variables: all
quasi_identifiers: {age_group: 1, language: 1}
k: 3
"""
TOTALS = """\
series: sister-totals
questionnaire: help_us_to_help_you
kind: synthetic
output: totals
quasi_identifiers: {language: 1}
tables: [[sample], [facilitators_01], [help_received, language]]
"""
SPANISH = ("Encuesta", "P1", "P2", "P3", "P4", "P5", "P6_c1", "P6_c2", "P7", "P8", "P9_1", "P9_2", "P9_3",
           "Estado")  # fmt: skip


def crosswalk(station: Station, data: Path, *more: str, plan: str | None = None, language: str | None = "en") -> int:
    path = station.root / "crosswalk.yaml"
    path.write_text(example_text() if plan is None else plan, encoding="utf-8")
    chosen = ("--language", language) if language else ()
    return run(station.with_key("crosswalk", path, "--data", data, *chosen, *more))


def data(station: Station, rows: Rows | None = None) -> Path:
    return write_csv(station.root / "export.csv", export(200) if rows is None else rows)


def test_crosswalk__export_with_own_words__is_released_like_any_response(station: Station) -> None:
    store = station.root / "store"
    assert crosswalk(station, data(station)) == 0
    assert station.release("sister-1", RECORDS) == 0
    assert station.verify("sister-1") == 0
    assert run(["init-store", str(store)]) == 0
    assert station.push("sister-1", store) == 0
    rows = station.rows("sister-1")
    assert len(rows) == 180
    assert min(Counter((row["age_group"], row["language"]) for row in rows).values()) >= 3
    assert {row["help_received"] for row in rows if row["help_sought"] == "1"} == {"1", "4", "-8"}
    assert {row["help_received"] for row in rows if row["help_sought"] != "1"} == {"-4"}
    assert {"-2", "-3", "1"} <= {row["wish_to_stop"] for row in rows}
    assert {"-8", "-1", "0", "1"} == {row["facilitators_01"] for row in rows}
    codebook = json.loads((station.root / "sister-1" / "codebook.json").read_text("utf-8"))
    assert codebook["sample"] == "help_us_to_help_you"
    assert all(each["harmonised"] == each["name"] for each in codebook["variables"])
    written = b"".join(path.read_bytes() for path in (station.root / "sister-1").iterdir() if path.is_file())
    assert OWN_WORDS[:5].encode() not in written


def test_crosswalk__plan_of_totals__counts_not_codable_and_not_asked(station: Station) -> None:
    assert crosswalk(station, data(station)) == 0
    assert station.release("totals-1", TOTALS) == 0
    assert station.verify("totals-1") == 0
    cells = (station.root / "totals-1" / "totals.csv").read_text("utf-8")
    counts = dict(line.rsplit(",", 1) for line in cells.splitlines())
    assert int(counts['facilitators_01,"{""facilitators_01"":-8}"']) >= 10
    assert int(counts['help_received x language,"{""help_received"":-4,""language"":""en""}"']) >= 10


def fielded(count: int) -> tuple[Questionnaire, list[Response]]:
    """The sister survey as this software fields it, and made-up responses to it."""
    held = read_questionnaire_file(PACKAGE / "questionnaires" / "help_us_to_help_you.yaml").questionnaire
    ours = replace(held, is_draft=False)
    answers = {"c1_adult": 1, "c2_consent": 1, "a3_gender": 1, "h1_wish": 2, "h3_sought": 1, "h4_received": 4}
    return ours, [
        Response(id=f"{9000 + number:032x}", mark=Mark.SYNTHETIC, questionnaire=ours.code, channel=Channel.ANONYMOUS,
                 version_hash=content_hash(document_of(ours)), language="en", entry="x", quarter="2026Q1",
                 sent=tuple(page.name for page in ours.pages), answers={**answers, "a2_age": 1 + number % 3})
        for number in range(count)
    ]  # fmt: skip


def test_release__our_own_and_a_crosswalk_of_one_instrument__is_refused_before_anybody_is_taken(
    station: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    store = station.root / "store"
    ours, held = fielded(40)
    assert run(["init-store", str(store)]) == 0
    assert station.receive(held, of=[ours]) == 0
    assert crosswalk(station, data(station)) == 0
    assert station.release("mixed", RECORDS) == 1
    told = capsys.readouterr().err
    assert "wish_to_stop and h1_wish are both" in told or "h1_wish and wish_to_stop are both" in told
    assert not (station.root / "mixed").exists()
    assert station.release("apart", RECORDS.replace("variables: all", "variables: [wish_to_stop]")) == 0
    assert station.push("apart", store) == 0


def test_crosswalk__same_file_again__takes_nobody_twice(station: Station, capsys: pytest.CaptureFixture[str]) -> None:
    path = data(station, export(30))
    assert crosswalk(station, path) == 0
    assert crosswalk(station, path) == 0
    assert crosswalk(station, data(station, export(40))) == 0
    told = capsys.readouterr().out.splitlines()
    assert told == [
        "27 new, 0 taken before; about 5 rows are not usable and were not taken.",
        "0 new, 27 taken before; about 5 rows are not usable and were not taken.",
        "fewer than 10 new, 27 taken before; about 5 rows are not usable and were not taken.",
    ]


def test_crosswalk__unmapped_values__are_listed_from_ten_rows_on_and_nothing_is_taken(
    station: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = export(60)
    for place, row in enumerate(row for row in rows if row["Are you 18 or older?"] == "Yes"):
        row["Gender"] = "Ten of us" if place < 10 else "Nine of us" if place < 19 else row["Gender"]
    before = station.ledger.read_bytes()
    assert crosswalk(station, data(station, rows)) == 1
    told = capsys.readouterr()
    assert "column 'Gender': 'Ten of us', in 10 rows" in told.err
    assert "column 'Gender': rarer values, fewer than 10 times" in told.err
    assert "Nine of us" not in told.err + told.out
    assert station.release("r", RECORDS) == 1
    assert len(before) == len(station.ledger.read_bytes())


def test_crosswalk__not_codable_accepted__takes_unmapped_values_as_such(station: Station) -> None:
    rows = export(60)
    for row in rows[:20]:
        row["Gender"] = "Neither"
        row["Which of these have you used?"] = "FindIt,Nowhere"
    assert crosswalk(station, data(station, rows), "--not-codable") == 0
    assert station.release("r", RECORDS.replace("all", "[wish_to_stop, places_since_01]")) == 0
    assert Counter(row["places_since_01"] for row in station.rows("r"))["-8"] == 18


def test_crosswalk__rare_values_asked_for__stand_in_a_file_of_the_owner(station: Station) -> None:
    rows = export(30)
    rows[0]["Gender"] = "Rare"
    rare = station.root / "rare.jsonl"
    assert crosswalk(station, data(station, rows), "--show-rare", str(rare)) == 1
    assert json.loads(rare.read_text("utf-8")) == {"column": "Gender", "value": "Rare", "rows": 1}
    assert os.name == "nt" or rare.stat().st_mode & 0o777 == 0o600
    assert crosswalk(station, data(station, rows), "--show-rare", str(rare)) == 2


def test_crosswalk__one_cell_holding_a_value_ten_times__does_not_show_it(
    station: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = export(30)
    rows[0]["Which of these have you used?"] = ",".join(["Somebody from Somewhere"] * 10)
    assert crosswalk(station, data(station, rows)) == 1
    assert "Somebody" not in capsys.readouterr().err


def test_crosswalk__long_rare_value__is_cut_in_the_file(station: Station) -> None:
    rows = export(30)
    rows[0]["Gender"], rows[1]["Gender"] = "a" * 100, "b" * 101
    rare = station.root / "rare.jsonl"
    assert crosswalk(station, data(station, rows), "--show-rare", str(rare)) == 1
    held = [json.loads(line)["value"] for line in rare.read_text("utf-8").splitlines()]
    assert sorted(held) == ["a" * 100, "b" * 100]


def test_crosswalk__file_without_its_header__tells_nothing_of_its_first_row(
    station: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    path = data(station, export(30))
    row = dict.fromkeys(HEADER, "Gende") | {"Gender": "own words", "Age": "Ages of sorrow", "Hard: mood": "Ãge"}
    first = ";".join(f'"{cell}"' for cell in row.values())
    path.write_text("\n".join([first, *path.read_text("utf-8").splitlines()[1:]]), encoding="utf-8")
    assert crosswalk(station, path) == 1
    told = capsys.readouterr().err
    assert "the first row has 16 columns, 0 of the 15 that the plan names are among them; is the header" in told
    assert not [cell for cell in row.values() if f"{cell}'" in told or f"{cell}?" in told or f"{cell}," in told]


def test_crosswalk__header_written_otherwise__is_suggested(
    station: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    path = data(station, export(30))
    path.write_text(path.read_text("utf-8").replace("Hard: mood", "hard:  Mood", 1), encoding="utf-8")
    assert crosswalk(station, path) == 1
    assert "no column 'Hard: mood' in the first row. Did you mean 'hard:  Mood'?" in capsys.readouterr().err


def test_crosswalk__answer_where_none_was_asked__is_a_conflict(
    station: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = export(30)
    rows[0] |= {"Have you looked for help?": "No", "Did you get it?": "Yes"}
    assert crosswalk(station, data(station, rows)) == 1
    told = capsys.readouterr().err
    assert "help_received: in fewer than 10 rows it has an answer, though `relevant` says it was not asked" in told


def test_crosswalk__column_of_free_text__is_refused_even_where_unmapped_is_accepted(
    station: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = example_text().replace("from: What would help - coded", "from: What would help, in your own words")
    rows = [{**row, "What would help, in your own words": f"{row['Respondent']} sorrow" * 30} for row in export(30)]
    assert crosswalk(station, data(station, rows), "--not-codable", plan=plan) == 1
    told = capsys.readouterr().err
    assert "looks like free text (row 2)" in told
    assert "sorrow" not in told


def test_crosswalk__row_id_twice_or_blank__is_refused_with_the_rows(
    station: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = export(30)
    rows[6]["Respondent"] = rows[1]["Respondent"]
    assert crosswalk(station, data(station, rows)) == 1
    assert "rows 3 and 8 have the same id in 'Respondent'" in capsys.readouterr().err
    rows[6]["Respondent"] = " "
    assert crosswalk(station, data(station, rows)) == 1
    assert "row 8: the column 'Respondent' is blank" in capsys.readouterr().err


def test_crosswalk__date_that_cannot_be_read__is_refused_with_its_first_row(
    station: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = export(30)
    rows[2]["Submitted"] = "2023/05/01"
    assert crosswalk(station, data(station, rows), "--not-codable") == 1
    told = capsys.readouterr().err
    assert "column 'Submitted': fewer than 10 rows have no language there, or no quarter up to now; first row 4" in told
    assert "2023/05" not in told


@pytest.mark.parametrize("day", [date(2023, 4, 1), date(2023, 3, 31)])
def test_crosswalk__quarter_still_to_come__is_refused(
    station: Station, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], day: date
) -> None:
    is_taken = day.month == 4

    class Clock(date):
        @classmethod
        def today(cls) -> Self:
            return cls(day.year, day.month, day.day)

    monkeypatch.setattr("selfhelp_survey.research.commands.crosswalk.date", Clock)
    book = write_workbook(station.root / "datos.xlsx", SPANISH, spanish(20))
    assert (crosswalk(station, data(station, export(20)), "--dry-run") == 0) is is_taken
    assert ("or no quarter up to now" in capsys.readouterr().err) is not is_taken
    assert (crosswalk(station, book, "--dry-run", language="es") == 0) is is_taken
    assert ("The quarter 2023Q2 has not begun yet" in capsys.readouterr().err) is not is_taken


def test_crosswalk__no_adult__is_refused(station: Station, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{**row, "Are you 18 or older?": ""} for row in export(20)]
    assert crosswalk(station, data(station, rows)) == 1
    assert "no row is that of an adult who agreed" in capsys.readouterr().err


def spanish(count: int, first: int = 0) -> list[list[object]]:
    return [[f"es-{place}", 1 + place % 3, 1, 2.0, 1 + place % 2, 3 if place % 2 == 0 else None, 11, 12, 1 + place % 3,
             "1;2", 1, 0, None, 2 if place % 9 else 1] for place in range(first, first + count)]  # fmt: skip


def without_ids() -> str:
    """The example, the Spanish export without row ids."""
    return example_text().replace("    row_id: Encuesta\n", "")


def test_crosswalk__workbook_of_codes_without_row_ids__is_taken_once(
    station: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_workbook(station.root / "datos.xlsx", SPANISH, spanish(30))
    assert crosswalk(station, path, plan=without_ids(), language="es") == 0
    assert crosswalk(station, path, plan=without_ids(), language="es") == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("0 new, 26 taken before")
    again = write_workbook(station.root / "otra.xlsx", SPANISH, spanish(20, first=30))
    assert crosswalk(station, again, plan=without_ids(), language="es") == 1
    assert "Another file of this instrument was taken before" in capsys.readouterr().err
    assert crosswalk(station, again, "--further", plan=without_ids(), language="es") == 0
    assert capsys.readouterr().out.startswith("18 new, 0 taken before")


def test_crosswalk__two_exports_of_one_version__have_one_questionnaire(station: Station) -> None:
    assert crosswalk(station, data(station)) == 0
    book = write_workbook(station.root / "d.xlsx", SPANISH, spanish(30))
    assert crosswalk(station, book, language="es") == 1
    assert crosswalk(station, book, "--further", language="es") == 0
    assert station.release("r", RECORDS) == 0
    assert len(station.manifest("r")["questionnaire"]["versions"]) == 1
    assert Counter(row["language"] for row in station.rows("r")) == {"en": 180, "es": 26}


def test_crosswalk__dry_run__counts_and_needs_no_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(example_text(), encoding="utf-8")
    path = write_csv(tmp_path / "export.csv", export(30))
    assert run(["crosswalk", str(plan), "--data", str(path), "--language", "en", "--dry-run"]) == 0
    told = capsys.readouterr().out
    assert told.splitlines()[-1].startswith("27 rows would be taken")
    assert "help_received, from 'Did you get it?':\n  'No' -> I got no help (1)\n" in told
    rows = export(30)
    rows[1]["Respondent"] = "01"
    path = write_csv(tmp_path / "export.csv", rows)
    assert run(["crosswalk", str(plan), "--data", str(path), "--language", "en", "--dry-run"]) == 1
    assert "rows 2 and 3 have the same id" in capsys.readouterr().err
    assert run(["crosswalk", str(plan), "--data", str(path), "--dry-run"]) == 2
    assert "'1 en', '1 es'" in capsys.readouterr().err


def test_crosswalk__brands__become_types_of_place(station: Station) -> None:
    rows = [{**row, "Where did you first see it?": PLACES[1 + place % 2]} for place, row in enumerate(export(30))]
    assert crosswalk(station, data(station, rows)) == 0
    assert station.release("r", RECORDS) == 0
    assert {row["first_place"] for row in station.rows("r")} == {"2"}
