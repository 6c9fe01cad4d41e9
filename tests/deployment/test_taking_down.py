"""The survey is taken down by the guide, command by command: nothing is lost, and nothing is left."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from selfhelp_survey.research.ledger import create_ledger
from selfhelp_survey.research.ledger_file import ledger_path
from selfhelp_survey.sealing.key_file import save_private_key
from tests.deployment.deployed_site import COPIES, DATABASE, OWNER, DeployedSite, give_rights, psql
from tests.deployment.guide import FILES, GUIDES, UNITS
from tests.unit.docs.pages import fenced
from tests.unit.research.survey import CHEAP, PASSPHRASE

FINISHED = COPIES[0]
MORE = {"DATABASE_NAME": FINISHED}
WAITING = 3
ANSWERING = f"""
import random, django
django.setup()
from selfhelp_survey.entries import open_entry
from selfhelp_survey.synthesis import Synthesiser
synthesiser = Synthesiser(entry=open_entry("end"), chance=random.Random(1))
for _ in range({WAITING}):
    synthesiser.answer_one()
"""
EMPTYING = """
delete from selfhelp_survey_inboxresponse;
delete from selfhelp_survey_sealedresponse;
delete from selfhelp_survey_draft;
update selfhelp_survey_entry set state = 'open';
"""
OWN = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename {word} 'selfhelp\\_survey\\_%'"


def typed() -> list[list[str]]:
    """Every line of the guide that a reader types, in order, as words."""
    blocks = fenced((GUIDES / "take-down.md").read_text("utf-8"), "")
    return [shlex.split(line) for body in blocks for line in body.splitlines() if line.strip()]


def rows(query: str, site: DeployedSite) -> list[tuple[Any, ...]]:
    """What the database of the finished site answers its superuser."""
    with psycopg.connect(site.postgres.dsn(dbname=FINISHED)) as connection:
        return connection.execute(query.encode()).fetchall()


@pytest.fixture(scope="module")
def finished(site: DeployedSite) -> Iterator[DeployedSite]:
    """A copy of the site's database at the end of fieldwork: three responses wait, fewer than a batch, and no draft."""
    psql(site, f"CREATE DATABASE {FINISHED} TEMPLATE {DATABASE} OWNER {OWNER}")
    give_rights(site, **MORE)
    psql(site, EMPTYING, dbname=FINISHED)
    answered = site.run([sys.executable, "-c", ANSWERING], **MORE)
    assert answered.returncode == 0, answered.stderr
    yield site
    psql(site, f"DROP DATABASE {FINISHED} WITH (FORCE)")


@pytest.fixture
def key(site: DeployedSite, tmp_path: Path) -> list[str]:
    """The workstation's options: a key of the research team, its ledger beside it, its passphrase in a file."""
    path = tmp_path / "research-key.json"
    create_ledger(ledger_path(path), site.keys[0])
    save_private_key(site.keys[0], path, passphrase=PASSPHRASE, cost=CHEAP)
    (tmp_path / "passphrase").write_text(PASSPHRASE + "\n", "utf-8")
    return ["--key", str(path), "--passphrase-file", str(tmp_path / "passphrase")]


def run(words: list[str], site: DeployedSite, key: list[str]) -> None:
    """One line of the guide, as its reader would run it. systemd is not here: its units are looked for instead."""
    program, *rest = words
    if program == "systemctl":
        assert {name for name in rest if "." in name} <= {path.name for path in UNITS}
    elif program == "psql":
        assert rest == ["--file", "take-down.sql", f"dbname=site user={OWNER}"]
        psql(site, (FILES / rest[1]).read_text("utf-8"), dbname=FINISHED, user=OWNER)
    else:
        python = [sys.executable, "-m", "selfhelp_survey.research", *rest, *key]
        done = site.run(python) if program == "selfhelp-research" else site.manage(*rest[1:], **MORE)
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"


def test_taking_down__by_the_guide__brings_everything_over_and_leaves_no_table(
    finished: DeployedSite, key: list[str]
) -> None:
    others = rows(OWN.format(word="NOT LIKE"), finished)
    for words in typed():
        if words[0] == "psql":
            assert rows("SELECT count(*) FROM selfhelp_survey_sealedresponse", finished) == [(0,)]
        run(words, finished, key)
    bundles = [(finished.folder / f"{name}-bundle.jsonl").read_text("utf-8") for name in ("last", "empty")]
    last, empty = (len(text.splitlines()) for text in bundles)
    assert last - empty == WAITING
    assert rows(OWN.format(word="LIKE"), finished) == []
    assert rows(OWN.format(word="NOT LIKE"), finished) == others
