"""Every snippet of the documentation is read by what would read it, and every line to type is run by a test, or it
stands here why not."""

from __future__ import annotations

import ast
import json
import re
import shlex
import textwrap
from collections.abc import Iterator

import pytest
from ruamel.yaml import YAML

from tests.deployment.guide import unit
from tests.unit.docs.pages import (
    MANAGE_RUN,
    RESEARCH_RUN,
    ROOT,
    RUN_ELSEWHERE,
    all_pages,
    fenced,
    manage_lines,
    research_lines,
    typed_lines,
)

pytestmark = pytest.mark.once

KINDS = {
    "python": "executed in tests/django/docs, or on a whole site in tests/journeys; settings also in tests/deployment",
    "sh": "run by a shell in tests/journeys",
    "yaml": "read here, and as what it is by the tests in YAML_IS",
    "json": "read here",
    "ini": "read here as strictly as systemd does; the shipped units are verified in tests/deployment",
    "sql": "run in tests/deployment",
    "nginx": "taken by nginx itself in tests/deployment",
    "html": "the copy is compared with the shipped template, and such blocks are drawn, in tests/django/look",
    "css": "its properties are those of the stylesheet, by tests/django/look",
    "text": "what a command prints; nobody types it",
    "r": "R runs the script that it sources in tests/archives",
    "stata": "Stata is not free; the script that it does is read in tests/unit/research",
    "": "every line to type is looked up below",
}
RUN = {
    "python": "every line for manage.py is run, by the tests in MANAGE_RUN and RUN_ELSEWHERE",
    "python3": "tests/journeys and tests/test_command",
    ".venv/bin/python": "tests/journeys",
    ".venv/bin/selfhelp-research": "tests/journeys",
    "selfhelp-research": "every line is run, by the tests in RESEARCH_RUN",
    "django-admin": "tests/journeys",
    "printf": "tests/journeys",
    "psql": "tests/deployment",
    "pg_restore": "tests/deployment",
    "nginx": "tests/deployment",
    "tor": "tests/deployment",
    "pip": "tests/journeys installs the wheel",
    "/srv/survey/venv/bin/pip": "tests/journeys installs by these hashes",
    "curl": "the same request goes out in tests/faults",
}
NOT_RUN = {
    "systemctl": "there is no systemd here; its units are verified, its names looked up, in tests/deployment",
    "podman": "there is no container engine here",
    "usermod": "it would change this machine's users",
    "sudo": "it would change this machine",
    "chmod": "of files on the reader's machine",
    "journalctl": "there is no journal here",
    "logger": "there is no journal here",
    "uv": "the host's own list of packages is not known",
    "sha256sum": "shows a number to be compared by eye",
    "git": "fetches from where the reader found it",
    "cd": "goes where git put it",
    "cp": "of the reader's own files",
    "ls": "shows the reader's own files",
    "py": "a Windows laptop",
    "workstation\\Scripts\\python": "a Windows laptop",
    "workstation\\Scripts\\selfhelp-research": "a Windows laptop",
    "workstation/bin/python": "the same as python3, in the reader's folder",
    "workstation/bin/selfhelp-research": "parsed as selfhelp-research",
}
YAML_IS = {
    "bring-in-a-sister-survey.md": "tests/unit/docs/test_docs_lines_of_the_workstation.py",
    "make-a-release.md": "tests/unit/docs/test_docs_lines_of_the_workstation.py",
    "translate.md": "tests/django/docs/test_docs_lines_of_the_web_host.py",
    "questionnaire-file.md": "tests/unit/authoring/test_includes.py",
    "write-a-questionnaire.md": "tests/unit/docs/test_docs_reference.py",
}
"""Each YAML block of the documentation, and the test that hands it to the reader that it is for."""
OTHER_PYTHON = {
    "python3 example_project": "tests/journeys/test_newcomer.py",
    "python3 example_project release": "tests/journeys/test_release.py",
    "python3 example_project release --synthetic 300": "tests/journeys/test_release.py",
    ".venv/bin/python -m example_project.survey_only": "tests/django/install/test_survey_only.py",
    ".venv/bin/python -m django makemigrations selfhelp_survey --skip-checks "
    "--settings tests.django.migrations.authoring --name what_it_does": "tests/django/docs/test_docs_python.py",
    "python3 tests": "tests/unit/test_tests_command.py",
    "python3 tests lock": "tests/unit/supply_chain/test_lock_command.py",
    "python3 tests lock django sqlparse": "tests/unit/supply_chain/test_lock_command.py",
}
"""Lines for Python that are none for `manage.py`, and where they are run: of `survey_only` all but its server, of the
last three all that needs no network."""
MEANT_FOR_HANDS = re.compile(r"^ *(?:(?:web host|workstation) {2,})?(\S+)(?= |$)")
COMMAND = re.compile(r"^(?:[a-z0-9_./\\-]*(?:/|\\))?[a-z][a-z0-9_-]*\.?[a-z]*$")


