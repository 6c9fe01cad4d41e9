"""Every `manage.py` line of the how-tos is run, page by page, on a site as far on as its page takes for granted."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from example_project.host.models import SupportResource
from selfhelp_survey.collection import shuffle
from selfhelp_survey.core.questionnaire import Questionnaire
from selfhelp_survey.keys_in_use import accept_answer
from selfhelp_survey.models import Entry, Organisation, SealedResponse
from selfhelp_survey.questionnaire_files import read_questionnaire_file
from selfhelp_survey.research.command_line import run
from selfhelp_survey.research.ledger import create_ledger
from selfhelp_survey.research.ledger_file import ledger_path
from selfhelp_survey.sealing.challenge import answer_challenge
from selfhelp_survey.sealing.errors import NotForThisKey
from selfhelp_survey.sealing.key_file import Cost, save_private_key
from selfhelp_survey.sealing.keys import PrivateKey
from tests.django.survey_site import PASSPHRASE, open_survey, private_key
from tests.unit.docs.pages import ROOT, RUN_ELSEWHERE, fenced, manage_lines, research_lines, text_of

pytestmark = [pytest.mark.once, pytest.mark.django_db]

SHIPPED = ROOT / "selfhelp_survey" / "questionnaires" / "exit_survey.yaml"
INCOMPLETE = {"survey_translations", "survey_translations fi --show",
              "survey_translations fi --show --glossary glossary.yaml"}  # fmt: skip
"""Reports: they end with 1 while a language is not complete, as they are meant to."""
Before = Callable[[], object]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the reader stands."""
    shutil.copy(SHIPPED, tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def exit_survey() -> Questionnaire:
    """The shipped questionnaire."""
    return read_questionnaire_file(SHIPPED).questionnaire


def typed(words: list[str]) -> int:
    """What a line ends with."""
    try:
        call_command(*words, stdout=StringIO(), stderr=StringIO())
    except CommandError as refusal:
        return refusal.returncode
    return 0


def work_through(page: str, before: dict[str, Before] | None = None) -> None:
    """Every line of the page in order, but those run elsewhere; `before` is done once, where a line begins so."""
    waiting = dict(before or {})
    lines = [words for words in manage_lines(page) if " ".join(words) not in RUN_ELSEWHERE]
    assert lines
    for words in lines:
        line = " ".join(words)
        for start in [each for each in waiting if line.startswith(each)]:
            waiting.pop(start)()
        assert typed(words) == (1 if line in INCOMPLETE else 0), line
    assert not waiting


def answered() -> None:
    """Both workstations answered the challenges; the second one's answer was taken already."""
    challenges = Path("challenges.txt").read_text("utf-8").split()
    first, second = (_answer(challenges, private_key(name)) for name in ("first", "second"))
    accept_answer(second)
    Path("answer.txt").write_text(first + "\n", "utf-8")


def _answer(challenges: list[str], key: PrivateKey) -> str:
    for challenge in challenges:
        with contextlib.suppress(NotForThisKey):
            return answer_challenge(challenge, key)
    raise AssertionError("no challenge is for this key")


def test_install_page__lines__lead_to_an_open_entry(folder: Path) -> None:
    Organisation.objects.create(**{f"{name}_{code}": "Made up" for name in ("name", "contact", "ethics",
        "data_protection", "archiving") for code in ("en", "es")})  # fmt: skip
    work_through("install.md", {"survey_keys --answer": answered})
    assert Entry.objects.get(pk="end").state == Entry.State.OPEN


def test_keys_page__lines__prove_both_keys(folder: Path) -> None:
    work_through("keys.md", {"survey_keys --answer": answered})
    assert (folder / "drill.txt").read_text("utf-8")


def test_write_page__lines__read_the_file_of_the_page(folder: Path) -> None:
    (example,) = fenced(text_of("how-to/write-a-questionnaire.md"), "yaml")
    (folder / "short_feedback.yaml").write_text(example, "utf-8")
    work_through("write-a-questionnaire.md")


def test_exit_survey_page__lines__make_a_draft(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    work_through("exit-survey.md")


def test_first_survey_page__lines__publish_a_new_wording(folder: Path) -> None:
    own = folder / "example_project" / "var" / "my-survey.yaml"
    own.parent.mkdir(parents=True)
    own.write_text(SHIPPED.read_text("utf-8").replace("How much of the programme did you go through?",
                                                      "How far did you get in the programme?"), "utf-8")  # fmt: skip
    open_survey(exit_survey())
    work_through("first-survey.md")


@pytest.mark.parametrize("page", ["commands.md", "invite-from-a-page.md", "restyle.md"])
def test_page_of_an_open_survey__lines__end_well(folder: Path, page: str) -> None:
    open_survey(exit_survey())
    work_through(page)


def test_fieldwork_page__lines__bring_responses_over_and_close(folder: Path) -> None:
    open_survey(exit_survey())
    call_command("survey_synthesise", "12", stdout=StringIO(), stderr=StringIO())
    shuffle()
    key = folder / "research-key.json"
    create_ledger(ledger_path(key), private_key())
    save_private_key(private_key(), key, passphrase=PASSPHRASE, cost=Cost(memory=64, passes=1))
    (folder / "passphrase").write_text(PASSPHRASE, "utf-8")
    (receive,) = research_lines("run-fieldwork.md")
    on_the_workstation = [*receive, "--passphrase-file", "passphrase"]
    work_through("run-fieldwork.md", {"survey_collected": lambda: run(on_the_workstation)})
    assert not SealedResponse.objects.exists()


def test_translate_page__lines__take_a_translation_there_and_back(folder: Path) -> None:
    call_command("survey_import", "exit_survey.yaml", stdout=StringIO(), stderr=StringIO())
    SupportResource.objects.create(slug="line", name_en="A line", name_fi="Puhelin")
    (glossary, *_) = fenced(text_of("how-to/translate.md"), "yaml")
    (folder / "glossary.yaml").write_text(glossary, "utf-8")
    work_through("translate.md")
    assert list((folder / "preview_ar").iterdir())


def test_audit_page__lines__find_nothing_where_nothing_leaked(folder: Path) -> None:
    (folder / "markers.txt").write_text("0123456789abcdefghij\n", "utf-8")
    (folder / "journal.txt").write_text("calm\n", "utf-8")
    work_through("audit-for-leaks.md")
