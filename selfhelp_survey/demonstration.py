"""A working survey to look at, made in one go on a developer's machine, and taken away again without a trace.

It is the shipped exit survey under a code and an entry of its own, so that nothing of the host's is touched. What is
answered there is a rehearsal. Where the host names no research keys, two are made whose private halves are thrown away
at once (`demo_keys`). Nothing but a rehearsal is ever sealed to these, so what goes with them is no answer that
somebody meant; and on a production site no response goes at all, because there only a receipt deletes one. No other
entry may lead to its questionnaire, and a version stays as long as a response waits that may need it to be read.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from importlib.resources import as_file, files

from django.db import transaction
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from selfhelp_survey import repository
from selfhelp_survey.collection import delete_unopenable, is_any_openable
from selfhelp_survey.conf import survey_settings
from selfhelp_survey.core.questionnaire import Questionnaire
from selfhelp_survey.core.text import Text
from selfhelp_survey.demo_keys import keep_lines, kept_lines
from selfhelp_survey.entrance import set_entry_state
from selfhelp_survey.entries import forget_entries, read_entry
from selfhelp_survey.errors import SealingError, SurveyError
from selfhelp_survey.host_content import forget_host_content, organisation_facts
from selfhelp_survey.keys_in_use import accept_answer, challenge_unproven, reasons_closed
from selfhelp_survey.models import Entry, KeyProof, Organisation
from selfhelp_survey.models import Questionnaire as Draft
from selfhelp_survey.publication import publish
from selfhelp_survey.questionnaire_files import read_questionnaire_file
from selfhelp_survey.sample_facts import SAMPLE_FACTS
from selfhelp_survey.sealing.challenge import answer_challenge
from selfhelp_survey.sealing.keys import PrivateKey, PublicKey, generate_private_key, read_public_key

CODE = ENTRY = repository.DEMONSTRATION
SIGNED_BY = "demo"
KEYS = 2


class DemoRefused(SurveyError):  # noqa: N818 - the name says what happened
    """The demonstration was not made."""


@dataclass(frozen=True, kw_only=True)
class Demonstration:
    """An open demonstration: the path of its first page in each language, the default language first."""

    paths: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        if not self.paths:
            raise DemoRefused("the demonstration is open in no language")


@dataclass(frozen=True, kw_only=True)
class Removal:
    """What was taken away: whether there was anything, and how many responses that nobody could open.

    `responses` is None where they stay because this is a production site. `are_versions_kept`: some response waits that
    somebody may read, and it may have answered the demonstration.
    """

    was_there: bool
    responses: int | None
    are_versions_kept: bool = False


def open_demonstration() -> Demonstration:
    """The demonstration, after making whatever of it is missing; all of it, or nothing is changed.

    Raises DemoRefused with the reason and the way out, and what publishing raises.
    """
    _refuse_unless_debugging()
    address_of("en")
    with _keys_put_back_on_failure(), transaction.atomic():
        _refuse_to_touch_the_hosts_own()
        _make_keys()
        _make_facts()
        _make_version()
        Entry.objects.get_or_create(pk=ENTRY, defaults={"questionnaire": CODE, "is_rehearsal": True})
        set_entry_state(ENTRY, Entry.State.OPEN)
    forget_entries()
    entry = read_entry(ENTRY)
    return Demonstration(paths=tuple((code, address_of(code)) for code in (entry.languages if entry else ())))


def remove_demonstration() -> Removal:
    """What was taken away: entry, questionnaire, sample facts that nobody changed, keys, and what was sealed to them.

    On a production site all but the responses. Published versions stay while a response waits that somebody may read:
    it may have answered one. Raises DemoRefused where what bears the demonstration's code is the host's own, another
    entry leads to it, or a line in the file of keys is one that RECIPIENTS names.
    """
    _refuse_to_touch_the_hosts_own()
    _refuse_while_others_lead_here()
    keys = _kept_keys()
    _refuse_research_keys(keys)
    lost = frozenset(key.key_id for key in keys)
    responses = delete_unopenable(lost) if survey_settings.is_debug else None
    with transaction.atomic():
        _forget_proofs(keys)
        gone, _ = Entry.objects.filter(pk=ENTRY).delete()
        is_published = repository.is_demonstration(CODE)
        was_there = bool(gone or kept_lines() or is_published)
        is_needed = is_published and is_any_openable(lost)
        repository.forget_demonstration(with_versions=not is_needed)
        if was_there and _has_sample_facts():
            Organisation.objects.all().delete()
    keep_lines(())
    forget_entries()
    forget_host_content()
    return Removal(was_there=was_there, responses=responses, are_versions_kept=is_needed)


def address_of(language: str) -> str:
    """The path of the demonstration's first page. Raises DemoRefused where the site does not include the survey."""
    try:
        return reverse("selfhelp_survey:start", args=(language, ENTRY))
    except NoReverseMatch:
        way_out = 'add path("feedback/", include("selfhelp_survey.urls")) to the urlpatterns of your site'
        raise DemoRefused(f"the survey has no address here: {way_out}") from None


def _refuse_unless_debugging() -> None:
    if not survey_settings.is_debug:
        raise DemoRefused(
            "a demonstration is for a developer's machine: this is a production site (DEBUG is off). "
            "A rehearsal on it: an entry marked 'rehearsal' in the admin"
        )


def _refuse_to_touch_the_hosts_own() -> None:
    """Raises DemoRefused where another entry or questionnaire bears the demonstration's code."""
    if Entry.objects.filter(pk=ENTRY).exclude(questionnaire=CODE, is_rehearsal=True).exists():
        raise DemoRefused(f"there is an entry '{ENTRY}' of your own: nothing was changed")
    is_known = _has_draft() or repository.latest_version(CODE) is not None
    if is_known and not repository.is_demonstration(CODE):
        raise DemoRefused(f"there is a questionnaire '{CODE}' of your own: nothing was changed")


