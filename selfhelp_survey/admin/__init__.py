"""The survey in the admin."""

from selfhelp_survey.admin import operators, questionnaire  # noqa: F401 - registers
