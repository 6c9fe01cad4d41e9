"""Each operation of a translated migration, and what it becomes for the languages of a host."""

from __future__ import annotations

from django.db import migrations, models

from selfhelp_survey.translated_migrations import in_languages

LANGUAGES = ("en", "pt-br")
TRANSLATED = {"question": ("label", "is_shown")}


def steps(operation: migrations.operations.base.Operation) -> list[str]:
    """What stands there for both languages, as one line each."""
    return [step.describe() for step in in_languages(operation, TRANSLATED, LANGUAGES)]


def test_in_languages__create_model__columns_follow_their_field() -> None:
    fields = [("label", models.CharField(max_length=9)), ("code", models.SlugField())]
    (created,) = in_languages(migrations.CreateModel("Question", fields), TRANSLATED, LANGUAGES)
    assert isinstance(created, migrations.CreateModel)
    assert [name for name, _ in created.fields] == ["label", "label_en", "label_pt_br", "code"]
    assert [field.null for _, field in created.fields] == [False, True, True, False]


def test_in_languages__create_model_of_another__is_left_alone() -> None:
    (created,) = in_languages(migrations.CreateModel("Page", [("label", models.TextField())]), TRANSLATED, LANGUAGES)
    assert isinstance(created, migrations.CreateModel)
    assert [name for name, _ in created.fields] == ["label"]


def test_in_languages__add_field__adds_a_column_for_each_language() -> None:
    assert steps(migrations.AddField("question", "label", models.TextField(db_column="words"))) == [
        "Add field label to question",
        "Add field label_en to question",
        "Add field label_pt_br to question",
    ]


def test_in_languages__named_column__is_named_for_the_language() -> None:
    added = list(
        in_languages(migrations.AddField("question", "label", models.TextField(db_column="w")), TRANSLATED, LANGUAGES)
    )
    assert [operation.field.db_column for operation in added] == ["w", "w_en", "w_pt_br"]  # type: ignore[attr-defined]


def test_in_languages__boolean__stays_without_null() -> None:
    added = in_languages(migrations.AddField("question", "is_shown", models.BooleanField()), TRANSLATED, LANGUAGES)
    assert [operation.field.null for operation in added] == [False, False, False]  # type: ignore[attr-defined]


def test_in_languages__alter_field__alters_each_language() -> None:
    altered = steps(migrations.AlterField("question", "label", models.TextField()))
    assert altered[1:] == ["Alter field label_en on question", "Alter field label_pt_br on question"]


def test_in_languages__remove_field__removes_each_language() -> None:
    assert len(steps(migrations.RemoveField("question", "label"))) == 3


def test_in_languages__rename_field__renames_each_language() -> None:
    renamed = steps(migrations.RenameField("question", "label", "title"))
    assert renamed[2] == "Rename field label_pt_br on question to title_pt_br"


def test_in_languages__field_without_translation__is_left_alone() -> None:
    assert len(steps(migrations.AddField("question", "code", models.TextField()))) == 1


def test_in_languages__data_migration__is_left_alone() -> None:
    assert len(list(in_languages(migrations.RunPython(migrations.RunPython.noop), TRANSLATED, LANGUAGES))) == 1
