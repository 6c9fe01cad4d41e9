"""What has changed from one version of a questionnaire to the next, and which variables can still be compared."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from selfhelp_survey.core.codebook import Variable, codebook, universe
from selfhelp_survey.core.expression import Expression
from selfhelp_survey.core.questionnaire import Page, Question, Questionnaire, QuestionType
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
    earlier, later = meanings(before), meanings(after)
    return {name: name in earlier and earlier[name] == meaning for name, meaning in later.items()}


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """What one version lets a variable hold. `codes` are paired with whether each excludes all others.

    For what the software itself notes, `type` is None and the rest is empty.
    """

    type: QuestionType | None = None
    codes: frozenset[tuple[int, bool]] = frozenset()
    minimum: int | None = None
    maximum: int | None = None
    universe: str = ""


def meanings(questionnaire: Questionnaire) -> dict[str, Meaning]:
    """What every variable means, by name, in codebook order."""
    questions = _questions(questionnaire)
    return {variable.name: _meaning(variable, questions) for variable in codebook(questionnaire)}


def _meaning(variable: Variable, questions: dict[str, tuple[Page, Question]]) -> Meaning:
    if variable.question_name is None:
        return Meaning()
    page, question = questions[variable.question_name]
    return Meaning(type=question.type, codes=_codes(question), minimum=question.minimum, maximum=question.maximum,
                   universe=universe(page, question))  # fmt: skip


def _codes(question: Question) -> frozenset[tuple[int, bool]]:
    return frozenset((value.code, value.exclusive) for value in question.values)


def traces(questionnaire: Questionnaire, names: Iterable[str]) -> tuple[object, ...]:
    """What columns of these names can show of the version behind a record, as a value to compare and to hash.

    Two versions with equal traces fill the columns in the same ways, so that no record tells them apart. It holds which
    of the columns there are; who may answer at all; and for their questions, and every question that decides about
    those, what can be answered (type, codes, bounds, blank, declined), who is asked, and how they lie on pages, parts
    and blocks. Wordings, languages, and questions that do neither are not in it.
    """
    wanted = frozenset(names)
    asked = tuple(variable for variable in codebook(questionnaire) if variable.name in wanted)
    seen = _with_deciding(questionnaire, {variable.question_name for variable in asked if variable.question_name})
    pages = (_page_traces(page, seen) for page in questionnaire.pages)
    columns = frozenset(variable.name for variable in asked)
    return (columns, _source(questionnaire.usable), *(page for page in pages if page))


def deciding(questionnaire: Questionnaire, name: str) -> frozenset[str]:
    """The questions whose answers decide whether the question of this name is asked, directly or through others."""
    return _followed(questionnaire, [name, *_gates(questionnaire)]) - {name}


def _with_deciding(questionnaire: Questionnaire, names: set[str]) -> frozenset[str]:
    """The questions of these names, and all that decide whether they are asked or whether a response is kept."""
    kept = _named(questionnaire, questionnaire.usable)
    return _followed(questionnaire, [*names, *kept, *_gates(questionnaire)])


def _gates(questionnaire: Questionnaire) -> Iterator[str]:
    """The questions that decide who goes on at all."""
    for page in questionnaire.pages:
        if page.admits:
            yield from _named(questionnaire, page.admits, page.relevance)


def _followed(questionnaire: Questionnaire, names: Iterable[str]) -> frozenset[str]:
    """The questions of these names, and all that decide whether they are asked."""
    questions = _questions(questionnaire)
    waiting, seen = list(names), set[str]()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            page, question = questions[name]
            waiting += _named(questionnaire, page.relevance, question.relevance)
    return frozenset(seen)


def _named(questionnaire: Questionnaire, *conditions: Expression | None) -> Iterator[str]:
    """The questions whose answers the conditions look at."""
    names = (name for condition in conditions if condition for name in condition.names)
    return (questionnaire.home_of(name)[1].name for name in names if questionnaire.asks(name))


def _page_traces(page: Page, seen: frozenset[str]) -> tuple[object, ...]:
    """Nothing for a page without a question that was seen and without a condition on who goes on."""
    held = frozenset(_question_traces(question) for question in page.questions if question.name in seen)
    if not held and page.admits is None:
        return ()
    return (page.part, page.block, _source(page.relevance), _source(page.admits), held)


def _question_traces(question: Question) -> tuple[object, ...]:
    return (question.name, question.type, _codes(question), question.minimum, question.maximum, question.required,
            question.refusable, _source(question.relevance))  # fmt: skip


def _source(condition: Expression | None) -> str:
    return condition.source if condition else ""


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
        "values": (_codes(old), _codes(new)),
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
