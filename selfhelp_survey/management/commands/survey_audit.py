"""Look for planted markers in everything this machine wrote."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.db import connections

from selfhelp_survey.errors import SurveyError, UsageError
from selfhelp_survey.leaks.finder import Finder
from selfhelp_survey.leaks.forms import SHORTEST_MARKER, forms_of
from selfhelp_survey.management.audit_files import (
    Find,
    Searched,
    default_places,
    files_in,
    given_places,
    search_file,
    without,
)
from selfhelp_survey.management.audit_tables import current_logs, search_table, tables_of
from selfhelp_survey.management.progress import progress
from selfhelp_survey.management.survey_command import SurveyCommand

STANDARD_INPUT = "-"


class Command(SurveyCommand):
    help = (
        "Look for markers in everything this machine wrote: that no answer leaked is then something you saw, not "
        "something you were promised. First plant them. Make up a text nobody would write, such as twenty random "
        "letters; never use a real person's words. Open the survey at a rehearsal entry in a browser, write the text "
        "wherever something can be written, send some pages and stop on others, and do it once more to the very end. "
        "Then copy the value of the cookie from the browser's developer tools: it is your second marker. Put each on "
        "a line of a file, and give that file: what is typed after a command stays in the shell's history, and "
        "anybody on the machine can see it while the command runs. Searched are files (packed ones too) and every "
        "column of every table of every configured database; on PostgreSQL also running and remembered statements, "
        "statistics, and the server's log where it can be read. Tells where something was found, never what stands "
        "around it. Ends with 1 if anything was found. Sends no marker to any database, and changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        at_least = f"at least {SHORTEST_MARKER} characters"
        parser.add_argument("--marker", action="append", default=[], metavar="TEXT",
                            help=f"a text to look for, {at_least}; may be given several times")  # fmt: skip
        parser.add_argument("--marker-file", metavar="FILE", default="",
                            help="a file with such a text on each line; - for standard input")  # fmt: skip
        parser.add_argument("--paths", nargs="+", metavar="PATH", default=[],
                            help="files and folders to search (default: temporary folders, what the settings name for "
                                 "logs, mails, sessions, caches and SQLite, and the system's logs)")  # fmt: skip
        parser.add_argument("--json", action="store_true", help="for machines")

    def carry_out(self, **options: Any) -> None:
        finder = Finder(forms_of(*_markers(options["marker"], options["marker_file"])))
        places = given_places(options["paths"]) or default_places()
        searched = Searched()
        aliases = tuple(connections)
        logs = [log for alias in aliases for log in current_logs(alias)]
        files = without(files_in((*places, *logs), searched), _file_to_leave_out(options["marker_file"]))
        for path in progress(files, self.stderr, "files"):
            search_file(path, finder, searched)
        tables = [table for alias in aliases for table in tables_of(alias, searched)]
        for table in progress(tables, self.stderr, "tables"):
            search_table(table, finder, searched)
        report = _json if options["json"] else _text
        self.stdout.write(report((*places, *logs), [str(table) for table in tables], searched))
        if searched.finds:
            places_found = len({find.place for find in searched.finds})
            raise SurveyError(f"found in {places_found} place{'' if places_found == 1 else 's'}")


def _markers(given: Sequence[str], file: str) -> list[str]:
    """Every marker once. Raises UsageError where there is none."""
    try:
        text = sys.stdin.read() if file == STANDARD_INPUT else Path(file).read_text("utf-8") if file else ""
    except (OSError, UnicodeDecodeError):
        raise UsageError("the marker file cannot be read: give a text file in UTF-8, a marker on each line") from None
    markers = [*given, *(line.strip() for line in text.splitlines() if line.strip())]
    if not markers:
        raise UsageError("nothing to look for: give --marker-file, or --marker")
    return list(dict.fromkeys(markers))


def _file_to_leave_out(file: str) -> Path | None:
    return Path(file) if file not in {"", STANDARD_INPUT} else None


def _json(places: Sequence[Path], tables: Sequence[str], searched: Searched) -> str:
    plain = {
        "found": [asdict(find) for find in searched.finds],
        "searched": {"paths": [str(place) for place in places], "files": searched.files, "bytes": searched.bytes,
                     "tables": list(tables)},
        "unread": searched.unread,
    }  # fmt: skip
    return json.dumps(plain, indent=2)


def _text(places: Sequence[Path], tables: Sequence[str], searched: Searched) -> str:
    return "\n".join(_lines(places, tables, searched))


def _lines(places: Sequence[Path], tables: Sequence[str], searched: Searched) -> Iterator[str]:
    yield from (_line(find) for find in sorted(searched.finds, key=lambda find: (find.place, find.marker)))
    yield f"searched: {searched.files} files, {searched.bytes / 1e6:.1f} MB, in {', '.join(map(str, places)) or '-'}"
    yield f"searched: {len(tables)} tables: {', '.join(tables) or '-'}"
    yield from (f"not searched: {place} ({reason})" for place, reason in sorted(searched.unread.items()))
    if not searched.finds:
        yield "nothing found" + (" in what could be searched" if searched.unread else "")


def _line(find: Find) -> str:
    first = "" if find.first is None else f", first at byte {find.first}"
    times = "once" if find.times == 1 else f"{find.times} times"
    return f"found: marker {find.marker} in {find.place}: {times}{first}, as {find.encoding}"
