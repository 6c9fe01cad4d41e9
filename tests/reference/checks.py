"""Every system check: its id, when it runs, and its hints, as the source has them. What it says is written by hand."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[2] / "selfhelp_survey" / "checks"
SAYS = {"error", "warning", "with_section"}
ROW = re.compile(r"^\| \[`selfhelp_survey\.(\w+)`\][^|]*\|[^|]*\| (.*?) \| [^|]*\|$", re.MULTILINE)


def table(before: str) -> Iterator[str]:
    """A row for each id, in the order of the table as it is; new ones at its end, to be described by hand."""
    by_hand = dict(ROW.findall(before))
    said = hints()
    yield from ("| Id | Runs | What it says | What to do |", "|---|---|---|---|")
    for number in [*(number for number in by_hand if number in said), *sorted(said.keys() - by_hand.keys())]:
        runs, told = said[number]
        link = f"[`selfhelp_survey.{number}`](#{number.lower()})"
        yield f"| {link} | {runs} | {by_hand.get(number, '')} | {' '.join(dict.fromkeys(told)).replace('….', '…')} |"


def hints() -> dict[str, tuple[str, list[str]]]:
    """By id: when it runs, and every hint that the source gives with it, `…` for what is known only when it runs."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    runs: dict[str, str] = {}
    for path in sorted(SOURCES.glob("*.py")):
        module = _Module(ast.parse(path.read_text("utf-8")))
        for number, when, hint in module.said():
            found[number].append(hint)
            runs[number] = runs.get(number) or when
    return {number: (runs[number], found[number]) for number in found}


class _Module:
    """One module of checks."""

    def __init__(self, tree: ast.Module) -> None:
        self._functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
        self._constants = _assigned(tree.body, {})

    def said(self) -> Iterator[tuple[str, str, str]]:
        """Every (id, when, hint) of the module."""
        for function in self._functions:
            names = _assigned(list(ast.walk(function)), self._constants)
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in SAYS:
                    yield from self._of_call(call, self._when(function), names)

    def _of_call(self, call: ast.Call, when: str, names: dict[str, str]) -> Iterator[tuple[str, str, str]]:
        """A hint that is a loop's variable is what the generators of the module yield last; so is an id, first."""
        number, hint = call.args[0], call.args[-1]
        told = _text(hint, names)
        if told is not None and isinstance(number, ast.Constant):
            yield str(number.value), when, told
            return
        for first, last in self._yielded():
            own = first if isinstance(number, ast.Name) else _text(number, {})
            if own and re.fullmatch(r"[EW]\d{3}", own):
                yield own, when, last

    def _when(self, function: ast.FunctionDef) -> str:
        """When the check runs; for a part of a check, when the one runs that names it; "" where none does."""
        told = _registered(function)
        naming = (each for each in self._functions if any(_is_name(node, function.name) for node in ast.walk(each)))
        return told or next(filter(None, map(_registered, naming)), "")

    def _yielded(self) -> Iterator[tuple[str | None, str]]:
        for function in self._functions:
            names = _assigned(list(ast.walk(function)), self._constants)
            for node in ast.walk(function):
                if isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):
                    yield _text(node.value.elts[0], names), _text(node.value.elts[-1], names) or ""


def _assigned(nodes: list[ast.stmt] | list[ast.AST], known: dict[str, str]) -> dict[str, str]:
    names = dict(known)
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if (told := _text(value, known)) is not None:
                names[name] = told
    return names


def _text(node: ast.expr, names: dict[str, str]) -> str | None:
    """What a literal, a formatted literal or a known name says; None for anything else."""
    match node:
        case ast.Constant(value=str(words)):
            return words
        case ast.Name(id=name):
            return names.get(name)
        case ast.JoinedStr(values=values):
            return "".join(_piece(value, names) for value in values)
    return None


def _piece(node: ast.expr, names: dict[str, str]) -> str:
    if isinstance(node, ast.FormattedValue):
        known = _text(node.value, names)
        return "…" if known is None else f"`{known}`"
    return str(getattr(node, "value", ""))


def _is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _registered(function: ast.FunctionDef) -> str:
    """From the decorator: `--deploy`, `--database`, or always; "" for a function that is no check itself."""
    told = " ".join(ast.unparse(each) for each in function.decorator_list)
    if "Tags.database" in told:
        return "`--database`"
    return "`--deploy`" if "deploy=True" in told else "always" if "register" in told else ""
