"""Tables of content: the defaults for hosts without models of their own, and who runs the survey."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from selfhelp_survey.content.models import AbstractProgramme, AbstractSection, AbstractSupportResource


class Programme(AbstractProgramme):
    """The programme of a host that has no model of its own for it."""

    objects: ClassVar[models.Manager["Programme"]] = models.Manager()

    class Meta(AbstractProgramme.Meta):
        swappable = "SELFHELP_SURVEY_PROGRAMME_MODEL"


class Section(AbstractSection):
    """A section of the programme, on a host that has no model of its own for it."""

    objects: ClassVar[models.Manager["Section"]] = models.Manager()

    class Meta(AbstractSection.Meta):
        swappable = "SELFHELP_SURVEY_SECTION_MODEL"


class SupportResource(AbstractSupportResource):
    """A place that helps, on a host that has no model of its own for it."""

    objects: ClassVar[models.Manager["SupportResource"]] = models.Manager()

    class Meta(AbstractSupportResource.Meta):
        swappable = "SELFHELP_SURVEY_SUPPORT_RESOURCE_MODEL"


class Organisation(models.Model):
    """Who runs the survey: the one row whose facts fill the placeholders of a questionnaire when it is published."""

    objects: ClassVar[models.Manager["Organisation"]] = models.Manager()

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, editable=False)
    name = models.CharField(
        _("who runs the survey"), max_length=200, blank=True,
        help_text=_("Stands where a text says {organisation}. Respondents get it with the next published version."),
    )  # fmt: skip
    contact = models.CharField(
        _("how to contact them"), max_length=300, blank=True,
        help_text=_("Stands where a text says {contact}. Best an address that needs no account."),
    )  # fmt: skip
    ethics = models.TextField(
        _("ethics review and its reference"), blank=True, help_text=_("Stands where a text says {ethics}.")
    )
    data_protection = models.TextField(
        _("data protection"), blank=True, help_text=_("Stands where a text says {data_protection}.")
    )
    archiving = models.TextField(_("archiving"), blank=True, help_text=_("Stands where a text says {archiving}."))
    is_sample = models.BooleanField(
        _("sample texts"), default=False, help_text=_("Only a rehearsal may be published with sample texts.")
    )

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisation")
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="selfhelp_survey_one_organisation"),)

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **named: Any) -> None:
        """Keep these facts in place of any that were there."""
        self.pk = self.ONLY
        super().save(*args, **named)
