"""Settings, commands, addresses and headers stand in the documentation as they are in the code."""

from __future__ import annotations

import pytest
from django.core.management.base import CommandError
from django.test import Client

from selfhelp_survey import urls
from tests import reference
from tests.unit.docs.pages import rows, section, text_of, typed_lines

ADDRESSES = text_of("reference/addresses-and-headers.md")


@pytest.mark.parametrize("name", sorted(reference.pages()))
def test_reference_page__tables__are_those_of_the_code(name: str) -> None:
    assert reference.written(name) == (reference.FOLDER / name).read_text("utf-8"), (
        "python -m tests.reference renews it"
    )
    assert sorted(reference.names_marked(name)) == sorted(reference.pages()[name])


@pytest.mark.parametrize("name", sorted(reference.pages()))
def test_reference_page__tables__have_no_empty_cell(name: str) -> None:
    page = (reference.FOLDER / name).read_text("utf-8")
    assert [cells for cells in rows(page) if not all(cells)] == []


def test_commands_page__command__has_a_section_named_as_it_is_called() -> None:
    page = text_of("reference/commands.md")
    for name, parser in reference.commands.web_host().items():
        words = [str(action.metavar) for action in reference.commands.own_actions(parser) if not action.option_strings]
        assert section(page, f"`{' '.join([name, *words])}`").strip()


def test_typed_lines__manage_commands__can_be_parsed() -> None:
    found = [
        words[place:] for _, words in typed_lines() for place, word in enumerate(words) if word.startswith("survey_")
    ]
    assert found
    known = reference.commands.web_host()
    for name, *arguments in found:
        try:
            known[name].parse_args(arguments)
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


VARYING = {"Permissions-Policy", "Content-Security-Policy", "Content-Language"}
