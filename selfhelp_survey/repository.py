"""Drafts and published versions, in and out of the database.

The only module that reads or writes the columns that hold one language each, always by their full names: the language
that happens to be active never decides what is read, and no language falls back on another.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any, cast

from django.db import DEFAULT_DB_ALIAS, models, transaction
from django.db.models import Max
from modeltranslation import settings as modeltranslation_settings
from modeltranslation.utils import build_localized_fieldname

from selfhelp_survey.authoring.shipped_drafts import DRAFTS, shipped_draft_like
from selfhelp_survey.core.document import content_hash, document_of, questionnaire_in
from selfhelp_survey.core.questionnaire import Questionnaire
from selfhelp_survey.core.text import Text
from selfhelp_survey.core.wordings import complete_languages, with_texts, wording_hash, wordings_of
from selfhelp_survey.draft_signature import awaits_signature, note_writers, sign_draft
from selfhelp_survey.errors import QuestionnaireError
from selfhelp_survey.models import LanguageSignOff, PublishedVersion, Wording
from selfhelp_survey.models import Questionnaire as Draft
from selfhelp_survey.sign_offs import Readings, note_translators, sign, signature, text_digest

SKELETON = "key"
"""The "language" of a stored structure, in which each text reads as its own key."""
VERSIONS_KEPT = 64
DEMONSTRATION = "demo"
"""The code of a demonstration's questionnaire, and of the one entry that may lead to it."""
DEMONSTRATION_NOTE = "made by survey_demo"
"""Kept with its first version, which tells it from one of the host's own."""


def host_languages() -> tuple[str, ...]:
    """The languages that texts have columns for."""
    return tuple(modeltranslation_settings.AVAILABLE_LANGUAGES)


@transaction.atomic
def save_draft(questionnaire: Questionnaire, *, by: tuple[str, ...] = ()) -> None:
    """Keep this questionnaire as the draft of its code.

    A wording replaces the one that was there; wordings in languages that the questionnaire does not have stay, texts it
    does not have go. Languages the host does not have cannot be kept. Whatever the file says, it is marked as a draft
    where `why_draft` says why: only a signature lets it be published then. `by`: every name of whoever brought it in,
    and so cannot sign it; none where that is not known.
    """
    lock_draft(questionnaire.code)
    questionnaire = replace(questionnaire, is_draft=bool(why_draft(questionnaire)))
    if questionnaire.is_draft:
        note_writers(questionnaire.code, names=by)
    texts = wordings_of(questionnaire)
    skeleton = with_texts(questionnaire, lambda key, _: Text.of({SKELETON: key}), languages=(SKELETON,))
    row, _ = Draft.objects.update_or_create(
        code=questionnaire.code,
        defaults={"structure": document_of(skeleton), "languages": " ".join(questionnaire.languages)},
    )
    _save_wordings(row, texts)


def _save_wordings(row: Draft, texts: Mapping[str, Text]) -> None:
    columns = _columns()
    known = {wording.key: wording for wording in row.wordings.all()}
    row.wordings.exclude(key__in=texts).delete()
    fresh: list[Wording] = []
    for position, (key, text) in enumerate(texts.items(), start=1):
        wording = known.get(key) or Wording(questionnaire=row, key=key)
        wording.position = position
        for language, words in text.translations:
            if language in columns:
                setattr(wording, columns[language], words)
        if wording.pk is None:
            fresh.append(wording)
    Wording.objects.bulk_create(fresh)
    Wording.objects.bulk_update([known[key] for key in texts if key in known], ["position", *columns.values()])


def load_draft(code: str) -> Questionnaire:
    """The draft with its wordings in all languages of the host; `languages` are the complete ones.

    The languages of the file come first, in its order. Raises QuestionnaireError where there is no such draft, or no
    language is complete.
    """
    row = Draft.objects.filter(code=code).first()
    if row is None:
        raise QuestionnaireError(f"there is no draft '{code}': import a questionnaire first (survey_import)")
    texts = _texts(row)
    languages = complete_languages(texts.values(), preferred=row.languages.split())
    if not languages:
        raise QuestionnaireError(f"'{code}' is not complete in any language")
    skeleton = questionnaire_in(row.structure)
    return with_texts(skeleton, lambda key, _: texts.get(key, Text.of({})), languages=languages)


def is_marked(code: str) -> bool:
    """True where the draft of this code is marked as a proposal that waits for a signature."""
    structure = Draft.objects.filter(code=code).values_list("structure", flat=True).first()
    return structure is not None and questionnaire_in(structure).is_draft


