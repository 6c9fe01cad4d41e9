"""Editions: all releases together, coarser, or corrected; made of released rows alone, and made again by anybody."""

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from selfhelp_survey.authoring.yaml_reader import read_questionnaire
from selfhelp_survey.core.questionnaire import Category, GeneralisationHierarchy
from selfhelp_survey.core.record import RecordValue
from selfhelp_survey.privacy.tables import TotalCell
from selfhelp_survey.research.command_line import run
from selfhelp_survey.research.editions.recoding import added_up, in_lot_order, raiser, value_in
from selfhelp_survey.research.formats import every, responses_csv
from selfhelp_survey.research.formats.source import FormatSource
from selfhelp_survey.research.formats.totals_csv import read_cells
from selfhelp_survey.research.generalisation import generaliser
from selfhelp_survey.research.ledger import create_ledger
from selfhelp_survey.research.versions import Instrument, Version
from tests.unit.research import editions
from tests.unit.research.conftest import Station
from tests.unit.research.editions import (
    COUNTS,
    DIVERSE,
    SURVEY,
    content,
    edition,
    erratum,
    make_two,
    of,
    rows,
    verify_from,
)
from tests.unit.research.survey import PLAN, response, responses, text, tiny

# --- all together ----------------------------------------------------------------------------------------------------

pytestmark = [pytest.mark.every_format, pytest.mark.once]
prepared, two = editions.prepared, editions.two


