"""Every `selfhelp-research` line of the documentation is run, page by page, in the folder that its reader would have.

Only three things are put in: the passphrase in a file in place of the keyboard, a directory in place of a PostgreSQL
store (tests/store has those), and fewer model respondents for `plan`.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from selfhelp_survey.core.response import Mark, Response
from selfhelp_survey.research.command_line import run
from selfhelp_survey.research.plan_reader import read_plan
from selfhelp_survey.research.planning.sample import Model
from selfhelp_survey.sealing.challenge import make_challenge
from selfhelp_survey.sealing.key_file import load_private_key
from tests.unit.docs.pages import fenced, research_lines, text_of
from tests.unit.research.conftest import tables_only
from tests.unit.research.crosswalked import example_text, export, write_csv
from tests.unit.research.planned import PACKAGE, exit_marginals, exit_survey
from tests.unit.research.survey import PASSPHRASE, bundle, new_workstation

__all__ = ["tables_only"]
pytestmark = [pytest.mark.once, pytest.mark.usefixtures("tables_only")]

QUICKLY = ["--respondents", "200", "--draws", "2", "--n", "60"]
WITHOUT_KEY = {"plan", "verify", "init-store", "anonymise"}
PEOPLE = "age,region,illness\n" + "".join(f"{age},{region},{ill}\n" for age, region, ill in (
    (18, "north", "flu"), (19, "north", "cough"), (60, "north", "cold"), (18, "south", "flu"), (19, "south", "cough"),
    (60, "south", "cold"), (18, "south", "cold"), (19, "north", "cold"),
))  # fmt: skip
Before = Callable[[], object]


def people(count: int, start: int) -> Iterator[Response]:
    """So many respondents of the exit survey, who wrote a few words and let their answers be used."""
    drawn = Model(version=exit_survey(), marginals=exit_marginals()).responses(3 * count, np.random.default_rng(start))
    for number, response in zip(range(start, start + count), drawn, strict=False):
        answers = {**response.answers, "o1_better": f"Words of {number}."}
        yield replace(
            response, id=f"{number:032x}", mark=Mark.REAL, quarter="2026Q4", answers=answers,
            sent=tuple(page.name for page in exit_survey().questionnaire.pages),
        )  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The reader's folder: a key with its ledger, also as `keys/`, and three bundles from the web host."""
    key, private = new_workstation(tmp_path)
    for name, count, start in (("bundle", 100, 1), ("later", 50, 1000), ("last", 60, 2000)):
        held = people(count, start)
        bundle(tmp_path / f"{name}.jsonl", held, [private.public], of=[exit_survey().questionnaire])
    (tmp_path / "keys").mkdir()
    for path in (key, key.with_suffix(".ledger")):
        shutil.copy(path, tmp_path / "keys")
    (tmp_path / "team.pub").write_text(private.public.text + "\n", "utf-8")
    (tmp_path / "challenges.txt").write_text(make_challenge(private.public, bytes(32)).text + "\n", "utf-8")
    shutil.copy(PACKAGE / "research" / "plans" / "exit_records.yaml", tmp_path / "plan.yaml")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def typed(words: list[str]) -> int:
    """What a line of a page ends with."""
    command, *rest = [word if "://" not in word else "store" for word in words]
    more = QUICKLY if command == "plan" else []
    secret = [] if command in WITHOUT_KEY else ["--passphrase-file", "passphrase"]
    return run([command, *rest, *more, *secret])


def work_through(page: str, before: dict[str, Before] | None = None) -> None:
    """Every line of the page in order, each ending well; `before` is done once, at the first line that begins so."""
    waiting = dict(before or {})
    lines = research_lines(page)
    assert lines
    for words in lines:
        line = " ".join(words)
        for start in [each for each in waiting if line.startswith(each)]:
            waiting.pop(start)()
        assert typed(words) == 0, line
    assert not waiting


def receive(name: str = "bundle.jsonl") -> None:
    """What came from the web host is in the ledger."""
    assert typed(["receive", name, "--receipt", f"{name}.receipt"]) == 0


