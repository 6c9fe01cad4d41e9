"""`survey_weight`: what each page weighs, on the real way, with nothing left behind."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from selfhelp_survey.authoring.yaml_reader import read_questionnaire
from selfhelp_survey.core.questionnaire import Questionnaire
from selfhelp_survey.entries import read_entry
from selfhelp_survey.management.commands.survey_weight import FIRST_BYTES, NEXT_BYTES, REQUESTS, faults
from selfhelp_survey.management.weighing import Weighing, Weight, linked_addresses
from selfhelp_survey.models import Draft, Entry, InboxResponse
from tests.django.instruments import small
from tests.django.survey_site import open_survey
from tests.unit.docs.pages import ROOT

HOST_BASE = "host/survey_base.html"


def weight(page: str = "next", *, compressed: int = 100, linked: tuple[str, ...] = ("/s.css",)) -> Weight:
    foreign = tuple(address for address in linked if "://" in address)
    return Weight(page=page, bytes=compressed, compressed=compressed, linked=linked, third_parties=foreign)


def weighed(first: Weight, following: Weight, *, resource: int = 0) -> Weighing:
    return Weighing(pages=(first, following), resources=dict.fromkeys(first.linked, resource))


def as_json(**options: Any) -> dict[str, Any]:
    out = StringIO()
    call_command("survey_weight", json=True, stdout=out, **options)
    return dict(json.loads(out.getvalue()))


@pytest.fixture
def exit_survey(db: None) -> Questionnaire:
    path = ROOT / "selfhelp_survey" / "questionnaires" / "exit_survey.yaml"
    questionnaire = read_questionnaire(path.read_text("utf-8"), source=path.name)
    open_survey(questionnaire)
    return questionnaire


@pytest.mark.parametrize(("size", "found"), [(FIRST_BYTES - 60, 0), (FIRST_BYTES - 59, 1)])
def test_first_page__with_its_sheet__may_weigh_exactly_its_budget(size: int, found: int) -> None:
    assert len(list(faults(weighed(weight(compressed=size), weight(), resource=60)))) == found


@pytest.mark.parametrize(("size", "found"), [(NEXT_BYTES, 0), (NEXT_BYTES + 1, 1)])
def test_next_page__may_weigh_exactly_its_budget(size: int, found: int) -> None:
    assert len(list(faults(weighed(weight(), weight(compressed=size))))) == found


@pytest.mark.parametrize(("files", "found"), [(REQUESTS - 1, 0), (REQUESTS, 1)])
def test_first_page__files__count_with_the_page_itself(files: int, found: int) -> None:
    linked = tuple(f"/{number}.css" for number in range(files))
    assert len(list(faults(weighed(weight(linked=linked), weight(linked=linked))))) == found


def test_next_page__with_a_file_of_its_own__is_named() -> None:
    [fault] = faults(weighed(weight(), weight("third", linked=("/s.css", "/menu.css"))))
    assert fault == "'third' loads /menu.css on top of what the first page loaded"


def test_other_site__however_small__is_named() -> None:
    [fault] = faults(weighed(weight(linked=("https://fonts.example/a",)), weight(linked=())))
    assert fault == "https://fonts.example/a belongs to another site"


def test_linked_addresses__everything_a_browser_loads__and_no_link_to_follow() -> None:
    html = (
        '<link rel="icon" href="data:,"><link rel="stylesheet" href="/a.css"><link rel="alternate" href="/fi/">'
        '<script src="/b.js"></script><a href="/c/">c</a><img src="/d.png" srcset="/d2.png 2x, /d3.png 3x">'
        "<style>@import '/e.css';p{background:url(/f.png)}</style><p style=\"background:url('/g.png')\">x</p>"
    )
    assert set(linked_addresses(html)) == {
        "/a.css", "/b.js", "/d.png", "/d2.png", "/d3.png", "/e.css", "/f.png", "/g.png",
    }  # fmt: skip


@pytest.mark.parametrize("language", ["en", "es", "fi", "sv"])
def test_exit_survey__own_light_page__keeps_every_budget(exit_survey: Questionnaire, language: str) -> None:
    found = as_json(language=language)
    assert found["over"] == []
    assert found["first_page"]["requests"] == REQUESTS
    assert all(size for size in found["first_page"]["resources"].values())
    names = [page["page"] for page in found["pages"]]
    assert names[0] == "first page"
    assert {"consent, with errors", "more", "check", "thanks", "end", "help"} <= set(names)
    assert len(set(names)) == len(names)


@pytest.mark.django_db
def test_walk__over__leaves_no_draft_and_no_response() -> None:
    open_survey(small())
    call_command("survey_weight", stdout=StringIO())
    assert (Draft.objects.count(), InboxResponse.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_closed_entry__weighed__is_closed_afterwards() -> None:
    open_survey(small())
    Entry.objects.update(state=Entry.State.CLOSED)
    assert as_json()["over"] == []
    entry = read_entry("end")
    assert entry is not None
    assert entry.is_closed


@pytest.mark.django_db
def test_host_page__weighed__counts_the_hosts_files(settings: Any) -> None:
    open_survey(small())
    settings.SELFHELP_SURVEY = {**settings.SELFHELP_SURVEY, "BASE_TEMPLATE": HOST_BASE}
    out = StringIO()
    with pytest.raises(CommandError, match="takes 3 requests, 2 are allowed") as refused:
        call_command("survey_weight", stdout=out)
    assert refused.value.returncode == 1
    assert "/static/host/site.css" in out.getvalue()
    assert "not readable" not in out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("options", [{"entry": "nowhere"}, {"language": "de"}])
def test_nothing_to_weigh__is_refused_with_the_reason(options: dict[str, str]) -> None:
    open_survey(small())
    with pytest.raises(CommandError) as refused:
        call_command("survey_weight", stdout=StringIO(), **options)
    assert refused.value.returncode == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("in_production")
def test_site_behind_a_proxy__is_weighed_as_over_https(settings: Any) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.ALLOWED_HOSTS = [".example.org"]
    open_survey(small())
    assert as_json()["over"] == []
