"""Publishing: from a draft that is edited to a version that never changes."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext_noop as _  # the commands speak English; the admin translates

from selfhelp_survey import repository
from selfhelp_survey.authoring.shipped import shipped_catalogue
from selfhelp_survey.conf import survey_settings
from selfhelp_survey.core.comparison import Change, differences
from selfhelp_survey.core.document import content_hash, document_of
from selfhelp_survey.core.duration import minutes_for
from selfhelp_survey.core.flow import page_counts
from selfhelp_survey.core.linter import Finding, Weight
from selfhelp_survey.core.linter_catalogue import lint_against
from selfhelp_survey.core.plain_text import faults_in, faults_to_publish
from selfhelp_survey.core.questionnaire import Questionnaire
from selfhelp_survey.core.text import FACTS, Text, placeholders_in
from selfhelp_survey.core.wordings import filled_in, with_texts, wordings_of
from selfhelp_survey.draft_signature import awaits_signature
from selfhelp_survey.entries import today
from selfhelp_survey.errors import QuestionnaireError
from selfhelp_survey.host_content import OrganisationFacts, forget_host_content, organisation_facts

Facts = dict[str, dict[str, str]]


class Area(StrEnum):
    """Where an obstacle is put out of the way."""

    TEXTS = "texts"
    LANGUAGES = "languages"
    SIGNATURE = "signature"
    ORGANISATION = "organisation"
    FILE = "file"


@dataclass(frozen=True, kw_only=True)
class Obstacle:
    """What keeps a draft from being published, where to put it right, and how.

    All in English: `values` fill the placeholders of `message`, and `left_out` says why a language is not offered, for
    each that matters here.
    """

    area: Area
    message: str
    fix: str
    values: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.told(str)}. {self.fix}"

    def told(self, translated: Callable[[str], str]) -> str:
        """The message, its own words and the reasons put through `translated`."""
        words = translated(self.message)
        filled = words % self.values if self.values else words
        reasons = "; ".join(f"{language} {translated(reason)}" for language, reason in self.left_out.items())
        return f"{filled}: {reasons}" if reasons else filled


@dataclass(frozen=True, kw_only=True)
class Caution:
    """What does not stop a draft, and should be known before it is published: where, what, and the way out. English."""

    where: str
    message: str
    fix: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}. {self.fix}"


class PublicationRefused(QuestionnaireError):  # noqa: N818 - the name says what happened
    """The questionnaire was not published."""

    def __init__(self, obstacles: tuple[Obstacle, ...]) -> None:
        self.obstacles = obstacles
        self.reasons = tuple(str(obstacle) for obstacle in obstacles)
        super().__init__("not published:\n" + "\n".join(f"- {reason}" for reason in self.reasons))


class ChangedMeanwhile(QuestionnaireError):  # noqa: N818 - the name says what happened
    """Not published: the draft was changed after somebody looked at what would be published."""


class LanguagesDropped(QuestionnaireError):  # noqa: N818 - the name says what happened
    """Not published: languages of the last version would not be offered any more, and nobody has said so."""

    def __init__(self, languages: tuple[str, ...]) -> None:
        self.languages = languages
        listed = " ".join(f"--without {language}" for language in languages)
        super().__init__(f"not published: {', '.join(languages)} would not be offered any more; put that right first, "
                         f"or say that you mean it: {listed}")  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Publication:
    """What publishing comes to.

    `questionnaire` is the version with its placeholders filled; `number` its number, the last one where nothing is
    new; `left_out` says for each language that is not offered why; `changes` are the differences from the last
    version, none for the first; `warnings` what the linter would have looked at again, and `cautions` what else should
    be known; `dropped` are the languages that the last version has and this one has not.
    """

    questionnaire: Questionnaire
    number: int
    is_new: bool
    content_hash: str
    left_out: dict[str, str] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    warnings: tuple[Finding, ...] = ()
    cautions: tuple[Caution, ...] = ()
    dropped: tuple[str, ...] = ()


def publish(code: str, *, note: str = "", seen: str = "", without: Collection[str] = ()) -> Publication:
    """The version that the draft was frozen as.

    `seen` is the content hash that somebody looked at before; "" where nobody did. `without`: the languages of the last
    version that may go. Raises PublicationRefused with all reasons, ChangedMeanwhile where it would be another than was
    seen, LanguagesDropped where others would go, QuestionnaireError where there is no draft.
    Where the draft says nothing that the last version does not, nothing is written and `is_new` is False.
    """
    with transaction.atomic():
        repository.lock_draft(code)  # of two at once, the second finds what the first has published
        publication = prepare(code)
        if seen and publication.content_hash != seen:
            raise ChangedMeanwhile
        unsaid = tuple(language for language in publication.dropped if language not in without)
        if unsaid:
            raise LanguagesDropped(unsaid)
        if publication.is_new:
            repository.save_version(publication.questionnaire, note=note, published_on=today())
    return publication


def prepare(code: str) -> Publication:
    """What `publish` would do now; nothing is written. Raises what `publish` raises."""
    forget_host_content()
    draft, facts = repository.load_draft(code), organisation_facts()
    findings = lint_against(draft, shipped_catalogue())
    left_out = _left_out(draft)
    offered = tuple(language for language in draft.languages if language not in left_out)
    waits = awaits_signature(draft)
    obstacles = (*_in_wording(findings), *_in_texts(draft, offered), *_in_signature(draft.code, waits=waits),
                 *_in_languages(offered, left_out), *_in_facts(facts, offered),
                 *_in_words_of_facts(facts, offered))  # fmt: skip
    if obstacles:
        raise PublicationRefused(obstacles)
    version = replace(filled_in(_only(draft, offered), _facts_of(draft, facts, offered)), is_draft=waits)
    warnings = tuple(finding for finding in findings if finding.weight is Weight.WARNING)
    told = _compared(version, left_out, warnings)
    return replace(told, cautions=(*_of_dropped(told), *_of_mark(told), *_of_consent(draft),
                                   *_of_outdated(draft, offered)))  # fmt: skip


def as_respondents_read(draft: Questionnaire) -> Questionnaire:
    """The draft with its placeholders filled as publishing fills them; a blank fact reads as its name in brackets."""
    return filled_in(draft, _facts_of(draft, organisation_facts(), draft.languages))


def _compared(version: Questionnaire, left_out: dict[str, str], warnings: tuple[Finding, ...]) -> Publication:
    last = repository.latest_version(version.code)
    version_hash = content_hash(document_of(version))
    if last is None:
        return Publication(questionnaire=version, number=1, is_new=True, content_hash=version_hash, left_out=left_out,
                           warnings=warnings)  # fmt: skip
    is_new = last.content_hash != version_hash
    same = repository.version_of_hash(version_hash) if is_new else None
    if same is not None:
        raise PublicationRefused((_again(same.code, same.number),))
    before = repository.load_version(last.content_hash)
    dropped = tuple(language for language in before.languages if language not in version.languages)
    return Publication(questionnaire=version, number=last.number + is_new, is_new=is_new, content_hash=version_hash,
                       left_out=left_out, changes=differences(before, version), warnings=warnings,
                       dropped=dropped)  # fmt: skip


def _again(code: str, number: int) -> Obstacle:
    return Obstacle(area=Area.TEXTS, message=_("the draft is version %(number)s of '%(code)s' again"),
                    fix=_("Change something, if only a wording"),
                    values={"number": str(number), "code": code})  # fmt: skip


def _left_out(draft: Questionnaire) -> dict[str, str]:
    """Why a language is not offered, for each that is not."""
    wanted = repository.languages_of_file(draft.code)
    reasons = {}
    for language in wanted:
        if language not in repository.host_languages():
            reasons[language] = _("is not among this site's LANGUAGES")
        elif language not in draft.languages:
            reasons[language] = _("is not complete")
    if not survey_settings.is_debug:
        signed = repository.signed_languages(draft)
        for language in draft.languages:
            if language not in signed:
                reasons[language] = _("is not signed, or was changed since (survey_sign)")
            elif _consent_texts(draft).intersection(repository.outdated_texts(draft, language)):
                reasons[language] = _("has a consent text whose source was changed since it was signed (survey_sign)")
    return reasons


def _consent_texts(draft: Questionnaire) -> frozenset[str]:
    """The keys of what people agree to: every text of the pages that let them in."""
    places = tuple(f"pages.{page.name}." for page in draft.pages if page.admits is not None)
    return frozenset(key for key in wordings_of(draft) if key.startswith(places))


def _of_dropped(publication: Publication) -> Iterator[Caution]:
    for language in publication.dropped:
        why = publication.left_out.get(language, "is not complete")
        yield Caution(where=language, message=f"is offered now, and would not be any more: it {why}",
                      fix="Put that right first, unless this language is to go")  # fmt: skip


def _of_mark(publication: Publication) -> Iterator[Caution]:
    """In DEBUG: an unsigned change of what was signed takes along what a real site will not open."""
    last = repository.latest_version(publication.questionnaire.code)
    if last is None or not (publication.is_new and publication.questionnaire.is_draft):
        return
    if not repository.load_version(last.content_hash).is_draft:
        yield Caution(where="draft", message="nobody has signed this change of a draft that was signed: the version "
                      "keeps the mark, and where this is a real site its entries close",
                      fix="Have it signed first (survey_sign --draft)")  # fmt: skip


def _of_consent(draft: Questionnaire) -> Iterator[Caution]:
    """Whoever agrees should read there who asks, and whom they can ask."""
    texts, keys = wordings_of(draft), _consent_texts(draft)
    told = {name for key in keys for _language, words in texts[key].translations for name in placeholders_in(words)}
    for name in ("organisation", "contact") if keys else ():
        if name not in told:
            yield Caution(where="consent", message=f"no text of the page holds {{{name}}}",
                          fix="Put it in, unless the texts say it in words of their own")  # fmt: skip


def _of_outdated(draft: Questionnaire, offered: tuple[str, ...]) -> Iterator[Caution]:
    for language in offered:
        for key in repository.outdated_texts(draft, language):
            yield Caution(where=key, message=f"the source was changed since {language} was signed",
                          fix="Have the translation read again, and the language signed (survey_sign)")  # fmt: skip


def _in_wording(findings: tuple[Finding, ...]) -> Iterator[Obstacle]:
    for finding in findings:
        if finding.weight is Weight.ERROR:
            message = f"{finding.where}: {finding.code} {finding.message}"
            yield Obstacle(area=Area.FILE, message=message, fix=finding.fix)


def _in_signature(code: str, *, waits: bool) -> Iterator[Obstacle]:
    """In DEBUG a draft may be tried out; the version then keeps the mark, and no real site opens it."""
    if waits and not survey_settings.is_debug:
        yield Obstacle(area=Area.SIGNATURE, message=f"'{code}' is a draft that nobody has signed as it stands",
                       fix="Have it signed, in the admin or with survey_sign, by somebody who did not bring it in"
                       )  # fmt: skip


def _in_texts(draft: Questionnaire, offered: tuple[str, ...]) -> Iterator[Obstacle]:
    source = next(iter(repository.languages_of_file(draft.code)), "")
    for key, language, fault in faults_to_publish(wordings_of(draft), offered, source=source):
        yield Obstacle(area=Area.TEXTS, message=f"{key} in {language}: {fault}",
                       fix=_("Write this text anew"))  # fmt: skip


def _in_languages(offered: tuple[str, ...], left_out: dict[str, str]) -> Iterator[Obstacle]:
    if not offered:
        yield Obstacle(area=Area.LANGUAGES, message=_("no language can be offered"), left_out=left_out,
                       fix=_("Complete one, and have it signed by somebody who speaks it"))  # fmt: skip


def _in_facts(facts: OrganisationFacts | None, offered: tuple[str, ...]) -> Iterator[Obstacle]:
    """Outside DEBUG respondents must be told truly who asks them, in every language that is offered."""
    if survey_settings.is_debug:
        return
    if facts is None:
        yield _untold(_("nobody has said who runs the survey"), _("Fill in 'Organisation' in the admin"))
        return
    if facts.is_sample:
        yield _untold(_("the facts about the organisation are sample texts"),
                      _("Replace them, and take the mark 'sample texts' away"))  # fmt: skip
    for name in FACTS:
        blank = [language for language in offered if not facts.wordings.get(name, {}).get(language, "").strip()]
        if blank:
            yield _untold(_("the organisation's '%(name)s' is blank in %(languages)s"), _("Fill it in in the admin"),
                          name=name, languages=", ".join(blank))  # fmt: skip


def _in_words_of_facts(facts: OrganisationFacts | None, offered: tuple[str, ...]) -> Iterator[Obstacle]:
    for name, wordings in facts.wordings.items() if facts else ():
        for language in (each for each in offered if each in wordings):
            words = wordings[language]
            braced = ("it holds a placeholder: write the words themselves",) if placeholders_in(words) else ()
            for fault in (*faults_in(words), *braced):
                yield _untold(_("the organisation's '%(name)s' cannot be shown in %(language)s: %(fault)s"),
                              _("Write it anew in the admin"), name=name, language=language, fault=fault)  # fmt: skip


def _untold(message: str, fix: str, **values: str) -> Obstacle:
    return Obstacle(area=Area.ORGANISATION, message=message, fix=fix, values=values)


def _facts_of(draft: Questionnaire, facts: OrganisationFacts | None, offered: tuple[str, ...]) -> Facts:
    """Every placeholder's wording. In DEBUG a blank fact reads as its own name in square brackets."""
    known = facts.wordings if facts else {}
    filled = {name: {language: known.get(name, {}).get(language) or f"[{name.replace('_', ' ')}]"
                     for language in offered} for name in FACTS}  # fmt: skip
    pages, all_pages = page_counts(draft)
    counts = {"pages": pages, "all_pages": all_pages, "minutes": minutes_for(draft, part=1),
              "all_minutes": minutes_for(draft)}  # fmt: skip
    return filled | {name: dict.fromkeys(offered, str(count)) for name, count in counts.items()}


def _only(questionnaire: Questionnaire, languages: tuple[str, ...]) -> Questionnaire:
    def kept(_key: str, text: Text) -> Text:
        return Text.of({language: text.in_language(language) for language in languages})

    return with_texts(questionnaire, kept, languages=languages)
