"""Releases pushed into a real PostgreSQL: once, whole, and refused where the database knows better."""

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

import selfhelp_survey
from selfhelp_survey.questionnaire_files import read_questionnaire_file
from selfhelp_survey.research.command_line import run
from selfhelp_survey.research.formats.codebook_json import write_codebook
from selfhelp_survey.research.plan_reader import read_plan_file
from selfhelp_survey.research.pushing import register
from selfhelp_survey.research.series import series_of
from selfhelp_survey.research.versions import Instrument, Version
from tests.store.support import Database
from tests.unit.research.conftest import Station
from tests.unit.research.survey import PLAN, TOTALS, new_workstation, responses

pytestmark = pytest.mark.postgresql

APP = Path(selfhelp_survey.__file__).parent
COLUMNS = "select attname from pg_attribute where attrelid = ('research.' || %s)::regclass and attnum > 0"


@pytest.fixture
def station(tmp_path: Path) -> Station:
    """A workstation with one release of 12 responses in `out`."""
    key, private = new_workstation(tmp_path)
    station = Station(root=tmp_path, key=key, private=private)
    station.receive(responses(12))
    assert station.release("out", PLAN + "l: 2\ndiversity: [mood, needs]\n") == 0
    return station


def push(station: Station, name: str, dsn: str) -> int:
    """The exit code of a push into a database."""
    return run(station.with_key("push", station.root / name, "--store", dsn))


def stored(database: Database) -> tuple[int, int]:
    """How many releases and records the database holds."""
    with psycopg.connect(database.dsn("postgres")) as connection:
        releases = connection.execute("select count(*) from research.release").fetchone()
        records = connection.execute("select count(*) from research.response").fetchone()
    assert releases is not None
    assert records is not None
    return releases[0], records[0]


