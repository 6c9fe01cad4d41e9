"""Taking a response: the one place where answers leave the draft, sealed."""

import secrets
from dataclasses import dataclass

from django.utils import timezone

from selfhelp_survey.core.flow import may_send, route
from selfhelp_survey.core.questionnaire import Questionnaire
from selfhelp_survey.core.response import Channel, Mark, Response, quarter_of
from selfhelp_survey.draft_state import DraftState
from selfhelp_survey.errors import SubmissionError
from selfhelp_survey.keys_in_use import SealingKeys
from selfhelp_survey.models import InboxResponse
from selfhelp_survey.sealing.envelope import seal_response


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """What is noted of a response beside its answers; no more than this."""

    language: str
    entry: str
    channel: Channel
    mark: Mark = Mark.REAL


def response_of(questionnaire: Questionnaire, state: DraftState, circumstances: Circumstances) -> Response:
    """The response as it would be sent now: the answers on the route, and nothing else.

    Raises SubmissionError where it may not be sent yet.
    """
    if not may_send(questionnaire, state.progress):
        raise SubmissionError("the response is not complete enough to be sent")
    way = route(questionnaire, state.progress)
    today = timezone.now()
    return Response(
        id=secrets.token_hex(16), mark=circumstances.mark, questionnaire=questionnaire.code,
        version_hash=state.version_hash, language=circumstances.language, entry=circumstances.entry,
        channel=circumstances.channel, quarter=quarter_of(today.year, today.month),
        answers=way.answers,
        sent=tuple(step for step in way.steps if step in state.sent),
    )  # fmt: skip


def take(response: Response, recipients: SealingKeys) -> None:
    """Seal the response to every recipient and put it into the inbox. Raises SealingError where there is none."""
    sealed = seal_response(response.to_json(), recipients.keys, suite=recipients.suite)
    InboxResponse(sealed=sealed).save(force_insert=True)
