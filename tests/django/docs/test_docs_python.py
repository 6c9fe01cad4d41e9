"""Every Python block of the documentation is executed, with the names that its place would give it."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.admin import AdminSite
from django.db import migrations
from django.urls import path

from example_project.host.models import SupportResource
from tests.unit.docs.pages import ROOT, all_pages, fenced, typed_lines

pytestmark = pytest.mark.once

ON_A_SITE = {"install.md": "test_web_host_install.py", "invite-from-a-page.md": "test_web_host_install.py",
             "first-hour.md": "test_first_hour.py"}  # fmt: skip
"""Models, settings and urls of a whole site: tests/journeys writes them into one and serves it."""
BLOCKS = [
    (page.name, textwrap.dedent(body)) for page in all_pages() for body in fenced(page.read_text("utf-8"), "python")
]


def names() -> dict[str, Any]:
    """What stands before a block: the settings of a site, the imports of its admin, of a migration, of its urls."""
    database = {"ENGINE": "django.db.backends.postgresql", "NAME": "site", "USER": "site"}
    return {
        "__name__": "__a_page__", "os": os, "BASE_DIR": Path("/srv/site"), "DATABASES": {"default": database},
        "SELFHELP_SURVEY": {}, "admin": SimpleNamespace(site=AdminSite()), "PlaceThatHelps": SupportResource,
        "migrations": migrations, "settings": django_settings, "path": path, "urlpatterns": [],
    }  # fmt: skip


@pytest.mark.parametrize(("page", "body"), [each for each in BLOCKS if each[0] not in ON_A_SITE])
def test_python_block__of_a_page__can_be_executed(page: str, body: str) -> None:
    known = names()
    exec(compile(body, page, "exec"), known)  # noqa: S102 - our own documentation
    assert set(known) > set(names()) or known["admin"].site._registry or known["DATABASES"] != names()["DATABASES"]


@pytest.mark.parametrize(("page", "test"), sorted(ON_A_SITE.items()))
def test_python_blocks__that_need_a_site__are_written_into_one(page: str, test: str) -> None:
    assert page in {name for name, _ in BLOCKS}
    assert page in (Path(__file__).parents[2] / "journeys" / test).read_text("utf-8")
    assert importlib.util.find_spec(f"tests.journeys.{test.removesuffix('.py')}")


def test_line_that_makes_a_migration__today__finds_nothing_to_make() -> None:
    (words,) = [words for page, words in typed_lines() if page == "make-a-migration.md"]
    command = [sys.executable, *words[1:], "--dry-run"]
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "No changes detected in app 'selfhelp_survey'"), done.stderr