def release(name: str, *more: str) -> None:
    """A release lies in this folder."""
    assert typed(["release", "plan.yaml", "--out", name, *more]) == 0


def new_store() -> None:
    """There is a store, as the page takes for granted."""
    assert typed(["init-store", "store"]) == 0


def next_release(name: str) -> None:
    """More came in and was released."""
    receive("later.jsonl")
    release(name)


def test_keys_page__lines__make_keys_and_answer_challenges(desk: Path) -> None:
    def elsewhere() -> None:
        shutil.move("keys", "first-keys")

    def made() -> None:
        assert load_private_key(desk / "keys" / "research-key.json", passphrase=PASSPHRASE).public.is_hybrid
        shutil.rmtree("keys")
        shutil.move("first-keys", "keys")

    work_through("keys.md", {"keygen --out": elsewhere, "keygen --hybrid": lambda: shutil.rmtree("keys"),
                             "prove-key": made})  # fmt: skip
    assert (desk / "answer.txt").read_text("utf-8")


def test_first_release_page__lines__lead_from_a_bundle_to_the_store(desk: Path) -> None:
    def own_plan() -> None:
        assert (desk / "plan.yaml").exists()
        shutil.copy(PACKAGE / "research" / "plans" / "exit_records.yaml", "plan.yaml")

    (desk / "plan.yaml").unlink()
    work_through("first-release.md", {"release": own_plan, "push": new_store})
    assert (desk / "receipt.json").exists()


def test_make_a_release_page__lines__release_load_correct_and_close(desk: Path) -> None:
    (erratum,) = fenced(text_of("how-to/make-a-release.md"), "yaml")
    (desk / "erratum.yaml").write_text(erratum, "utf-8")
    receive()

    def last_ones() -> None:
        receive("last.jsonl")
        shutil.copy("research-key.ledger", "before.ledger")

    work_through("make-a-release.md", {
        "release": new_store,
        "edition --series exit-records --out": lambda: next_release("release-2"),
        "edition --from release-3": lambda: shutil.copytree("release-1", "release-3"),
        "close plan.yaml --out": last_ones,
        "close plan.yaml --drop": lambda: shutil.copy("before.ledger", "research-key.ledger"),  # one or the other
    })  # fmt: skip


def test_when_lost_page__lines__release_and_push_again(desk: Path) -> None:
    receive()
    release("release-1")
    receive("later.jsonl")
    new_store()
    work_through("when-something-is-lost.md")


def test_plan_page__lines__propose_a_series(desk: Path) -> None:
    receive()
    release("release-1")
    work_through("plan-a-series.md")


def test_review_page__lines__read_release_and_count(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    receive()
    monkeypatch.setattr("sys.stdin", io.StringIO("k\n" * 100))
    work_through("review-free-texts.md")


def test_anonymise_page__lines__answer(desk: Path) -> None:
    (ages,) = fenced(text_of("reference/anonymise.md"), "")[1:]
    (desk / "people.csv").write_text(PEOPLE, "utf-8")
    (desk / "levels").mkdir()
    (desk / "levels" / "people_hierarchy_age.csv").write_text(ages, "utf-8")
    (desk / "levels" / "people_hierarchy_region.csv").write_text("north;*\nsouth;*\n", "utf-8")
    work_through("anonymise.md")


def test_sister_survey_page__lines__take_an_export_in_and_its_plan_is_read(desk: Path) -> None:
    parts, lists, plan = fenced(text_of("how-to/bring-in-a-sister-survey.md"), "yaml")
    (desk / "mapping.yaml").write_text(example_text(), "utf-8")
    write_csv(desk / "export.csv", export(200))
    assert all(line.strip() in example_text() for line in (*parts.splitlines()[1:2], *lists.splitlines()[1:]))
    work_through("bring-in-a-sister-survey.md")
    assert read_plan(plan, source="plan.yaml").plan.questionnaire == "help_us_to_help_you"
