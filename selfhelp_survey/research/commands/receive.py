"""Take in a bundle and write its receipt."""

import os
import sys
from argparse import Namespace
from pathlib import Path

from selfhelp_survey.errors import UsageError
from selfhelp_survey.research.commands.arguments import Subcommands, add_key
from selfhelp_survey.research.commands.exit_codes import DONE, REFUSED
from selfhelp_survey.research.commands.opening import workstation
from selfhelp_survey.research.receiving import Receiving, receive_bundle
from selfhelp_survey.sealing.files import new_file

MOST_NAMED = 100


def add(subcommands: Subcommands) -> None:
    """What the command takes."""
    command = subcommands.add_parser(
        "receive", help="take in a bundle and write its receipt",
        description="Open and check every sealed response of a bundle, keep it in the ledger, and write the receipt "
        "with which the web host may delete what is safe here. Receiving a bundle twice changes nothing.",
    )  # fmt: skip
    command.add_argument("bundle", type=Path, metavar="BUNDLE", help="the file that `survey_bundle` wrote")
    command.add_argument("--receipt", type=Path, required=True, metavar="FILE", help="where to write the receipt")
    add_key(command)
    command.set_defaults(command=run)


def run(arguments: Namespace) -> int:
    """Take in a bundle; the receipt is written last."""
    if os.path.lexists(arguments.receipt):
        raise UsageError(f"There is already a file {arguments.receipt}: choose another name for the receipt.")
    with workstation(arguments, "receiving") as station:
        receiving = receive_bundle(
            arguments.bundle, ledger=station.ledger, private=station.private, progress=station.progress
        )
        receipt = receiving.receipt(station.private)
    with new_file(arguments.receipt) as file:
        file.write(receipt.encode())
    return _tell_received(receiving, arguments.receipt)


def _tell_received(receiving: Receiving, receipt: Path) -> int:
    counts = f"{receiving.new} new, {receiving.known} received before, {len(receiving.refused)} refused"
    print(f"{counts}. Receipt: {receipt}")
    for row, reason in list(receiving.refused.items())[:MOST_NAMED]:
        print(f"selfhelp-research: row {row} was not received: {reason}.", file=sys.stderr)
    if receiving.refused:
        print("selfhelp-research: refused rows are not in the receipt and stay on the web host.", file=sys.stderr)
    return REFUSED if receiving.refused else DONE
