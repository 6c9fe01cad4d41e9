"""What the admin tells before a questionnaire is published: what stops it, what to look at again, what it would be."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from selfhelp_survey import repository
from selfhelp_survey.authoring.shipped import shipped_catalogue
from selfhelp_survey.core.duration import minutes_for
from selfhelp_survey.core.linter import Finding
from selfhelp_survey.core.linter import Weight as LintWeight
from selfhelp_survey.core.linter_catalogue import lint_against
from selfhelp_survey.core.questionnaire import Questionnaire
from selfhelp_survey.core.variable_changes import VariableChange, variable_changes
from selfhelp_survey.errors import QuestionnaireError
from selfhelp_survey.file_review import beside_others
from selfhelp_survey.languages import NamedLanguage, SpokenText, spoken
from selfhelp_survey.publication import Area, Caution, Obstacle, Publication, PublicationRefused, prepare


@dataclass(frozen=True, kw_only=True)
class Checklist:
    """What stands between a draft and its next version. `publication` is None where one of `stops` does.

    `minutes` are those of part one and of both parts, None where no language of the draft is complete.
    """

    stops: tuple[Obstacle, ...] = ()
    warnings: tuple[Finding | Caution, ...] = ()
    publication: Publication | None = None
    minutes: tuple[int, int] | None = None

    @property
    def left_out(self) -> dict[str, SpokenText]:
        """Why a language is not offered, for each that is not, in the maintainer's language."""
        reasons = self.publication.left_out if self.publication else {}
        return {language: spoken(reason) for language, reason in reasons.items()}

    @property
    def is_unchanged(self) -> bool:
        """True where the draft is the last version, word by word."""
        return self.publication is not None and not self.publication.is_new

    @property
    def is_new(self) -> bool:
        """True where publishing would make a version."""
        return self.publication is not None and self.publication.is_new


def checklist(code: str) -> Checklist:
    """The checklist of this draft as it stands now; nothing is written."""
    try:
        publication = prepare(code)
    except PublicationRefused as refused:
        draft = repository.load_draft(code)
        return Checklist(stops=refused.obstacles, warnings=_warnings(draft), minutes=_minutes(draft))
    except QuestionnaireError as error:
        fix = gettext_noop("Write the texts that are missing")
        obstacle = Obstacle(area=Area.TEXTS, message=str(error), fix=fix)
        return Checklist(stops=(obstacle,))
    return Checklist(publication=publication, warnings=(*publication.cautions, *publication.warnings),
                     minutes=_minutes(publication.questionnaire))  # fmt: skip


def with_other_questionnaires(found: Checklist) -> Checklist:
    """The same with a warning for each harmonised name that means something else in another questionnaire."""
    if found.publication is None:
        return found
    beside = tuple(beside_others(found.publication.questionnaire))
    return replace(found, warnings=(*found.warnings, *beside))


def _warnings(draft: Questionnaire) -> tuple[Finding, ...]:
    findings = lint_against(draft, shipped_catalogue())
    return tuple(finding for finding in findings if finding.weight is LintWeight.WARNING)


def _minutes(questionnaire: Questionnaire) -> tuple[int, int]:
    return minutes_for(questionnaire, part=1), minutes_for(questionnaire)


def effects(publication: Publication) -> tuple[VariableChange, ...]:
    """What the new version means for each variable that is not as it was; none for the first version."""
    last = repository.latest_version(publication.questionnaire.code)
    if last is None or not publication.is_new:
        return ()
    return variable_changes(repository.load_version(last.content_hash), publication.questionnaire)


@dataclass(frozen=True, kw_only=True)
class Stop:
    """An obstacle in the maintainer's language, with the page of the admin where it is put right.

    `address` is "" where that is the questionnaire's file; `language` the one that the message came out in.
    """

    message: str
    fix: SpokenText
    language: NamedLanguage
    address: str


def stops_in_words(stops: tuple[Obstacle, ...], pk: int) -> Iterator[Stop]:
    """Each obstacle of the questionnaire with this primary key. What the linter says is English."""
    addresses = {
        Area.TEXTS: reverse("admin:selfhelp_survey_questionnaire_texts", args=(pk,)),
        Area.LANGUAGES: reverse("admin:selfhelp_survey_questionnaire_change", args=(pk,)),
        Area.SIGNATURE: reverse("admin:selfhelp_survey_questionnaire_change", args=(pk,)),
        Area.ORGANISATION: reverse("admin:selfhelp_survey_organisation_changelist"),
        Area.FILE: "",
    }
    for stop in stops:
        yield Stop(message=stop.told(gettext), fix=spoken(stop.fix), language=spoken(stop.message).language,
                   address=addresses[stop.area])  # fmt: skip
