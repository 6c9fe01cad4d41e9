"""formtools' storage, kept as ciphertext that only the respondent's cookie opens.

Nothing is read before `open`, nothing is written but by `save`, `close` and `erase`. The cookie lives as long as the
browser; there is no row before the first answered page.
"""

import time

from django.db import connections, router
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from formtools.wizard.storage.base import BaseStorage

from selfhelp_survey.conf import survey_settings
from selfhelp_survey.draft_state import DraftState, purge_hour
from selfhelp_survey.errors import SealingError, SubmissionError
from selfhelp_survey.models import Draft
from selfhelp_survey.pace import has_room_to_start
from selfhelp_survey.sealing.draft_cipher import (
    DraftKeys,
    derive_draft_keys,
    new_secret,
    open_draft,
    read_secret,
    seal_draft,
    write_secret,
)
from selfhelp_survey.transport import DRAFT_COOKIES, cookie_name


class DraftCapReached(SubmissionError):  # noqa: N818 - says what happened
    """There are as many open drafts as the site allows; live ones are never dropped for a new one."""


class TooManyStarts(SubmissionError):  # noqa: N818 - says what happened
    """More drafts begin just now than the site allows in a minute."""


class DraftStorage(BaseStorage):
    """One respondent's draft.

    `status` is "none" (no cookie), "unread", "open", "sent" or "gone" (the cookie opens nothing: expired, erased,
    forged: nobody can tell which).
    """

    def __init__(self, prefix: str, request: HttpRequest, file_storage: None = None) -> None:
        super().__init__(prefix, request, file_storage)
        self.init_data()
        self._cookie = cookie_name(request)
        given = getattr(request, DRAFT_COOKIES).pop(self._cookie, "")
        self._secret = read_secret(given)
        self._keys = _keys(self._secret) if self._secret else None
        self._cookie_change: str | None = None
        self.status = "unread" if self._keys else "gone" if given else "none"
        self.state: DraftState | None = None

    @property
    def sets_cookie(self) -> bool:
        """True where the response will carry a fresh cookie."""
        return self._cookie_change == "set"

    @property
    def database(self) -> str:
        """The database drafts are written to, and read from: a copy that lags behind would show a draft as gone."""
        return router.db_for_write(Draft)

    @property
    def _rows(self) -> QuerySet[Draft]:
        drafts = Draft.objects.using(self.database)
        return drafts.filter(pk=self._keys.id) if self._keys else drafts.none()

    def open(self, *, lock: bool = False) -> None:
        """Read the row with one query; with `lock`, so that two tabs merge their pages instead of overwriting them."""
        if self.status != "unread" or self._keys is None:
            return
        rows = self._rows
        if lock and connections[self.database].features.has_select_for_update:
            rows = rows.select_for_update()
        row = next(iter(rows.values_list("state", "sealed")), None)
        self.status, self.state = self._read(row)
        if self.status == "gone":
            self.forget_cookie()

    def _read(self, row: tuple[str, bytes | memoryview | None] | None) -> tuple[str, DraftState | None]:
        if row is None or self._keys is None:
            return "gone", None
        if row[0] == Draft.State.SENT or row[1] is None:
            return "sent", None
        try:
            state = DraftState.from_plain(open_draft(self._keys, row[1]))
        except (SealingError, KeyError, TypeError, AttributeError, ValueError):
            return "gone", None
        return ("open", state) if state.expires > time.time() else ("gone", None)

    def save(self, state: DraftState) -> None:
        """Keep this state. Raises TooLarge; for a new draft TooManyStarts, or DraftCapReached beyond the cap."""
        state = state.postponed(int(time.time()))
        if self.status == "open" and self._keys is not None:
            sealed = seal_draft(self._keys, state.to_plain())
            rows = self._rows.filter(state=Draft.State.OPEN)
            rows.update(sealed=sealed, purge_hour=purge_hour(state.expires))
        else:
            self._begin(state)
        self.state = state

    def _begin(self, state: DraftState) -> None:
        if not has_room_to_start():  # before the table is asked: a flood must not cost it anything
            raise TooManyStarts
        if Draft.objects.using(self.database).count() >= survey_settings.DRAFT_CAP:
            raise DraftCapReached
        self._secret = new_secret()
        self._keys = _keys(self._secret)
        sealed = seal_draft(self._keys, state.to_plain())
        Draft(pk=self._keys.id, sealed=sealed, purge_hour=purge_hour(state.expires)).save(force_insert=True)
        self.status, self._cookie_change = "open", "set"

    def close(self) -> bool:
        """True for exactly one caller, whatever runs beside it: the draft is emptied and counts as sent."""
        self.forget_cookie()
        if self._keys is None:
            return False
        rows = self._rows.filter(state=Draft.State.OPEN)
        return rows.update(state=Draft.State.SENT, sealed=None) == 1

    def erase(self) -> None:
        """Delete the row, and the cookie with the next response. The cookie goes even where the database is down."""
        self.forget_cookie()
        if self._keys is not None:
            self._rows.delete()

    def forget_cookie(self) -> None:
        """Have the next response delete the cookie."""
        self._cookie_change = "delete"

    def token(self, step: str) -> str:
        """The token a form on this page has to send back; "" while there is no draft."""
        return self._keys.token(step) if self._keys and self.status == "open" else ""

    def is_token(self, step: str, given: str) -> bool:
        """True where this is the page's token."""
        return self._keys is not None and self._keys.is_token(step, given)

    def update_response(self, response: HttpResponse) -> None:
        """Set or delete the cookie: HttpOnly, SameSite=Strict, gone with the browser, Secure wherever https is."""
        secure = self._cookie.startswith("__Host-")
        if self._cookie_change == "set" and self._secret is not None:
            value = write_secret(self._secret)
            response.set_cookie(self._cookie, value, httponly=True, secure=secure, samesite="Strict", path="/")
        elif self._cookie_change == "delete":
            response.delete_cookie(self._cookie, samesite="Strict", path="/")
            response.cookies[self._cookie]["httponly"] = True
            response.cookies[self._cookie]["secure"] = secure


def _keys(secret: bytes) -> DraftKeys:
    return derive_draft_keys(secret, pepper=survey_settings.pepper)
