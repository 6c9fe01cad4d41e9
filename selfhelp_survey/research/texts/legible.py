"""A text in the one form in which it is reviewed and released: what a person saw is what leaves.

Nothing in it can drive a terminal, turn the order of what stands around it, or hide. Words stay as they were written.
Source: Unicode Standard Annex 9 (bidirectional controls), Unicode Technical Report 36 (what cannot be seen).
"""

import unicodedata

STRANGE = "\N{REPLACEMENT CHARACTER}"
"""Stands for what cannot be shown: control characters, turned reading order, half characters."""
_UNSEEN = frozenset("\N{SOFT HYPHEN}\N{ZERO WIDTH SPACE}\N{WORD JOINER}\N{ZERO WIDTH NO-BREAK SPACE}")
"""Left out: programs put them into what is copied from them, and no reader sees them."""
_JOINING = frozenset(
    "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}\N{ARABIC LETTER MARK}"
)
"""Kept: Persian, Arabic and Hebrew are not written without them, and they turn nothing but their neighbours."""
_BREAKS = frozenset("\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}\x0b\x0c\x85")
_NEVER_SHOWN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def legible(text: str) -> str:
    """The text without what cannot be seen, and with U+FFFD for what must not be shown; line breaks as `\\n`."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(map(_shown, lines)).strip()


def _shown(character: str) -> str:
    if character in _UNSEEN:
        return ""
    if character == "\n" or character in _BREAKS:
        return "\n"
    if character == "\t":
        return " "
    is_hidden = unicodedata.category(character) in _NEVER_SHOWN and character not in _JOINING
    return STRANGE if is_hidden else character


def folded(text: str) -> str:
    """The text as patterns read it: digits and letters of full width, and digits of any script, as ASCII.

    It has the same length, character for character, so that what is found here stands at the same place there.
    """
    return "".join(map(_folded, text))


def _folded(character: str) -> str:
    if character.isascii():
        return character
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    if "\N{HYPHEN}" <= character <= "\N{HORIZONTAL BAR}" or character == "\N{MINUS SIGN}":
        return "-"
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 else character
