"""The survey in the admin."""

from selfhelp_survey.admin import questionnaire  # noqa: F401 - registers
