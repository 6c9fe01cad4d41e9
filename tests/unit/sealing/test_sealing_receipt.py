import json
import uuid

import pytest

from selfhelp_survey.errors import SealingError
from selfhelp_survey.sealing.errors import Damaged, NotTrusted
from selfhelp_survey.sealing.keys import PrivateKey
from selfhelp_survey.sealing.receipt import make_receipt, read_receipt, sealed_digest
from selfhelp_survey.sealing.signing import sign_document

ROW, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)
ROWS = {ROW: sealed_digest(b"one"), OTHER: sealed_digest(memoryview(b"other"))}


def test_read_receipt__signed_by_a_trusted_key__gives_site_rows_and_signer(first: PrivateKey) -> None:
    receipt = read_receipt(make_receipt(first, site="demo", rows=ROWS) + "\n", [first.public])
    assert (receipt.site, dict(receipt.rows), receipt.signer) == ("demo", ROWS, first.public)


def test_read_receipt__no_rows__names_none(first: PrivateKey) -> None:
    assert not read_receipt(make_receipt(first, site="demo", rows={}), [first.public]).rows


def test_make_receipt__rows_in_another_order__is_the_same_text(first: PrivateKey) -> None:
    turned = dict(reversed(ROWS.items()))
    assert make_receipt(first, site="demo", rows=turned) == make_receipt(first, site="demo", rows=ROWS)


@pytest.mark.parametrize("digest", ["", "A" * 64, "0" * 63, "sealed"])
def test_make_receipt__not_a_digest__is_refused(first: PrivateKey, digest: str) -> None:
    with pytest.raises(SealingError, match="sealed_digest"):
        make_receipt(first, site="demo", rows={ROW: digest})


def test_read_receipt__any_one_character_changed__is_refused(first: PrivateKey) -> None:
    text = make_receipt(first, site="demo", rows={ROW: ROWS[ROW]})
    for place in range(len(text)):
        changed = text[:place] + ("0" if text[place] != "0" else "1") + text[place + 1 :]
        with pytest.raises(SealingError):
            read_receipt(changed, [first.public])


def test_read_receipt__cut_anywhere__is_refused(first: PrivateKey) -> None:
    text = make_receipt(first, site="demo", rows={ROW: ROWS[ROW]})
    for length in range(len(text)):
        with pytest.raises(Damaged, match="not a whole receipt"):
            read_receipt(text[:length], [first.public])


def test_read_receipt__row_added__is_refused(first: PrivateKey) -> None:
    document = json.loads(make_receipt(first, site="demo", rows={ROW: ROWS[ROW]}))
    document["rows"][OTHER.hex] = ROWS[OTHER]
    with pytest.raises(NotTrusted, match="changed after it was signed"):
        read_receipt(json.dumps(document), [first.public])


def test_read_receipt__row_named_twice__is_refused(first: PrivateKey) -> None:
    text = make_receipt(first, site="demo", rows={ROW: ROWS[ROW]})
    doubled = text.replace('"rows":{', f'"rows":{{"{ROW.hex}":"{ROWS[OTHER]}",')
    with pytest.raises(Damaged):
        read_receipt(doubled, [first.public])


def test_read_receipt__untrusted_key__is_refused(first: PrivateKey, stranger: PrivateKey) -> None:
    with pytest.raises(NotTrusted, match="not trusted"):
        read_receipt(make_receipt(stranger, site="demo", rows=ROWS), [first.public])


def test_read_receipt__unsigned__is_refused(first: PrivateKey) -> None:
    document = json.loads(make_receipt(first, site="demo", rows=ROWS))
    del document["signature"]
    with pytest.raises(NotTrusted, match="not signed"):
        read_receipt(json.dumps(document), [first.public])


def test_read_receipt__other_document_of_the_same_signer__is_refused(first: PrivateKey) -> None:
    manifest = sign_document({"format": "manifest/1", "site": "demo", "rows": {}}, first)
    with pytest.raises(NotTrusted, match="not a receipt"):
        read_receipt(json.dumps(manifest), [first.public])


@pytest.mark.parametrize(
    "changes",
    [
        {"more": 1},
        {"site": 1},
        {"rows": []},
        {"rows": {"x": "0" * 64}},
        {"rows": {"0" * 32: 1}},
        {"rows": {"0" * 32: "x"}},
    ],
)
def test_read_receipt__signed_but_of_another_shape__is_refused(first: PrivateKey, changes: dict[str, object]) -> None:
    document = sign_document({"format": "shs-receipt/1", "site": "demo", "rows": {}} | changes, first)
    with pytest.raises(Damaged, match="update"):
        read_receipt(json.dumps(document), [first.public])
