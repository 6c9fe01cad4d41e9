"""The signature that a questionnaire marked as a draft waits for: a second person's, who stands by all of it.

The mark stands in the file (`draft: true`), and in the document of every version published without a signature, which
only happens in DEBUG. Signed, the draft is published without the mark. So no real site ever takes an answer to a
proposal that nobody has signed, and one that is changed afterwards waits again.
"""

from collections.abc import Iterable

from selfhelp_survey.conf import survey_settings
from selfhelp_survey.core.document import content_hash, document_of
from selfhelp_survey.core.questionnaire import Questionnaire
from selfhelp_survey.errors import QuestionnaireError
from selfhelp_survey.models import TextSignOff
from selfhelp_survey.sign_offs import WHOLE, note_translators, refuse_translator, sign, signature, text_digest

_KEY = "document"


class ChangedSinceRead(QuestionnaireError):  # noqa: N818 - the name says what happened
    """Not signed: the draft was changed after somebody read it."""


def note_writers(code: str, *, names: Iterable[str]) -> None:
    """Note that whoever goes by these names brought the draft in or worded it anew, and so cannot sign it."""
    note_translators(code, WHOLE, names=names)


def awaits_signature(draft: Questionnaire) -> bool:
    """True where this is marked as a draft and nobody has signed it exactly as it stands, in all its languages."""
    if not draft.is_draft:
        return False
    signed = signature(draft.code, WHOLE)
    return not signed.signed_by or signed.digests.get(_KEY, ("", ""))[0] != text_digest(reading_hash(draft))


def sign_draft(draft: Questionnaire, *, signed_by: str, seen: str = "") -> str:
    """The hash of what this person has read and stands by: the whole questionnaire, as it stands now.

    `seen` is the hash of what was read; "" where that is not known. Raises ChangedSinceRead where another stands there;
    QuestionnaireError where it is not marked as a draft, is signed already, or nobody is known to have imported it;
    SignedByTheirWriter where this person has imported it or has written texts of it.
    """
    stands = reading_hash(draft)
    if seen and seen != stands:
        raise ChangedSinceRead(f"not signed: '{draft.code}' was changed after you had read it; read it again")
    if not draft.is_draft:
        raise QuestionnaireError(f"'{draft.code}' is not marked as a draft: there is nothing to sign but its languages")
    rows = TextSignOff.objects.filter(area=draft.code)
    if not awaits_signature(draft):
        raise QuestionnaireError(f"'{draft.code}' is signed already as it stands")
    if not rows.filter(language=WHOLE).exclude(translators="").exists():
        raise QuestionnaireError(f"nobody is known to have imported '{draft.code}' as it stands, and whoever did "
                                 "cannot sign it: import it again, in the admin or with survey_import --by NAME"
                                 )  # fmt: skip
    for language in rows.values_list("language", flat=True):
        refuse_translator(draft.code, language, name=signed_by)
    sign(draft.code, WHOLE, {_KEY: (stands, "")}, signed_by=signed_by)
    return stands


def may_be_answered(version: Questionnaire) -> bool:
    """False where a version is a draft that nobody has signed and this is a real site: nobody may be asked it here."""
    return survey_settings.is_debug or not version.is_draft


def reading_hash(draft: Questionnaire) -> str:
    """The SHA-256 of all that somebody reads who signs the draft as a whole, in hexadecimal digits."""
    return content_hash(document_of(draft))
