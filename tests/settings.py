"""Settings of the tests: the example host, on SQLite in a file, or on PostgreSQL at `SELFHELP_TEST_PG_HOST`."""

import os
import tempfile
from pathlib import Path

# Read by the example settings, so that a test run leaves nothing in the example's folder.
os.environ.setdefault("EXAMPLE_SECRET_KEY", "only for tests")
os.environ.setdefault("EXAMPLE_PEPPER", "only for tests, too")
os.environ.setdefault("EXAMPLE_MAINTAINER_PASSWORD", "only for tests as well")
for name in (
    "EXAMPLE_DATABASE_DSN",
    "EXAMPLE_ALLOWED_HOSTS",
    "EXAMPLE_DEBUG",
    "EXAMPLE_LEAVE_URL",
    "EXAMPLE_RECIPIENTS",
):
    os.environ.pop(name, None)

from example_project.settings import *  # noqa: E402, F403 - after the environment
from example_project.settings import SELFHELP_SURVEY  # noqa: E402

DEBUG = False
SELFHELP_SURVEY = {**SELFHELP_SURVEY, "RECIPIENTS": []}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

if socket_folder := os.environ.get("SELFHELP_TEST_PG_HOST"):
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": socket_folder,
            "USER": "postgres",
            "NAME": "postgres",
            "TEST": {"NAME": "test_selfhelp_survey"},
        }
    }
else:
    # A file and not memory: tests of what happens at the same time need real locks between real connections.
    sqlite_file = Path(tempfile.gettempdir()) / f"selfhelp-survey-test-{os.getpid()}.sqlite3"
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": ":memory:",  # outside tests, as for `makemigrations --check`: leaves nothing
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA synchronous=OFF; PRAGMA secure_delete=ON;",
            },
            "TEST": {"NAME": str(sqlite_file)},
        }
    }

# Django 6.1 and later ask for mailers by name; earlier ones do not know the setting. Error mails stay in memory.
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
