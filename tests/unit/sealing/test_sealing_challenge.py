import pytest

from selfhelp_survey.errors import SealingError
from selfhelp_survey.sealing import base64url
from selfhelp_survey.sealing.challenge import answer_challenge, check_answer, make_challenge
from selfhelp_survey.sealing.envelope import Damaged, NotForThisKey, seal_response
from selfhelp_survey.sealing.keys import PrivateKey, PublicKey

NONCE = bytes(range(32))


def test_check_answer__by_the_right_key__is_true(first: PrivateKey) -> None:
    challenge = make_challenge(first.public, NONCE)
    answer = answer_challenge(f" {challenge.text}\n", first)
    assert check_answer(f"{answer}\n", public=first.public, digest=challenge.digest)


def test_answer_challenge__wrong_key__is_told_it_is_not_for_it(first: PrivateKey, second: PrivateKey) -> None:
    with pytest.raises(NotForThisKey, match="another research key"):
        answer_challenge(make_challenge(first.public, NONCE).text, second)


def test_check_answer__signed_by_another_key__is_false(first: PrivateKey, second: PrivateKey) -> None:
    """The nonce alone is not enough: both halves of the key must be there."""
    opens_like_first = PrivateKey(first.opening, second.signing)
    challenge = make_challenge(opens_like_first.public, NONCE)
    answer = answer_challenge(challenge.text, opens_like_first)
    assert not check_answer(answer, public=first.public, digest=make_challenge(first.public, NONCE).digest)


def test_check_answer__to_another_challenge__is_false(first: PrivateKey) -> None:
    asked, other = make_challenge(first.public, NONCE), make_challenge(first.public, bytes(32))
    assert not check_answer(answer_challenge(other.text, first), public=first.public, digest=asked.digest)


def test_check_answer__for_another_public_key__is_false(first: PrivateKey, second: PrivateKey) -> None:
    challenge = make_challenge(first.public, NONCE)
    assert not check_answer(answer_challenge(challenge.text, first), public=second.public, digest=challenge.digest)


def test_check_answer__any_one_character_changed__is_false(first: PrivateKey) -> None:
    challenge = make_challenge(first.public, NONCE)
    answer = answer_challenge(challenge.text, first)
    for place in range(len(answer)):
        changed = answer[:place] + ("A" if answer[place] != "A" else "B") + answer[place + 1 :]
        assert not check_answer(changed, public=first.public, digest=challenge.digest)


@pytest.mark.parametrize("text", ["", "shs1a.", "shs1c." + "A" * 128, "shs1a." + "A" * 128, "é" * 134])
def test_check_answer__no_answer__is_false(first: PrivateKey, text: str) -> None:
    assert not check_answer(text, public=first.public, digest=make_challenge(first.public, NONCE).digest)


def test_answer_challenge__any_one_character_changed__is_refused(first: PrivateKey) -> None:
    text = make_challenge(first.public, NONCE).text
    for place in range(len(text)):
        changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        with pytest.raises(SealingError):
            answer_challenge(changed, first)


@pytest.mark.parametrize("text", ["", "shs1c.", "shs1c.!", "plain"])
def test_answer_challenge__no_challenge__is_one_sentence(first: PrivateKey, text: str) -> None:
    with pytest.raises(Damaged, match="not a whole challenge"):
        answer_challenge(text, first)


def test_answer_challenge__data_key_of_a_response__is_not_opened(first: PrivateKey) -> None:
    """A host must not get a respondent's data key by calling it a challenge."""
    envelope = seal_response(b"payload", [first.public])
    disguised = b"\1" + envelope[6:94]
    text = "shs1c." + base64url.encode(disguised)
    with pytest.raises(Damaged):
        answer_challenge(text, first)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_make_challenge__nonce_of_another_length__is_refused(first: PrivateKey, length: int) -> None:
    with pytest.raises(SealingError, match="32 random bytes"):
        make_challenge(first.public, bytes(length))


def test_make_challenge__text_and_digest__do_not_show_the_nonce(first: PrivateKey) -> None:
    public: PublicKey = first.public
    one, other = make_challenge(public, NONCE), make_challenge(public, NONCE)
    assert one.digest == other.digest != NONCE
    assert one.text != other.text
