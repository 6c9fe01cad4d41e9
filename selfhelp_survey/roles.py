"""The two database roles of the survey on PostgreSQL: the SQL that makes them, and what a role may do beyond it.

The website's role hands responses in and never sees one again; the maintenance role, for the timers, moves and deletes
them. The rights stand in `roles.sql`; this module puts this site's names into it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.apps import apps
from django.db import connections, transaction
from django.db.models import Model

from selfhelp_survey.conf import content_model_names
from selfhelp_survey.errors import SurveyError, UsageError
from selfhelp_survey.models import InboxResponse
from selfhelp_survey.postgresql import MAINTENANCE_REACH, WEB_REACH, excess, has_roles, located
from selfhelp_survey.statements import composed, statements

FILE = "roles.sql"
ROLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,62}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Roles:
    """The names of both roles, and the alias of the database that they are roles of.

    Raises UsageError for a name that is none, or where both are the same.
    """

    web: str
    maintenance: str
    alias: str

    def __post_init__(self) -> None:
        for name in (self.web, self.maintenance):
            if ROLE_NAME.fullmatch(name) is None:
                raise UsageError(f"{name!r:.70} cannot be the name of a role here: use letters, digits, _ and -")
        if self.web == self.maintenance:
            raise UsageError("the website and the timers need a role each: with one for both, nothing is held apart")

    @property
    def script(self) -> str:
        """The whole SQL for psql, one transaction. Raises SurveyError where the tables are not there."""
        return "\n\n".join(("begin;", *self._blocks, "commit;")) + "\n"

    @cached_property
    def _blocks(self) -> tuple[str, ...]:
        if not has_roles(self.alias):
            raise SurveyError("only PostgreSQL has roles: this site's database has none to make")
        schema = located(self.alias, InboxResponse)[1]
        names = {
            "schema": schema, "web": f'"{self.web}"', "maintenance": f'"{self.maintenance}"',
            **{model._meta.model_name or "": located(self.alias, model)[0] for model in own_models()},
        }  # fmt: skip
        names["every_table"] = ", ".join(names[model._meta.model_name or ""] for model in own_models())
        return tuple(composed(block, {**names, **more}) for block, more in self._chosen(names))

    def _chosen(self, names: dict[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
        """The blocks of the script, each with the names that only it needs."""
        block = statements(FILE)
        for role in ("web", "maintenance"):
            yield block["role"], {"role": names[role]}
        yield block["forget"], {}
        yield block["web"], {}
        for model in content_models():
            kind = "own_content" if model in own_models() else "host_content"
            yield block[kind], {"content": located(self.alias, model)[0]}
        yield block["maintenance"], {}
        yield block["maintain"], {}

    def apply(self) -> None:
        """Run the script, all or nothing. Raises SurveyError where a role could still do more than it should."""
        with transaction.atomic(using=self.alias):
            with connections[self.alias].cursor() as cursor:
                for block in self._blocks:
                    cursor.execute(block)
            too_much = [
                *(f"{self.web} {each}" for each in excess(self.alias, self.web, WEB_REACH)),
                *(f"{self.maintenance} {each}" for each in excess(self.alias, self.maintenance, MAINTENANCE_REACH)),
            ]
            if too_much:
                raise SurveyError("nothing was changed, for no grant could hold these roles:\n"
                                  + "\n".join(f"- {each}" for each in too_much))  # fmt: skip


def own_models() -> tuple[type[Model], ...]:
    """The models whose tables (or view) are the survey's own here: those that the site did not swap."""
    return tuple(apps.get_app_config("selfhelp_survey").get_models())


def content_models() -> tuple[type[Model], ...]:
    """Programme, section and support resource as this site has them: its own models, or the survey's."""
    return tuple(apps.get_model(name) for name in content_model_names())
