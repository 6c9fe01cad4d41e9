"""What somebody may type, whoever wants to break the page with it: kept exactly or told kindly, and always inert."""

from __future__ import annotations

import itertools
import unicodedata
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from django.http import HttpResponse

from selfhelp_survey.models import Draft, InboxResponse
from tests.django.instruments import page, questionnaire, small, written
from tests.django.survey_site import Respondent, as_json, open_survey, received

pytestmark = [pytest.mark.django_db, pytest.mark.once]

FORM = "application/x-www-form-urlencoded"
EXPIRED = "This page has expired"


def _writer(*, longest: int = 500) -> Respondent:
    """Somebody before a page with one text on it."""
    open_survey(questionnaire(page("telling", written("words", longest=longest))))
    respondent = Respondent()
    respondent.consent()
    return respondent


def _post_raw(respondent: Respondent, body: bytes, *, step: str = "telling") -> HttpResponse:
    address = respondent.address(step)
    return respondent.client.post(address, body, content_type=FORM, secure=True)  # type: ignore[return-value]


def _sent_words(respondent: Respondent, text: str) -> object:
    """What arrives at the research team of this text."""
    respondent.send("telling", words=text)
    respondent.send("telling", words=text)  # a text that seems to point at a person is asked about once
    respondent.send("check", go="send")
    [response] = received()
    return as_json(response).get("words")


EXACT = {
    "emoji": "🜁 😀 👩‍👩‍👧‍👦", "right to left": "שלום \u202etxt.exe مرحبا", "bom": "\ufeffwords",
    "combining": "e" + "\u0301" * 400, "composed": "żółć", "decomposed": unicodedata.normalize("NFD", "żółć"),
    "zero width": "a\u200bb\u200dc", "line separator": "a\u2028b\u2029c", "not a character": "a\ufffeb",
    "percent": "100 % %41 %00", "plus": "1+1=2", "math": "\U0001d56c\U0001d587", "private": "\ue000",
}  # fmt: skip


@pytest.mark.parametrize("name", EXACT)
def test_text__any_characters__arrives_exactly_as_typed(name: str) -> None:
    assert _sent_words(_writer(), EXACT[name]) == EXACT[name]


BODIES = (
    b"words=%ED%A0%80", b"words=%ED%A0%BD%ED%B8%80", b"words=\xff\xfe", b"words=%C0%AF", b"words=%F8%88%80",
    b"words=%00%00", b"wo%00rds=a&words=b", b"%00=%00&words=b", b"words%5B%5D=a&words=b", b"words=&words=\x00",
    b"=&=&==&words=b", b"words=a%00" + b"x" * 6000,
)  # fmt: skip


@pytest.mark.parametrize("body", BODIES)
def test_text__bytes_that_are_no_text__never_fail_and_leave_a_page_that_can_be_shown(body: bytes) -> None:
    respondent = _writer()
    assert _post_raw(respondent, body + b"&go=next").status_code == 303
    page_again = respondent.see("telling")
    assert page_again.status_code == 200
    assert "\x00" not in page_again.content.decode()
    respondent.send("telling", go="finish", words="put right")
    respondent.send("check", go="send")
    [response] = received()
    assert as_json(response) == {"words": "put right"}


def test_text__with_nul__arrives_without_it() -> None:
    assert _sent_words(_writer(), "a\0b") == "ab"


@pytest.mark.parametrize(
    "address", ["/feedback/en/end/%00/", "/feedback/%00/end/", "/feedback/en/%00/", "/feedback/en/end/first%00/"]
)
def test_address__with_nul__is_not_found(address: str) -> None:
    open_survey(small())
    assert Respondent().client.get(address, secure=True).status_code == 404


@pytest.mark.parametrize(("length", "is_taken"), [(19, True), (20, True), (21, False), (1_000_000, False)])
def test_text__around_its_length__is_taken_or_kept_as_typed_with_the_reason(length: int, *, is_taken: bool) -> None:
    respondent = _writer(longest=20)
    location = respondent.send("telling", words="x" * length)["Location"]
    assert location.endswith("/check/") is is_taken
    if not is_taken:
        shown = BeautifulSoup(respondent.see("telling").content, "html.parser")
        field = shown.select_one("textarea[name=words]")
        assert field is not None
        assert field.text.strip().startswith("x" * 20)
        assert shown.select_one('[role="alert"]') is not None


@pytest.mark.parametrize(
    ("typed", "is_taken"), [("ab\r\ncd\r\nef", True), ("ab\ncd\nef", True), ("ab\r\ncd\r\nefg", False)]
)
def test_text__lines__count_one_character_each_as_browsers_do(typed: str, *, is_taken: bool) -> None:
    respondent = _writer(longest=8)
    assert respondent.send("telling", words=typed)["Location"].endswith("/check/") is is_taken


