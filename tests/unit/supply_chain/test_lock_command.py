"""`python3 tests lock`: what it reads, joins and reports. Renewing itself needs a network and is not tried here."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from tests.lock.__main__ import changes, main
from tests.lock.bill import bill_of_materials
from tests.lock.files import BILL, LOCKED, read_locked, without_markers
from tests.lock.tools import LockRefused, run

ONE, TWO = "1" * 64, "2" * 64
TEXT = f"""# a comment
first==1.0 \\
    --hash=sha256:{TWO} \\
    --hash=sha256:{ONE}
    # via second
second-one==2.0rc1 ; sys_platform == 'win32' \\
    --hash=sha256:{TWO}
"""


def found(*names: str) -> dict[str, Any]:
    components = [
        {
            "bom-ref": f"{name}==1",
            "name": name,
            "version": "1",
            "type": "library",
            "purl": f"pkg:pypi/{name}@1",
            "externalReferences": [{"type": "website", "url": "https://example.org/"}],
        }
        for name in names
    ]
    head = {"$schema": "s", "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1}
    return {**head, "components": components, "dependencies": [{"ref": f"{name}==1"} for name in names]}


def test_read_locked__two_packages__have_version_hashes_and_marker() -> None:
    first, second = read_locked(TEXT)
    assert (first.name, first.version, first.hashes, first.requirement.marker) == ("first", "1.0", (ONE, TWO), None)
    assert (second.name, second.version, second.hashes) == ("second-one", "2.0rc1", (TWO,))
    assert str(second.requirement.marker) == 'sys_platform == "win32"'


@pytest.mark.parametrize("line", ["first>=1.0", "first==1.0,!=1.1"])
def test_version__not_one_exact_version__is_refused(line: str) -> None:
    (package,) = read_locked(f"{line} \\\n    --hash=sha256:{ONE}\n")
    with pytest.raises(ValueError, match="first is not locked to one version"):
        print(package.version)


def test_read_locked__hash_of_wrong_length__does_not_count() -> None:
    assert read_locked(f"first==1.0 \\\n    --hash=sha256:{ONE}1\n")[0].hashes == ()


def test_without_markers__conditions__are_gone_and_all_else_stays() -> None:
    assert without_markers(TEXT) == TEXT.replace(" ; sys_platform == 'win32'", "")


def test_bill__addresses_of_projects__are_left_out() -> None:
    text = bill_of_materials(found("first", "Second_One"), read_locked(TEXT), ["first"])
    assert "example.org" not in text
    assert [each["name"] for each in json.loads(text)["components"]] == ["first", "Second_One"]


def test_bill__direct_dependencies__begin_the_graph() -> None:
    document = json.loads(bill_of_materials(found("first", "second-one"), read_locked(TEXT), ["second-one"]))
    assert document["dependencies"][0]["dependsOn"] == ["second-one==1"]


@pytest.mark.parametrize("names", [("first",), ("first", "second-one", "third")])
def test_bill__environment_with_other_packages__is_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="differ"):
        bill_of_materials(found(*names), read_locked(TEXT), ["first"])


def test_changes__one_newer_one_new_one_gone__are_three_lines() -> None:
    after = TEXT.replace("first==1.0", "first==1.1").replace("second-one", "third")
    assert changes(TEXT, after) == ["first: 1.0 -> 1.1", "second-one: 2.0rc1 -> gone", "third: new -> 2.0rc1"]


def test_changes__none__says_so() -> None:
    assert changes(TEXT, TEXT) == ["Every version is as it was."]


def test_run__tool_that_fails__is_refused_with_advice(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(LockRefused, match=r"Nothing was changed.*network"):
        run([sys.executable, "-c", "import sys; sys.exit('no route')"])
    assert "no route" in capfd.readouterr().err


def test_main__package_that_is_not_locked__is_wrong_use_and_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    before = (LOCKED.read_bytes(), BILL.read_bytes())
    assert main(["djagno"]) == 2
    assert "djagno" in capsys.readouterr().err
    assert (LOCKED.read_bytes(), BILL.read_bytes()) == before
