"""Opening, pausing and closing the ways into the survey."""

import re
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from django.db import transaction

from selfhelp_survey import repository
from selfhelp_survey.draft_signature import may_be_answered
from selfhelp_survey.entries import forget_entries, offered_languages, state_on, today
from selfhelp_survey.errors import SurveyError, UsageError
from selfhelp_survey.keys_in_use import reasons_closed
from selfhelp_survey.models import Entry, Questionnaire

Days = Mapping[str, date | None]
"""`opens_on` and `closes_on` to set: None takes it away, and what is left out stays as it is."""
NO_DAYS: Days = MappingProxyType({})
ENTRY_CODE = re.compile(r"[a-z](?:[a-z0-9-]{0,30}[a-z0-9])?", re.ASCII)


class EntryRefused(SurveyError):  # noqa: N818 - the name says what happened
    """The entry was not opened, or not paused."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        self.reasons = reasons
        super().__init__("nothing was changed:\n" + "\n".join(f"- {reason}" for reason in reasons))


@transaction.atomic
def set_entry_state(code: str, state: Entry.State | None, *, questionnaire: str = "", days: Days = NO_DAYS) -> Entry:
    """The entry in its new state, with these days; a new one where `questionnaire` is given and none has this code.

    With None its state stays, closed where it is new. Raises EntryRefused with all reasons where it cannot be so,
    UsageError for a code that cannot be one or is unknown, and for a last day before the first.
    """
    entry = Entry.objects.select_for_update().filter(pk=code).first()
    if entry is None:
        entry = _new_entry(code, questionnaire)
    entry.questionnaire = questionnaire or entry.questionnaire
    entry.state = state or entry.state
    for name, day in days.items():
        setattr(entry, name, day)
    _demand_days_in_order(entry)
    reasons = _reasons_against(entry)
    if reasons:
        raise EntryRefused(reasons)
    entry.save()
    transaction.on_commit(forget_entries)
    return entry


class LastLanguage(SurveyError):  # noqa: N818 - says what is wrong
    """The survey would be offered in no language: pause its entries instead."""


@transaction.atomic
def switch_language(code: str, language: str, *, off: bool) -> frozenset[str]:
    """The languages of this questionnaire that are switched off, after this one was, or was switched on again.

    From the next look at the entry on, nobody begins in it and no page offers it; whoever is in the middle may finish
    in it, or change to another. Raises LastLanguage where none of those published would be left, UsageError where there
    is no such draft.
    """
    draft = Questionnaire.objects.select_for_update().filter(code=code).first()
    if draft is None:
        raise UsageError(f"there is no questionnaire '{code}'")
    known = frozenset(draft.languages_off.split())
    switched = known | {language} if off else known - {language}
    version = repository.latest_version(code)
    if off and version and switched.issuperset(repository.load_version(version.content_hash).languages):
        raise LastLanguage
    draft.languages_off = " ".join(sorted(switched))
    draft.save(update_fields=["languages_off"])
    transaction.on_commit(forget_entries)
    return switched


def _new_entry(code: str, questionnaire: str) -> Entry:
    if ENTRY_CODE.fullmatch(code) is None:
        raise UsageError(f"{code!r:.40} cannot be an entry code: use a-z, 0-9 and -, at most 32 characters")
    if not questionnaire:
        known = ", ".join(Entry.objects.order_by("pk").values_list("pk", flat=True)) or "none yet"
        raise UsageError(f"there is no entry '{code}' (known: {known}); add --questionnaire CODE to make it")
    return Entry(code=code)


def _demand_days_in_order(entry: Entry) -> None:
    if entry.opens_on and entry.closes_on and entry.closes_on < entry.opens_on:
        raise UsageError(f"the last day ({entry.closes_on}) can not come before the first one ({entry.opens_on})")


def _over(entry: Entry) -> tuple[str, ...]:
    is_over = state_on(today(), entry) == Entry.State.CLOSED
    return (f"its last day was {entry.closes_on}: give it a later one, or none (--last-day)",) if is_over else ()


def _reasons_against(entry: Entry) -> tuple[str, ...]:
    match Entry.State(entry.state):
        case Entry.State.OPEN:
            may_open = reasons_not_to_open(entry.questionnaire, entry=entry.pk, is_rehearsal=entry.is_rehearsal)
            return (*_over(entry), *may_open)
        case Entry.State.PAUSED:
            return reasons_not_to_pause(entry.questionnaire)
    return ()


def reasons_not_to_pause(questionnaire: str) -> tuple[str, ...]:
    """Why no entry may be paused, or open, that leads to this questionnaire: who is in the middle must find it."""
    if repository.latest_version(questionnaire) is not None:
        return ()
    return (f"'{questionnaire}' has no published version: run `manage.py survey_publish {questionnaire}`",)


def reasons_not_to_open(questionnaire: str, *, entry: str, is_rehearsal: bool = False) -> tuple[str, ...]:
    """Why the entry of this code may not be open to this questionnaire now, in words for a maintainer; none: it may."""
    unpublished = reasons_not_to_pause(questionnaire)
    is_off = not unpublished and not offered_languages(questionnaire)
    borrowed = entry != repository.DEMONSTRATION and repository.is_demonstration(questionnaire)
    return (
        *unpublished,
        *(() if unpublished else _unsigned(questionnaire)),
        *((f"every language of '{questionnaire}' is switched off: switch one on in the admin",) if is_off else ()),
        *((OF_THE_DEMONSTRATION,) if borrowed else ()),
        *reasons_closed(is_rehearsal=is_rehearsal),
    )


def _unsigned(questionnaire: str) -> tuple[str, ...]:
    version = repository.latest_version(questionnaire)
    if version is None or may_be_answered(repository.load_version(version.content_hash)):
        return ()
    why = "is a draft that nobody had signed when it was published: have it signed, then publish it"
    return (f"'{questionnaire}' {why}",)


OF_THE_DEMONSTRATION = (
    f"the questionnaire '{repository.DEMONSTRATION}' goes when the demonstration does (`survey_demo --remove`), and no "
    "response is readable without it: load one of your own, for example with `manage.py survey_import`"
)
