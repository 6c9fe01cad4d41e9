"""The research team's public keys, and whether somebody has shown that the private ones exist."""

import secrets
from dataclasses import dataclass
from functools import cache

from selfhelp_survey.conf import survey_settings
from selfhelp_survey.errors import SealingError, SurveyError
from selfhelp_survey.models import KeyProof
from selfhelp_survey.sealing.challenge import check_answer, make_challenge
from selfhelp_survey.sealing.keys import PublicKey, read_public_key

LEAST_RECIPIENTS = 2


@dataclass(frozen=True, kw_only=True)
class RecipientKey:
    """A configured public key and whether its challenge has been answered."""

    key: PublicKey
    is_proven: bool


def recipients() -> tuple[PublicKey, ...]:
    """The keys every response is sealed to, as configured. Raises SealingError for a line that is none."""
    return _read(tuple(survey_settings.RECIPIENTS))


@cache
def _read(lines: tuple[str, ...]) -> tuple[PublicKey, ...]:
    return tuple(read_public_key(line) for line in lines)


def recipient_keys() -> tuple[RecipientKey, ...]:
    """The configured keys with their proofs. One query."""
    proven = set(KeyProof.objects.filter(proven=True).values_list("fingerprint", flat=True))
    return tuple(RecipientKey(key=key, is_proven=key.fingerprint in proven) for key in recipients())


def reasons_closed() -> tuple[str, ...]:
    """Why no entry may be open as the keys stand, in words for a maintainer; empty where one may."""
    try:
        keys = recipient_keys()
    except SealingError as error:
        return (f"RECIPIENTS holds something that is no public key: {error}",)
    reasons = [f"the key {key.key.fingerprint} is not proven: run `manage.py survey_keys --prove`"
               for key in keys if not key.is_proven]  # fmt: skip
    distinct = len({key.key.key_id for key in keys})
    if not distinct:
        reasons.append("RECIPIENTS names no key: add the lines that `selfhelp-research keygen` printed")
    elif distinct < LEAST_RECIPIENTS and not survey_settings.SINGLE_RECIPIENT_SIGNED_OFF:
        reasons.append("RECIPIENTS names one key only: if it is lost, so is every answer; add a second one, or write "
                       "who accepts that, and when, into SINGLE_RECIPIENT_SIGNED_OFF")  # fmt: skip
    if not survey_settings.is_debug:
        reasons += [
            f"the key {key.key.fingerprint} is a published test key" for key in keys if key.key.is_known_test_key
        ]
    return tuple(reasons)


def challenge_unproven() -> dict[str, str]:
    """A fresh challenge for every key that is not proven yet, by fingerprint. Older challenges stop counting."""
    challenges = {}
    for recipient in recipient_keys():
        if not recipient.is_proven:
            challenge = make_challenge(recipient.key, secrets.token_bytes(32))
            KeyProof.objects.update_or_create(
                fingerprint=recipient.key.fingerprint, defaults={"challenge_digest": challenge.digest, "proven": False}
            )
            challenges[recipient.key.fingerprint] = challenge.text
    return challenges


def accept_answer(answer: str) -> str:
    """The fingerprint of the key that this answer proves. Raises SurveyError where it proves none."""
    for recipient in recipient_keys():
        proof = KeyProof.objects.filter(fingerprint=recipient.key.fingerprint).first()
        if proof and check_answer(answer, public=recipient.key, digest=bytes(proof.challenge_digest)):
            KeyProof.objects.filter(pk=proof.pk).update(proven=True)
            return recipient.key.fingerprint
    raise SurveyError("the answer proves none of the configured keys: answer the challenge that was made last")
