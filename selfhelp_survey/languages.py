"""Languages as a page names them: their own name, and the direction they are written in."""

from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language_info

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
