"""From the inbox to the workstation: shuffle, bundle, collected, purge, keys, made-up responses."""

from __future__ import annotations

import random
import time
import uuid
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from selfhelp_survey.collection import LEAST_BATCH, bundle, collected, move_batches, purge, shuffle
from selfhelp_survey.core.response import Mark
from selfhelp_survey.entries import find_entry
from selfhelp_survey.errors import SurveyError
from selfhelp_survey.keys_in_use import accept_answer, challenge_unproven, reasons_closed, recipients
from selfhelp_survey.models import Draft, Entry, InboxResponse, KeyProof, SealedResponse
from selfhelp_survey.sealing.bundle import check_bundle, read_bundle
from selfhelp_survey.sealing.challenge import answer_challenge
from selfhelp_survey.sealing.errors import Damaged, NotTrusted
from selfhelp_survey.sealing.keys import generate_private_key
from selfhelp_survey.sealing.receipt import make_receipt, sealed_digest
from tests.django.instruments import small
from tests.django.survey_site import open_survey, private_key, received

pytestmark = pytest.mark.django_db


def _fill_inbox(count: int) -> list[bytes]:
    sealed = [f"sealed {number}".encode() for number in range(count)]
    for one in sealed:
        InboxResponse(sealed=one).save(force_insert=True)
    return sealed


@pytest.mark.parametrize(
    ("waiting", "moved"), [(0, 0), (LEAST_BATCH - 1, 0), (LEAST_BATCH, LEAST_BATCH), (LEAST_BATCH + 1, LEAST_BATCH + 1)]
)
def test_shuffle__around_the_least_batch__moves_all_or_nothing(waiting: int, moved: int) -> None:
    _fill_inbox(waiting)
    assert shuffle() == (moved, waiting - moved)
    assert SealedResponse.objects.count() == moved


def test_shuffle__more_than_one_batch__leaves_no_batch_too_small(monkeypatch: pytest.MonkeyPatch) -> None:
    from selfhelp_survey import collection

    monkeypatch.setattr(collection, "LARGEST_BATCH", 20)
    _fill_inbox(45)
    sizes = list(move_batches(close=False))
    assert sum(sizes) == 45
    assert min(sizes) >= LEAST_BATCH


def test_shuffle__closing__moves_the_last_ones() -> None:
    _fill_inbox(3)
    assert shuffle(close=True) == (3, 0)


def test_shuffle__every_response__arrives_unchanged_under_a_new_id() -> None:
    sealed = _fill_inbox(30)
    old = set(InboxResponse.objects.values_list("pk", flat=True))
    shuffle()
    rows = list(SealedResponse.objects.all())
    assert sorted(bytes(row.sealed) for row in rows) == sorted(sealed)
    assert not old & {row.pk for row in rows}
    assert {row.pk.version for row in rows} == {4}


@pytest.mark.django_db(transaction=True)
def test_shuffle__storage_order__does_not_follow_the_order_of_sending() -> None:
    _fill_inbox(400)
    shuffle()
    column = "ctid" if connection.vendor == "postgresql" else "rowid"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT sealed FROM selfhelp_survey_sealedresponse ORDER BY {column}")  # noqa: S608
        order = [int(bytes(row[0]).split()[1]) for row in cursor.fetchall()]
    assert abs(_rank_correlation(order)) < 4 / 400**0.5  # four standard errors under no correlation


def _rank_correlation(order: list[int]) -> float:
    """Spearman's rho of these ranks with their positions."""
    count = len(order)
    return 1 - 6 * sum((rank - place) ** 2 for place, rank in enumerate(order)) / (count * (count**2 - 1))


def test_bundle__sealed_rows__holds_them_and_every_published_questionnaire(tmp_path: Path) -> None:
    open_survey(small())
    _fill_inbox(12)
    shuffle()
    assert bundle(tmp_path / "bundle") == 12
    summary = check_bundle(tmp_path / "bundle")
    assert summary.count == 12
    assert "small" in summary.header.questionnaires[0].text
    assert set(summary.header.recipients) == {key.fingerprint for key in recipients()}
    assert SealedResponse.objects.count() == 12


def test_bundle__existing_file__is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "bundle").write_text("precious")
    with pytest.raises(CommandError) as refused:
        call_command("survey_bundle", out=tmp_path / "bundle")
    assert refused.value.returncode == 1
    assert (tmp_path / "bundle").read_text() == "precious"


def _receipt(rows: dict[uuid.UUID, bytes], *, site: str = "example", name: str = "first") -> str:
    digests = {row: sealed_digest(sealed) for row, sealed in rows.items()}
    return make_receipt(private_key(name), site=site, rows=digests)


def _shuffled(count: int) -> dict[uuid.UUID, bytes]:
    """So many sealed rows, on a site whose keys are proven."""
    open_survey(small())
    _fill_inbox(count)
    shuffle(close=True)
    return {row.pk: bytes(row.sealed) for row in SealedResponse.objects.all()}