def test_push__twice_into_postgresql__loads_once(
    station: Station, empty_database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    dsn = empty_database.dsn("postgres")
    assert run(["init-store", dsn]) == 0
    assert push(station, "out", dsn) == 0
    assert stored(empty_database) == (1, 12)
    assert push(station, "out", dsn) == 0
    assert "nothing was changed" in capsys.readouterr().out
    assert stored(empty_database) == (1, 12)


def test_push__totals_into_postgresql__are_taken(station: Station, empty_database: Database) -> None:
    dsn = empty_database.dsn("postgres")
    run(["init-store", dsn])
    station.receive(responses(15, start=100))
    plan = TOTALS + "quasi_identifiers: {age: 1}\ntables: [[mood, age]]\n"
    assert station.release("totals", plan) == 0
    assert push(station, "totals", dsn) == 0
    assert stored(empty_database) == (1, 0)


def test_push__store_down_or_not_made__is_one_sentence_and_can_be_called_again(
    station: Station, empty_database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    dsn = empty_database.dsn("postgres")
    capsys.readouterr()
    assert push(station, "out", "host=/nowhere dbname=none user=nobody") == 1
    assert push(station, "out", dsn) == 1
    assert capsys.readouterr().err.count("\n") == 2
    run(["init-store", dsn])
    assert push(station, "out", dsn) == 0


def test_push__responses_in_the_database_already__are_refused(station: Station, empty_database: Database) -> None:
    dsn = empty_database.dsn("postgres")
    run(["init-store", dsn])
    backup = station.backup()
    station.receive(responses(40, start=100))
    station.release("second", PLAN.replace("series: tiny", "series: two"))
    assert push(station, "second", dsn) == 0
    station.restore(backup)
    station.receive(responses(40, start=100))
    station.release("again", PLAN.replace("series: tiny", "series: three"))
    assert push(station, "again", dsn) == 1
    assert stored(empty_database) == (1, 40)


def test_release__database_knows_a_release_the_ledger_does_not__is_refused(
    station: Station, empty_database: Database
) -> None:
    dsn = empty_database.dsn("postgres")
    run(["init-store", dsn])
    backup = station.backup()
    station.receive(responses(40, start=100))
    plan = PLAN + "l: 2\ndiversity: [mood, needs]\n"
    station.release("second", plan)
    push(station, "second", dsn)
    station.restore(backup)
    station.receive(responses(40, start=100))
    arguments = ("release", station.plan(plan), "--out", station.root / "third", "--store", dsn)
    assert run(station.with_key(*arguments)) == 1
    assert not (station.root / "third").exists()


@pytest.fixture
def roles(empty_database: Database) -> Iterator[Database]:
    """The schema under the roles the command line makes, and a login that is a member of one role and nothing else."""
    assert run(["init-store", empty_database.dsn("postgres")]) == 0
    with empty_database.connect("postgres") as connection:
        for role in ("owner", "writer", "reader"):
            connection.execute(f"create role only_{role} login in role research_{role}")
    yield empty_database
    with empty_database.connect("postgres") as connection:
        for role in ("owner", "writer", "reader"):
            connection.execute(f"drop role only_{role}")


def test_push__login_that_may_only_write__needs_the_owner_to_register_the_series_once(
    station: Station, roles: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert push(station, "out", roles.dsn("only_writer")) == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "`selfhelp-research init-store DSN --series DIR`" in told
    register = ["init-store", "--series", str(station.root / "out"), "--key", station.private.public.text]
    assert run([*register, roles.dsn("only_writer")]) == 1
    assert run([*register, roles.dsn("only_owner")]) == 0
    assert run([*register, roles.dsn("only_owner")]) == 0
    assert push(station, "out", roles.dsn("only_reader")) == 1
    assert stored(roles) == (0, 0)
    assert push(station, "out", roles.dsn("only_writer")) == 0
    assert stored(roles) == (1, 12)
    station.receive(responses(12, start=100))
    assert station.release("second", PLAN + "l: 2\ndiversity: [mood, needs]\n") == 0
    assert push(station, "second", roles.dsn("only_writer")) == 0
    assert stored(roles) == (2, 24)


def test_push__two_ledgers_release_the_same_people__database_takes_them_once(
    station: Station, empty_database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key, private = new_workstation(tmp_path / "second")
    second = Station(root=tmp_path / "second", key=key, private=private)
    second.receive(responses(12))
    assert second.release("out", PLAN.replace("series: tiny", "series: other")) == 0
    dsn = empty_database.dsn("postgres")
    run(["init-store", dsn])
    assert push(station, "out", dsn) == 0
    capsys.readouterr()
    assert push(second, "out", dsn) == 1
    assert "already in another series" in capsys.readouterr().err
    assert stored(empty_database) == (1, 12)


def test_push__real_release__can_be_read_with_labels_and_across_samples(
    station: Station, empty_database: Database
) -> None:
    dsn = empty_database.dsn("postgres")
    run(["init-store", dsn])
    assert push(station, "out", dsn) == 0
    with empty_database.connect("postgres") as connection:
        read = connection.execute(
            "select distinct age, age_label, language, language_label, needs_01_label from research.tiny"
        ).fetchall()
        across = connection.execute(
            "select distinct sample, instrument, version, language, quarter, variables::text from research.harmonised"
        ).fetchall()
    assert read == [(1, "young", "en", "English", "Left blank")]
    assert across == [("exit", "tiny", None, "en", None, '{"language": "en"}')]


def test_register__exit_survey__has_a_column_and_a_label_for_each_variable(database: Database) -> None:
    questionnaire = read_questionnaire_file(APP / "questionnaires" / "exit_survey.yaml").questionnaire
    instrument = Instrument(versions=(Version(hash="0" * 64, questionnaire=questionnaire),))
    plan = read_plan_file(APP / "research" / "plans" / "exit_records.yaml").plan
    series = series_of(plan, instrument)
    assert register(series, database.admin, json.loads(write_codebook(series, instrument)))
    with database.connect("postgres") as connection:
        columns = {row[0] for row in connection.execute(COLUMNS, ["exit_survey"])}
        harmonised = {row[0] for row in connection.execute(COLUMNS, ["harmonised"])}
    assert columns == {"series", "release", "record", *series.columns, *(f"{name}_label" for name in series.columns)}
    assert {"age_group", "wish_to_stop", "wish_to_stop_label", "barriers_fear", "quarter"} <= harmonised
