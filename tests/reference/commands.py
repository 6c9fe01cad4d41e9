"""The arguments of every command, as its own parser has them: the same words that `--help` prints."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.reference import Table

MANAGEMENT = Path(__file__).resolve().parents[2] / "selfhelp_survey" / "management" / "commands"


def parsers() -> dict[str, argparse.ArgumentParser]:
    """The parser of every command, of the web host and then of the workstation, by the command's name."""
    return {**web_host(), **workstation()}


def web_host() -> dict[str, argparse.ArgumentParser]:
    """Those of `manage.py`."""
    from django.core.management import load_command_class

    names = sorted(path.stem for path in MANAGEMENT.glob("survey_*.py"))
    return {name: load_command_class("selfhelp_survey", name).create_parser("manage.py", name) for name in names}


def workstation() -> dict[str, argparse.ArgumentParser]:
    """Those of `selfhelp-research`."""
    from selfhelp_survey.research.command_line import parser

    groups = [action for action in parser()._actions if isinstance(action, argparse._SubParsersAction)]
    return dict(groups[0].choices)


def own_actions(command: argparse.ArgumentParser) -> list[argparse.Action]:
    """The arguments of a command itself: not `--help`, and nothing that every command of Django takes."""
    from django.core.management.base import BaseCommand

    common = {action.dest for action in BaseCommand().create_parser("manage.py", "any")._actions}
    return [action for action in command._actions if action.dest not in common]


def tables() -> Mapping[str, Table]:
    """A table for each command that takes anything."""
    return {name: _Arguments(command) for name, command in parsers().items() if own_actions(command)}


class _Arguments:
    """The table of one command."""

    def __init__(self, command: argparse.ArgumentParser) -> None:
        self._command = command

    def __call__(self, before: str) -> Iterator[str]:
        yield from ("| Argument | |", "|---|---|")
        for action in own_actions(self._command):
            yield f"| `{written(action)}` | {self._said(action)} |"

    def _said(self, action: argparse.Action) -> str:
        words = [(action.help or "") % {"default": action.default}]
        if action.option_strings and action.required:
            words.append("required")
        words += [f"one of {_names(group)}" for group in self._needed_groups() if action in group]
        return "; ".join(words).replace("|", "\\|").replace("*", "\\*")

    def _needed_groups(self) -> Iterator[list[argparse.Action]]:
        """The arguments of which one, and only one, is needed."""
        groups = self._command._mutually_exclusive_groups
        yield from (group._group_actions for group in groups if group.required)


def written(action: argparse.Action) -> str:
    """An argument as somebody types it, such as `--k N`, with what repeats and what can be chosen."""
    if action.nargs == 0:
        return action.option_strings[0]
    value = "\\|".join(map(str, action.choices)) if action.choices else str(action.metavar or action.dest.upper())
    more = " ..." if action.nargs in ("+", "*") else ""
    return " ".join([*action.option_strings[:1], value.replace("DSN|DIR", "DSN\\|DIR")]) + more


def _names(group: list[argparse.Action]) -> str:
    return ", ".join(f"`{action.option_strings[0]}`" for action in group)
