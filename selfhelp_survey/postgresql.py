"""What PostgreSQL itself says: where a table is, how the server is set up, and what a role may do."""

from collections.abc import Mapping, Sequence

from django.db import connections
from django.db.models import Model

from selfhelp_survey.errors import SurveyError
from selfhelp_survey.models import InboxResponse, SealedResponse
from selfhelp_survey.statements import statements

FILE = "postgresql.sql"
WEB_REACH = frozenset({"INSERT on inbox"})
"""All that the website's role may do with responses."""
MAINTENANCE_REACH = frozenset(
    f"{privilege} on {place}" for privilege in ("SELECT", "INSERT", "DELETE") for place in ("inbox", "sealed")
)


def has_roles(alias: str) -> bool:
    """Whether this database is PostgreSQL, and can be asked what follows."""
    return connections[alias].vendor == "postgresql"


def located(alias: str, model: type[Model]) -> tuple[str, str]:
    """The quoted name of a model's table with its schema, and of the schema. Raises SurveyError where it is not there.

    Whoever has put a table elsewhere than the first schema of the search path is understood.
    """
    found = _rows(alias, "located", {"table": _table(alias, model)})
    if not found:
        raise SurveyError(f"the table of {model._meta.label} is not there: run `manage.py migrate` first")
    table, schema = found[0]
    return table, schema


def excess(alias: str, role: str, granted: frozenset[str]) -> tuple[str, ...]:
    """What this role may do beyond what it was granted on responses, in words; nothing where all is well."""
    asked = {"role": role, "inbox": _table(alias, InboxResponse), "sealed": _table(alias, SealedResponse)}
    too_far = [reach for (reach,) in _rows(alias, "reach", asked) if reach not in granted]
    told = (f"may {', '.join(too_far)}",) if too_far else ()
    return (*(power for (power,) in _rows(alias, "powers", asked)), *told)


def onlookers(alias: str) -> tuple[str, ...]:
    """The roles, superusers aside, that see the statements of others while these run."""
    return tuple(role for (role,) in _rows(alias, "onlookers"))


def current_role(alias: str) -> str:
    """The role of this connection."""
    return _rows(alias, "role")[0][0]


def server_settings(alias: str, names: Sequence[str]) -> dict[str, str]:
    """These settings as they are for this connection, by name; those that the server lacks or hides are left out."""
    return {row[0]: row[1] for row in _rows(alias, "settings", {"names": ",".join(names)})}


def _rows(alias: str, name: str, asked: Mapping[str, str] | None = None) -> list[tuple[str, ...]]:
    with connections[alias].cursor() as cursor:
        cursor.execute(statements(FILE)[name], asked or {})
        return [tuple(map(str, row)) for row in cursor.fetchall()]


def _table(alias: str, model: type[Model]) -> str:
    return connections[alias].ops.quote_name(model._meta.db_table)
