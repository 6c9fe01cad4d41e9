"""The research team's public keys, and whether somebody has shown that the private ones exist."""

import secrets
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from django.db import router, transaction

from selfhelp_survey.conf import survey_settings
from selfhelp_survey.demo_keys import are_in_use as are_demo_keys_in_use
from selfhelp_survey.demo_keys import demo_lines
from selfhelp_survey.errors import SealingError, SurveyError
from selfhelp_survey.models import KeyProof
from selfhelp_survey.sealing.challenge import check_answer, make_challenge
from selfhelp_survey.sealing.envelope import MOST_RECIPIENTS
from selfhelp_survey.sealing.keys import PublicKey, read_public_key
from selfhelp_survey.sealing.suites import DEFAULT_SUITE, Suite, suite_of

LEAST_RECIPIENTS = 2
DRILL_DAYS = 365
"""A proof older than this is doubted: keys get lost quietly, and nobody notices before they are needed."""
_FIRST_DAY = date(1970, 1, 1)


def current_day() -> int:
    """Today as days since 1970, in UTC."""
    return int(time.time() // 86400)


@dataclass(frozen=True, kw_only=True)
class RecipientKey:
    """A configured public key, whether its challenge has been answered, and the day it was answered last.

    `proven_day` counts days since 1970; None where nobody noted it, or the key is not proven.
    """

    key: PublicKey
    is_proven: bool
    proven_day: int | None = None

    @property
    def proven_on(self) -> date | None:
        """The day of the last proof, None where it is not known."""
        return None if self.proven_day is None else _FIRST_DAY + timedelta(days=self.proven_day)

    def is_drill_due(self, today: int) -> bool:
        """True for a proven key whose last proof is more than a year old, or of a day nobody noted."""
        return self.is_proven and (self.proven_day is None or today - self.proven_day > DRILL_DAYS)


def proofs_database() -> str:
    """The alias that proofs are written through."""
    return router.db_for_write(KeyProof)


def recipients() -> tuple[PublicKey, ...]:
    """The keys every response is sealed to, as configured; those of a demonstration where there are none.

    Raises SealingError for a line that is none.
    """
    lines: object = survey_settings.RECIPIENTS or demo_lines()
    if not isinstance(lines, tuple | list) or not all(isinstance(line, str) for line in lines):
        raise SealingError("write a list of the lines that `selfhelp-research keygen` printed")
    return _read(tuple(lines))


@cache
def _read(lines: tuple[str, ...]) -> tuple[PublicKey, ...]:
    return tuple(read_public_key(line) for line in lines)


def recipient_keys() -> tuple[RecipientKey, ...]:
    """The configured keys with their proofs. One query."""
    proven = dict(KeyProof.objects.filter(proven=True).values_list("fingerprint", "proven_day"))
    return tuple(
        RecipientKey(key=key, is_proven=key.fingerprint in proven, proven_day=proven.get(key.fingerprint))
        for key in recipients()
    )


def overdue_drills(today: int) -> tuple[RecipientKey, ...]:
    """The keys whose last proof is too old, `today` in days since 1970. A reason to warn, never to close. One query.

    Raises SealingError for a configured line that is no key.
    """
    return tuple(each for each in recipient_keys() if each.is_drill_due(today))


@dataclass(frozen=True, kw_only=True)
class SealingKeys:
    """What responses are sealed to as the keys stand: proven keys only, each once, no published test key outside DEBUG.

    `keys` are in the order of their ids, not of the settings: an envelope shows in which order it names them, so a new
    order for a while would mark what was sent meanwhile. `suite` is the one the settings name. `reasons` tells a
    maintainer why no entry may be open; it is empty where one may. A key that is configured but not proven yet takes no
    part, so a new one can be added and proven while the survey goes on. `are_thrown_away` is True for those of a
    demonstration: nobody can open what is sealed to them, so a rehearsal may be open on them, and nothing else.
    """

    keys: tuple[PublicKey, ...] = ()
    suite: Suite = DEFAULT_SUITE
    reasons: tuple[str, ...] = ()
    are_thrown_away: bool = False

    def reasons_against(self, *, is_rehearsal: bool) -> tuple[str, ...]:
        """Why an entry of this kind may not be open on these keys; empty where it may."""
        if self.reasons or is_rehearsal or not self.are_thrown_away:
            return self.reasons
        return (THROWN_AWAY,)


THROWN_AWAY = (
    "the keys are those of a demonstration, and nobody can open what is sealed to them: only a rehearsal may be open; "
    "name the research team's keys in RECIPIENTS"
)


def sealing_keys() -> SealingKeys:
    """The keys in use, as configured and proven now; none of them where something is amiss. One query."""
    try:
        configured = recipient_keys()
    except SealingError as error:
        return SealingKeys(reasons=(f"RECIPIENTS holds something that is no public key: {error}",))
    try:
        suite = suite_of(survey_settings.SUITE)
    except SealingError as error:
        return SealingKeys(reasons=(f"SUITE cannot be used: {error}",))
    barred = _barred(configured)
    keys = _proven(configured, barred)
    reasons = (
        *_reasons_against(keys, suite),
        *(() if _are_enough(len(keys)) else _reasons_why_few(configured, barred)),
    )
    return SealingKeys(
        keys=() if reasons else keys, suite=suite, reasons=reasons, are_thrown_away=are_demo_keys_in_use()
    )


def trusted_keys() -> tuple[PublicKey, ...]:
    """The configured keys whose signature counts here: proven, and no published test key outside DEBUG. One query.

    Unlike `sealing_keys` it does not matter whether they are enough to seal to, or take the suite: while keys change,
    the old one still signs for what was sealed to it. Raises SealingError for a configured line that is no key.
    """
    configured = recipient_keys()
    return _proven(configured, _barred(configured))


def _barred(configured: tuple[RecipientKey, ...]) -> frozenset[bytes]:
    """The ids of those whose private half anybody can have."""
    if survey_settings.is_debug:
        return frozenset()
    return frozenset(each.key.key_id for each in configured if each.key.is_known_test_key)


def _proven(configured: tuple[RecipientKey, ...], barred: Collection[bytes]) -> tuple[PublicKey, ...]:
    """Those that are proven and not barred, each once, in the order of their ids."""
    proven = {each.key.key_id: each.key for each in configured if each.is_proven and each.key.key_id not in barred}
    return tuple(proven[key_id] for key_id in sorted(proven))


def reasons_closed(*, is_rehearsal: bool = True) -> tuple[str, ...]:
    """Why no entry may be open as the keys stand, in words for a maintainer; empty where one may.

    Without `is_rehearsal` also what only keeps real entries closed.
    """
    return sealing_keys().reasons_against(is_rehearsal=is_rehearsal)


def _reasons_against(keys: tuple[PublicKey, ...], suite: Suite) -> Iterator[str]:
    for key in keys:
        if not suite.takes(key):
            yield (
                f"the key {key.fingerprint} is not hybrid and SUITE is '{suite.code}': put one into RECIPIENTS that "
                "`selfhelp-research keygen --hybrid` made, or set SUITE to 'x25519'"
            )
    if len(keys) > MOST_RECIPIENTS:
        yield f"RECIPIENTS names more than {MOST_RECIPIENTS} keys: take out those that nobody opens responses with"


def _are_enough(count: int) -> bool:
    return count >= LEAST_RECIPIENTS or (count > 0 and bool(survey_settings.SINGLE_RECIPIENT_SIGNED_OFF))


def _reasons_why_few(configured: tuple[RecipientKey, ...], barred: Collection[bytes]) -> Iterator[str]:
    yield from _reasons_for_each(configured, barred)
    yield from _reasons_for_number(len({each.key.key_id for each in configured}))


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
    return _challenge(each.key for each in recipient_keys() if not each.is_proven)


def challenge_proven() -> dict[str, str]:
    """The same for the keys that are proven, for the yearly drill. They stay proven."""
    return _challenge(each.key for each in recipient_keys() if each.is_proven)


def _challenge(keys: Iterator[PublicKey]) -> dict[str, str]:
    challenges = {key.fingerprint: make_challenge(key, secrets.token_bytes(32)) for key in keys}
    with transaction.atomic(using=proofs_database()):
        for fingerprint, challenge in challenges.items():
            KeyProof.objects.update_or_create(fingerprint=fingerprint, defaults={"challenge_digest": challenge.digest})
    return {fingerprint: challenge.text for fingerprint, challenge in challenges.items()}


def accept_answer(answer: str, *, today: int | None = None) -> str:
    """The fingerprint of the key that this answer proves; `today` (days since 1970) is noted as the day of its proof.

    The challenge is used up: last year's answer cannot stand in for this year's. Raises SurveyError where the answer
    proves no key.
    """
    for recipient in recipient_keys():
        proof = KeyProof.objects.filter(fingerprint=recipient.key.fingerprint).first()
        if proof and check_answer(answer, public=recipient.key, digest=bytes(proof.challenge_digest)):
            KeyProof.objects.filter(pk=proof.pk).update(
                proven=True, proven_day=current_day() if today is None else today, challenge_digest=b""
            )
            return recipient.key.fingerprint
    raise SurveyError("the answer proves none of the configured keys: answer the challenge that was made last")
