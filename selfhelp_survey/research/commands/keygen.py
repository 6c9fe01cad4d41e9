"""Make a research key and the ledger beside it."""

import os
from argparse import Namespace
from pathlib import Path

from selfhelp_survey.errors import UsageError
from selfhelp_survey.research.commands.arguments import Subcommands, add_passphrase
from selfhelp_survey.research.commands.exit_codes import DONE
from selfhelp_survey.research.ledger import create_ledger
from selfhelp_survey.research.ledger_file import ledger_path
from selfhelp_survey.research.passphrases import ask_passphrase
from selfhelp_survey.sealing.key_file import save_private_key
from selfhelp_survey.sealing.keys import generate_private_key
from selfhelp_survey.sealing.ml_kem import require_offered

KEY_NAME = "research-key.json"


def add(subcommands: Subcommands) -> None:
    """What the command takes."""
    command = subcommands.add_parser(
        "keygen", help="make a research key and the ledger beside it",
        description="Make a research key, protected by a passphrase of at least 12 characters, and the empty ledger "
        "beside it. Prints the public key for the web host's settings and its fingerprint.",
    )  # fmt: skip
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help="the directory for both files")
    command.add_argument(
        "--hybrid", action="store_true",
        help="a key that a future quantum computer does not open either, for the web host's suite 'hybrid'",
    )  # fmt: skip
    add_passphrase(command)
    command.set_defaults(command=run)


def run(arguments: Namespace) -> int:
    """Make a key file and its ledger; print the public half."""
    path = arguments.out / KEY_NAME
    for file in (path, ledger_path(path)):
        if os.path.lexists(file):
            raise UsageError(f"There is already a file {file}: nothing is overwritten, choose another directory.")
    if arguments.hybrid:
        require_offered()  # said before anybody chooses a passphrase
    passphrase = ask_passphrase(arguments.passphrase_file, is_new=True)
    arguments.out.mkdir(mode=0o700, parents=True, exist_ok=True)
    private = generate_private_key(is_hybrid=arguments.hybrid)
    create_ledger(ledger_path(path), private)  # first: a key without its ledger would look like a lost ledger
    try:
        save_private_key(private, path, passphrase=passphrase)
    except BaseException:
        ledger_path(path).unlink()
        raise
    print(f"public key:  {private.public.text}\nfingerprint: {private.public.fingerprint}")
    print(f"Made {path} and {ledger_path(path)}. Back both up; without the passphrase nobody can open what is sealed.")
    return DONE
