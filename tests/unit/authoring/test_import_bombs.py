"""Files made to exhaust a machine: refused before they cost more than the shipped questionnaire does."""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = ROOT / "selfhelp_survey" / "questionnaires" / "exit_survey.yaml"
MEGABYTE = 1024 * 1024
MOST_MEMORY = 200 * MEGABYTE
KILLED_AFTER = 60
AT_MOST = 5
"""Times the shipped questionnaire, which takes a fifth of a second on a quiet machine: so about a second."""
READER = """
import json, re, sys, time
from pathlib import Path
from selfhelp_survey.errors import SurveyError
from selfhelp_survey.questionnaire_files import read_questionnaire_file
begun = time.process_time()
try:
    read_questionnaire_file(Path(sys.argv[1]))
    told = ""
except SurveyError as error:
    told = f"{type(error).__name__}: {error}"
print(json.dumps({
    "told": told, "seconds": time.process_time() - begun,
    "memory": int(re.search("VmHWM:\\s+([0-9]+) kB", Path("/proc/self/status").read_text())[1]) * 1024,
}))
"""


def _read(path: Path) -> dict[str, object]:
    """What a process of its own says of this file: the refusal, CPU seconds, and its largest memory in bytes.

    The memory is not `ru_maxrss`: in that, Linux counts what the process of the tests had when it forked.
    """
    done = subprocess.run(
        [sys.executable, "-c", READER, str(path)], cwd=ROOT, check=True, capture_output=True, text=True,
        timeout=KILLED_AFTER, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31)),
    )  # fmt: skip
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def shipped() -> float:
    """CPU seconds for the shipped questionnaire, the longest honest file there is."""
    found = _read(SHIPPED)
    assert found["told"] == ""
    return float(str(found["seconds"]))


def _billion_laughs() -> bytes:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    return "\n".join(lines).encode()


YAML: dict[str, Callable[[], bytes]] = {
    "billion laughs": _billion_laughs,
    "deep": lambda: b"[" * 5000,
    "deep and closed": lambda: b"[" * 5000 + b"]" * 5000,
    "deep mappings": lambda: "".join(" " * n + "a:\n" for n in range(3000)).encode(),
    "python object": lambda: b"questionnaire: !!python/object/apply:os.system ['true']",
    "same key twice": lambda: SHIPPED.read_bytes() + b"\nquestionnaire: again\n",
    "norway": lambda: b"questionnaire: tiny\nlanguages: [en, no]\ntitle: {en: 0123, no: no}\n",
    "endless line": lambda: b"a: " + b"x" * (8 * MEGABYTE),
    "endless file": lambda: b"a: b\n" * (4 * MEGABYTE),
    "many entries": lambda: b"pages:\n" + b"".join(b"  - {page: p%d}\n" % n for n in range(20_000)),
    "many keys": lambda: b"".join(b"k%d: v\n" % n for n in range(60_000)),
    "many questions": lambda: b"questionnaire: t\nlanguages: [en]\ntitle: {en: T}\npages:\n"
    b"  - page: a\n    title: {en: A}\n    questions:\n"
    + b"".join(b"      - {name: q%d, type: text}\n" % n for n in range(10_000)),
    "long condition": lambda: b"questionnaire: t\nlanguages: [en]\nusable: " + b"(" * 4000 + b"1 = 1" + b")" * 4000,
    "binary": lambda: bytes(range(256)) * 5000,
}  # fmt: skip


@pytest.mark.parametrize("name", YAML)
def test_yaml__bomb__is_refused_with_a_line_in_little_time_and_memory(
    name: str, tmp_path: Path, shipped: float
) -> None:
    path = tmp_path / "bomb.yaml"
    path.write_bytes(YAML[name]())
    found = _read(path)
    assert "line" in str(found["told"])
    assert float(str(found["memory"])) < MOST_MEMORY
    assert float(str(found["seconds"])) < AT_MOST * shipped


def _workbook(**parts: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        for name, data in parts.items():
            file.writestr(f"xl/{name}.xml", data)
    return content.getvalue()


def _zip_bomb() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file, file.open("xl/sheet.xml", "w") as part:
        for _ in range(64):
            part.write(b"0" * MEGABYTE)
    return content.getvalue()


XLSX: dict[str, Callable[[], bytes]] = {
    "many rows": lambda: _workbook(sheet1=b"<sheetData>" + b"<row><c><v>1</v></c></row>" * 300_000 + b"</sheetData>"),
    "zip bomb": _zip_bomb,
    "entities": lambda: _workbook(sheet1=b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'),
    "outside entity": lambda: _workbook(sheet1=b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'),
    "formula": lambda: _workbook(sheet1=b'<c><f>HYPERLINK("http://x")</f></c>'),
    "macro": lambda: _workbook(vbaProject=b"\0" * 1000),
    "no archive": lambda: b"PK\x03\x04" + b"\0" * 100,
    "nothing": lambda: b"",
}


XLSX |= {
    "deep": lambda: _workbook(sheet1=b"<a>" * 490_000),
    "large": lambda: _workbook(sheet1=b"0" * 16_000_000),
    "many parts": lambda: _workbook(**{f"part{number}": b"<a/>" for number in range(300)}),
    "link to elsewhere": lambda: _workbook(**{"externalLinks/externalLink1": b"<a/>"}),
    "connection": lambda: _workbook(connections=b"<a/>"),
    "other encoding": lambda: _workbook(sheet1="<?xml version='1.0' encoding='UTF-16'?><a/>".encode("utf-16")),
    "password": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000,
}


@pytest.mark.parametrize("name", XLSX)
def test_workbook__bomb__is_refused_in_little_time_and_memory(name: str, tmp_path: Path, shipped: float) -> None:
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(XLSX[name]())
    found = _read(path)
    assert "Q106" in str(found["told"])
    assert float(str(found["memory"])) < MOST_MEMORY
    assert float(str(found["seconds"])) < AT_MOST * shipped


@pytest.mark.parametrize("ending", [".xlsm", ".xls", ".ods", ".yaml"])
@pytest.mark.parametrize("name", ["zip bomb", "entities", "macro"])
def test_workbook__any__is_refused_unopened_whatever_its_name_ends_in(
    name: str, ending: str, tmp_path: Path, shipped: float
) -> None:
    path = tmp_path / f"bomb{ending}"
    path.write_bytes(XLSX[name]())
    found = _read(path)
    expected = "line" if ending == ".yaml" else "cannot read this kind of file; give one ending in .yaml, .yml, .xlsx"
    assert expected in str(found["told"])
    assert float(str(found["memory"])) < MOST_MEMORY
    assert float(str(found["seconds"])) < AT_MOST * shipped
