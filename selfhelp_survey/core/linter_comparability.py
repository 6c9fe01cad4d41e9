"""Where a questionnaire no longer measures what an earlier version, or another questionnaire, measures by that name."""

from collections.abc import Iterator

from selfhelp_survey.core.linter_rules import Finding
from selfhelp_survey.core.linter_words import times_in
from selfhelp_survey.core.questionnaire import Question, Questionnaire
from selfhelp_survey.core.variable_changes import Effect, VariableChange, variable_changes

MOST_LISTED = 5
"""Codes or variables that one message names; of more, it says how many."""


def broken_since(before: Questionnaire, after: Questionnaire, *, version: int) -> Iterator[Finding]:
    """A finding for each question that cannot be compared with version number `version`, and for those asked no more.

    Whether a rewording changes the meaning is for a person to judge; nothing is said of it.
    """
    changed = variable_changes(before, after)
    for question in after.questions():
        broken = [each for each in changed if each.effect is Effect.BREAKS and _is_of(question, each)]
        if broken:
            page, _ = after.home_of(question.answer_names[0])
            why = ", ".join(dict.fromkeys(_reasons(broken)))
            yield Finding(code="L301", where=f"pages.{page.name}.questions.{question.name}",
                          message=f"cannot be compared with version {version}: other {why}")  # fmt: skip
    gone = [each.name for each in changed if each.effect is Effect.GONE]
    if gone:
        yield Finding(code="L302", where="pages", message=f"version {version} also asked {_listed(gone)}")


def _is_of(question: Question, change: VariableChange) -> bool:
    stem = change.name.rpartition("_")[0]
    return change.name in question.answer_names or (stem == question.name and not question.rows)


def _reasons(broken: list[VariableChange]) -> Iterator[str]:
    for each in broken:
        yield from (change.message for change in each.changes if not change.is_comparable)


def unlike(questionnaire: Questionnaire, sister: Questionnaire) -> Iterator[Finding]:
    """A finding for each question that shares its harmonised name with one of `sister` that holds something else.

    Looked at: the type, the values from 0 up with their labels, the bounds of a number, the rows of a matrix, and the
    words that say over which time it asks. Labels and words are compared in the first language that both are in.
    """
    theirs = {question.harmonised: question for question in sister.questions() if question.harmonised}
    language = next((each for each in questionnaire.languages if each in sister.languages), "")
    for page in questionnaire.pages:
        for question in page.questions:
            other = theirs.get(question.harmonised) if question.harmonised else None
            told = list(_unlikenesses(question, other, language)) if other else []
            if told:
                message = f"'{question.harmonised}' of '{sister.code}' is another: {'; '.join(told)}"
                yield Finding(code="L303", where=f"pages.{page.name}.questions.{question.name}", message=message)


def _unlikenesses(ours: Question, theirs: Question, language: str) -> Iterator[str]:
    if ours.type is not theirs.type:
        yield f"type {ours.type} here, {theirs.type} there"
    yield from _other_codes(ours, theirs)
    if (ours.minimum, ours.maximum) != (theirs.minimum, theirs.maximum):
        yield f"bounds {_bounds(ours)} here, {_bounds(theirs)} there"
    if _rows(ours) != _rows(theirs):
        yield f"rows {_listed(sorted(_rows(ours)))} here, {_listed(sorted(_rows(theirs)))} there"
    if language:
        yield from _other_labels(ours, theirs, language)
        yield from _other_time(ours, theirs, language)


def _other_codes(ours: Question, theirs: Question) -> Iterator[str]:
    here, there = _codes(ours), _codes(theirs)
    for codes, place in ((here - there, "here"), (there - here, "there")):
        if codes:
            yield f"values {_listed(sorted(codes))} only {place}"


def _other_labels(ours: Question, theirs: Question, language: str) -> Iterator[str]:
    shared = sorted(_codes(ours) & _codes(theirs))
    codes = [code for code in shared if _label(ours, code, language) != _label(theirs, code, language)]
    if codes:
        yield f"values {_listed(codes)} are labelled otherwise in {language}"


def _other_time(ours: Question, theirs: Question, language: str) -> Iterator[str]:
    here, there = (times_in(_wording(question, language), language) for question in (ours, theirs))
    if here != there:
        yield f"time reference {_listed(sorted(here))} here, {_listed(sorted(there))} there"


def _codes(question: Question) -> frozenset[int]:
    return frozenset(code for code in question.codes if code >= 0)


def _label(question: Question, code: int, language: str) -> str:
    return question.label_of(code).in_language(language).casefold()


def _wording(question: Question, language: str) -> str:
    texts = (question.label, *((question.hint,) if question.hint else ()))
    return " ".join(text.in_language(language) for text in texts)


def _rows(question: Question) -> frozenset[str]:
    """What the names of the rows add to the question's own."""
    return frozenset(row.name.removeprefix(question.name).lstrip("_") for row in question.rows)


def _bounds(question: Question) -> str:
    lowest, highest = ("any" if bound is None else bound for bound in (question.minimum, question.maximum))
    return f"{lowest} to {highest}"


def _listed(things: list[str] | list[int]) -> str:
    shown = ", ".join(str(thing) for thing in things[:MOST_LISTED]) or "none"
    return f"{shown} and {len(things) - MOST_LISTED} more" if len(things) > MOST_LISTED else shown
