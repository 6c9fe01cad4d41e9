"""What assistive technology is told: groups, labels, descriptions, names. On every kind of page, in both shells."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup

from tests.django.instruments import matrix, multiple, number, page, questionnaire, single, written
from tests.django.look.test_shells import HOST, both_shells, stops, walked
from tests.django.survey_site import Respondent, open_survey

pytestmark = pytest.mark.django_db


@pytest.fixture
def every_type() -> BeautifulSoup:
    """A page with a question of every type, sent with a mistake in three of them."""
    questions = (single("one"), multiple("several"), matrix("grid", "grid_a"), number("amount"), written("words"))
    open_survey(questionnaire(page("all", *questions), page("last", single("z"))))
    respondent = Respondent()
    respondent.consent()
    respondent.send("all", several=[1, 9], amount="many", words="x" * 501)
    return BeautifulSoup(respondent.see("all").content, "html.parser")


def test_choices__every_group__stands_in_a_fieldset_with_a_legend(every_type: BeautifulSoup) -> None:
    for field in every_type.select("main input[type=radio], main input[type=checkbox]"):
        group = field.find_parent("fieldset")
        assert group is not None
        legend = group.find("legend", recursive=False)
        assert legend is not None
        assert legend.text.strip()


def test_fields__every_one__has_a_visible_label(every_type: BeautifulSoup) -> None:
    for field in every_type.select("main input:not([type=hidden]), main textarea"):
        label = field.find_parent("label") or every_type.select_one(f"label[for={field['id']}]")
        assert label is not None, field
        assert label.text.strip(), field


def test_descriptions__every_reference__leads_to_something_there(every_type: BeautifulSoup) -> None:
    found = every_type.select("[aria-describedby], [aria-labelledby]")
    assert len(found) >= 4
    for tag in found:
        for name in f"{tag.get('aria-describedby', '')} {tag.get('aria-labelledby', '')}".split():
            assert every_type.select_one(f"#{name}"), name


def test_errors__every_one__is_tied_to_its_field_and_linked_from_the_summary(every_type: BeautifulSoup) -> None:
    links = every_type.select("#attention a")
    assert len(links) == len(every_type.select(".error")) == 3
    for link in links:
        field = every_type.select_one(str(link["href"]))
        assert field is not None
        holder = field if field.get("aria-describedby") else field.find_parent("fieldset", {"aria-describedby": True})
        assert holder is not None
        names = str(holder["aria-describedby"]).split()
        assert any(link.text in every_type.select(f"#{name}")[0].text for name in names)


def test_errors__message__is_the_same_in_summary_and_beside_the_field(every_type: BeautifulSoup) -> None:
    assert {link.text for link in every_type.select("#attention a")} == {
        message.text for message in every_type.select(".error")
    }


def test_fields__nothing_personal__is_filled_in_by_the_browser(every_type: BeautifulSoup) -> None:
    assert every_type.select("main form:not(.leave)")[0]["autocomplete"] == "off"
    named = {str(field["autocomplete"]) for field in every_type.select("input[autocomplete], textarea[autocomplete]")}
    assert named <= {"off"}
    assert all(field.get("autocomplete") == "off" for field in every_type.select("textarea"))


@both_shells
def test_every_page__names_of_links_and_buttons__are_their_visible_text(settings: Any, shell: str) -> None:
    for soup in walked(settings, shell).values():
        for stop in soup.select("a[href], button"):
            assert stop.text.strip()
            assert not stop.get("aria-label")
            assert not stop.get("title")


@both_shells
def test_every_page__order_of_the_keyboard__is_that_of_the_page(settings: Any, shell: str) -> None:
    for soup in walked(settings, shell).values():
        assert not soup.select("[tabindex]:not([tabindex='-1']), [accesskey], [draggable], [contenteditable]")
        assert len(stops(soup)) > 2


@both_shells
def test_every_page__headings__leave_out_no_level(settings: Any, shell: str) -> None:
    for name, soup in walked(settings, shell).items():
        levels = [int(heading.name[1]) for heading in soup.select("main h1, main h2, main h3")]
        assert 1 in levels, name
        assert all(later - earlier <= 1 for earlier, later in zip([0, *sorted(levels)], sorted(levels), strict=False))


@both_shells
def test_every_page__help_and_languages__keep_their_order(settings: Any, shell: str) -> None:
    orders = set()
    for soup in walked(settings, shell).values():
        marks = soup.select("a.skip, header form.leave, .survey form.leave, main, aside.support")
        orders.add(tuple(dict.fromkeys(mark.name for mark in marks if mark.find_parent("main") is None)))
    assert orders == {("a", "form", "main", "aside")}


@both_shells
def test_every_page__media_timers_and_movement__are_absent(settings: Any, shell: str) -> None:
    forbidden = "audio, video, canvas, object, embed, marquee, blink, img, [http-equiv=refresh], [autoplay]"
    for soup in walked(settings, shell).values():
        assert not soup.select(forbidden)
        viewport = soup.select_one("meta[name=viewport]")
        assert viewport is not None
        assert "maximum-scale" not in str(viewport["content"])
        assert "user-scalable" not in str(viewport["content"])


@pytest.mark.parametrize("shell", ["", HOST])
def test_pages__titles__are_told_apart(settings: Any, shell: str) -> None:
    titles = [soup.title.text for soup in walked(settings, shell).values() if soup.title]
    assert len(set(titles)) == len(titles)
