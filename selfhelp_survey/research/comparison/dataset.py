"""What the comparison is made from: released records under their harmonised names, and protected totals."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from selfhelp_survey.core.harmonised import HarmonisedCatalogue
from selfhelp_survey.core.text import Text

Codes = NDArray[np.int16]


@dataclass(frozen=True, kw_only=True)
class VariableWords:
    """What a column means as it was released: its label, and the label of every code, missing ones included.

    `level` is the level of generalisation (0 as asked); `members` gives, for each code of a coarser level, the codes
    as asked that it stands for. `question` is what the column shares with the others of a multiple question or matrix
    (`places_since` of `places_since_03`), with the words of that question; the column's own name and label where it
    stands alone. `item` is the label of the answer or row, None where there is none. `universe` is "" where everybody
    is asked; `offered` are the missing codes that a respondent can choose (-2, -3).
    """

    label: Text
    labels: Mapping[int, Text]
    level: int = 0
    members: Mapping[int, tuple[int, ...]] | None = None
    question: str = ""
    question_label: Text | None = None
    item: Text | None = None
    is_option: bool = False
    universe: str = ""
    offered: frozenset[int] = frozenset({-2})


@dataclass(frozen=True, kw_only=True)
class ReleasedColumn:
    """How releases hold a column: the variable's name there, its level, and the codes as asked of each of its codes."""

    name: str
    level: int
    members: tuple[tuple[int, tuple[int, ...]], ...]


@dataclass(frozen=True, kw_only=True)
class SampleRecords:
    """The released records of one sample, real ones only, all its series together.

    `columns` maps each harmonised column, and each own column of the instrument (`p7_helpful`), to one code a record,
    rows in no meaningful order; missing values are the eight negative codes, and -6 where a series or version lacks
    the column. `language` holds one language code a record, "" where it was not released. `held_back` is rounded to 5.
    `sources` tells how the files of the releases hold each column, where that is known; `release_rows` how many records
    each of the `releases` holds, which its manifest tells too, empty where that is not known. Which record is of which
    release is not kept.
    """

    sample: str
    instrument: str
    columns: Mapping[str, Codes]
    words: Mapping[str, VariableWords]
    language: NDArray[np.str_]
    quarter: NDArray[np.str_]
    releases: tuple[str, ...]
    k: int
    held_back: int
    sources: Mapping[str, tuple[ReleasedColumn, ...]] = field(default_factory=dict)
    release_rows: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.release_rows and sum(self.release_rows.values()) != self.size:
            raise ValueError("the releases of a sample hold as many records together as it has")

    @property
    def size(self) -> int:
        """How many records there are."""
        return len(self.language)


@dataclass(frozen=True, kw_only=True)
class ProtectedTable:
    """One table of a sample that is too small for records: cell (column -> code) and its protected count.

    A count is rounded to 5 (`rounded`), or exact and None where it is withheld. Sub-totals are among the cells: "all"
    stands in the place of a code. `words` are those of the columns, where the codebook has them.
    """

    sample: str
    instrument: str
    columns: tuple[str, ...]
    counts: Mapping[tuple[int | str, ...], int | None]
    rounded: bool
    words: Mapping[str, VariableWords] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """Everything the comparison reads."""

    catalogue: HarmonisedCatalogue
    samples: tuple[SampleRecords, ...]
    totals: tuple[ProtectedTable, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The samples there are, records first."""
        return tuple(dict.fromkeys([held.sample for held in self.samples] + [held.sample for held in self.totals]))
