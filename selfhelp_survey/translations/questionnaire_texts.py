"""The texts of the questionnaires' drafts."""

from collections.abc import Iterator, Mapping
from functools import partial

from selfhelp_survey import repository
from selfhelp_survey.sign_offs import Signature, signature, text_digest
from selfhelp_survey.translations.units import TextArea, TranslationUnit

LABEL_BYTES, VALUE_BYTES = 256, 120
"""Source: IBM SPSS Statistics, Variable labels (256 bytes) and VALUE LABELS (120 bytes): what is longer is cut off in
releases."""
PARTS = {
    "title": "title", "intro": "introduction", "facts": "fact", "details": "detail", "heading": "heading",
    "text": "text", "label": "label", "hint": "hint",
}  # fmt: skip


def questionnaire_areas() -> Iterator[TextArea]:
    """One area for each draft."""
    for code in repository.draft_codes():
        yield TextArea(
            name=code, read=partial(_read, code), write=partial(repository.change_wordings, code),
            signature=partial(_signature, code),
        )  # fmt: skip


def _read(code: str, language: str) -> tuple[TranslationUnit, ...]:
    source = repository.languages_of_file(code)[0]
    return tuple(unit_of(code, key, dict(text.translations), language=language, source=source)
                 for key, text in repository.draft_texts(code).items())  # fmt: skip


def unit_of(  # noqa: PLR0913
    code: str, key: str, words: Mapping[str, str], *, language: str, source: str
) -> TranslationUnit:
    """The text of this key, given what it reads in each language."""
    return TranslationUnit(
        area=code, key=key, place=place_of(key), source_language=source, source=words.get(source, ""),
        target=words.get(language, ""), longest=longest_of(key), in_bytes=True,
    )  # fmt: skip


def _signature(code: str, language: str) -> Signature:
    """What publishing goes by as well: no signature counts that was taken back.

    A language signed before digests were kept counts as a whole, as long as nothing in it has changed.
    """
    if not repository.has_sign_off(code, language):
        return Signature(signed_by="", digests={})
    signed = signature(code, language)
    if signed.digests:
        return signed
    if language not in repository.signed_languages(repository.load_draft(code)):
        return Signature(signed_by="", digests={})
    digests = {unit.key: (text_digest(unit.target), text_digest(unit.source)) for unit in _read(code, language)}
    return Signature(signed_by="", digests=digests)


def longest_of(key: str) -> int | None:
    """The most bytes a text of this key may have, None where no file of a release has to hold it."""
    match key.split("."):
        case ["pages", _, "questions", _, "label"] | ["pages", _, "questions", _, "rows", _]:
            return LABEL_BYTES
        case ["pages", _, "questions", _, "values", _] | ["hierarchies", *_]:
            return VALUE_BYTES
    return None


def place_of(key: str) -> str:
    """The key in words."""
    match key.split("."):
        case ["title"]:
            return "title of the questionnaire"
        case ["pages", page, "questions", question, "values" | "rows" as kind, name]:
            return f"page {page}, question {question}, {kind.removesuffix('s')} {name}"
        case ["pages", page, "questions", question, part]:
            return f"page {page}, question {question}, {PARTS.get(part, part)}"
        case ["pages", page, passage, number, part]:
            return f"page {page}, {PARTS.get(passage, passage)} {number}, {PARTS.get(part, part)}"
        case ["pages", page, part]:
            return f"page {page}, {PARTS.get(part, part)}"
        case ["hierarchies", name, level, code]:
            return f"hierarchy {name}, level {level}, category {code} (releases only)"
    return key
