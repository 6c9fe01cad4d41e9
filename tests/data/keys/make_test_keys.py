"""Write the two test key files again. Their private halves are derived from public words: never use them for people."""

import hashlib
from pathlib import Path

from selfhelp_survey.sealing.key_file import Cost, save_private_key
from selfhelp_survey.sealing.keys import PrivateKey, private_key_from_bytes

PASSPHRASE = "only for tests, never for people"
FOLDER = Path(__file__).parent


def make_key(name: str) -> PrivateKey:
    """The test key of this name, always the same."""
    halves = (hashlib.sha256(f"selfhelp_survey test key {name} {half}".encode()) for half in ("opening", "signing"))
    return private_key_from_bytes(b"".join(half.digest() for half in halves))


def main() -> None:
    """Write both files; an existing one is left alone with an error."""
    for name in ("first", "second"):
        private = make_key(name)
        cheap = Cost(memory=64, passes=1)  # a real key file costs a guesser far more
        save_private_key(private, FOLDER / f"{name}.json", passphrase=PASSPHRASE, cost=cheap)
        print(name, private.public.text, private.public.fingerprint, sep="\n  ")


if __name__ == "__main__":
    main()
