"""What this survey must never ask, and what makes a questionnaire hard to answer.

A word list cannot understand a question: it catches what an author adds in good faith, such as a field for an e-mail
address, and it looks only at what asks for an answer (names, labels of questions and rows), never at information.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from selfhelp_survey.core.questionnaire import Page, Question, Questionnaire, QuestionType, Role
from selfhelp_survey.core.text import Text
from selfhelp_survey.core.variable_names import names_taken_twice, names_too_long, reserved_names
from selfhelp_survey.core.wordings import wordings_of

MOST_TEXTS = 2
"""Free texts a questionnaire may hold: each one is read by a person before release, and any may identify."""
MOST_PAGES = 16
MOST_ROWS = 8
MOST_WORDS = 20
"""Words in a sentence that can be read once and understood (GOV.UK content guidance gives 25 as the limit)."""


class Weight(StrEnum):
    """An error blocks publishing; a warning asks the author to look again."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something the linter objects to: where (a key like `pages.about-you.questions.a2_age`), what, and a way out."""

    code: str
    where: str
    message: str
    fix: str
    weight: Weight = Weight.ERROR

    def __str__(self) -> str:
        return f"{self.where}: {self.code} {self.message}. {self.fix}"


IDENTIFYING: dict[str, dict[str, str]] = {
    "a name": {
        "en": r"(your|full|first|last|family|user) ?names?|surname|nickname",
        "es": r"(su|tu) nombre|nombre (y|completo|de usuario)|apellidos?|apodo",
        "fi": r"nimesi|nimenne|(etu|suku|käyttäjä|koko ?)nimi\w*|nimimerk\w+",
        "sv": r"(ditt|ert) (fulla )?namn|(för|efter|användar)namn\w*|smeknamn",
    },
    "an e-mail address": {
        "en": r"e-?mail( address(es)?)?",
        "es": r"correo electr[oó]nico|e-?mail",
        "fi": r"sähköposti\w*|s-?posti\w*",
        "sv": r"e-?post\w*|mejl\w*",
    },
    "a telephone number": {
        "en": r"(tele|mobile |cell ?)?phone( number)?s?",
        "es": r"tel[eé]fono|m[oó]vil|celular",
        "fi": r"puhelinnumero\w*|puhelimesi\w*",
        "sv": r"(telefon|mobil)nummer\w*",
    },
    "an address": {
        "en": r"(home|postal|street|ip|your) address|post ?code|zip ?code",
        "es": r"direcci[oó]n|domicilio|c[oó]digo postal",
        "fi": r"(koti|posti|katu|ip-?)osoi\w+|osoitteesi|postinumero\w*",
        "sv": r"(din|hem|post|gatu|ip-?) ?adress\w*|postnummer",
    },
    "a date of birth": {
        "en": r"birth ?(date|day|year)|(date|year|place) of birth|born",
        "es": r"nacimiento|naci(ó|ste)|cumpleaños",
        "fi": r"syntym\w+|synnyit|henkilötunnu\w+",
        "sv": r"född|födelse\w+|personnummer",
    },
    "where somebody lives": {
        "en": r"(which|what|your|home) ?(town|city|village|municipality|country)|nationality|citizenship",
        "es": r"ciudad|pueblo|municipio|(qu[eé]|su|tu) pa[ií]s|nacionalidad",
        "fi": r"kaupun\w+|paikkakun\w+|kotikun\w+|asuinkun\w+|kansalaisuu\w+|missä maassa",
        "sv": r"(vilken|din) (stad|ort|kommun)|hemort|hemkommun|medborgarskap|vilket land",
    },
    "a school or workplace": {
        "en": r"schools?|universit(y|ies)|workplaces?|employers?|occupation|profession|job title",
        "es": r"escuela|colegio|universidad|lugar de trabajo|empleador|profesi[oó]n|ocupaci[oó]n",
        "fi": r"koulusi|oppilaito\w+|yliopisto\w*|työpaik\w+|työnanta\w+|ammatti\w*",
        "sv": r"skol(a|an|or)|universitet\w*|arbetsplats\w*|arbetsgivare\w*|yrke\w*",
    },
    "police contact or convictions": {
        "en": r"police|convict(ed|ions?)|arrest(ed)?|sentenced|criminal record|prison",
        "es": r"polic[ií]a|condena\w*|detenid[oa]|antecedentes penales|prisi[oó]n|c[aá]rcel",
        "fi": r"polii[sn]\w+|tuomi\w+|tuomit\w+|pidätet\w+|rikosrekister\w+|vankila\w*",
        "sv": r"polis\w*|dömd\w*|dom(en|ar)|gripen|brottsregist\w+|fängelse\w*",
    },
    "the address of a site": {
        "en": r"(web ?)?site (name|address)|name of the (site|service|app)|urls?|web address|which (web)?sites?",
        "es": r"direcci[oó]n web|nombre del sitio|qu[eé] (sitio|p[aá]gina)s? web|urls?",
        "fi": r"verkko-?osoi\w+|sivuston (nimi|osoite)|millä sivustolla|urlit?",
        "sv": r"webbadress\w*|webbplatsens namn|vilken webbplats|url(en|er)?",
    },
    "search words": {
        "en": r"search (words?|terms?|queries|query)|keywords?|hashtags?",
        "es": r"palabras? (de b[uú]squeda|clave)|t[eé]rminos? de b[uú]squeda",
        "fi": r"haku(sana|termi)\w*|hakusano\w*|avainsano\w*",
        "sv": r"sök(ord|term|fras)\w*|nyckelord\w*",
    },
}  # fmt: skip
"""What no question may ask for, and the words that show it, in each language as whole words."""
IDENTIFYING_NAMES = re.compile(
    r"(^|_)(name|surname|e?mail|phone|mobile|address|street|zip|postcode|birth|birthday|birthdate|dob|town|city|country|"
    r"nationality|school|workplace|employer|occupation|police|conviction|url|site|website|keyword|keywords|search|ip|"
    r"user|username|nick|nickname)(_|$)"
)
_TWO_IN_ONE = re.compile(r"\b(and/or|y/o|ja/tai|och/eller)\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?:;]\s|\n|$")
_PATTERNS = {
    (what, language): re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for what, by_language in IDENTIFYING.items()
    for language, words in by_language.items()
}


