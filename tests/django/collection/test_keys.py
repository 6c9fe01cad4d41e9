"""Keys over the years: proofs and drills, another key, the hybrid suite, and who can open what in the end."""

from __future__ import annotations

import random
import time
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from selfhelp_survey.collection import bundle, collected, shuffle
from selfhelp_survey.core.response import Response
from selfhelp_survey.entries import find_entry, forget_entries
from selfhelp_survey.errors import SealingError, SurveyError
from selfhelp_survey.keys_in_use import (
    DRILL_DAYS,
    accept_answer,
    challenge_proven,
    challenge_unproven,
    current_day,
    overdue_drills,
    reasons_closed,
    recipient_keys,
    sealing_keys,
)
from selfhelp_survey.models import InboxResponse, KeyProof, SealedResponse
from selfhelp_survey.research.command_line import run
from selfhelp_survey.sealing import ml_kem
from selfhelp_survey.sealing.bundle import read_bundle
from selfhelp_survey.sealing.challenge import answer_challenge
from selfhelp_survey.sealing.envelope import MOST_RECIPIENTS, key_ids, open_response
from selfhelp_survey.sealing.errors import NotForThisKey
from selfhelp_survey.sealing.key_file import load_private_key
from selfhelp_survey.sealing.keys import PrivateKey, generate_private_key
from selfhelp_survey.sealing.suites import HYBRID, X25519
from selfhelp_survey.synthesis import synthesiser
from tests.django.instruments import small
from tests.django.survey_site import Respondent, open_survey, private_key

pytestmark = pytest.mark.django_db
PASSPHRASE = "five quiet words on paper"


def _configure(settings: Any, *keys: PrivateKey, prove: bool = True, **more: object) -> None:
    written = {**settings.SELFHELP_SURVEY, "RECIPIENTS": [key.public.text for key in keys], **more}
    settings.SELFHELP_SURVEY = written
    if prove:
        _prove(*keys)
    forget_entries()


def _prove(*keys: PrivateKey, today: int | None = None) -> None:
    challenges = challenge_unproven()
    for key in keys:
        if key.public.fingerprint in challenges:
            accept_answer(answer_challenge(challenges[key.public.fingerprint], key), today=today)


def _send_one(**answers: Any) -> bytes:
    """The envelope of one response, sent through the pages."""
    known = set(InboxResponse.objects.values_list("pk", flat=True))
    respondent = Respondent()
    respondent.consent()
    respondent.send("first", go="finish", **(answers or {"gate": 2}))
    assert respondent.send("check", go="send")["Location"].endswith("/thanks/")
    return bytes(InboxResponse.objects.exclude(pk__in=known).get().sealed)


def _command(**options: Any) -> str:
    out = StringIO()
    call_command("survey_keys", stdout=out, **options)
    return out.getvalue()


# -- proofs and drills ----------------------------------------------------------------------------------------------


def test_accept_answer__key_proven__notes_the_day(settings: Any) -> None:
    first, second = private_key("first"), private_key("second")
    before = current_day()
    challenges = challenge_unproven()
    accept_answer(answer_challenge(challenges[first.public.fingerprint], first))
    accept_answer(answer_challenge(challenges[second.public.fingerprint], second), today=12345)
    noted = {each.key: each for each in recipient_keys()}
    assert before <= (noted[first.public].proven_day or 0) <= current_day()
    assert noted[second.public].proven_on == date(2003, 10, 20)


def test_current_day__of_now__is_the_date_in_utc() -> None:
    before, day, after = time.gmtime(), current_day(), time.gmtime()
    assert date(*before[:3]).toordinal() <= date(1970, 1, 1).toordinal() + day <= date(*after[:3]).toordinal()


@pytest.mark.parametrize(
    ("days", "is_due"), [(-1, False), (0, False), (DRILL_DAYS - 1, False), (DRILL_DAYS, False), (DRILL_DAYS + 1, True)]
)
def test_overdue_drills__around_a_year__names_the_key_and_never_closes(days: int, is_due: bool) -> None:
    open_survey(small())
    KeyProof.objects.update(proven_day=20_000)
    KeyProof.objects.filter(fingerprint=private_key("second").public.fingerprint).update(proven_day=20_000 + days)
    due = overdue_drills(20_000 + days)
    assert [each.key for each in due] == ([private_key("first").public] if is_due else [])
    assert reasons_closed() == ()
    assert Respondent().consent().status_code == 303


