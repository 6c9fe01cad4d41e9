"""Everything that a careless host wrote, searched for an answer, a cookie, a row's id, an address, a browser's name."""

from __future__ import annotations

import contextlib
import re
import socket
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from selfhelp_survey.leaks.finder import Finder
from selfhelp_survey.leaks.forms import forms_of
from selfhelp_survey.leaks.search import MarkerSearch
from selfhelp_survey.sealing.draft_cipher import derive_draft_keys, read_secret
from tests.faults.careless_urls import BREAKING
from tests.faults.production_site import Host, Prepared, ProductionSite, production_site
from tests.faults.visitor import ONION, Visitor
from tests.journeys.demo_site import ROOT
from tests.markers import ADDRESS, marker, plain_marker

PEPPER = b"known to no other site"
DRAFTS, INBOX = "selfhelp_survey_draft", "selfhelp_survey_inboxresponse"
BLOCK = 1 << 20
PLANTED = "forgotten"


TELLING = {
    "X-Forwarded-For": ADDRESS, "X-Real-IP": ADDRESS, "Forwarded": f"for={ADDRESS};proto=http",
    "User-Agent": plain_marker("agent"), "Referer": f"http://programme.example/{plain_marker('referer')}",
    "Accept-Language": plain_marker("language"), "X-Custom": plain_marker("custom"),
}  # fmt: skip


@dataclass(kw_only=True)
class Told:
    """What respondents told the site while it went wrong: their cookies, and the answers of the server's statistics."""

    cookies: set[str] = field(default_factory=set)
    statements: list[bytes] = field(default_factory=list)

    @property
    def secrets(self) -> dict[str, str]:
        """Every marker by a name of its own; the ids of draft rows are not among them."""
        return {
            "answer": marker("answer"), "address": ADDRESS,
            **{word: plain_marker(word) for word in ("agent", "referer", "language", "custom")},
            **{f"cookie {number}": value for number, value in enumerate(sorted(self.cookies))},
        }  # fmt: skip

    @property
    def ids(self) -> dict[str, str]:
        """The ids that the cookies' drafts have in the database."""
        keys = [derive_draft_keys(secret, pepper=PEPPER) for value in self.cookies if (secret := read_secret(value))]
        return {f"id {number}": str(uuid.UUID(bytes=key.id.bytes)) for number, key in enumerate(keys)}


@pytest.fixture(scope="module")
def careless(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProductionSite]:
    """A careless host with two workers; its gunicorn logs at level DEBUG."""
    folder = tmp_path_factory.mktemp("careless")
    with production_site(prepared, folder, hosts=0) as site:
        site.add_host(environment=_careless(folder), options=("--log-level", "debug", "--capture-output"))
        yield site


def _careless(folder: Path) -> dict[str, str]:
    return {"DJANGO_SETTINGS_MODULE": "tests.faults.careless_settings", "CARELESS_FOLDER": str(folder)}


@pytest.fixture(scope="module")
def told(careless: ProductionSite) -> Told:
    """What happened, all of it, before anybody searches."""
    told = Told()
    for go_wrong in (
        _whole_survey, _half_a_survey, _failing_inserts, _tables_gone, _connections_cut, _bad_posts, _mistake_of_ours,
        _uploads, _bad_requests, _leaving,
    ):  # fmt: skip
        visitor = careless.visitor(headers=dict(TELLING))
        go_wrong(careless, visitor, told)
        told.cookies |= set(visitor.cookies.values())
        told.statements.append(_statements(careless))
    return told


def _statements(site: ProductionSite) -> bytes:
    """What PostgreSQL tells of every connection: the last statement of each."""
    return repr(site.rows("SELECT * FROM pg_stat_activity WHERE pid <> pg_backend_pid()")).encode()


# -- what goes wrong -----------------------------------------------------------------------------------------------


def _begun(visitor: Visitor, told: Told) -> None:
    visitor.send("consent", adult=1, consent=1)
    assert visitor.cookies
    told.cookies |= set(visitor.cookies.values())
    visitor.send("first", gate=1, several=[1, 2])
    assert visitor.send("second", go="back", words=marker("answer"), last=1).status == 303


def _whole_survey(site: ProductionSite, visitor: Visitor, told: Told) -> None:
    _begun(visitor, told)
    visitor.send("second", words=marker("answer"), last=1)
    assert marker("answer") in visitor.see("check").text
    assert visitor.finish().step == "thanks"
    assert visitor.see("thanks").status == 200


