"""Print or run the SQL for the survey's two database roles."""

from argparse import ArgumentParser
from typing import Any

from django.db import DEFAULT_DB_ALIAS

from selfhelp_survey.management.survey_command import SurveyCommand
from selfhelp_survey.roles import Roles


class Command(SurveyCommand):
    help = (
        "Print the SQL that gives PostgreSQL roles the least rights they need: the website's role hands responses in "
        "and can never read, change or delete one again; the maintenance role, for the timers, moves and deletes them. "
        "Read it, then run it as the owner of the tables: with psql, or with --apply. A role that does not exist is "
        "made, without a password. Only the survey's own tables are touched; of a model that the site swapped for its "
        "own, the website's role is let read the table. Run it again after each `migrate`: it may run any number of "
        "times."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--web", required=True, metavar="ROLE", help="the role the website connects as")
        parser.add_argument(
            "--maintenance", required=True, metavar="ROLE", help="the role of the alias MAINTENANCE_DATABASE"
        )
        parser.add_argument("--apply", action="store_true", help="run it, all or nothing, instead of printing it")
        parser.add_argument(
            "--database", default=DEFAULT_DB_ALIAS, metavar="ALIAS", help="an alias that connects as the tables' owner"
        )

    def carry_out(self, **options: Any) -> None:
        roles = Roles(web=options["web"], maintenance=options["maintenance"], alias=options["database"])
        if not options["apply"]:
            self.stdout.write(roles.script)
            return
        roles.apply()
        self.stdout.write(f"{roles.web} may hand responses in, {roles.maintenance} may move and delete them")
