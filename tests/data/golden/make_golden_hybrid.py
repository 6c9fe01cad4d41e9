"""Write the golden files of the hybrid suite. They are written once and must open for ever."""

import json
import uuid
from pathlib import Path

from selfhelp_survey.sealing.bundle import BundleHeader, QuestionnaireDocument, write_bundle
from selfhelp_survey.sealing.challenge import answer_challenge, make_challenge
from selfhelp_survey.sealing.envelope import seal_response
from selfhelp_survey.sealing.files import new_file
from selfhelp_survey.sealing.key_file import load_private_key
from selfhelp_survey.sealing.receipt import make_receipt, sealed_digest
from selfhelp_survey.sealing.suites import HYBRID, X25519

FOLDER = Path(__file__).parent
KEYS = FOLDER.parent / "keys"
PASSPHRASE = "only for tests, never for people"
ROWS = tuple(uuid.UUID(hex=digit * 32) for digit in "159")


def main() -> None:
    """Write envelope, bundle and vectors; an existing one is left alone with an error."""
    third, fourth = (load_private_key(KEYS / f"{name}.json", passphrase=PASSPHRASE) for name in ("third", "fourth"))
    both = (third.public, fourth.public)
    envelopes = [
        seal_response(f"golden hybrid response {number}, with an ä".encode(), both, suite=suite)
        for number, suite in enumerate((HYBRID, HYBRID, X25519), start=1)
    ]
    with new_file(FOLDER / "envelope-2.bin") as file:
        file.write(envelopes[0])
    header = BundleHeader(
        site="golden",
        questionnaires=(QuestionnaireDocument('{"code":"exit","note":"ä"}'),),
        recipients=tuple(key.fingerprint for key in both),
    )
    write_bundle(FOLDER / "bundle-2.bundle", header, zip(ROWS, envelopes, strict=True))
    challenge = make_challenge(third.public, bytes(range(32)))
    vectors = {
        "key": {
            "third": third.public.text,
            "fingerprint": third.public.fingerprint,
            "key id": third.public.key_id.hex(),
            "derive(b'ledger', 32)": third.derive(b"ledger", 32).hex(),
        },
        "challenge": {
            "nonce": bytes(range(32)).hex(),
            "text": challenge.text,
            "digest": challenge.digest.hex(),
            "answer": answer_challenge(challenge.text, third),
        },
        "receipt": make_receipt(third, site="golden", rows={ROWS[0]: sealed_digest(b"a sealed value")}),
    }
    with new_file(FOLDER / "vectors-2.json") as file:
        file.write(json.dumps(vectors, indent=2, ensure_ascii=False).encode() + b"\n")


if __name__ == "__main__":
    main()
