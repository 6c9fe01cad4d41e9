"""Settings, commands, addresses and headers stand in the documentation as they are in the code."""

from __future__ import annotations

import argparse
import ast

import pytest
from django.core.management import load_command_class
from django.core.management.base import BaseCommand, CommandError
from django.test import Client

from selfhelp_survey import conf, urls
from tests import reference
from tests.unit.docs.pages import ROOT, first_cells, rows, section, text_of, typed_lines

COMMANDS = sorted(path.stem for path in (ROOT / "selfhelp_survey" / "management" / "commands").glob("survey_*.py"))
ADDRESSES = text_of("reference/addresses-and-headers.md")


def parser_of(name: str) -> argparse.ArgumentParser:
    return load_command_class("selfhelp_survey", name).create_parser("manage.py", name)


def own_actions(command: argparse.ArgumentParser) -> list[argparse.Action]:
    django = {action.dest for action in BaseCommand().create_parser("manage.py", "x")._actions}
    return [action for action in command._actions if action.dest not in django]


def test_settings_page__keys__are_exactly_the_known_ones() -> None:
    table = text_of("reference/settings.md").split("## Swappable models")[0]
    assert sorted(first_cells(table)) == sorted(conf.known_settings())


def test_settings_page__defaults__are_those_of_the_code() -> None:
    told = {cells[0]: cells[2] for cells in rows(text_of("reference/settings.md").split("## Swappable models")[0])}
    assert {name: ast.literal_eval(default) for name, default in told.items()} == {
        name: setting.default for name, setting in conf.known_settings().items()
    }


def test_settings_page__swappable_models__are_exactly_the_known_ones() -> None:
    table = section(text_of("reference/settings.md"), "Swappable models")
    assert {cells[0]: cells[1] for cells in rows(table)} == conf.DEFAULT_MODELS


@pytest.mark.parametrize("name", COMMANDS)
def test_commands_page__command__has_exactly_its_arguments(name: str) -> None:
    actions = own_actions(parser_of(name))
    words = [str(action.metavar) for action in actions if not action.option_strings]
    body = section(text_of("reference/commands.md"), f"`{' '.join([name, *words])}`")
    options = {option for action in actions for option in action.option_strings}
    assert {cell.split()[0] for cell in first_cells(body)} == options


def test_typed_lines__manage_commands__can_be_parsed() -> None:
    found = [
        words[place:] for _, words in typed_lines() for place, word in enumerate(words) if word.startswith("survey_")
    ]
    assert found
    for name, *arguments in found:
        try:
            parser_of(name).parse_args(arguments)
        except (CommandError, SystemExit) as error:
            pytest.fail(f"{name} {' '.join(arguments)}: {error}")


def test_addresses_page__names__are_those_of_the_urls() -> None:
    told = {cells[1] for cells in rows(section(ADDRESSES, "Addresses").split("| Status |")[0])}
    assert told == {pattern.name for pattern in urls.urlpatterns}


@pytest.mark.django_db
def test_addresses_page__headers__are_on_a_response(client: Client) -> None:
    response = client.get("/feedback/en/end/help/", secure=True)
    told = {cells[0]: cells[1] for cells in rows(section(ADDRESSES, "Headers of every response"))}
    assert set(told) <= set(response.headers)
    spelled_out = {name: value for name, value in told.items() if name not in VARYING}
    assert {name: response.headers[name] for name in spelled_out} == spelled_out


def test_templates_page__tables__are_those_of_the_code() -> None:
    page = reference.PAGE.read_text("utf-8")
    assert reference.written(page) == page, "python -m tests.reference renews it"
    assert len(reference.MARKED.findall(page)) == 3


VARYING = {"Permissions-Policy", "Content-Security-Policy", "Content-Language"}
