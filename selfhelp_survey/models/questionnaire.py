"""Tables for questionnaires: the draft that is edited, the frozen versions, the ways in, and the keys' proofs."""

from typing import Any, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _

from selfhelp_survey.errors import QuestionnaireError

NEVER_CHANGED = "a published version is never changed or deleted: publish the next one"


class Questionnaire(models.Model):  # type: ignore[django-manager-missing] # modeltranslation replaces managers
    """The draft of a questionnaire: its structure as the file gave it. The texts stand in `Wording`."""

    code = models.CharField(_("code"), max_length=32, unique=True)
    languages = models.CharField(_("languages of the file, the default first"), max_length=300)
    structure = models.TextField(_("structure"), help_text=_("Comes from the questionnaire file; edit it there."))
    languages_off = models.CharField(
        _("languages switched off"), max_length=300, blank=True, default="",
        help_text=_("Nobody begins in these, whatever was published. Who is in the middle may finish."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")

    def __str__(self) -> str:
        return self.code


class Wording(models.Model):  # type: ignore[django-manager-missing] # modeltranslation replaces managers
    """One text of a questionnaire in every language of the host. The key tells its place."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="wordings")
    key = models.CharField(_("place in the questionnaire"), max_length=200)
    position = models.PositiveIntegerField(_("position"))
    text = models.TextField(_("text"), blank=True)

    class Meta:
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        ordering = ("questionnaire", "position")
        constraints = (models.UniqueConstraint(fields=("questionnaire", "key"), name="selfhelp_survey_wording_key"),)

    def __str__(self) -> str:
        return self.key


class LanguageSignOff(models.Model):
    """A person's word that the questionnaire reads well in one language; it holds until a wording changes."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="sign_offs")
    language = models.CharField(_("language"), max_length=20)
    wording_hash = models.CharField(_("hash of what was read"), max_length=64)
    signed_by = models.CharField(_("signed by"), max_length=200)

    class Meta:
        verbose_name = _("signed language")
        verbose_name_plural = _("signed languages")
        constraints = (
            models.UniqueConstraint(fields=("questionnaire", "language"), name="selfhelp_survey_language_sign_off"),
        )

    def __str__(self) -> str:
        return f"{self.questionnaire} ({self.language})"


class PublishedVersionQuerySet(models.QuerySet["PublishedVersion"]):
    """Published versions: rows are only ever added."""

    def update(self, **values: Any) -> NoReturn:
        """Refuse."""
        raise QuestionnaireError(NEVER_CHANGED)

    def delete(self) -> NoReturn:
        """Refuse."""
        raise QuestionnaireError(NEVER_CHANGED)

    def bulk_update(self, *objects: Any, **named: Any) -> NoReturn:
        """Refuse."""
        raise QuestionnaireError(NEVER_CHANGED)


class PublishedVersion(models.Model):
    """A frozen state of a questionnaire, all its languages in one document under the hash of that document."""

    content_hash = models.CharField(_("content hash"), max_length=64, primary_key=True, editable=False)
    code = models.CharField(_("questionnaire"), max_length=32)
    number = models.PositiveIntegerField(_("version"))
    document = models.TextField(_("document"))
    note = models.TextField(_("note"), blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)

    objects = PublishedVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("published version")
        verbose_name_plural = _("published versions")
        ordering = ("code", "-number")
        constraints = (models.UniqueConstraint(fields=("code", "number"), name="selfhelp_survey_version_number"),)

    def __str__(self) -> str:
        return f"{self.code} {self.number}"

    def save(self, *args: Any, **named: Any) -> None:
        """Add this version. Raises QuestionnaireError where it is there already."""
        if not self._state.adding:
            raise QuestionnaireError(NEVER_CHANGED)
        super().save(*args, **{**named, "force_insert": True})

    def delete(self, *args: Any, **named: Any) -> NoReturn:
        """Refuse."""
        raise QuestionnaireError(NEVER_CHANGED)


class Entry(models.Model):
    """A way into the survey, on a closed list: its code stands in the address, so it is neutral."""

    class State(models.TextChoices):
        """Open takes everybody; paused only who has begun; closed nobody."""

        OPEN = "open", _("open")
        PAUSED = "paused", _("paused: those who have begun may finish")
        CLOSED = "closed", _("closed")

    code = models.SlugField(
        _("code"), max_length=32, primary_key=True,
        help_text=_("Stands in the address, so choose a neutral one: a-z, 0-9 and -. It can not be changed later."),
    )  # fmt: skip
    questionnaire = models.CharField(
        _("questionnaire"), max_length=32, help_text=_("Its code. New respondents get its last published version.")
    )
    state = models.CharField(
        _("state"), max_length=6, choices=State.choices, default=State.CLOSED,
        help_text=_("An entry opens only with a published questionnaire and proven keys."),
    )  # fmt: skip
    opens_on = models.DateField(
        _("first day"), null=True, blank=True, help_text=_("Before this day an open entry counts as paused.")
    )
    closes_on = models.DateField(
        _("last day"), null=True, blank=True,
        help_text=_("On the day after, those who have begun may finish; then the entry counts as closed."),
    )  # fmt: skip
    programme_url = models.CharField(
        _("way back to the programme"), max_length=500, blank=True,
        help_text=_("Address or path. Blank: the one in the settings."),
    )  # fmt: skip
    is_rehearsal = models.BooleanField(
        _("rehearsal"), default=False, help_text=_("What is answered here never mixes with real responses.")
    )

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(opens_on__isnull=True)
                | models.Q(closes_on__isnull=True)
                | models.Q(closes_on__gte=models.F("opens_on")),
                name="selfhelp_survey_entry_days_in_order",
                violation_error_message=_("The last day can not come before the first one."),
            ),
        )

    def __str__(self) -> str:
        return self.code


class KeyProof(models.Model):
    """Whether somebody has shown that the private half of a configured public key exists."""

    fingerprint = models.CharField(_("fingerprint"), max_length=100, primary_key=True)
    challenge_digest = models.BinaryField(_("digest of the challenge"))
    proven = models.BooleanField(_("proven"), default=False)
    proven_day = models.PositiveIntegerField(
        null=True, blank=True, help_text="Days since 1970 of the last proof; blank where it was not noted."
    )

    class Meta:
        verbose_name = _("key proof")
        verbose_name_plural = _("key proofs")

    def __str__(self) -> str:
        return self.fingerprint
