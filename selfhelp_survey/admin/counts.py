"""How many responses wait on this site: in tens, from the view with rounded counts, never exact and never fresh."""

from django.db import Error
from django.utils.translation import gettext as _

from selfhelp_survey.models import RoundedCount
from selfhelp_survey.upkeep import current_hour


class CountsOfTheHour:
    """The rounded counts as they were when they were first asked for in an hour, one memory for each process.

    Whoever loads a page again and again would otherwise see the minute in which a ten becomes full, and so when
    somebody answered.
    """

    def __init__(self) -> None:
        self._hour: int | None = None
        self._counts: dict[str, int] | None = None

    def get(self) -> dict[str, int] | None:
        """Responses at least, by place ("inbox", "sealed"), in tens; None where they cannot be had."""
        hour = current_hour()
        if self._hour != hour or self._counts is None:
            self._hour, self._counts = hour, _read()
        return self._counts

    def forget(self) -> None:
        """Ask again at the next look."""
        self._hour = self._counts = None


def _read() -> dict[str, int] | None:
    try:
        return dict(RoundedCount.objects.values_list("place", "at_least"))
    except Error:
        return None


counts_of_the_hour = CountsOfTheHour()


def in_words(counts: dict[str, int] | None) -> str:
    """What a maintainer is told: how much waits, of all questionnaires together; which is which is sealed inside."""
    if counts is None:
        return _("How many responses wait is not known just now.")
    total = sum(counts.values())
    if total == 0:
        return _("Fewer than ten responses wait in each place, or none.")
    return _("Responses that wait, of all questionnaires together: at least %(count)d.") % {"count": total}
