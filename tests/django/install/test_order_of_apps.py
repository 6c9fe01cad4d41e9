"""Where the apps stand in INSTALLED_APPS: what works is started, and what does not is told in a sentence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
STARTED = """
import django
from django.conf import settings
settings.configure(
    SECRET_KEY="only for tests", DEBUG=True, LANGUAGES=[("en", "English")], LANGUAGE_CODE="en",
    INSTALLED_APPS=[
        *{apps}, "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
        "django.contrib.messages",
    ],
    DATABASES={{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}}},
)
django.setup()
"""
TOLD = "ImproperlyConfigured: put 'modeltranslation' before 'django.contrib.admin' in INSTALLED_APPS"


@pytest.mark.once
@pytest.mark.parametrize(
    ("apps", "starts"),
    [
        (("modeltranslation", "django.contrib.admin", "selfhelp_survey"), True),
        (("selfhelp_survey", "django.contrib.admin", "modeltranslation"), False),
    ],
)
def test_start__apps_in_this_order__works_or_names_the_two_to_change(apps: tuple[str, ...], starts: bool) -> None:
    command = [sys.executable, "-c", STARTED.format(apps=apps)]
    ended = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=ROOT, check=False)
    last = (ended.stderr.splitlines() or [""])[-1]
    assert (ended.returncode == 0, TOLD in last) == (starts, not starts)
