"""Samples of several instruments side by side in a real PostgreSQL, and the catalogue that says how they compare."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from pathlib import Path
from typing import Any, LiteralString

import numpy as np
import psycopg
import pytest
from psycopg.rows import dict_row

from selfhelp_survey.authoring.shipped import shipped_catalogue
from selfhelp_survey.research.catalogue_json import catalogue_json
from selfhelp_survey.research.command_line import run
from selfhelp_survey.research.commands.opening import workstation
from selfhelp_survey.research.comparison.reading import read_dataset
from selfhelp_survey.research.pushing import codebook_of, push_release, register
from selfhelp_survey.research.verify import verify_release
from tests.store.support import Database
from tests.unit.research.comparison import stores
from tests.unit.research.comparison.three_samples import EXIT, three_samples
from tests.unit.research.conftest import Station
from tests.unit.research.crosswalked import example_text, export, write_csv
from tests.unit.research.survey import new_workstation

pytestmark = pytest.mark.postgresql

SISTER = """\
series: sister
questionnaire: help_us_to_help_you
kind: synthetic
variables: all
quasi_identifiers: {age_group: 1, language: 1}
k: 3
"""
COMPARED: LiteralString = """
select sample, wish_to_stop_label, count(*)
from research.harmonised
join research.harmonised_variable as told using (instrument)
where told.variable = 'wish_to_stop' and told.comparability <> 'proxy' and wish_to_stop > 0
group by 1, 2
"""  # as in docs/reference/store.md


def asked(database: Database, query: LiteralString, **settings: str) -> list[dict[str, Any]]:
    """What a reader gets, in a session with these settings."""
    with psycopg.connect(database.dsn("test_reader"), row_factory=dict_row) as connection:
        for name, value in settings.items():
            connection.execute("select set_config(%s, %s, false)", [f"research.{name}", value])
        return connection.execute(query).fetchall()


@pytest.fixture
def station(tmp_path: Path) -> Station:
    """A workstation with a release of a sister survey's export in `sister`."""
    key, private = new_workstation(tmp_path)
    station = Station(root=tmp_path, key=key, private=private)
    (tmp_path / "crosswalk.yaml").write_text(example_text(), encoding="utf-8")
    data = write_csv(tmp_path / "export.csv", export(60))
    assert run(station.with_key("crosswalk", tmp_path / "crosswalk.yaml", "--data", data, "--language", "en")) == 0
    assert station.release("sister", SISTER) == 0
    return station


def test_harmonised__crosswalked_sample_beside_the_exit_sample__has_the_right_rows(
    station: Station, database: Database
) -> None:
    (leaving,) = three_samples(np.random.default_rng(5), sizes={EXIT: 40}).samples
    series = stores.series_for("exit_survey", "exit-made-up", {"quarter": 0})
    stores.push(database.admin, leaving, series)
    register_and_push(station, database)
    rows = asked(database, "select * from research.harmonised", kind="synthetic")
    told = {name: [row for row in rows if row["sample"] == name] for name in ("exit", "help_us_to_help_you")}
    assert {name: len(held) for name, held in told.items()} == {"exit": 40, "help_us_to_help_you": 54}
    for name in ("wish_to_stop", "age_group", "help_sought", "facilitators_01"):
        assert Counter(row[name] for row in told["exit"]) == Counter(leaving.columns[name].tolist()), name
    released = station.rows("sister")
    for name in ("wish_to_stop", "age_group", "help_received", "places_since_01", "language"):
        held = Counter(str(row[name]) for row in told["help_us_to_help_you"])
        assert held == Counter(row[name] for row in released), name
    assert {row["instrument"] for row in told["exit"]} == {"exit_survey"}
    assert {row["quarter"] for row in told["exit"]} == {"2026-Q1", "2026-Q2"}
    assert {row["quarter"] for row in told["help_us_to_help_you"]} == {None}
    assert all(row["variables"]["wish_to_stop"] == row["wish_to_stop"] for row in rows)
    assert asked(database, "select count(*) from research.harmonised") == [{"count": 0}]
    database.admin.init(catalogue_json(shipped_catalogue()))
    compared = asked(database, COMPARED, kind="synthetic")
    assert {row["sample"] for row in compared} == {"exit", "help_us_to_help_you"}
    assert sum(row["count"] for row in compared) == sum(row["wish_to_stop"] > 0 for row in rows)


def register_and_push(station: Station, database: Database) -> None:
    """As the owner registers a series, and a login that may only write pushes it; under the roles of the tests."""
    checked = verify_release(station.root / "sister", [station.private.public])
    assert register(checked.series, database.admin, codebook_of(checked))
    arguments = Namespace(key=station.key, passphrase_file=station.root / "passphrase")
    with workstation(arguments, "loading") as opened:
        assert push_release(checked, database.writer, opened.ledger, progress=opened.progress).pushed


def test_read_dataset__reader_of_postgresql__reads_what_a_directory_would_give(database: Database) -> None:
    made = three_samples(np.random.default_rng(6), sizes={EXIT: 30})
    stores.push(database.admin, made.samples[0], stores.series_for("exit_survey", "exit-made-up"))
    (held,) = read_dataset(database.reader, shipped_catalogue(), kind="synthetic").samples
    assert (held.sample, held.size, held.releases) == ("exit", 30, ("1 of exit-made-up",))
    for name, column in made.samples[0].columns.items():
        assert Counter(held.columns[name].tolist()) == Counter(column.tolist()), name


def test_init__catalogue__stands_beside_the_records(database: Database) -> None:
    assert asked(database, "select * from research.harmonised_variable") == []
    database.admin.init(catalogue_json(shipped_catalogue()))
    database.admin.init(catalogue_json(shipped_catalogue()))
    rows = asked(database, "select * from research.harmonised_variable order by place, instrument")
    told = {(row["variable"], row["instrument"]): row for row in rows}
    expected = {(held.name, each.instrument): each for held in shipped_catalogue() for each in held.instruments}
    assert told.keys() == expected.keys()
    for key, carried in expected.items():
        assert told[key]["comparability"] == carried.comparability.value
        assert told[key]["time_reference"] == carried.time_reference
        assert told[key]["columns"] == list(shipped_catalogue().variable(key[0]).columns)
    codes = asked(database, "select code from research.harmonised_code where variable = 'wish_to_stop' order by code")
    assert [row["code"] for row in codes] == [1, 2, 3, 4]
    with database.connect("postgres") as connection:
        assert connection.execute("select count(*) from research.catalogue").fetchone() == (1,)


def test_init__later_catalogue__is_shown_and_an_older_program_does_not_take_it_away(database: Database) -> None:
    older: dict[str, object] = {"variables": []}
    for catalogue in (older, catalogue_json(shipped_catalogue()), older):
        database.admin.init(catalogue)
    assert asked(database, "select count(*) > 20 as is_newest from research.harmonised_variable") == [
        {"is_newest": True}
    ]


def test_harmonised_variable__language_chosen__labels_are_in_it(database: Database) -> None:
    database.admin.init(catalogue_json(shipped_catalogue()))
    query: LiteralString = "select distinct label from research.harmonised_variable where variable = 'wish_to_stop'"
    label = shipped_catalogue().variable("wish_to_stop").label
    assert asked(database, query) == [{"label": label.in_language("en")}]
    assert asked(database, query, language="es") == [{"label": label.in_language("es")}]


@pytest.mark.parametrize("login", ["test_writer", "test_reader"])
def test_catalogue__writer_and_reader__cannot_change_it(database: Database, login: str) -> None:
    with database.connect(login) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("insert into research.catalogue values (1, '{}')")
