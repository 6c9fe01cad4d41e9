"""The texts that stand in the source for translation, found without gettext's programs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation.template import templatize


@dataclass(frozen=True, kw_only=True)
class SourceText:
    """One text as the source has it. `plural` is "" where it has no number, `context` where it needs no context."""

    singular: str
    plural: str = ""
    context: str = ""


PARAMETERS = {
    "_": ("singular",),
    "gettext": ("singular",),
    "ngettext": ("singular", "plural"),
    "pgettext": ("context", "singular"),
    "npgettext": ("context", "singular", "plural"),
}
"""What the first arguments of each function are."""
CALL = re.compile(rf"\b({'|'.join(PARAMETERS)})\(")


def texts_of_package(package: Path) -> set[SourceText]:
    """Every text of a package's Python files and templates. A text with a plural somewhere has it everywhere."""
    found = {text for path in package.rglob("*.py") for text in texts_of_python(path.read_text("utf-8"))}
    for pattern in ("*.html", "*.txt"):
        found |= {text for path in package.rglob(pattern) for text in texts_of_template(path.read_text("utf-8"))}
    counted = {(text.context, text.singular) for text in found if text.plural}
    return {text for text in found if text.plural or (text.context, text.singular) not in counted}


def texts_of_python(source: str) -> Iterator[SourceText]:
    """The texts of a Python file. Raises AssertionError for one that is put together while the program runs."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and (parameters := PARAMETERS.get(_plain_name(node.func))):
            yield _text(node, parameters)


def texts_of_template(source: str) -> Iterator[SourceText]:
    """The texts of a Django template."""
    code = templatize(source)
    for match in CALL.finditer(code):
        yield from texts_of_python(_whole_call(code[match.start() :]))


def _plain_name(function: ast.expr) -> str:
    name = (
        function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""
    )
    return name.removesuffix("_lazy").removesuffix("_noop")


def _text(call: ast.Call, parameters: tuple[str, ...]) -> SourceText:
    values = [
        argument.value if isinstance(argument, ast.Constant) else None for argument in call.args[: len(parameters)]
    ]
    assert all(isinstance(value, str) for value in values), f"not a text as it stands: {ast.unparse(call)}"
    return SourceText(**{name: str(value) for name, value in zip(parameters, values, strict=True)})


def _whole_call(code: str) -> str:
    """The call that the code begins with, up to the bracket that closes it."""
    for bracket in re.finditer(r"\)", code):
        try:
            ast.parse(code[: bracket.end()], mode="eval")
        except SyntaxError:
            continue
        return code[: bracket.end()]
    raise AssertionError("a call that never ends")
