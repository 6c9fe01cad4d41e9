"""The example of a site that is nothing but the survey: in a process of its own, because settings are read once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.docs.pages import ROOT

pytestmark = pytest.mark.once

SHOWS = """
import re
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.test import Client

settings.BASE_DIR.mkdir(parents=True)
call_command("migrate", interactive=False, verbosity=0)
call_command("survey_demo", stdout=open("/dev/null", "w"))
visitor = Client(headers={"host": "127.0.0.1"})
shown = visitor.get("/feedback/es/demo/", follow=True)
page = shown.content.decode()
print(shown.status_code, 'lang="es"' in page, "c2_consent" in page, 'href="https://programme.example/"' in page)
print(visitor.get("/").headers["Location"], visitor.get("/admin/").status_code, len(visitor.cookies))
print(sorted(app.label for app in apps.get_app_configs()))
"""


def test_survey_only_site__first_page__leads_back_and_holds_nothing_else(tmp_path: Path) -> None:
    variables = {
        **os.environ,
        "EXAMPLE_VAR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "example_project.survey_only.settings",
    }
    code = f"import django; django.setup()\n{SHOWS}"
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=variables, capture_output=True, text=True, check=False, timeout=100
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines() == [
        "200 True True True",
        "https://programme.example/ 404 0",
        "['contenttypes', 'modeltranslation', 'selfhelp_survey']",
    ]
