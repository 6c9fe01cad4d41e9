"""Tables: content (defaults a host may swap), questionnaires, and what respondents give."""

from selfhelp_survey.models.collection import Draft, InboxResponse, RoundedCount, SealedResponse, Upkeep
from selfhelp_survey.models.content import Organisation, Programme, Section, SupportResource
from selfhelp_survey.models.questionnaire import (
    Entry,
    KeyProof,
    LanguageSignOff,
    PublishedVersion,
    Questionnaire,
    Wording,
)
from selfhelp_survey.models.translations import TextSignOff

__all__ = (
    "Draft",
    "Entry",
    "InboxResponse",
    "KeyProof",
    "LanguageSignOff",
    "Organisation",
    "Programme",
    "PublishedVersion",
    "Questionnaire",
    "RoundedCount",
    "SealedResponse",
    "Section",
    "SupportResource",
    "TextSignOff",
    "Upkeep",
    "Wording",
)