def lint(questionnaire: Questionnaire) -> tuple[Finding, ...]:
    """All findings, errors first, each kind in the order of the questionnaire."""
    found = [finding for check in _CHECKS for finding in check(questionnaire)]
    return tuple(sorted(found, key=lambda finding: finding.weight is not Weight.ERROR))


def _asked(questionnaire: Questionnaire) -> Iterator[tuple[str, Page, Question]]:
    for page in questionnaire.pages:
        for question in page.questions:
            yield f"pages.{page.name}.questions.{question.name}", page, question


def _check_text_questions(questionnaire: Questionnaire) -> Iterator[Finding]:
    texts = [(where, question) for where, _, question in _asked(questionnaire) if question.type is QuestionType.TEXT]
    for where, question in texts:
        if question.role is not Role.FREE_TEXT:
            yield Finding(code="L101", where=where, message="a text question must have the role 'free text'",
                          fix="Change the role: it keeps the text out of the record file")  # fmt: skip
    for where, _ in texts[MOST_TEXTS:]:
        yield Finding(code="L102", where=where, message=f"this is text question number {MOST_TEXTS + 1} or later",
                      fix=f"Ask with values instead: {MOST_TEXTS} texts are the most")  # fmt: skip


def _check_quasi_identifiers(questionnaire: Questionnaire) -> Iterator[Finding]:
    for where, _, question in _asked(questionnaire):
        if question.role is Role.QUASI_IDENTIFIER and question.hierarchy is None:
            yield Finding(code="L103", where=where, message="a quasi-identifier needs a generalisation hierarchy",
                          fix="Name one under 'hierarchy'")  # fmt: skip


def _check_identifying(questionnaire: Questionnaire) -> Iterator[Finding]:
    for where, _, question in _asked(questionnaire):
        if question.type is QuestionType.NOTE:
            continue
        if IDENTIFYING_NAMES.search(question.name):
            yield Finding(code="L104", where=where, message="the name of the variable reads like something identifying",
                          fix="Leave the question out, or rename the variable if it asks something else")  # fmt: skip
        for what in sorted(_identifying_in(question)):
            yield Finding(code="L105", where=where, message=f"the question seems to ask for {what}",
                          fix="Leave it out, or word it so that nothing identifying can be given")  # fmt: skip


