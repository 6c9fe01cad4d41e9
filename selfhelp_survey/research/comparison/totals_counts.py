"""The counts of a sample that has protected totals instead of records, as the sections of the report read counts."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from selfhelp_survey.privacy.margins import Key
from selfhelp_survey.privacy.tables import EVERYBODY
from selfhelp_survey.research.comparison.dataset import ProtectedTable
from selfhelp_survey.research.comparison.numbers import LANGUAGE, VALID, Axis, Code, key_of
from selfhelp_survey.research.comparison.protection import ProtectedCounts

_NOBODY = np.empty(0, dtype=np.int64)
_TOLD_APART = 2  # tables of more answers than this are not shown by any section


def counts_of_totals(tables: Sequence[ProtectedTable]) -> ProtectedCounts:
    """Everything that these tables of one sample show, at least one table; withheld counts stay withheld.

    How many gave an answer is no cell of a total: it is what the answers add up to where all are shown, or everybody
    less those without one. Where counts are rounded to 5, it is a sum of rounded ones.
    """
    kept = [table for table in tables if len(_answers(table.columns)) <= _TOLD_APART]
    axes = {name: _axis(name, kept) for name in dict.fromkeys(name for table in kept for name in table.columns)}
    counts: dict[Key, int | None] = {}
    for table in kept:
        counts.update(_cells(table, axes))
    counts.setdefault(frozenset(), None)
    for context in sorted({key for key in counts if _is_context(key)}, key=str):
        for axis in axes.values():
            counts.update(_valid(axis, context, counts))
    languages = tuple(str(code) for code in axes[LANGUAGE].valid) if LANGUAGE in axes else ()
    return ProtectedCounts(
        sample=tables[0].sample, instrument=tables[0].instrument, size=counts[frozenset()], axes=axes, counts=counts,
        languages=languages, is_rounded=any(table.rounded for table in tables),
    )  # fmt: skip


def _answers(columns: Iterable[str]) -> list[str]:
    return [name for name in columns if name != LANGUAGE]


def _is_context(key: Key) -> bool:
    return all(name == LANGUAGE for name, _ in key)


def _axis(name: str, tables: Sequence[ProtectedTable]) -> Axis:
    codes: dict[Code, None] = {}
    for table in tables:
        if name in table.columns:
            place = table.columns.index(name)
            codes |= dict.fromkeys(cell[place] for cell in table.counts if cell[place] != EVERYBODY)
    valid = tuple(code for code in codes if not isinstance(code, int) or code >= 0)
    missing = tuple(code for code in codes if isinstance(code, int) and code < 0)
    pairs = tuple((name, code) for code in (*valid, *missing))
    return Axis(
        name=name, codes=_NOBODY, valid=valid, missing=missing, pairs=pairs,
        valid_pair=(name, VALID), is_open=name == LANGUAGE,
    )  # fmt: skip


def _cells(table: ProtectedTable, axes: Mapping[str, Axis]) -> Iterable[tuple[Key, int | None]]:
    for cell, count in table.counts.items():
        named = zip(table.columns, cell, strict=True)
        yield key_of(axes[name].pair(code) for name, code in named if code != EVERYBODY), count


def _valid(axis: Axis, context: Key, counts: Mapping[Key, int | None]) -> Iterable[tuple[Key, int | None]]:
    if axis.name == LANGUAGE or not any((context | {pair}) in counts for pair in axis.pairs):
        return
    answers = [counts.get(context | {axis.pair(code)}, 0) for code in axis.valid]
    yield context | {(axis.name, VALID)}, _sum(answers) if None not in answers else _rest(axis, context, counts)


def _rest(axis: Axis, context: Key, counts: Mapping[Key, int | None]) -> int | None:
    everybody = counts[context]
    missing = _sum([counts.get(context | {axis.pair(code)}, 0) for code in axis.missing])
    return None if everybody is None or missing is None else max(everybody - missing, 0)


def _sum(parts: Iterable[int | None]) -> int | None:
    held = list(parts)
    return None if None in held else sum(part for part in held if part is not None)
