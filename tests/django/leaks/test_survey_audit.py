"""`survey_audit` finds a planted marker wherever this machine may have written it, and leaks nothing itself."""

from __future__ import annotations

import base64
import gzip
import io
import json
import os
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.cache.backends.filebased import FileBasedCache
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.utils import timezone

from selfhelp_survey.management.audit_tables import as_bytes
from selfhelp_survey.models import InboxResponse
from tests.django.instruments import small
from tests.django.survey_site import Respondent, open_survey

pytestmark = pytest.mark.django_db


_TEST = {"number": 0}


@pytest.fixture(autouse=True)
def _another_test() -> None:
    _TEST["number"] += 1


def _marker() -> str:
    """Of this test alone: the server tells of other tests' statements as well, the last of each connection."""
    return "-".join(["ZQX", "MARKER", str(os.getpid()), str(_TEST["number"]), "żółć", "🜁"])


def _audit(*paths: Path, marker: str = "") -> tuple[int, dict[str, Any], str]:
    """The exit code, the report, and everything that was printed."""
    out, err = io.StringIO(), io.StringIO()
    words = ["--marker", marker or _marker(), "--json", "--paths", *map(str, paths)]
    try:
        call_command("survey_audit", *words, stdout=out, stderr=err)
    except CommandError as refusal:
        return refusal.returncode, json.loads(out.getvalue() or "{}"), out.getvalue() + err.getvalue() + str(refusal)
    return 0, json.loads(out.getvalue()), out.getvalue() + err.getvalue()


def _places(report: dict[str, Any]) -> list[str]:
    return [find["place"] for find in report["found"]]


def test_audit__nothing_planted__ends_with_0_and_says_what_was_searched(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("calm\n")
    code, report, _ = _audit(tmp_path)
    assert (code, report["found"], report["searched"]["files"]) == (0, [], 1)
    assert any(table.endswith("selfhelp_survey_draft") for table in report["searched"]["tables"])
    assert any(table.endswith("django_session") for table in report["searched"]["tables"])


def test_audit__marker_in_a_log__ends_with_1_and_tells_where_but_not_what(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(f"secret words before {_marker()} and after\n")
    code, report, printed = _audit(tmp_path)
    [find] = report["found"]
    assert code == 1
    assert find == {"place": str(tmp_path / "a.log"), "marker": 1, "encoding": "UTF-8", "times": 1, "first": 20}
    assert not [word for word in ("secret", "after", "ZQX", _marker()) if word in printed]


def test_audit__marker_across_two_blocks__is_found(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"x" * ((1 << 20) - 5) + _marker().encode() + b"y" * 100)
    assert _audit(tmp_path)[1]["found"][0]["first"] == (1 << 20) - 5


def test_audit__packed_files__are_opened(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(gzip.compress(_marker().encode()))
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner", _marker() * 3)
    FileBasedCache(str(tmp_path / "cache"), {}).set("key", {"answer": _marker()})
    code, report, _ = _audit(tmp_path)
    assert code == 1
    assert {Path(place).suffix for place in _places(report)} == {".gz", ".zip", ".djcache"}


def test_audit__packing_nobody_here_opens__is_named_as_not_searched(tmp_path: Path) -> None:
    (tmp_path / "core.zst").write_bytes(b"\x28\xb5\x2f\xfd" + b"whatever")
    assert "zstd" in _audit(tmp_path)[1]["unread"][str(tmp_path / "core.zst")]


def test_audit__marker_in_a_file_name__is_found_and_the_name_not_printed(tmp_path: Path) -> None:
    folder = tmp_path / _marker()
    folder.mkdir()
    (folder / "inner").touch()
    code, report, printed = _audit(tmp_path)
    assert code == 1
    assert _places(report) == [f"the name of {tmp_path}/(a name with a marker in it)"]
    assert _marker() not in printed


def test_audit__links_in_circles_and_out__are_survived_and_named(tmp_path: Path) -> None:
    (tmp_path / "one").symlink_to("two")
    (tmp_path / "two").symlink_to("one")
    (tmp_path / "self").symlink_to(tmp_path)
    (tmp_path / "real").write_text(_marker())
    (tmp_path / "linked").symlink_to("real")
    os.mkfifo(tmp_path / "pipe")
    _, report, _ = _audit(tmp_path)
    assert sum(find["times"] for find in report["found"]) == 1
    assert {Path(place).name for place in report["unread"]} == {"one", "two", "self"}


def test_audit__file_that_cannot_be_read__is_named_and_the_rest_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "closed").write_text("x")
    (tmp_path / "open").write_text(_marker())
    really = Path.open

    def refusing(path: Path, *words: Any, **more: Any) -> Any:  # root may read everything: nothing else refuses here
        if path.name == "closed":
            raise PermissionError(13, "Permission denied")
        return really(path, *words, **more)

    monkeypatch.setattr(Path, "open", refusing)
    code, report, _ = _audit(tmp_path)
    assert code == 1
    assert report["unread"] == {str(tmp_path / "closed"): "permission denied"}


def test_audit__markers_in_a_file__are_told_apart_and_their_file_is_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    held = tmp_path / "markers"
    held.write_text(f"{_marker()}\n\nthe second marker\n")
    (tmp_path / "log").write_text("the second marker")
    with pytest.raises(CommandError):
        call_command("survey_audit", "--marker-file", str(held), "--paths", str(tmp_path))
    assert f"found: marker 2 in {tmp_path / 'log'}: once, first at byte 0" in capsys.readouterr().out


def test_audit__markers_on_standard_input__are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "log").write_text(_marker())
    monkeypatch.setattr(sys, "stdin", io.StringIO(_marker() + "\n"))
    with pytest.raises(CommandError, match=r"found in 1 place$"):
        call_command("survey_audit", "--marker-file", "-", "--paths", str(tmp_path), stdout=io.StringIO())


@pytest.mark.parametrize(
    "words",
    [[], ["--marker", "1234567"], ["--marker-file", "/nowhere"], ["--marker", "12345678", "--paths", "/nowhere"],
     ["--marker", ""]],
)  # fmt: skip
def test_audit__called_in_a_wrong_way__ends_with_2(words: list[str]) -> None:
    with pytest.raises(CommandError) as refusal:
        call_command("survey_audit", *words, stdout=io.StringIO())
    assert refusal.value.returncode == 2


def test_audit__without_paths__searches_temporary_folder_and_what_the_settings_name(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = {name: tmp_path / name for name in ("temporary", "logs", "cache", "mails", "sessions", "system")}
    for place in places.values():
        place.mkdir()
        (place / "file.1").write_text(_marker())
    monkeypatch.setattr("tempfile.tempdir", str(places["temporary"]))
    monkeypatch.setattr("selfhelp_survey.management.audit_files.USUAL_PLACES", (str(places["system"]), "/nowhere"))
    file = {"class": "logging.FileHandler", "delay": True, "filename": str(places["logs"] / "file")}
    # Whole, because Django 6.1 sets logging up anew whenever a test changes it.
    settings.LOGGING = {"version": 1, "disable_existing_loggers": False,
                        "handlers": {"file": file, "other": {"class": "logging.NullHandler"}}}  # fmt: skip
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
                                   "LOCATION": str(places["cache"])}}  # fmt: skip
    settings.MAILERS = {"default": {"BACKEND": "x", "OPTIONS": {"file_path": str(places["mails"])}}}
    settings.SESSION_FILE_PATH = str(places["sessions"])
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("survey_audit", "--marker", _marker(), "--json", stdout=out)
    assert {Path(place).parent for place in _places(json.loads(out.getvalue()))} == set(places.values())


