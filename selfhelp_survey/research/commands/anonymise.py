"""Find the generalisation of any table that loses least."""

import argparse
import csv
import io
import json
import os
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

from selfhelp_survey.errors import ReleaseRefused, UsageError
from selfhelp_survey.privacy.criteria import (
    Criterion,
    DistinctDiversity,
    EntropyDiversity,
    Estimator,
    KAnonymity,
    RecursiveDiversity,
)
from selfhelp_survey.privacy.measures import AverageClassSize, Discernibility, Loss, Measure, NonUniformEntropy
from selfhelp_survey.privacy.problem import Problem, Solution
from selfhelp_survey.privacy.recoding import recode
from selfhelp_survey.privacy.search import find_generalisation
from selfhelp_survey.research.commands.arguments import Subcommands
from selfhelp_survey.research.commands.exit_codes import DONE
from selfhelp_survey.research.table_files import read_combinations, read_hierarchies
from selfhelp_survey.sealing.files import new_file

DEFAULT_K = 5  # as for a series
DEFAULT_C = 4.0  # as in every recursive problem among the test cases of ARX, which we are held against
MEASURES: dict[str, Measure] = {
    "loss": Loss(),
    "entropy": NonUniformEntropy(monotone=True),
    "aecs": AverageClassSize(),
    "discernibility": Discernibility(monotone=False),
}
_TEACHING = """\
A table of people, and for each column that others may know (a quasi-identifier) a file that says how to coarsen it:

  people.csv                   levels/people_hierarchy_age.csv
  age,region,diagnosis         18;18-24;*
  18,north,flu                 19;18-24;*
  19,south,cough               60;60+;*

  selfhelp-research anonymise --data people.csv --hierarchies levels --quasi age,region
  selfhelp-research anonymise --data people.csv --hierarchies levels --quasi age,region --sensitive diagnosis \\
      --k 5 --l 3 --suppression-limit 0.02 --out anonymous.csv

The first line tells the levels that lose least where everybody shares age and region with four others or more. The
second also wants three diagnoses in each class, may leave out 2 rows of 100, and writes the table.
"""


def add(subcommands: Subcommands) -> None:
    """What the command takes."""
    command = subcommands.add_parser(
        "anonymise", help="find the generalisation of any table that loses least", epilog=_TEACHING,
        formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False,
        description="Find, for any table, the levels of its quasi-identifiers that give k-anonymity (and diversity) "
        "and lose least; exactly, or say that there are none. For the survey's own responses see `release`.",
    )  # fmt: skip
    command.add_argument("--data", type=Path, required=True, metavar="CSV", help="the table, with a header line")
    command.add_argument(
        "--hierarchies", type=Path, required=True, metavar="DIR", help="where *_hierarchy_<column>.csv files are"
    )
    command.add_argument("--quasi", required=True, metavar="COLUMNS", help="the quasi-identifiers, with commas")
    _add_criteria(command)
    _add_choices(command)
    command.set_defaults(command=run)


def _add_criteria(command: argparse.ArgumentParser) -> None:
    command.add_argument("--sensitive", metavar="C", help="the column that --l protects; it stays as it is")
    command.add_argument(
        "--k", type=int, default=DEFAULT_K, metavar="K", help="rows that share each class (default: %(default)s)"
    )
    command.add_argument("--l", type=float, metavar="L", help="diversity of the sensitive column in each class")
    command.add_argument(
        "--l-kind", choices=("distinct", "entropy", "recursive"), help="what --l counts (default: distinct)",
    )  # fmt: skip
    command.add_argument("--c", type=float, metavar="C", help=f"for recursive (c,l)-diversity (default: {DEFAULT_C:g})")
    command.add_argument(
        "--estimator", choices=[estimator.value for estimator in Estimator],
        help=f"for entropy diversity (default: {Estimator.SHANNON.value})",
    )  # fmt: skip


def _add_choices(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--suppression-limit", type=float, default=0.0, metavar="F",
        help="the part of the rows that may be left out, 0 to 1 (default: 0)",
    )  # fmt: skip
    command.add_argument(
        "--measure", choices=list(MEASURES), default="loss", help="what should be least (default: %(default)s)"
    )
    command.add_argument("--out", type=Path, metavar="FILE", help="also write the generalised table to a new file")
    command.add_argument("--json", action="store_true", help="for machines: one object on standard output")


def run(arguments: Namespace) -> int:
    """Find the generalisation, tell it, and write the table where asked to."""
    if arguments.out is not None and os.path.lexists(arguments.out):
        raise UsageError(f"There is already a file {arguments.out}: choose another name for the table.")
    problem = _problem(arguments)
    solution = find_generalisation(problem)
    if solution is not None and arguments.out is not None:
        _write(problem, solution, arguments.out)
    print(json.dumps(_object(problem, solution)) if arguments.json else _sentences(problem, solution, arguments))
    if solution is None and arguments.out is not None:
        raise ReleaseRefused("There is no solution, so no table was written: raise the limit, or lower k or l.")
    return DONE


