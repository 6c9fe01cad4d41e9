"""What each command does: read, call one use case, say what became of it. Each returns an exit code."""

import os
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tqdm import tqdm

from selfhelp_survey.errors import UsageError
from selfhelp_survey.research.ledger import Ledger, create_ledger, open_ledger
from selfhelp_survey.research.ledger_file import ledger_path
from selfhelp_survey.research.passphrases import ask_passphrase
from selfhelp_survey.research.plan_reader import read_plan_file
from selfhelp_survey.research.pushing import push_release, refuse_forgotten, register
from selfhelp_survey.research.receiving import Receiving, receive_bundle
from selfhelp_survey.research.release import Workstation, complete_interrupted, make_release
from selfhelp_survey.research.stores import is_dsn, open_store
from selfhelp_survey.research.verify import verify_release
from selfhelp_survey.sealing.challenge import answer_challenge
from selfhelp_survey.sealing.errors import NotForThisKey
from selfhelp_survey.sealing.files import existing_file, new_file
from selfhelp_survey.sealing.key_file import load_private_key, load_public_key, save_private_key
from selfhelp_survey.sealing.keys import PrivateKey, PublicKey, generate_private_key, is_public_text, read_public_key
from selfhelp_survey.sealing.ml_kem import require_offered

KEY_NAME = "research-key.json"
DONE, REFUSED = 0, 1
MOST_NAMED = 100
MOST_CHALLENGES = 16  # as many as a response can have recipients
LONGEST_LINE = 4096  # bytes: a challenge or a public key takes far less


def keygen(arguments: Namespace) -> int:
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


def prove_key(arguments: Namespace) -> int:
    """Answer a challenge."""
    private = _private_key(arguments)
    with existing_file(arguments.challenge) as file:
        challenges = file.read(MOST_CHALLENGES * LONGEST_LINE).decode("ascii", "replace")
    answer = _answer_own(challenges.split(), private)
    with new_file(arguments.out) as file:
        file.write(answer.encode() + b"\n")
    print(f"Wrote {arguments.out}: take it back to the web host (`survey_keys --answer`).")
    return DONE


def _answer_own(challenges: list[str], private: PrivateKey) -> str:
    """The answer to the one challenge, of those a host made for all its keys, that was made for this key."""
    for challenge in challenges[:-1]:
        with suppress(NotForThisKey):
            return answer_challenge(challenge, private)
    return answer_challenge(challenges[-1] if challenges else "", private)


def receive(arguments: Namespace) -> int:
    """Take in a bundle; the receipt is written last."""
    if os.path.lexists(arguments.receipt):
        raise UsageError(f"There is already a file {arguments.receipt}: choose another name for the receipt.")
    with _workstation(arguments, "receiving") as station:
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


def release(arguments: Namespace) -> int:
    """Make the next release of a series, or complete the one that was interrupted."""
    plan = read_plan_file(arguments.plan)
    store = open_store(arguments.store) if arguments.store else None
    with _workstation(arguments, "opening") as station:
        if store:
            series = {plan.plan.series, *(entry.series for entry in station.ledger.releases())}
            refuse_forgotten(store, station.ledger, sorted(series))
        entry = make_release(plan, arguments.out, station)
    held = f"; about {entry.summary['held_back']} are held back" if plan.plan.output == "records" else ""
    print(f"Release {entry.number} of {entry.series}: {entry.summary['rows']} rows in {entry.directory}{held}.")
    return DONE


def verify(arguments: Namespace) -> int:
    """Check a finished release again."""
    checked = verify_release(arguments.directory, [_public_key(arguments.key)])
    print(f"{checked.name}: signature, files, k = {checked.manifest['k']} and codebook are as the manifest says.")
    return DONE


def init_store(arguments: Namespace) -> int:
    """Create or upgrade a research store; register the series of a release, where one is given."""
    checked = verify_release(arguments.series, [_public_key(arguments.key)]) if arguments.series else None
    store = open_store(arguments.store, is_new=True)
    layout = store.init()
    if layout.version_before == layout.version_after:
        print(f"The store is ready; it already had layout {layout.version_after}.")
    else:
        print(f"The store is ready with layout {layout.version_after}.")
    if checked:
        is_new = register(checked.series, store)
        print(f"The series {checked.manifest['series']} {'is registered' if is_new else 'was registered already'}.")
    return DONE


def push(arguments: Namespace) -> int:
    """Load a release into the research store, once."""
    store = open_store(arguments.store)
    with _workstation(arguments, "loading") as station:
        list(complete_interrupted(station))
        checked = verify_release(arguments.directory, [station.private.public])
        result = push_release(checked, store, station.ledger, progress=station.progress)
    where = "the research store" if is_dsn(arguments.store) else arguments.store
    if result.pushed:
        print(f"{checked.name}: {result.rows} rows are now in {where}.")
    else:
        print(f"{checked.name} was in {where} already: nothing was changed.")
    return DONE


def _private_key(arguments: Namespace) -> PrivateKey:
    load_public_key(arguments.key)  # a missing or damaged file is said before anybody types a passphrase
    return load_private_key(arguments.key, passphrase=ask_passphrase(arguments.passphrase_file))


def _public_key(given: str) -> PublicKey:
    """The key in a text, in a key file, or in a file that holds the text."""
    if is_public_text(given):
        return read_public_key(given)
    path = Path(given)
    with existing_file(path) as file:
        head = file.read(LONGEST_LINE).decode("utf-8", "replace")
    return read_public_key(head) if is_public_text(head.lstrip()) else load_public_key(path)


@contextmanager
def _workstation(arguments: Namespace, what: str) -> Iterator[Workstation]:
    """The open ledger and key, and a progress bar for what takes more than two seconds."""
    private = _private_key(arguments)
    ledger: Ledger
    bar = tqdm(desc=what, unit=" rows", delay=2, file=sys.stderr, disable=None, leave=False)
    with open_ledger(ledger_path(arguments.key), private) as ledger, bar:
        yield Workstation(ledger=ledger, private=private, progress=bar.update)
