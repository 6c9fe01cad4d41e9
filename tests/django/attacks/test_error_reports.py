"""Whatever fails, wherever, with an answer in its message: no error mail, no Sentry event and no log tells of it."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from functools import partial
from types import FunctionType, ModuleType
from typing import Any, NoReturn

import django
import pytest
from django.http import HttpRequest
from django.template import engines
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from example_project.urls import urlpatterns as example_urls
from selfhelp_survey import (
    border,
    draft_state,
    draft_storage,
    entries,
    forms,
    screens,
    submission,
    transport,
    views,
    wizard,
)
from selfhelp_survey.conf import hide_pepper, survey_settings
from selfhelp_survey.drawing import draw
from selfhelp_survey.leaks.search import hits_in
from tests.django.attacks.reporting_site import ReportedRespondent, Reports, reporters
from tests.django.instruments import small
from tests.django.survey_site import open_survey
from tests.markers import ADDRESS, marker, plain_marker

pytestmark = [pytest.mark.django_db, pytest.mark.once]


MARKS = {
    "x-forwarded-for": ADDRESS, "x-real-ip": ADDRESS, "forwarded": f"for={ADDRESS}",
    "user-agent": plain_marker("agent"),
    "referer": f"https://programme.example/{plain_marker('referer')}", "accept-language": plain_marker("language"),
    "x-custom": plain_marker("custom"),
}  # fmt: skip


class Broken:
    """Raises, with the answer in its message and in a variable; counts how often."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, *args: Any, **named: Any) -> NoReturn:
        answer = marker("answer")
        self.times += 1
        raise ValueError(f"this could not be understood: {answer}")


Target = tuple[type | ModuleType, str]
MANY = 6  # of the steps: pages that are seen and forms that are sent are both among the first six
UNREACHED = frozenset({
    "_one", "_several", "_number", "_text", "style", "health", "http_method_not_allowed",  # held elsewhere
    "_again", "_later", "_home", "_part_with", "_has_tables",  # wanted on another way
})  # fmt: skip
"""Functions that are broken here as well, and not asked for on this walk."""


def _functions(*owners: type | ModuleType) -> Iterator[Target]:
    """Every function that these classes and modules define themselves."""
    for owner in owners:
        home = owner.__name__ if isinstance(owner, ModuleType) else owner.__module__
        for name, value in vars(owner).items():
            inner = value.__func__ if isinstance(value, classmethod | staticmethod) else value
            is_own = isinstance(inner, FunctionType) and inner.__module__ == home
            if is_own and not name.startswith("__") and not hasattr(inner, "__wrapped__"):
                yield owner, name


TARGETS = (
    *_functions(
        wizard.SurveyWizard, draft_storage.DraftStorage, forms.PageForm, forms.WrittenText, wizard, forms, screens,
        submission, views,
    ),
    (draft_state.DraftState, "with_page"), (draft_state.DraftState, "to_plain"),
    (draft_state.DraftState, "from_plain"), (transport, "take_form"), (transport, "is_forged"),
    (border, "show"), (border, "message"), (border, "support_lines"),
    (entries, "find_entry"), (entries, "read_entry"),
)  # fmt: skip


def _steps(respondent: ReportedRespondent) -> Iterator[Callable[[], object]]:
    """What a respondent does in the middle and to the end, with the marker wherever something can be written."""
    see, send, words = respondent.see, respondent.send, marker("answer")
    yield from (partial(see, step) for step in ("", "opened", "check", "help"))
    yield partial(send, "opened", words=words * 60, gate=words, website=words)
    yield partial(send, "opened", go="finish", words=words * 60)
    yield partial(send, "opened", go="language-es", words=words)
    yield partial(send, "opened", words=f"{words} {words}@example.org", detail=1)
    yield partial(send, "opened", words=words, detail=1)
    yield partial(send, "third", amount=words)
    yield partial(send, "third", go="back", amount=words)
    yield partial(send, "check", go="send")
    yield partial(send, "third", grid_a=1, amount=7)
    yield partial(see, "third")
    yield partial(send, "first", go="skip", several=[1, words])
    yield partial(send, "first", gate=1, several=[1, 9])
    yield partial(send, "first", gate=1, several=[1, 2])
    yield partial(send, "more", go="stop")
    yield partial(send, "check", go="send")
    yield partial(send, "check", go="send")
    yield partial(see, "thanks")


def _walk(respondent: ReportedRespondent, broken: Broken) -> None:
    """Step by step, until the broken function has failed in many of them: the rest would be told of in the same way."""
    failing = 0
    for step in _steps(respondent):
        before = broken.times
        step()
        failing += broken.times > before
        if failing >= MANY:
            return


def _found(reports: Reports, cookies: set[str]) -> list[str]:
    names = {
        "answer": marker("answer"), "address": ADDRESS,
        **{name: plain_marker(name) for name in ("agent", "referer", "language", "custom")},
        **{f"cookie {number}": cookie for number, cookie in enumerate(sorted(cookies - {""}))},
    }  # fmt: skip
    return [list(names)[hit.marker] for hit in hits_in(reports.everything, *names.values())]


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Iterator[Broken]:
    """What takes a function's place, put back in the end."""
    yield Broken()
    monkeypatch.undo()


