"""What an analyst sees: a view for each questionnaire, with labels, and one across all samples."""

from __future__ import annotations

from typing import Any, LiteralString

import psycopg
import pytest
from psycopg import errors
from psycopg.rows import dict_row

from selfhelp_survey.errors import StoreError
from selfhelp_survey.research_store.interface import TotalRow
from tests.store.support import Database, a_codebook, a_described_series, a_package, a_variable

pytestmark = pytest.mark.postgresql

RECORDS = ({"age": 1, "change": 1}, {"age": 1, "change": 2}, {"age": 1, "change": -1})
SYSTEM = {"type": "text", "values": [], "missing": []}


@pytest.fixture
def released(database: Database) -> Database:
    """A database with one release of three records."""
    database.admin.register_series(a_described_series(), a_codebook())
    database.writer.push(a_package(records=RECORDS, codebook=a_codebook()))
    return database


def asked(database: Database, query: LiteralString, **settings: str) -> list[dict[str, Any]]:
    """What a reader gets, in a session with these settings."""
    with psycopg.connect(database.dsn("test_reader"), row_factory=dict_row) as connection:
        for name, value in settings.items():
            connection.execute("select set_config(%s, %s, false)", [f"research.{name}", value])
        return connection.execute(query).fetchall()


def columns(database: Database, view: str) -> list[str]:
    """The columns of a view, in order, each with its type."""
    query = (
        "select attname || ' ' || format_type(atttypid, atttypmod) from pg_attribute"
        " where attrelid = %s::regclass and attnum > 0 order by attnum"
    )
    with database.connect("postgres") as connection:
        return [row[0] for row in connection.execute(query, [f"research.{view}"])]


def test_questionnaire_view__released_records__have_codes_and_labels(released: Database) -> None:
    rows = asked(
        released, "select series, release, age, age_label, change, change_label from research.exit_survey order by 5"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("exit-1", 1, 1, "young", -1, "Left blank"),
        ("exit-1", 1, 1, "young", 1, "less"),
        ("exit-1", 1, 1, "young", 2, "more"),
    ]


@pytest.mark.parametrize(("language", "label"), [("es", "young (es)"), ("en", "young"), ("", "young"), ("xx", "young")])
def test_questionnaire_view__language_chosen__labels_are_in_it(released: Database, language: str, label: str) -> None:
    rows = asked(released, "select distinct age_label from research.exit_survey", language=language)
    assert rows == [{"age_label": label}]


def test_questionnaire_view__no_english_words__shows_those_there_are(database: Database) -> None:
    young = {"code": 1, "label": {"fi": "nuori"}}
    codebook = a_codebook(a_variable("age", values=[young]), a_variable("change"))
    database.admin.register_series(a_described_series(), codebook)
    database.writer.push(a_package(records=RECORDS, codebook=codebook))
    rows = asked(database, "select distinct age_label, change_label from research.exit_survey where change > 0")
    assert rows == [{"age_label": "nuori", "change_label": None}]


def test_questionnaire_view__registered_series__has_typed_columns_before_a_release(database: Database) -> None:
    held = (
        a_variable("age", "young"), a_variable("change", type="number", values=[]), a_variable("quarter", **SYSTEM),
        a_variable("tongue", values=[{"code": "en", "label": {}}]), a_variable("release"),
    )  # fmt: skip
    names = tuple(str(variable["name"]) for variable in held)
    database.admin.register_series(a_described_series(variables=(*names, "untold", "x" * 58)), a_codebook(*held))
    assert columns(database, "exit_survey") == [
        "series text", "release integer", "record uuid", "age integer", "age_label text", "change bigint",
        "change_label text", "quarter text", "quarter_label text", "tongue text", "tongue_label text",
        "release_ integer", "release_label text", "untold text", "untold_label text",
    ]  # fmt: skip


