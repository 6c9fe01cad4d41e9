"""What has changed from one version of a questionnaire to the next, and which variables can still be compared."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from selfhelp_survey.core.codebook import Variable, codebook, universe
from selfhelp_survey.core.questionnaire import Page, Question, Questionnaire
from selfhelp_survey.core.wordings import wordings_of


class ChangeKind(StrEnum):
    """What happened to a part of the questionnaire."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    REWORDED = "reworded"
    MOVED = "moved"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One difference. `variables` are the columns it concerns; they stay comparable unless it says otherwise."""

    kind: ChangeKind
    where: str
    message: str
    variables: tuple[str, ...] = ()
    is_comparable: bool = True

    def __str__(self) -> str:
        split = "" if self.is_comparable else " (not comparable with the version before)"
        return f"{self.kind} {self.where}: {self.message}{split}"


def differences(before: Questionnaire, after: Questionnaire) -> tuple[Change, ...]:
    """Every difference, in the order of the later version; languages first, then questions, then wordings."""
    return (*_language_changes(before, after), *_question_changes(before, after), *_frame_changes(before, after),
            *_wording_changes(before, after))  # fmt: skip


def comparable_variables(before: Questionnaire, after: Questionnaire) -> dict[str, bool]:
    """For each variable of the later version: True where it means the same in both.

    It does where type, codes, bounds and universe are the same. Wordings do not count: a corrected typo or a new
    language splits no series; whether a rewording changes the meaning is for a person to judge from `differences`.
    """
    earlier = {variable.name: _meaning(before, variable) for variable in codebook(before)}
    return {variable.name: earlier.get(variable.name) == _meaning(after, variable) for variable in codebook(after)}


def _meaning(questionnaire: Questionnaire, variable: Variable) -> tuple[object, ...]:
    if variable.question_name is None:
        return (variable.name,)
    question = _questions(questionnaire)[variable.question_name][1]
    return (*_content(question), variable.universe)


def _content(question: Question) -> tuple[object, ...]:
    codes = frozenset((value.code, value.exclusive) for value in question.values)
    return (question.type, codes, question.minimum, question.maximum)


def _questions(questionnaire: Questionnaire) -> dict[str, tuple[Page, Question]]:
    return {question.name: (page, question) for page in questionnaire.pages for question in page.questions}


def _language_changes(before: Questionnaire, after: Questionnaire) -> Iterator[Change]:
    for language in after.languages:
        if language not in before.languages:
            yield Change(kind=ChangeKind.ADDED, where="languages", message=language)
    for language in before.languages:
        if language not in after.languages:
            yield Change(kind=ChangeKind.REMOVED, where="languages", message=language)


def _question_changes(before: Questionnaire, after: Questionnaire) -> Iterator[Change]:
    earlier, later = _questions(before), _questions(after)
    for name, (page, question) in later.items():
        if name not in earlier:
            yield Change(kind=ChangeKind.ADDED, where=name, message=f"{question.type} question on page {page.name}",
                         variables=question.answer_names, is_comparable=False)  # fmt: skip
        else:
            yield from _changes_of(earlier[name], later[name])
    for name in earlier:
        if name not in later:
            yield Change(kind=ChangeKind.REMOVED, where=name, message="is asked no more",
                         variables=earlier[name][1].answer_names, is_comparable=False)  # fmt: skip


def _changes_of(before: tuple[Page, Question], after: tuple[Page, Question]) -> Iterator[Change]:
    (old_page, old), (new_page, new) = before, after
    names = new.answer_names
    aspects = {
        "type": (old.type, new.type),
        "values": (_content(old)[1], _content(new)[1]),
        "bounds": ((old.minimum, old.maximum), (new.minimum, new.maximum)),
        "rows": (old.answer_names, new.answer_names),
        "who is asked": (universe(old_page, old), universe(new_page, new)),
    }
    changed = [aspect for aspect, (was, now) in aspects.items() if was != now]
    if changed:
        only_rows = changed == ["rows"]
        yield Change(kind=ChangeKind.CHANGED, where=new.name, message=", ".join(changed), variables=names,
                     is_comparable=only_rows)  # fmt: skip
    treatment = {
        "role": (old.role, new.role), "hierarchy": (old.hierarchy, new.hierarchy),
        "required": (old.required, new.required), "harmonised name": (old.harmonised, new.harmonised),
        "longest text": (old.maximum_length, new.maximum_length),
    }  # fmt: skip
    for aspect, (was, now) in treatment.items():
        if was != now:
            yield Change(kind=ChangeKind.CHANGED, where=new.name, message=aspect, variables=names)
    if old_page.name != new_page.name:
        yield Change(kind=ChangeKind.MOVED, where=new.name, message=f"from page {old_page.name} to {new_page.name}",
                     variables=names)  # fmt: skip


def _frame_changes(before: Questionnaire, after: Questionnaire) -> Iterator[Change]:
    if [page.name for page in before.pages] != [page.name for page in after.pages]:
        yield Change(kind=ChangeKind.CHANGED, where="pages", message="other pages, or another order")
    for page in after.pages:
        if before.has_page(page.name) and before.page(page.name).admits != page.admits:
            yield Change(kind=ChangeKind.CHANGED, where=f"pages.{page.name}", message="who is admitted")
    if before.usable != after.usable:
        yield Change(kind=ChangeKind.CHANGED, where="usable", message="whose responses may be used")
    if _levels(before) != _levels(after):
        yield Change(kind=ChangeKind.CHANGED, where="hierarchies", message="other levels or categories")


def _levels(questionnaire: Questionnaire) -> dict[str, object]:
    return {hierarchy.name: [[(category.code, category.members, category.rest) for category in level]
                             for level in hierarchy.levels] for hierarchy in questionnaire.hierarchies}  # fmt: skip


def _wording_changes(before: Questionnaire, after: Questionnaire) -> Iterator[Change]:
    shared = [language for language in after.languages if language in before.languages]
    earlier = wordings_of(before)
    for key, text in wordings_of(after).items():
        old = dict(earlier[key].translations) if key in earlier else {}
        new = dict(text.translations)
        changed = [language for language in shared if old and old.get(language) != new.get(language)]
        if changed:
            yield Change(kind=ChangeKind.REWORDED, where=key, message=f"in {', '.join(changed)}")
