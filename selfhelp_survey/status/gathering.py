"""Asking for what can be told of the survey. Each part fails alone; no error's message goes any further."""

import secrets
import uuid
from collections.abc import Callable
from pathlib import Path
from pkgutil import iter_modules
from typing import TypeVar

from django.apps import apps
from django.db import connections, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.module_loading import import_string

from selfhelp_survey import repository
from selfhelp_survey.conf import survey_settings
from selfhelp_survey.demonstration import leftovers
from selfhelp_survey.draft_signature import may_be_answered
from selfhelp_survey.entries import offered_languages, state_as_set, state_on, today
from selfhelp_survey.errors import SealingError
from selfhelp_survey.keys_in_use import LEAST_RECIPIENTS, current_day, overdue_drills, recipients, sealing_keys
from selfhelp_survey.models import Draft, Entry, RoundedCount
from selfhelp_survey.status.facts import Drafts, Failure, Keys, Status, WayIn, in_tens, is_nearly_full
from selfhelp_survey.upkeep import PURGE_OVERDUE, current_hour, noted_hours

Told = TypeVar("Told")
APP = "selfhelp_survey"
TRIAL_BYTES = 65_536
"""As much as the largest draft: what the disk must have room for."""


def gather() -> Status:
    """All that can be told just now; what cannot be is None, and among the failures."""
    hour = current_hour()
    asking = _Asking()
    database = router.db_for_write(Draft)
    is_up = asking.ask("database", lambda: _answers(database))
    if database != survey_settings.MAINTENANCE_DATABASE:
        asking.ask("maintenance", lambda: _answers(survey_settings.MAINTENANCE_DATABASE))
    if not is_up:
        return Status(hour=hour, failures=asking.failures, keys=asking.ask("keys", _keys_in_settings))
    return Status(
        hour=hour, failures=asking.failures,
        is_migrated=asking.ask("migrations", lambda: _is_migrated(database)),
        is_writable=asking.ask("writing", lambda: _is_writable(database)),
        ways_in=asking.ask("entries", _ways_in), keys=asking.ask("keys", _keys), done=asking.ask("chores", noted_hours),
        sizes=asking.ask("sizes", _sizes), drafts=asking.ask("drafts", lambda: _drafts(database, hour)),
        demonstration=asking.ask("demonstration", _forgotten_demonstration),
    )  # fmt: skip


class _Asking:
    """Keeps what failed."""

    def __init__(self) -> None:
        self.failures: dict[str, Failure] = {}

    def ask(self, part: str, tell: Callable[[], Told]) -> Told | None:
        try:
            return tell()
        except Exception as error:  # the other parts can still be told
            self.failures[part] = failure_of(error)
            return None


def failure_of(error: Exception) -> Failure:
    """Class and SQLSTATE (or SQLite's name) of an error. Its message could name hosts and users, or quote a row."""
    cause = error.__cause__ or error
    state = getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None) or ""
    return Failure(kind=type(error).__name__, state=state)


def _answers(alias: str) -> bool:
    connection = connections[alias]
    _refuse_missing_file(connection)
    with connection.cursor() as cursor:  # a question that SQLite cannot answer without a look into the file
        connection.introspection.table_names(cursor)
    return True


def _refuse_missing_file(connection: BaseDatabaseWrapper) -> None:
    """Raises FileNotFoundError where SQLite would make an empty database in place of the one that was lost."""
    name = str(connection.settings_dict["NAME"])
    is_file = connection.vendor == "sqlite" and not name.startswith("file:") and ":memory:" not in name
    if is_file and not Path(name).exists():
        raise FileNotFoundError


