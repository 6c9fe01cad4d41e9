"""Taking free texts out of a response: afterwards neither holds a trace of the other."""

from collections.abc import Mapping
from dataclasses import replace

from selfhelp_survey.core.questionnaire import Questionnaire, Role
from selfhelp_survey.core.record import is_usable
from selfhelp_survey.core.response import Response
from selfhelp_survey.research.held_response import body_of, response_in
from selfhelp_survey.research.ledger import Ledger, SealedRow
from selfhelp_survey.research.texts.text import FreeText, Origin
from selfhelp_survey.research.versions import Version, versions_in
from selfhelp_survey.sealing.keys import PrivateKey


def texts_of(questionnaire: Questionnaire, response: Response) -> tuple[FreeText, ...]:
    """What was written in this response and may be used; empty where its sender did not let it be used."""
    if not is_usable(questionnaire, response):
        return ()
    names = [name for name in _text_names(questionnaire) if name in response.answers]
    written = ((name, response.answers[name]) for name in names)
    return tuple(
        FreeText(origin=Origin(kind=response.mark, questionnaire=questionnaire.code, question=name), words=words)
        for name, words in written
        if isinstance(words, str) and words.strip() and questionnaire.home_of(name)[0].name in response.sent
    )


def _text_names(questionnaire: Questionnaire) -> tuple[str, ...]:
    return tuple(question.name for question in questionnaire.questions() if question.role is Role.FREE_TEXT)


def divided(row: SealedRow, response: Response, questionnaire: Questionnaire) -> SealedRow:
    """The row without the texts that may be used, and these beside it.

    Where a condition asks for a text, the response stays whole, so that nobody's route changes; the texts are then
    in both until the response is released.
    """
    texts = texts_of(questionnaire, response)
    names = {text.origin.question for text in texts}
    if not names or _has_condition_on(questionnaire, names):
        return row._replace(texts=texts)
    left = replace(response, answers={name: value for name, value in response.answers.items() if name not in names})
    try:
        body = body_of(left, instead_of=row.envelope)
    except UnicodeEncodeError:  # half a character where no page was sent: forged, and no reason to refuse the others
        body = row.envelope
    return row._replace(envelope=body, texts=texts)


def _has_condition_on(questionnaire: Questionnaire, names: set[str]) -> bool:
    questions = (question.relevance for question in questionnaire.questions())
    pages = (page.relevance for page in questionnaire.pages)
    return any(names & condition.names for condition in (*questions, *pages, questionnaire.usable) if condition)


def take_out_earlier(ledger: Ledger, private: PrivateKey) -> None:
    """Take the texts out of what came before ledgers kept texts apart; nothing where that was done."""
    if ledger.texts.is_complete:
        return
    versions: Mapping[str, Version] = {version.hash: version for version in versions_in(ledger.questionnaires())}

    def divide(row: SealedRow) -> SealedRow:
        response = response_in(row.envelope, private)
        return divided(row, response, versions[response.version_hash].questionnaire)

    ledger.take_texts_out(divide)
