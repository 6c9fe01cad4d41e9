"""Keys and ledgers, opened for a command as its arguments name them."""

import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tqdm import tqdm

from selfhelp_survey.research.ledger import Ledger, open_ledger
from selfhelp_survey.research.ledger_file import ledger_path
from selfhelp_survey.research.passphrases import ask_passphrase
from selfhelp_survey.research.release import Workstation
from selfhelp_survey.research.texts.extraction import take_out_earlier
from selfhelp_survey.sealing.files import existing_file
from selfhelp_survey.sealing.key_file import load_private_key, load_public_key
from selfhelp_survey.sealing.keys import PrivateKey, PublicKey, is_public_text, read_public_key

LONGEST_LINE = 4096  # bytes: a challenge or a public key takes far less


def private_key(arguments: Namespace) -> PrivateKey:
    load_public_key(arguments.key)  # a missing or damaged file is said before anybody types a passphrase
    return load_private_key(arguments.key, passphrase=ask_passphrase(arguments.passphrase_file))


def public_key(given: str) -> PublicKey:
    """The key in a text, in a key file, or in a file that holds the text."""
    if is_public_text(given):
        return read_public_key(given)
    path = Path(given)
    with existing_file(path) as file:
        head = file.read(LONGEST_LINE).decode("utf-8", "replace")
    return read_public_key(head) if is_public_text(head.lstrip()) else load_public_key(path)


@contextmanager
def workstation(arguments: Namespace, what: str) -> Iterator[Workstation]:
    """The open ledger and key, and a progress bar for what takes more than two seconds."""
    private = private_key(arguments)
    ledger: Ledger
    bar = tqdm(desc=what, unit=" rows", delay=2, file=sys.stderr, disable=None, leave=False)
    with open_ledger(ledger_path(arguments.key), private) as ledger, bar:
        take_out_earlier(ledger, private)
        yield Workstation(ledger=ledger, private=private, progress=bar.update)
