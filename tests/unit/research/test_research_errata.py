"""Errata: a corrected edition of releases, and what claims to be an edition and is none."""

import json
import re
from collections import Counter
from itertools import product
from pathlib import Path

import pytest

from selfhelp_survey.research.editions.erratum import read_erratum
from selfhelp_survey.research.errors import PlanError, VerificationError
from selfhelp_survey.research.formats import manifest as manifest_format
from tests.unit.research import editions
from tests.unit.research.conftest import Station
from tests.unit.research.editions import COLUMNS, edition, erratum, of, rows, verify_from

pytestmark = [pytest.mark.every_format, pytest.mark.once]
prepared, two = editions.prepared, editions.two


def test_erratum__codes_changed_places_and_labels_corrected__are_so_everywhere_and_nowhere_else(two: Station) -> None:
    words = "reason: Two labels were swapped.\nvalues: {mood: {1: 3, 3: 1}}\nlabels: {mood: {1: {en: Well}}}\n"
    assert edition(two, "corrected", "--series", "tiny", *erratum(two, words)) == 0
    swapped = Counter({(*row[:2], {"1": "3", "3": "1"}.get(row[2], row[2]), *row[3:]): count
                       for row, count in rows(two, "release-1", "release-2").items()})  # fmt: skip
    assert rows(two, "corrected") == swapped
    told = two.manifest("corrected")["edition"]
    assert (told["kind"], told["reason"]) == ("erratum", "Two labels were swapped.")
    codebook = json.loads((two.root / "corrected" / "codebook.json").read_text(encoding="utf-8"))
    mood = next(held for held in codebook["variables"] if held["name"] == "mood")
    assert [value["label"]["en"] for value in mood["values"]] == ["Well", "value 2", "value 3"]
    assert mood["values"][0]["label"]["fi"] == "value 1"
    assert "Two labels were swapped." in (two.root / "corrected" / "report.html").read_text(encoding="utf-8")
    assert verify_from(two, "corrected", "release-1", "release-2") == 0


def test_erratum__of_one_release_that_withholds_a_multiple_question__takes_back_all_its_parts(two: Station) -> None:
    words = "reason: Its routing was wrong.\nwithhold: [needs]\n"
    assert edition(two, "corrected", *of(two, "release-2"), *erratum(two, words)) == 0
    parts = {tuple(row[name] for name in COLUMNS[3:]) for row in two.rows("corrected")}
    assert parts == {("-7", "-7", "-7")}
    assert two.verify("corrected") == 0


def test_erratum__new_code__needs_a_label_and_then_stands_in_the_codebook(
    two: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    words = "reason: A code was lost.\nvalues: {mood: {3: 9}}\n"
    assert edition(two, "corrected", "--series", "tiny", *erratum(two, words)) == 1
    assert "mood has no such code" in capsys.readouterr().err
    assert edition(two, "corrected", "--series", "tiny", *erratum(two, words + "labels: {mood: {9: {en: New}}}\n")) == 0
    codebook = json.loads((two.root / "corrected" / "codebook.json").read_text(encoding="utf-8"))
    mood = next(held for held in codebook["variables"] if held["name"] == "mood")
    assert mood["values"][-1] == {"code": 9, "label": {"en": "New"}}


def test_erratum__that_leaves_a_class_with_one_answer__is_refused_and_leaves_nothing(
    two: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    words = "reason: All the same.\nvalues: {mood: {2: 1, 3: 1}}\n"
    assert edition(two, "corrected", "--series", "tiny", *erratum(two, words)) == 1
    assert "would have given too few different answers" in capsys.readouterr().err
    assert not (two.root / "corrected").exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("values: {mood: {1: 2}}", "every erratum has a `reason`"),
        ("reason: x", "corrects something"),
        ("reason: x\nvalues: {mood: {1: -6}}", "tells which version was answered"),
        ("reason: x\nvalues: {mood: {-6: 1}}", "tells which version was answered"),
        ("reason: x\nvalues: {mood: {1: 2, 1: 3}}", "1 stands twice"),
        ("reason: x\nvalues: {mood: {1: 2.5}}", "a whole number or a word"),
        ("reason: x\nvalues: [mood]", "here stand keys and values"),
        ("reason: x\nwithhold: mood", "withhold takes a list"),
        ("reason: x\nremove: [mood]", "no key 'remove'"),
        ("reason: &a x\nwithhold: [*a]", "no anchors"),
        ("- reason", "list of keys and values"),
        ("{", "not YAML"),
    ],
)
def test_read_erratum__that_cannot_be_meant__is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "erratum.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PlanError, match=re.escape(told)):
        read_erratum(tmp_path / "erratum.yaml")


