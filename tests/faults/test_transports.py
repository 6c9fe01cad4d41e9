"""A whole exit survey on the onion address and on the open web, through two real hosts in turn."""

from __future__ import annotations

import pytest

from selfhelp_survey.core.response import Channel
from tests.faults.production_site import ProductionSite

ONION_COOKIE = "v"
CLEAR_COOKIE = "__Host-v"


def flags(line: str) -> set[str]:
    """The attributes of a Set-Cookie line, in small letters."""
    return {part.strip().lower() for part in line.split(";")[1:]}


@pytest.mark.parametrize("language", ["en", "es"])
def test_whole_survey__over_http_to_the_onion_address__is_received_once(site: ProductionSite, language: str) -> None:
    visitor = site.visitor(entry="end", language=language)
    begun = visitor.send("consent", c1_adult=1, c2_consent=1)
    visitor.walk(start=begun.step)
    assert visitor.finish().step == "thanks"
    (response,) = site.received()
    assert (response.channel, response.language, response.entry) == (Channel.ANONYMOUS, language, "end")
    assert visitor.cookies == {}
    assert begun.cookies_set[0].startswith(f"{ONION_COOKIE}=")
    assert flags(begun.cookies_set[0]) == {"httponly", "samesite=strict", "path=/"}