def _is_migrated(alias: str) -> bool:
    """True where every table and view is there, and every migration noted, if this role may read that."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor, include_views=True))
    own = apps.get_app_config(APP).get_models()
    if not {model._meta.db_table for model in own} <= present:
        return False
    try:
        applied = MigrationRecorder(connection).applied_migrations()
    except Exception:  # the website's role need not read the table of migrations
        return True
    return all((APP, name) in applied for name in _shipped_migrations())


def _shipped_migrations() -> list[str]:
    module = MigrationLoader.migrations_module(APP)[0]
    found = iter_modules(import_string(f"{module}.__path__")) if module else ()
    return [each.name for each in found if each.name[0] not in "_~"]


def _is_writable(alias: str) -> bool:
    """True where a draft of the largest size can be written; it is rolled back. Raises what the database raised.

    SQLite keeps so little in memory until it commits, and a full disk would not show; so it is given hardly any.
    """
    connection = connections[alias]
    with transaction.atomic(using=alias), connection.cursor() as cursor:
        kept = None
        if connection.vendor == "sqlite":
            kept = cursor.execute("PRAGMA cache_size").fetchone()[0]
            cursor.execute("PRAGMA cache_size = 1")
        try:
            Draft(pk=uuid.uuid4(), sealed=secrets.token_bytes(TRIAL_BYTES), purge_hour=0).save(
                force_insert=True, using=alias
            )
        finally:
            if kept is not None:
                connection.connection.execute(f"PRAGMA cache_size = {int(kept)}")
        transaction.set_rollback(True, using=alias)
    return True


def _ways_in() -> tuple[WayIn, ...]:
    return tuple(_way_in(entry) for entry in Entry.objects.order_by("pk"))


def _way_in(entry: Entry) -> WayIn:
    version = repository.latest_version(entry.questionnaire)
    asked = repository.load_version(version.content_hash) if version else None
    languages = offered_languages(entry.questionnaire)
    return WayIn(
        code=entry.pk, state=_told_state(entry, languages, is_published=version is not None),
        questionnaire=entry.questionnaire, version=version.number if version else None, languages=languages,
        is_rehearsal=entry.is_rehearsal, is_draft=asked is not None and asked.is_draft,
        is_refused=asked is not None and not may_be_answered(asked),
    )  # fmt: skip


def _told_state(entry: Entry, languages: tuple[str, ...], *, is_published: bool) -> str:
    """As people made it: keys that are amiss, and what is not published, are told of in findings of their own."""
    return (state_as_set(entry, languages) if is_published else state_on(today(), entry)).value


def _keys() -> Keys:
    known = _keys_in_settings()
    if known.configured is None:
        return known
    sealing = sealing_keys()
    drills = tuple(each.key.fingerprint for each in overdue_drills(current_day()))
    return Keys(configured=known.configured, in_use=len(sealing.keys), reasons=sealing.reasons, drill_due=drills)


def _keys_in_settings() -> Keys:
    """What the settings alone tell of the keys."""
    try:
        keys = {key.key_id: key for key in recipients()}
    except SealingError as error:
        return Keys(configured=None, reasons=(f"RECIPIENTS holds something that is no public key: {error}",))
    reasons = [f"the key {key.fingerprint} is a published test key" for key in keys.values()
               if key.is_known_test_key and not survey_settings.is_debug]  # fmt: skip
    if not keys:
        reasons.append("RECIPIENTS names no key")
    elif len(keys) < LEAST_RECIPIENTS and not survey_settings.SINGLE_RECIPIENT_SIGNED_OFF:
        reasons.append("RECIPIENTS names one key only")
    return Keys(configured=len(keys), reasons=tuple(reasons))


def _forgotten_demonstration() -> tuple[str, ...]:
    return () if survey_settings.is_debug else leftovers()


def _sizes() -> dict[str, int]:
    return dict(RoundedCount.objects.values_list("place", "at_least"))


def _drafts(alias: str, hour: int) -> Drafts:
    rows = Draft.objects.using(alias)
    count = rows.count()
    return Drafts(
        at_least=in_tens(count), is_cap_near=is_nearly_full(count, survey_settings.DRAFT_CAP),
        has_overdue=rows.filter(purge_hour__lt=hour - PURGE_OVERDUE).exists(),
    )  # fmt: skip
