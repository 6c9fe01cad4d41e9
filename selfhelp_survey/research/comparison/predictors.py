"""What may go with an outcome: predictors in blocks, and how their codes become categories of a model.

Source: the blocks follow R. M. Andersen, "Revisiting the behavioral model and access to medical care", Journal of
Health and Social Behavior 36 (1995) 1-10: what people are, what stands in the way or helps, and what they need.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from selfhelp_survey.research.comparison.dataset import SampleRecords, VariableWords
from selfhelp_survey.research.comparison.statistics.logistic import Covariate

Code = int | str
SAMPLE, LANGUAGE = "sample", "language"
FIRST_LANGUAGE = "en"
"""What other languages are compared with, where anybody answered in it."""


class Block(StrEnum):
    """Which kind of predictor, in the order in which they are shown."""

    SAMPLE = "sample"
    PREDISPOSING = "predisposing"
    ENABLING = "enabling"
    NEED = "need"


@dataclass(frozen=True, kw_only=True)
class Predictor:
    """A harmonised column, and the codes as asked that count as one category; the first is the reference.

    A code in no group counts as missing. Where a release tells less than the groups do, groups that it does not tell
    apart are one. The sample and the language have no groups: each is a category.
    """

    column: str
    block: Block
    groups: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A column as a yes or no: the codes that count as each; every other code is missing."""

    column: str
    yes: tuple[int, ...]
    no: tuple[int, ...]


OUTCOMES = (Outcome(column="wish_to_stop", yes=(3, 4), no=(1, 2)), Outcome(column="help_sought", yes=(1,), no=(2, 3)))
_NO_YES = ((0,), (1,))
PREDICTORS = (
    Predictor(column=SAMPLE, block=Block.SAMPLE),
    Predictor(column="age_group", block=Block.PREDISPOSING, groups=((1, 2), (3,), (4,), (5, 6))),
    Predictor(column="gender", block=Block.PREDISPOSING, groups=((1,), (2, 3))),
    Predictor(column="first_age", block=Block.PREDISPOSING, groups=((3, 4), (2,), (1,))),
    Predictor(column=LANGUAGE, block=Block.ENABLING),
    Predictor(column="barriers_where", block=Block.ENABLING, groups=((1, 2), (3, 4))),
    Predictor(column="seen_help_message", block=Block.ENABLING, groups=((2,), (1,))),
    Predictor(column="wellbeing", block=Block.NEED, groups=((4, 5), (3,), (1, 2))),
    Predictor(column="difficulties_01", block=Block.NEED, groups=_NO_YES),  # low mood
    Predictor(column="difficulties_02", block=Block.NEED, groups=_NO_YES),  # worry
    Predictor(column="difficulties_04", block=Block.NEED, groups=_NO_YES),  # relationships
    Predictor(column="difficulties_05", block=Block.NEED, groups=_NO_YES),  # work or studies
    Predictor(column="attempts_to_stop", block=Block.NEED, groups=((1,), (2, 3), (4,))),
)
"""Chosen beforehand, after what earlier reports on these surveys looked at, not by what these data show."""


@dataclass(frozen=True, kw_only=True, eq=False)
class People:
    """The people of a model: one code each in every column; `words` say what codes of a column mean."""

    samples: tuple[str, ...]
    columns: Mapping[str, NDArray[np.int16] | NDArray[np.str_]]
    words: Mapping[str, VariableWords]

    @classmethod
    def of(cls, records: Sequence[SampleRecords], columns: Sequence[str]) -> "People":
        """Everybody in these records, with those of the columns that mean the same in all of them."""
        shared = [name for name in columns if _means_the_same([held.words.get(name) for held in records])]
        whole: dict[str, NDArray[np.int16] | NDArray[np.str_]] = {
            name: np.concatenate([held.columns[name] for held in records]) for name in shared
        }
        whole[LANGUAGE] = np.concatenate([held.language for held in records])
        whole[SAMPLE] = np.repeat([held.sample for held in records], [held.size for held in records])
        words = {name: records[0].words[name] for name in shared}
        return cls(samples=tuple(held.sample for held in records), columns=whole, words=words)


def _means_the_same(held: Sequence[VariableWords | None]) -> bool:
    meanings = [None if words is None else (words.level, members_of(words)) for words in held]
    return None not in meanings and all(meaning == meanings[0] for meaning in meanings)


def members_of(words: VariableWords) -> dict[int, tuple[int, ...]]:
    """For each substantive code of a column as released, the codes as asked that it stands for."""
    members = words.members or {code: (code,) for code in words.labels}
    return {code: tuple(members[code]) for code in sorted(members) if code >= 0}


@dataclass(frozen=True, kw_only=True)
class Coding:
    """How a column goes into a model: the codes, as released, of each category; the first is the reference."""

    column: str
    block: Block
    categories: tuple[tuple[Code, ...], ...]

    def covariate(self, people: People) -> Covariate:
        """The category of each person."""
        place = {code: number for number, codes in enumerate(self.categories) for code in codes}
        found, where = np.unique(people.columns[self.column], return_inverse=True)
        codes = np.array([place.get(code, -1) for code in found.tolist()], dtype=np.int64)[where]
        return Covariate(name=self.column, categories=len(self.categories), codes=codes)

    def merged(self, number: int) -> "Coding | None":
        """With this category joined to the one before it (the first to the second); None where only two are left.

        A sample is never joined to another: its people leave the model.
        """
        if len(self.categories) <= 2:
            return None
        if self.block is Block.SAMPLE:
            left = (*self.categories[:number], *self.categories[number + 1 :])
            return Coding(column=self.column, block=self.block, categories=left)
        first = max(number - 1, 0)
        joined = self.categories[first] + self.categories[first + 1]
        categories = (*self.categories[:first], joined, *self.categories[first + 2 :])
        return Coding(column=self.column, block=self.block, categories=categories)


def coding_of(predictor: Predictor, people: People) -> Coding | None:
    """The categories that these people's release tells apart; None where it does not tell two."""
    categories = _categories(predictor, people)
    if len(categories) < 2:
        return None
    return Coding(column=predictor.column, block=predictor.block, categories=categories)


def _categories(predictor: Predictor, people: People) -> tuple[tuple[Code, ...], ...]:
    if predictor.column == SAMPLE:
        return tuple((name,) for name in people.samples)
    if predictor.column == LANGUAGE:
        return _languages(people.columns[LANGUAGE])
    if predictor.column not in people.words:
        return ()
    members = members_of(people.words[predictor.column])
    groups = _told_apart(predictor.groups, members)
    found = [tuple(code for code, asked in members.items() if group & set(asked)) for group in groups]
    return tuple(codes for codes in found if codes)


def _languages(column: NDArray[np.int16] | NDArray[np.str_]) -> tuple[tuple[Code, ...], ...]:
    names, counts = np.unique(column, return_counts=True)
    sizes = {str(name): int(count) for name, count in zip(names, counts, strict=True) if str(name)}
    return tuple((name,) for name in sorted(sizes, key=lambda name: (name != FIRST_LANGUAGE, -sizes[name], name)))


def _told_apart(groups: Sequence[tuple[int, ...]], members: Mapping[int, tuple[int, ...]]) -> list[set[int]]:
    """The groups, with those joined that some code as released spans; in the order of their first."""
    told = [set(group) for group in groups]
    for asked in members.values():
        spanned = [group for group in told if group & set(asked)]
        for group in spanned[1:]:
            spanned[0] |= group
            told = [held for held in told if held is not group]
    return told