def test_edition__of_all_releases__holds_every_row_once_and_tells_what_it_is_made_of(
    two: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    assert edition(two, "all", "--series", "tiny") == 0
    assert "tiny, cumulative edition of releases 1 to 2: 35 rows" in capsys.readouterr().out
    assert rows(two, "all") == rows(two, "release-1", "release-2")
    told = two.manifest("all")["edition"]
    assert (told["kind"], [source["release"] for source in told["sources"]]) == ("cumulative", [1, 2])
    assert two.verify("all") == 0
    assert "nobody is in it who is not in them" in (two.root / "all" / "report.html").read_text(encoding="utf-8")


def test_edition__made_again__has_the_same_bytes_and_anybody_with_the_releases_gets_its_table(two: Station) -> None:
    assert edition(two, "all", *of(two, "release-2", "release-1")) == 0
    assert edition(two, "again", "--series", "tiny") == 0
    assert content(two, "all") == content(two, "again")
    assert verify_from(two, "all", "release-1", "release-2") == 0
    assert verify_from(two, "all", "release-1") == 1
    assert verify_from(two, "release-1", "release-1") == 2


def test_edition__order__mixes_the_releases_and_is_a_lot_that_their_order_does_not_decide(two: Station) -> None:
    edition(two, "all", "--series", "tiny")
    edition(two, "again", *of(two, "release-2", "release-1"))
    origins = ["".join(row["needs_01"] for row in two.rows(name)) for name in ("all", "again")]
    assert origins[0] == origins[1]
    assert origins[0] not in ("1" * 17 + "0" * 18, "0" * 18 + "1" * 17)
    given: list[tuple[RecordValue, ...]] = [(number, "x") for number in range(50)]
    drawn = in_lot_order(given, b"lot")
    assert drawn == in_lot_order(reversed(given), b"lot")
    assert drawn not in (tuple(given), in_lot_order(given, b"other lot"))


def test_edition__of_releases_in_every_format__has_every_format(station: Station) -> None:
    station.receive(responses(12))
    station.release("release-1")
    assert edition(station, "all", "--series", "tiny", "--level", "age=2") == 0
    assert content(station, "all").keys() == content(station, "release-1").keys()
    assert edition(station, "again", "--series", "tiny", "--level", "age=2") == 0
    assert content(station, "all") == content(station, "again")
    assert verify_from(station, "all", "release-1") == 0


def test_edition__of_anything_but_one_release_or_all_from_the_first__is_refused(
    two: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    edition(two, "all", *of(two, "release-1", "release-2"))
    two.receive(responses(12, start=500))
    two.release("release-3", DIVERSE)
    two.receive(responses(12, start=600))
    two.release("other", PLAN.replace("series: tiny", "series: other"))
    for names, code, told in [
        (("release-1", "release-1"), 1, "named twice"),
        (("release-2",), 2, "adds nothing up"),
        (("release-1", "all"), 1, "an edition is made from releases"),
        (("release-1", "other"), 1, "of one series"),
        (("release-2", "release-3"), 1, "Release 1 of tiny is missing"),
        (("release-1", "release-3"), 1, "Release 2 of tiny is missing"),
    ]:
        capsys.readouterr()
        assert edition(two, "wrong", *of(two, *names)) == code
        assert told in capsys.readouterr().err
        assert not (two.root / "wrong").exists()


def test_edition__release_that_this_ledger_did_not_make__is_refused(
    two: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    two.ledger.unlink()
    create_ledger(two.ledger, two.private)
    two.receive(responses(10))
    assert edition(two, "all", *of(two, "release-1", "release-2")) == 1
    assert "This ledger did not make tiny, release 1" in capsys.readouterr().err


@pytest.mark.usefixtures("tables_only")
def test_edition__release_moved_or_damaged__says_so(station: Station, capsys: pytest.CaptureFixture[str]) -> None:
    two = station
    make_two(two)
    (two.root / "release-1").rename(two.root / "archive")
    assert edition(two, "all", "--series", "tiny") == 1
    assert "Name every release with --from DIR" in capsys.readouterr().err
    assert edition(two, "all", *of(two, "archive", "release-2")) == 0
    table = two.root / "archive" / "responses.csv"
    table.write_bytes(table.read_bytes().replace(b"1", b"2", 1))
    assert edition(two, "again", *of(two, "archive", "release-2")) == 1
    assert edition(two, "none", "--series", "nobody") == 1


def test_edition__something_is_there__is_left_alone_but_what_was_killed_is_cleared(two: Station) -> None:
    (two.root / "all").mkdir()
    assert edition(two, "all", "--series", "tiny") == 2
    assert list((two.root / "all").iterdir()) == []
    partial = two.root / "killed.partial"
    partial.mkdir()
    (partial / "responses.csv").write_text("half")
    assert edition(two, "killed", "--series", "tiny") == 0
    assert not partial.exists()


def test_edition__pushed__is_refused_and_releases_still_go(two: Station, capsys: pytest.CaptureFixture[str]) -> None:
    edition(two, "all", "--series", "tiny")
    run(["init-store", str(two.root / "store")])
    assert two.push("all", two.root / "store") == 1
    assert "goes into no store" in capsys.readouterr().err
    assert two.push("release-1", two.root / "store") == 0


def test_release__second_of_a_series__tells_how_to_put_all_in_one_file(
    two: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    two.receive(responses(12, start=500))
    assert two.release("release-3", DIVERSE) == 0
    assert "edition --series tiny --out tiny-1-to-3" in capsys.readouterr().out


# --- coarser ---------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("tables_only")
def test_coarser_edition__against_a_release_made_at_those_levels__has_the_same_rows(station: Station) -> None:
    station.receive([*responses(12), *responses(4, start=20, age=3, language="es"), *responses(3, start=40, age=-2)])
    backup = station.backup()
    station.release("fine", PLAN.replace("{age: 1, language: 1}", "{age: 0, language: 0}"))
    assert edition(station, "coarser", "--series", "tiny", "--level", "age=1", "--level", "language=1") == 0
    station.restore(backup)
    station.release("twin")
    assert rows(station, "coarser") == rows(station, "twin")
    assert station.manifest("coarser")["levels"] == {"age": 1, "language": 1}
    assert station.manifest("coarser")["plan"]["plan"]["quasi_identifiers"] == {"age": 0, "language": 0}
    assert verify_from(station, "coarser", "fine") == 0


def test_coarser_edition__level_that_is_not_higher__is_wrong_use(
    two: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = {
        "age=1": "Nothing would be coarser",
        "age=0": "only be raised",
        "age=3": "up to 2",
        "mood=1": "is no quasi",
    }
    for level, told in wrong.items():
        assert edition(two, "coarser", "--series", "tiny", "--level", level) == 2
        assert told in capsys.readouterr().err


def test_edition__last_release_is_coarser__takes_every_row_up_with_it(two: Station) -> None:
    two.receive([response(300 + place, age=1 + place % 3, language="es") for place in range(12)])
    closing = ("close", two.plan(DIVERSE), "--out", two.root / "release-3", "--level", "age=2", "--yes", "tiny")
    assert run(two.with_key(*closing)) == 0
    assert edition(two, "all", "--series", "tiny") == 0
    assert {row["age"] for row in two.rows("all")} == {"-7"}
    assert two.manifest("all")["levels"] == {"age": 2, "language": 1}
    codebook = json.loads((two.root / "all" / "codebook.json").read_text(encoding="utf-8"))
    assert [held["level"] for held in codebook["variables"] if held["name"] == "age"] == [2]
    assert verify_from(two, "all", "release-1", "release-2", "release-3") == 0
    assert edition(two, "without-it", *of(two, "release-1", "release-2")) == 0
    assert {row["age"] for row in two.rows("without-it")} == {"1", "2"}


def instrument() -> Instrument:
    questionnaire = read_questionnaire(SURVEY.read_text(encoding="utf-8"), source=SURVEY.name)
    return Instrument(versions=(Version(hash="0" * 64, questionnaire=questionnaire),))


LEAVES: dict[str, tuple[RecordValue, ...]] = {
    "a2_age": (1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, -6, -7, -8),
    "a3_gender": (1, 2, 3, -2, -6), "a4_region": (1, 2, 6),
    "language": ("en", "es", "fi", "sv", -6), "channel": ("clear", "anonymous"), "quarter": ("2026Q1", "2026Q4"),
}  # fmt: skip


@pytest.mark.parametrize("name", LEAVES)
def test_raiser__from_every_level_to_every_higher_one__agrees_with_going_there_at_once(name: str) -> None:
    survey = instrument()
    levels = range(survey.levels_of(name) + 1)
    for released, wanted in product(levels, levels):
        if wanted >= released:
            low, high = (generaliser(survey.newest, name, level) for level in (released, wanted))
            raised = raiser(survey, name, released=released, wanted=wanted)
            assert [raised(low(leaf)) for leaf in LEAVES[name]] == [high(leaf) for leaf in LEAVES[name]]


def test_raiser__rest_of_a_level__becomes_what_its_answers_become() -> None:
    def category(code: str, *members: str) -> Category:
        return Category(code=code, label=text(code), members=members, rest=not members)

    levels = ((category("en", "en"), category("fi", "fi"), category("other")), (category("en", "en"), category("rest")))
    tongues = GeneralisationHierarchy(name="language", levels=levels)
    survey = replace(tiny(), hierarchies=(tiny().hierarchies[0], tongues))
    version = Version(hash="0" * 64, questionnaire=survey)
    raised = raiser(Instrument(versions=(version,)), "language", released=1, wanted=2)
    assert [raised(code) for code in ("en", "fi", "other", -6)] == ["en", "rest", "rest", -6]


@pytest.mark.parametrize(
    ("name", "cell", "value"),
    [("quarter", "2026", "2026"), ("quarter", "-7", -7), ("age", "2", 2), ("age", "-7", -7), ("language", "en", "en")],
)
def test_value_in__cell__is_what_was_written(name: str, cell: str, value: RecordValue) -> None:
    assert value_in(name, cell) == value


# --- totals ----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("tables_only")
def test_edition__of_totals__adds_up_each_rounded_count_and_changes_nothing_else(
    station: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in (1, 2):
        station.receive(responses(13, start=100 * number))
        assert station.release(f"counts-{number}", COUNTS) == 0
    assert edition(station, "all", "--series", "t") == 0
    first, second, both = (
        {(held.table, held.cell): held.count for held in read_cells(station.root / name / "totals.csv")}
        for name in ("counts-1", "counts-2", "all")
    )
    assert both == {cell: count + second[cell] for cell, count in first.items()}
    assert list(both) == list(first)
    assert verify_from(station, "all", "counts-1", "counts-2") == 0
    assert edition(station, "coarser", "--series", "t", *erratum(station, "reason: x\nwithhold: [mood]\n")) == 2
    assert "only labels can be corrected" in capsys.readouterr().err


def test_added_up__withheld_once_or_not_there__is_withheld_or_adds_nothing() -> None:
    def cell(code: int, count: int) -> TotalCell:
        return TotalCell(table="mood", cell=(("mood", code),), count=count)

    everybody = TotalCell(table="mood", cell=(("mood", "all"),), count=30)
    found = added_up([[cell(1, 10), cell(2, -7), everybody], [cell(1, 10), cell(2, 20), cell(3, 5), everybody]])
    assert {held.cell[0][1]: held.count for held in found} == {1: 20, 2: -7, 3: 5, "all": 60}


# --- the very bytes --------------------------------------------------------------------------------------------------


def drop_a_row(text: str) -> str:
    return text[: text.rstrip("\n").rfind("\n") + 1]


def repeat_a_row(text: str) -> str:
    return text + text[text.rstrip("\n").rfind("\n") + 1 :]


def change_an_age(text: str) -> str:
    return text.replace("en,1,", "en,2,", 1)


def change_an_answer(text: str) -> str:
    return text.replace(",0,0,0", ",1,0,0", 1) if ",0,0,0" in text else text.replace("en,1,1,", "en,1,2,", 1)


@pytest.mark.parametrize("tamper", [drop_a_row, repeat_a_row, change_an_age, change_an_answer])
def test_release__a_writer_that_changes_anything_between_deciding_and_signing__is_refused(
    station: Station, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tamper: Callable[[str], str]
) -> None:
    honest = next(each for each in every.FORMATS if each.names == (responses_csv.NAME,))

    def write(source: FormatSource, directory: Path) -> None:
        honest.write(source, directory)
        path = directory / responses_csv.NAME
        path.write_bytes(tamper(path.read_bytes().decode()).encode())

    faulty = every.Format(outputs=honest.outputs, names=honest.names, write=write, check=honest.check)
    station.receive(responses(12))
    with monkeypatch.context() as patch:
        patch.setattr(every, "FORMATS", (faulty, *(each for each in every.FORMATS if each.names == ("codebook.json",))))
        assert station.release("out") == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert not (station.root / "out").exists()
    assert not (station.root / "out.partial" / "manifest.json").exists()
    assert station.release("out") == 0
    assert len(station.rows("out")) == 12
