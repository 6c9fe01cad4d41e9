"""A web host installs by the hash-locked list, outside the checkout; a fresh site there shows a survey in four steps.

The steps are those of docs/how-to/install.md, word for word.
"""

from __future__ import annotations

import json
import re
import shutil
import textwrap
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from packaging.utils import canonicalize_name

from selfhelp_survey.questionnaire_files import read_questionnaire_file
from tests.journeys.demo_site import ROOT
from tests.journeys.fresh_site import NAME, FreshSite, Visitor, done, run
from tests.journeys.web_host import SERVER, empty_host, from_shelf
from tests.lock.files import LOCKED, read_locked
from tests.made_once import made_once
from tests.unit.docs.pages import anchors, fenced, text_of

HASHES_DIFFER = "DO NOT MATCH THE HASHES"
FIRST_PAGE = read_questionnaire_file(ROOT / "selfhelp_survey/questionnaires/exit_survey.yaml").questionnaire.pages[1]
"""The page behind consent: the first with questions about the programme."""
INSTALL = text_of("how-to/install.md")
FOUR_STEPS = INSTALL.split("## Four steps\n")[1].split("\n## ")[0]
OWN_MODELS = text_of("how-to/invite-from-a-page.md").split("## Your own content models\n")[1]
ASKS_FOR_HELP = """
from django.test import Client
from django.db import connection
from host.models import SupportResource
SupportResource.objects.create(slug="line", name_en="A line of the host", name_es="Una línea")
page = Client().get("/feedback/en/demo/help/", headers={"host": "127.0.0.1"})
tables = connection.introspection.table_names()
print(page.status_code, "A line of the host" in page.content.decode(), "selfhelp_survey_programme" not in tables)
"""
SEE_IT_WORK = INSTALL.split("## See it work\n")[1].split("\n## ")[0]


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A host on which every installation is refused, and which stays empty for the next."""
    return empty_host(tmp_path_factory.mktemp("untouched"))


def installed(host: Path) -> dict[str, str]:
    listed = json.loads(done([host, "-m", "pip", "list", "--format", "json"], host.parent))
    return {canonicalize_name(each["name"]): each["version"] for each in listed}


def test_host__installed_by_hashes__has_exactly_the_locked_and_passes_the_checks(
    host: Path, untouched: Path, tmp_path: Path
) -> None:
    done([host, "-m", "pip", "check"], tmp_path)
    packages = [one for one in read_locked(LOCKED.read_text("utf-8")) if one.is_for_this_python]
    bare = installed(untouched)
    have = {name: version for name, version in installed(host).items() if name not in bare}
    assert all(have.pop(name) for name in ("selfhelp-survey", *SERVER))
    assert have == {package.name: package.version for package in packages}

    site = tmp_path / "site" / "example_project"
    shutil.copytree(ROOT / "example_project", site, ignore=shutil.ignore_patterns("var", "__pycache__"))
    said = done([host, site / "manage.py", "check"], tmp_path, EXAMPLE_VAR=str(tmp_path / "var"))
    assert "System check identified" in said
    where = done([host, "-c", "import selfhelp_survey; print(*selfhelp_survey.__path__)"], tmp_path)
    assert Path(where.strip()).is_relative_to(host.parents[1])


def after_four_steps(host: Path, folder: Path, *, settings: str = "") -> FreshSite:
    """A fresh project after the documentation's steps two and three; the first of them made the host."""
    (install, migrate) = fenced(FOUR_STEPS, "")
    assert install.split()[:2] == ["pip", "install"]
    assert migrate.split() == ["python", "manage.py", "migrate"]
    site = FreshSite.made(host, folder)
    in_settings, in_urls = map(textwrap.dedent, fenced(FOUR_STEPS, "python"))
    site.add("settings.py", in_settings + settings)
    site.add("urls.py", in_urls)
    return site


@pytest.fixture(scope="module")
def site(host: Path, tmp_path_factory: pytest.TempPathFactory) -> FreshSite:
    """A fresh project after all four steps."""
    folder = made_once(tmp_path_factory, "fresh", lambda folder: migrated(after_four_steps(host, folder / "site")))
    return FreshSite(python=host, folder=folder / "site")


def migrated(site: FreshSite) -> None:
    site.manage("migrate")


