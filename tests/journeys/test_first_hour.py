"""The first hour of a maintainer, as the tutorial has it: its lines run by a shell, its clicks by a visitor."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from tests.journeys.fresh_site import NAME, FreshSite, Visitor, run
from tests.unit.docs.pages import fenced, text_of

PAGE = text_of("tutorial/first-hour.md")
SERVE = "python manage.py runserver"
OLD, NEW = "How much of the programme did you go through?", "How far did you get in the programme?"
PASSWORD = "only-to-learn-with"
MOST_PAGES = 30


def step(number: int) -> str:
    """What the page says under this number."""
    return re.split(r"^## ", PAGE, flags=re.MULTILINE)[number].partition("\n")[2]


@pytest.fixture
def site(host: Path, tmp_path: Path) -> FreshSite:
    """An empty folder on a host that has the package: what the first three lines of the page make."""
    first, _ = fenced(step(1), "sh")
    install = 'pip install "path/to/selfhelp_survey[research]"'
    assert first.splitlines()[:3] == ["python3 -m venv venv", ". venv/bin/activate", install]
    (tmp_path / "site").mkdir()
    return FreshSite(python=host, folder=tmp_path / "site")


def typed(site: FreshSite, lines: str) -> str:
    """What a shell prints that is given these lines, with the host's programs and this workstation's own command."""
    workstation = site.folder.parent / "bin"
    workstation.mkdir(exist_ok=True)
    link = workstation / "selfhelp-research"
    link.write_text(f'#!/bin/sh\nexec {sys.executable} -m selfhelp_survey.research "$@"\n', "utf-8")
    link.chmod(0o755)
    path = f"{workstation}:{site.python.parent}:{os.environ['PATH']}"
    ended = run(["sh", "-e", "-c", lines], site.folder, PATH=path)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def block(number: int, place: int = 0) -> str:
    """The lines of a step to type, less those that go on until Ctrl-C."""
    return fenced(step(number), "sh")[place].replace(SERVE, "")


def reword(visitor: Visitor, address: str) -> None:
    """Steps 4 and 5: sign in, change one wording beside the page, look, publish."""
    visitor.visit(f"{address}/admin/")
    visitor.press("Log in", {"username": "me", "password": PASSWORD})
    visitor.follow("Questionnaires")
    visitor.follow("demo")
    questionnaire = visitor.address
    visitor.follow("Texts beside the page that respondents see")
    visitor.follow("Your visit")
    (field,) = [each for each in visitor.page.select("textarea") if each.get_text(strip=True) == OLD]
    visitor.press("Save and look", {str(field["name"]): NEW})
    (frame,) = visitor.page.select("iframe")
    beside = Visitor()
    beside.__dict__.update(visitor.__dict__)
    beside.visit(address + str(frame["src"]))
    assert NEW in beside.page.get_text()
    visitor.visit(questionnaire)
    visitor.follow("Publish: the checklist, and what would change")
    assert "safe wording change" in visitor.page.get_text()
    visitor.press("Publish now")


def answer(visitor: Visitor, path: str) -> str:
    """Step 6: what was read on the way, from the first page to the last button."""
    visitor.visit(path)
    visitor.send({"c1_adult": "1", "c2_consent": "1"}, button="next")
    read = visitor.page.get_text()
    for _ in range(MOST_PAGES):
        found = visitor.page.select('main button[name="go"]')
        ways = [str(each["value"]) for each in found]
        way = next((each for each in ("send", "stop", "next") if each in ways), None)
        if way is None:
            return read
        visitor.send({}, button=way)
    raise AssertionError(f"no end at {visitor.address}")


def test_first_hour__as_it_is_written__ends_with_every_response_on_the_workstation(site: FreshSite) -> None:
    typed(site, "\n".join(block(1).splitlines()[3:]))
    in_settings, in_urls = fenced(step(1), "python")
    site.add("settings.py", in_settings)
    site.add("urls.py", in_urls)
    typed(site, block(1, 1))
    lines = re.findall(r"^public key: +(\S+)$", typed(site, block(2)), re.MULTILINE)
    (recipients,) = fenced(step(2), "python")
    site.add("settings.py", recipients.replace('["shs1....", "shs1...."]', repr(lines)))
    typed(site, block(2, 1))
    opened = re.findall(r"^ +\w+ +http://127.0.0.1:8000(\S+)$", typed(site, block(3)), re.MULTILINE)
    with site.served() as address:
        reword(Visitor(), address)
    with site.served() as address:  # in place of the ten seconds
        assert NEW in answer(Visitor(), address + opened[0])
    typed(site, block(6))
    (told,) = fenced(step(7), "")
    assert told.strip() in typed(site, block(7))
    assert "survey: " in typed(site, block(8))
    assert {path.name for path in site.folder.iterdir()} >= {NAME, "manage.py", "receipt.json", "first", "second"}
