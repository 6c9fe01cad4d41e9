"""The survey in the admin."""

from selfhelp_survey.admin import content, entry, operators, questionnaires, wordings  # noqa: F401 - registers
