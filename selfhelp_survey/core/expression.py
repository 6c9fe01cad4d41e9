"""Relevance expressions: the subset of XLSForm's language that decides who is asked what.

An expression is parsed once into closures; nothing is ever evaluated as Python. Comparison follows XPath 1.0 as
XLSForm uses it: an unanswered question reads as the empty string, and a comparison with something that is no number
is false.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from selfhelp_survey.core.answers import AnswerValue
from selfhelp_survey.errors import ExpressionError

Operand = AnswerValue | float | bool | None
Evaluator = Callable[[Mapping[str, AnswerValue]], Operand]

MAXIMUM_LENGTH = 2000
MAXIMUM_DEPTH = 30


class Token(NamedTuple):
    """A piece of an expression: its kind, its text, and the 1-based character it starts at."""

    kind: str
    text: str
    at: int


_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<string>'[^']*'|"[^"]*")|\$\{(?P<question>[A-Za-z_]\w*)\}
    |(?P<name>[A-Za-z][\w-]*)|(?P<sign>!=|<=|>=|[=<>+\-*(),]))""",
    re.VERBOSE | re.ASCII,
)
_NUMBER = re.compile(r"-?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_TOO_LARGE = 10**300  # float() fails beyond 10**308
_PRECEDENCE = {"or": 1, "and": 2, "=": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4, "+": 5, "-": 5}
_PRECEDENCE |= {"*": 6, "div": 6, "mod": 6}
_UNARY_MINUS = 7


def as_text(operand: Operand) -> str:
    """The operand as XPath's string(): codes of a multiple answer joined by spaces, nothing as ""."""
    match operand:
        case None:
            return ""
        case bool():
            return "true" if operand else "false"
        case tuple():
            return " ".join(str(code) for code in operand)
        case float() if operand.is_integer():
            return str(int(operand))
        case _:
            return str(operand)


def as_number(operand: Operand) -> float:
    """The operand as XPath's number(): not a number where it does not read as one."""
    if isinstance(operand, bool | int | float):
        is_countable = isinstance(operand, float) or abs(operand) < _TOO_LARGE
        return float(operand) if is_countable else math.nan
    text = as_text(operand).strip()
    return float(text) if _NUMBER.fullmatch(text) else math.nan


def as_truth(operand: Operand) -> bool:
    """The operand as XPath's boolean(): zero, not-a-number, nothing and "" are false."""
    if isinstance(operand, bool):
        return operand
    if isinstance(operand, int | float):
        return not math.isnan(operand) and operand != 0
    return as_text(operand) != ""


def _is_equal(left: Operand, right: Operand) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return as_truth(left) == as_truth(right)
    if isinstance(left, int | float) or isinstance(right, int | float):
        return as_number(left) == as_number(right)
    return as_text(left) == as_text(right)


def _divide(left: Operand, right: Operand) -> float:
    return as_number(left) / as_number(right) if as_number(right) else math.nan


def _remainder(left: Operand, right: Operand) -> float:
    is_defined = as_number(right) and math.isfinite(as_number(left))
    return math.fmod(as_number(left), as_number(right)) if is_defined else math.nan


_OPERATORS: dict[str, Callable[[Operand, Operand], Operand]] = {
    "or": lambda left, right: as_truth(left) or as_truth(right),
    "and": lambda left, right: as_truth(left) and as_truth(right),
    "=": _is_equal,
    "!=": lambda left, right: not _is_equal(left, right),
    "<": lambda left, right: as_number(left) < as_number(right),
    "<=": lambda left, right: as_number(left) <= as_number(right),
    ">": lambda left, right: as_number(left) > as_number(right),
    ">=": lambda left, right: as_number(left) >= as_number(right),
    "+": lambda left, right: as_number(left) + as_number(right),
    "-": lambda left, right: as_number(left) - as_number(right),
    "*": lambda left, right: as_number(left) * as_number(right),
    "div": _divide,
    "mod": _remainder,
}


def _is_selected(chosen: Operand, code: Operand) -> bool:
    return as_text(code) in as_text(chosen).split()


Function = Callable[[Sequence[Operand]], Operand]
_FUNCTIONS: dict[str, tuple[int, Function]] = {
    "selected": (2, lambda given: _is_selected(given[0], given[1])),
    "count-selected": (1, lambda given: float(len(as_text(given[0]).split()))),
    "not": (1, lambda given: not as_truth(given[0])),
    "true": (0, lambda given: True),
    "false": (0, lambda given: False),
    "string-length": (1, lambda given: float(len(as_text(given[0])))),
    "if": (3, lambda given: given[1] if as_truth(given[0]) else given[2]),
    "coalesce": (2, lambda given: given[0] if as_text(given[0]) else given[1]),
    "number": (1, lambda given: as_number(given[0])),
    "string": (1, lambda given: as_text(given[0])),
}
"""XLSForm's functions: how many arguments each takes, and what it makes of them."""


@dataclass(frozen=True)
class Expression:
    """A condition over answers. Two expressions are equal when their source is.

    Raises ExpressionError, naming the character, for anything outside the language.
    """

    source: str
    names: frozenset[str] = field(init=False, compare=False)
    _evaluate: Evaluator = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        parser = _Parser(self.source)
        object.__setattr__(self, "_evaluate", parser.whole())
        object.__setattr__(self, "names", frozenset(parser.names))

    def is_true(self, answers: Mapping[str, AnswerValue]) -> bool:
        """True where these answers meet the condition; an unanswered question reads as the empty string."""
        return as_truth(self._evaluate(answers))


def tokens(source: str) -> list[Token]:
    """The pieces of an expression, an `end` token last. Raises ExpressionError at a character that starts none."""
    if len(source) > MAXIMUM_LENGTH:
        raise ExpressionError(f"the expression is longer than {MAXIMUM_LENGTH} characters")
    found, at = [], 0
    while source[at:].strip():
        match = _TOKEN.match(source, at)
        if match is None or match.lastgroup is None:
            at += len(source[at:]) - len(source[at:].lstrip())
            raise ExpressionError(f"unexpected text at character {at + 1}")
        found.append(Token(match.lastgroup, match[match.lastgroup], match.start(match.lastgroup) + 1))
        at = match.end()
    return [*found, Token("end", "", len(source) + 1)]


class _Parser:
    """Precedence climbing (Pratt 1973) over the tokens of one expression."""

    def __init__(self, source: str) -> None:
        self.names: set[str] = set()
        self._tokens = tokens(source)
        self._position = 0
        self._depth = 0

    def whole(self) -> Evaluator:
        evaluate = self._binary(0)
        self._expect("end", "")
        return evaluate

    def _take(self) -> Token:
        token = self._tokens[self._position]
        self._position += 1
        return token

    def _peek(self) -> Token:
        return self._tokens[self._position]

    def _expect(self, kind: str, text: str) -> None:
        token = self._peek()
        if (token.kind, token.text) != (kind, text):
            wanted = f"'{text}'" if text else "the end"
            raise ExpressionError(f"expected {wanted} at character {token.at}, found '{token.text or 'the end'}'")
        self._take()

    def _binary(self, floor: int) -> Evaluator:
        self._depth += 1
        if self._depth > MAXIMUM_DEPTH:
            raise ExpressionError(f"the expression is nested deeper than {MAXIMUM_DEPTH} levels")
        left = self._primary()
        while self._peek().kind in {"sign", "name"} and _PRECEDENCE.get(self._peek().text, 0) > floor:
            operator = self._take().text
            left = _joined(_OPERATORS[operator], left, self._binary(_PRECEDENCE[operator]))
        self._depth -= 1
        return left

    def _primary(self) -> Evaluator:
        token = self._take()
        match token:
            case Token("number", text, _):
                return _constant(float(text))
            case Token("string", text, _):
                return _constant(text[1:-1])
            case Token("question", name, _):
                self.names.add(name)
                return lambda answers: answers.get(name)
            case Token("sign", "-", _):
                inner = self._binary(_UNARY_MINUS)
                return lambda answers: -as_number(inner(answers))
            case Token("sign", "(", _):
                inner = self._binary(0)
                self._expect("sign", ")")
                return inner
            case Token("name", name, at):
                return self._call(name, at)
        raise ExpressionError(f"unexpected '{token.text or 'end'}' at character {token.at}")

    def _call(self, name: str, at: int) -> Evaluator:
        if name not in _FUNCTIONS:
            raise ExpressionError(f"unknown word '{name}' at character {at}; known functions: {', '.join(_FUNCTIONS)}")
        arity, function = _FUNCTIONS[name]
        arguments = self._arguments()
        if len(arguments) != arity:
            raise ExpressionError(f"{name}() at character {at} takes {arity} arguments, not {len(arguments)}")
        return lambda answers: function([argument(answers) for argument in arguments])

    def _arguments(self) -> list[Evaluator]:
        self._expect("sign", "(")
        arguments: list[Evaluator] = []
        while self._peek().text != ")" or self._peek().kind != "sign":
            if arguments:
                self._expect("sign", ",")
            arguments.append(self._binary(0))
        self._expect("sign", ")")
        return arguments


def _constant(operand: Operand) -> Evaluator:
    return lambda answers: operand


def _joined(operator: Callable[[Operand, Operand], Operand], left: Evaluator, right: Evaluator) -> Evaluator:
    return lambda answers: operator(left(answers), right(answers))