def test_fresh_site__four_steps_and_the_demo__asks_questions_in_two_languages(site: FreshSite) -> None:
    lines = [line.split()[2:] for body in fenced(SEE_IT_WORK, "") for line in body.splitlines()]
    opens, runs, removes = lines
    assert (opens, runs, removes) == (["survey_demo"], ["runserver"], ["survey_demo", "--remove"])
    printed = re.findall(r"^ +(\w+) +http://127.0.0.1:8000(\S+)$", site.manage(*opens), re.MULTILINE)
    assert [language for language, _ in printed] == ["en", "es"]
    with site.served() as address:
        for language, path in printed:
            visitor = Visitor()
            visitor.visit(address + path)
            visitor.send({"c1_adult": "1", "c2_consent": "1"}, button="next")
            assert visitor.address == f"{address}/feedback/{language}/demo/{FIRST_PAGE.name}/"
            assert visitor.page.select_one(f'html[lang="{language}"]')
            assert visitor.questions() == {name for each in FIRST_PAGE.questions for name in each.answer_names}
            words = visitor.page.get_text(" ", strip=True)
            assert all(each.label.in_language(language) in words for each in FIRST_PAGE.questions)
            assert not visitor.page.select("script")
    site.manage(*removes)
    assert "No changes detected" in site.manage("makemigrations", "--check", "--dry-run")
    assert {path.name for path in site.folder.iterdir()} == {"db.sqlite3", "manage.py", "log", NAME}


def test_fresh_site__production_checklist__has_links_that_lead_somewhere(site: FreshSite) -> None:
    ended = run([site.python, "manage.py", "check", "--deploy", "--database", "default"], site.folder)
    said = re.findall(r"\(selfhelp_survey\.([EW]\d{3})\).*\n\tHINT: (.+) (\S+)$", ended.stderr, re.MULTILINE)
    assert len(said) == len(re.findall(r"\(selfhelp_survey\.", ended.stderr))
    assert {"E001", "E002", "E003"} <= {number for number, _, _ in said}
    for number, hint, link in said:
        address = urlsplit(link)
        page = Path(address.path)
        assert page.is_relative_to(site.python.parents[1])
        assert address.fragment in anchors(page)
        assert address.fragment == number.lower()
        assert hint


def test_fresh_site__content_models_of_its_own__stand_in_for_the_surveys(host: Path, tmp_path: Path) -> None:
    models, translations, settings = fenced(OWN_MODELS, "python")
    site = after_four_steps(host, tmp_path / "site", settings=f'{settings}INSTALLED_APPS += ["host"]\n')
    app = site.folder / "host"
    app.mkdir()
    for name, text in {"__init__.py": "", "models.py": models, "translation.py": translations}.items():
        (app / name).write_text(text, "utf-8")
    site.manage("makemigrations", "host")
    site.manage("migrate")
    assert "No changes detected" in site.manage("makemigrations", "--check", "--dry-run")
    site.manage("survey_demo")
    assert site.manage("shell", "--no-imports", "-c", ASKS_FOR_HELP).split() == ["200", "True", "True"]


def test_host__one_hash_changed__installs_nothing(shelf: Path, untouched: Path, tmp_path: Path) -> None:
    (package,) = (one for one in read_locked(LOCKED.read_text("utf-8")) if one.name == "sqlparse")
    text = LOCKED.read_text("utf-8")
    for content in package.hashes:
        text = text.replace(content, ("0" if content[0] != "0" else "1") + content[1:])
    (tmp_path / "changed.txt").write_text(text, "utf-8")
    bare = installed(untouched)
    refused = run([untouched, *from_shelf(shelf), "-r", tmp_path / "changed.txt"], tmp_path)
    assert refused.returncode == 1
    assert HASHES_DIFFER in refused.stderr
    assert "sqlparse" in refused.stderr
    assert installed(untouched) == bare


def test_host__package_without_hash__installs_nothing(shelf: Path, untouched: Path, tmp_path: Path) -> None:
    entries = LOCKED.read_text("utf-8").split("\nsqlparse==")
    rest = entries[1].split("\n    # via", 1)[1]
    (tmp_path / "shorter.txt").write_text(f"{entries[0]}\n    # via{rest}", "utf-8")
    bare = installed(untouched)
    refused = run([untouched, *from_shelf(shelf), "-r", tmp_path / "shorter.txt"], tmp_path)
    assert refused.returncode == 1
    assert "sqlparse" in refused.stderr
    assert installed(untouched) == bare
