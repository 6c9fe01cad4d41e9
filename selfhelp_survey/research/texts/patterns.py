"""What in a text could point at a person, and where: a help for whoever reads it, never a gate.

A text without a flag can still name somebody, and a flagged one can be harmless: a person decides each time. Patterns
know shapes, not meanings, and only a few languages. Repetitions in them are bounded, so that a hostile text costs about
as much time as a harmless one of the same length.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from selfhelp_survey.core.identifying import Trace, spots_in
from selfhelp_survey.research.texts.check_digits import is_finnish, is_iban, is_luhn, is_spanish, is_swedish
from selfhelp_survey.research.texts.legible import folded


class FlagKind(StrEnum):
    """What a text seems to hold; of two that fit the same characters, the one named first here is told."""

    MAIL = Trace.MAIL.value
    LINK = Trace.ADDRESS.value
    HANDLE = Trace.HANDLE.value
    IDENTITY = "identity code"
    ACCOUNT = "bank account"
    CARD = "payment card"
    PLACE = "position or network address"
    DATE = "date"
    STREET = "street address"
    NAME = Trace.NAME.value
    PHONE = Trace.PHONE.value
    DIGITS = "long number"
    CODE = "long code"


@dataclass(frozen=True, kw_only=True, order=True)
class Flag:
    """What seems to stand from `start` to before `end`, in characters."""

    start: int
    end: int
    kind: FlagKind


FEWEST_DIGITS = 6
"""A shorter run of digits is a year, an age or an amount; a postal code has four or five."""

LONGEST_WORD = 400
"""How far an address or a link may go on before and after what was spotted, so that one endless word costs no more."""
_RANK = {kind: rank for rank, kind in enumerate(FlagKind)}
_OF_TRACE = {
    Trace.MAIL: FlagKind.MAIL, Trace.PHONE: FlagKind.PHONE, Trace.ADDRESS: FlagKind.LINK,
    Trace.HANDLE: FlagKind.HANDLE, Trace.NAME: FlagKind.NAME,
}  # fmt: skip
_WHOLE_WORDS = frozenset({FlagKind.MAIL, FlagKind.LINK})
_EDGES = ".,;:!?()[]{}<>\"'«»“”\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}"

_AT, _DOT = r"(?:at|arroba|ät|snabel-?a|miukumauku|собака|@)", r"(?:dot|punto|piste|punkt|\.)"
_AND_DOT = rf"(?:\s?[(\[{{<]?{_DOT}[)\]}}>]?\s?\w{{2,20}}\b)?"
_SERVICES = (
    r"telegram|signal|discord|wickr|wire|session|threema|kik|snapchat|snap|skype|insta(?:gram)?|whatsapp|icq|jabber|"
    r"xmpp|matrix|element|tiktok|reddit|twitter|facebook|fb|tox|viber|line|steam|user ?name|nick ?name|nick|handle|"
    r"account|nimimerkki(?:ni)?|käyttäjä(?:nimi|tunnus)(?:ni)?|användarnamn|usuario|apodo|телеграм"
)
_IS = r"(?:\s{0,2}[:=]\s{0,2}|\s{1,2}(?:is|on|är|es|id|name)\s{1,2}(?:is\s)?)"
_MONTHS = (
    r"jan\w{0,7}|feb\w{0,7}|mar\w{0,6}|apr\w{0,4}|may|jun\w{0,3}|jul\w{0,3}|aug\w{0,5}|sep\w{0,7}|oct\w{0,5}|nov\w{0,6}|"
    r"dec\w{0,6}|ene\w{0,3}|abr\w{0,3}|mayo|ago\w{0,4}|dic\w{0,7}|okt\w{0,4}|maj|"
    r"(?:tammi|helmi|maalis|huhti|touko|kesä|heinä|elo|syys|loka|marras|joulu)kuu\w{0,3}"
)
_ORDINAL = r"(?:st|nd|rd|th|\.|º)?"
_BORN = r"(?:born|syntynyt|född|nac(?:í|ido|ida)|geboren)\s(?:(?:in|on|i|en|el|vuonna|år)\s)?"
_FULL_YEAR = r"(?:19|20)\d{2}"
_NUMBER = r"\s{1,3}\d{1,4}\s?[a-z]?\b"
_NAMED = r"\s?(?:[\w'.-]{1,30}\s){0,4}[\w'.-]{1,30},?\s{1,2}(?:n[º°o.]{1,2}\s?)?\d{1,4}\b"
_STREETS = (
    # the number first: English, French
    r"\b\d{1,5}[a-z]?,?\s(?:[\w'.-]{1,30}\s){1,3}(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|boulevard|blvd)\b",
    r"\b\d{1,5}[a-z]?,?\s(?:[\w'.-]{1,30}\s){1,3}(?:court|ct|terrace|crescent|close|square)\b",
    r"\b\d{1,4},?\s(?:bis\s)?(?:rue|avenue|boulevard|chemin|impasse|allée)\s\w{1,30}",
    # one word with the kind of street at its end: Finnish, Swedish, German, Dutch
    r"\b\w{2,40}(?:katu|kadulla|kadun|tie|tiellä|tien|kuja|kujalla|polku|polulla|raitti|kaari|bulevardi|väylä|tori)"
    + _NUMBER,
    r"\b\w{2,40}(?:gatan|vägen|gränd|stigen|torget|allén|backen|gata|väg)" + _NUMBER,
    r"\b\w{2,40}(?:straße|strasse|str\.|weg|gasse|allee|platz|straat|laan)" + _NUMBER,
    # the kind of street first: Spanish, Portuguese, Italian, Russian, Polish, Arabic
    rf"\b(?:calle|c/|avenida|avda?\.?|plaza|paseo|camino|carretera|rua|via|viale|piazza){_NAMED}",
    rf"\b(?:ul\.|ulica|улица|ул\.|проспект){_NAMED}",
    r"شارع\s\w{1,30}(?:\s\w{1,30})?(?:\s\d{1,4})?",
    # a post office box
    r"\b(?:p\.?\s?o\.?\s?box|pl|postbox|apartado(?:\sde\scorreos)?|postfach)\s\d{1,6}\b",
)


@dataclass(frozen=True, kw_only=True)
class _Shape:
    """A pattern for one kind; `is_so` looks closer at the characters found, spaces and dots left out."""

    kind: FlagKind
    pattern: re.Pattern[str]
    is_so: Callable[[str], bool] = bool


def _shape(kind: FlagKind, pattern: str, is_so: Callable[[str], bool] = bool) -> _Shape:
    return _Shape(kind=kind, pattern=re.compile(pattern, re.IGNORECASE), is_so=is_so)


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdecimal())


def _is_personnummer(text: str) -> bool:
    return is_swedish(_digits(text)[-10:])


def _is_card(text: str) -> bool:
    digits = _digits(text)
    return 13 <= len(digits) <= 19 and is_luhn(digits)


def _is_day(text: str) -> bool:
    """True where the first two of the numbers in it, or the last two, can be a day and a month."""
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    pair = numbers[1:] if numbers[0] > 31 else numbers[:2]
    return all(1 <= number <= 31 for number in pair) and min(pair) <= 12


def _mixes(text: str) -> bool:
    return any(map(str.isdecimal, text)) and any(map(str.isalpha, text))


_SHAPES = (
    _shape(FlagKind.MAIL, rf"\b[\w.+-]{{1,64}}\s?[(\[{{<]\s?{_AT}\s?[)\]}}>]\s?[\w.-]{{2,80}}{_AND_DOT}"),
    _shape(FlagKind.MAIL, rf"\b[\w.+-]{{1,64}}\s{_AT}\s[\w-]{{1,63}}\s{_DOT}\s\w{{2,20}}\b"),
    _shape(FlagKind.LINK, r"\b[a-z2-7]{56}\b"),
    _shape(
        FlagKind.LINK,
        r"\b[\w-]{2,63}\.(?:xyz|site|online|app|gg|ly|to|cc|chat|link|club|live|tv|top|vip|fun|"
        r"no|dk|pl|fr|it|nl|be|ch|at|pt|br|ar|ca|au|nz|eu|us|in|jp|cn|ir|ua|is|ee|lv|lt)\b/?",
    ),
    _shape(FlagKind.HANDLE, rf"\b(?:{_SERVICES}){_IS}@?[\w.-]{{2,64}}"),
    _shape(FlagKind.HANDLE, r"(?:^|(?<=\s))/?[ur]/\w{3,32}\b|\b\w{2,32}#\d{4}\b|@[\w.-]{2,64}:[\w.-]{3,80}"),
    *(_shape(FlagKind.STREET, pattern) for pattern in _STREETS),
    _shape(FlagKind.IDENTITY, r"\b\d{6}[-+YXWVUABCDEF]\d{3}[0-9A-FHJ-NPR-Y]\b", is_finnish),
    _shape(FlagKind.IDENTITY, r"\b(?:19|20)?\d{6}[-+ ]?\d{4}\b", _is_personnummer),
    _shape(FlagKind.IDENTITY, r"\b(?:\d{8}|\d{2}\.\d{3}\.\d{3}|[XYZ][- ]?\d{7})[- ]?[A-HJ-NP-TV-Z]\b",
           lambda text: is_spanish(re.sub(r"[-. ]", "", text))),
    _shape(FlagKind.IDENTITY, r"\b(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}\b"),  # US social security number
    _shape(FlagKind.IDENTITY, r"\b(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{2}-\d{4}\b"),  # Danish CPR number
    _shape(FlagKind.ACCOUNT, r"\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]){11,30}\b", lambda text: is_iban(text.replace(" ", ""))),
    _shape(FlagKind.CARD, r"\b[2-6]\d{3}(?:[ -]?\d){9,15}\b", _is_card),
    _shape(FlagKind.DATE, rf"\b\d{{1,2}}\s?[./-]\s?\d{{1,2}}\s?[./-]\s?(?:{_FULL_YEAR}|\d{{2}})\b", _is_day),
    _shape(FlagKind.DATE, rf"\b{_FULL_YEAR}[./-]\d{{1,2}}[./-]\d{{1,2}}\b", _is_day),
    _shape(FlagKind.DATE, rf"\b\d{{1,2}}{_ORDINAL}\s(?:of\s|de\s)?(?:{_MONTHS})\b(?:,?\s(?:de\s)?{_FULL_YEAR})?"),
    _shape(FlagKind.DATE, rf"\b(?:{_MONTHS})\s\d{{1,2}}{_ORDINAL}\b(?:,?\s{_FULL_YEAR})?"),
    _shape(FlagKind.DATE, rf"\b{_BORN}{_FULL_YEAR}"),
    _shape(FlagKind.DIGITS, rf"\d{{{FEWEST_DIGITS},}}"),
    _shape(FlagKind.CODE, r"\b(?=\w{0,200}\d)[A-Za-z0-9]{24,200}\b", _mixes),
    _shape(FlagKind.PLACE, r"\b\d{1,3}(?:\.\d{1,3}){3}\b|-?\d{1,3}\.\d{3,12}°?,?\s?-?\d{1,3}\.\d{3,12}"),
)  # fmt: skip


def flags_in(text: str) -> tuple[Flag, ...]:
    """Every place in a legible text that could point at a person, first to last. One inside another is left out."""
    plain = folded(text)
    found = {_trimmed(flag, plain) for flag in (*_core_flags(plain), *_shape_flags(plain))}
    return tuple(_outermost(sorted(found, key=lambda flag: (flag.start, -flag.end, _RANK[flag.kind]))))


def _core_flags(plain: str) -> Iterator[Flag]:
    for trace, start, end in spots_in(plain):
        yield Flag(start=start, end=end, kind=_OF_TRACE[trace])


def _shape_flags(plain: str) -> Iterator[Flag]:
    for shape in _SHAPES:
        for match in shape.pattern.finditer(plain):
            if shape.is_so(match[0]):
                yield Flag(start=match.start(), end=match.end(), kind=shape.kind)


def _trimmed(flag: Flag, plain: str) -> Flag:
    """The flag without white space at its start; for mail and links all of the word, without punctuation around it."""
    start, end = flag.start, flag.end
    edges = " \n"
    if flag.kind in _WHOLE_WORDS:
        edges += _EDGES
        while start > 0 and not plain[start - 1].isspace() and flag.start - start < LONGEST_WORD:
            start -= 1
        while end < len(plain) and not plain[end].isspace() and end - flag.end < LONGEST_WORD:
            end += 1
    while end > start and plain[start] in edges:
        start += 1
    while end > start and plain[end - 1] in edges:
        end -= 1
    return Flag(start=start, end=end, kind=flag.kind)


def _outermost(found: list[Flag]) -> Iterator[Flag]:
    reach = 0
    for flag in found:
        if flag.end > reach:
            reach = flag.end
            yield flag
