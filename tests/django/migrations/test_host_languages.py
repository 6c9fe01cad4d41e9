"""The shipped migrations under the languages of several hosts. Each in its own process: settings are read once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SETTINGS = "tests.django.migrations.bare_host"
HOSTS = ("en", "en,es,fi,sv", "fi,en,pt-br,ar,id,sv")
COLUMNS = """
import json
from django.db import connection
with connection.cursor() as cursor:
    described = connection.introspection.get_table_description(cursor, "selfhelp_survey_organisation")
print(json.dumps(sorted(column.name for column in described if column.name.startswith("name"))))
"""
NAMES = """
from selfhelp_survey.models import Organisation
organisation = Organisation.objects.get()
print(organisation.name_en, organisation.name_es, organisation.name)
"""
Host = Callable[..., str]


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    """A host with an empty database; called with its languages and a Django command, it gives what was printed."""
    socket_folder = os.environ.get("SELFHELP_TEST_PG_HOST", "")
    database = f"host_{os.getpid()}" if socket_folder else str(tmp_path / "host.sqlite3")
    if socket_folder:
        _on_postgresql(socket_folder, f"CREATE DATABASE {database}")

    def run(languages: str, *words: str, code: str = "") -> str:
        variables = {"HOST_LANGUAGES": languages, "HOST_DATABASE": database, "HOST_POSTGRESQL": socket_folder}
        return _run(words, code, {**os.environ, **variables, "DJANGO_SETTINGS_MODULE": SETTINGS})

    yield run
    if socket_folder:
        _on_postgresql(socket_folder, f"DROP DATABASE {database}")


def _run(words: tuple[str, ...], code: str, variables: dict[str, str]) -> str:
    command = ["-c", f"import django; django.setup()\n{code}"] if code else ["-m", "django", *words]
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=variables, capture_output=True, text=True, check=False, timeout=100
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def _on_postgresql(socket_folder: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(host=socket_folder, user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute(statement)


def columns(host: Host, languages: str) -> list[str]:
    return list(json.loads(host(languages, code=COLUMNS).splitlines()[-1]))


def migrate(host: Host, languages: str) -> str:
    return host(languages, "migrate", "--no-input", "--skip-checks")


@pytest.mark.parametrize("languages", HOSTS)
def test_migrations__host_languages__models_say_the_same(host: Host, languages: str) -> None:
    said = host(languages, "makemigrations", "--check", "--dry-run", "--skip-checks", "selfhelp_survey")
    assert "No changes detected" in said


@pytest.mark.parametrize("languages", HOSTS)
def test_migrations__from_nothing__one_column_per_language(host: Host, languages: str) -> None:
    migrate(host, languages)
    names = {"id": "ind", "pt-br": "pt_br"}
    wanted = ["name", *(f"name_{names.get(code, code)}" for code in languages.split(","))]
    assert columns(host, languages) == sorted(wanted)


def test_migrate__language_added__keeps_the_texts_and_adds_its_columns(host: Host) -> None:
    migrate(host, "en")
    host("en", code="from selfhelp_survey.models import Organisation; Organisation(name='Kept').save()")
    said = migrate(host, "en,es,id")
    assert "selfhelp_survey.Organisation: added name_es, name_ind, contact_es" in said
    assert host("en,es,id", code=NAMES).split() == ["Kept", "None", "Kept"]


def test_migrate__language_added_before__adds_nothing_the_second_time(host: Host) -> None:
    migrate(host, "en")
    migrate(host, "en,es")
    assert "added" not in migrate(host, "en,es")


def test_migrate__language_taken_away_and_back__has_its_texts_again(host: Host) -> None:
    migrate(host, "en,es")
    host("en,es", code="from selfhelp_survey.models import Organisation as O; O(name_en='Kept', name_es='Queda').save()")
    migrate(host, "en")
    assert "name_es" in columns(host, "en")
    assert host("en", code="from selfhelp_survey.models import Organisation as O; print(O.objects.get().name)") == "Kept\n"
    assert "added" not in migrate(host, "en,es")
    assert host("en,es", code=NAMES).split() == ["Kept", "Queda", "Kept"]


def test_check__language_added_and_not_migrated__warns_of_the_columns(host: Host) -> None:
    migrate(host, "en")
    assert "W022" not in host("en", "check", "--database", "default", "--tag", "database")
    said = host("en,fi", "check", "--database", "default", "--tag", "database")
    assert "selfhelp_survey.W022" in said
    assert "name_fi" in said
