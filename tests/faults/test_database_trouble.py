"""A database that is down, full, read-only or out of connections: nothing is half kept, and all goes on afterwards.

In each of them, no log learns anything, and whoever leaves does leave.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.faults.production_site import Prepared, ProductionSite, production_site
from tests.faults.visitor import Page, Visitor

WORDS = "-".join(("ZQX", "MARKER", "34"))  # not as one word, so that no log can show it by quoting this line
NOTHING_SAVED = "Nothing was saved just now"
TRY_AGAIN = "Please try again in a moment"
WORKERS = 2
VOLUME_MEGABYTES, LOG_MEGABYTES = 48, 400


@pytest.fixture
def ready(site: ProductionSite) -> Visitor:
    """Somebody on the check page, with every question answered."""
    visitor = site.visitor()
    visitor.walk(words=WORDS)
    return visitor


def assert_refused_calmly(site: ProductionSite, answer: Page, visitor: Visitor) -> None:
    """A page that says nothing was saved and what to do, with its headers; the cookie stays, no log holds an answer."""
    assert answer.status == 503, answer.text
    assert NOTHING_SAVED in answer.text
    assert TRY_AGAIN in answer.text
    assert answer.headers["Cache-Control"] == "no-store, private, max-age=0"
    assert answer.cookies_set == ()
    for log in site.logs:
        written = log.read_text(errors="replace")
        assert WORDS not in written
        assert all(value not in written for value in visitor.cookies.values())


def assert_works_again(site: ProductionSite, visitor: Visitor) -> None:
    """The first retry sends one whole response: no worker trips over a connection that died meanwhile."""
    assert [visitor.copy().see("check").status for _ in range(8)] == [200] * 8
    assert visitor.finish().step == "thanks"
    assert [response.answers["words"] for response in site.received()] == [WORDS]


def assert_leaves(site: ProductionSite, visitor: Visitor) -> None:
    """Away, with the cookie deleted."""
    leaving = visitor.copy()
    answer = leaving.leave()
    assert (answer.status, answer.step, leaving.cookies) == (303, "leave", {})
    assert leaving.follow(answer).headers["Refresh"].startswith("0;url=https://")


@contextlib.contextmanager
def stopped(prepared: Prepared) -> Iterator[None]:
    """The server is down."""
    prepared.postgres.stop()
    try:
        yield
    finally:
        prepared.postgres.start()


@contextlib.contextmanager
def read_only(site: ProductionSite) -> Iterator[None]:
    """As after failing over to a copy: every transaction only reads."""
    site.prepared.run(f"ALTER DATABASE {site.dbname} SET default_transaction_read_only = on", _end_sessions(site))
    try:
        yield
    finally:
        site.prepared.run(f"ALTER DATABASE {site.dbname} RESET default_transaction_read_only", _end_sessions(site))


@contextlib.contextmanager
def no_connection_left(site: ProductionSite) -> Iterator[None]:
    """Somebody else has every connection of the server but those that are kept for its superuser."""
    site.prepared.run("CREATE ROLE greedy LOGIN", _end_sessions(site))
    with contextlib.ExitStack() as taken:
        with contextlib.suppress(psycopg.OperationalError):
            while True:
                taken.enter_context(psycopg.connect(site.prepared.postgres.dsn(user="greedy")))
        yield
    site.prepared.run("DROP ROLE greedy")


def _end_sessions(site: ProductionSite) -> str:
    return (
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{site.dbname}'"  # noqa: S608
        " AND usename LIKE 'survey%'"
    )


@dataclass(frozen=True, kw_only=True)
class Volume:
    """A small file system in memory, which PostgreSQL keeps a site's tables on."""

    folder: Path

    def fill(self) -> None:
        """Until not one byte more goes on it."""
        with contextlib.suppress(OSError), (self.folder / "filling").open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))

    def free(self) -> None:
        """Take the filling away."""
        (self.folder / "filling").unlink(missing_ok=True)


