"""What this survey must never ask, and what makes a questionnaire hard to answer or its data hard to use.

It looks only at what asks for an answer (names, labels of questions and rows) where it looks for something
identifying, never at information. That a text is marked as one, and that a quasi-identifier has a hierarchy, is no
matter of the linter: without, a questionnaire cannot exist, and its reader says so (Q170, Q165).
"""

from collections.abc import Callable, Iterator

from selfhelp_survey.core.linter_rules import (
    MOST_PAGES,
    MOST_PAGES_AT_LEAST,
    MOST_PAGES_OF_PART_ONE,
    MOST_ROWS,
    MOST_TEXTS,
    Finding,
    Weight,
)
from selfhelp_survey.core.linter_words import (
    IDENTIFYING_NAMES,
    MOST_WORDS,
    asks_two_things,
    identifying_in,
    longest_sentence,
)
from selfhelp_survey.core.questionnaire import Page, Question, Questionnaire, QuestionType
from selfhelp_survey.core.route_lengths import route_lengths
from selfhelp_survey.core.variable_names import names_taken_twice, names_too_long, reserved_names
from selfhelp_survey.core.wordings import wordings_of

__all__ = ["Finding", "Weight", "lint"]


def lint(questionnaire: Questionnaire) -> tuple[Finding, ...]:
    """All findings, errors first, each kind in the order of the questionnaire."""
    found = [finding for check in _CHECKS for finding in check(questionnaire)]
    return tuple(sorted(found, key=lambda finding: finding.weight is not Weight.ERROR))


def _asked(questionnaire: Questionnaire) -> Iterator[tuple[str, Page, Question]]:
    for page in questionnaire.pages:
        for question in page.questions:
            yield f"pages.{page.name}.questions.{question.name}", page, question


def _check_texts(questionnaire: Questionnaire) -> Iterator[Finding]:
    texts = [(where, question) for where, _, question in _asked(questionnaire) if question.type is QuestionType.TEXT]
    for where, _ in texts[MOST_TEXTS:]:
        yield Finding(code="L102", where=where, message=f"this is text question number {MOST_TEXTS + 1} or later")
    for where, question in texts:
        if question.hint is None:
            yield Finding(code="L207", where=where, message="nothing says what does not belong into this text")


def _check_identifying(questionnaire: Questionnaire) -> Iterator[Finding]:
    for where, _, question in _asked(questionnaire):
        if question.type is QuestionType.NOTE:
            continue
        if any(IDENTIFYING_NAMES.search(name) for name in (question.name, *question.answer_names)):
            yield Finding(code="L104", where=where, message="the name of the variable reads like something identifying")
        places = {f"{where}.label": question.label, **{f"{where}.rows.{row.name}": row.label for row in question.rows}}
        found = {what: (place, language) for place, label in places.items() for what, language in identifying_in(label)}
        for what, (place, language) in sorted(found.items()):
            yield Finding(code="L105", where=place, message=f"the question seems to ask for {what}", language=language)


def _check_names(questionnaire: Questionnaire) -> Iterator[Finding]:
    places = {question.name: where for where, _, question in _asked(questionnaire)}
    for question, name in reserved_names(questionnaire):
        message = f"'{name}' is a reserved word of SPSS, Stata, R or SQL"
        yield Finding(code="L106", where=places[question], message=message)
    for question, name in names_too_long(questionnaire):
        message = f"the variable '{name}' has more than 32 characters"
        yield Finding(code="L110", where=places[question], message=message)
    for question, name in names_taken_twice(questionnaire):
        message = f"another variable, or the column of its label, is called '{name}' too"
        yield Finding(code="L111", where=places.get(question, question), message=message)


def _check_required(questionnaire: Questionnaire) -> Iterator[Finding]:
    for where, page, question in _asked(questionnaire):
        if question.required and page.admits is None:
            yield Finding(code="L107", where=where, message="only questions that admit to the survey may be required")


def _check_admission(questionnaire: Questionnaire) -> Iterator[Finding]:
    for place, page in enumerate(questionnaire.pages):
        if page.admits is not None and place:
            yield Finding(code="L108", where=f"pages.{page.name}", message="only the first page may turn people away")
        deciding = page.admits.names if page.admits else frozenset()
        for question in page.questions:
            if not question.required and not deciding.isdisjoint(question.answer_names):
                yield Finding(code="L109", where=f"pages.{page.name}.questions.{question.name}",
                              message="left blank, this question would turn people away without a word")  # fmt: skip


def _check_length(questionnaire: Questionnaire) -> Iterator[Finding]:
    pages = questionnaire.pages
    fewest, most = route_lengths(pages)
    in_part_one = route_lengths([page for page in pages if page.part == 1]).most
    if most > MOST_PAGES:
        yield Finding(code="L201", where="pages", message=f"the longest route has {most} pages")
    if in_part_one > MOST_PAGES_OF_PART_ONE:
        yield Finding(code="L205", where="pages", message=f"part one has {in_part_one} pages")
    if fewest > MOST_PAGES_AT_LEAST:
        yield Finding(code="L206", where="pages", message=f"even the shortest route has {fewest} pages")
    for where, _, question in _asked(questionnaire):
        if len(question.rows) > MOST_ROWS:
            yield Finding(code="L202", where=where, message=f"the matrix has {len(question.rows)} rows")


def _check_sentences(questionnaire: Questionnaire) -> Iterator[Finding]:
    for key, text in wordings_of(questionnaire).items():
        for language, wording in text.translations:
            words = longest_sentence(wording)
            if words > MOST_WORDS:
                message = f"a sentence in {language} has {words} words, more than {MOST_WORDS}"
                yield Finding(code="L203", where=key, message=message, language=language)


def _check_two_in_one(questionnaire: Questionnaire) -> Iterator[Finding]:
    for where, _, question in _asked(questionnaire):
        for language, wording in question.label.translations:
            if question.type is not QuestionType.NOTE and asks_two_things(wording, language):
                yield Finding(code="L204", where=f"{where}.label", language=language,
                              message=f"the question in {language} seems to ask two things")  # fmt: skip


_CHECKS: tuple[Callable[[Questionnaire], Iterator[Finding]], ...] = (
    _check_texts, _check_identifying, _check_names, _check_required, _check_admission, _check_length,
    _check_sentences, _check_two_in_one,
)  # fmt: skip
