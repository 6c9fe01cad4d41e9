"""The ledger: hidden, locked, and noticing when it is not whole or not its key's."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from selfhelp_survey.research.errors import LedgerError
from selfhelp_survey.research.ledger import create_ledger, open_ledger
from selfhelp_survey.research.ledger_cipher import LedgerCipher, store_digest
from selfhelp_survey.sealing.keys import generate_private_key
from tests.unit.research.conftest import Station
from tests.unit.research.survey import response, responses


def test_ledger__file__shows_no_id_name_or_wording(station: Station) -> None:
    station.receive(responses(12))
    station.release("out")
    data = station.ledger.read_bytes()
    assert all(word not in data for word in (b"tiny", b"About", response(3).id.encode(), b"prepared"))


def test_ledger__release_done__keeps_the_ids_and_drops_the_responses(station: Station) -> None:
    station.receive(responses(12))
    station.release("out")
    connection = sqlite3.connect(station.ledger)
    rows = connection.execute("select count(*), count(body), count(release) from response").fetchone()
    connection.close()
    assert rows == (12, 0, 12)


def test_ledger__opened_twice__second_is_told_so(station: Station) -> None:
    with open_ledger(station.ledger, station.private):
        second = subprocess.run(
            [sys.executable, "-m", "selfhelp_survey.research",
             *station.with_key("release", station.plan(), "--out", station.root / "out")],
            check=False, capture_output=True, text=True,
        )  # fmt: skip
    assert second.returncode == 1
    assert second.stderr.strip().endswith("Another command is using research-key.ledger: wait until it has ended.")


def test_ledger__of_another_key__is_refused(station: Station) -> None:
    with pytest.raises(LedgerError, match="another research key"), open_ledger(station.ledger, generate_private_key()):
        pass


def test_ledger__missing__is_not_made_anew(station: Station) -> None:
    station.ledger.unlink()
    assert station.receive(responses(3)) == 1
    assert not station.ledger.exists()


@pytest.mark.parametrize("data", [b"", b"not a ledger at all" * 500])
def test_ledger__something_else__is_refused(station: Station, data: bytes) -> None:
    station.ledger.write_bytes(data)
    with pytest.raises(LedgerError, match="is not a"), open_ledger(station.ledger, station.private):
        pass


def test_ledger__damaged_page__is_refused(station: Station, capsys: pytest.CaptureFixture[str]) -> None:
    station.receive(responses(12))
    data = bytearray(station.ledger.read_bytes())
    data[4096:20000] = bytes(20000 - 4096)
    station.ledger.write_bytes(bytes(data))
    capsys.readouterr()
    assert station.release("out") == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_ledger__rows_taken_out__is_refused(station: Station) -> None:
    station.receive(responses(12))
    connection = sqlite3.connect(station.ledger)
    connection.execute("delete from response where rowid = 3")
    connection.commit()
    connection.close()
    with pytest.raises(LedgerError, match="lost entries"), open_ledger(station.ledger, station.private):
        pass


def test_ledger__bodies_of_two_rows_swapped__is_refused(station: Station) -> None:
    station.receive(responses(12))
    connection = sqlite3.connect(station.ledger)
    connection.execute(
        "update response set body = (select body from response as other where other.rowid = 3 - response.rowid)"
        " where rowid in (1, 2)"
    )
    connection.commit()
    connection.close()
    assert station.release("out") == 1


def test_create_ledger__file_there__is_refused(station: Station, tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="was not made"):
        create_ledger(station.ledger, station.private)


def test_store_digest__two_research_keys__agree_and_their_ledgers_do_not() -> None:
    first, second = LedgerCipher(generate_private_key()), LedgerCipher(generate_private_key())
    digest = store_digest("a" * 32)
    ids = first.response_id(digest), second.response_id(digest)
    assert first.digest_of(ids[0]) == second.digest_of(ids[1]) == digest
    assert len({*ids, digest, store_digest("b" * 32)}) == 4
    with pytest.raises(LedgerError, match="another research key"):
        first.digest_of(ids[1])