def test_questionnaire_view__second_series_with_more__is_widened_and_null_where_a_series_lacks_it(
    released: Database,
) -> None:
    more = a_codebook(a_variable("mood", "bad", "good"), *a_codebook()["variables"])  # type: ignore[misc]
    wider = a_described_series(series="exit-0", variables=("mood", "age", "change"))
    released.admin.register_series(wider, more)
    records = tuple({**record, "mood": 2} for record in RECORDS)
    released.writer.push(a_package(series="exit-0", records=records, codebook=more, digests=(b"a", b"b", b"c")))
    rows = asked(released, "select distinct series, mood, mood_label, age_label from research.exit_survey order by 1")
    assert [tuple(row.values()) for row in rows] == [
        ("exit-0", 2, "good", "young"), ("exit-1", None, None, "young"),
    ]  # fmt: skip
    assert columns(released, "exit_survey")[-2:] == ["mood integer", "mood_label text"]


def test_questionnaire_view__other_series_has_text_there__becomes_text(released: Database) -> None:
    coarse = a_codebook(a_variable("age", values=[{"code": "old", "label": {}}]), a_variable("change"))
    released.admin.register_series(a_described_series(series="exit-2"), coarse)
    assert "age text" in columns(released, "exit_survey")
    assert asked(released, "select distinct age from research.exit_survey") == [{"age": "1"}]


def test_register_series__somebody_built_on_a_view_that_must_change__says_so_and_registers_nothing(
    released: Database,
) -> None:
    with released.connect("postgres") as connection:
        connection.execute("create view mine as select age from research.exit_survey")
    coarse = a_codebook(a_variable("age", values=[{"code": "old", "label": {}}]), a_variable("change"))
    with pytest.raises(StoreError, match="drop theirs"):
        released.admin.register_series(a_described_series(series="exit-2"), coarse)
    with pytest.raises(StoreError, match="no series"):
        released.admin.find_series("exit-2")


@pytest.mark.parametrize(
    ("code", "view"),
    [("response", "questionnaire_response"), ("harmonised", "questionnaire_harmonised"), ('a"; drop', None)],
)
def test_questionnaire_view__code_that_is_taken_or_no_name__leaves_the_schema_whole(
    database: Database, code: str, view: str | None
) -> None:
    codebook = a_codebook(questionnaire=code)
    database.admin.register_series(a_described_series(plan={"plan": {"questionnaire": code}}), codebook)
    database.admin.init()
    database.writer.push(a_package(records=RECORDS, codebook=codebook))
    assert asked(database, "select count(*) from research.response") == [{"count": 3}]
    assert asked(database, "select count(*) from research.harmonised") == [{"count": 3}]
    if view:
        assert "age integer" in columns(database, view)


def test_views__synthetic_responses__are_never_among_real_ones(released: Database) -> None:
    made_up = a_described_series(series="made-up", kind="synthetic")
    released.admin.register_series(made_up, a_codebook())
    more = {"kind": "synthetic", "codebook": a_codebook(), "digests": tuple(b"abcd%d" % place for place in range(6))}
    released.writer.push(a_package(series="made-up", records=RECORDS * 2, **more))
    for query in (
        "select count(*) from research.exit_survey",
        "select count(*) from research.harmonised",
        "select count(*) from research.harmonised_value",
    ):
        assert asked(released, query) == [{"count": 3}]
        assert asked(released, query, kind="synthetic") == [{"count": 6}]


@pytest.fixture
def two_samples(released: Database) -> Database:
    """Beside the exit survey a second sample, which calls the same variable otherwise and releases a quarter."""
    codebook = a_codebook(
        a_variable("years", "under 30", "over 30", harmonised="age_group"),
        a_variable("quarter", **SYSTEM, harmonised="quarter"), a_variable("mood", "bad"),
        sample="help", questionnaire="help_us",
    )  # fmt: skip
    series = a_described_series(
        series="help-1", variables=("years", "quarter", "mood"), quasi_identifiers=("years",), diversity=(),
        plan={"plan": {"questionnaire": "help_us"}},
    )  # fmt: skip
    released.admin.register_series(series, codebook)
    records = ({"years": 2, "quarter": "2026Q4", "mood": 1},) * 3
    package = a_package(series="help-1", records=records, codebook=codebook, digests=(b"x", b"y", b"z"))
    released.writer.push(package)
    return released