def test_overdue_drills__proof_of_a_day_nobody_noted__is_due() -> None:
    open_survey(small())
    KeyProof.objects.update(proven_day=None)
    assert len(overdue_drills(0)) == 2
    assert {each.proven_on for each in recipient_keys()} == {None}


def test_overdue_drills__key_not_proven__is_none_of_them() -> None:
    open_survey(small())
    KeyProof.objects.update(proven=False, proven_day=1)
    assert overdue_drills(20_000) == ()


def test_drill__challenge_made__leaves_the_keys_proven_and_their_day() -> None:
    open_survey(small())
    KeyProof.objects.update(proven_day=15_000)
    assert len(challenge_proven()) == 2
    assert {(each.is_proven, each.proven_day) for each in recipient_keys()} == {(True, 15_000)}
    assert reasons_closed() == ()


def test_drill__answered__renews_the_day_of_that_key_alone() -> None:
    open_survey(small())
    KeyProof.objects.update(proven_day=15_000)
    key = private_key("second")
    accept_answer(answer_challenge(challenge_proven()[key.public.fingerprint], key), today=20_000)
    assert [each.proven_day for each in recipient_keys()] == [15_000, 20_000]


def test_drill__answer_of_last_year__renews_nothing() -> None:
    """The file may still lie about; it says nothing of whether the key is still there."""
    open_survey(small())
    key = private_key()
    answer = answer_challenge(challenge_proven()[key.public.fingerprint], key)
    accept_answer(answer, today=15_000)
    for _again in (0, 1):
        with pytest.raises(SurveyError, match="made last"):
            accept_answer(answer, today=20_000)
        challenge_proven()
    assert recipient_keys()[0].proven_day == 15_000


def test_keys_command__drill__asks_the_proven_ones_and_prove_the_others(tmp_path: Path) -> None:
    open_survey(small())
    KeyProof.objects.filter(fingerprint=private_key().public.fingerprint).update(proven=False)
    _command(drill=True, out=tmp_path / "drill")
    _command(prove=True, out=tmp_path / "prove")
    asked = {name: (tmp_path / name).read_text().split() for name in ("drill", "prove")}
    assert [len(lines) for lines in asked.values()] == [1, 1]
    assert accept_answer(answer_challenge(asked["drill"][0], private_key("second")))
    assert accept_answer(answer_challenge(asked["prove"][0], private_key("first")))


def test_keys_command__drill_without_a_proven_key__says_so(tmp_path: Path) -> None:
    assert "no configured key is proven" in _command(drill=True, out=tmp_path / "drill")
    assert not (tmp_path / "drill").exists()


def test_keys_command__drill_and_prove_at_once__is_wrong_use() -> None:
    with pytest.raises(CommandError, match="not allowed with"):
        call_command("survey_keys", "--drill", "--prove")


def test_keys_command__shown__tells_the_day_and_when_a_drill_is_due() -> None:
    open_survey(small())
    today = current_day()
    KeyProof.objects.update(proven_day=today - DRILL_DAYS)
    second = KeyProof.objects.filter(fingerprint=private_key("second").public.fingerprint)
    second.update(proven_day=10_000)
    shown = _command().splitlines()
    assert shown[0].endswith(f"last on {date.fromordinal(date(1970, 1, 1).toordinal() + today - DRILL_DAYS)}")
    assert shown[1].endswith("last on 1997-05-19; drill due: run `manage.py survey_keys --drill`")
    second.update(proven_day=None)
    assert "nobody noted when; drill due" in _command()


