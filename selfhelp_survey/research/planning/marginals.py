"""Marginals: how often each answer is expected, told before anybody has answered.

What is not told is filled in evenly, so that a plan can be tried with a single line of knowledge. Shares are fractions
from 0 to 1 of those who are asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from selfhelp_survey.core.answers import MissingCode
from selfhelp_survey.core.questionnaire import Question, QuestionType
from selfhelp_survey.core.record import RecordValue
from selfhelp_survey.core.response import Channel
from selfhelp_survey.research.versions import Version

Fractions = NDArray[np.float64]
Shares = Mapping[RecordValue, float]

LEFT_BLANK = 0.05  # a guess: what the software's own made-up responses leave blank
DECLINED = 0.04  # a guess, for "prefer not to say"
GOES_ON = 0.6  # a guess: a ten-minute survey keeps somewhat more than half after its first part
STOPS = 0.01  # a guess, for "finish here" on any one page
CHOSEN_EVENLY = 0.25  # of each value of a multiple question: one or two values are ticked, as a rule
EXCLUSIVE_EVENLY = 0.05
SEVERAL = "several"  # no code: codes of questions are numbers
WIDEST_NUMBER = 100  # values that an undeclared number question spreads over
_BLANK, _REFUSED = int(MissingCode.LEFT_BLANK), int(MissingCode.PREFER_NOT_TO_SAY)


@dataclass(frozen=True, kw_only=True)
class Marginals:
    """What was declared, and what stands for everything else.

    `shares`: for a variable or a multiple question, the share of each code among those who are asked. For a multiple
    question each code's own share, so that they may add up to more than 1; else they add up to 1. Where neither -1 nor
    -2 is among them they are shares of those who answer, and `left_blank` and `declined` come off first.
    `goes_on`: of those who reach the end of part one. `stops`: of those who send a page, at that page.
    """

    source: str
    shares: Mapping[str, Shares] = field(default_factory=dict)
    left_blank: float = LEFT_BLANK
    declined: float = DECLINED
    goes_on: float = GOES_ON
    stops: float = STOPS


@dataclass(frozen=True, kw_only=True, eq=False)
class Choice:
    """One value out of several: its codes, and the running sum of their shares."""

    codes: tuple[RecordValue, ...]
    edges: Fractions

    @classmethod
    def of(cls, shares: Shares) -> "Choice":
        """The choice among these codes, whatever their shares add up to; an even one where all are 0."""
        weights = np.array(list(shares.values()), dtype=np.float64)
        weights = weights if weights.any() else np.ones_like(weights)
        return cls(codes=tuple(shares), edges=np.cumsum(weights) / weights.sum())

    def pick(self, chance: Fractions) -> list[RecordValue]:
        """A code for each number from 0 (included) to 1 (excluded)."""
        places = np.minimum(np.searchsorted(self.edges, chance, side="right"), len(self.codes) - 1)
        return [self.codes[place] for place in places.tolist()]


@dataclass(frozen=True, kw_only=True)
class Ticks:
    """A multiple question.

    `alone`: the shares of the codes that stand beside no other, missing ones too, and of `SEVERAL` for everybody else;
    `shares`: of those, how many tick each of the other codes.
    """

    alone: Shares
    shares: Shares


def languages(version: Version, marginals: Marginals) -> Choice:
    """The language in which somebody answers."""
    return Choice.of(marginals.shares.get("language") or dict.fromkeys(version.questionnaire.languages, 1.0))


def channels(marginals: Marginals) -> Choice:
    """The kind of address at which somebody answers."""
    return Choice.of(marginals.shares.get("channel") or {channel.value: 1.0 for channel in Channel})


def choice(name: str, question: Question, marginals: Marginals) -> Choice:
    """The answer to a question of one value, or to one row of a matrix. A text is always left blank: it never matters.

    Missing values: -1 left blank, -2 and -3 as far as they are offered; a required question has none of them.
    """
    if question.type is QuestionType.TEXT:
        return Choice.of({_BLANK: 1.0})
    declared = marginals.shares.get(name) or dict.fromkeys(_open_codes(question), 1.0)
    missing = {} if declared.keys() & {_BLANK, _REFUSED} else _missing(question, marginals)
    return Choice.of(_on_top(declared, missing))


def ticks(question: Question, marginals: Marginals) -> Ticks:
    """The values of a multiple question that somebody ticks, each on its own."""
    declared = dict(marginals.shares.get(question.name) or _even_ticks(question))
    if not declared.keys() & {_BLANK, _REFUSED}:
        missing = _missing(question, marginals)
        rest = 1 - sum(missing.values())
        declared = {**{code: share * rest for code, share in declared.items()}, **missing}
    alone = {code: share for code, share in declared.items() if is_alone(question, code)}
    others = max(1 - sum(alone.values()), 0.0)
    shares = {code: min(share / others, 1.0) for code, share in declared.items() if code not in alone and others}
    return Ticks(alone={**alone, SEVERAL: others}, shares=shares)


def is_alone(question: Question, code: RecordValue) -> bool:
    """True for a code of a multiple question that stands beside no other."""
    return code in question.exclusive_codes or (isinstance(code, int) and code < 0)


def _missing(question: Question, marginals: Marginals) -> dict[RecordValue, float]:
    if question.required:
        return {}
    refuses = _REFUSED in question.codes
    found: dict[RecordValue, float] = {_BLANK: marginals.left_blank}
    return {**found, _REFUSED: marginals.declined} if refuses else found


def _on_top(declared: Shares, missing: Shares) -> dict[RecordValue, float]:
    """The declared shares of those who answer, and those who do not."""
    rest, total = 1 - sum(missing.values()), sum(declared.values())
    return {**{code: share / total * rest for code, share in declared.items()}, **missing}


def _open_codes(question: Question) -> list[int]:
    if question.type is QuestionType.NUMBER:
        least = question.minimum or 0
        most = least + WIDEST_NUMBER - 1 if question.maximum is None else question.maximum
        return list(range(least, min(most, least + WIDEST_NUMBER - 1) + 1))
    return [value.code for value in question.values if value.code >= 0]


def _even_ticks(question: Question) -> dict[RecordValue, float]:
    exclusive = question.exclusive_codes
    return {code: EXCLUSIVE_EVENLY if code in exclusive else CHOSEN_EVENLY for code in _open_codes(question)}
