import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfhelp_survey.errors import SealingError
from selfhelp_survey.sealing.padding import TooLarge, is_padded_length, pad, unpad


@pytest.mark.parametrize(
    ("length", "padded"),
    [(0, 4096), (1, 4096), (4091, 4096), (4092, 4096), (4093, 8192), (8188, 8192), (8189, 12288), (65532, 65536)],
)
def test_pad__around_each_step__takes_the_shortest_that_holds_the_data(length: int, padded: int) -> None:
    assert len(pad(b"x" * length)) == padded


def test_pad__one_byte_over_the_largest__is_too_large() -> None:
    with pytest.raises(TooLarge, match="64 KiB"):
        pad(b"x" * 65533)


@given(st.binary(max_size=9000))
def test_unpad__of_any_padded_data__gives_it_back(data: bytes) -> None:
    assert unpad(pad(data)) == data


@pytest.mark.parametrize("length", [0, 4092, 4093, 65532])
def test_unpad__at_the_thresholds__gives_the_data_back(length: int) -> None:
    assert unpad(pad(b"\0" * length)) == b"\0" * length


@pytest.mark.parametrize(
    "padded",
    [
        b"",
        b"\0\0\0",
        b"\0" * 4095,
        b"\0" * 4097,
        b"\0" * (65536 + 4096),
        (4093).to_bytes(4, "big") + b"\0" * 4092,  # longer than what is there
        (0xFFFFFFFF).to_bytes(4, "big") + b"\0" * 4092,
        b"\0\0\0\0" + b"\0" * 4091 + b"\1",  # the fill is not zero
        b"\0\0\0\1" + b"x\1" + b"\0" * 4090,
        (4092).to_bytes(4, "big") + b"\0" * 8188,  # one step would have held it
        b"\0" * 8192,
    ],
)
def test_unpad__of_what_pad_never_makes__is_refused(padded: bytes) -> None:
    with pytest.raises(SealingError):
        unpad(padded)


def test_is_padded_length__every_length_to_twice_the_largest__is_true_for_sixteen() -> None:
    assert [length for length in range(2 * 65536) if is_padded_length(length)] == list(range(4096, 65537, 4096))