def _half_a_survey(site: ProductionSite, visitor: Visitor, told: Told) -> None:
    _begun(visitor, told)
    visitor.send("second", go="language-es", words=marker("answer") * 40)
    visitor.see("second")


def _failing_inserts(site: ProductionSite, visitor: Visitor, told: Told) -> None:
    """PostgreSQL logs the whole statement, and "Failing row contains"."""
    _begun(visitor, told)
    visitor.send("second", words=marker("answer"), last=1)
    for table in (INBOX, DRAFTS):
        site.rows(f"ALTER TABLE {table} ADD CONSTRAINT refuses CHECK (false) NOT VALID")
        assert visitor.finish().status == 503
        assert visitor.send("second", words=marker("answer")).status == (503 if table == DRAFTS else 303)
        assert site.visitor(headers=dict(TELLING)).send("consent", adult=1, consent=1).status in {303, 503}
        site.rows(f"ALTER TABLE {table} DROP CONSTRAINT refuses")
    assert b"Failing row contains" in site.postgres_log.read_bytes()


def _tables_gone(site: ProductionSite, visitor: Visitor, told: Told) -> None:
    _begun(visitor, told)
    for table in (DRAFTS, INBOX, "selfhelp_survey_entry", "host_supportresource"):
        site.rows(f"ALTER TABLE {table} RENAME TO elsewhere")
        visitor.post("second", {"t": "", "words": marker("answer"), "last": 1})
        visitor.see("check")
        visitor.finish()
        site.rows(f"ALTER TABLE elsewhere RENAME TO {table}")


def _connections_cut(site: ProductionSite, visitor: Visitor, told: Told) -> None:
    _begun(visitor, told)
    site.rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'survey_web'")
    visitor.send("second", words=marker("answer"))


def _bad_posts(site: ProductionSite, visitor: Visitor, told: Told) -> None:
    _begun(visitor, told)
    answer = marker("answer")
    visitor.send("second", words=f"nul \0 {answer}", last=answer)
    visitor.send("second", words=f"lone \udc80 {answer}".encode("utf-8", "surrogateescape"))
    visitor.send("second", words=answer * 5_000)
    visitor.post("second", {answer: answer, "t": answer, "go": answer, "words": answer})
    visitor.post("second", {f"field{number}": answer for number in range(1_100)})
    too_large = visitor.request("POST", visitor.path("second"), ("words=" + answer * 120_000).encode())
    assert too_large.status in {400, 413}
    for kind in ("application/json", "text/plain", "application/x-www-form-urlencoded; charset=nonsense"):
        visitor.request("POST", visitor.path("second"), f"words={answer}".encode(), **{"Content-Type": kind})
    visitor.request("POST", visitor.path("second"), f"words={answer}".encode(), Origin="http://evil.example")
    visitor.request("POST", visitor.path("second"), f"words={answer}".encode(), Host="evil.example")
    visitor.request("PUT", visitor.path("second"), f"words={answer}".encode())


def _mistake_of_ours(site: ProductionSite, visitor: Visitor, told: Told) -> None:
    """An exception that quotes the answer, in a form."""
    _begun(visitor, told)
    assert visitor.send("second", words=f"{BREAKING} {marker('answer')}").status == 503


def _uploads(site: ProductionSite, visitor: Visitor, told: Told) -> None:
    """A file would have to go to a folder that is not there: the answer tells that nobody tried."""
    _begun(visitor, told)
    assert _upload(visitor, visitor.path("second"), marker("answer")) == 415


