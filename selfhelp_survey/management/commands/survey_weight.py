"""Tell what the survey's pages weigh on this site."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from selfhelp_survey.errors import SurveyError
from selfhelp_survey.management.survey_command import SurveyCommand
from selfhelp_survey.management.weighing import Weighing, weighing

FIRST_BYTES, NEXT_BYTES = 10_000, 3_000
"""The most compressed bytes of the first page with all it loads, and of each page after it."""
REQUESTS = 2


class Command(SurveyCommand):
    help = (
        "Draw every kind of page as a respondent would get it, inside your base template if BASE_TEMPLATE names one, "
        "and tell what each weighs: bytes as they are and compressed, files it links to, and other sites among them. "
        f"Over Tor every request costs seconds, so the first page may take {FIRST_BYTES} bytes and {REQUESTS} requests "
        f"in all, each further page {NEXT_BYTES} bytes and no request of its own, and none may load anything from "
        "another site: that site would learn who answers. Ends with 1 where a page is over. Keeps nothing: the walk is "
        "rolled back, and nothing is sent. What usually helps: a base template of its own for the survey, without "
        "menus, fonts and scripts (scripts are forbidden here by the page's headers, so they are weight for nothing)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--entry", default="end", help="the entry whose pages are weighed (default: end)")
        parser.add_argument("--language", default="", help="the language (default: the first that is offered)")
        parser.add_argument("--json", action="store_true", help="for machines")

    def carry_out(self, **options: Any) -> None:
        found = weighing(options["entry"], options["language"])
        over = list(faults(found))
        if options["json"]:
            self.stdout.write(json.dumps(_plain(found, over), indent=2))
        else:
            self.stdout.write("\n".join(_lines(found)))
        if over:
            raise SurveyError("; ".join(over))


def faults(found: Weighing) -> Iterator[str]:
    """What is over its budget, in words."""
    if found.first > FIRST_BYTES:
        yield f"the first page takes {found.first} bytes, {FIRST_BYTES} are allowed"
    if found.requests > REQUESTS:
        yield f"the first page takes {found.requests} requests, {REQUESTS} are allowed"
    for page in found.pages[1:]:
        if page.compressed > NEXT_BYTES:
            yield f"'{page.page}' takes {page.compressed} bytes, {NEXT_BYTES} are allowed"
        if further := set(page.linked) - set(found.pages[0].linked):
            yield f"'{page.page}' loads {', '.join(sorted(further))} on top of what the first page loaded"
    for site in sorted({address for page in found.pages for address in page.third_parties}):
        yield f"{site} belongs to another site"


def _plain(found: Weighing, over: list[str]) -> dict[str, Any]:
    return {
        "first_page": {"compressed": found.first, "requests": found.requests, "resources": found.resources},
        "pages": [asdict(page) for page in found.pages],
        "budgets": {"first_page": FIRST_BYTES, "next_page": NEXT_BYTES, "requests": REQUESTS, "third_parties": 0},
        "over": over,
    }


def _lines(found: Weighing) -> Iterator[str]:
    yield f"{'page':<28}{'bytes':>8}{'gzip':>8}{'files':>7}{'other sites':>13}"
    for page in found.pages:
        numbers = f"{page.bytes:>8}{page.compressed:>8}{len(page.linked):>7}{len(page.third_parties):>13}"
        yield f"{page.page:<28}{numbers}"
    for address, size in found.resources.items():
        yield f"  {address}: {'not readable from here' if size is None else f'{size} compressed'}"
    largest = max(page.compressed for page in found.pages[1:])
    yield f"first page in all: {found.first} of {FIRST_BYTES} bytes, {found.requests} of {REQUESTS} requests"
    yield f"largest next page: {largest} of {NEXT_BYTES} bytes"
