"""How many drafts may begin and responses may be sent in a minute: one count for everybody, in this process's memory.

Never by address: those who come through Tor share a few, and nothing here may know one. Who meets a limit is asked to
try again and loses nothing.
"""

import time
from threading import Lock

from selfhelp_survey.conf import survey_settings

_ROUNDING = 1e-6
"""Of a call: what many small sums of floating point may be out by."""


class Bucket:
    """A token bucket: `per_minute` at once after a quiet minute, and as many a minute in the long run; 0 for no limit.

    Source: Turner, "New directions in communications (or which way to the information age?)", IEEE Communications
    Magazine 24(10), 1986.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._used = 0.0
        self._since = 0.0

    def take(self, per_minute: int, now: float) -> bool:
        """True where one more fits at this time (in seconds, never going back); it is then counted."""
        if per_minute == 0:
            return True
        with self._lock:
            self._drain(per_minute, now)
            fits = self._used + 1 <= per_minute + _ROUNDING
            self._used += fits
            return fits

    def is_empty(self, per_minute: int, now: float) -> bool:
        """True where no more would fit at this time; nothing is counted."""
        if per_minute == 0:
            return False
        with self._lock:
            self._drain(per_minute, now)
            return self._used + 1 > per_minute + _ROUNDING

    def _drain(self, per_minute: int, now: float) -> None:
        self._used = max(0.0, self._used - (now - self._since) * per_minute / 60)
        self._since = now


_starts, _sends = Bucket(), Bucket()


def may_start() -> bool:
    """True where one more draft may begin now; it is counted."""
    return _starts.take(survey_settings.STARTS_PER_MINUTE, time.monotonic())


def may_send() -> bool:
    """True where one more response may be sent now; it is counted."""
    return _sends.take(survey_settings.SENDS_PER_MINUTE, time.monotonic())


def is_send_busy() -> bool:
    """True while no more responses may be sent."""
    return _sends.is_empty(survey_settings.SENDS_PER_MINUTE, time.monotonic())


def forget_pace() -> None:
    """Begin to count anew."""
    global _starts, _sends
    _starts, _sends = Bucket(), Bucket()