def _session(data: str) -> None:
    Session.objects.create(session_key="k", session_data=data, expire_date=timezone.now())


@pytest.mark.parametrize("shape", ["plain", "base64", "packed"])
def test_audit__marker_in_a_session__is_found_in_table_and_column(shape: str, tmp_path: Path) -> None:
    plain = json.dumps({"step": _marker()})
    packed = "." + base64.urlsafe_b64encode(zlib.compress(plain.encode())).decode()
    _session({"plain": plain, "base64": base64.b64encode(plain.encode()).decode(), "packed": packed}[shape])
    code, report, _ = _audit(tmp_path)
    assert code == 1
    assert [place.split(".")[-1] for place in _places(report)] == ["django_session, column session_data"]


def test_audit__marker_in_bytes_among_many_rows__is_found(tmp_path: Path) -> None:
    rows = [InboxResponse(sealed=b"\1" * 3000) for _ in range(499)]
    InboxResponse.objects.bulk_create([*rows, InboxResponse(sealed=_marker().encode())])
    _, report, _ = _audit(tmp_path)
    assert [find["times"] for find in report["found"]] == [1]
    assert report["found"][0]["place"].endswith("selfhelp_survey_inboxresponse, column sealed")


def test_audit__table_that_no_model_knows__is_searched(tmp_path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE forgotten (words text)")
        cursor.execute("INSERT INTO forgotten VALUES (%s)", [_marker()])
    assert [place.split(".")[-1] for place in _places(_audit(tmp_path)[1])] == ["forgotten, column words"]


@pytest.mark.postgresql
def test_audit__on_postgresql__searches_arrays_and_what_statistics_copied(tmp_path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE forgotten (words text[])")
        cursor.execute("INSERT INTO forgotten VALUES (%s)", [[_marker()]])
        cursor.execute("ANALYZE forgotten")
    places = _places(_audit(tmp_path)[1])
    assert [place.split("default.")[1] for place in places] == [
        "pg_catalog.pg_stats, column most_common_elems", "public.forgotten, column words"
    ]  # fmt: skip
    tables = _audit(tmp_path)[1]["searched"]["tables"]
    assert {"default.pg_catalog.pg_stat_activity", "default.pg_catalog.pg_stats"} <= set(tables)


@pytest.mark.postgresql
def test_audit__another_connection_with_the_marker_in_its_statement__is_found(tmp_path: Path) -> None:
    import psycopg

    parameters = connection.get_connection_params()
    with psycopg.connect(host=parameters["host"], user=parameters["user"], dbname=parameters["dbname"]) as other:
        other.execute(f"SELECT 1 /* {_marker()} */".encode())
        places = _places(_audit(tmp_path)[1])
    assert places == ["default.pg_catalog.pg_stat_activity, column query"]


def test_audit__of_a_walk__finds_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    open_survey(small())
    respondent = Respondent()
    respondent.consent()
    respondent.send("first", gate=1)
    respondent.send("opened", words=_marker())
    for marker in (_marker(), respondent.cookie):
        assert _audit(tmp_path, marker=marker)[0] == 0


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, b""), (b"\xff", b"\xff"), (memoryview(b"a"), b"a"), ("ż", "ż".encode()), (7731, b"7731"),
     (["ż", 1], '["ż", 1]'.encode())],
)  # fmt: skip
def test_as_bytes__any_value__is_what_would_stand_in_a_file(value: Any, expected: bytes) -> None:
    assert as_bytes(value) == expected
