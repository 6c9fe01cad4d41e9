"""What the length of a ciphertext tells: next to nothing."""

from __future__ import annotations

from tests.faults.production_site import ProductionSite

RESPONSES = 200


def test_sealed_responses__two_hundred_made_up_ones__take_few_lengths(site: ProductionSite) -> None:
    done = site.manage("survey_synthesise", str(RESPONSES), EXAMPLE_DEBUG="1")
    assert done.returncode == 0, done.stderr
    lengths = site.rows("SELECT length(sealed), count(*) FROM selfhelp_survey_inboxresponse GROUP BY 1")
    print(f"lengths of {RESPONSES} sealed responses, and how many have each: {lengths}")
    assert sum(count for _, count in lengths) == RESPONSES
    assert len(lengths) <= 3
    assert len({str(response.answers) for response in site.received()}) > RESPONSES / 2  # they differ all the same


def test_drafts__short_and_long__take_few_lengths_on_their_way(site: ProductionSite) -> None:
    lengths = set()
    for words in ("", "x", "a longer sentence " * 25):
        visitor = site.visitor()
        for until, start in (("first", ""), ("second", "first"), ("check", "second")):
            visitor.walk(until, start=start, words=words)
            lengths |= {len(sealed) for _, _, sealed, _ in site.drafts()}
    print(f"lengths of drafts: {lengths}")
    assert len(lengths) <= 3
