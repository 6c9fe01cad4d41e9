"""Propose a series before its data are seen."""

import argparse
import os
import re
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path

from tqdm import tqdm

from selfhelp_survey.core.document import content_hash, document_of
from selfhelp_survey.core.questionnaire import Questionnaire
from selfhelp_survey.core.response import Mark
from selfhelp_survey.errors import UsageError
from selfhelp_survey.questionnaire_files import read_questionnaire_file
from selfhelp_survey.research.commands.arguments import Subcommands, add_public_key
from selfhelp_survey.research.commands.exit_codes import DONE
from selfhelp_survey.research.commands.opening import public_key
from selfhelp_survey.research.formats.files import write_text
from selfhelp_survey.research.plan import DEFAULT_K
from selfhelp_survey.research.planning.candidates import usual_priorities
from selfhelp_survey.research.planning.marginals import Marginals
from selfhelp_survey.research.planning.marginals_reader import read_marginals_file
from selfhelp_survey.research.planning.pilot import read_pilot, refuse_what_waits
from selfhelp_survey.research.planning.plan_text import plan_text
from selfhelp_survey.research.planning.planning import Effort, Planning, Tell, planning
from selfhelp_survey.research.planning.planning_json import planning_json
from selfhelp_survey.research.planning.wishes import (
    A_YEAR,
    DEFAULT_MINIMUM,
    MOST_HELD,
    MOST_RESPONSES,
    QUARTERLY,
    Wishes,
)
from selfhelp_survey.research.planning.wording import text_of
from selfhelp_survey.research.versions import Version

SIZES = (60, 105, 300, 5000)
MARGINALS = {"exit_survey": "exit_marginals.yaml"}
_CODE = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_WISHED_NUMBERS = {
    "--k": (DEFAULT_K, "rows that look alike"),
    "--l": (2, "different values of each sensitive item among them"),
    "--minimum-size": (DEFAULT_MINIMUM, "fewest rows of a release"),
    "--minimum-new": (DEFAULT_MINIMUM, "fewest new responses since the last one"),
    "--most-held": (round(100 * MOST_HELD), "most percent of the rows that may be held back at the end of a year"),
    "--a-year": (A_YEAR, "responses expected in a year"),
    "--releases-a-year": (QUARTERLY, "how often a release is tried"),
}
_TEACHING = """\
First look at the shipped survey, then keep what you like:

  selfhelp-research plan exit_survey
  selfhelp-research plan exit_survey --priorities language,a2_age --diversity k1_use,h3_sought --out plan.yaml

Where your own shares are better than the shipped guesses, copy marginals/exit_marginals.yaml, change it, and give
it with --marginals. A finished release of another series, or of a rehearsal, can tell them too: --pilot release-1.
Responses that wait for a release never can: recoding must be fixed before its data are seen.
"""


def add(subcommands: Subcommands) -> None:
    """What the command takes."""
    command = subcommands.add_parser(
        "plan", help="propose a series before its data are seen", epilog=_TEACHING,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Propose the finest series of records that holds back few enough, or totals where records would "
        "never come out.\nShows on the real questionnaire what it gives: rows released, delay, loss, and what each "
        "sensitive item costs.",
    )  # fmt: skip
    command.add_argument(
        "questionnaire", metavar="QUESTIONNAIRE", help="a questionnaire file, or the code of a shipped one: exit_survey"
    )
    _add_knowledge(command)
    _add_wishes(command)
    _add_model(command)
    command.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    command.add_argument("--out", type=Path, metavar="FILE", help="also write the plan here; nothing is overwritten")
    command.set_defaults(command=run)


def _add_knowledge(command: argparse.ArgumentParser) -> None:
    known = command.add_mutually_exclusive_group()
    known.add_argument("--marginals", type=Path, metavar="FILE", help="expected shares of answers, YAML, in percent")
    known.add_argument("--pilot", type=Path, metavar="DIR", help="take them from a finished release of another series")
    add_public_key(command)


def _add_wishes(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--priorities", type=_names, metavar="NAMES",
        help="quasi-identifiers like a2_age,language: the one to keep finest first",
    )  # fmt: skip
    command.add_argument(
        "--diversity", type=_names, default=(), metavar="NAMES",
        help="sensitive items that l is for, with commas (default: none)",
    )  # fmt: skip
    for flag, (default, told) in _WISHED_NUMBERS.items():
        _add_number(command, flag, default=default, told=told)
    command.add_argument(
        "--kind", choices=[mark.value for mark in Mark], default=Mark.REAL.value,
        help="what the series is of (default: %(default)s)",
    )  # fmt: skip
    command.add_argument("--series", metavar="NAME", help="its name (default: after the questionnaire)")


