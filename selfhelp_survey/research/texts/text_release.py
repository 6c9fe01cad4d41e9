"""Releasing texts: what was kept leaves in one file, on its own schedule, and the ledger drops it.

Written whole under a temporary name, noted in the ledger, named, noted as done: killed at any moment, the next call
ends what was begun, with the same bytes.
"""

import hmac
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from selfhelp_survey.core.response import Mark
from selfhelp_survey.errors import ReleaseRefused
from selfhelp_survey.research.release import Workstation
from selfhelp_survey.research.release_files import has_manifest, partial_of, put_in_place, refuse_existing
from selfhelp_survey.research.texts.log import Counts, Event
from selfhelp_survey.research.texts.table import HeldText, TextRelease
from selfhelp_survey.research.texts.text import FreeText, Origin, TextState
from selfhelp_survey.research.texts.text_file import TextRow, cell_of, write_partial_texts
from selfhelp_survey.research.versions import versions_in


@dataclass(frozen=True, kw_only=True)
class TextsReleased:
    """What a text release took: how many texts, and how many of each question stay because they are too few."""

    directory: str
    rows: int
    staying: Counter[Origin]


def make_text_release(kind: Mark, out: Path, *, fewest: int, station: Workstation) -> TextsReleased:
    """Release the kept texts of a kind: of each question, all of them or, where they are under `fewest`, none.

    If an earlier call for this directory was interrupted, that release is completed instead. Raises ReleaseRefused.
    """
    out = out.absolute()
    begun = complete_begun(station)
    if begun is not None and begun.directory == str(out):
        return begun
    refuse_existing(out)
    kept = list(station.ledger.texts.held(kind, TextState.KEPT))
    crowds = Counter(held.text.origin for held in kept)
    staying = Counter({origin: count for origin, count in crowds.items() if count < fewest})
    members = [held for held in kept if held.text.origin not in staying]
    if not members:
        raise _too_few(crowds, fewest)
    _write_and_note(kind, members, out=out, station=station)
    return replace(_end(station), staying=staying)


def _too_few(crowds: Counter[Origin], fewest: int) -> ReleaseRefused:
    most = max(crowds.values(), default=0)
    return ReleaseRefused(
        f"Too few texts: at most {most} kept ones answer one question, and a file takes {fewest}, so that none of them "
        "can be matched to one person or one release. They wait in the ledger; review more, and call again later."
    )


def _write_and_note(kind: Mark, members: list[HeldText], *, out: Path, station: Workstation) -> None:
    description = _description(kind, members, station.ledger.questionnaires())
    digest = write_partial_texts(_rows(members, station), description, out=out, private=station.private)
    station.checkpoint("written")
    release = TextRelease(kind=kind, directory=str(out), manifest_digest=digest, description=description)
    station.ledger.texts.prepare(release, [_with_state(held, TextState.TAKEN) for held in members])
    station.checkpoint("prepared")


def complete_begun(station: Workstation) -> TextsReleased | None:
    """The text release that was interrupted, completed with the same bytes; None where there is none."""
    return _end(station) if station.ledger.texts.begun else None


def _end(station: Workstation) -> TextsReleased:
    """Give the release that was begun its name, and drop from the ledger what it holds and what was discarded."""
    table = station.ledger.texts
    release = table.begun
    if release is None:
        raise ReleaseRefused("No text release was begun: call `review --release` again.")
    members = list(table.held(release.kind, TextState.TAKEN))
    out = Path(release.directory)
    if not has_manifest(out, release.manifest_digest):
        _make_again(release, members, station)
        put_in_place(out)
    station.checkpoint("named")
    gone = list(table.held(release.kind, TextState.DISCARDED))
    events: Counts = Counter((held.text.origin, Event.RELEASED) for held in members)
    events.update((held.text.origin, Event.DROPPED) for held in gone)
    log = table.log
    table.finish([held.id for held in (*members, *gone)], log.noting(events, sitting=len(log.sittings)))
    return TextsReleased(directory=release.directory, rows=len(members), staying=Counter())


def _make_again(release: TextRelease, members: list[HeldText], station: Workstation) -> None:
    """The files under the temporary name, as the ledger noted them; what is on the disk may be half there."""
    out = Path(release.directory)
    refuse_existing(out)
    if has_manifest(partial_of(out), release.manifest_digest):
        return  # its manifest was written last
    rows = _rows(members, station)
    if write_partial_texts(rows, release.description, out=out, private=station.private) != release.manifest_digest:
        raise ReleaseRefused(
            "A text release was interrupted, and this version of the software would write it differently: install "
            "the version that began it, and call review again."
        )


def _with_state(held: HeldText, state: TextState) -> HeldText:
    return held._replace(text=replace(held.text, state=state))


def _rows(members: Iterable[HeldText], station: Workstation) -> list[TextRow]:
    """The lines in an order that only the ledger's seed knows; ids have no part in it, since they change."""
    key = hmac.digest(station.ledger.seed, b"texts", "sha256")
    rows = (_row(held.text) for held in members)
    return sorted(rows, key=lambda row: hmac.digest(key, "\0".join(row).encode(), "sha256"))


def _row(text: FreeText) -> TextRow:
    origin = text.origin
    return TextRow(cell_of(text.words), origin.questionnaire, origin.question, str(int(text.is_redacted)))


def _description(kind: Mark, members: Iterable[HeldText], documents: tuple[str, ...]) -> dict[str, Any]:
    """What the manifest says of the texts: their kind, and the newest wording of each question in every language."""
    questions = [
        {"questionnaire": origin.questionnaire, "question": origin.question, "label": wordings_of(origin, documents)}
        for origin in sorted({held.text.origin for held in members})
    ]
    return {"kind": kind.value, "questions": questions}


def wordings_of(origin: Origin, documents: tuple[str, ...]) -> dict[str, str]:
    """The newest wording of a question, by language. Empty where no document has it."""
    for version in reversed(versions_in(documents)):
        questionnaire = version.questionnaire
        if questionnaire.code == origin.questionnaire and questionnaire.asks(origin.question):
            return dict(questionnaire.home_of(origin.question)[1].label.translations)
    return {}
