"""Commands of the workstation and of the checkout: described wholly, and spelled right wherever a page uses them."""

from __future__ import annotations

import argparse
import shlex

import pytest

from example_project.front_door.command_line import parsed
from selfhelp_survey.research.command_line import parser
from tests.unit.docs.pages import ROOT, fenced, section, text_of, typed_lines

COMMANDS = ROOT / "selfhelp_survey" / "management" / "commands"
TUTORIAL = text_of("tutorial/first-survey.md")


def research_parsers() -> dict[str, argparse.ArgumentParser]:
    actions = parser()._actions
    choices = next(action.choices for action in actions if isinstance(action, argparse._SubParsersAction))
    return dict(choices)


def heading_of(name: str, command: argparse.ArgumentParser) -> str:
    words = [str(action.metavar) for action in command._actions if not action.option_strings]
    return f"`{' '.join([name, *words])}`"


@pytest.mark.parametrize("name", sorted(research_parsers()))
def test_commands_page__research_command__has_a_section_with_its_words(name: str) -> None:
    assert section(text_of("reference/commands.md"), heading_of(name, research_parsers()[name])).strip()


def test_commands_page__headings__name_exactly_the_commands() -> None:
    lines = text_of("reference/commands.md").splitlines()
    described = {line.removeprefix("### `").rstrip("`").split()[0] for line in lines if line.startswith("### ")}
    web_host = {path.stem for path in COMMANDS.glob("survey_*.py")}
    assert described == web_host | set(research_parsers())


def test_typed_lines__research_commands__can_be_parsed() -> None:
    found = [(page, words) for page, words in typed_lines() if words and words[0].endswith("selfhelp-research")]
    assert found
    for page, words in found:
        assert parser().parse_args(words[1:]).command, page


def test_typed_lines__manage_commands__exist() -> None:
    found = {word for _, words in typed_lines() for word in words if word.startswith("survey_")}
    assert found
    assert {name for name in found if not (COMMANDS / f"{name}.py").exists()} == set()


def test_typed_lines__example__can_be_parsed() -> None:
    found = [words[2:] for _, words in typed_lines() if words[:2] == ["python3", "example_project"]]
    assert {parsed(words).command for words in found} == {"serve", "release"}


def test_tutorial__every_line__begins_with_something_there() -> None:
    lines = [line for body in fenced(TUTORIAL, "") for line in body.splitlines() if not line.startswith("git clone")]
    first = {shlex.split(line)[0] for line in lines if line.startswith((".venv/", "python3 ", "cp ", "ls "))}
    assert first == {".venv/bin/python", ".venv/bin/selfhelp-research", "python3", "cp", "ls"}
    assert (ROOT / "example_project" / "manage.py").exists()


def test_tutorial__text_to_change__stands_in_the_questionnaire() -> None:
    shipped = (ROOT / "selfhelp_survey" / "questionnaires" / "exit_survey.yaml").read_text("utf-8")
    assert "How much of the programme did you go through?" in shipped
    assert "How much of the programme did you go through?" in TUTORIAL
