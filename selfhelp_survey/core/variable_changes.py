"""What publishing the next version of a questionnaire means for each variable."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from selfhelp_survey.core.codebook import Variable, codebook
from selfhelp_survey.core.comparison import Change, ChangeKind, differences, meanings
from selfhelp_survey.core.questionnaire import Questionnaire

_QUESTION = re.compile(r"pages\.[a-z0-9-]+\.questions\.([a-z0-9_]+)\.(?:rows\.([a-z0-9_]+))?")


class Effect(StrEnum):
    """What a change does to a variable, the worst first."""

    BREAKS = "breaks comparability"
    GONE = "asked no more"
    NEW = "new"
    COMPARABLE = "stays comparable"
    SAFE = "safe wording change"


@dataclass(frozen=True, kw_only=True)
class VariableChange:
    """One variable that is not as it was, with the differences that concern it; none for one that is gone."""

    name: str
    effect: Effect
    changes: tuple[Change, ...] = ()


def variable_changes(before: Questionnaire, after: Questionnaire) -> tuple[VariableChange, ...]:
    """Every variable that a difference concerns, in codebook order; those that are gone come last.

    A variable breaks where type, codes, bounds or universe are others than before. A change of wording alone counts as
    safe, as `comparable_variables` does: whether it changes what people understand is for a person to judge.
    """
    changes = _by_question(differences(before, after))
    return (*_of_later(before, after, changes), *_gone(before, after))


def _by_question(changes: tuple[Change, ...]) -> dict[str, list[Change]]:
    found: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        match = _QUESTION.match(change.where)
        found[match[1] if match else change.where].append(change)
    return found


def _of_later(
    before: Questionnaire, after: Questionnaire, changes: dict[str, list[Change]]
) -> Iterator[VariableChange]:
    earlier, later = meanings(before), meanings(after)
    for variable in codebook(after):
        name = variable.name
        own = tuple(change for change in changes.get(variable.question_name or "", ()) if _concerns(change, variable))
        if name not in earlier:
            yield VariableChange(name=name, effect=Effect.NEW, changes=own)
        elif earlier[name] != later[name]:
            yield VariableChange(name=name, effect=Effect.BREAKS, changes=own)
        elif own:
            is_worded = all(change.kind is ChangeKind.REWORDED for change in own)
            yield VariableChange(name=name, effect=Effect.SAFE if is_worded else Effect.COMPARABLE, changes=own)


def _concerns(change: Change, variable: Variable) -> bool:
    """False for another row of the same matrix."""
    match = _QUESTION.match(change.where)
    row = match[2] if match else None
    return row is None or row == variable.name


def _gone(before: Questionnaire, after: Questionnaire) -> Iterator[VariableChange]:
    kept = {variable.name for variable in codebook(after)}
    return (VariableChange(name=variable.name, effect=Effect.GONE)
            for variable in codebook(before) if variable.name not in kept)  # fmt: skip
