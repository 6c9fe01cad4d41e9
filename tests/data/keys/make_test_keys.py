"""Write the test key files again. Their private halves are derived from public words: never use them for people."""

import hashlib
import os
from pathlib import Path

from selfhelp_survey.sealing.key_file import Cost, save_private_key
from selfhelp_survey.sealing.keys import PrivateKey, private_key_from_bytes

PASSPHRASE = "only for tests, never for people"
FOLDER = Path(__file__).parent
PLAIN, HYBRID = ("first", "second"), ("third", "fourth")
HALVES = ("opening", "signing")
SEED = ("lattice one", "lattice two")


def make_key(name: str) -> PrivateKey:
    """The test key of this name, always the same."""
    parts = (*SEED, *HALVES) if name in HYBRID else HALVES
    digests = (hashlib.sha256(f"selfhelp_survey test key {name} {part}".encode()) for part in parts)
    return private_key_from_bytes(b"".join(digest.digest() for digest in digests))


def main() -> None:
    """Write the files that are not there."""
    for name in (*PLAIN, *HYBRID):
        private, path = make_key(name), FOLDER / f"{name}.json"
        print(name, private.public.text, private.public.fingerprint, sep="\n  ")
        if not os.path.lexists(path):
            cheap = Cost(memory=64, passes=1)  # a real key file costs a guesser far more
            save_private_key(private, path, passphrase=PASSPHRASE, cost=cheap)


if __name__ == "__main__":
    main()
