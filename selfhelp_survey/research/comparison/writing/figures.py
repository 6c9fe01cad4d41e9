"""Figures as people read them, in the language of the report."""

from selfhelp_survey.research.comparison.table import Cell, Format
from selfhelp_survey.research.comparison.writing.wording import STATES

SMALLEST_P = 0.001
_NARROW_SPACE, _SPACE, _MINUS = "\u202f", "\u00a0", "\u2212"  # none of them lets a line break inside a figure


def worded(cell: Cell, form: Format, language: str) -> str:
    """The figure or label of a cell; a word where it shows none."""
    if cell.value is None:
        return STATES[cell.state][language]
    return figure(cell.value, form, language)


def figure(value: int | float | str, form: Format, language: str) -> str:
    """A value in its format: counts whole, shares as percentages with one decimal, statistics with three digits."""
    if isinstance(value, str):
        return value
    if form is Format.COUNT:
        return _local(f"{value:,.0f}", language)
    if form is Format.SHARE:
        return _local(f"{value * 100:.1f}{_SPACE}%", language)
    if form is Format.P_VALUE:
        return _local(f"<{_SPACE}{SMALLEST_P}" if value < SMALLEST_P else f"{value:.3f}", language)
    return _local(three_digits(value), language)


def three_digits(value: float) -> str:
    """A number with three significant digits and no exponent: 0.0123, 1.23, 12.3, 123, 12300."""
    rounded = float(f"{value:.3g}")
    decimals = max(0, 2 - _power(rounded))
    return f"{rounded:,.{decimals}f}"


def _power(value: float) -> int:
    """The power of ten of the first digit; 0 for nothing."""
    return int(f"{value:e}".partition("e")[2]) if value else 0


def _local(text: str, language: str) -> str:
    """With the signs of the language: Spanish writes 12 345,6 (RAE, Ortografía, 2010: a thin space, and a comma)."""
    if language == "es":
        text = text.replace(",", _NARROW_SPACE).replace(".", ",")
    return text.replace("-", _MINUS)
