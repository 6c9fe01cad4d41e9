"""Check a finished release again."""

from argparse import Namespace
from pathlib import Path

from selfhelp_survey.research.commands.arguments import Subcommands, add_public_key
from selfhelp_survey.research.commands.exit_codes import DONE
from selfhelp_survey.research.commands.opening import public_key
from selfhelp_survey.research.verify import verify_release


def add(subcommands: Subcommands) -> None:
    """What the command takes."""
    command = subcommands.add_parser(
        "verify", help="check a finished release again",
        description="Check signature, file digests, k, l and codebook of a release directory.",
    )  # fmt: skip
    command.add_argument("directory", type=Path, metavar="DIR")
    add_public_key(command)
    command.set_defaults(command=run)


def run(arguments: Namespace) -> int:
    """Check a finished release again."""
    checked = verify_release(arguments.directory, [public_key(arguments.key)])
    print(f"{checked.name}: signature, files, k = {checked.manifest['k']} and codebook are as the manifest says.")
    return DONE
