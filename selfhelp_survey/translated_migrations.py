"""Migrations that follow the host's languages.

modeltranslation gives every translated field one column per language of the *host*. A migration shipped with a fixed
set of such columns would be wrong on every host with another set, and `makemigrations` would want to write into this
package. So our migrations are written without language columns and say which fields are translated; the columns are
worked out where they run. A language added later gets its columns before the next `migrate` does anything else.
docs/how-to/make-a-migration.md says how to write one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, TextIO, TypeAlias

from django.apps import AppConfig
from django.apps.registry import Apps
from django.db import connections, router
from django.db.migrations import Migration
from django.db.migrations.operations import AddField, AlterField, CreateModel, RemoveField, RenameField
from django.db.migrations.operations.base import Operation
from django.db.models import BooleanField, Field, Model
from modeltranslation import settings as modeltranslation_settings
from modeltranslation.utils import build_localized_fieldname

TranslatedFields = Mapping[str, Sequence[str]]
ModelField: TypeAlias = "Field[Any, Any]"
TableFields = tuple[type[Model], list["Field[Any, Any]"]]


class TranslatedMigration(Migration):
    """A migration whose operations are written once and carried out for each language of the host.

    `translated_fields` names the fields that were translated *when the migration was written*, by model.
    """

    translated_fields: ClassVar[TranslatedFields] = {}

    def __init__(self, name: str, app_label: str) -> None:
        super().__init__(name, app_label)
        translated = {model.lower(): tuple(fields) for model, fields in self.translated_fields.items()}
        languages = host_languages()
        written = self.operations
        vars(self)["operations"] = [step for one in written for step in in_languages(one, translated, languages)]


def host_languages() -> tuple[str, ...]:
    """The languages that have columns on this host; none where translation is switched off."""
    if not modeltranslation_settings.ENABLE_REGISTRATIONS:
        return ()
    return tuple(modeltranslation_settings.AVAILABLE_LANGUAGES)


def in_languages(operation: Operation, translated: TranslatedFields, languages: Sequence[str]) -> Iterator[Operation]:
    """The operation, then the same for the language columns of what it touches; CreateModel carries them inside."""
    if isinstance(operation, CreateModel):
        yield _creation(operation, translated.get(operation.name_lower, ()), languages)
        return
    yield operation
    names = translated.get(getattr(operation, "model_name_lower", ""), ())
    for language in languages:
        yield from _for_language(operation, names, language)


def _creation(operation: CreateModel, names: Sequence[str], languages: Sequence[str]) -> CreateModel:
    fields: list[tuple[str, ModelField]] = []
    for name, field in operation.fields:
        fields.append((name, field))
        if name in names:
            fields.extend(_variant(name, field, language) for language in languages)
    return CreateModel(
        operation.name, fields, options=operation.options, bases=operation.bases, managers=operation.managers
    )


def _for_language(operation: Operation, names: Sequence[str], language: str) -> Iterator[Operation]:
    match operation:
        case AddField() | AlterField() if operation.name in names:
            name, field = _variant(operation.name, operation.field, language)
            yield type(operation)(operation.model_name, name, field, preserve_default=operation.preserve_default)
        case RemoveField() if operation.name in names:
            yield RemoveField(operation.model_name, build_localized_fieldname(operation.name, language))
        case RenameField() if operation.old_name in names:
            old = build_localized_fieldname(operation.old_name, language)
            yield RenameField(operation.model_name, old, build_localized_fieldname(operation.new_name, language))


def _variant(name: str, field: ModelField, language: str) -> tuple[str, ModelField]:
    """The field of one language, exactly as modeltranslation's own field describes itself to migrations."""
    _, _, positional, named = field.deconstruct()
    if not isinstance(field, BooleanField):
        named["null"] = True
    if "db_column" in named:
        named["db_column"] = build_localized_fieldname(named["db_column"], language)
    return build_localized_fieldname(name, language), type(field)(*positional, **named)


def add_missing_language_columns(
    sender: AppConfig, *, apps: Apps, using: str = "default", stdout: TextIO | None = None, **named: object
) -> None:
    """Give the tables the columns of the languages the host added since it last migrated (`pre_migrate`).

    `apps` is the state after the migrations applied so far, worked out with today's languages: whatever language column
    it has and the table lacks belongs to a new language. Nothing is ever dropped.
    """
    try:
        models = list(apps.get_app_config(sender.label).get_models())
    except LookupError:
        return  # nothing applied yet
    for model, missing in missing_language_fields(models, using):
        with connections[using].schema_editor() as editor:
            for field in missing:
                editor.add_field(model, field)
        if named.get("verbosity", 1):
            print(f"  {model._meta.label}: added {', '.join(map(_column, missing))}", file=stdout)


def missing_language_fields(
    models: Iterable[type[Model]], using: str
) -> Iterator[tuple[type[Model], list[ModelField]]]:
    """The models whose table lacks language columns, each with those fields. A model without its table is left out."""
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    for model in models:
        meta = model._meta
        is_here = meta.managed and not meta.proxy and not meta.swapped and meta.db_table in tables
        if is_here and router.allow_migrate_model(using, model):
            missing = [field for field in _language_fields(model) if field.column not in _columns(model, using)]
            if missing:
                yield model, missing


def _language_fields(model: type[Model]) -> list[ModelField]:
    fields: list[ModelField] = list(model._meta.local_concrete_fields)
    names = {build_localized_fieldname(field.name, language) for field in fields for language in host_languages()}
    return [field for field in fields if field.name in names]


def _column(field: ModelField) -> str:
    return str(field.column)


def _columns(model: type[Model], using: str) -> set[str]:
    connection = connections[using]
    with connection.cursor() as cursor:
        description = connection.introspection.get_table_description(cursor, model._meta.db_table)
    return {column.name for column in description}
