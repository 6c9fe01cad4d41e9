"""Take in a sister survey's export, as a plan maps it to the harmonised variables."""

import json
import os
import sys
from argparse import Namespace
from datetime import date
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

from tqdm import tqdm

from selfhelp_survey.authoring.problems import quoted
from selfhelp_survey.authoring.shipped import shipped_catalogue
from selfhelp_survey.core.harmonised import HarmonisedCatalogue
from selfhelp_survey.core.questionnaire import Questionnaire
from selfhelp_survey.errors import UsageError
from selfhelp_survey.questionnaire_files import read_questionnaire_file
from selfhelp_survey.research.commands.arguments import Subcommands, add_key
from selfhelp_survey.research.commands.exit_codes import DONE
from selfhelp_survey.research.commands.opening import workstation
from selfhelp_survey.research.crosswalk import wording
from selfhelp_survey.research.crosswalk.importing import Import, import_file, look_through
from selfhelp_survey.research.crosswalk.instrument import derived_questionnaire
from selfhelp_survey.research.crosswalk.meanings import meanings_of
from selfhelp_survey.research.crosswalk.plan import CrosswalkPlan, SurveyVersion
from selfhelp_survey.research.crosswalk.plan_reader import entries_of, read_crosswalk_file
from selfhelp_survey.research.crosswalk.tally import Tally, Unmapped
from selfhelp_survey.sealing.files import new_file

REFERENCE = "exit_survey.yaml"
LONGEST_SHOWN = 100  # characters of a rare value that are written for its reader


def add(subcommands: Subcommands) -> None:
    """What the command takes."""
    command = subcommands.add_parser(
        "crosswalk", help="take in a sister survey's export",
        description="Map every row of an export to the harmonised variables, as the plan says, and keep it in the "
        "ledger, sealed, for `release` like any other response. Nothing is guessed: a value that the plan does not "
        "name is listed, and then nothing is taken. Taking the same file in twice changes nothing.",
    )  # fmt: skip
    command.add_argument("plan", type=Path, metavar="PLAN", help="the crosswalk plan, a YAML file")
    command.add_argument("--data", type=Path, required=True, metavar="FILE", help="the export, .csv or .xlsx")
    command.add_argument("--version", metavar="NAME", help="the version in the plan, where it has several")
    command.add_argument("--language", metavar="CODE", help="its language, where the version has several")
    command.add_argument(
        "--dry-run",
        action="store_true",
        help="only say what each value becomes and what would be taken; needs no passphrase",
    )
    command.add_argument("--not-codable", action="store_true", help="take unmapped values as not codable (-8)")
    command.add_argument(
        "--show-rare", type=Path, metavar="FILE",
        help="write unmapped values that few rows hold into a new file, for your eyes only: they may be own words",
    )  # fmt: skip
    command.add_argument(
        "--further", action="store_true",
        help="without row ids, or with another column of them: nobody in this file was taken under another id",
    )  # fmt: skip
    add_key(command)
    command.set_defaults(command=run)


def run(arguments: Namespace) -> int:
    """Take in an export, or say why not."""
    if arguments.show_rare and os.path.lexists(arguments.show_rare):
        raise UsageError(f"There is already a file {arguments.show_rare}: choose another name for the rare values.")
    catalogue = shipped_catalogue()
    given = _import(arguments, read_crosswalk_file(arguments.plan, catalogue), catalogue)
    tally = Tally()
    try:
        counts = _dry_run(given, tally) if arguments.dry_run else _take(given, tally, arguments)
    finally:
        _write_rare(tally, arguments.show_rare)
    if accepted := wording.accepted_report(tally):
        print(accepted)
    print(counts)
    return DONE


def _import(arguments: Namespace, plan: CrosswalkPlan, catalogue: HarmonisedCatalogue) -> Import:
    version = _version(plan, arguments)
    return Import(
        path=arguments.data, plan=plan, version=version, accepts_unmapped=arguments.not_codable,
        questionnaire=derived_questionnaire(plan, version, catalogue=catalogue, reference=_reference()),
        is_further=arguments.further, today=date.today(),
    )  # fmt: skip


def _version(plan: CrosswalkPlan, arguments: Namespace) -> SurveyVersion:
    """The version of the plan that the arguments name. Raises UsageError where that is none, or several."""
    found = [
        version for version in plan.versions
        if arguments.version in {None, version.name} and arguments.language in {None, version.language.constant}
    ]  # fmt: skip
    if len(found) != 1:
        known = ", ".join(map(quoted, entries_of(plan)))
        raise UsageError(f"Say with --version and --language which export {arguments.data.name} is: {known}.")
    return found[0]


@cache
def _reference() -> Questionnaire:
    """The questionnaire whose roles and levels all samples share."""
    with as_file(files("selfhelp_survey").joinpath("questionnaires", REFERENCE)) as path:
        return read_questionnaire_file(path).questionnaire


def _dry_run(given: Import, tally: Tally) -> str:
    print("\n".join(meanings_of(given.version)), flush=True)
    with tqdm(desc="looking through", unit=" rows", delay=2, file=sys.stderr, disable=None, leave=False) as bar:
        look_through(given, tally, bar.update)
    return wording.would_be_taken(usable=tally.usable, not_usable=tally.not_usable)


def _take(given: Import, tally: Tally, arguments: Namespace) -> str:
    with workstation(arguments, "taking in") as station:
        imported = import_file(given, station, tally)
    return wording.counts_line(new=imported.new, known=imported.known, not_usable=tally.not_usable)


def _write_rare(tally: Tally, path: Path | None) -> None:
    """One JSON object a line, for the eyes of whoever may see the export itself."""
    rare = tally.rare()
    if path is None or not rare:
        return
    with new_file(path) as file:
        file.writelines(json.dumps(_cut(each), ensure_ascii=False).encode() + b"\n" for each in rare)
    told = f"{len(rare)} rare values are in {path}: delete it when you have read it."
    print(f"selfhelp-research: {told}", file=sys.stderr)


def _cut(rare: Unmapped) -> dict[str, str | int]:
    """The value with its column and rows, no longer than it takes to tell what it is."""
    return {**rare._asdict(), "value": rare.value[:LONGEST_SHOWN]}
