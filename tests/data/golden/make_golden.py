"""Write the golden files of one format version. They are written once and must open for ever."""

import hashlib
import json
import uuid
from pathlib import Path

from selfhelp_survey.sealing import draft_cipher
from selfhelp_survey.sealing.bundle import BundleHeader, QuestionnaireDocument, write_bundle
from selfhelp_survey.sealing.challenge import answer_challenge, make_challenge
from selfhelp_survey.sealing.envelope import seal_response
from selfhelp_survey.sealing.files import new_file
from selfhelp_survey.sealing.key_file import load_private_key
from selfhelp_survey.sealing.receipt import make_receipt, sealed_digest

FOLDER = Path(__file__).parent
KEYS = FOLDER.parent / "keys"
PASSPHRASE = "only for tests, never for people"
ROWS = tuple(uuid.UUID(hex=digit * 32) for digit in "159")
SECRET, PEPPER, NONCE = bytes(range(32)), b"a site's pepper, 32 bytes long!!", bytes(range(12))


def main() -> None:
    """Write envelope, bundle and vectors; an existing one is left alone with an error."""
    first, second = (load_private_key(KEYS / f"{name}.json", passphrase=PASSPHRASE) for name in ("first", "second"))
    both = (first.public, second.public)
    envelopes = [seal_response(f"golden response {number}, with an ä".encode(), both) for number in (1, 2, 3)]
    with new_file(FOLDER / "envelope-1.bin") as file:
        file.write(envelopes[0])
    header = BundleHeader(
        site="golden",
        questionnaires=(QuestionnaireDocument('{"code":"exit","note":"ä"}'),),
        recipients=tuple(key.fingerprint for key in both),
    )
    write_bundle(FOLDER / "bundle-1.bundle", header, zip(ROWS, envelopes, strict=True))
    drafts = draft_cipher.derive_draft_keys(SECRET, pepper=PEPPER)
    box = draft_cipher._seal(drafts, {"answers": {"a": 1}}, nonce=NONCE)
    challenge = make_challenge(first.public, bytes(range(32)))
    vectors = {
        "draft": {
            "secret": draft_cipher.write_secret(SECRET),
            "pepper": PEPPER.decode(),
            "nonce": NONCE.hex(),
            "row": drafts.id.hex,
            "token of page 'about'": drafts.token("about"),
            "state": '{"answers":{"a":1}}',
            "length of box": len(box),
            "first 48 bytes of box": box[:48].hex(),
            "sha256 of box": hashlib.sha256(box).hexdigest(),
        },
        "key": {
            "first": first.public.text,
            "fingerprint": first.public.fingerprint,
            "key id": first.public.key_id.hex(),
            "derive(b'ledger', 32)": first.derive(b"ledger", 32).hex(),
        },
        "challenge": {
            "nonce": bytes(range(32)).hex(),
            "text": challenge.text,
            "digest": challenge.digest.hex(),
            "answer": answer_challenge(challenge.text, first),
        },
        "receipt": make_receipt(first, site="golden", rows={ROWS[0]: sealed_digest(b"a sealed value")}),
    }
    with new_file(FOLDER / "vectors-1.json") as file:
        file.write(json.dumps(vectors, indent=2, ensure_ascii=False).encode() + b"\n")


if __name__ == "__main__":
    main()