@contextlib.contextmanager
def mounted(folder: Path, *, megabytes: int) -> Iterator[Volume]:
    """Mounted for real: that needs root, and a test that cannot fail would be none."""
    assert os.geteuid() == 0, "this test mounts a small file system to fill it: run it as root, in a container"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0711", "tmpfs", str(folder)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, f"no small file system could be mounted here: {done.stderr}"
    try:
        yield Volume(folder=folder)
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture(scope="module")
def volume(prepared: Prepared) -> Iterator[Volume]:
    """A volume that takes the tables of a site."""
    with mounted(prepared.postgres.base / "volume", megabytes=VOLUME_MEGABYTES) as small:
        tables = small.folder / "tables"
        tables.mkdir(mode=0o700)
        shutil.chown(tables, "nobody", "nogroup")
        prepared.run(f"CREATE TABLESPACE small LOCATION '{tables}'")
        yield small
        prepared.run("DROP TABLESPACE small")


@pytest.fixture
def log_volume(prepared: Prepared) -> Iterator[Volume]:
    """A volume that takes PostgreSQL's write-ahead log, which every change goes through first."""
    log = prepared.postgres.data_dir / "pg_wal"
    with mounted(prepared.postgres.base / "log-volume", megabytes=LOG_MEGABYTES) as small:
        prepared.postgres.stop()
        shutil.copytree(log, small.folder / "pg_wal")
        _give_to_nobody(small.folder / "pg_wal")
        log.rename(log.with_name("pg_wal.aside"))
        log.symlink_to(small.folder / "pg_wal")
        prepared.postgres.start()
        yield small
        prepared.postgres.stop()
        log.unlink()
        shutil.rmtree(log.with_name("pg_wal.aside"))
        shutil.copytree(small.folder / "pg_wal", log)
        _give_to_nobody(log)
        prepared.postgres.start()


def _give_to_nobody(folder: Path) -> None:
    folder.chmod(0o700)
    for each in (folder, *folder.rglob("*")):
        shutil.chown(each, "nobody", "nogroup")


@pytest.fixture(scope="module")
def small_site(
    prepared: Prepared, volume: Volume, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ProductionSite]:
    """A site whose tables lie on that volume."""
    with production_site(prepared, tmp_path_factory.mktemp("small"), tablespace="small") as running:
        yield running


# -- down ---------------------------------------------------------------------------------------------------------


def test_page__database_down__says_so_logs_no_answer_and_is_kept_by_the_retry(
    site: ProductionSite, prepared: Prepared
) -> None:
    visitor = site.visitor()
    visitor.walk("second")
    page = visitor.see("second")
    fields = {"t": page.token, "go": "next", **page.filled({"words": WORDS})}
    with stopped(prepared):
        for _ in range(6):
            assert_refused_calmly(site, visitor.post("second", fields), visitor)
            assert visitor.see("second").status == 503
        assert_leaves(site, visitor)
    assert visitor.post("second", fields).step == "check"
    assert_works_again(site, visitor)


def test_first_page__database_down__is_shown_from_memory_and_begins_nothing(
    site: ProductionSite, prepared: Prepared
) -> None:
    visitors = [site.visitor() for _ in range(6)]
    for visitor in visitors:
        visitor.see("consent")  # every worker now knows the questionnaire
    with stopped(prepared):
        for visitor in visitors:
            answer = visitor.send("consent", adult=1, consent=1)
            assert_refused_calmly(site, answer, visitor)
            assert visitor.cookies == {}
            assert visitor.see("help").status == 200
    assert site.drafts() == []


def test_send__database_down__the_retry_stores_one(site: ProductionSite, prepared: Prepared, ready: Visitor) -> None:
    with stopped(prepared):
        assert_refused_calmly(site, ready.post("check", {"go": "send"}), ready)
        assert_leaves(site, ready)
    assert_works_again(site, ready)


def test_database_restarted__connections_not_checked__each_worker_fails_once_at_most(
    prepared: Prepared, tmp_path: Path
) -> None:
    unchecked = {"CONN_HEALTH_CHECKS": False}
    with production_site(prepared, tmp_path / "unchecked", database=unchecked) as site:
        visitor = site.visitor()
        visitor.walk(words=WORDS)
        with stopped(prepared):
            pass
        statuses = [visitor.see("check").status for _ in range(20)]
        assert statuses.count(503) <= WORKERS
        assert visitor.finish().step == "thanks"
        assert len(site.received()) == 1


