"""Somebody holds a copy of the database, and more: what is in it stays closed to them."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command

from selfhelp_survey.collection import shuffle
from selfhelp_survey.conf import survey_settings
from selfhelp_survey.errors import SealingError
from selfhelp_survey.leaks.search import hits_in
from selfhelp_survey.models import Draft, Entry, InboxResponse, PublishedVersion, SealedResponse
from selfhelp_survey.sealing.draft_cipher import derive_draft_keys, open_draft, read_secret
from selfhelp_survey.sealing.envelope import open_response
from tests.django.everything_stored import everything_stored
from tests.django.instruments import small
from tests.django.survey_site import Respondent, open_survey, private_key

pytestmark = pytest.mark.django_db


def _marker(number: int) -> str:
    return "-".join(["ZQX", "MARKER", str(7700 + number), "żółć", "🜁"])


def _beginning(number: int) -> str:
    """What would be left of a marker that was cut off."""
    return _marker(number)[:15]


def _half_way(count: int) -> list[Respondent]:
    found = []
    for number in range(count):
        respondent = Respondent(language=("en", "es")[number % 2])
        respondent.consent()
        respondent.send("first", gate=1, several=[1, 2])
        respondent.send("opened", go=("next", "back")[number % 2], words=_marker(number) * (1 + 40 * (number % 3)))
        found.append(respondent)
    return found


def _finished(count: int) -> None:
    for number, respondent in enumerate(_half_way(count)):
        respondent.send("opened", words=_marker(number))
        respondent.send("third", go="finish", amount=7)
        respondent.send("check", go="send")


def test_dump__twenty_half_finished_drafts__holds_no_answer_and_no_cookie() -> None:
    open_survey(small())
    respondents = _half_way(20)
    assert Draft.objects.filter(state=Draft.State.OPEN).count() == 20
    markers = [word for number in range(20) for word in (_marker(number), _beginning(number))]
    assert not hits_in(everything_stored(), *markers, *(respondent.cookie for respondent in respondents))


def test_dump__one_answer_beside_them__would_be_found() -> None:
    open_survey(small())
    _half_way(1)
    Entry.objects.update(programme_url=_marker(1))
    assert hits_in(everything_stored(), _marker(1))


def test_draft__dump_and_every_secret_of_the_site_but_no_cookie__cannot_be_opened() -> None:
    open_survey(small())
    [respondent] = _half_way(1)
    row = Draft.objects.get()
    assert row.sealed is not None
    for secret in _secrets_of_the_site(row):
        keys = derive_draft_keys(secret, pepper=survey_settings.pepper)
        assert keys.id != row.pk
        with pytest.raises(SealingError):
            open_draft(keys, row.sealed)
    own = read_secret(respondent.cookie)
    assert own is not None
    assert _marker(0) in str(open_draft(derive_draft_keys(own, pepper=survey_settings.pepper), row.sealed))


def _secrets_of_the_site(row: Draft) -> Iterator[bytes]:
    """What somebody could try who has the database, SECRET_KEY and the pepper: themselves, hashed, and together."""
    known = [django_settings.SECRET_KEY.encode(), survey_settings.pepper, row.pk.bytes, bytes(row.sealed or b"")[:64]]
    for one in (*known, *(first + second for first in known for second in known)):
        yield one[:32].ljust(32, b"\0")
        yield hashlib.sha256(one).digest()


def test_draft__cookie_but_another_pepper__cannot_be_opened() -> None:
    open_survey(small())
    [respondent] = _half_way(1)
    own = read_secret(respondent.cookie)
    assert own is not None
    with pytest.raises(SealingError):
        open_draft(derive_draft_keys(own, pepper=b"another"), Draft.objects.get().sealed or b"")


def _dumped(form: str = "json") -> str:
    out = io.StringIO()
    call_command("dumpdata", format=form, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("form", ["json", "jsonl", "xml"])
def test_dumpdata__drafts_and_responses__are_ciphertext(form: str) -> None:
    open_survey(small())
    _finished(3)
    respondents = _half_way(3)
    shuffle(close=True)
    dumped = _dumped(form)
    assert "selfhelp_survey.draft" in dumped
    assert "selfhelp_survey.sealedresponse" in dumped
    markers = [word for number in range(3) for word in (_marker(number), _beginning(number))]
    assert not hits_in(dumped.encode(), *markers, *(respondent.cookie for respondent in respondents))


def test_loaddata__what_dumpdata_wrote__opens_with_the_private_key_and_goes_on_with_the_cookie(tmp_path: Path) -> None:
    open_survey(small())
    _finished(3)
    shuffle(close=True)
    [respondent] = _half_way(1)
    path = tmp_path / "dump.json"
    path.write_text(_dumped())
    for model in (Draft, InboxResponse, SealedResponse, Entry):
        model._default_manager.all().delete()
    PublishedVersion._base_manager.all()._raw_delete("default")  # the model itself refuses
    call_command("loaddata", str(path), verbosity=0)
    opened = [json.loads(open_response(bytes(row.sealed), private_key())) for row in SealedResponse.objects.all()]
    assert sorted(one["answers"]["words"] for one in opened) == [_marker(number) for number in range(3)]
    assert _marker(0) in respondent.see("opened").content.decode()


def test_inspectdb__tables_of_the_survey__tells_columns_and_no_value() -> None:
    open_survey(small())
    _half_way(1)
    out = io.StringIO()
    call_command("inspectdb", "selfhelp_survey_draft", "selfhelp_survey_inboxresponse", stdout=out)
    assert "sealed = models.BinaryField" in out.getvalue()
    assert not hits_in(out.getvalue().encode(), _marker(0), str(Draft.objects.get().pk))


def test_shell__rows_printed__tell_neither_id_nor_answer() -> None:
    open_survey(small())
    _finished(1)
    _half_way(1)
    shuffle(close=True)
    printed = repr([*Draft.objects.all(), *InboxResponse.objects.all(), *SealedResponse.objects.all()])
    ids = [str(row.pk) for model in (Draft, SealedResponse) for row in model._default_manager.all()]
    assert len(ids) == 3
    assert not hits_in(printed.encode(), _marker(0), *ids)
