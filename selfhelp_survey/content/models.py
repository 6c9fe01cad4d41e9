"""The abstract models: a programme, its sections, and the places that help.

A host inherits them, adds what it needs, names its models in the settings `SELFHELP_SURVEY_PROGRAMME_MODEL`,
`SELFHELP_SURVEY_SECTION_MODEL` and `SELFHELP_SURVEY_SUPPORT_RESOURCE_MODEL`, and registers them for translation with
the options of `content/translation.py`. A host that does neither gets the defaults of `models/content.py`.
"""

from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from selfhelp_survey.conf import programme_model_name


class AbstractProgramme(models.Model):
    """A self-help programme. The slug names it for good, in addresses and wherever it is referred to from outside."""

    slug = models.SlugField(_("slug"), unique=True)
    title = models.CharField(_("title"), max_length=200)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        ordering = ("position", "slug")
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")

    def __str__(self) -> str:
        return self.title


class AbstractSection(models.Model):
    """A part of a programme, in the order of `position`."""

    programme = models.ForeignKey(
        programme_model_name(), on_delete=models.CASCADE, related_name="sections", verbose_name=_("programme")
    )
    slug = models.SlugField(_("slug"))
    title = models.CharField(_("title"), max_length=200)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        ordering = ("position", "slug")
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        constraints = (models.UniqueConstraint(fields=("programme", "slug"), name="%(app_label)s_%(class)s_slug"),)

    def __str__(self) -> str:
        return self.title


class SupportKind(models.TextChoices):
    """What a place is for, in the order in which the survey shows them."""

    EMERGENCY = "emergency", _("In an emergency")
    PROGRAMME = "programme", _("Self-help programme")
    TALK = "talk", _("Talk to someone about this")
    CRISIS = "crisis", _("In a crisis")
    REPORTING = "reporting", _("Report something or protect a child")


class AbstractSupportResource(models.Model):
    """A place that helps. The survey shows every active one to everybody; `reach` must make sense without any link."""

    slug = models.SlugField(_("slug"), unique=True)
    kind = models.CharField(_("what it is for"), max_length=16, choices=SupportKind.choices, default=SupportKind.TALK)
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True, help_text=_("Whom it helps and how, in a sentence."))
    reach = models.CharField(
        _("how to reach it"), max_length=300, blank=True, help_text=_("Number, hours and cost, as a text to read.")
    )
    # No URLField: its form field warns on Django 5.2, and behaves otherwise from 6.0 on.
    url = models.CharField(
        _("address"), max_length=200, blank=True, validators=(URLValidator(schemes=("https", "http")),),
        help_text=_("With https://. The survey shows it as a text."),
    )  # fmt: skip
    languages = models.CharField(
        _("languages spoken there"), max_length=200, blank=True, help_text=_("Codes such as: en, es. Blank: any.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("shown"), default=True)
    last_checked = models.DateField(_("last checked"), null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ("position", "slug")
        verbose_name = _("support resource")
        verbose_name_plural = _("support resources")

    def __str__(self) -> str:
        return self.name
