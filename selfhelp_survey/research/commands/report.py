"""Compare the samples in a research store, and write the report."""

import argparse
import sys
from argparse import Namespace
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

from tqdm import tqdm

from selfhelp_survey.authoring.shipped import shipped_catalogue
from selfhelp_survey.errors import UsageError
from selfhelp_survey.research.commands.arguments import Subcommands
from selfhelp_survey.research.commands.exit_codes import DONE
from selfhelp_survey.research.comparison.building import comparison_report
from selfhelp_survey.research.comparison.dataset import Dataset
from selfhelp_survey.research.comparison.modelling import models
from selfhelp_survey.research.comparison.reading import read_dataset, rows_held
from selfhelp_survey.research.comparison.views import tables_to_protect
from selfhelp_survey.research.comparison.words import LANGUAGES
from selfhelp_survey.research.comparison.writing.r_script import models_script
from selfhelp_survey.research.comparison.writing.report_files import ReportPlaces, write_report
from selfhelp_survey.research.stores import open_store

THRESHOLD = 10  # design, "Disclosure control": smallest cell shown
LEAST = 3  # under three, one of two could tell the other
KINDS = ("real", "rehearsal", "synthetic")
SEED = 20_270_101
"""Of the random tables that exact tests look at: the same store gives the same report."""
LIBRARIES = ("scipy", "statsmodels")
_TEACHING = """\
Set the samples side by side that the store holds, in English or Spanish:

  selfhelp-research report --store store --out report.html
  selfhelp-research report --store store --out informe.html --language es
  selfhelp-research report --store postgresql://reader@db.example.org/research?sslmode=verify-full --out report.html

Try it with made-up responses before there are real ones; the two kinds are never mixed:

  selfhelp-research report --store store --out trial.html --kind synthetic

Beside report.html lies report.files: every table as CSV, all numbers as JSON, and models.r. With the releases, R alone
fits the models again and prints the same figures:

  Rscript report.files/models.r exit=release-1 exit=release-2 help_us_to_help_you=sister-1
"""


def add(subcommands: Subcommands) -> None:
    """What the command takes."""
    command = subcommands.add_parser(
        "report", help="compare the samples in the research store", epilog=_TEACHING,
        formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False,
        description="Read everything that the store holds of one kind, and write a report that compares the samples: "
        "one page without script, its tables, numbers and models beside it. Figures of too few people are withheld, "
        "and those that would give them away.",
    )  # fmt: skip
    command.add_argument(
        "--store", required=True, metavar="DSN|DIR", help="the research store; a login that may only read is enough"
    )
    command.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="the page, ending in .html; nothing is replaced"
    )
    command.add_argument(
        "--language", choices=LANGUAGES, default=LANGUAGES[0], help="of the report (default: %(default)s)"
    )
    command.add_argument(
        "--threshold", type=_threshold, default=THRESHOLD, metavar="N",
        help="the fewest people a figure is shown of, 3 or more (default: %(default)s)",
    )  # fmt: skip
    command.add_argument(
        "--kind", choices=KINDS, default=KINDS[0], help="the responses to read; kinds never mix (default: %(default)s)"
    )
    command.set_defaults(command=run)


def run(arguments: Namespace) -> int:
    """Read, compare and write; or say why not."""
    _demand_libraries()
    places = ReportPlaces(page=arguments.out)
    places.refuse_existing()
    dataset = _read(arguments)
    with _bar("comparing", "tables", tables_to_protect(dataset)) as bar:
        report = comparison_report(
            dataset, language=arguments.language, threshold=arguments.threshold, seed=SEED, progress=bar.update
        )
        script = models_script(dataset, models(dataset, threshold=arguments.threshold))
    write_report(report, script, places)
    people = sum(held.size for held in dataset.samples)
    print(f"{places.page}: {people} records of {', '.join(dataset.names)}.")
    print(f"Its tables, numbers and models.r are in {places.directory}.")
    return DONE


def _read(arguments: Namespace) -> Dataset:
    store = open_store(arguments.store)
    with _bar("reading", "rows", rows_held(store, kind=arguments.kind)) as bar:
        return read_dataset(store, shipped_catalogue(), kind=arguments.kind, progress=bar.update)


def _bar(what: str, unit: str, total: int) -> "tqdm[NoReturn]":
    """How far it is, for what takes more than two seconds."""
    return tqdm(desc=what, unit=f" {unit}", total=total, delay=2, file=sys.stderr, disable=None, leave=False)


def _demand_libraries() -> None:
    if any(find_spec(name) is None for name in LIBRARIES):
        raise UsageError('The report needs more libraries: pip install "selfhelp-survey[research,report]".')


def _threshold(text: str) -> int:
    """A threshold. Raises ArgumentTypeError, which argparse tells as wrong use."""
    if not (text.isascii() and text.isdigit() and int(text) >= LEAST):
        raise argparse.ArgumentTypeError(f"write a number of people, {LEAST} or more")
    return int(text)
