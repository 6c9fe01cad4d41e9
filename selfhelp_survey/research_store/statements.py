"""The named statements of this room's .sql files."""

from functools import cache
from importlib.resources import files

from psycopg import sql

NAME_MARK = "-- name: "


@cache
def statements(file_name: str) -> dict[str, str]:
    """Each statement or block of a .sql file under the name its `-- name:` line gives, in the order of the file."""
    text = files(__package__).joinpath(file_name).read_text(encoding="utf-8")
    parts = text.split(NAME_MARK)[1:]
    return {name.strip(): body.strip() for name, _, body in (part.partition("\n") for part in parts)}


def statement(file_name: str, name: str) -> sql.SQL:
    """The statement of this name: our own text, into which names and values are composed and never formatted."""
    return sql.SQL(statements(file_name)[name])


def query(name: str) -> sql.SQL:
    """A statement of queries.sql."""
    return statement("queries.sql", name)
