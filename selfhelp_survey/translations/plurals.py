"""How a language counts."""

import gettext
from pathlib import Path

import django
from django.utils.translation import to_locale

TWO_FORMS = "nplurals=2; plural=(n != 1);"
MOST_NUMBERS = 200
"""Numbers looked at to find the first one of each plural form: every rule in CLDR shows all its forms by then."""


def plural_rule(language: str) -> str:
    """The rule by which a language counts, as Django's own catalogue has it: two rules keep catalogues apart."""
    folder = str(Path(django.__file__).parent / "conf" / "locale")
    found = gettext.translation("django", folder, [to_locale(language)], fallback=True)
    return found.info().get("plural-forms", TWO_FORMS)


def plural_forms(language: str) -> tuple[int, ...]:
    """The first number that takes each of a language's plural forms; 1 before all others."""
    form_of = gettext.c2py(plural_rule(language).partition("plural=")[2].rstrip("; "))
    first: dict[int, int] = {}
    for number in (*range(1, MOST_NUMBERS), 0, 1_000_000):
        first.setdefault(form_of(number), number)
    return tuple(first[form] for form in sorted(first))
