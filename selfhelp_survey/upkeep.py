"""When each chore was last done, and which are overdue. Whole hours since 1970, nothing finer, and nothing of anybody.

A chore is noted whenever it ends well, also where there was nothing to do: so its hour tells of the timer only.
"""

import time
from collections.abc import Mapping

from django.db import router, transaction

from selfhelp_survey.border import note_failure
from selfhelp_survey.collection import LEAST_BATCH
from selfhelp_survey.conf import survey_settings
from selfhelp_survey.models import Upkeep

PURGE_OVERDUE = 3
"""Hours. The timer runs every hour; three missed turns are no reboot, and drafts stay longer than people were told."""
SHUFFLE_OVERDUE = 48
"""Hours. The timer runs every hour, on some sites once a day; two days are a turn missed on all of them."""
BUNDLE_OVERDUE = 35 * 24
"""Hours. The research team comes about once a month. Nothing is lost by waiting, so this is told, not warned of."""
CLOCKS_DIFFER = 1
"""Hours by which another host's clock may be ahead. What was noted later than that was noted by a wrong clock."""

Hours = Mapping[str, int]


def current_hour() -> int:
    """This hour as hours since 1970, in UTC."""
    return int(time.time() // 3600)


def note(chore: Upkeep.Chore) -> None:
    """Note that the chore was done in this hour. Never fails: what was done stays done, noted or not."""
    alias = survey_settings.MAINTENANCE_DATABASE
    try:
        with transaction.atomic(using=alias):
            Upkeep.objects.using(alias).update_or_create(chore=chore, defaults={"hour": current_hour()})
    except Exception as error:  # such as a table that is not migrated yet
        note_failure(error)


def noted_hours() -> dict[str, int]:
    """The hour in which each chore was last done, by name; those never noted are missing. One query."""
    return dict(Upkeep.objects.using(router.db_for_read(Upkeep)).values_list("chore", "hour"))


def hours_ago(done: Hours, chore: str, now: int) -> int | None:
    """How many hours before `now` the chore was last done; None where it never was, or a wrong clock noted it."""
    hour = done.get(chore)
    return None if hour is None or hour > now + CLOCKS_DIFFER else max(0, now - hour)


def is_overdue(ago: int | None, allowed: int) -> bool:
    """True where a chore was done more than so many hours ago, or never."""
    return ago is None or ago > allowed


def is_purge_overdue(done: Hours, now: int, *, matters: bool) -> bool:
    """True where the purge should have run since.

    It matters while drafts may begin or be sent, and afterwards until the last one is gone.
    """
    return matters and is_overdue(hours_ago(done, Upkeep.Chore.PURGE, now), PURGE_OVERDUE)


def is_shuffle_overdue(done: Hours, now: int, *, inbox_at_least: int) -> bool:
    """True where the shuffle should have run since.

    Only once a batch waits: a sign that came with the first response would tell everybody that somebody sent. The
    tenth response brings it to light at once, as the hour has not moved on meanwhile.
    """
    is_waiting = inbox_at_least >= LEAST_BATCH
    return is_waiting and is_overdue(hours_ago(done, Upkeep.Chore.SHUFFLE, now), SHUFFLE_OVERDUE)


def is_bundle_overdue(done: Hours, now: int, *, sealed_at_least: int) -> bool:
    """True where shuffled responses wait and nobody has fetched any for long."""
    return sealed_at_least > 0 and is_overdue(hours_ago(done, Upkeep.Chore.BUNDLE, now), BUNDLE_OVERDUE)
