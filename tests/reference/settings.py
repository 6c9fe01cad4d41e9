"""The keys of `SELFHELP_SURVEY`: types and defaults as the code reads them, meanings from the docstring of each."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping

NAMES: Mapping[type, str] = {
    str: "text", bytes: "bytes", bool: "yes or no", int: "whole number", float: "number",
    tuple: "list of text", list: "list of text",
}  # fmt: skip


def keys(before: str) -> Iterator[str]:
    """Every key: its types in words, its default as Python writes it, and what it means."""
    from selfhelp_survey import conf

    meanings = docstrings(inspect.getsource(conf.SurveySettings))
    yield from ("| Key | Type | Default | Meaning |", "|---|---|---|---|")
    for name, setting in conf.known_settings().items():
        yield f"| `{name}` | {_types(setting.kinds)} | `{setting.default!r}` | {meanings[name]} |"


def models(before: str) -> Iterator[str]:
    """The swappable models and their defaults."""
    from selfhelp_survey import conf

    yield from ("| Setting | Default |", "|---|---|")
    yield from (f"| `{name}` | `{default}` |" for name, default in conf.DEFAULT_MODELS.items())


def docstrings(source: str) -> dict[str, str]:
    """What stands in quotes below each assignment of a class, by name, on one line."""
    body = ast.parse(source).body[0]
    assert isinstance(body, ast.ClassDef)
    found = {}
    for statement, following in zip(body.body, body.body[1:], strict=False):
        match statement, following:
            case ast.Assign(targets=[ast.Name(id=name)]), ast.Expr(value=ast.Constant(value=str(words))):
                found[name] = " ".join(words.split())
    return found


def _types(kinds: tuple[type, ...]) -> str:
    names = dict.fromkeys(NAMES[kind] for kind in kinds if not (kind is int and float in kinds))
    return " or ".join(names)