def test_keys_command__answers_of_which_one_is_wrong__are_all_or_none(tmp_path: Path) -> None:
    challenges = challenge_unproven()
    keys = [private_key("first"), private_key("second")]
    answers = [answer_challenge(challenges[key.public.fingerprint], key) for key in keys]
    (tmp_path / "wrong").write_text(f"{answers[0]}\nshs1a.wrong\n")
    with pytest.raises(CommandError) as refused:
        _command(answer=tmp_path / "wrong")
    assert refused.value.returncode == 1
    assert not KeyProof.objects.filter(proven=True).exists()
    (tmp_path / "right").write_text("\n".join(answers))
    assert _command(answer=tmp_path / "right").count("proven: ") == 2
    assert KeyProof.objects.filter(proven=True).count() == 2


# -- recipients and their change ------------------------------------------------------------------------------------


def test_recipients__several__each_opens_every_response_and_nobody_else_any(tmp_path: Path, settings: Any) -> None:
    """T-42, T-60: without a private key nothing of the site's rows is readable; with any one of them all n open."""
    open_survey(small())
    keys = [generate_private_key() for _ in range(3)]
    _configure(settings, *keys)
    entry = find_entry("end")
    assert entry is not None
    makes_up = synthesiser(entry, random.Random(3))  # noqa: S311 - repeatable on purpose
    for _ in range(12):
        makes_up.answer_one()
    shuffle()
    bundle(tmp_path / "bundle")
    rows = list(read_bundle(tmp_path / "bundle").rows())
    opened = [sorted(Response.from_json(open_response(row.sealed, key)).id for row in rows) for key in keys]
    assert opened[0] == opened[1] == opened[2]
    assert len(set(opened[0])) == 12
    for row in rows:
        with pytest.raises(NotForThisKey):
            open_response(row.sealed, private_key())


def test_change_of_key__old_one_taken_out__leaves_old_responses_to_it_and_new_ones_to_the_new(settings: Any) -> None:
    open_survey(small())
    old, stays, new = (generate_private_key() for _ in range(3))
    _configure(settings, old, stays)
    before = _send_one()
    _configure(settings, old, stays, new, prove=False)
    waiting = _send_one()  # the survey goes on while the new key is not proven
    _prove(new)
    between = _send_one()
    _configure(settings, stays, new)
    after = _send_one()
    may = {"before": (old, stays), "waiting": (old, stays), "between": (old, stays, new), "after": (stays, new)}
    for name, sealed in (("before", before), ("waiting", waiting), ("between", between), ("after", after)):
        assert set(key_ids(sealed)) == {key.public.key_id for key in may[name]}
        for key in may[name]:
            assert Response.from_json(open_response(sealed, key)).answers["gate"] == 2
    with pytest.raises(NotForThisKey):
        open_response(after, old)
    with pytest.raises(NotForThisKey):
        open_response(waiting, new)


def test_recipients__in_another_order__leave_the_envelopes_heads_as_they_were(settings: Any) -> None:
    """A maintainer who turns the list round for one response must not know it by that."""
    open_survey(small())
    keys = [generate_private_key() for _ in range(4)]
    heads = set()
    for order in (keys, keys[::-1], keys[2:] + keys[:2]):
        _configure(settings, *order)
        heads.add(key_ids(_send_one()))
    assert heads == {tuple(sorted(key.public.key_id for key in keys))}


@pytest.mark.parametrize(("count", "is_open"), [(MOST_RECIPIENTS, True), (MOST_RECIPIENTS + 1, False)])
def test_recipients__around_the_most__closes_before_anybody_answers(settings: Any, count: int, is_open: bool) -> None:
    open_survey(small())
    _configure(settings, *(generate_private_key() for _ in range(count)))
    assert (reasons_closed() == ()) is is_open
    if is_open:
        assert len(key_ids(_send_one())) == count
    else:
        assert "more than 16" in reasons_closed()[0]


# -- the hybrid suite -----------------------------------------------------------------------------------------------


@pytest.mark.hybrid
def test_hybrid_suite__hybrid_keys_proven__seals_with_it_and_each_opens(settings: Any) -> None:
    open_survey(small())
    keys = [private_key("third"), private_key("fourth")]
    _configure(settings, *keys, SUITE="hybrid")
    sealed = _send_one(gate=2)
    assert sealed[4] == HYBRID.number
    assert [Response.from_json(open_response(sealed, key)).answers["gate"] for key in keys] == [2, 2]


