"""A workstation in a temporary directory: key, ledger, and the commands on it."""

import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from selfhelp_survey.core.questionnaire import Questionnaire
from selfhelp_survey.core.response import Response
from selfhelp_survey.research.command_line import run
from selfhelp_survey.research.formats import every
from selfhelp_survey.research.formats.responses_csv import read_header, read_rows
from selfhelp_survey.sealing.keys import PrivateKey
from tests.unit.research.survey import PLAN, bundle, new_workstation


@dataclass
class Station:
    """The commands as a researcher calls them, on one key and ledger."""

    root: Path
    key: Path
    private: PrivateKey
    bundles: int = 0

    @property
    def ledger(self) -> Path:
        return self.key.with_suffix(".ledger")

    def with_key(self, *arguments: str | Path) -> list[str]:
        more = ("--key", self.key, "--passphrase-file", self.root / "passphrase")
        return [str(argument) for argument in (*arguments, *more)]

    def bundle(self, held: Iterable[Response | bytes], of: Sequence[Questionnaire] = ()) -> Path:
        self.bundles += 1
        return bundle(self.root / f"{self.bundles}.bundle", held, [self.private.public], of=of)

    def receive(self, held: Iterable[Response | bytes], of: Sequence[Questionnaire] = ()) -> int:
        return self.receive_file(self.bundle(held, of))

    def receive_file(self, path: Path) -> int:
        return run(self.with_key("receive", path, "--receipt", path.with_suffix(".receipt")))

    def plan(self, text: str = PLAN) -> Path:
        path = self.root / "plan.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    def release(self, name: str, plan: str = PLAN, store: Path | None = None) -> int:
        more = ("--store", store) if store else ()
        return run(self.with_key("release", self.plan(plan), "--out", self.root / name, *more))

    def push(self, name: str, store: Path) -> int:
        return run(self.with_key("push", self.root / name, "--store", store))

    def verify(self, name: str) -> int:
        return run(["verify", str(self.root / name), "--key", str(self.key)])

    def rows(self, name: str) -> list[dict[str, str]]:
        path = self.root / name / "responses.csv"
        columns = read_header(path)
        return [dict(zip(columns, row, strict=True)) for row in read_rows(path)]

    def manifest(self, name: str) -> dict[str, Any]:
        document: dict[str, Any] = json.loads((self.root / name / "manifest.json").read_text())
        return document

    def backup(self) -> Path:
        return Path(shutil.copy(self.ledger, self.root / "backup.ledger"))

    def restore(self, backup: Path) -> None:
        shutil.copy(backup, self.ledger)


@pytest.fixture
def station(tmp_path: Path) -> Station:
    """A fresh workstation."""
    key, private = new_workstation(tmp_path)
    return Station(root=tmp_path, key=key, private=private)


TABLES = frozenset({"responses.csv", "totals.csv", "codebook.json"})


@pytest.fixture
def tables_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Releases without the formats that say the same once more: for tests of many releases."""
    monkeypatch.setattr(every, "FORMATS", tuple(each for each in every.FORMATS if TABLES.issuperset(each.names)))


@pytest.fixture(autouse=True)
def _formats(request: pytest.FixtureRequest) -> None:
    """Tables only, but where a module is marked `every_format`: most tests look at the rows, and make many releases."""
    if request.node.get_closest_marker("every_format") is None:
        request.getfixturevalue("tables_only")
