"""The app as Django installs it."""

from django.apps import AppConfig
from django.db.models.signals import pre_migrate
from django.utils.translation import gettext_lazy as _

from selfhelp_survey.conf import hide_pepper, set_default_models

# Here and not in `ready`: every app's models, a host's on our bases among them, are imported between the two.
set_default_models()
hide_pepper()


class SelfhelpSurveyConfig(AppConfig):
    """An anonymous exit survey for a self-help programme."""

    name = "selfhelp_survey"
    label = "selfhelp_survey"
    verbose_name = _("Exit survey")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks and the columns of newly added languages."""
        from selfhelp_survey import checks  # noqa: F401 - registers
        from selfhelp_survey.translated_migrations import add_missing_language_columns

        pre_migrate.connect(add_missing_language_columns, sender=self, dispatch_uid="selfhelp_survey.languages")
