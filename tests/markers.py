"""Words planted where a respondent or a browser says something, to be looked for afterwards.

Put together as they are used: a marker that stood in a source file would be quoted by tracebacks, and found there.
"""

from __future__ import annotations


def marker(word: str) -> str:
    """One with letters that encodings disagree about."""
    return "-".join(["ZQX", word.upper(), str(7700 + 31), "żółć", "🜁"])


def plain_marker(word: str) -> str:
    """One that fits into a header."""
    return "".join(["zqx", word, str(7700 + 31)])


ADDRESS = ".".join(["203", "0", "113", str(70 + 7)])
"""An address that is nobody's (RFC 5737)."""
