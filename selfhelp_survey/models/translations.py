"""The table behind signatures of texts: what a person has read, and marks of those who wrote it."""

from django.db import models


class TextSignOff(models.Model):
    """What somebody who knows a language has read of one area's texts, and marks of who wrote them since.

    `area` is the code of a questionnaire, or one of the names with a hyphen that no questionnaire can have.
    """

    area = models.CharField(max_length=64)
    language = models.CharField(max_length=20)
    translators = models.TextField(
        blank=True, help_text="Keyed digests of the names of those who wrote texts since the last signature."
    )
    signed_by = models.CharField(max_length=200, blank=True)
    digests = models.JSONField(default=dict, help_text="By key: digests of the text and of its source, as signed.")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("area", "language"), name="selfhelp_survey_text_sign_off"),)

    def __str__(self) -> str:
        return f"{self.area} ({self.language})"
