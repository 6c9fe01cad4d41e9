"""People's names, compared so that another spelling of one is not another person.

What is not told apart from a second person: a nickname, initials, an apostrophe or space more or less within a word, a
letter that is no letter with a mark (ł, ø), a name written in another script as a whole.
"""

import unicodedata

ALIKE = frozenset({"LATIN", "CYRILLIC", "GREEK", "COPTIC", "ARMENIAN", "CHEROKEE"})
"""Scripts whose letters are drawn alike, as the Unicode names of letters begin (Unicode Technical Standard 39)."""


def as_compared(name: str) -> str:
    """The words of the name in order of the alphabet: letters and digits only, without marks, whatever their case.

    "" where the name has no letter and no digit, and so is nobody's.
    """
    spelt = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    seen = "".join(each if each.isalnum() else " " for each in spelt if not _is_unseen(each))
    return " ".join(sorted(seen.split()))


def fault_in_name(name: str) -> str:
    """Why this cannot be the name of somebody who signs, and what to write; "" where it can."""
    if not as_compared(name):
        return "a name has letters: write it out"
    scripts = _scripts_of(name) & ALIKE
    if len(scripts) > 1:
        return (f"the name mixes letters of several scripts that look alike ({', '.join(sorted(scripts)).lower()}): "
                "write it in one")  # fmt: skip
    return ""


def _is_unseen(character: str) -> bool:
    """A mark on a letter, or what is not drawn: joiners, selectors of variants, fillers."""
    category = unicodedata.category(character)
    return category[0] == "M" or category == "Cf" or "FILLER" in unicodedata.name(character, "")


def _scripts_of(name: str) -> frozenset[str]:
    letters = (each for each in unicodedata.normalize("NFKD", name) if each.isalpha())
    return frozenset(unicodedata.name(letter, "").partition(" ")[0] for letter in letters)
