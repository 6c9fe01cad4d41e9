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
import os
import sys
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.test import Client

settings.BASE_DIR.mkdir(parents=True)
call_command("migrate", interactive=False, verbosity=0)
call_command("survey_demo", stdout=open(os.devnull, "w"))
visitor = Client(headers={"host": "127.0.0.1"})
shown = visitor.get("/feedback/es/demo/", follow=True)
page = shown.content.decode()
print(shown.status_code, 'lang="es"' in page, "c2_consent" in page, 'href="https://programme.example/"' in page)
print(visitor.get("/").headers["Location"], visitor.get("/admin/").status_code, len(visitor.cookies))

from django.core.management import CommandError
from example_project.survey_only.sisters import ENTRIES, open_sisters
from selfhelp_survey.entries import forget_entries

def seen(entry):
    return visitor.get(f"/feedback/es/{entry}/", follow=True).content.decode()

sys.stdout, kept = open(os.devnull, "w"), sys.stdout
open_sisters()
sys.stdout = kept
print([("c2_consent" in seen(entry), "Borrador." in seen(entry)) for entry in ("demo", *ENTRIES)])
settings.DEBUG = False
forget_entries()
print(["c2_consent" in seen(entry) for entry in ENTRIES])
try:
    sys.stdout = sys.stderr
    open_sisters()
except CommandError as refused:
    sys.stdout = kept
    print(refused.returncode, "is a draft that nobody has signed" in str(refused))
print(sorted(app.label for app in apps.get_app_configs()))
"""


def test_survey_only_site__three_surveys__lead_back_and_drafts_open_on_no_real_site(tmp_path: Path) -> None:
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
        "[(True, False), (True, True), (True, True)]",
        "[False, False]",
        "1 True",
        "['contenttypes', 'modeltranslation', 'selfhelp_survey']",
    ]