def _bad_requests(site: ProductionSite, visitor: Visitor, told: Told) -> None:
    """What no browser sends, with a valid cookie and an answer in it; the server itself refuses some."""
    _begun(visitor, told)
    [(name, value)] = visitor.cookies.items()
    answer = marker("answer").encode()
    head = f"Host: {ONION}\r\nCookie: {name}={value}\r\nX-Forwarded-For: {ADDRESS}\r\n".encode()
    path = visitor.path("second").encode()
    for request in (
        b"BREW %s HTTP/1.1\r\n%sContent-Length: 10\r\n\r\nwords=%s" % (path, head, answer),
        b"POST %s HTTP/1.1\r\n%sTransfer-Encoding: chunked\r\n\r\nzz\r\n%s\r\n" % (path, head, answer),
        b"GET %s HTTP/1.1\r\n%s\r\n" % (path, head.replace(b"\r\nX-", b"\0\r\nX-")),
        b"GET %s HTTP/1.1\r\n%s\r\n" % (path, head.replace(b"Cookie: ", b"Cookie : ")),
        b"GET %s HTTP/1.1\r\n%s\r\n" % (path, head + b"X-Long: " + answer * 400 + b"\r\n"),
        b"GET %s HTTP/9.9\r\n%s\r\n" % (path, head),
        b"POST %s HTTP/1.1\r\n%sContent-Length: nonsense\r\n\r\nwords=%s" % (path, head, answer),
        b"POST %s HTTP/1.1\r\n%sContent-Length: 100000\r\n\r\nwords=%s" % (path, head, answer),
    ):
        _send_raw(site.hosts[0], request)


def _leaving(site: ProductionSite, visitor: Visitor, told: Told) -> None:
    _begun(visitor, told)
    spoilt = visitor.copy()
    spoilt.cookies = {name: value[:-2] + "AA" for name, value in visitor.cookies.items()}
    spoilt.send("second", words=marker("answer"))
    visitor.request("POST", visitor.path("leave"), f"words={marker('answer')}".encode())
    visitor.see("leave")


def _send_raw(host: Host, request: bytes) -> None:
    address = ("127.0.0.1", host.port)
    with contextlib.suppress(OSError), socket.create_connection(address, timeout=5) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        connection.recv(100)


def _upload(visitor: Visitor, path: str, words: str) -> int:
    """The status of an answer to a file of four megabytes, more than Django keeps in memory."""
    part = 'Content-Disposition: form-data; name="words"'
    body = f'--x\r\n{part}; filename="{words}"\r\n\r\n{words * 130_000}\r\n--x\r\n{part}\r\n\r\n{words}\r\n--x--\r\n'
    return visitor.request("POST", path, body.encode(), **{"Content-Type": "multipart/form-data; boundary=x"}).status


# -- the search ----------------------------------------------------------------------------------------------------


def _written(site: ProductionSite, told: Told) -> dict[str, Path | bytes]:
    """Everything that was written, by a name: files of the host, PostgreSQL's log and a dump, and its statistics."""
    folders = (site.folder, site.prepared.folder)
    files = {str(path): path for folder in folders for path in folder.rglob("*") if path.is_file()}
    statements = b"\n".join((*told.statements, _statements(site)))
    return {**files, "PostgreSQL's log": site.postgres_log, "dump": _dump(site), "pg_stat_activity": statements}


def _dump(site: ProductionSite) -> Path:
    path = site.prepared.postgres.base / f"{site.dbname}.sql"
    site.prepared.postgres.run("pg_dump", "--dbname", site.dsn, "--file", path)
    return path


def _finds(written: dict[str, Path | bytes], markers: dict[str, str]) -> set[tuple[str, str]]:
    """Which marker stands in which place."""
    names, finder = list(markers), Finder(forms_of(*markers.values()))
    return {(names[marker], place) for place, what in written.items() for marker in _markers_in(what, finder)}


def _markers_in(what: Path | bytes, finder: Finder) -> set[int]:
    search = MarkerSearch(finder)
    data = what.read_bytes() if isinstance(what, Path) else what
    hits = [hit for start in range(0, len(data), BLOCK) for hit in search.feed(data[start : start + BLOCK])]
    return {hit.marker for hit in (*hits, *search.finish())}


def test_leaks__after_everything_that_went_wrong__no_answer_cookie_address_or_browser_stands_anywhere(
    careless: ProductionSite, told: Told
) -> None:
    assert len(told.cookies) >= 9
    assert _finds(_written(careless, told), told.secrets) == set()


def test_leaks__ids_of_drafts__stand_in_their_table_and_in_logs_of_statements_only(
    careless: ProductionSite, told: Told
) -> None:
    places = {Path(place).name for _, place in _finds(_written(careless, told), told.ids)}
    assert places <= {"dump", "PostgreSQL's log", "pg_stat_activity", "everything.log", "host-1.log"}
    assert "dump" in places


