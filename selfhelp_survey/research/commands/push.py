"""Load a release into the research store."""

from argparse import Namespace
from pathlib import Path

from selfhelp_survey.research.commands.arguments import Subcommands, add_key
from selfhelp_survey.research.commands.exit_codes import DONE
from selfhelp_survey.research.commands.opening import workstation
from selfhelp_survey.research.pushing import push_release
from selfhelp_survey.research.release import complete_interrupted
from selfhelp_survey.research.stores import is_dsn, open_store
from selfhelp_survey.research.verify import verify_release


def add(subcommands: Subcommands) -> None:
    """What the command takes."""
    command = subcommands.add_parser(
        "push", help="load a release into the research store",
        description="Check a release and load it in one transaction. Pushed again, the same release changes nothing.",
    )  # fmt: skip
    command.add_argument("directory", type=Path, metavar="DIR", help="a finished release")
    command.add_argument("--store", required=True, metavar="DSN|DIR", help="the research store")
    add_key(command)
    command.set_defaults(command=run)


def run(arguments: Namespace) -> int:
    """Load a release into the research store, once."""
    store = open_store(arguments.store)
    with workstation(arguments, "loading") as station:
        list(complete_interrupted(station))
        checked = verify_release(arguments.directory, [station.private.public])
        result = push_release(checked, store, station.ledger, progress=station.progress)
    where = "the research store" if is_dsn(arguments.store) else arguments.store
    if result.pushed:
        print(f"{checked.name}: {result.rows} rows are now in {where}.")
    else:
        print(f"{checked.name} was in {where} already: nothing was changed.")
    return DONE
