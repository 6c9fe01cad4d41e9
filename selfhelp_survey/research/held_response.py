"""A response as the ledger holds it: the envelope it came in, or, where its texts were taken out, what was left of it.

What was left is as long as the envelope was, so that nobody without the key sees who wrote a text. Both are sealed
once more by the ledger.
"""

from selfhelp_survey.core.response import Response
from selfhelp_survey.sealing.envelope import open_response
from selfhelp_survey.sealing.keys import PrivateKey

_LEFT = b"SHSL"  # no envelope begins so


def body_of(left: Response, *, instead_of: bytes) -> bytes:
    """What the ledger holds of a response whose texts were taken out, instead of its envelope."""
    return (_LEFT + left.to_json()).ljust(len(instead_of), b"\0")


def response_in(body: bytes, private: PrivateKey) -> Response:
    """The response in a body of the ledger, in memory only. Raises SealingError, SubmissionError."""
    if body.startswith(_LEFT):
        return Response.from_json(body.removeprefix(_LEFT).rstrip(b"\0"))
    return Response.from_json(open_response(body, private))
