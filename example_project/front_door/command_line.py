"""What the words after `python3 example_project` mean. Standard library only."""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass
from pathlib import Path

from example_project.front_door.environment import ROOT

VAR = Path(os.environ.get("EXAMPLE_VAR") or ROOT / "example_project" / "var")
DEFAULT_PORT = 8000
COMMANDS = ("serve", "release")
HELP = ("-h", "--help")

DESCRIPTION = """\
A site with a self-help programme and its anonymous exit survey, on this machine only.

  python3 example_project                            serve it on http://127.0.0.1:8000/
  python3 example_project --port 8001                the same on another port
  python3 example_project release                    take what was answered to the research store
  python3 example_project release --synthetic 300    first answer 300 surveys with made-up answers
"""
EPILOG = "Ends with 0 when done, 1 when refused (the reason is printed), 2 for a wrong word or a missing package."


@dataclass(frozen=True, kw_only=True)
class Order:
    """What was asked for.

    `out` is None for the next folder in `var`; `store` is a folder or a PostgreSQL connection string; `synthetic` may
    be 0.
    """

    command: str
    port: int = DEFAULT_PORT
    out: Path | None = None
    store: str = str(VAR / "store")
    synthetic: int = 0

    @property
    def words(self) -> list[str]:
        """The order as a command line, with absolute paths."""
        if self.command == "serve":
            return ["serve", "--port", str(self.port)]
        return [
            *("release", "--store", self.store),
            *(["--out", str(self.out)] if self.out else []),
            *(["--synthetic", str(self.synthetic)] if self.synthetic else []),
        ]

    @property
    def store_is_postgresql(self) -> bool:
        """Whether the store is a database: a connection string and not a folder."""
        return is_connection_string(self.store)


def parsed(words: list[str]) -> Order:
    """The order in these words; `serve` may be left out. Ends the program with 2, or 0 for help."""
    if not words or words[0] not in (*COMMANDS, *HELP):
        words = ["serve", *words]
    chosen = _parser().parse_args(words)
    if chosen.command == "serve":
        return Order(command="serve", port=chosen.port)
    store = chosen.store if is_connection_string(chosen.store) else str(Path(chosen.store).resolve())
    return Order(command="release", out=chosen.out and chosen.out.resolve(), store=store, synthetic=chosen.synthetic)


def is_connection_string(store: str) -> bool:
    """Whether this names a PostgreSQL database, in either of libpq's two spellings."""
    return store.startswith(("postgresql://", "postgres://")) or "=" in store.partition("/")[0]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python3 example_project",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="serve | release")
    serve = commands.add_parser("serve", help="make the site if need be and serve it (the default)", allow_abbrev=False)
    serve.add_argument("--port", type=_port, default=DEFAULT_PORT, metavar="P", help=f"default: {DEFAULT_PORT}")
    _add_release(commands.add_parser("release", help="shuffle, bundle, receive, release, push", allow_abbrev=False))
    return parser


def _add_release(release: argparse.ArgumentParser) -> None:
    release.add_argument(
        "--out", type=Path, metavar="DIR", help="where the release goes (default: in example_project/var/releases)"
    )
    release.add_argument(
        "--store",
        default=str(VAR / "store"),
        metavar="DSN",
        help="a folder (default: example_project/var/store), or postgresql://... for a PostgreSQL research store",
    )
    release.add_argument(
        "--synthetic", type=_count, default=0, metavar="N", help="first answer N surveys, marked as made up"
    )


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: give a whole number from 1 to 65535")
    return int(text)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 1_000_000:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of surveys: give a whole number from 1 to 1000000")
    return int(text)