@pytest.mark.parametrize("name", ["first", "second"])
def test_collected__receipt_of_a_configured_key__deletes_exactly_its_rows(name: str) -> None:
    rows = _shuffled(12)
    named = dict(list(rows.items())[:7])
    assert collected(_receipt(named, name=name)) == (7, 0)
    assert set(SealedResponse.objects.values_list("pk", flat=True)) == set(rows) - set(named)


def test_collected__row_now_holding_another_value__stays() -> None:
    rows = _shuffled(12)
    receipt = _receipt(rows)
    changed = next(iter(rows))
    SealedResponse.objects.filter(pk=changed).update(sealed=b"another")
    assert collected(receipt) == (11, 1)
    assert SealedResponse.objects.get().pk == changed


def test_collected__twice__deletes_nothing_more() -> None:
    rows = _shuffled(12)
    receipt = _receipt(rows)
    collected(receipt)
    assert collected(receipt) == (0, 12)


def test_collected__other_site__is_refused() -> None:
    receipt = _receipt(_shuffled(12), site="elsewhere")
    with pytest.raises(SurveyError, match="another site"):
        collected(receipt)
    assert SealedResponse.objects.count() == 12


def test_collected__unknown_signer__is_refused() -> None:
    rows = _shuffled(12)
    digests = {row: sealed_digest(sealed) for row, sealed in rows.items()}
    receipt = make_receipt(generate_private_key(), site="example", rows=digests)
    with pytest.raises(NotTrusted):
        collected(receipt)
    assert SealedResponse.objects.count() == 12


def test_collected__key_configured_but_not_proven__is_refused_until_it_is_proven() -> None:
    receipt = _receipt(_shuffled(12))
    proof = KeyProof.objects.filter(fingerprint=private_key().public.fingerprint)
    proof.update(proven=False)
    with pytest.raises(SurveyError, match=r"nothing was deleted.*is not proven.*survey_keys --prove"):
        collected(receipt)
    assert SealedResponse.objects.count() == 12
    proof.update(proven=True)
    assert collected(receipt) == (12, 0)


def test_collected__published_test_key_outside_debug__is_refused_though_it_is_proven(settings: Any) -> None:
    receipt = _receipt(_shuffled(12))
    settings.DEBUG = False
    with pytest.raises(SurveyError, match=r"nothing was deleted.*is published with the tests"):
        collected(receipt)
    assert SealedResponse.objects.count() == 12


def test_collected__old_key_beside_a_new_one_that_is_not_proven__is_trusted_still(settings: Any) -> None:
    rows = _shuffled(12)
    new = generate_private_key()
    lines = [private_key().public.text, new.public.text]  # the second one was taken out: the survey is closed
    settings.SELFHELP_SURVEY = {**settings.SELFHELP_SURVEY, "RECIPIENTS": lines}
    assert reasons_closed() != ()
    digests = {row: sealed_digest(sealed) for row, sealed in rows.items()}
    with pytest.raises(SurveyError, match="is not proven"):
        collected(make_receipt(new, site="example", rows=digests))
    assert collected(_receipt(rows)) == (12, 0)


def test_collected__proven_key_that_was_taken_out__is_trusted_once_its_line_is_back(settings: Any) -> None:
    receipt = _receipt(_shuffled(12))
    before = settings.SELFHELP_SURVEY
    settings.SELFHELP_SURVEY = {**before, "RECIPIENTS": [private_key("second").public.text]}
    with pytest.raises(NotTrusted):
        collected(receipt)
    settings.SELFHELP_SURVEY = before
    assert collected(receipt) == (12, 0)


def test_collected__edited_receipt__is_refused_with_one_sentence(tmp_path: Path) -> None:
    receipt = _receipt(_shuffled(12))
    path = tmp_path / "receipt"
    path.write_text(receipt[:-20])
    with pytest.raises(CommandError) as refused:
        call_command("survey_collected", path)
    assert refused.value.returncode == 1
    assert SealedResponse.objects.count() == 12
    with pytest.raises((NotTrusted, Damaged)):
        collected(receipt.replace("example", "exbmple"))


def test_purge__around_the_hour__deletes_only_what_has_expired() -> None:
    hour = 500_000
    for offset in (-1, 0, 1):
        Draft(pk=uuid.uuid4(), sealed=b"x", purge_hour=hour + offset).save(force_insert=True)
    Draft(pk=uuid.uuid4(), state=Draft.State.SENT, purge_hour=hour - 9).save(force_insert=True)
    assert purge(now=hour * 3600 + 1800) == 3
    assert Draft.objects.get().purge_hour == hour + 1


def test_purge__live_draft__stays() -> None:
    from tests.django.survey_site import Respondent

    open_survey(small())
    Respondent().consent()
    assert purge(now=time.time() + 2 * 3600) == 0
    assert purge(now=time.time() + 4 * 3600) == 1


