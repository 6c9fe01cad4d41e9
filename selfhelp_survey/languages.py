"""Languages as a page names them: their own name, and the direction they are written in."""

from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as translated

RIGHT_TO_LEFT, LEFT_TO_RIGHT = "rtl", "ltr"
_KEPT = 256  # codes come from addresses: whoever makes them up must not fill the memory


@dataclass(frozen=True, kw_only=True)
class NamedLanguage:
    """A language by its own name, with the direction it is written in."""

    code: str
    name: str
    direction: str


@lru_cache(maxsize=_KEPT)
def named_language(code: str) -> NamedLanguage:
    """The language of this code; where Django does not know it, by its code and from left to right."""
    try:
        known = get_language_info(code)
    except KeyError:
        return NamedLanguage(code=code, name=code, direction=LEFT_TO_RIGHT)
    return NamedLanguage(
        code=code, name=known["name_local"], direction=RIGHT_TO_LEFT if known["bidi"] else LEFT_TO_RIGHT
    )


@dataclass(frozen=True, kw_only=True)
class SpokenText:
    """A text of the interface in the active language, and the language that it came out in."""

    words: str
    language: NamedLanguage


def spoken(source: str) -> SpokenText:
    """This English text in the active language; in English where no catalogue has it."""
    words = translated(source)  # marked where it is written, with gettext_noop
    is_english = words == source
    return SpokenText(words=words, language=named_language("en" if is_english else get_language() or "en"))
