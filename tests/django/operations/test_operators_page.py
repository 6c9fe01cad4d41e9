"""The operators' page: what `survey_status --json` tells, for staff with the permission, whatever part fails."""

from __future__ import annotations

import contextlib
import json
import re
import uuid
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission, User
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client
from django.urls import reverse

from selfhelp_survey.admin.counts import CountsOfTheHour, counts_of_the_hour
from selfhelp_survey.models import Draft, Entry, InboxResponse, Upkeep
from selfhelp_survey.status.facts import Drafts, Status
from selfhelp_survey.upkeep import current_hour

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tended_site", "forgotten_sizes")]
PERMISSION = "view_upkeep"


@pytest.fixture
def forgotten_sizes() -> Iterator[None]:
    """No size is known from another test."""
    counts_of_the_hour.forget()
    yield
    counts_of_the_hour.forget()


def client(*permissions: str, is_staff: bool = True) -> Client:
    """Somebody signed in with these permissions."""
    user = User.objects.create(username=uuid.uuid4().hex, is_staff=is_staff)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    found = Client()
    found.force_login(user)
    return found


@pytest.fixture
def operator() -> Client:
    return client(PERMISSION)


def address() -> str:
    return reverse("admin:selfhelp_survey_upkeep_changelist")


def page(operator: Client) -> BeautifulSoup:
    answer = operator.get(address(), secure=True)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def codes(soup: BeautifulSoup) -> list[str]:
    return [str(item["data-code"]) for item in soup.select("#findings li")]


def row(soup: BeautifulSoup, table: str, name: str) -> str:
    cells = {line.th.text: line.td.text for line in soup.select(f"#{table} tr") if line.th and line.td}
    return cells[name]


def told_by_command() -> dict[str, Any]:
    out = StringIO()
    with contextlib.suppress(CommandError):  # by its exit code it calls somebody
        call_command("survey_status", "--json", stdout=out)
    return dict(json.loads(out.getvalue()))


def assert_same_as_command(soup: BeautifulSoup) -> None:
    """Each fact of the command stands on the page."""
    facts = told_by_command()
    verdict = soup.select_one("#verdict")
    assert verdict
    assert verdict.text == facts["verdict"]
    listed = [item.get_text(" ", strip=True) for item in soup.select("#findings li")]
    assert [(finding["code"]) for finding in facts["findings"]] == codes(soup)
    assert all(any(finding["text"] in line for line in listed) for finding in facts["findings"])
    for name, value in facts["database"].items():
        assert row(soup, "database", name) == {True: "yes", False: "no", None: "not known"}[value]
    for way in facts["entries"] or ():
        words = row(soup, "entries", way["code"])
        assert all(str(part) in words for part in (way["state"], way["questionnaire"], way["version"] or "not"))
    for chore, when in (facts["last"] or {}).items():
        assert (row(soup, "last", chore) == "never noted") is (when is None)
    for place, size in facts["at_least"].items():
        expected = "not known" if size is None else "fewer than 10" if size == 0 else f"at least {size}"
        assert row(soup, "at_least", place) == expected
    for part, failure in facts["failures"].items():
        assert failure["kind"] in row(soup, "failures", part)
    assert row(soup, "keys", "configured") == str(facts["keys"]["configured"])


@pytest.mark.parametrize(
    ("permissions", "is_staff", "status"),
    [((PERMISSION,), True, 200), ((), True, 403), (("view_entry", "change_upkeep_"), True, 403),
     ((PERMISSION,), False, 302)],
)  # fmt: skip
def test_operators_page__only_staff_who_may_view_it__see_it(
    permissions: tuple[str, ...], is_staff: bool, status: int
) -> None:
    assert client(*permissions, is_staff=is_staff).get(address(), secure=True).status_code == status
    assert Client().get(address(), secure=True).status_code == 302


def test_operators_page__of_whoever_may_do_everything__offers_nothing_to_change() -> None:
    found = Client()
    found.force_login(User.objects.create_superuser("root"))
    soup = page(found)
    assert not soup.select("#content-main form, #content-main a")
    chore = Upkeep.objects.first()
    assert chore
    for name, arguments in (("add", ()), ("delete", (chore.pk,))):
        target = reverse(f"admin:selfhelp_survey_upkeep_{name}", args=arguments)
        assert found.post(target, {"post": "yes"}, secure=True).status_code == 403


