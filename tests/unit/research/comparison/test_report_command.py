"""`selfhelp-research report`: from a store to a page with its files, or a sentence that says why not."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from selfhelp_survey.research.command_line import run
from selfhelp_survey.research.commands import report
from selfhelp_survey.research_store.directory import DirectoryStore
from tests.unit.docs.pages import research_lines
from tests.unit.research.comparison import stores
from tests.unit.research.comparison.three_samples import EXIT, NO_NEED, WANT_HELP, three_samples


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory store with a few variables of three made-up samples."""
    return fill(tmp_path_factory.mktemp("research") / "store")


def fill(path: Path, kind: str = "synthetic") -> Path:
    """Make a store there, or use the one that is there, and load the samples as releases of this kind."""
    made = DirectoryStore(path)
    made.init()
    for held in three_samples(np.random.default_rng(8), sizes={WANT_HELP: 400, NO_NEED: 200, EXIT: 105}).samples:
        names = stores.instrument(held.instrument).variables.values()
        wanted = [each.name for each in names if each.harmonised in {"wish_to_stop", "help_sought"}]
        stores.push(
            made,
            held,
            stores.small_series(held.instrument, f"{held.sample.replace('_', '-')}-{kind}", wanted, kind=kind),
        )
    return path


def call(store: Path, out: Path, *more: str) -> int:
    return run(["report", "--store", str(store), "--out", str(out), "--kind", "synthetic", *more])


@pytest.mark.parametrize("language", ["en", "es"])
def test_report__store_of_three_samples__writes_everything(
    store: Path, tmp_path: Path, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(store, tmp_path / "report.html", "--language", language) == 0
    told = capsys.readouterr().out
    assert "705 records of" in told
    assert all(name in told for name in (WANT_HELP, NO_NEED, EXIT))
    files = tmp_path / "report.files"
    page = (tmp_path / "report.html").read_text("utf-8")
    assert f'<html lang="{language}"' in page
    document = json.loads((files / "numbers.json").read_text("utf-8"))
    names = [table["name"] for section in document["sections"] for table in section["tables"]]
    assert sorted(path.stem for path in (files / "tables").iterdir()) == sorted(names)
    assert {path.name for path in files.iterdir()} == {"tables", "numbers.json", "models.r"}
    assert {path.name for path in tmp_path.iterdir()} == {"report.html", "report.files"}


def test_how_to_compare_the_samples__lines_to_type__do_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in ("synthetic", "real"):
        fill(tmp_path / "store", kind)
    monkeypatch.chdir(tmp_path)
    for words in research_lines("compare-the-samples.md"):
        assert run(words) == 0, words
    pages = {path.name for path in tmp_path.glob("*.html")}
    assert pages == {"trial.html", "report.html", "informe.html"}


def test_report__counts__are_never_between_nothing_and_the_threshold(store: Path, tmp_path: Path) -> None:
    assert call(store, tmp_path / "report.html", "--threshold", "20") == 0
    for path in (tmp_path / "report.files" / "tables").iterdir():
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                counts = [int(row[name]) for name in ("count", "n") if row.get(name, "NA") != "NA"]
                assert all(count == 0 or count >= 20 for count in counts), path.name


def test_report__same_store_again__gives_the_same_files(store: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert call(store, tmp_path / f"{name}.html") == 0
    pairs = [(path, tmp_path / "b.files" / path.relative_to(tmp_path / "a.files"))
             for path in (tmp_path / "a.files").rglob("*") if path.is_file()]  # fmt: skip
    assert all(one.read_bytes() == other.read_bytes() for one, other in pairs)
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_report__nothing_of_the_kind__is_refused_and_leaves_nothing(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["report", "--store", str(store), "--out", str(tmp_path / "report.html")]) == 1
    assert "no real release" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_report__something_is_there__is_wrong_use(store: Path, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text("mine")
    assert call(store, tmp_path / "report.html") == 2
    assert (tmp_path / "report.html").read_text() == "mine"


def test_report__no_store__is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(tmp_path / "none", tmp_path / "report.html") == 1
    assert "no research store" in capsys.readouterr().err


def test_report__library_missing__says_what_to_install(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(report, "find_spec", lambda name: None if name == "statsmodels" else object())
    assert call(store, tmp_path / "report.html") == 2
    assert 'pip install "selfhelp-survey[research,report]"' in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("threshold", "is_good"), [("2", False), ("3", True), ("x", False), ("-5", False)])
def test_report__threshold__is_three_or_more(threshold: str, is_good: bool) -> None:
    if is_good:
        assert report._threshold(threshold) == int(threshold)
    else:
        with pytest.raises(SystemExit) as ended:
            run(["report", "--store", "s", "--out", "o.html", f"--threshold={threshold}"])
        assert ended.value.code == 2
