"""Check a finished release again."""

from argparse import Namespace
from pathlib import Path

from selfhelp_survey.errors import UsageError
from selfhelp_survey.research.commands.arguments import Subcommands, add_public_key
from selfhelp_survey.research.commands.exit_codes import DONE
from selfhelp_survey.research.commands.opening import public_key
from selfhelp_survey.research.editions.deriving import check_derivation
from selfhelp_survey.research.editions.sources import Sources, read_sources
from selfhelp_survey.research.texts.text_file import is_text_release, verify_texts
from selfhelp_survey.research.verify import VerifiedRelease, verify_release


def add(subcommands: Subcommands) -> None:
    """What the command takes."""
    command = subcommands.add_parser(
        "verify", help="check a finished release again",
        description="Check signature, file digests, k, l and codebook of a release directory.",
    )  # fmt: skip
    command.add_argument("directory", type=Path, metavar="DIR", help="a finished release, or an edition")
    command.add_argument(
        "--from", dest="sources", type=Path, action="append", default=[], metavar="DIR",
        help="a release that the edition in DIR was made from; name all of them to have it made again and compared",
    )  # fmt: skip
    add_public_key(command)
    command.set_defaults(command=run)


def run(arguments: Namespace) -> int:
    """Check a finished release again."""
    trusted = [public_key(arguments.key)]
    if is_text_release(arguments.directory):
        texts = verify_texts(arguments.directory, trusted)
        print(f"{texts.rows} {texts.kind} texts: signature and file are as the manifest says.")
        return DONE
    checked = verify_release(arguments.directory, trusted)
    if arguments.sources:
        _check_sources(checked, read_sources(arguments.sources, trusted))
    print(f"{checked.name}: signature, files, k = {checked.manifest['k']} and codebook are as the manifest says.")
    return DONE


def _check_sources(checked: VerifiedRelease, sources: Sources) -> None:
    if not checked.is_edition:
        raise UsageError(f"{checked.name} is a release and was made from responses: leave --from out.")
    check_derivation(checked, sources)
    print("Made again from the releases it names, its table has the same bytes.")