@pytest.mark.parametrize("blank", [" ", " \r\n\t ", "\u3000", "\u00a0"])
def test_text__only_white_space__counts_as_left_blank(blank: str) -> None:
    assert _sent_words(_writer(), blank) is None


INERT = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "{{7*7}}", "{% debug %}", "${7*7}", "#{7*7}",
    "</textarea><b>", '" autofocus onfocus="alert(1)', "'-alert(1)-'", "javascript:alert(1)", "&lt;b&gt; &amp;amp;",
    "<!--", "]]>", "<svg onload=x>",
)  # fmt: skip


@pytest.mark.parametrize("text", INERT)
def test_text__markup_or_template__is_shown_back_as_the_words_it_is(text: str) -> None:
    respondent = _writer()
    respondent.send("telling", go="finish", words=text)
    for step in ("telling", "check"):
        html = respondent.see(step).content.decode()
        shown = BeautifulSoup(html, "html.parser")
        assert shown.find(["script", "img", "svg", "b", "iframe"]) is None
        assert not [one for one in shown.find_all(True) if any(name.startswith("on") for name in one.attrs)]
        field = shown.select_one("textarea[name=words]" if step == "telling" else "dd bdi")
        assert field is not None
        assert field.text.strip("\n") == text
    assert _sent_words(respondent, text) == text


WRONG: dict[str, dict[str, object]] = {
    "unknown value": {"gate": 77}, "value of another question": {"gate": 9}, "empty": {"gate": ""},
    "words": {"gate": "yes"}, "two values of a single one": {"gate": [1, 2]}, "the same twice": {"gate": [1, 1]},
    "float": {"gate": "1.0"}, "other digits": {"gate": "\u0661"}, "padded": {"gate": " 1 "},
    "negative zero": {"gate": "-0"}, "huge": {"gate": "9" * 5000}, "code of nobody": {"gate": -7},
    "thousand of several": {"several": list(range(1000))}, "exclusive beside another": {"several": [1, 9]},
    "unknown of several": {"several": [1, 77]}, "reserved": {"gate": -4}, "null": {"gate": "null"},
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_value__that_the_question_does_not_have__is_never_sent(name: str) -> None:
    open_survey(small())
    respondent = Respondent()
    respondent.consent()
    respondent.send("first", "finish", **WRONG[name])
    respondent.send("first", "finish", gate=2)
    respondent.send("check", go="send")
    [response] = received()
    assert as_json(response) == {"gate": 2}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "language",
    ["../../etc", "en%00", "e" * 5000, "zz", "fi", "EN", "en_US", "en-", "__class__", "text_en", "%2e%2e", "es%20"],
)
def test_language__hostile_or_not_offered__is_not_found(language: str, method: str) -> None:
    open_survey(small())
    respondent = Respondent()
    address = f"/feedback/{quote(language, safe='%')}/end/"
    assert respondent.client.generic(method, address, "go=next", FORM, secure=True).status_code == 404


@pytest.mark.parametrize("language", ["../../etc", "en\x00", "e" * 5000, "zz", "fi", "__class__", "", "en-gb"])
def test_language__hostile_in_the_button__is_passed_over(language: str) -> None:
    open_survey(small())
    respondent = Respondent()
    respondent.consent()
    response = respondent.send("first", go=f"language-{language}", gate=2)
    assert response["Location"].startswith("/feedback/en/end/")
    assert respondent.see("first").status_code == 200


def test_language__hostile_in_a_cookie__decides_nothing() -> None:
    open_survey(small())
    respondent = Respondent()
    respondent.client.cookies["django_language"] = "../../etc"
    response = respondent.see()
    assert (response.status_code, response["Content-Language"]) == (200, "en")


def test_fields__every_order_and_repetition_of_the_buttons__never_fail() -> None:
    open_survey(small())
    buttons = ("next", "back", "finish", "skip", "send", "on", "stop", "language-es", "language-xx", "")
    for step, (first, second) in itertools.product(("consent", "first"), itertools.permutations(buttons, 2)):
        respondent = Respondent()
        respondent.consent()
        response = _post_raw(respondent, f"go={first}&go={second}&gate=2&adult=1&consent=1".encode(), step=step)
        assert response.status_code == 303
        assert EXPIRED not in respondent.see("first").content.decode()
    assert InboxResponse.objects.count() == 0
    assert Draft.objects.count() > 0