def why_draft(questionnaire: Questionnaire) -> str:
    """Why this questionnaire waits for a signature once it is kept, to follow its code; "" where it does not."""
    if questionnaire.is_draft:
        return "is marked as a draft"
    if is_marked(questionnaire.code):
        return "is marked as a draft on this site, and no file takes the mark off"
    if questionnaire.code in DRAFTS:
        return "bears the code of a draft that comes with the software"
    if like := shipped_draft_like(questionnaire):
        return f"holds the texts of '{like}', a draft that comes with the software"
    return ""


@transaction.atomic
def sign_whole(code: str, *, signed_by: str, seen: str = "") -> str:
    """The hash of what this person has signed: the whole draft, which nobody changes meanwhile.

    `seen` is the hash of what they have read, "" where that is not known. Raises what `sign_draft` raises.
    """
    lock_draft(code)
    return sign_draft(load_draft(code), signed_by=signed_by, seen=seen)


def is_unsigned(code: str) -> bool:
    """True where the draft of this code is marked and waits for a signature, also where no language is complete."""
    try:
        return awaits_signature(load_draft(code))
    except QuestionnaireError:
        return is_marked(code)


def draft_codes() -> tuple[str, ...]:
    """The codes of all drafts, in order."""
    return tuple(Draft.objects.order_by("code").values_list("code", flat=True))


def draft_texts(code: str) -> dict[str, Text]:
    """Every text of the draft under its key, in the order of the questionnaire, also where no language is complete.

    Raises QuestionnaireError where there is no such draft.
    """
    row = Draft.objects.filter(code=code).first()
    if row is None:
        raise QuestionnaireError(f"there is no draft '{code}': import a questionnaire first (survey_import)")
    return _texts(row)


def languages_changed_by(questionnaire: Questionnaire) -> tuple[str, ...]:
    """The languages of the host in which `save_draft` would write a text that is not there, or reads otherwise."""
    row = Draft.objects.filter(code=questionnaire.code).first()
    known = _texts(row) if row else {}
    changed = {language for key, text in wordings_of(questionnaire).items()
               for language, words in text.translations
               if (language, words) not in known.get(key, Text.of({})).translations}  # fmt: skip
    return tuple(language for language in host_languages() if language in changed)


def lock_draft(code: str) -> None:
    """Let nobody else who locks it go on before this transaction ends, where the database can; no matter if it is not
    there.
    """
    Draft.objects.select_for_update().filter(code=code).first()


def draft_structure(code: str) -> Questionnaire:
    """The draft with each text reading as its own key, in the one language `SKELETON`."""
    return questionnaire_in(Draft.objects.get(code=code).structure)


@transaction.atomic
def change_wordings(code: str, language: str, changes: Mapping[str, str], *, by: tuple[str, ...] = ()) -> None:
    """Write these texts of a draft, by key, in one language of the host. Any signature of the language is then void.

    `by`: the names of whoever wrote them, and so cannot sign them, nor the whole where it is marked as a draft; none
    where that is not known.
    """
    lock_draft(code)
    note_text_writers(code, language, names=by)
    column = _columns()[language]
    rows = list(Wording.objects.filter(questionnaire__code=code, key__in=changes))
    for row in rows:
        setattr(row, column, changes[row.key])
    Wording.objects.bulk_update(rows, [column])


def note_text_writers(area: str, language: str, *, names: Iterable[str]) -> None:
    """Note that whoever goes by these names has written texts of the area, and so cannot sign the language.

    Nor can they sign the whole, where the area is a questionnaire that is marked as a draft.
    """
    told = tuple(names)
    note_translators(area, language, names=told)
    if is_marked(area):
        note_writers(area, names=told)


def languages_of_file(code: str) -> tuple[str, ...]:
    """The languages that the imported file named, the default first; none where there is no such draft."""
    listed = Draft.objects.filter(code=code).values_list("languages", flat=True).first()
    return tuple((listed or "").split())


def _texts(row: Draft) -> dict[str, Text]:
    columns = _columns()
    wordings = cast("models.QuerySet[Any]", row.wordings).values_list("key", *columns.values())
    return {key: Text.of({language: word or "" for language, word in zip(columns, words, strict=True)})
            for key, *words in wordings}  # fmt: skip


def _columns() -> dict[str, str]:
    return {language: build_localized_fieldname("text", language) for language in host_languages()}


@transaction.atomic
def save_version(questionnaire: Questionnaire, *, note: str = "", published_on: date | None = None) -> PublishedVersion:
    """The row of a new published version of this questionnaire, numbered after the last."""
    document = document_of(questionnaire)
    last = PublishedVersion.objects.filter(code=questionnaire.code).aggregate(number=Max("number"))["number"]
    return PublishedVersion.objects.create(
        code=questionnaire.code, number=(last or 0) + 1, content_hash=content_hash(document), document=document,
        note=note, published_on=published_on,
    )  # fmt: skip


