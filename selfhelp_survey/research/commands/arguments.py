"""Arguments that several commands share."""

import argparse
from pathlib import Path
from typing import TypeAlias

Subcommands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
DEFAULT_KEY = Path("research-key.json")


def add_key(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--key", type=Path, default=DEFAULT_KEY, metavar="FILE",
        help="the key file; its ledger lies beside it (default: %(default)s in this directory)",
    )  # fmt: skip
    add_passphrase(command)


def add_public_key(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--key", default=str(DEFAULT_KEY), metavar="KEY",
        help="the public key that must have signed the release: its text (shs1.… or shs2.…), or a file that "
        "holds it, such as the key file (default: %(default)s in this directory)",
    )  # fmt: skip


def add_passphrase(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--passphrase-file", type=Path, metavar="FILE",
        help="a file whose first line is the passphrase (without it, you are asked)",
    )  # fmt: skip


def add_levels(command: argparse.ArgumentParser, told: str) -> None:
    command.add_argument("--level", type=_level, action="append", default=[], metavar="NAME=N", help=told)


def _level(text: str) -> tuple[str, int]:
    """A quasi-identifier and its level. Raises ArgumentTypeError, which argparse tells as wrong use."""
    name, _, level = text.partition("=")
    if not name or not (level.isascii() and level.isdigit()):
        raise argparse.ArgumentTypeError("write a quasi-identifier with its level, like a2_age=3")
    return name, int(level)