def _identifying_in(question: Question) -> set[str]:
    labels = (question.label, *(row.label for row in question.rows))
    return {what for label in labels for what in _identifying_words(label)}


def _identifying_words(label: Text) -> Iterator[str]:
    for language, wording in label.translations:
        for (what, spoken), pattern in _PATTERNS.items():
            if spoken == language.partition("-")[0] and pattern.search(wording):
                yield what


def _check_names(questionnaire: Questionnaire) -> Iterator[Finding]:
    places = {question.name: where for where, _, question in _asked(questionnaire)}
    for question, name in reserved_names(questionnaire):
        yield Finding(code="L106", where=places[question],
                      message=f"'{name}' is a reserved word of SPSS, Stata, R or SQL",
                      fix="Rename it, for example with the number of the question before it")  # fmt: skip
    for question, name in names_too_long(questionnaire):
        yield Finding(code="L110", where=places[question], message=f"the variable '{name}' has more than 32 characters",
                      fix="Shorten the name it begins with: the code or row comes behind it")  # fmt: skip
    for question, name in names_taken_twice(questionnaire):
        yield Finding(code="L111", where=places.get(question, question),
                      message=f"another variable, or the column of its label, is called '{name}' too",
                      fix="Give one of them another name, or another harmonised name")  # fmt: skip


def _check_required(questionnaire: Questionnaire) -> Iterator[Finding]:
    for where, page, question in _asked(questionnaire):
        if question.required and page.admits is None:
            yield Finding(code="L107", where=where, message="only questions that admit to the survey may be required",
                          fix="Take 'required' away: every other question can be left blank")  # fmt: skip


def _check_admission(questionnaire: Questionnaire) -> Iterator[Finding]:
    for place, page in enumerate(questionnaire.pages):
        if page.admits is not None and place:
            yield Finding(code="L108", where=f"pages.{page.name}", message="only the first page may turn people away",
                          fix="Move its 'admits' and what it asks to the first page")  # fmt: skip
        deciding = page.admits.names if page.admits else frozenset()
        for question in page.questions:
            if not question.required and not deciding.isdisjoint(question.answer_names):
                yield Finding(code="L109", where=f"pages.{page.name}.questions.{question.name}",
                              message="left blank, this question would turn people away without a word",
                              fix="Write 'required: true'")  # fmt: skip


def _check_length(questionnaire: Questionnaire) -> Iterator[Finding]:
    if len(questionnaire.pages) > MOST_PAGES:
        yield Finding(code="L201", where="pages", message=f"there are {len(questionnaire.pages)} pages",
                      fix=f"Keep to {MOST_PAGES}", weight=Weight.WARNING)  # fmt: skip
    for where, _, question in _asked(questionnaire):
        if len(question.rows) > MOST_ROWS:
            yield Finding(code="L202", where=where, message=f"the matrix has {len(question.rows)} rows",
                          fix=f"Keep to {MOST_ROWS}", weight=Weight.WARNING)  # fmt: skip


def _check_sentences(questionnaire: Questionnaire) -> Iterator[Finding]:
    for key, text in wordings_of(questionnaire).items():
        for language, wording in text.translations:
            longest = max(len(sentence.split()) for sentence in _SENTENCE_END.split(wording))
            if longest > MOST_WORDS:
                yield Finding(code="L203", where=key, message=f"a sentence in {language} has {longest} words",
                              fix=f"Keep to {MOST_WORDS}", weight=Weight.WARNING)  # fmt: skip


def _check_two_in_one(questionnaire: Questionnaire) -> Iterator[Finding]:
    for where, _, question in _asked(questionnaire):
        for language, wording in question.label.translations:
            if _TWO_IN_ONE.search(wording):
                yield Finding(code="L204", where=where, message=f"the question in {language} seems to ask two things",
                              fix="Ask one thing at a time", weight=Weight.WARNING)  # fmt: skip


_CHECKS: tuple[Callable[[Questionnaire], Iterator[Finding]], ...] = (
    _check_text_questions, _check_quasi_identifiers, _check_identifying, _check_names, _check_required,
    _check_admission, _check_length, _check_sentences, _check_two_in_one,
)  # fmt: skip