# -- read-only, no connection left --------------------------------------------------------------------------------


def test_send__database_only_reads__nothing_is_stored_and_the_retry_stores_one(
    site: ProductionSite, ready: Visitor
) -> None:
    with read_only(site):
        for _ in range(WORKERS * len(site.hosts)):
            ready.copy().see("check")  # connections that only read
        assert_refused_calmly(site, ready.post("check", {"go": "send"}), ready)
        assert any("SQLSTATE 25006" in host.log.read_text() for host in site.hosts)
        assert_leaves(site, ready)
        assert site.received() == []
        assert len(site.drafts("open")) == 1
    assert_works_again(site, ready)


def test_send__no_connection_left__nothing_is_stored_and_the_retry_stores_one(
    site: ProductionSite, ready: Visitor
) -> None:
    with no_connection_left(site):
        for _ in range(6):
            assert_refused_calmly(site, ready.post("check", {"go": "send"}), ready)
        assert_leaves(site, ready)
    assert site.received() == []
    assert_works_again(site, ready)


# -- full ---------------------------------------------------------------------------------------------------------


def test_send__disk_full__nothing_is_stored_leave_deletes_and_the_retry_stores_one(
    small_site: ProductionSite, volume: Volume
) -> None:
    small_site.empty()
    staying, leaving = small_site.visitor(), small_site.visitor()
    staying.walk(words=WORDS)
    leaving.walk(words=WORDS)
    volume.fill()
    try:
        assert_refused_calmly(small_site, staying.post("check", {"go": "send"}), staying)
        assert "SQLSTATE 53100" in small_site.hosts[0].log.read_text()  # the disk, and nothing else, was what failed
        assert small_site.received() == []
        assert len(small_site.drafts("open")) == 2
        assert_leaves(small_site, leaving)
        assert len(small_site.drafts("open")) == 1
    finally:
        volume.free()
    assert_works_again(small_site, staying)


def test_pages__disk_full__each_is_kept_or_refused_and_no_answer_is_lost(
    small_site: ProductionSite, volume: Volume
) -> None:
    small_site.empty()
    visitor = small_site.visitor()
    visitor.walk("second")
    fields = {"t": visitor.see("second").token, "go": "next", "last": 2}
    volume.fill()
    try:
        kept, refused = "", None
        for number in range(200):
            answer = visitor.post("second", {**fields, "words": f"{WORDS} {number}"})
            if answer.status == 503:
                refused = answer
                break
            kept = f"{WORDS} {number}"
        assert refused is not None
        assert_refused_calmly(small_site, refused, visitor)
        assert (kept or "Question words") in visitor.see("second").text
        begins = small_site.visitor().send("consent", adult=1, consent=1)
        assert begins.status in {303, 503}
    finally:
        volume.free()
    visitor.post("second", {**fields, "words": WORDS})
    assert_works_again(small_site, visitor)


def test_send__disk_of_the_write_ahead_log_full__database_falls_and_the_retry_after_its_start_stores_one(
    site: ProductionSite, prepared: Prepared, log_volume: Volume, ready: Visitor
) -> None:
    log_volume.fill()
    try:
        fall(prepared)
        answer = ready.copy().post("check", {"t": ready.see("check").token, "go": "send"})
        if answer.step != "thanks":  # it may come back between two falls
            assert_refused_calmly(site, answer, ready)
        assert_leaves(site, site.visitor())
    finally:
        log_volume.free()
        prepared.postgres.restart()
    assert ready.post("check", {"go": "send"}).step == "thanks"
    assert [response.answers["words"] for response in site.received()] == [WORDS]


def fall(prepared: Prepared) -> None:
    """Begin a new file of the log until there is no room for one and the server falls over that."""
    onward = "SELECT pg_logical_emit_message(false, 'filling', 'x'), pg_switch_wal()"
    with pytest.raises(psycopg.OperationalError):
        prepared.run(*[onward] * (LOG_MEGABYTES // 16 + 2))
    told = prepared.postgres.log_file.read_text()
    assert "PANIC" in told
    assert "No space left on device" in told
