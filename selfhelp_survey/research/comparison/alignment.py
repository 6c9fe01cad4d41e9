"""Categories that all samples can tell apart, where their releases put different answers together."""

from collections.abc import Sequence
from dataclasses import dataclass

from selfhelp_survey.core.text import Text
from selfhelp_survey.research.comparison.dataset import VariableWords
from selfhelp_survey.research.comparison.predictors import members_of


@dataclass(frozen=True, kw_only=True)
class CommonCategory:
    """One category that all samples can tell from the others.

    `codes` holds, for each sample in the order given, the codes as released that make it up; `labels` are to be read
    with "or" between them.
    """

    labels: tuple[Text, ...]
    codes: tuple[tuple[int, ...], ...]


def common_categories(held: Sequence[VariableWords]) -> tuple[CommonCategory, ...]:
    """The finest categories of a column that can be made from what each of these samples released.

    In the order of the codes as asked. Where a release put two answers together, they are together for all.
    """
    told = [{code: frozenset(asked) for code, asked in members_of(words).items()} for words in held]
    groups = _joined([asked for codes in told for asked in codes.values()])
    return tuple(_category(group, told, held) for group in sorted(groups, key=min))


def _joined(sets: Sequence[frozenset[int]]) -> list[frozenset[int]]:
    groups: list[frozenset[int]] = []
    for held in sets:
        touched = [group for group in groups if group & held]
        groups = [group for group in groups if not group & held] + [held.union(*touched)]
    return groups


def _category(
    group: frozenset[int], told: Sequence[dict[int, frozenset[int]]], held: Sequence[VariableWords]
) -> CommonCategory:
    codes = tuple(tuple(code for code, asked in sample.items() if asked <= group) for sample in told)
    fewest = min((place for place in range(len(held)) if codes[place]), key=lambda place: len(codes[place]))
    labels = tuple(held[fewest].labels[code] for code in codes[fewest])
    return CommonCategory(labels=labels, codes=codes)
