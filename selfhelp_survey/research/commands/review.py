"""Read free texts one by one; release them; count what was decided."""

import argparse
import os
import random
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from selfhelp_survey.core.response import Mark
from selfhelp_survey.errors import UsageError
from selfhelp_survey.research.commands.arguments import Subcommands, add_key
from selfhelp_survey.research.commands.exit_codes import DONE
from selfhelp_survey.research.commands.opening import workstation
from selfhelp_survey.research.ledger import Ledger
from selfhelp_survey.research.release import Workstation
from selfhelp_survey.research.texts.dialogue import Desk, read_pile
from selfhelp_survey.research.texts.queue import FEWEST_TEXTS, Pile, begin_review, standing
from selfhelp_survey.research.texts.text import Origin
from selfhelp_survey.research.texts.text_release import complete_begun, make_text_release, wordings_of

_CLEAR = "\x1b[H\x1b[2J\x1b[3J"


def add(subcommands: Subcommands) -> None:
    """What the command takes."""
    command = subcommands.add_parser(
        "review", help="read free texts one by one, and release them",
        description="Show one free text alone, in random order, with what in it could point at a person, and keep what "
        "you decide: keep, redact, discard or escalate. Stopped at any moment, nothing decided is lost. With "
        "--release, write the kept texts into a file of their own; with --log, only count.",
    )  # fmt: skip
    _add_tasks(command.add_mutually_exclusive_group())
    command.add_argument("--out", type=Path, metavar="DIR", help="with --release: a directory that does not exist yet")
    command.add_argument(
        "--kind", type=Mark, choices=tuple(Mark), default=Mark.REAL, help="whose texts (default: %(default)s)"
    )
    command.add_argument("--language", metavar="CODE", help="the language of the questions (default: their first)")
    command.add_argument(
        "--minimum", type=_minimum, default=FEWEST_TEXTS, metavar="N",
        help="how many texts of one question are opened, or released, together (default and least: %(default)s)",
    )  # fmt: skip
    command.add_argument(
        "--last", action="store_true", help="also open the texts that wait, however few: at the end of fieldwork only"
    )
    add_key(command)
    command.set_defaults(command=run)


def _add_tasks(tasks: "argparse._MutuallyExclusiveGroup") -> None:
    for pile, told in (
        (Pile.ESCALATED, "read the texts that were set aside for a second person"),
        (Pile.DISCARDED, "read the discarded texts again; the next release drops them for good"),
        (Pile.KEPT, "read the kept texts again, before they are released"),
    ):
        tasks.add_argument(f"--{pile}", dest="pile", action="store_const", const=pile, default=Pile.OPEN, help=told)
    tasks.add_argument("--release", action="store_true", help="write the kept texts into the directory --out")
    tasks.add_argument("--log", action="store_true", help="count what waits and what was decided")


def _minimum(text: str) -> int:
    """A number of texts. Raises ArgumentTypeError, which argparse tells as wrong use."""
    if not (text.isascii() and text.isdigit() and int(text) >= FEWEST_TEXTS):
        raise argparse.ArgumentTypeError(f"at least {FEWEST_TEXTS} texts, so that none stands alone")
    return int(text)


def run(arguments: Namespace) -> int:
    """Read, release or count."""
    if arguments.release != (arguments.out is not None):
        raise UsageError("--release and --out DIR go together: give both, or neither to read texts.")
    with workstation(arguments, "opening") as station:
        if arguments.release:
            _release(arguments, station)
        else:
            complete_begun(station)
            (_count if arguments.log else _read)(arguments, station)
    return DONE


def _read(arguments: Namespace, station: Workstation) -> None:
    texts = station.ledger.texts
    review = begin_review(texts, arguments.kind, random.SystemRandom().shuffle)
    waiting = review.open_waiting(1 if arguments.last else arguments.minimum)
    pile = review.pile(arguments.pile)
    wordings = _wordings(station.ledger, {held.text.origin for held in pile}, arguments.language)
    print(f"{len(pile)} texts to read.")
    count = read_pile(review, pile, wordings=wordings, desk=_desk())
    print(f"{count} decided, {len(pile) - count} left.")
    if waiting:
        print(f"{waiting.total()} wait until {arguments.minimum} of their question wait together.")


def _wordings(ledger: Ledger, origins: set[Origin], language: str | None) -> Mapping[Origin, str]:
    """Each question in the reader's language, else in the first it has. Raises UsageError for one it does not have."""
    wordings = {}
    for origin in origins:
        known = wordings_of(origin, ledger.questionnaires())
        if language is not None and language not in known:
            raise UsageError(f"The question is not written in {language}: choose one of {', '.join(known)}.")
        wordings[origin] = known[language] if language else next(iter(known.values()), origin.question)
    return wordings


def _release(arguments: Namespace, station: Workstation) -> None:
    released = make_text_release(arguments.kind, arguments.out, fewest=arguments.minimum, station=station)
    print(f"{released.rows} texts in {released.directory}. The ledger has dropped them, and the discarded ones.")
    for origin, count in sorted(released.staying.items()):
        print(f"{count} kept texts of {origin.question} wait for company.")


def _count(_arguments: Namespace, station: Workstation) -> None:
    """Exact counts: they tell a key holder nothing new, and nothing can be audited by a rounded log."""
    texts = station.ledger.texts
    held, log = standing(texts), texts.log
    for origin in sorted({*held, *(origin for origin, _event in log.total)}):
        now = ", ".join(f"{count} {state}" for state, count in sorted(held.get(origin, Counter()).items()))
        done = ", ".join(f"{count} {event}" for (of, event), count in sorted(log.total.items()) if of == origin)
        print(f"{origin.kind}, {origin.questionnaire}, {origin.question}: now {now or 'none'}; so far {done or 'none'}")
    for number, sitting in enumerate(log.sittings, start=1):
        events = Counter[str]()
        for (_origin, event), count in sitting.items():
            events[event] += count
        print(f"sitting {number}: {', '.join(f'{count} {event}' for event, count in sorted(events.items()))}")
    if not held and not log.sittings:
        print("No free text has come in yet.")


def _desk() -> Desk:
    return Desk(show=_show, ask=_ask, clear=_clear)


def _show(line: str) -> None:
    print(line, flush=True)


def _ask(prompt: str) -> str | None:
    """The line typed, None at the end of input. Not by `input`, which could remember what was typed."""
    print(prompt, end="", flush=True)
    try:
        line = sys.stdin.readline()
    except UnicodeDecodeError:
        return ""
    return line if line else None


def _clear() -> None:
    """Empty the screen and what was scrolled off it, where a person sits and the terminal knows how."""
    if sys.stdout.isatty() and (os.name != "nt" or "WT_SESSION" in os.environ):
        print(_CLEAR, end="", flush=True)
