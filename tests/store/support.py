"""A prepared database, and the small series and release most store tests start from."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

import psycopg
from psycopg import errors, sql

from selfhelp_survey.research_store.interface import DiversityItem, ReleasePackage, SeriesRegistration
from selfhelp_survey.research_store.postgres import PostgresStore

PREFIX = "testresearch"


@dataclass(frozen=True)
class Database:
    """A prepared database: one store for each login."""

    host: str
    name: str

    def dsn(self, user: str) -> str:
        return f"host={self.host} dbname={self.name} user={user}"

    def store(self, user: str) -> PostgresStore:
        return PostgresStore(self.dsn(user), role_prefix=PREFIX)

    @property
    def admin(self) -> PostgresStore:
        return self.store("postgres")

    @property
    def writer(self) -> PostgresStore:
        return self.store("test_writer")

    @property
    def reader(self) -> PostgresStore:
        return self.store("test_reader")

    def connect(self, user: str) -> psycopg.Connection:
        return psycopg.connect(self.dsn(user), autocommit=True)


def prepare(database: Database) -> None:
    """Schema, roles and one login for each role."""
    database.admin.init()
    with database.connect("postgres") as connection:
        for role in ("writer", "reader"):
            make_login(connection, role)


def make_login(connection: psycopg.Connection, role: str) -> None:
    names = {"login": sql.Identifier(f"test_{role}"), "role": sql.Identifier(f"{PREFIX}_{role}")}
    # Logins belong to the whole server: a test running beside this one may have made them.
    with contextlib.suppress(errors.DuplicateObject, errors.UniqueViolation):
        connection.execute(sql.SQL("create role {login} login in role {role}").format(**names))


def a_series(**changes: object) -> SeriesRegistration:
    """Two variables, k = 3, one sensitive item that needs two values."""
    values: dict[str, object] = {
        "series": "exit-1", "kind": "real", "form": "records", "k": 3, "l": 2, "quasi_identifiers": ("age",),
        "variables": ("age", "change"), "diversity": (DiversityItem(name="change", variables=("change",), needed=2),),
        "minimum": 3, "plan_hash": "0" * 64, "plan": {"title": "exit"},
    }  # fmt: skip
    return SeriesRegistration(**{**values, **changes})  # type: ignore[arg-type]


GOOD = tuple({"age": age, "change": change} for age in (1, 2) for change in (1, 2, -1))


def a_package(**changes: object) -> ReleasePackage:
    """Two classes of three rows each, which `a_series` accepts."""
    records = changes.get("records", GOOD)
    assert isinstance(records, tuple)
    number = changes.get("number", 1)
    values: dict[str, object] = {
        "series": "exit-1", "number": 1, "kind": "real", "manifest": {"n": number}, "codebook": {"age": "Age"},
        "digests": tuple(f"{number}-{place}".encode() for place in range(len(records))), "rows": len(records),
        "records": records,
    }  # fmt: skip
    return ReleasePackage(**{**values, **changes})  # type: ignore[arg-type]


def wordings(word: str) -> dict[str, str]:
    """A word in three languages, of which English is not the first."""
    return {"da": f"{word} (da)", "en": word, "es": f"{word} (es)"}


def a_variable(name: str, *labels: str, **more: object) -> dict[str, object]:
    """A variable of a codebook, with codes counted from 1; -1 means that it was left blank."""
    values: object = [{"code": code, "label": wordings(label)} for code, label in enumerate(labels, start=1)]
    given = {"name": name, "label": wordings(f"About {name}"), "type": "single", "values": values, "role": "sensitive",
             "missing": [{"code": -1, "label": wordings("Left blank")}], "harmonised": None}  # fmt: skip
    return {**given, **more}


def a_codebook(*variables: dict[str, object], **more: object) -> dict[str, object]:
    """The codebook of `a_series`, unless told otherwise."""
    usual = (a_variable("age", "young", "old", harmonised="age_group"), a_variable("change", "less", "more"))
    return {"questionnaire": "exit_survey", "sample": "exit", "variables": list(variables or usual), **more}


def a_described_series(**changes: object) -> SeriesRegistration:
    """`a_series` of the questionnaire exit_survey, so that there are views of it."""
    return a_series(**{"plan": {"plan": {"questionnaire": "exit_survey"}}, **changes})