def _refuse_while_others_lead_here() -> None:
    """Raises DemoRefused where another entry leads to the demonstration: what is answered there would be unreadable."""
    others = Entry.objects.filter(questionnaire=CODE).exclude(pk=ENTRY).order_by("pk").values_list("pk", flat=True)
    if others:
        named = ", ".join(f"'{code}'" for code in others)
        raise DemoRefused(
            f"another way in leads to the questionnaire '{CODE}' ({named}): close it, collect what was answered there, "
            "and lead it to a questionnaire of your own; nothing was changed"
        )


def _refuse_research_keys(keys: tuple[PublicKey, ...]) -> None:
    """Raises DemoRefused where one of these is named in RECIPIENTS: it is no demonstration's."""
    lines: object = survey_settings.RECIPIENTS
    named = {str(line).strip() for line in lines} if isinstance(lines, tuple | list) else set()
    if any(key.text in named for key in keys):
        file = survey_settings.demo_file.name
        raise DemoRefused(f"{file} holds a key that RECIPIENTS names: delete that line; nothing was changed")


def leftovers() -> tuple[str, ...]:
    """What of a demonstration is here, in words for a maintainer; none where nothing is."""
    file = (f"the file {survey_settings.demo_file.name}",) if kept_lines() else ()
    return (*leftovers_in_tables(), *file)


def leftovers_in_tables() -> tuple[str, ...]:
    """The same without the file of keys."""
    found = {
        f"the entry '{ENTRY}'": Entry.objects.filter(pk=ENTRY, questionnaire=CODE, is_rehearsal=True).exists(),
        f"the questionnaire '{CODE}'": _is_there_whole(),  # a version alone is kept for the responses that wait
    }
    return tuple(what for what, is_here in found.items() if is_here)


def _is_there_whole() -> bool:
    """Whether the demonstration's questionnaire is there as it was made: published, and with its draft."""
    return repository.is_demonstration(CODE) and _has_draft()


def _has_draft() -> bool:
    return Draft.objects.filter(code=CODE).exists()


@contextmanager
def _keys_put_back_on_failure() -> Iterator[None]:
    """The file of keys as it was, where the block fails: the database forgets their proofs by itself."""
    before = kept_lines()
    try:
        yield
    except BaseException:
        if kept_lines() != before:
            keep_lines(before)
        raise


def _make_keys() -> None:
    """Two proven keys, unless those in use will do. Raises DemoRefused where the host's own are not ready."""
    reasons = reasons_closed()
    if not reasons:
        return
    if survey_settings.RECIPIENTS:
        way_out = "put that right, or leave RECIPIENTS out while you try the demonstration"
        raise DemoRefused(f"RECIPIENTS names research keys, and they are not ready: {reasons[0]}; {way_out}")
    _forget_proofs(_kept_keys())
    private = {key.public.fingerprint: key for key in (_throwaway() for _ in range(KEYS))}
    keep_lines(tuple(key.public.text for key in private.values()))
    for fingerprint, challenge in challenge_unproven().items():
        accept_answer(answer_challenge(challenge, private[fingerprint]))
    if still := reasons_closed():
        raise DemoRefused(f"the demonstration's keys cannot be used: {still[0]}")


def _throwaway() -> PrivateKey:
    return generate_private_key(is_hybrid=survey_settings.SUITE != "x25519")


def _make_facts() -> None:
    """Sample facts where nobody has said who runs the survey; what the host wrote stays."""
    if Organisation.objects.exists():
        return
    organisation = Organisation(is_sample=True)
    for language in repository.host_languages():
        with translation.override(language):
            for name, wordings in SAMPLE_FACTS.items():
                setattr(organisation, name, wordings.get(language, ""))
    organisation.save()


def _has_sample_facts() -> bool:
    forget_host_content()
    facts = organisation_facts()
    return facts is not None and facts.is_sample and dict(facts.texts) == _sample_texts()


def _sample_texts() -> dict[str, Text]:
    known = repository.host_languages()
    return {
        name: Text.of({language: words for language, words in wordings.items() if language in known})
        for name, wordings in SAMPLE_FACTS.items()
    }


def _make_version() -> None:
    """The exit survey, signed and published, where the demonstration has none. Raises what publishing raises."""
    if _is_there_whole():
        return
    questionnaire = _shipped()
    languages = [language for language in questionnaire.languages if language in repository.host_languages()]
    if not languages:
        offered = ", ".join(questionnaire.languages)
        raise DemoRefused(f"the exit survey is written in {offered}, and none of them is among this site's LANGUAGES")
    repository.save_draft(questionnaire)
    for language in languages:
        repository.sign_language(CODE, language, signed_by=SIGNED_BY)
    publish(CODE, note=repository.DEMONSTRATION_NOTE)


def _shipped() -> Questionnaire:
    with as_file(files("selfhelp_survey") / "questionnaires" / "exit_survey.yaml") as path:
        return replace(read_questionnaire_file(path).questionnaire, code=CODE)


def _kept_keys() -> tuple[PublicKey, ...]:
    """The keys in the file; a line that somebody has damaged is none."""
    found = []
    for line in kept_lines():
        with suppress(SealingError):
            found.append(read_public_key(line))
    return tuple(found)


def _forget_proofs(keys: tuple[PublicKey, ...]) -> None:
    KeyProof.objects.filter(fingerprint__in=[key.fingerprint for key in keys]).delete()