def test_read_erratum__no_file_or_not_text__is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="cannot be read"):
        read_erratum(tmp_path / "none.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"reason: \xe4")
    with pytest.raises(PlanError, match="UTF-8"):
        read_erratum(tmp_path / "latin.yaml")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("values: {hood: {1: 2}}", "hood is no variable"),
        ("withhold: [hood]", "hood is no variable"),
        ("labels: {hood: {1: {en: Good}}}", "hood is no variable"),
        ("labels: {mood: {1: {de: Gut}}}", "no language de"),
    ],
)
def test_erratum__of_what_the_codebook_does_not_have__is_refused(
    two: Station, capsys: pytest.CaptureFixture[str], text: str, told: str
) -> None:
    assert edition(two, "corrected", "--series", "tiny", *erratum(two, f"reason: x\n{text}\n")) == 1
    assert told in capsys.readouterr().err
    assert not (two.root / "corrected").exists()


def test_erratum__that_withholds_a_quasi_identifier__is_shown_the_other_way(
    two: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    assert edition(two, "corrected", "--series", "tiny", *erratum(two, "reason: x\nwithhold: [age]\n")) == 2
    assert "raise it to its top with --level" in capsys.readouterr().err


def signed_again(station: Station, name: str, change: dict[str, object]) -> None:
    """The manifest with something else in it, behind a true signature."""
    document = station.manifest(name)
    description = {key: held for key, held in document.items() if key not in {"files", "signature"}} | change
    names = [file["path"] for file in document["files"]]
    data = manifest_format.write_manifest(description, station.root / name, names=names, private=station.private)
    (station.root / name / "manifest.json").write_bytes(data)


def test_verify__edition_that_claims_another_recoding__is_refused_with_its_releases(
    two: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    words = "reason: x\nvalues: {mood: {1: 3, 3: 1}}\n"
    edition(two, "corrected", "--series", "tiny", *erratum(two, words))
    told = two.manifest("corrected")["edition"]
    told["sources"][0]["recoded"] = {}
    signed_again(two, "corrected", {"edition": told})
    assert two.verify("corrected") == 0
    assert verify_from(two, "corrected", "release-1", "release-2") == 1
    assert "is not what the releases give" in capsys.readouterr().err


def test_verify__manifest_with_other_levels_behind_a_true_signature__is_refused(two: Station) -> None:
    edition(two, "all", "--series", "tiny")
    wrong = [{"age": 2, "language": 1}, {"age": 0, "language": 1}, {"age": 1}, {"age": "1", "language": 1}]
    for name, levels in product(("release-1", "all"), wrong):
        signed_again(two, name, {"levels": levels})
        assert two.verify(name) == 1


def test_series_of_manifest__edition_with_a_level_under_that_of_the_plan__is_refused(two: Station) -> None:
    edition(two, "all", "--series", "tiny")
    document = two.manifest("all")
    assert manifest_format.series_of_manifest(document).plan.levels == {"age": 1, "language": 1}
    with pytest.raises(VerificationError):
        manifest_format.series_of_manifest({**document, "levels": {"age": 0, "language": 1}})


def test_verify__manifest_of_an_edition_that_is_none__is_refused(two: Station) -> None:
    edition(two, "all", "--series", "tiny")
    for told in ({}, {"kind": "new", "sources": [{"release": 1}]}, {"kind": "coarser", "sources": []}):
        signed_again(two, "all", {"edition": told})
        assert two.verify("all") == 1