def test_keys__challenge_answered__opens_the_entry() -> None:
    open_survey(small())
    KeyProof.objects.all().delete()
    entry = find_entry("end")
    assert entry is not None
    assert entry.is_closed
    challenges = challenge_unproven()
    assert len(challenges) == 2
    for name in ("first", "second"):
        private = private_key(name)
        fingerprint = private.public.fingerprint
        assert accept_answer(answer_challenge(challenges[fingerprint], private)) == fingerprint
    assert reasons_closed() == ()
    entry = find_entry("end")
    assert entry is not None
    assert entry.is_open


def test_keys__new_one_added__changes_nothing_until_it_is_proven(settings: Any) -> None:
    open_survey(small())
    third = generate_private_key()
    three = [*settings.SELFHELP_SURVEY["RECIPIENTS"], third.public.text]
    settings.SELFHELP_SURVEY = {**settings.SELFHELP_SURVEY, "RECIPIENTS": three}
    entry = find_entry("end")
    assert entry is not None
    assert entry.is_open
    assert third.public not in entry.recipients.keys
    accept_answer(answer_challenge(challenge_unproven()[third.public.fingerprint], third))
    entry = find_entry("end")
    assert entry is not None
    assert third.public in entry.recipients.keys


def test_keys__proof_of_one_lost__closes_what_two_had_opened() -> None:
    open_survey(small())
    KeyProof.objects.filter(fingerprint=private_key().public.fingerprint).update(proven=False)
    entry = find_entry("end")
    assert entry is not None
    assert entry.is_closed


def test_keys__older_challenge_answered__proves_nothing() -> None:
    old = challenge_unproven()
    challenge_unproven()
    private = private_key()
    with pytest.raises(SurveyError, match="made last"):
        accept_answer(answer_challenge(old[private.public.fingerprint], private))


def test_keys__one_recipient__needs_a_signed_off_override(settings: Any) -> None:
    open_survey(small())
    one = {**settings.SELFHELP_SURVEY, "RECIPIENTS": [private_key().public.text]}
    settings.SELFHELP_SURVEY = one
    assert any("one key only" in reason for reason in reasons_closed())
    settings.SELFHELP_SURVEY = {**one, "SINGLE_RECIPIENT_SIGNED_OFF": "A. Person, 2026"}
    assert reasons_closed() == ()


def test_keys__same_key_twice__counts_as_one(settings: Any) -> None:
    open_survey(small())
    twice = [private_key().public.text] * 2
    settings.SELFHELP_SURVEY = {**settings.SELFHELP_SURVEY, "RECIPIENTS": twice}
    assert any("one key only" in reason for reason in reasons_closed())


def test_keys__published_test_key_outside_debug__keeps_the_survey_closed(settings: Any) -> None:
    open_survey(small())
    settings.DEBUG = False
    assert any("test key" in reason for reason in reasons_closed())


def test_keys__unreadable_line__keeps_the_survey_closed(settings: Any) -> None:
    open_survey(small())
    settings.SELFHELP_SURVEY = {**settings.SELFHELP_SURVEY, "RECIPIENTS": ["shs1.oops"]}
    entry = find_entry("end")
    assert entry is not None
    assert entry.is_closed


def test_synthesis__many__are_taken_like_real_ones_and_marked() -> None:
    from selfhelp_survey.synthesis import synthesiser

    open_survey(small())
    entry = find_entry("end")
    assert entry is not None
    makes_up = synthesiser(entry, random.Random(5))  # noqa: S311 - repeatable on purpose
    for _ in range(40):
        makes_up.answer_one()
    responses = received()
    assert len(responses) == 40
    assert {response.mark for response in responses} == {Mark.SYNTHETIC}
    assert {response.language for response in responses} == {"en", "es"}
    assert len({frozenset(response.answers) for response in responses}) > 5


def test_synthesis__production_site__is_refused(settings: Any) -> None:
    open_survey(small())
    settings.DEBUG = False
    with pytest.raises(CommandError) as refused:
        call_command("survey_synthesise", 1)
    assert (refused.value.returncode, InboxResponse.objects.count()) == (1, 0)


def test_synthesis__wrong_number__is_wrong_use() -> None:
    with pytest.raises(CommandError) as refused:
        call_command("survey_synthesise", 0)
    assert refused.value.returncode == 2


def test_keys_command__prove__writes_one_line_a_key(tmp_path: Path) -> None:
    out = StringIO()
    call_command("survey_keys", prove=True, out=tmp_path / "challenges", stdout=out)
    assert len((tmp_path / "challenges").read_text().split()) == 2
    assert "NOT PROVEN" in out.getvalue()


def test_entries__closed_list__unknown_code_is_none() -> None:
    open_survey(small())
    assert find_entry("unknown") is None
    Entry.objects.create(code="later", questionnaire="unpublished", state=Entry.State.OPEN)
    assert find_entry("later") is None


def test_bundle__read_rows__are_in_id_order(tmp_path: Path) -> None:
    _shuffled(25)
    bundle(tmp_path / "bundle")
    ids = [row.row for row in read_bundle(tmp_path / "bundle").rows()]
    assert ids == sorted(ids)
