"""Bundles, good and bad: what is kept, what stands in the receipt, and what the researcher is told."""

import re
from pathlib import Path
from typing import Any

import pytest

from selfhelp_survey.core.document import document_of
from selfhelp_survey.research.receiving import is_plausible
from selfhelp_survey.research.versions import versions_in
from selfhelp_survey.sealing.bundle import read_bundle
from selfhelp_survey.sealing.envelope import seal_response
from selfhelp_survey.sealing.keys import generate_private_key
from selfhelp_survey.sealing.receipt import read_receipt, sealed_digest
from tests.unit.research.conftest import Station
from tests.unit.research.survey import bundle, response, responses, tiny


def named(path: Path, station: Station) -> dict[bytes, str]:
    """The rows of the receipt beside a bundle."""
    receipt = read_receipt(path.with_suffix(".receipt").read_text(), [station.private.public])
    return {row.bytes: digest for row, digest in receipt.rows.items()}


def test_receive__good_rows__stand_in_the_receipt_with_their_digests(station: Station) -> None:
    path = station.bundle(responses(3))
    assert station.receive_file(path) == 0
    assert named(path, station) == {row.row.bytes: sealed_digest(row.sealed) for row in read_bundle(path).rows()}


def test_receive__rows_known_before__are_in_the_receipt_too(station: Station) -> None:
    station.receive(responses(3))
    path = station.bundle(responses(5))
    assert station.receive_file(path) == 0
    assert len(named(path, station)) == 5


def test_receive__bad_rows_among_good_ones__are_named_and_stay_on_the_host(
    station: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    public = station.private.public
    damaged = bytearray(seal_response(response(50).to_json(), [public]))
    damaged[-1] ^= 1
    foreign = seal_response(response(51).to_json(), [generate_private_key().public])
    unknown = bytearray(seal_response(response(52).to_json(), [public]))
    unknown[4] = 99
    strange = seal_response(response(53, mood=77).to_json(), [public])
    path = station.bundle([*responses(3), bytes(damaged), foreign, bytes(unknown), strange])
    assert station.receive_file(path) == 1
    told = capsys.readouterr()
    assert "3 new, 0 received before, 4 refused" in told.out
    for reason in ("damaged", "sealed to another key", "unknown suite", "does not answer its questionnaire"):
        assert told.err.count(reason) == 1
    assert len(named(path, station)) == 3


def test_receive__three_bad_rows_among_a_thousand__keeps_the_others_and_names_the_three(
    station: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    public = station.private.public
    damaged = bytearray(seal_response(response(2000).to_json(), [public]))
    damaged[-1] ^= 1
    foreign = seal_response(response(2001).to_json(), [generate_private_key().public])
    unknown = bytearray(seal_response(response(2002).to_json(), [public]))
    unknown[4] = 99
    path = station.bundle([*responses(997), bytes(damaged), foreign, bytes(unknown)])
    assert station.receive_file(path) == 1
    told = capsys.readouterr()
    assert "997 new, 0 received before, 3 refused" in told.out
    assert len(re.findall(r"row [0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12} ", told.err)) == 3
    assert len(named(path, station)) == 997


def test_receive__another_key__keeps_nothing(station: Station, capsys: pytest.CaptureFixture[str]) -> None:
    path = bundle(station.root / "b.bundle", responses(3), [generate_private_key().public])
    assert station.receive_file(path) == 1
    assert "not sealed to this research key" in capsys.readouterr().err
    assert not path.with_suffix(".receipt").exists()


@pytest.mark.parametrize("share", [0.2, 0.9, 0.999])
def test_receive__bundle_cut_short__keeps_nothing(
    station: Station, capsys: pytest.CaptureFixture[str], share: float
) -> None:
    path = station.bundle(responses(12))
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    assert station.receive_file(path) == 1
    assert capsys.readouterr().err.count("\n") == 1
    path.write_bytes(data)
    assert station.receive_file(path) == 0
    assert "12 new" in capsys.readouterr().out


def test_receive__receipt_is_there_already__is_refused_before_anything_is_kept(station: Station) -> None:
    path = station.bundle(responses(3))
    path.with_suffix(".receipt").write_text("another")
    assert station.receive_file(path) == 2
    assert path.with_suffix(".receipt").read_text() == "another"


def test_receive__same_response_in_two_rows__is_kept_once(station: Station, capsys: pytest.CaptureFixture[str]) -> None:
    path = station.bundle([*responses(12), *responses(12)])
    assert station.receive_file(path) == 0
    assert "12 new, 12 received before" in capsys.readouterr().out
    assert len(named(path, station)) == 24


@pytest.mark.parametrize(
    "answers",
    [
        {"mood": 9},
        {"mood": True},
        {"mood": "1"},
        {"unknown": 1},
        {"needs": (1, 1)},
        {"needs": ((1,),)},
        {"language": "xx"},
    ],
)
def test_is_plausible__answer_the_questionnaire_cannot_have__is_not(answers: dict[str, Any]) -> None:
    (version,) = versions_in([document_of(tiny())])
    assert is_plausible(response(1), version)
    assert not is_plausible(response(1, **answers), version)
