"""The analyst's views: one for each questionnaire, named after it, and `research.harmonised` across all of them.

A variable is a column of its own type, and beside it stands its label. What a series does not hold is null there: no
respondent's answer is ever null, so nothing is mixed up with -6 or -7. Made anew whenever a series is registered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import errors, sql

from selfhelp_survey.research_store.statements import statement

VIEWS = "views.sql"
HARMONISED = "harmonised"
PREFIX = "questionnaire_"
QUESTIONNAIRE_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,47}", re.ASCII)
LONGEST_NAME = 57  # bytes: PostgreSQL cuts a name at 63, and `_label` follows
MOST_VARIABLES = 790  # PostgreSQL: a view has at most 1,600 columns
TYPES = ("integer", "bigint", "text")  # from narrow to wide
ALWAYS_FIRST = ("series", "release", "record")
OF_A_RELEASE = ("sample", "instrument", *ALWAYS_FIRST, "kind", "version", "variables")
VERSION = "questionnaire_version"


@dataclass(frozen=True, kw_only=True)
class Column:
    """A variable or harmonised variable, and the type of SQL that holds all its values."""

    name: str
    type: str


@dataclass(frozen=True, kw_only=True)
class DescribedSeries:
    """A series of records and what its newest codebook says: the type of each variable, and its harmonised name."""

    series: str
    questionnaire: str
    variables: tuple[str, ...]
    types: Mapping[str, str]
    harmonised: Mapping[str, str]

    def columns(self) -> Iterator[Column]:
        """The variables, in their order; text, which holds anything, where no codebook tells."""
        for name in self.variables:
            yield Column(name=name, type=self.types.get(name, "text"))

    def harmonised_columns(self) -> Iterator[Column]:
        """The same under their harmonised names, without those that have none."""
        for column in self.columns():
            if column.name in self.harmonised:
                yield Column(name=self.harmonised[column.name], type=column.type)


def described(
    series: str, questionnaire: str | None, variables: Sequence[str], codebook: Mapping[str, Any] | None
) -> DescribedSeries:
    """The series as the views need it."""
    told = {str(variable.get("name")): variable for variable in _objects(codebook, "variables")}
    held = {name: told[name] for name in variables if name in told}
    return DescribedSeries(
        series=series, questionnaire=questionnaire or "", variables=tuple(variables),
        types={name: _type(variable) for name, variable in held.items()},
        harmonised={name: str(variable["harmonised"]) for name, variable in held.items() if variable.get("harmonised")},
    )  # fmt: skip


def _type(variable: Mapping[str, Any]) -> str:
    if variable.get("type", "text") == "text" or any(
        isinstance(value.get("code"), str) for value in _objects(variable, "values")
    ):
        return "text"
    return "bigint" if variable["type"] == "number" else "integer"


def _objects(holder: Mapping[str, Any] | None, name: str) -> list[Mapping[str, Any]]:
    """What stands there as JSON objects: a codebook is the writer's, so it may be of any shape."""
    listed = (holder or {}).get(name)
    return [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []


def united(columns: Iterable[Column], *, known: Sequence[str] = ()) -> tuple[Column, ...]:
    """Each name once, with a type wide enough for all; first those that stand in the view already, in their order.

    Names that PostgreSQL would cut are left out, and so is what does not fit into a view.
    """
    types: dict[str, str] = {}
    for column in columns:
        types[column.name] = max(column.type, types.get(column.name, TYPES[0]), key=TYPES.index)
    fitting = [name for name in types if 0 < len(name.encode()) <= LONGEST_NAME]
    places = {name: place for place, name in enumerate(known)}
    ordered = sorted(fitting, key=lambda name: places.get(name, len(places)))
    return tuple(Column(name=name, type=types[name]) for name in ordered[:MOST_VARIABLES])


def names_in_view(columns: Sequence[Column], *, taken: Iterable[str]) -> list[tuple[str, str]]:
    """How each column and its label are called: as the variable, with _ behind it where that name is taken."""
    used = set(taken)
    own = [_free(column.name, used) for column in columns]
    return [(name, _free(f"{column.name}_label", used)) for column, name in zip(columns, own, strict=True)]


def _free(name: str, used: set[str]) -> str:
    while name in used:
        name += "_"
    used.add(name)
    return name


def view_name(questionnaire: str, relations: Mapping[str, str | None]) -> str | None:
    """The name of a questionnaire's view: its code, unless something else of the schema is called so.

    None for a code that cannot be a name. `relations` holds what there is in the schema, with the comment on it.
    """
    if not QUESTIONNAIRE_CODE.fullmatch(questionnaire):
        return None
    is_free = relations.get(questionnaire, comment_of(questionnaire)) == comment_of(questionnaire)
    return questionnaire if is_free and questionnaire != HARMONISED else PREFIX + questionnaire


def comment_of(questionnaire: str) -> str:
    """What the comment on a questionnaire's view says; it marks the view as ours."""
    return f"Released records of the questionnaire {questionnaire}, one row each, with labels."


def renew_views(connection: psycopg.Connection, *, reader: str) -> None:
    """Make or widen every view that depends on the registered series; as the owner, who alone can."""
    rows = connection.execute(_statement("described_series")).fetchall()
    known = [described(*row) for row in rows]
    relations: dict[str, str | None] = dict(connection.execute(_statement("relations")).fetchall())
    for code in sorted({one.questionnaire for one in known}):
        if name := view_name(code, relations):
            view = _View(connection, name=name, reader=reader)
            view.put(_questionnaire_view([one for one in known if one.questionnaire == code], view), comment_of(code))
    view = _View(connection, name=HARMONISED, reader=reader)
    view.put(_harmonised_view(known, view), "Released records of every sample, under the harmonised names.")


class _View:
    """One view in a database."""

    def __init__(self, connection: psycopg.Connection, *, name: str, reader: str) -> None:
        self._connection = connection
        self.name = name
        self._reader = reader

    def columns(self) -> list[str]:
        """The columns that it has now."""
        return [row[0] for row in self._connection.execute(_statement("columns_of"), {"view": self.name})]

    def put(self, definition: sql.Composed, comment: str) -> None:
        """Make it so; where a column has become wider, away with the old one first."""
        try:
            with self._connection.transaction():
                self._connection.execute(definition)
        except errors.InvalidTableDefinition:
            self._run("drop_view")
            self._connection.execute(definition)
        self._run("comment_view", comment=sql.Literal(comment))
        self._run("grant_view", reader=sql.Identifier(self._reader))

    def _run(self, name: str, **filled: sql.Composable) -> None:
        self._connection.execute(_statement(name).format(view=sql.Identifier(self.name), **filled))


def _questionnaire_view(known: Sequence[DescribedSeries], view: _View) -> sql.Composed:
    columns = united((column for one in known for column in one.columns()), known=view.columns())
    first = [
        sql.SQL("response.{} as {}").format(sql.Identifier(source), sql.Identifier(name))
        for source, name in zip(("series", "release", "id"), ALWAYS_FIRST, strict=True)
    ]
    parts = [part for column, names in _named(columns, ALWAYS_FIRST)
             for part in _value_and_label(column, names, key=sql.Literal(column.name))]  # fmt: skip
    return _statement("questionnaire_view").format(
        view=sql.Identifier(view.name), columns=sql.SQL(", ").join([*first, *parts]),
        series=sql.Literal([one.series for one in known]),
    )  # fmt: skip


def _harmonised_view(known: Sequence[DescribedSeries], view: _View) -> sql.Composed:
    always = (Column(name=name, type="text") for name in ("language", "quarter"))
    held = (column for one in known for column in one.harmonised_columns() if column.name != VERSION)
    columns = united([*always, *held], known=view.columns())
    parts = [part for column, names in _named(columns, OF_A_RELEASE)
             for part in _value_and_label(column, names, key=_harmonised_key(column.name))]  # fmt: skip
    first = _statement("harmonised_columns").format(version=_harmonised_key(VERSION))
    return _statement("harmonised_view").format(
        view=sql.Identifier(view.name), columns=sql.SQL(", ").join([first, *parts])
    )


def _named(columns: Sequence[Column], taken: Sequence[str]) -> Iterator[tuple[Column, tuple[str, str]]]:
    return zip(columns, names_in_view(columns, taken=taken), strict=True)


def _harmonised_key(name: str) -> sql.Composed:
    return sql.SQL("(head.names ->> {})").format(sql.Literal(name))


def _value_and_label(column: Column, names: tuple[str, str], *, key: sql.Composable) -> tuple[sql.Composed, ...]:
    value = sql.SQL("(response.record ->> {key})").format(key=key)
    as_typed = sql.SQL("{value}::{type} as {name}").format(
        value=value, type=sql.SQL(column.type), name=sql.Identifier(names[0])
    )
    label = sql.SQL("words.labels #>> array[{key}, {value}] as {name}").format(
        key=key, value=value, name=sql.Identifier(names[1])
    )
    return as_typed, label


def _statement(name: str) -> sql.SQL:
    return statement(VIEWS, name)
