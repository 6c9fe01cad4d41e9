"""The documentation as the tests read it: pages, links, tables, and the lines that a reader would type."""

from __future__ import annotations

import re
import shlex
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
DOCS = ROOT / "docs"
_FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
WEB_HOST = "tests/django/docs/test_docs_lines_of_the_web_host.py"
WORKSTATION = "tests/unit/docs/test_docs_lines_of_the_workstation.py"
MANAGE_RUN = {
    "audit-for-leaks.md": WEB_HOST,
    "backups.md": "tests/deployment/test_backups.py",
    "commands.md": WEB_HOST,
    "exit-survey.md": WEB_HOST,
    "first-hour.md": "tests/journeys/test_first_hour.py",
    "first-survey.md": WEB_HOST,
    "install.md": WEB_HOST,
    "invite-from-a-page.md": WEB_HOST,
    "keys.md": WEB_HOST,
    "postgresql.md": "tests/deployment/test_postgresql.py",
    "restyle.md": WEB_HOST,
    "run-fieldwork.md": WEB_HOST,
    "take-down.md": "tests/deployment/test_taking_down.py",
    "translate.md": WEB_HOST,
    "upgrade.md": "tests/deployment/test_upgrade.py",
    "write-a-questionnaire.md": WEB_HOST,
    "write-in-a-spreadsheet.md": "tests/django/docs/test_docs_spreadsheet.py",
}
"""Pages with lines for `manage.py`, and the test that runs all of them, as they stand there."""
RESEARCH_RUN = {
    "compare-the-samples.md": "tests/unit/research/comparison/test_report_command.py",
    "anonymise.md": WORKSTATION,
    "bring-in-a-sister-survey.md": WORKSTATION,
    "first-hour.md": "tests/journeys/test_first_hour.py",
    "first-release.md": WORKSTATION,
    "keys.md": WORKSTATION,
    "make-a-release.md": WORKSTATION,
    "plan-a-series.md": WORKSTATION,
    "review-free-texts.md": WORKSTATION,
    "run-fieldwork.md": WEB_HOST,
    "take-down.md": "tests/deployment/test_taking_down.py",
    "when-something-is-lost.md": WORKSTATION,
}
"""The same for `selfhelp-research`."""
RUN_ELSEWHERE = {
    "migrate": "tests/journeys/test_web_host_install.py",
    "runserver": "tests/journeys/test_web_host_install.py",
    "survey_demo": "tests/journeys/test_web_host_install.py",
    "survey_demo --remove": "tests/journeys/test_web_host_install.py",
    "check --deploy --database default": "tests/deployment/test_upgrade.py",
    "verify example_project/var/releases/release-1 --key example_project/var/keys/first.pub": (
        "tests/journeys/test_release.py"
    ),
    "check --database default --database maintenance": "tests/deployment/test_postgresql.py",
    "survey_roles --web site_web --maintenance site_maintenance": "tests/deployment/test_postgresql.py",
    "survey_roles --web site_web --maintenance site_maintenance --apply": "tests/deployment/test_postgresql.py",
}
"""Lines of both that are run on a site of another kind than the page's other lines, and by which test."""
_TYPED = re.compile(r"^ *(?:(?:web host|workstation) +)?(python3? [a-z].*|\.venv/bin/.*|selfhelp-research .*)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def all_pages() -> list[Path]:
    """Every page of the documentation, and the pages beside it."""
    return [*sorted(DOCS.rglob("*.md")), *(ROOT / name for name in ("README.md", "CHANGELOG.md", "SECURITY.md"))]


def text_of(name: str) -> str:
    """The text of a page under docs/."""
    return (DOCS / name).read_text("utf-8")


def without_code(text: str) -> str:
    """The text without its fenced blocks."""
    return _FENCE.sub("", text)


def fenced(text: str, kind: str) -> list[str]:
    """The contents of the fenced blocks of a kind ("" for those without one)."""
    return [body for found, body in _FENCE.findall(text) if found == kind]


def lines_to_type(text: str) -> list[str]:
    """The contents of the fenced blocks that hold lines to type, of any kind or none."""
    return [*fenced(text, ""), *fenced(text, "sh")]


def links(page: Path) -> list[str]:
    """The targets of the relative links of a page."""
    found: list[str] = _LINK.findall(without_code(page.read_text("utf-8")))
    return [target for target in found if not re.match(r"[a-z]+:", target)]


def anchors(page: Path) -> set[str]:
    """The anchors that the headings of a page make."""
    headings = _HEADING.findall(without_code(page.read_text("utf-8")))
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def section(text: str, heading: str) -> str:
    """What stands under a heading, down to the next one of any level."""
    body = text.split(f"# {heading}\n", 1)[1]
    return re.split(r"^#", body, maxsplit=1, flags=re.MULTILINE)[0]


def rows(text: str) -> list[list[str]]:
    """The cells of every table line, heads and rules left out, bold and code marks taken off."""
    found = []
    lines = text.splitlines()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if line.startswith("|") and not line.startswith("|--") and not following.startswith("|--"):
            cells = re.split(r"(?<!\\)\|", line.strip("|"))
            found.append([re.sub(r"[*`]", "", cell).strip() for cell in cells])
    return found


def first_cells(text: str) -> list[str]:
    """Every name in the first column of the tables, several in one cell told apart."""
    return [name.strip() for cells in rows(text) for name in cells[0].split(",") if name.strip()]


@cache
def typed_lines() -> tuple[tuple[str, list[str]], ...]:
    """Every line of a block to type that a reader would type, as words, after the name of its page."""
    return tuple(
        (page.name, shlex.split(found[1]))
        for page in all_pages()
        for body in lines_to_type(page.read_text("utf-8"))
        for line in body.replace("\\\n", " ").splitlines()
        if (found := _TYPED.search(line))
    )


def research_lines(page: str) -> list[list[str]]:
    """Every line of a page for the workstation's own command, in order, as the words after its name."""
    return [words[1:] for name, words in typed_lines() if name == page and words[0].endswith("selfhelp-research")]


def manage_lines(page: str) -> list[list[str]]:
    """Every line of a page for `manage.py`, in order, as the words after that."""
    found = [
        words for name, words in typed_lines() if name == page and any(word.endswith("manage.py") for word in words)
    ]
    return [
        words[next(place for place, word in enumerate(words) if word.endswith("manage.py")) + 1 :] for words in found
    ]