@pytest.mark.hybrid
def test_x25519_suite__hybrid_keys_proven__seals_with_their_x25519_half(settings: Any) -> None:
    open_survey(small())
    keys = [private_key("third"), private_key("first")]
    _configure(settings, *keys)
    sealed = _send_one()
    assert sealed[4] == X25519.number
    assert set(key_ids(sealed)) == {key.public.key_id for key in keys}
    assert all(open_response(sealed, key) for key in keys)


@pytest.mark.hybrid
def test_hybrid_suite__one_proven_key_is_not_hybrid__is_closed_and_names_key_and_fix(settings: Any) -> None:
    open_survey(small())
    plain = generate_private_key()
    _configure(settings, private_key("third"), private_key("fourth"), plain, SUITE="hybrid")
    [reason] = reasons_closed()
    assert f"{plain.public.fingerprint} is not hybrid" in reason
    assert "keygen --hybrid" in reason
    assert sealing_keys().keys == ()
    assert Respondent().consent().status_code == 200


@pytest.mark.hybrid
def test_hybrid_suite__key_that_is_not_hybrid_nor_proven__changes_nothing(settings: Any) -> None:
    open_survey(small())
    keys = [private_key("third"), private_key("fourth")]
    _configure(settings, *keys, SUITE="hybrid")
    _configure(settings, *keys, generate_private_key(), SUITE="hybrid", prove=False)
    assert reasons_closed() == ()
    assert _send_one()[4] == HYBRID.number


@pytest.mark.hybrid
def test_hybrid_suite__not_offered_by_cryptography__is_closed_and_names_the_fix(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_survey(small())
    _configure(settings, private_key("third"), private_key("fourth"), SUITE="hybrid")
    monkeypatch.setattr(ml_kem, "is_offered", lambda: False)
    assert any("cryptography >= 48" in reason for reason in reasons_closed())
    assert sealing_keys().keys == ()
    settings.SELFHELP_SURVEY = {**settings.SELFHELP_SURVEY, "SUITE": "x25519"}
    assert reasons_closed() == ()


@pytest.mark.hybrid
def test_challenge__hybrid_key_where_cryptography_cannot__is_refused_and_changes_nothing(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a proof would count as a whole one later."""
    _configure(settings, generate_private_key(is_hybrid=True), private_key(), prove=False)
    monkeypatch.setattr(ml_kem, "is_offered", lambda: False)
    with pytest.raises(SealingError, match="cryptography >= 48"):
        challenge_unproven()
    assert not KeyProof.objects.exists()


@pytest.mark.hybrid
def test_hybrid_keys__from_keygen_to_the_receipt__work_on_the_whole_line(tmp_path: Path, settings: Any) -> None:
    open_survey(small())
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    passphrase = ("--passphrase-file", str(tmp_path / "passphrase"))
    for name in ("one", "two"):
        assert run(["keygen", "--hybrid", "--out", str(tmp_path / name), *passphrase]) == 0
    files = [tmp_path / name / "research-key.json" for name in ("one", "two")]
    keys = [load_private_key(file, passphrase=PASSPHRASE) for file in files]
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["testserver"]
    _configure(settings, *keys, prove=False, SUITE="hybrid")
    _command(prove=True, out=tmp_path / "challenges")
    for number, file in enumerate(files):
        answer = tmp_path / f"answer-{number}"
        asked = ["prove-key", str(tmp_path / "challenges"), "--out", str(answer), "--key", str(file), *passphrase]
        assert run(asked) == 0
        _command(answer=answer)
    assert _command().count("  hybrid  last on") == 2
    forget_entries()
    assert _send_one()[4] == HYBRID.number
    shuffle(close=True)
    bundle(tmp_path / "bundle")
    receipt = tmp_path / "receipt"
    received = ["receive", str(tmp_path / "bundle"), "--receipt", str(receipt), "--key", str(files[1]), *passphrase]
    assert run(received) == 0
    assert collected(receipt.read_text())[0] == 1
    assert SealedResponse.objects.count() == 0
