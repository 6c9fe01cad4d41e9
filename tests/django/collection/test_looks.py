"""What can be seen of an envelope without a key marks no response: only ten that look alike move together."""

from __future__ import annotations

from collections import Counter
from io import StringIO

import pytest
from django.core.management import call_command

from selfhelp_survey import collection
from selfhelp_survey.collection import LEAST_BATCH, move_batches, shuffle
from selfhelp_survey.models import InboxResponse, SealedResponse
from selfhelp_survey.sealing.envelope import look_of, seal_response
from selfhelp_survey.sealing.errors import Damaged
from selfhelp_survey.sealing.keys import PublicKey
from selfhelp_survey.sealing.padding import STEP
from selfhelp_survey.sealing.suites import HYBRID
from tests.django.survey_site import private_key

pytestmark = pytest.mark.django_db

BOTH = (private_key("first").public, private_key("second").public)
TURNED, ONE = BOTH[::-1], BOTH[:1]


def _send(count: int, keys: tuple[PublicKey, ...] = BOTH, *, size: int = 10) -> Counter[bytes]:
    values = [seal_response(b"x" * size, keys) for _ in range(count)]
    for value in values:
        InboxResponse(sealed=value).save(force_insert=True)
    return Counter(values)


def _there() -> Counter[bytes]:
    """Every value of both tables."""
    return Counter(bytes(row.sealed) for model in (InboxResponse, SealedResponse) for row in model.objects.all())


@pytest.mark.parametrize("keys", [TURNED, ONE])
@pytest.mark.parametrize(("others", "moved"), [(1, 12), (LEAST_BATCH - 1, 12), (LEAST_BATCH, 12 + LEAST_BATCH)])
def test_shuffle__other_heads_among_many__wait_until_ten_look_alike(
    keys: tuple[PublicKey, ...], others: int, moved: int
) -> None:
    sent = _send(12) + _send(others, keys)
    assert shuffle() == (moved, 12 + others - moved)
    assert {look_of(row.sealed).key_ids for row in InboxResponse.objects.all()} <= {tuple(key.key_id for key in keys)}
    assert _there() == sent


@pytest.mark.parametrize(("others", "moved"), [(1, 12), (LEAST_BATCH - 1, 12), (LEAST_BATCH, 12 + LEAST_BATCH)])
def test_shuffle__another_padded_length__waits_until_ten_have_it(others: int, moved: int) -> None:
    sent = _send(12) + _send(others, size=STEP)
    assert shuffle() == (moved, 12 + others - moved)
    assert _there() == sent


@pytest.mark.hybrid
@pytest.mark.parametrize(("others", "waiting"), [(LEAST_BATCH - 1, LEAST_BATCH - 1), (LEAST_BATCH, 0)])
def test_shuffle__another_suite__waits_until_ten_have_it(others: int, waiting: int) -> None:
    keys = (private_key("third").public, private_key("fourth").public)
    _send(12, keys)
    for _ in range(others):
        InboxResponse(sealed=seal_response(b"x", keys, suite=HYBRID)).save(force_insert=True)
    assert shuffle() == (12 + others - waiting, waiting)


def test_shuffle__many_but_no_ten_alike__moves_none_and_loses_none() -> None:
    sent = _send(9) + _send(9, TURNED) + _send(9, ONE) + _send(9, size=STEP)
    assert shuffle() == (0, 36)
    assert _there() == sent


def test_shuffle__closing__moves_every_look() -> None:
    sent = _send(12) + _send(3, TURNED) + _send(1, ONE) + _send(1, size=STEP)
    assert shuffle(close=True) == (17, 0)
    assert _there() == sent


def test_batches__of_several_looks__hold_one_look_each_and_ten_at_least(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collection, "LARGEST_BATCH", 20)
    sent = _send(45) + _send(11, TURNED) + _send(9, ONE)
    known: set[object] = set()
    sizes = []
    for size in move_batches(close=False):
        rows = {row.pk: look_of(row.sealed) for row in SealedResponse.objects.all()}
        assert len({look for pk, look in rows.items() if pk not in known}) == 1
        known |= rows.keys()
        sizes.append(size)
    assert (sum(sizes), len(known)) == (56, 56)
    assert min(sizes) >= LEAST_BATCH
    assert _there() == sent


def test_shuffle__values_that_are_no_envelopes__hold_nothing_up() -> None:
    for number in range(LEAST_BATCH):
        InboxResponse(sealed=b"?" * (number + 1)).save(force_insert=True)
    _send(12)
    assert shuffle() == (12 + LEAST_BATCH, 0)


def test_command__some_wait__says_so() -> None:
    _send(9)
    _send(12, ONE)
    out = StringIO()
    call_command("survey_shuffle", stdout=out)
    assert out.getvalue().splitlines() == [
        "moved responses on",
        "some wait, for fewer than 10 look alike; they were stirred, and move with a later run (or with --close)",
    ]


def test_look__of_two_lengths_and_orders__tells_them_apart() -> None:
    looks = {
        look_of(seal_response(b"x" * size, keys)) for keys in (BOTH, TURNED, ONE) for size in (1, 2, STEP - 4, STEP - 3)
    }
    assert len(looks) == 6
    assert {look.suite for look in looks} == {1}


def test_look__of_what_is_no_envelope__is_refused() -> None:
    with pytest.raises(Damaged):
        look_of(b"none")
