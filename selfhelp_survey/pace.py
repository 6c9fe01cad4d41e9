"""How many drafts may begin and responses may be sent in a minute: one count for everybody, in this process's memory.

Never by address: those who come through Tor share a few, and nothing here may know one. Who meets a limit is asked to
try again and loses nothing.
"""

import logging
import time
from threading import Lock

from selfhelp_survey import logbook
from selfhelp_survey.conf import known_settings, survey_settings

TELL_SECONDS = 3600.0

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

    def take(self, per_minute: float, now: float) -> bool:
        """True where one more fits at this time (in seconds, never going back); it is then counted."""
        if per_minute == 0:
            return True
        with self._lock:
            self._used = max(0.0, self._used - (now - self._since) * per_minute / 60)
            self._since = now
            fits = self._used + 1 <= per_minute + _ROUNDING
            self._used += fits
            return fits


class Limit:
    """One limit of the settings, and when a maintainer was last told that it was met."""

    def __init__(self, setting: str) -> None:
        self.setting = setting
        self.forget()

    def forget(self) -> None:
        """Begin to count anew."""
        self._bucket = Bucket()
        self._told = -TELL_SECONDS

    def has_room(self) -> bool:
        """True where one more fits now; it is counted. The log tells once an hour, without a number, where not."""
        now = time.monotonic()
        if self._bucket.take(_per_minute(self.setting), now):
            return True
        if now - self._told >= TELL_SECONDS:
            self._told = now
            line = "more people come than %s lets through: some were asked to try again"
            logbook.write(logging.WARNING, line, self.setting)
        return False


def _per_minute(setting: str) -> float:
    """The limit as written; its default where it is no number from 0 up, which would keep everybody out."""
    value: object = getattr(survey_settings, setting)
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
        return value
    return float(known_settings()[setting].default)


STARTS, SENDS = Limit("STARTS_PER_MINUTE"), Limit("SENDS_PER_MINUTE")


def has_room_to_start() -> bool:
    """True where one more draft may begin now; it is counted."""
    return STARTS.has_room()


def has_room_to_send() -> bool:
    """True where one more response may be sent now; it is counted."""
    return SENDS.has_room()


def forget_pace() -> None:
    """Begin to count anew."""
    STARTS.forget()
    SENDS.forget()
