"""Signatures of texts: who stands by them, and that it is not whoever wrote them.

The names of those who write texts are not kept: only a keyed digest, bound to area and language, so that it can be told
whether a name was among them, and nothing else. The digests go when a second person signs.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.crypto import salted_hmac

from selfhelp_survey.errors import QuestionnaireError
from selfhelp_survey.models import TextSignOff
from selfhelp_survey.person_names import as_compared, fault_in_name

LONGEST_NAME = 200
WHOLE = "*"
"""Where a language would stand: the signature is under the whole questionnaire. No language has this code."""
DIGEST_DIGITS = 16
"""Hexadecimal digits kept of a text's SHA-256: they tell a changed text, and guard nothing secret."""
Readings = Mapping[str, tuple[str, str]]
"""By key: a text, and the source it was translated from."""


class SignedByTheirWriter(QuestionnaireError):  # noqa: N818 - the name says what happened
    """A text is signed by somebody else than whoever wrote it."""


@dataclass(frozen=True, kw_only=True)
class Signature:
    """What was signed: `signed_by` is "" where nobody has. `digests`: by key, of the text and of its source."""

    signed_by: str
    digests: Mapping[str, tuple[str, str]]


def text_digest(text: str) -> str:
    """Sixteen hexadecimal digits that change with the text; spaces at its ends do not count."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:DIGEST_DIGITS]


def note_translator(area: str, language: str, *, name: str) -> None:
    """Note that this person has written texts of the area in this language, until somebody else signs them."""
    note_translators(area, language, names=(name,))


@transaction.atomic
def note_translators(area: str, language: str, *, names: Iterable[str]) -> None:
    """Note each of these names: several people's, or all that one person goes by. A blank name is nobody's."""
    told = [name for name in names if as_compared(name)]
    if not told:
        return
    row, _ = TextSignOff.objects.select_for_update().get_or_create(area=area, language=language)
    row.translators = " ".join(sorted({*row.translators.split(), *(_mark(row, name) for name in told)}))
    row.save(update_fields=["translators"])


def refuse_translator(area: str, language: str, *, name: str) -> None:
    """Raises SignedByTheirWriter where this person has written texts of the area since they were last signed.

    Whoever may sign in to the admin is one person under both names: the one they log in with, and their full name.
    """
    row = TextSignOff.objects.filter(area=area, language=language).first()
    if row is not None and {_mark(row, each) for each in _known_as(name)}.intersection(row.translators.split()):
        what = f"brought '{area}' in or worded it" if language == WHOLE else f"wrote texts of '{area}' in {language}"
        raise SignedByTheirWriter(f"whoever {what} cannot sign too: a second person reads and signs")


@transaction.atomic
def sign(area: str, language: str, readings: Readings, *, signed_by: str) -> None:
    """Note that this person stands by these texts.

    Raises SignedByTheirWriter, and QuestionnaireError for a name that nobody can be told by.
    """
    if fault := fault_in_name(signed_by):
        raise QuestionnaireError(f"not signed: {fault}")
    refuse_translator(area, language, name=signed_by)
    digests = {key: [text_digest(text), text_digest(source)] for key, (text, source) in readings.items()}
    TextSignOff.objects.update_or_create(
        area=area, language=language, defaults={"translators": "", "signed_by": signed_by, "digests": digests}
    )


def signature(area: str, language: str) -> Signature:
    """The last signature under the area's texts in this language; an empty one where there is none."""
    row = TextSignOff.objects.filter(area=area, language=language).first()
    if row is None:
        return Signature(signed_by="", digests={})
    digests = {key: (text, source) for key, (text, source) in row.digests.items()}
    return Signature(signed_by=row.signed_by, digests=digests)


def names_of(user: Any) -> tuple[str, ...]:
    """All that this person may sign as: the name they log in with, and their full name where it is known."""
    full_name = user.get_full_name() if hasattr(user, "get_full_name") else ""
    return tuple(name for name in (user.get_username(), full_name) if name.strip())


def _known_as(name: str) -> Iterator[str]:
    yield name
    if not apps.is_installed("django.contrib.auth") or not hasattr(get_user_model(), "is_staff"):
        return
    for user in get_user_model()._default_manager.filter(is_staff=True):
        names = names_of(user)
        if as_compared(name) in map(as_compared, names):
            yield from names


def _mark(row: TextSignOff, name: str) -> str:
    """A digest of the name as it is compared; another one in every area and language, and on every host."""
    told = f"{row.area}|{row.language}|{as_compared(name)}"
    return salted_hmac("selfhelp_survey.translator", told, algorithm="sha256").hexdigest()
