"""The command line of the workstation: arguments in, one sentence and an exit code out."""

import argparse
import sys
from collections.abc import Sequence

from selfhelp_survey.errors import SurveyError, UsageError
from selfhelp_survey.research.commands import (
    anonymise,
    close,
    crosswalk,
    edition,
    init_store,
    keygen,
    plan,
    prove_key,
    push,
    receive,
    release,
    report,
    review,
    verify,
)
from selfhelp_survey.research.commands.exit_codes import REFUSED, WRONG_USE
from selfhelp_survey.research.texts.legible import legible

COMMANDS = (
    keygen,
    prove_key,
    plan,
    receive,
    crosswalk,
    release,
    edition,
    close,
    verify,
    review,
    init_store,
    push,
    report,
    anonymise,
)
_TEACHING = """\
A first release, from beginning to end:

  selfhelp-research keygen --out keys           a key pair and its ledger, behind a passphrase
  selfhelp-research prove-key challenge.txt --out answer.txt
                                                show the web host that the key works
  selfhelp-research plan exit_survey --out plan.yaml
                                                propose a series before its data are seen
  selfhelp-research receive bundle.jsonl --receipt receipt.json
                                                take in what `survey_bundle` wrote; bring the receipt back
  selfhelp-research crosswalk mapping.yaml --data export.csv
                                                take in a sister survey's export, as a plan maps it
  selfhelp-research release plan.yaml --out release-1
                                                make the next anonymised release of a series
  selfhelp-research verify release-1            check it again
  selfhelp-research edition --series NAME --out all
                                                all releases of a series so far, in one file
  selfhelp-research close plan.yaml --drop      end a series for good
  selfhelp-research review                      read free texts one by one: keep, redact, discard, escalate
  selfhelp-research review --release --out texts-1
                                                release what was kept, apart from the records
  selfhelp-research init-store DSN              make the research store, once for all
  selfhelp-research push release-1 --store DSN  load it into the research store, once
  selfhelp-research report --store DSN --out report.html
                                                compare the samples that the store holds

For any other table, with hierarchies in a directory:

  selfhelp-research anonymise --data people.csv --hierarchies levels --quasi age,region
                                                find the generalisation that loses least

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
    """Tell it in a form that cannot drive a terminal: names in it may come from files that others made."""
    print(f"selfhelp-research: {legible(sentence)}", file=sys.stderr)
    return code


def parser() -> argparse.ArgumentParser:
    """The arguments of every command."""
    main = argparse.ArgumentParser(
        prog="selfhelp-research", description="Receive sealed survey responses and release them anonymised.",
        epilog=_TEACHING, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False,
    )  # fmt: skip
    subcommands = main.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add(subcommands)
    return main
