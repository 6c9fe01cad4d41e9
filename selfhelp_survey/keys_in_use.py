"""The research team's public keys, and whether somebody has shown that the private ones exist."""

import secrets
from collections.abc import Collection, Iterator
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


@dataclass(frozen=True, kw_only=True)
class SealingKeys:
    """What responses are sealed to as the keys stand: proven keys only, each once, no published test key outside DEBUG.

    `reasons` tells a maintainer why no entry may be open; it is empty where one may. A key that is configured but not
    proven yet takes no part, so a new one can be added and proven while the survey goes on.
    """

    keys: tuple[PublicKey, ...]
    reasons: tuple[str, ...]


def sealing_keys() -> SealingKeys:
    """The keys in use, as configured and proven now. One query."""
    try:
        configured = recipient_keys()
    except SealingError as error:
        return SealingKeys(keys=(), reasons=(f"RECIPIENTS holds something that is no public key: {error}",))
    barred = {} if survey_settings.is_debug else {each.key.key_id for each in configured if each.key.is_known_test_key}
    proven = {each.key.key_id: each.key for each in configured if each.is_proven and each.key.key_id not in barred}
    if _are_enough(len(proven)):
        return SealingKeys(keys=tuple(proven.values()), reasons=())
    reasons = [
        *_reasons_for_each(configured, barred),
        *_reasons_for_number(len({each.key.key_id for each in configured})),
    ]
    return SealingKeys(keys=tuple(proven.values()), reasons=tuple(reasons))


def reasons_closed() -> tuple[str, ...]:
    """Why no entry may be open as the keys stand, in words for a maintainer; empty where one may."""
    return sealing_keys().reasons


def _are_enough(count: int) -> bool:
    return count >= LEAST_RECIPIENTS or (count > 0 and bool(survey_settings.SINGLE_RECIPIENT_SIGNED_OFF))


def _reasons_for_each(configured: tuple[RecipientKey, ...], barred: Collection[bytes]) -> Iterator[str]:
    for each in configured:
        if each.key.key_id in barred:
            yield f"the key {each.key.fingerprint} is a published test key"
        elif not each.is_proven:
            yield f"the key {each.key.fingerprint} is not proven: run `manage.py survey_keys --prove`"


def _reasons_for_number(distinct: int) -> Iterator[str]:
    if not distinct:
        yield "RECIPIENTS names no key: add the lines that `selfhelp-research keygen` printed"
    elif not _are_enough(distinct):
        yield (
            "RECIPIENTS names one key only: if it is lost, so is every answer; add a second one, or write who accepts "
            "that, and when, into SINGLE_RECIPIENT_SIGNED_OFF"
        )


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
