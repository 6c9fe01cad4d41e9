"""Tables for what respondents give: ciphertext only.

There is no column for an address, a user, a sequence or a time, with one exception: the hour at which a draft may be
purged. Ids are random, so no order can be read from them; nothing here refers to any other table.
"""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Draft(models.Model):
    """An unfinished response, unreadable without the cookie it was begun with.

    `id` is derived from that cookie. A draft that was sent stays behind empty until its hour, so that a repeated send
    is told "already sent" and never stored twice.
    """

    class State(models.TextChoices):
        OPEN = "open"
        SENT = "sent"

    id = models.UUIDField(primary_key=True, editable=False)
    state = models.CharField(max_length=4, choices=State.choices, default=State.OPEN)
    sealed = models.BinaryField(null=True)
    purge_hour = models.PositiveIntegerField(help_text="Hours since 1970 after which the row may be deleted.")

    class Meta:
        indexes = (models.Index(fields=("purge_hour",), name="draft_purge_hour"),)

    def __str__(self) -> str:
        return "draft"


class SealedRow(models.Model):
    """A response sealed to the research team's public keys, under a random id."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed = models.BinaryField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return "sealed response"


class InboxResponse(SealedRow):
    """A response as it came in. The web host may only insert here; the shuffle moves rows on in batches."""


class SealedResponse(SealedRow):
    """A response after the shuffle, waiting to be collected by the research workstation."""


class NotDumped(models.Manager["RoundedCount"]):
    """Shows no row to what goes over every table, such as `dumpdata`: a view's rows could not be loaded again."""

    def get_queryset(self) -> models.QuerySet["RoundedCount"]:
        return super().get_queryset().none()


class RoundedCount(models.Model):
    """How many responses lie in a place, rounded down to tens: a view, so that the web role needs no look at the rows.

    `place` is "inbox" or "sealed"; `at_least` a multiple of ten, 0 for fewer than ten.
    """

    place = models.CharField(max_length=6, primary_key=True)
    at_least = models.IntegerField()

    over_every_table = NotDumped()  # the first manager is the one that such commands ask
    objects = models.Manager["RoundedCount"]()

    class Meta:
        managed = False
        db_table = "selfhelp_survey_rounded_counts"

    def __str__(self) -> str:
        return self.place


class Upkeep(models.Model):
    """When each chore of a maintainer was last done, so that a forgotten timer shows. Nothing of respondents."""

    class Chore(models.TextChoices):
        SHUFFLE = "shuffle"
        PURGE = "purge"
        BUNDLE = "bundle"
        COLLECTED = "collected"
        PROBE = "probe"

    chore = models.CharField(max_length=9, choices=Chore.choices, primary_key=True)
    hour = models.PositiveIntegerField(help_text="Hours since 1970.")

    class Meta:
        verbose_name = _("status of the survey")
        verbose_name_plural = _("status of the survey")

    def __str__(self) -> str:
        return self.chore
