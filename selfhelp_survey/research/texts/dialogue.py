"""The conversation with whoever reads the texts: one text alone, its question, what was spotted, a decision."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from selfhelp_survey.research.texts.legible import legible
from selfhelp_survey.research.texts.log import Event
from selfhelp_survey.research.texts.patterns import Flag, flags_in
from selfhelp_survey.research.texts.queue import Review
from selfhelp_survey.research.texts.redaction import Stretch, is_empty, stretches_of, without
from selfhelp_survey.research.texts.table import HeldText
from selfhelp_survey.research.texts.text import Origin

_KEYS = {"k": Event.KEPT, "r": Event.REDACTED, "d": Event.DISCARDED, "e": Event.ESCALATED}
_CHOICE = "[k]eep  [r]edact  [d]iscard  [e]scalate  [s]top: "
_REMOVE = "Remove what? Numbers from the list, or words as they stand. An empty line when done: "
_SURE = "Keep it like this? [y]es  [n]o: "


class Stopped(Exception):  # noqa: N818 - nothing went wrong
    """The reader stops here, or there is nobody."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Where the reader sits. `show` writes a line, `ask` gives the line typed or None, `clear` empties the screen."""

    show: Callable[[str], object]
    ask: Callable[[str], str | None]
    clear: Callable[[], object]

    def line(self, prompt: str) -> str:
        """What was typed, without white space around it. Raises Stopped at the end of all input."""
        typed = self.ask(prompt)
        if typed is None:
            raise Stopped
        return typed.strip()


def read_pile(review: Review, pile: Iterable[HeldText], *, wordings: Mapping[Origin, str], desk: Desk) -> int:
    """The number of texts decided. Ends with the pile, or when the reader stops."""
    count = 0
    try:
        for held in pile:
            _read(review, held, wording=wordings.get(held.text.origin, held.text.origin.question), desk=desk)
            count += 1
    except Stopped:
        pass
    finally:
        desk.clear()
    return count


def _read(review: Review, held: HeldText, *, wording: str, desk: Desk) -> None:
    """Show one text until something is decided about it. Raises Stopped."""
    words = legible(held.text.words)
    flags = flags_in(words)
    note = ""
    while True:
        _show(desk, f"{note}\n{wording}\n", words=words, flags=flags)
        event = _event(desk)
        left, note = _redacted(desk, words, flags) if event is Event.REDACTED else (None, "")
        if event is not Event.REDACTED or left is not None:
            review.decide(held, event, words=left)
            return


def _show(desk: Desk, heading: str, *, words: str, flags: tuple[Flag, ...]) -> None:
    """Every line of the text stands behind a bar, so that it cannot pass for a question of ours."""
    desk.clear()
    desk.show(heading)
    _show_words(desk, words)
    desk.show("")
    for number, flag in enumerate(flags, start=1):
        desk.show(f"  {number}  {flag.kind}: {' '.join(words[flag.start : flag.end].split())}")
    if not flags:
        desk.show("  Nothing was spotted. Names and stories are for you to see.")


def _show_words(desk: Desk, words: str) -> None:
    for line in words.split("\n"):
        desk.show(f"  | {line}")


def _event(desk: Desk) -> Event:
    while True:
        typed = desk.line(_CHOICE).lower()
        if typed in {"s", "stop"}:
            raise Stopped
        event = next((event for key, event in _KEYS.items() if typed in {key, _FULL[key]}), None)
        if event:
            return event
        desk.show("Type one of the letters k, r, d, e or s.")


_FULL = {"k": "keep", "r": "redact", "d": "discard", "e": "escalate"}


def _redacted(desk: Desk, words: str, flags: tuple[Flag, ...]) -> tuple[str | None, str]:
    """What is left of the text; None, and why, where the reader looks again."""
    chosen: set[Stretch] = set()
    while typed := desk.line(_REMOVE):
        found = _chosen(typed, words, flags=flags)
        chosen.update(found)
        desk.show(f"{len(found)} found." if found else "That is neither in the list nor in the text.")
    left = without(words, chosen)
    if not chosen:
        return None, "Nothing was chosen.\n"
    if is_empty(left):
        return None, "Nothing would be left: discard it instead.\n"
    _show_words(desk, left)
    return (left, "") if desk.line(_SURE).lower() in {"y", "yes"} else (None, "")


def _chosen(typed: str, words: str, *, flags: tuple[Flag, ...]) -> tuple[Stretch, ...]:
    """The stretches meant: of flags by their numbers, else of the words themselves."""
    numbers = typed.replace(",", " ").split()
    if all(number.isascii() and number.isdecimal() and 1 <= int(number) <= len(flags) for number in numbers):
        picked = (flags[int(number) - 1] for number in numbers)
        return tuple((flag.start, flag.end) for flag in picked)
    return stretches_of(typed, words)
