"""The survey in the admin."""

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

_labels = [config.label for config in apps.get_app_configs()]
if "admin" in _labels and "modeltranslation" not in _labels[: _labels.index("admin")]:
    raise ImproperlyConfigured(
        "put 'modeltranslation' before 'django.contrib.admin' in INSTALLED_APPS: "
        "the admin of the survey needs to know the texts in every language"
    )

from selfhelp_survey.admin import content, entry, operators, questionnaires, wordings  # noqa: E402, F401 - registers
