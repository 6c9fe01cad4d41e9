"""System checks: what a host still has to set right, each with a stable id, a hint, and a section in the documentation.

Importing this package registers all of them. Errors are for what breaks a promise of the survey, warnings for the rest.
"""

from selfhelp_survey.checks import (
    database,
    demonstration,
    error_reporters,
    languages,
    logs,
    look,
    promises,
    readiness,
    recipients,
    settings,
    surroundings,
)

__all__ = [
    "database",
    "demonstration",
    "error_reporters",
    "languages",
    "logs",
    "look",
    "promises",
    "readiness",
    "recipients",
    "settings",
    "surroundings",
]
