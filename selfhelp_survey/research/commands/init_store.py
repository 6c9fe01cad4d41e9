"""Create or upgrade the research store."""

from argparse import Namespace
from pathlib import Path

from selfhelp_survey.authoring.shipped import shipped_catalogue
from selfhelp_survey.research.catalogue_json import catalogue_json
from selfhelp_survey.research.commands.arguments import Subcommands, add_public_key
from selfhelp_survey.research.commands.exit_codes import DONE
from selfhelp_survey.research.commands.opening import public_key
from selfhelp_survey.research.pushing import codebook_of, register
from selfhelp_survey.research.stores import open_store
from selfhelp_survey.research.verify import verify_release


def add(subcommands: Subcommands) -> None:
    """What the command takes."""
    command = subcommands.add_parser(
        "init-store", help="create or upgrade the research store",
        description="Create or upgrade the schema and roles of a PostgreSQL research store, or make a directory store. "
        "With --series, also register the series of a finished release: only the owner of a store may, and then "
        "a login without that right can push its releases.",
    )  # fmt: skip
    command.add_argument("store", metavar="DSN|DIR", help="a PostgreSQL database, or a directory")
    command.add_argument("--series", type=Path, metavar="DIR", help="a finished release of the series to register")
    add_public_key(command)
    command.set_defaults(command=run)


def run(arguments: Namespace) -> int:
    """Create or upgrade a research store; register the series of a release, where one is given."""
    checked = verify_release(arguments.series, [public_key(arguments.key)]) if arguments.series else None
    store = open_store(arguments.store, is_new=True)
    layout = store.init(catalogue_json(shipped_catalogue()))
    if layout.version_before == layout.version_after:
        print(f"The store is ready; it already had layout {layout.version_after}.")
    else:
        print(f"The store is ready with layout {layout.version_after}.")
    if checked:
        is_new = register(checked.series, store, codebook_of(checked))
        print(f"The series {checked.manifest['series']} {'is registered' if is_new else 'was registered already'}.")
    return DONE