def latest_version(code: str) -> PublishedVersion | None:
    """The last published version of this code, without its document; None where there is none."""
    return PublishedVersion.objects.filter(code=code).defer("document").order_by("-number").first()


def other_questionnaires(code: str) -> Iterator[Questionnaire]:
    """The last published version of every other code on this site, and the draft of those that have none.

    A draft that is complete in no language cannot be read, and is left out.
    """
    published = PublishedVersion.objects.exclude(code=code).values_list("code", flat=True).distinct()
    for other in sorted({*published, *draft_codes()} - {code}):
        last = latest_version(other)
        with suppress(QuestionnaireError):
            yield load_version(last.content_hash) if last else load_draft(other)


def is_demonstration(code: str) -> bool:
    """Whether this is the questionnaire of a demonstration, and none of the host's own that bears its code."""
    first = PublishedVersion.objects.filter(code=code, number=1, note=DEMONSTRATION_NOTE)
    return code == DEMONSTRATION and first.exists()


def documents(*, using: str = DEFAULT_DB_ALIAS) -> tuple[str, ...]:
    """The documents of all published versions, for the bundle."""
    return tuple(PublishedVersion.objects.using(using).order_by("code", "number").values_list("document", flat=True))


def version_of_hash(version_hash: str) -> PublishedVersion | None:
    """The published version under this hash, without its document; None where there is none."""
    return PublishedVersion.objects.filter(pk=version_hash).defer("document").first()


@lru_cache(maxsize=VERSIONS_KEPT)
def load_version(version_hash: str) -> Questionnaire:
    """The questionnaire of a published version. Kept in the process: under one hash it never changes.

    Raises QuestionnaireError where there is no such version.
    """
    row = PublishedVersion.objects.filter(pk=version_hash).first()
    if row is None:
        raise QuestionnaireError("there is no published version of this hash")
    return questionnaire_in(row.document)


@transaction.atomic
def forget_demonstration(*, with_versions: bool) -> None:
    """Delete the demonstration's draft, and every version of it where no response waits that may have answered one.

    Nothing else deletes a version: a response can only be read beside the one it answered.
    """
    if with_versions:
        versions = PublishedVersion.objects.filter(code=DEMONSTRATION)
        versions._raw_delete(versions.db)
    Draft.objects.filter(code=DEMONSTRATION).delete()


@transaction.atomic
def sign_language(code: str, language: str, *, signed_by: str) -> None:
    """Note that a person has read and approved the draft in this language, as it stands now.

    Raises QuestionnaireError where it is not complete in this language, and where this person has written texts of it.
    """
    questionnaire = load_draft(code)
    if language not in questionnaire.languages:
        raise QuestionnaireError(f"'{code}' is not complete in {language}; complete: "
                                 f"{', '.join(questionnaire.languages)}")  # fmt: skip
    sign(code, language, _readings(questionnaire, language), signed_by=signed_by)
    LanguageSignOff.objects.update_or_create(
        questionnaire=Draft.objects.get(code=code), language=language,
        defaults={"wording_hash": wording_hash(questionnaire, language), "signed_by": signed_by},
    )  # fmt: skip


def _readings(questionnaire: Questionnaire, language: str) -> Readings:
    """Each text in this language, with the source it was translated from: the file's default language."""
    source = languages_of_file(questionnaire.code)[0]
    texts = {key: dict(text.translations) for key, text in wordings_of(questionnaire).items()}
    return {key: (words.get(language, ""), words.get(source, "")) for key, words in texts.items()}


def has_sign_off(code: str, language: str) -> bool:
    """Whether somebody has signed the draft in this language and nobody took it back, whatever changed since."""
    return LanguageSignOff.objects.filter(questionnaire__code=code, language=language).exists()


def outdated_texts(questionnaire: Questionnaire, language: str) -> tuple[str, ...]:
    """The keys of the texts that read as they were signed in this language, while their source has changed since."""
    signed = signature(questionnaire.code, language).digests
    return tuple(
        key for key, (text, source) in _readings(questionnaire, language).items()
        if key in signed and signed[key][0] == text_digest(text) and signed[key][1] != text_digest(source)
    )  # fmt: skip


def signed_languages(questionnaire: Questionnaire) -> frozenset[str]:
    """The languages whose wordings a person has approved exactly as they are in this draft."""
    rows = LanguageSignOff.objects.filter(questionnaire__code=questionnaire.code)
    signed = dict(rows.values_list("language", "wording_hash"))
    return frozenset(language for language in questionnaire.languages
                     if signed.get(language) == wording_hash(questionnaire, language))  # fmt: skip