def _break(target: Target, broken: Broken, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put it in the function's place, in every module that has imported it as well."""
    owner, name = target
    before = getattr(owner, name)
    monkeypatch.setattr(owner, name, broken)
    for module in [value for key, value in sys.modules.items() if key.startswith("selfhelp_survey.")]:
        for known, value in list(vars(module).items()):
            if value is before:
                monkeypatch.setattr(module, known, broken)


@pytest.fixture(autouse=True)
def careless_host(settings: Any) -> None:
    """As in production, an entry is read once in a while and not for every page; somebody gets the error mails."""
    address = "somebody@host.example"
    settings.ADMINS = [address] if django.VERSION >= (6, 0) else [("Somebody", address)]
    settings.SELFHELP_SURVEY = {**settings.SELFHELP_SURVEY, "CACHE_SECONDS": 60}


def _reports_of(target: Target, broken: Broken, monkeypatch: pytest.MonkeyPatch, **options: Any) -> list[str]:
    """What is told of a respondent who is in the middle when this function breaks, and of one who begins then."""
    open_survey(small())
    with reporters(**options) as reports:
        half_way, beginner = ReportedRespondent(marks=MARKS), ReportedRespondent(marks=MARKS)
        half_way.consent()
        half_way.send("first", gate=1)
        half_way.send("opened", go="back", words=marker("answer"))
        cookies = {half_way.cookie}
        entries.forget_entries()
        _break(target, broken, monkeypatch)
        _walk(half_way, broken)
        beginner.consent()
        half_way.post("leave", {"words": marker("answer")})
        half_way.see("leave")
        cookies |= {half_way.cookie, beginner.cookie}
        return _found(reports, cookies)


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: f"{target[0].__name__}.{target[1]}")
def test_reports__any_function_fails_with_an_answer_in_its_message__tell_nothing_of_it(
    target: Target, broken: Broken, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _reports_of(target, broken, monkeypatch, attach_stacktrace=True) == []
    assert broken.times or target[1] in UNREACHED, "this walk never comes here"


@pytest.mark.parametrize(
    "options",
    [{}, {"max_request_body_size": "always"}, {"send_default_pii": True, "attach_stacktrace": True},
     {"enable_logs": True}],
)  # fmt: skip
def test_sentry__whatever_it_was_told_to_send__gets_nothing_of_a_failing_page(
    options: dict[str, Any], broken: Broken, monkeypatch: pytest.MonkeyPatch
) -> None:
    target: Target = (submission, "take")
    assert _reports_of(target, broken, monkeypatch, **options) == []
    assert broken.times


def test_failing_page__log_and_sentry__still_tell_class_and_place(
    broken: Broken, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_survey(small())
    respondent = ReportedRespondent(marks=MARKS)
    with reporters() as reports:
        _break((forms.PageForm, "clean"), broken, monkeypatch)
        respondent.consent()
        for told in (reports.log, reports.sentry, reports.mails):
            assert b"ValueError" in told
            assert b"/forms.py" in told or b"/wizard.py" in told


# -- the same reporters, where nothing is in their way -------------------------------------------------------------


@csrf_exempt
def _careless(request: HttpRequest) -> NoReturn:
    """A page of the host that fails."""
    answer = request.POST["words"]
    raise ValueError(f"this could not be understood: {answer}")


urlpatterns = [path("careless/", _careless), *example_urls]


@pytest.mark.urls("tests.django.attacks.test_error_reports")
def test_reporters__page_of_the_host_fails__tell_answer_address_and_browser() -> None:
    open_survey(small())
    respondent = ReportedRespondent(marks=MARKS)
    respondent.consent()
    respondent.client.raise_request_exception = False
    with reporters() as reports:
        words = {"words": marker("answer")}
        assert respondent.client.post("/careless/", words, secure=True).status_code == 500
        for told in (reports.log, reports.sentry, reports.mails):
            assert hits_in(told, marker("answer"))
        assert {"answer", "agent", "referer", "address"} <= set(_found(reports, {respondent.cookie}))
        assert not hits_in(reports.everything, respondent.cookie)


@pytest.mark.urls("tests.django.attacks.test_error_reports")
@pytest.mark.parametrize("kind", [str, str.encode])
def test_reporters__page_of_the_host_fails__do_not_tell_the_pepper(
    kind: Callable[[str], str | bytes], settings: Any
) -> None:
    pepper = kind(plain_marker("pepper"))
    settings.SELFHELP_SURVEY = {**settings.SELFHELP_SURVEY, "PEPPER": pepper}
    hide_pepper()  # what the app does when it is loaded
    assert survey_settings.pepper == plain_marker("pepper").encode()
    client = ReportedRespondent(marks={}).client
    client.raise_request_exception = False
    with reporters() as reports:
        client.post("/careless/", {"words": "x"}, secure=True)
        assert b"SELFHELP_SURVEY" in reports.mails
        assert not hits_in(reports.everything, plain_marker("pepper"))


def test_templates__log_at_debug__tells_of_a_missing_name_without_what_was_drawn(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG, "django.template"):
        draw("selfhelp_survey/base.html", {"answer": marker("answer")})
    assert "while resolving variable" in caplog.text
    assert marker("answer") not in caplog.text


def test_templates__log_at_debug__still_tells_the_host_all_of_its_own(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "django.template"):
        engines["django"].from_string("{{ missing }}").render({"words": marker("answer")})
    assert marker("answer") in caplog.text