def test_harmonised__two_samples__stand_in_one_table(two_samples: Database) -> None:
    rows = asked(
        two_samples,
        "select distinct sample, instrument, version, language, quarter, age_group, age_group_label, variables::text"
        " from research.harmonised order by sample",
    )
    assert [tuple(row.values()) for row in rows] == [
        ("exit", "exit_survey", None, None, None, 1, "young", '{"age_group": 1}'),
        ("help", "help_us", None, None, "2026Q4", 2, "over 30", '{"quarter": "2026Q4", "age_group": 2}'),
    ]


def test_harmonised_value__two_samples__is_the_same_in_the_long_form(two_samples: Database) -> None:
    rows = asked(
        two_samples,
        "select sample, variable, value, label, count(*) from research.harmonised_value group by 1, 2, 3, 4"
        " order by 1, 2",
        language="es",
    )
    assert [tuple(row.values()) for row in rows] == [
        ("exit", "age_group", "1", "young (es)", 3),
        ("help", "age_group", "2", "over 30 (es)", 3),
        ("help", "quarter", "2026Q4", None, 3),
    ]


def test_harmonised__codebook_without_a_sample__is_null_there(database: Database) -> None:
    old = {name: value for name, value in a_codebook().items() if name != "sample"}
    database.admin.register_series(a_described_series(), old)
    database.writer.push(a_package(records=RECORDS, codebook=old))
    assert asked(database, "select distinct sample, instrument from research.harmonised") == [
        {"sample": None, "instrument": "exit_survey"}
    ]


def test_harmonised__nothing_registered__is_there_and_empty(database: Database) -> None:
    assert asked(database, "select * from research.harmonised") == []


def test_protected_total__totals__carry_sample_and_instrument(database: Database) -> None:
    database.admin.register_series(a_described_series(form="totals", diversity=()))
    totals = (TotalRow(table="age", cell={"age": 1}, count=5),)
    database.writer.push(
        a_package(records=(), totals=totals, rows=1, digests=(b"a", b"b", b"c"), codebook=a_codebook())
    )
    rows = asked(
        database, "select sample, instrument, table_name, cell, count, is_withheld from research.protected_total"
    )
    assert [tuple(row.values()) for row in rows] == [("exit", "exit_survey", "age", {"age": 1}, 5, False)]


@pytest.mark.parametrize("codebook", [{}, {"variables": 7}, {"variables": [1, {"name": [3]}, {"values": {"a": [{}]}}]}])
def test_views__codebook_of_any_shape__can_still_be_read(database: Database, codebook: dict[str, Any]) -> None:
    database.admin.register_series(a_described_series())
    database.writer.push(a_package(records=RECORDS, codebook=codebook))
    database.admin.init()
    assert asked(database, "select age, age_label from research.exit_survey limit 1") == [
        {"age": "1", "age_label": None}
    ]
    for view in ("harmonised", "harmonised_value", "codebook_variable", "codebook_value"):
        with database.connect("test_reader") as connection:
            connection.execute(f"select * from research.{view}")  # noqa: S608 - names from this line


def test_views__whoever_may_not_read_the_tables__reads_nothing_through_a_view(released: Database) -> None:
    with released.connect("postgres") as connection:
        connection.execute("grant select on research.exit_survey, research.harmonised to testresearch_writer")
    for view in ("exit_survey", "harmonised"):
        with released.connect("test_writer") as connection, pytest.raises(errors.InsufficientPrivilege):
            connection.execute(f"select count(*) from research.{view}")  # noqa: S608


def test_views__of_the_whole_schema__name_no_digest(released: Database) -> None:
    with released.connect("postgres") as connection:
        found = connection.execute(
            "select viewname from pg_views where schemaname = 'research' and definition ~ 'digest|unchecked'"
        ).fetchall()
        without = connection.execute(
            "select relname from pg_class where relnamespace = 'research'::regnamespace and relkind = 'v'"
            " and not coalesce(reloptions @> '{security_invoker=true}', false)"
        ).fetchall()
    assert found == []
    assert without == []
