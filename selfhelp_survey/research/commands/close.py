"""End a series for good."""

from argparse import Namespace
from pathlib import Path

from selfhelp_survey.errors import UsageError
from selfhelp_survey.research.closing import Closed, Ending, close_series
from selfhelp_survey.research.commands.alike import alike
from selfhelp_survey.research.commands.arguments import Subcommands, add_key, add_levels
from selfhelp_survey.research.commands.exit_codes import DONE
from selfhelp_survey.research.commands.opening import workstation
from selfhelp_survey.research.plan_reader import read_plan_file


def add(subcommands: Subcommands) -> None:
    """What the command takes."""
    command = subcommands.add_parser(
        "close", help="end a series for good",
        description="End a series: release once more, coarser, what still waits, or drop it. Nothing follows it. "
        "Interrupted, the same call completes what was begun.",
    )  # fmt: skip
    command.add_argument("plan", type=Path, metavar="PLAN", help="the release plan, YAML")
    command.add_argument("--out", type=Path, metavar="DIR", help="where the last release goes; it must not exist yet")
    add_levels(command, "the level of a quasi-identifier in the last release; may be given several times")
    command.add_argument("--drop", action="store_true", help="release nothing more, and drop what waits")
    command.add_argument(
        "--yes", nargs="+", default=(), metavar="SERIES",
        help="yes, for good: the name of the series, and of every other one that loses what waits",
    )  # fmt: skip
    add_key(command)
    command.set_defaults(command=run)


def run(arguments: Namespace) -> int:
    """End a series for good, or complete the ending that was interrupted."""
    if arguments.drop == bool(arguments.out):
        raise UsageError("Say --out DIR for a last release of what waits, or --drop to give it up: one of the two.")
    plan = read_plan_file(arguments.plan).plan
    ending = Ending(out=arguments.out, levels=dict(arguments.level), confirmed=frozenset(arguments.yes))
    with workstation(arguments, "opening") as station:
        closed = close_series(plan, ending, station)
    print(f"Series {plan.series} is closed. {_told(closed)}")
    return DONE


def _told(closed: Closed) -> str:
    dropped = f"about {closed.dropped} responses were dropped"
    if closed.last is None:
        return f"No last release; {dropped}. Backups of the ledger from before still hold them: delete those."
    rows = closed.last.summary["rows"]
    told = f"Release {closed.last.number}, its last: {rows} rows in {closed.last.directory}; {dropped}."
    return told + alike(Path(closed.last.directory))
