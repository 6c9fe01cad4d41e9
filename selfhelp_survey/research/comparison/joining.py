"""Releases of one sample, put together: columns that a release lacks, and columns released at different levels."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from selfhelp_survey.core.answers import MissingCode
from selfhelp_survey.core.text import Text
from selfhelp_survey.privacy.hierarchy import MERGED_MISSING, NO_ANSWER
from selfhelp_survey.research.comparison.dataset import Codes, ReleasedColumn, SampleRecords, VariableWords
from selfhelp_survey.research.comparison.predictors import members_of

NOT_THERE = int(MissingCode.NOT_IN_VERSION)
NOT_CODABLE = int(MissingCode.NOT_CODABLE)


def joined(parts: Sequence[SampleRecords]) -> SampleRecords:
    """All records of these parts of one sample, at least one; the last part's words where they differ.

    A column that a part lacks is -6 there. One that was released at several levels is brought to the coarsest of them;
    where a part withholds it, it stays withheld there (-7), for coarser than that nothing could be compared.
    """
    if len(parts) == 1:
        return parts[0]
    names = dict.fromkeys(name for part in parts for name in part.words)
    words = {name: _joint_words([part.words[name] for part in parts if name in part.words]) for name in names}
    return SampleRecords(
        sample=parts[0].sample, instrument=parts[0].instrument, words=words,
        columns={name: np.concatenate([_column(part, name, words[name]) for part in parts]) for name in names},
        language=np.concatenate([part.language for part in parts]),
        quarter=np.concatenate([part.quarter for part in parts]),
        releases=tuple(name for part in parts for name in part.releases), k=min(part.k for part in parts),
        held_back=sum(part.held_back for part in parts), sources=_joint_sources(parts),
        release_rows={name: rows for part in parts for name, rows in part.release_rows.items()}
        if all(part.release_rows for part in parts) else {},
    )  # fmt: skip


def recoding(words: VariableWords, to: VariableWords) -> dict[int, int]:
    """The code at the level of `to` for each code of a column released at the level of `words`.

    Missing values: what a coarser level merges into -1 is merged here too; others stay. A code whose answers lie in no
    category of `to` becomes -8, as it would have in a release.
    """
    categories = {code: frozenset(asked) for code, asked in members_of(to).items()}
    told = {
        code: next((at for at, held in categories.items() if held.issuperset(asked)), NOT_CODABLE)
        for code, asked in members_of(words).items()
    }
    return {**told, **(dict.fromkeys(MERGED_MISSING, NO_ANSWER) if to.level else {})}


def recoded(column: Codes, codes: Mapping[int, int]) -> Codes:
    """The column with these codes replaced; others stay."""
    found, places = np.unique(column, return_inverse=True)
    return np.array([codes.get(code, code) for code in found.tolist()], dtype=np.int16)[places]


def is_withheld(words: VariableWords) -> bool:
    """Whether the column says nothing but that it is withheld."""
    return words.level > 0 and not any(code >= 0 for code in words.labels)


def _joint_words(held: Sequence[VariableWords]) -> VariableWords:
    told = [words for words in held if not is_withheld(words)] or list(held)
    level = max(words.level for words in told)
    coarsest = [words for words in told if words.level == level]
    labels: dict[int, Text] = {}
    members: dict[int, tuple[int, ...]] = {}
    for words in coarsest:
        labels |= words.labels
        members |= words.members or {}
    offered = frozenset(code for words in held for code in words.offered)
    return replace(coarsest[-1], labels=labels, members=members or None, offered=offered)


def _column(part: SampleRecords, name: str, to: VariableWords) -> Codes:
    if name not in part.columns:
        return np.full(part.size, NOT_THERE, dtype=np.int16)
    column, words = part.columns[name], part.words[name]
    if words.level == to.level or is_withheld(words):
        return column
    return recoded(column, recoding(words, to))


def _joint_sources(parts: Sequence[SampleRecords]) -> dict[str, tuple[ReleasedColumn, ...]]:
    names = dict.fromkeys(name for part in parts for name in part.sources)
    return {name: tuple(dict.fromkeys(own for part in parts for own in part.sources.get(name, ()))) for name in names}
