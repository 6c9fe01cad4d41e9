"""Checks of what only the tables know: proofs of the keys, and ways in that are open in name only."""

from collections.abc import Callable, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, register
from django.db import Error, router, transaction

from selfhelp_survey.checks.messages import warning
from selfhelp_survey.draft_signature import may_be_answered
from selfhelp_survey.entries import offered_languages, state_on, today
from selfhelp_survey.errors import SealingError
from selfhelp_survey.keys_in_use import current_day, overdue_drills, reasons_closed, recipient_keys
from selfhelp_survey.models import Entry, KeyProof
from selfhelp_survey.repository import latest_version, load_version

Faults = Callable[[], list[CheckMessage]]


@register(Tags.database)
def check_keys_are_proven(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **named: Any
) -> list[CheckMessage]:
    """A warning for each configured key whose private half nobody has shown to exist."""
    return _asked(_unproven, databases)


def _unproven() -> list[CheckMessage]:
    hint = "Run `manage.py survey_keys --prove`, and answer on the research workstation."
    return [
        warning("W106", f"The key {each.key.fingerprint} is not proven.", hint)
        for each in recipient_keys()
        if not each.is_proven
    ]


@register(Tags.database)
def check_keys_were_tried_this_year(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **named: Any
) -> list[CheckMessage]:
    """A warning for each proven key with which nobody has shown for a year that it can still be used."""
    return _asked(_untried, databases)


def _untried() -> list[CheckMessage]:
    hint = "Run `manage.py survey_keys --drill`, and answer with the copy of the key that is kept in a safe place."
    overdue = overdue_drills(current_day())
    return [warning("W107", f"For a year nobody has tried the key {each.key.fingerprint}.", hint) for each in overdue]


@register(Tags.database)
def check_open_entries_are_open(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **named: Any
) -> list[CheckMessage]:
    """A warning for each way in that the admin shows as open and that takes nobody in."""
    return _asked(_open_in_name_only, databases)


def _open_in_name_only() -> list[CheckMessage]:
    opened = Entry.objects.filter(state=Entry.State.OPEN).order_by("pk")
    faults = [(entry.pk, reason) for entry in opened for reason in _reasons_closed(entry)]
    hint = "Put it right, or close the entry: whoever is invited there meets a closed door."
    return [warning("W108", f"The entry {code!r} is open, and takes nobody in: {why}.", hint) for code, why in faults]


def _reasons_closed(entry: Entry) -> tuple[str, ...]:
    over = () if state_on(today(), entry) != Entry.State.CLOSED else ("its last day is over",)
    return (*_of_version(entry), *over, *reasons_closed(is_rehearsal=entry.is_rehearsal))


def _of_version(entry: Entry) -> tuple[str, ...]:
    version = latest_version(entry.questionnaire)
    if version is None:
        return ("its questionnaire is not published",)
    if not may_be_answered(load_version(version.content_hash)):
        return ("its questionnaire is a draft that nobody has signed",)
    return () if offered_languages(entry.questionnaire) else ("every language of its questionnaire is switched off",)


def _asked(faults: Faults, databases: Sequence[str] | None) -> list[CheckMessage]:
    """What is found in the database of keys and entries; nothing where it is not asked for, or not migrated yet."""
    alias = router.db_for_read(KeyProof)
    if alias not in (databases or ()):
        return []
    try:
        with transaction.atomic(using=alias):
            return faults()
    except (Error, SealingError):  # `migrate` runs the checks before the tables are there; E001 tells of bad keys
        return []
