"""The SQL that Django's ORM has no words for: named statements in .sql files, with identifiers put in their places."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

NAME_MARK = "-- name: "
_PLACE = re.compile(r"\{([a-z_]+)\}")


@cache
def statements(file_name: str) -> dict[str, str]:
    """Each statement or block of a .sql file under the name its `-- name:` line gives, in the order of the file."""
    text = files(__package__).joinpath(file_name).read_text(encoding="utf-8")
    parts = text.split(NAME_MARK)[1:]
    return {name.strip(): body.strip() for name, _, body in (part.partition("\n") for part in parts)}


def composed(statement: str, identifiers: Mapping[str, str]) -> str:
    """The statement with an identifier in each pair of curly brackets.

    Identifiers come quoted, from `quote_name` or PostgreSQL's own `format('%I')`. Raises KeyError for one that is not
    given.
    """
    return _PLACE.sub(lambda place: identifiers[place[1]], statement)
