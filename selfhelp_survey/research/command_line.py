"""The command line of the workstation: arguments in, one sentence and an exit code out."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from selfhelp_survey.errors import SurveyError, UsageError
from selfhelp_survey.research import commands

DONE, REFUSED, WRONG_USE = 0, 1, 2
DEFAULT_KEY = Path("research-key.json")
_TEACHING = """\
A first release, from beginning to end:

  selfhelp-research keygen --out keys           a key pair and its ledger, behind a passphrase
  selfhelp-research prove-key challenge.txt --out answer.txt
                                                show the web host that the key works
  selfhelp-research receive bundle.jsonl --receipt receipt.json
                                                take in what `survey_bundle` wrote; bring the receipt back
  selfhelp-research release plan.yaml --out release-1
                                                make the next anonymised release of a series
  selfhelp-research verify release-1            check it again
  selfhelp-research init-store DSN              make the research store, once for all
  selfhelp-research push release-1 --store DSN  load it into the research store, once

Exit codes: 0 done, 1 refused (one sentence says why and what to do), 2 wrong use.
Back up the key file and the ledger beside it together, after every receive and release."""


def run(arguments: Sequence[str]) -> int:
    """The exit code of the command that the arguments name. What went wrong stands on stderr, in one sentence."""
    parsed = parser().parse_args(arguments)
    try:
        code: int = parsed.command(parsed)
    except UsageError as error:
        return _tell(str(error), WRONG_USE)
    except SurveyError as error:
        return _tell(str(error), REFUSED)
    except OSError as error:
        return _tell(f"{error.filename or 'A file'} cannot be read or written: {error.strerror}.", REFUSED)
    except KeyboardInterrupt:
        return _tell("Stopped. Nothing half-done is left; call the same command again to go on.", REFUSED)
    return code


def _tell(sentence: str, code: int) -> int:
    print(f"selfhelp-research: {sentence}", file=sys.stderr)
    return code


def parser() -> argparse.ArgumentParser:
    """The arguments of every command."""
    main = argparse.ArgumentParser(
        prog="selfhelp-research", description="Receive sealed survey responses and release them anonymised.",
        epilog=_TEACHING, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False,
    )  # fmt: skip
    subcommands = main.add_subparsers(metavar="COMMAND", required=True)
    for add in (_keygen, _prove_key, _receive, _release, _verify, _init_store, _push):
        add(subcommands)
    return main


def _keygen(subcommands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = subcommands.add_parser(
        "keygen", help="make a research key and the ledger beside it",
        description="Make a research key, protected by a passphrase of at least 12 characters, and the empty ledger "
        "beside it. Prints the public key for the web host's settings and its fingerprint.",
    )  # fmt: skip
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help="the directory for both files")
    command.add_argument(
        "--hybrid", action="store_true",
        help="a key that a future quantum computer does not open either, for the web host's suite 'hybrid'",
    )  # fmt: skip
    _add_passphrase(command)
    command.set_defaults(command=commands.keygen)


def _prove_key(subcommands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = subcommands.add_parser(
        "prove-key", help="answer a web host's challenge",
        description="Open the challenge that `survey_keys --prove` or `--drill` wrote and sign the answer: it shows "
        "the web host that somebody holds the private key.",
    )  # fmt: skip
    command.add_argument("challenge", type=Path, metavar="CHALLENGE", help="a file with the challenge line")
    command.add_argument("--out", type=Path, required=True, metavar="ANSWER", help="where to write the answer")
    _add_key(command)
    command.set_defaults(command=commands.prove_key)


def _receive(subcommands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = subcommands.add_parser(
        "receive", help="take in a bundle and write its receipt",
        description="Open and check every sealed response of a bundle, keep it in the ledger, and write the receipt "
        "with which the web host may delete what is safe here. Receiving a bundle twice changes nothing.",
    )  # fmt: skip
    command.add_argument("bundle", type=Path, metavar="BUNDLE", help="the file that `survey_bundle` wrote")
    command.add_argument("--receipt", type=Path, required=True, metavar="FILE", help="where to write the receipt")
    _add_key(command)
    command.set_defaults(command=commands.receive)


def _release(subcommands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
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
    _add_key(command)
    command.set_defaults(command=commands.release)


def _verify(subcommands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = subcommands.add_parser(
        "verify", help="check a finished release again",
        description="Check signature, file digests, k, l and codebook of a release directory.",
    )  # fmt: skip
    command.add_argument("directory", type=Path, metavar="DIR")
    _add_public_key(command)
    command.set_defaults(command=commands.verify)


def _init_store(subcommands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = subcommands.add_parser(
        "init-store", help="create or upgrade the research store",
        description="Create or upgrade the schema and roles of a PostgreSQL research store, or make a directory store. "
        "With --series, also register the series of a finished release: only the owner of a store may, and then "
        "a login without that right can push its releases.",
    )  # fmt: skip
    command.add_argument("store", metavar="DSN|DIR")
    command.add_argument("--series", type=Path, metavar="DIR", help="a finished release of the series to register")
    _add_public_key(command)
    command.set_defaults(command=commands.init_store)


def _push(subcommands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = subcommands.add_parser(
        "push", help="load a release into the research store",
        description="Check a release and load it in one transaction. Pushed again, the same release changes nothing.",
    )  # fmt: skip
    command.add_argument("directory", type=Path, metavar="DIR")
    command.add_argument("--store", required=True, metavar="DSN|DIR")
    _add_key(command)
    command.set_defaults(command=commands.push)


def _add_key(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--key", type=Path, default=DEFAULT_KEY, metavar="FILE",
        help="the key file; its ledger lies beside it (default: %(default)s in this directory)",
    )  # fmt: skip
    _add_passphrase(command)


def _add_public_key(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--key", default=str(DEFAULT_KEY), metavar="KEY",
        help="the public key that must have signed the release: its text (shs1.… or shs2.…), or a file that "
        "holds it, such as the key file (default: %(default)s in this directory)",
    )  # fmt: skip


def _add_passphrase(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--passphrase-file", type=Path, metavar="FILE",
        help="a file whose first line is the passphrase (without it, you are asked)",
    )  # fmt: skip
