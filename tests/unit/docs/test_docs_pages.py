"""Every page can be reached, and every link leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.unit.docs.pages import DOCS, ROOT, all_pages, anchors, links

PAGES = all_pages()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links__of_every_page__lead_to_a_file_and_a_heading(page: Path) -> None:
    for link in links(page):
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_index__every_page__is_linked() -> None:
    linked = {(DOCS / link.partition("#")[0]).resolve() for link in links(DOCS / "index.md")}
    assert {page for page in PAGES if page.is_relative_to(DOCS)} - {DOCS / "index.md"} <= linked


def test_readme__first_paragraph__has_five_sentences() -> None:
    paragraph = (ROOT / "README.md").read_text("utf-8").split("\n\n")[1]
    assert len(re.findall(r"\.(?=\s|$)", paragraph)) == 5


@pytest.mark.parametrize("path", ["selfhelp_survey", "tests", "example_project"])
def test_where_code_lives__every_folder__is_named(path: str) -> None:
    told = (DOCS / "explanation" / "where-code-lives.md").read_text("utf-8")
    ignored = {"__pycache__", "static", "locale", "var"}
    for folder in (ROOT / path).iterdir():
        if (
            folder.is_dir()
            and folder.name not in ignored
            and any(folder.glob("**/test_*.py" if path == "tests" else "*"))
        ):
            assert f"{folder.name}" in told, folder


def test_where_code_lives__every_module_of_the_app__is_named() -> None:
    told = (DOCS / "explanation" / "where-code-lives.md").read_text("utf-8")
    modules = {path.name for path in (ROOT / "selfhelp_survey").glob("*.py")} - {"__init__.py", "apps.py"}
    assert {name for name in modules if name not in told} == set()
