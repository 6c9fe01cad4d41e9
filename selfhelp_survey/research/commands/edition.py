"""Make a file from finished releases alone."""

from argparse import Namespace
from pathlib import Path

from selfhelp_survey.errors import UsageError
from selfhelp_survey.research.commands.alike import alike
from selfhelp_survey.research.commands.arguments import Subcommands, add_key, add_levels
from selfhelp_survey.research.commands.exit_codes import DONE
from selfhelp_survey.research.commands.opening import workstation
from selfhelp_survey.research.editions.erratum import read_erratum
from selfhelp_survey.research.editions.making import Wish, make_edition
from selfhelp_survey.research.editions.sources import noted_directories, read_sources
from selfhelp_survey.research.formats.manifest import title_of
from selfhelp_survey.research.release import complete_interrupted


def add(subcommands: Subcommands) -> None:
    """What the command takes."""
    command = subcommands.add_parser(
        "edition", help="make one file of finished releases: all together, coarser, or corrected",
        description="Make a signed directory from finished releases, never from responses: all releases of a series "
        "in one file; with --level coarser; with --erratum corrected. One release, or all from the first on.",
    )  # fmt: skip
    sources = command.add_mutually_exclusive_group(required=True)
    sources.add_argument("--series", metavar="NAME", help="all releases of this series, where the ledger noted them")
    sources.add_argument(
        "--from", dest="sources", type=Path, action="append", metavar="DIR",
        help="a release; may be given several times",
    )  # fmt: skip
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help="a directory that does not exist yet")
    add_levels(command, "a higher level for a quasi-identifier; may be given several times")
    told = "what is corrected, and why: a YAML file with reason, values, withhold, labels"
    command.add_argument("--erratum", type=Path, metavar="FILE", help=told)
    add_key(command)
    command.set_defaults(command=run)


def run(arguments: Namespace) -> int:
    """Make a file from finished releases alone."""
    if arguments.out.exists():
        raise UsageError(f"There is already something at {arguments.out}: choose another directory.")
    erratum = read_erratum(arguments.erratum) if arguments.erratum else None
    wish = Wish(levels=dict(arguments.level), erratum=erratum)
    with workstation(arguments, "adding up") as station:
        list(complete_interrupted(station))
        directories = arguments.sources or noted_directories(arguments.series, station.ledger)
        sources = read_sources(directories, [station.private.public])
        made = make_edition(sources, wish, arguments.out, workstation=station)
    print(f"{title_of(made)}: {made['rows']} rows in {arguments.out.absolute()}.{alike(arguments.out)}")
    return DONE