def _add_model(command: argparse.ArgumentParser) -> None:
    shown, effort = ",".join(map(str, SIZES)), Effort(sizes=SIZES)
    command.add_argument(
        "--n", type=_sizes, default=SIZES, metavar="NUMBERS", help=f"responses a year to show (default: {shown})"
    )  # fmt: skip
    _add_number(command, "--respondents", default=effort.respondents, told="model respondents")
    _add_number(command, "--draws", default=effort.draws, told="made-up years for each figure, fewer for large years")
    _add_number(command, "--seed", default=effort.seed, told="the same seed gives the same figures")


def _add_number(command: argparse.ArgumentParser, flag: str, *, default: int, told: str) -> None:
    command.add_argument(
        flag, type=_whole_number, default=default, metavar="N", help=f"{told} (default: %(default)s)"
    )  # fmt: skip


def run(arguments: Namespace) -> int:
    """Propose a series; print what it gives, and write its plan where that was asked for."""
    if arguments.out:
        _refuse_out(arguments.out)
    questionnaire = _questionnaire(arguments.questionnaire)
    version = Version(hash=content_hash(document_of(questionnaire)), questionnaire=questionnaire)
    wishes = _wishes(arguments, version)
    marginals = _marginals(arguments, wishes)
    effort = Effort(
        sizes=arguments.n, respondents=arguments.respondents, draws=arguments.draws, seed=arguments.seed
    )  # fmt: skip
    with _bar() as tell:
        found = planning(wishes, marginals, effort, tell=tell)
    print(planning_json(found) if arguments.json else text_of(found), end="")
    _write(found, arguments)
    return DONE


def _refuse_out(out: Path) -> None:
    """Raises UsageError where the plan could not be written: said before the long work."""
    if os.path.lexists(out):
        raise UsageError(f"There is already a file {out}: nothing is overwritten, choose another name.")
    if not out.parent.is_dir():
        raise UsageError(f"There is no directory {out.parent}: make it first.")


def _questionnaire(given: str) -> Questionnaire:
    """The questionnaire in a file, or the shipped one of this code. Raises UsageError, ProblemsFound."""
    shipped = files("selfhelp_survey").joinpath("questionnaires", f"{given}.yaml")
    if _CODE.fullmatch(given) and shipped.is_file():
        with as_file(shipped) as path:
            return read_questionnaire_file(path).questionnaire
    if not Path(given).exists():
        raise UsageError(f"There is no file {given}, and no shipped questionnaire of this code: try exit_survey.")
    return read_questionnaire_file(Path(given)).questionnaire


def _wishes(arguments: Namespace, version: Version) -> Wishes:
    code = version.questionnaire.code
    return Wishes(
        version=version, series=arguments.series or code.replace("_", "-"), kind=Mark(arguments.kind),
        priorities=arguments.priorities or usual_priorities(version), diversity=arguments.diversity, k=arguments.k,
        l=arguments.l, minimum_size=arguments.minimum_size, minimum_new=arguments.minimum_new,
        a_year=arguments.a_year, releases=arguments.releases_a_year, most_held=arguments.most_held / 100,
    )  # fmt: skip


def _marginals(arguments: Namespace, wishes: Wishes) -> Marginals:
    """What is expected: from a file, from a pilot, from what ships with the questionnaire, or else even shares."""
    questionnaire = wishes.version.questionnaire
    if arguments.marginals:
        return read_marginals_file(arguments.marginals, questionnaire)
    if arguments.pilot:
        refuse_what_waits(arguments.pilot)  # said before anybody looks for a key
        return read_pilot(arguments.pilot, wishes.version, [public_key(arguments.key)], series=wishes.series)
    if questionnaire.code not in MARGINALS:
        return Marginals(source="nothing: all shares are even, which no survey is")
    with as_file(files("selfhelp_survey.research").joinpath("marginals", MARGINALS[questionnaire.code])) as path:
        return read_marginals_file(path, questionnaire)


@contextmanager
def _bar() -> Iterator[Tell]:
    """A progress bar for what takes more than two seconds."""
    with tqdm(desc="planning", unit=" steps", delay=2, file=sys.stderr, disable=None, leave=False) as bar:
        yield bar.update


def _write(found: Planning, arguments: Namespace) -> None:
    if not arguments.out:
        return
    try:
        write_text(arguments.out, plan_text(found))
    except FileExistsError:
        raise UsageError(f"There is already a file {arguments.out}: nothing is overwritten.") from None
    print(f"Wrote {arguments.out}.", file=sys.stderr)


def _whole_number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,7}", text, re.ASCII):
        raise argparse.ArgumentTypeError("a whole number is wanted here")
    return int(text)


def _sizes(text: str) -> tuple[int, ...]:
    sizes = tuple(dict.fromkeys(_whole_number(part) for part in text.split(",")))
    if not all(1 <= size <= MOST_RESPONSES for size in sizes):
        raise argparse.ArgumentTypeError(
            f"numbers from 1 to {MOST_RESPONSES} are wanted here, with commas between them"
        )
    return sizes


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