def test_leaks__temporary_folder_and_crashes__are_empty(careless: ProductionSite, told: Told) -> None:
    left = {path.name for path in careless.temporary.rglob("*") if path.is_file()} - {PLANTED}
    assert not {name for name in left if not name.startswith("wgunicorn")}
    assert not [path for path in careless.folder.rglob("core*") if path.is_file()]


def test_leaks__what_was_sent__arrived_all_the_same(careless: ProductionSite, told: Told) -> None:
    assert marker("answer") in [response.answers["words"] for response in careless.received()]


def test_gunicorn__at_the_documented_level__writes_nothing_of_a_request_that_it_cannot_read(
    prepared: Prepared, careless: ProductionSite, told: Told, tmp_path: Path
) -> None:
    [level] = re.findall(r'loglevel = "(\w+)"', (ROOT / "docs" / "how-to" / "run-fieldwork.md").read_text("utf-8"))
    with production_site(prepared, tmp_path / "site", hosts=0) as site:
        host = site.add_host(environment=_careless(tmp_path), options=("--log-level", level, "--capture-output"))
        for address in (marker("answer"), "%00" + marker("answer"), "\0"):
            _send_raw(host, f"GET /feedback/{address} HTTP/1.1\r\nHost: {ONION}\r\n\r\n".encode())
        assert _finds({"log": host.log, "all": tmp_path / "everything.log"}, told.secrets) == set()
        assert "ip=" not in host.log.read_text("utf-8")
    assert "Invalid request from ip=" in careless.hosts[0].log.read_text("utf-8")  # what it writes at level debug


# -- the same search, where there is something to find -------------------------------------------------------------


@pytest.fixture(scope="module")
def planted(careless: ProductionSite, told: Told) -> str:
    """A marker that the host's own pages, and a table of its own, were given."""
    control = marker("control")
    visitor = careless.visitor(headers={"User-Agent": "x"})
    words = control.encode()
    assert visitor.request("POST", "/failing/", b"words=" + words).status == 500
    assert visitor.request("GET", "/kept/?words=" + "".join(f"%{byte:02x}" for byte in words)).status == 200
    careless.rows("CREATE TABLE kept (words text CHECK (words = ''))")
    with contextlib.suppress(psycopg.Error):
        careless.rows("INSERT INTO kept VALUES (%s)", control)
    careless.rows("CREATE TABLE kept_too (words bytea)")
    careless.rows("INSERT INTO kept_too VALUES (%s)", words)
    careless.rows("GRANT SELECT ON kept_too TO survey_web")
    (careless.temporary / PLANTED).write_bytes(words)
    return control


@pytest.mark.parametrize(
    "place",
    ["everything.log", "host-1.log", "sentry", "PostgreSQL's log", "dump", "forgotten", "pg_stat_activity", ".log",
     ".djcache"],
)  # fmt: skip
def test_search__marker_that_a_page_of_the_host_was_given__is_found_in_every_place(
    place: str, careless: ProductionSite, told: Told, planted: str
) -> None:
    with psycopg.connect(careless.dsn) as idle:
        idle.execute(f"SELECT 1 /* {planted} */".encode())
        written = _written(careless, told)
    found = {Path(where).name for _, where in _finds(written, {"control": planted})}
    is_kind = place.startswith(".")
    assert [name for name in found if (name.endswith(place) and name[0].isdigit() if is_kind and place == ".log"
            else name.endswith(place) if is_kind else name == place)]  # fmt: skip


def test_upload__to_a_page_of_the_host__wants_a_place_on_the_disk(careless: ProductionSite, told: Told) -> None:
    assert _upload(careless.visitor(), "/failing/", marker("other")) == 500


def test_survey_audit__on_this_host__finds_what_was_planted_and_nothing_else(
    careless: ProductionSite, told: Told, planted: str
) -> None:
    markers = careless.folder.parent / "markers"
    markers.write_text("\n".join([*told.secrets.values(), planted]), "utf-8")
    done = careless.manage("survey_audit", "--marker-file", str(markers), "--paths", str(careless.folder))
    assert done.returncode == 1, done.stderr
    found = [line for line in done.stdout.splitlines() if line.startswith("found: ")]
    assert found
    assert all(f"marker {len(told.secrets) + 1} " in line for line in found)
    assert any("kept_too, column words" in line for line in found)
    assert planted not in done.stdout + done.stderr