def test_operators_page__site_as_it_should_be__says_what_the_command_says(operator: Client) -> None:
    soup = page(operator)
    assert codes(soup) == []
    assert row(soup, "last", "purge") == "in this hour"
    assert_same_as_command(soup)


def test_operators_page__things_amiss__says_what_the_command_says(operator: Client, settings: Any) -> None:
    Upkeep.objects.filter(chore="purge").update(hour=current_hour() - 5)
    Entry.objects.create(code="other", questionnaire="missing", state=Entry.State.OPEN)
    settings.SELFHELP_SURVEY = {**settings.SELFHELP_SURVEY, "RECIPIENTS": []}
    soup = page(operator)
    assert set(codes(soup)) == {"purge_overdue", "unpublished", "keys"}
    assert_same_as_command(soup)


@pytest.mark.django_db(transaction=True)
def test_operators_page__chores_and_maintenance_fail__tells_all_the_rest(operator: Client, settings: Any) -> None:
    settings.SELFHELP_SURVEY = {**settings.SELFHELP_SURVEY, "MAINTENANCE_DATABASE": "missing"}
    columns = ("hour", "minute")
    _rename(*columns)
    try:
        soup = page(operator)
    finally:
        _rename(*reversed(columns))
    assert codes(soup) == ["maintenance_unreachable", "not_told"]
    assert row(soup, "last", "shuffle") == "not known"
    assert row(soup, "failures", "chores").startswith(("OperationalError", "ProgrammingError"))
    assert row(soup, "at_least", "drafts") == "fewer than 10"
    assert row(soup, "database", "answers") == "yes"


def _rename(old: str, new: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE selfhelp_survey_upkeep RENAME COLUMN {old} TO {new}")


@pytest.mark.parametrize(("count", "words"), [(9, "fewer than 10"), (13, "at least 10"), (27, "at least 20")])
def test_operators_page__sizes__are_never_exact(count: int, words: str, operator: Client) -> None:
    for _ in range(count):
        InboxResponse.objects.create(sealed=b"x")
        Draft.objects.create(pk=uuid.uuid4(), sealed=b"x", purge_hour=current_hour() + 2)
    soup = page(operator)
    assert {row(soup, "at_least", place) for place in ("inbox", "drafts")} == {words}
    content = soup.select_one("#content-main")
    assert content
    assert not re.search(rf"\b{count}\b", content.text)
    assert Draft.objects.count() == count


def test_operators_page__tenth_response_comes_within_the_hour__shows_in_the_next(operator: Client) -> None:
    assert row(page(operator), "at_least", "inbox") == "fewer than 10"
    for _ in range(10):
        InboxResponse.objects.create(sealed=b"x")
    assert row(page(operator), "at_least", "inbox") == "fewer than 10"
    counts_of_the_hour.forget()
    assert row(page(operator), "at_least", "inbox") == "at least 10"


def test_list_of_questionnaires__tenth_response_comes_within_the_hour__shows_what_this_page_showed() -> None:
    root = Client()
    root.force_login(User.objects.create_superuser("root"))
    assert row(page(root), "at_least", "inbox") == "fewer than 10"
    for _ in range(10):
        InboxResponse.objects.create(sealed=b"x")
    listed = reverse("admin:selfhelp_survey_questionnaire_changelist")
    assert "Fewer than ten" in root.get(listed, secure=True).content.decode()
    counts_of_the_hour.forget()
    assert "at least 10" in root.get(listed, secure=True).content.decode()
    assert row(page(root), "at_least", "inbox") == "at least 10"


def test_counts_of_the_hour__next_hour__are_new_and_unknown_ones_are_not_kept() -> None:
    kept = CountsOfTheHour()
    unknown = Status(hour=1)
    first, second, third = (
        Status(hour=hour, sizes={"inbox": size}, drafts=Drafts(at_least=size))
        for hour, size in ((1, 0), (1, 10), (2, 20))
    )
    assert kept.put_into(unknown) == unknown
    assert kept.put_into(first) == first
    assert kept.put_into(unknown) == unknown
    assert kept.put_into(second) == first
    assert kept.put_into(third) == third


def test_operators_page__in_another_language__is_marked_where_it_stays_english(operator: Client) -> None:
    soup = BeautifulSoup(operator.get(address(), secure=True, headers={"accept-language": "fi"}).content, "html.parser")
    heading = soup.select_one("#content h1")
    assert heading
    assert heading.text == "Kyselyn tila"
    assert all(body["lang"] == "en" for body in soup.select("#content-main tbody"))
