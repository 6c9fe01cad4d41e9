"""Open, pause or close a way into the survey, and say from which day to which."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from selfhelp_survey.entrance import Days, set_entry_state
from selfhelp_survey.entries import state_now
from selfhelp_survey.errors import UsageError
from selfhelp_survey.management.survey_command import SurveyCommand
from selfhelp_survey.models import Entry

NO_DAY = "none"


class Command(SurveyCommand):
    help = (
        "Open, pause or close an entry. Its code stands in the address, so choose a neutral one. Open takes "
        "everybody; paused takes what was begun before and no new respondents; closed takes nothing, and whoever "
        "was in the middle is told so. An entry opens only with a published questionnaire and proven keys. With a "
        "first and a last day an open entry opens and closes by itself, in the time zone of the site: before the first "
        "day it counts as paused, on the day after the last one too, so that whoever began may finish, and then as "
        "closed. Days can be given beside a state or alone; what is not named stays as it is. For example: "
        "survey_entry end --questionnaire exit_survey --open --first-day 2027-01-11 --last-day 2027-03-31"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", metavar="CODE", help="the entry, as in its address")
        state = parser.add_mutually_exclusive_group()
        for name, (value, sense) in _STATES.items():
            state.add_argument(f"--{name}", dest="state", action="store_const", const=value, help=sense)
        parser.add_argument("--questionnaire", default="", metavar="CODE", help="what it leads to; makes a new entry")
        for option, (name, sense) in _DAYS.items():
            parser.add_argument(option, dest=name, type=_day, metavar="DAY", help=sense)

    def carry_out(self, **options: Any) -> None:
        days: Days = {name: _named(options[name]) for name, _ in _DAYS.values() if options[name]}
        if not options["state"] and not days:
            raise UsageError("say what to do: --open, --pause, --close, --first-day or --last-day")
        entry = set_entry_state(options["code"], options["state"], questionnaire=options["questionnaire"], days=days)
        self.stdout.write(f"entry '{entry.code}' to '{entry.questionnaire}' is {_in_words(entry)}")


_STATES = {
    "open": (Entry.State.OPEN, "take everybody"),
    "pause": (Entry.State.PAUSED, "take no new respondents"),
    "close": (Entry.State.CLOSED, "take nothing"),
}
_DAYS = {
    "--first-day": ("opens_on", f"like 2027-01-11; before it an open entry counts as paused. {NO_DAY}: no first day"),
    "--last-day": ("closes_on", f"like 2027-03-31; two days later the entry counts as closed. {NO_DAY}: no last day"),
}


def _day(written: str) -> str:
    """The same. Raises ArgumentTypeError for what is no day."""
    if written != NO_DAY:
        try:
            date.fromisoformat(written)
        except ValueError:
            raise ArgumentTypeError(f"{written!r} is no day: write it like 2027-01-31, or {NO_DAY}") from None
    return written


def _named(written: str) -> date | None:
    return None if written == NO_DAY else date.fromisoformat(written)


def _in_words(entry: Entry) -> str:
    """The state as it was set, with its days, and what they make of it today."""
    days = [f"{word} {day}" for word, day in (("from", entry.opens_on), ("to", entry.closes_on)) if day]
    today_state, state = state_now(entry), Entry.State(entry.state)
    by_days = f"; today it counts as {today_state.value}" if today_state != state else ""
    return " ".join((state.value, *days)) + by_days
