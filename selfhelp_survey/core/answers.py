"""What can be given as an answer, and the eight ways in which there can be none.

An answer to a single, scale or matrix item is a value's code; to a multiple question a tuple of codes; to a number
question a whole number; to a text question a string. A question that was left blank has no entry at all.
"""

from collections.abc import Mapping
from enum import IntEnum

AnswerValue = int | tuple[int, ...] | str
Answers = Mapping[str, AnswerValue]


class MissingCode(IntEnum):
    """Why a variable holds no value. Negative, so outside the range of every value.

    Source: the distinctions follow DDI Codebook 2.6 (`invalrng`, category flag `missing`) and the AAPOR Standard
    Definitions' separation of item nonresponse, refusal and "don't know".
    """

    LEFT_BLANK = -1
    """The page was sent with this item empty."""
    PREFER_NOT_TO_SAY = -2
    """Chosen by the respondent."""
    NOT_SURE = -3
    """Chosen by the respondent."""
    NOT_ASKED = -4
    """The route led past the question."""
    NOT_REACHED = -5
    """The respondent finished before this page."""
    NOT_IN_VERSION = -6
    """This survey, version or language does not have the question."""
    WITHHELD = -7
    """Held back for anonymity; only a release sets it."""
    NOT_CODABLE = -8
    """An imported or coded text had no category."""


CHOSEN_MISSING = frozenset({MissingCode.PREFER_NOT_TO_SAY, MissingCode.NOT_SURE})
"""The missing codes that a respondent can choose; all others are set by this software."""

IMPORTED_MISSING = frozenset({MissingCode.NOT_CODABLE})
"""The missing codes that an answer brought over from another survey can have, where its derived questionnaire lists
them among the values. No questionnaire file can: `authoring` refuses them (Q142)."""


def is_missing(value: AnswerValue) -> bool:
    """True where this value of a record stands for a missing one."""
    return isinstance(value, int) and MissingCode.NOT_CODABLE <= value < 0
