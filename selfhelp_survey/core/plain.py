"""Reading plain values that came from JSON: each function gives back what it was asked for, or raises TypeError."""

from collections.abc import Mapping, Sequence

Plain = Mapping[str, object]


def mapping(value: object) -> Plain:
    """The value as a JSON object."""
    if not isinstance(value, dict):
        raise TypeError("not an object")
    return value


def sequence(value: object) -> Sequence[object]:
    """The value as a JSON array."""
    if not isinstance(value, list):
        raise TypeError("not an array")
    return value


def string(value: object) -> str:
    """The value as text."""
    if not isinstance(value, str):
        raise TypeError("not a string")
    return value


def strings(value: object) -> tuple[str, ...]:
    """The value as an array of texts."""
    return tuple(string(item) for item in sequence(value))


def whole_number(value: object) -> int:
    """The value as a whole number; true and false are none."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("not a whole number")
    return value


def flag(value: object) -> bool:
    """The value as true or false."""
    if not isinstance(value, bool):
        raise TypeError("neither true nor false")
    return value


def string_or_none(value: object) -> str | None:
    """The value as text, or nothing."""
    return None if value is None else string(value)


def whole_number_or_none(value: object) -> int | None:
    """The value as a whole number, or nothing."""
    return None if value is None else whole_number(value)
