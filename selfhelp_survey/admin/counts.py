"""How much waits on this site: in tens, and told once an hour, whichever page of the admin is looked at."""

from collections.abc import Mapping
from dataclasses import replace

from django.db import Error
from django.utils.translation import gettext as _

from selfhelp_survey.models import RoundedCount
from selfhelp_survey.status.facts import Status
from selfhelp_survey.upkeep import current_hour

WAITING = ("inbox", "sealed")
"""The places where responses wait, as the view with rounded counts names them."""
DRAFTS = "drafts"


class CountsOfTheHour:
    """The rounded counts as they were when each was first known in an hour, one memory for each process.

    Whoever loads a page again and again would otherwise see the minute in which a ten becomes full, and so when
    somebody answered. Two pages with a memory each would show it as well, to whoever reads both.
    """

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin anew, as a fresh process does."""
        self._hour: int | None = None
        self._known: dict[str, int] = {}

    def first(self, hour: int, counts: Mapping[str, int]) -> dict[str, int]:
        """These counts as they were first known in this hour (counted from 1970); those of other places are kept."""
        if self._hour != hour:
            self._hour, self._known = hour, {}
        self._known = {**counts, **self._known}
        return {place: self._known[place] for place in counts}

    def waiting(self) -> dict[str, int] | None:
        """Responses at least, by place, in tens; None where they cannot be had. No query once they are known."""
        hour = current_hour()
        if self._hour == hour and self._known.keys() >= set(WAITING):
            return {place: self._known[place] for place in WAITING}
        counts = _read()
        return None if counts is None else self.first(hour, counts)

    def put_into(self, status: Status) -> Status:
        """The status with the sizes as they were first known in its hour; all else is of this moment."""
        drafts = status.drafts
        told = {**(status.sizes or {}), **({DRAFTS: drafts.at_least} if drafts else {})}
        first = self.first(status.hour, told)
        return replace(
            status, sizes=None if status.sizes is None else {place: first[place] for place in status.sizes},
            drafts=replace(drafts, at_least=first[DRAFTS]) if drafts else None,
        )  # fmt: skip


def _read() -> dict[str, int] | None:
    try:
        return dict(RoundedCount.objects.values_list("place", "at_least"))
    except Error:
        return None


counts_of_the_hour = CountsOfTheHour()


def in_words(counts: Mapping[str, int] | None) -> str:
    """What a maintainer is told: how much waits, of all questionnaires together; which is which is sealed inside."""
    if counts is None:
        return _("How many responses wait is not known just now.")
    total = sum(counts.values())
    if total == 0:
        return _("Fewer than ten responses wait in each place, or none.")
    return _("Responses that wait, of all questionnaires together: at least %(count)d.") % {"count": total}
