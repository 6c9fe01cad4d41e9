"""Publishing from the admin: everything that is to be known before, then the same use case as `survey_publish`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from selfhelp_survey.admin.checklist import (
    Checklist,
    checklist,
    effects,
    stops_in_words,
    with_other_questionnaires,
)
from selfhelp_survey.admin.preview import drawn
from selfhelp_survey.core.questionnaire import Questionnaire as Version
from selfhelp_survey.core.variable_changes import Effect, VariableChange
from selfhelp_survey.entries import forget_entries
from selfhelp_survey.errors import QuestionnaireError
from selfhelp_survey.management.commands.survey_weight import FIRST_BYTES, NEXT_BYTES
from selfhelp_survey.management.weighing import compressed
from selfhelp_survey.models import Entry, Questionnaire
from selfhelp_survey.publication import ChangedMeanwhile, LanguagesDropped, publish
from selfhelp_survey.stylesheet import stylesheet

MOST_NOTE = 1000


@dataclass(frozen=True, kw_only=True)
class PageWeight:
    """What the heaviest page of a kind is estimated to weigh: compressed bytes, and how many it may."""

    page: str
    language: str
    bytes: int
    most: int

    @property
    def is_over(self) -> bool:
        """True where it weighs more than it may."""
        return self.bytes > self.most


def checklist_context(questionnaire: Questionnaire) -> dict[str, Any]:
    """What the page before publishing shows."""
    found = with_other_questionnaires(checklist(questionnaire.code))
    changed = effects(found.publication) if found.publication else ()
    return {
        "checklist": found, "stops": tuple(stops_in_words(found.stops, questionnaire.pk)),
        "effects": [(each, EFFECTS[each.effect]()) for each in changed],
        "frame_changes": _frame_changes(found, changed),
        "breaking": sum(each.effect is Effect.BREAKS for each in changed),
        "weights": tuple(weights(found.publication.questionnaire)) if found.publication else (),
        "open_entries": Entry.objects.filter(questionnaire=questionnaire.code, state=Entry.State.OPEN),
        "most_note": MOST_NOTE,
    }  # fmt: skip


EFFECTS = {
    Effect.BREAKS: lambda: _("breaks comparability"),
    Effect.GONE: lambda: _("asked no more"),
    Effect.NEW: lambda: _("new"),
    Effect.COMPARABLE: lambda: _("stays comparable"),
    Effect.SAFE: lambda: _("safe wording change"),
}


def _frame_changes(found: Checklist, changed: tuple[VariableChange, ...]) -> list[str]:
    """The differences that concern no variable: languages, the order of pages, titles."""
    told = {change for each in changed for change in each.changes}
    all_changes = found.publication.changes if found.publication else ()
    return [str(change) for change in all_changes if change not in told]


def weights(version: Version) -> Iterator[PageWeight]:
    """The first page with its stylesheet, and the heaviest of the others, over all languages of this version.

    An estimate: a page is drawn with every question and no answer. `survey_weight` weighs the real ones.
    """
    first, *others = [page.name for page in version.pages]
    yield _heaviest(version, [first], most=FIRST_BYTES, beside=compressed(stylesheet().encode()))
    if others:
        yield _heaviest(version, others, most=NEXT_BYTES)


def _heaviest(version: Version, names: list[str], *, most: int, beside: int = 0) -> PageWeight:
    weighed = (
        PageWeight(page=name, language=language, most=most,
                   bytes=compressed(drawn(version, name, language).content) + beside)
        for name in names for language in version.languages
    )  # fmt: skip
    return max(weighed, key=lambda weight: weight.bytes)


def publish_draft(request: HttpRequest, code: str) -> int | None:
    """The number of the version that was published now; None where nothing was, and the maintainer is told why."""
    note = request.POST.get("note", "").strip()[:MOST_NOTE]
    seen = request.POST.get("seen", "")
    if not seen:
        messages.error(request, _("Not published: look at the checklist first, and publish from there."))
        return None
    try:
        publication = publish(code, note=note, seen=seen, without=request.POST.getlist("without"))
    except LanguagesDropped as dropped:
        told = _("Not published: tick that %(languages)s will not be offered any more, if you mean it.")
        messages.error(request, told % {"languages": ", ".join(dropped.languages)})
        return None
    except ChangedMeanwhile:
        messages.error(request, _("Not published: somebody has changed the draft meanwhile. Look at it again."))
        return None
    except QuestionnaireError:
        messages.error(request, _("Not published: look at what stops it."))
        return None
    forget_entries()
    if not publication.is_new:
        messages.info(request, _("Nothing is new since the last version, and nothing was published."))
        return None
    told = _("Version %(number)d is published in %(languages)s. Who has begun finishes the version they began with.")
    languages = ", ".join(publication.questionnaire.languages)
    messages.success(request, told % {"number": publication.number, "languages": languages})
    return publication.number
