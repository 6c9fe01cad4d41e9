"""Checks of the research team's keys: that every response can be sealed to them, and opened even if one is lost."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, register

from selfhelp_survey.checks.messages import error
from selfhelp_survey.checks.values import value_of
from selfhelp_survey.errors import SealingError
from selfhelp_survey.keys_in_use import LEAST_RECIPIENTS
from selfhelp_survey.sealing.envelope import MOST_RECIPIENTS
from selfhelp_survey.sealing.keys import PublicKey, read_public_key
from selfhelp_survey.sealing.suites import SUITES

_KEYGEN = "Write the lines that `selfhelp-research keygen` printed on the research workstation."


@register(Tags.security, deploy=True)
def check_recipients(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """An error for each key that is none or that anybody can open, and one where there are too few."""
    keys = {key.key_id for key in _read() if isinstance(key, PublicKey)}
    faults = [*_faults_of_each(), *_fault_of_number(len(keys))]
    return [error("E001", said, hint) for said, hint in faults]


@register(Tags.security, deploy=True)
def check_suite(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """An error where this machine cannot seal with SUITE, and one for each key that SUITE does not take.

    Nothing for a name that is no suite: that is told of with the other values.
    """
    suite = next((each for each in SUITES.values() if each.code == value_of("SUITE")), None)
    if suite is None:
        return []
    try:
        suite.require()
    except SealingError:
        hint = "Install a newer `cryptography` (48 or later), or leave SUITE out."
        return [error("E001", f"SUITE is {suite.code!r}, which this machine cannot use: nothing can be sealed.", hint)]
    return [
        error(
            "E001",
            f"SUITE is {suite.code!r}, and line {number} of RECIPIENTS is not a key for it.",
            "Make every key with `selfhelp-research keygen --hybrid`, or leave SUITE out.",
        )
        for number, key in enumerate(_read(), start=1)
        if isinstance(key, PublicKey) and not suite.takes(key)
    ]


def _read() -> Iterator[PublicKey | SealingError]:
    for line in value_of("RECIPIENTS"):
        try:
            yield read_public_key(str(line))
        except SealingError as fault:
            yield fault


def _faults_of_each() -> Iterator[tuple[str, str]]:
    for number, key in enumerate(_read(), start=1):
        if isinstance(key, SealingError):
            yield f"Line {number} of RECIPIENTS is no research public key.", _KEYGEN
        elif key.is_known_test_key:
            said = f"Line {number} of RECIPIENTS is a published test key: anybody can open what is sealed to it."
            yield said, _KEYGEN


def _fault_of_number(distinct: int) -> Iterator[tuple[str, str]]:
    if not distinct:
        yield "RECIPIENTS names no key: nothing can be sealed, and the survey stays closed.", _KEYGEN
    elif distinct < LEAST_RECIPIENTS and not value_of("SINGLE_RECIPIENT_SIGNED_OFF"):
        hint = "Add a second one, or write who accepts that, and when, into SINGLE_RECIPIENT_SIGNED_OFF."
        yield "RECIPIENTS names one key only: if it is lost, so is every answer.", hint
    elif distinct > MOST_RECIPIENTS:
        hint = "Take out those that nobody opens responses with."
        yield f"RECIPIENTS names more than {MOST_RECIPIENTS} keys: nothing can be sealed.", hint
