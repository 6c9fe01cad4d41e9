"""A condition of the questionnaire in words: questions and values by their labels, operators as people say them.

The pieces keep their order and brackets, so what is read is what is evaluated; what has no words stays as it is.
"""

from collections.abc import Callable, Iterator, Sequence

from selfhelp_survey.core.expression import Token, tokens
from selfhelp_survey.core.labels import Wordings, in_language, one_line, translations
from selfhelp_survey.core.questionnaire import Question, Questionnaire

OPERATORS: dict[str, Wordings] = {
    "=": {"en": "is", "es": "es", "fi": "on", "sv": "är"},
    "!=": {"en": "is not", "es": "no es", "fi": "ei ole", "sv": "är inte"},
    "<": {"en": "is less than", "es": "es menor que", "fi": "on pienempi kuin", "sv": "är mindre än"},
    "<=": {"en": "is at most", "es": "es como máximo", "fi": "on enintään", "sv": "är högst"},
    ">": {"en": "is more than", "es": "es mayor que", "fi": "on suurempi kuin", "sv": "är större än"},
    ">=": {"en": "is at least", "es": "es como mínimo", "fi": "on vähintään", "sv": "är minst"},
    "and": {"en": "and", "es": "y", "fi": "ja", "sv": "och"},
    "or": {"en": "or", "es": "o", "fi": "tai", "sv": "eller"},
    "not": {"en": "not", "es": "no", "fi": "ei", "sv": "inte"},
}
INCLUDES: Wordings = {"en": "includes", "es": "incluye", "fi": "sisältää", "sv": "innehåller"}
IS_ANSWERED: Wordings = {
    "en": "is answered", "es": "tiene respuesta", "fi": "on vastattu", "sv": "är besvarad",
}  # fmt: skip
IS_BLANK: Wordings = {
    "en": "is not answered", "es": "no tiene respuesta", "fi": "ei ole vastattu", "sv": "är inte besvarad",
}  # fmt: skip
_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_EMPTY = frozenset({"''", '""'})
Found = tuple[str, int] | None
"""What some tokens read as, and how many they were; None where they are something else."""


def in_words(source: str, questionnaire: Questionnaire, language: str) -> str:
    """The condition as a text in this language; operators in English where the software has no words for it."""
    pieces = tokens(source)
    reader = _Reader(questionnaire, language, calculates=_has_arithmetic(pieces))
    return " ".join(reader.read(pieces)).replace("( ", "(").replace(" )", ")").replace(" ,", ",")


class _Reader:
    """Reads the tokens of one condition from left to right. Where it calculates, a number is no code of a value."""

    def __init__(self, questionnaire: Questionnaire, language: str, *, calculates: bool) -> None:
        self._questionnaire = questionnaire
        self._language = language
        coded: tuple[Callable[[Sequence[Token]], Found], ...] = () if calculates else (self._compared,)
        self._readings = (self._selected, self._blank, *coded, self._question, self._word)

    def read(self, pieces: Sequence[Token]) -> Iterator[str]:
        place = 0
        while pieces[place].kind != "end":
            found = next(filter(None, (reading(pieces[place:]) for reading in self._readings)))
            yield found[0]
            place += found[1]

    def _selected(self, pieces: Sequence[Token]) -> Found:
        """`selected(${question}, code)`."""
        texts = [piece.text for piece in pieces[:4]]
        if len(pieces) < 7 or texts[:2] != ["selected", "("] or pieces[2].kind != "question" or texts[3] != ",":
            return None
        code, width = _constant(pieces[4:])
        if code is None or pieces[4 + width].text != ")":
            return None
        return f"{self._quoted(texts[2])} {self._say(INCLUDES)} {self._label(texts[2], code)}", 5 + width

    def _blank(self, pieces: Sequence[Token]) -> Found:
        """`${question} = ''` and `!= ''`."""
        if len(pieces) < 4 or pieces[0].kind != "question" or pieces[2].text not in _EMPTY:
            return None
        wordings = {"=": IS_BLANK, "!=": IS_ANSWERED}.get(pieces[1].text)
        return (f"{self._quoted(pieces[0].text)} {self._say(wordings)}", 3) if wordings else None

    def _compared(self, pieces: Sequence[Token]) -> Found:
        """`${question} < code`."""
        if len(pieces) < 4 or pieces[0].kind != "question" or pieces[1].text not in _COMPARISONS:
            return None
        code, width = _constant(pieces[2:])
        if code is None:
            return None
        name, sign = pieces[0].text, pieces[1].text
        return f"{self._quoted(name)} {self._say(OPERATORS[sign])} {self._label(name, code)}", 2 + width

    def _question(self, pieces: Sequence[Token]) -> Found:
        return (self._quoted(pieces[0].text), 1) if pieces[0].kind == "question" else None

    def _word(self, pieces: Sequence[Token]) -> Found:
        text = pieces[0].text
        is_quoted = pieces[0].kind == "string"
        return (text if is_quoted or text not in OPERATORS else self._say(OPERATORS[text]), 1)

    def _say(self, wordings: Wordings) -> str:
        return in_language(wordings, self._language)

    def _asked(self, name: str) -> Question | None:
        return self._questionnaire.home_of(name)[1] if self._questionnaire.asks(name) else None

    def _quoted(self, name: str) -> str:
        """The question, or the row of a matrix, between quotation marks; its name where it is not asked here."""
        question = self._asked(name)
        if question is None:
            return name
        label = next((row.label for row in question.rows if row.name == name), question.label)
        return f"“{one_line(in_language(translations(label), self._language, otherwise=name))}”"

    def _label(self, name: str, code: str) -> str:
        """The value between quotation marks; the code where it is no value of the question."""
        question = self._asked(name)
        labels = {str(value.code): value.label for value in question.values} if question else {}
        if code not in labels:
            return code
        return f"“{one_line(in_language(translations(labels[code]), self._language, otherwise=code))}”"


def _has_arithmetic(pieces: Sequence[Token]) -> bool:
    """True where something is added, subtracted, multiplied or divided; a minus before a number only is none of it."""
    is_operand = [piece.kind in {"number", "question", "string"} or piece.text == ")" for piece in pieces]
    subtracts = (piece.text == "-" and before for before, piece in zip(is_operand, pieces[1:], strict=False))
    return any(subtracts) or any(piece.text in {"+", "*", "div", "mod"} for piece in pieces)


def _constant(pieces: Sequence[Token]) -> tuple[str | None, int]:
    """The number or quoted code that these tokens begin with, and how many of them it takes."""
    if pieces[0].text == "-" and len(pieces) > 1 and pieces[1].kind == "number":
        return f"-{pieces[1].text}", 2
    match pieces[0]:
        case Token("number", text, _):
            return text, 1
        case Token("string", text, _):
            return text[1:-1], 1
    return None, 0