def blocks(kind: str) -> Iterator[tuple[str, str]]:
    """Every block of a kind, after the name of its page, without the indent of a list."""
    for page in all_pages():
        for body in fenced(page.read_text("utf-8"), kind):
            yield str(page.relative_to(ROOT)), textwrap.dedent(body)


def first_words() -> Iterator[tuple[str, str]]:
    """The first word of each line in blocks that look typed: every line of theirs begins with a program known here."""
    known = RUN.keys() | NOT_RUN.keys()
    for page, body in (*blocks(""), *blocks("sh")):
        lines = [line for line in body.replace("\\\n", " ").splitlines() if line.strip()]
        words = [match[1] for line in lines if (match := MEANT_FOR_HANDS.match(line))]
        if set(words) & known:
            yield from ((page, word) for word in words)


def test_snippets__kinds__are_those_that_something_reads() -> None:
    found = {
        kind for page in all_pages() for kind in re.findall(r"^ *```(\w+)$", page.read_text("utf-8"), re.MULTILINE)
    }
    assert found <= set(KINDS)
    assert all((ROOT / place).exists() for why in KINDS.values() for place in re.findall(r"tests/[\w/]+", why))


def test_lines_to_type__programs__are_run_by_a_test_or_it_is_said_why_not() -> None:
    commands = {word for _, word in first_words() if COMMAND.match(word)}
    unknown = commands - RUN.keys() - NOT_RUN.keys() - {"carry", "back", "browser", "holds", "to"}
    assert unknown == set()
    assert set(NOT_RUN) <= {word for _, word in first_words()}, "no page uses it any more: take it off the list"


@pytest.mark.parametrize("page", sorted({path.name for path in all_pages()}))
def test_lines_to_type__of_each_page__are_run_by_the_test_that_is_named_for_it(page: str) -> None:
    for lines, run in ((manage_lines(page), MANAGE_RUN), (research_lines(page), RESEARCH_RUN)):
        left = [line for line in map(" ".join, lines) if line not in RUN_ELSEWHERE]
        assert (page in run) == bool(left), left


@pytest.mark.parametrize(("page", "place"), sorted({*MANAGE_RUN.items(), *RESEARCH_RUN.items(), *YAML_IS.items()}))
def test_test_of_a_page__is_there_and_names_the_page(page: str, place: str) -> None:
    assert page in (ROOT / place).read_text("utf-8")


def test_lines_run_elsewhere__are_still_typed_on_some_page() -> None:
    typed = {
        " ".join(words) for path in all_pages() for words in (*manage_lines(path.name), *research_lines(path.name))
    }
    assert set(RUN_ELSEWHERE) <= typed
    assert all((ROOT / place).exists() for place in RUN_ELSEWHERE.values())


def test_other_python_lines__all__are_named_to_the_test_that_runs_them() -> None:
    lines = {" ".join(words) for _, words in typed_lines() if not any(word.endswith("manage.py") for word in words)}
    assert {line for line in lines if "selfhelp-research" not in line.split()[0]} == set(OTHER_PYTHON)
    assert all((ROOT / place).exists() for place in OTHER_PYTHON.values())


def test_yaml__blocks__are_all_read_as_what_they_are() -> None:
    assert {page.rpartition("/")[2] for page, _ in blocks("yaml")} == set(YAML_IS)


def test_lines_to_type__all__are_shell_that_can_be_read() -> None:
    for page, body in (*blocks(""), *blocks("sh")):
        for line in body.replace("\\\n", " ").splitlines():
            match = MEANT_FOR_HANDS.match(line)
            if match and match[1] in RUN.keys() | NOT_RUN.keys() and "\\" not in line:
                assert shlex.split(line), page


@pytest.mark.parametrize(("page", "body"), list(blocks("python")))
def test_python__compiles(page: str, body: str) -> None:
    ast.parse(body)


def test_json_and_yaml__can_be_read() -> None:
    for _, body in blocks("json"):
        json.loads(body)
    for _, body in blocks("yaml"):
        assert list(YAML(typ="safe").load_all(body))


def test_units_in_pages__can_be_read() -> None:
    found = [unit(body) for _, body in blocks("ini")]
    assert found
    assert all(each.lines for each in found)