def _problem(arguments: Namespace) -> Problem:
    names = _names(arguments)
    criteria = _criteria(arguments)
    if not 0 <= arguments.suppression_limit <= 1:
        raise UsageError("--suppression-limit is a fraction of the rows, 0 to 1: 0.02 for 2 of 100.")
    hierarchies = read_hierarchies(arguments.hierarchies, names)
    return Problem(
        table=read_combinations(arguments.data, hierarchies, arguments.sensitive), hierarchies=hierarchies,
        criteria=criteria, suppression_limit=arguments.suppression_limit, measure=MEASURES[arguments.measure],
    )  # fmt: skip


def _names(arguments: Namespace) -> list[str]:
    """The quasi-identifiers; a name with a comma stands in quotes, as in CSV."""
    names = next(csv.reader([arguments.quasi], skipinitialspace=True), [])
    if not names or "" in names or len(set(names)) != len(names):
        raise UsageError("--quasi names at least one column, and each once, with commas between them.")
    if arguments.sensitive in names:
        raise UsageError("--sensitive names a column that is generalised: take it out of --quasi, or protect another.")
    return names


def _criteria(arguments: Namespace) -> tuple[Criterion, ...]:
    if arguments.l is None:
        if arguments.sensitive is not None:
            print("selfhelp-research: --sensitive without --l changes nothing: only k applies.", file=sys.stderr)
        given = {"--l-kind": arguments.l_kind, "--c": arguments.c, "--estimator": arguments.estimator}
        _refuse_unused(arguments, given)
        return (KAnonymity(k=arguments.k),)
    if arguments.sensitive is None:
        raise UsageError("--l needs --sensitive: the column whose values each class must mix.")
    return KAnonymity(k=arguments.k), _diversity(arguments)


def _diversity(arguments: Namespace) -> Criterion:
    if arguments.l_kind == "entropy":
        _refuse_unused(arguments, {"--c": arguments.c})
        return EntropyDiversity(l=arguments.l, estimator=Estimator(arguments.estimator or Estimator.SHANNON))
    _refuse_unused(arguments, {"--estimator": arguments.estimator})
    if not arguments.l.is_integer():
        raise UsageError(f"--l is a whole number for {arguments.l_kind or 'distinct'} diversity.")
    if arguments.l_kind == "recursive":
        return RecursiveDiversity(c=DEFAULT_C if arguments.c is None else arguments.c, l=int(arguments.l))
    _refuse_unused(arguments, {"--c": arguments.c})
    return DistinctDiversity(l=int(arguments.l))


def _refuse_unused(arguments: Namespace, options: dict[str, object]) -> None:
    unused = [option for option, value in options.items() if value is not None]
    if unused:
        kind = "without --l" if arguments.l is None else f"for {arguments.l_kind or 'distinct'} diversity"
        raise UsageError(f"{unused[0]} means nothing {kind}: leave it out.")


def _object(problem: Problem, solution: Solution | None) -> dict[str, Any]:
    """What `--json` prints: docs/reference/anonymise.md."""
    if solution is None:
        return {"solution": False, "rows": problem.rows}
    names = [hierarchy.name for hierarchy in problem.hierarchies]
    return {
        "solution": True, "levels": dict(zip(names, solution.levels, strict=True)), "loss": solution.loss,
        "suppressed": solution.suppressed, "rows": solution.rows,
    }  # fmt: skip


def _sentences(problem: Problem, solution: Solution | None, arguments: Namespace) -> str:
    limit = f"{problem.may_suppress:,} of {problem.rows:,} rows"
    if solution is None:
        return f"There is no solution: with at most {limit} left out, no choice of levels meets the criteria."
    lines = [
        f"{arguments.measure} {solution.loss:.6g}; {solution.suppressed:,} rows left out (at most {limit}).",
        "",
        "level  of  quasi-identifier",
        *(
            f"{level:>5}  {hierarchy.top:>2}  {hierarchy.name}"
            for level, hierarchy in zip(solution.levels, problem.hierarchies, strict=True)
        ),
    ]
    return "\n".join(lines)


def _write(problem: Problem, solution: Solution, out: Path) -> None:
    """The generalised table, in the order of its classes: that of the rows could tell who is who."""
    recoded = recode(problem, solution)
    columns = [column.values() for column in recoded.combinations.columns]
    with new_file(out) as binary:
        file = io.TextIOWrapper(binary, encoding="utf-8", newline="", write_through=True)
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(column.name for column in recoded.combinations.columns)
        for cells, count in zip(zip(*columns, strict=True), recoded.counts.tolist(), strict=True):
            writer.writerows([cells] * count)
        file.detach()
