"""Make the next release of a series."""

from argparse import Namespace
from pathlib import Path

from selfhelp_survey.research.commands.alike import alike
from selfhelp_survey.research.commands.arguments import Subcommands, add_key
from selfhelp_survey.research.commands.exit_codes import DONE
from selfhelp_survey.research.commands.opening import workstation
from selfhelp_survey.research.plan_reader import read_plan_file
from selfhelp_survey.research.pushing import refuse_forgotten
from selfhelp_survey.research.release import make_release
from selfhelp_survey.research.stores import open_store


def add(subcommands: Subcommands) -> None:
    """What the command takes."""
    command = subcommands.add_parser(
        "release", help="make the next release of a series",
        description="Make the next release of the series that a plan describes. Responses that would stand out "
        "are held back and wait. Interrupted, the same call completes what was begun.",
    )  # fmt: skip
    command.add_argument("plan", type=Path, metavar="PLAN", help="the release plan, YAML")
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help="a directory that does not exist yet")
    command.add_argument(
        "--store", metavar="DSN|DIR", help="also ask this research store whether it knows a release the ledger does not"
    )
    add_key(command)
    command.set_defaults(command=run)


def run(arguments: Namespace) -> int:
    """Make the next release of a series, or complete the one that was interrupted."""
    plan = read_plan_file(arguments.plan)
    store = open_store(arguments.store) if arguments.store else None
    with workstation(arguments, "opening") as station:
        if store:
            series = {plan.plan.series, *(entry.series for entry in station.ledger.releases())}
            refuse_forgotten(store, station.ledger, sorted(series))
        entry = make_release(plan, arguments.out, station)
    held = f"; about {entry.summary['held_back']} are held back" if plan.plan.output == "records" else ""
    rows = f"{entry.summary['rows']} rows in {entry.directory}{held}."
    print(f"Release {entry.number} of {entry.series}: {rows}{alike(arguments.out)}")
    if entry.number > 1:
        told = f"--series {entry.series} --out {entry.series}-1-to-{entry.number}"
        print(f"All {entry.number} releases in one file: `selfhelp-research edition {told}`.")
    return DONE
