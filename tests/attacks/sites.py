"""The survey as attackers and victims meet it: one folder, served over http, over https, or to an onion address."""

from __future__ import annotations

import contextlib
import datetime as dt
import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.attacks.serve import LOOPBACK
from tests.journeys.demo_site import ROOT, DemoSite, environment_without_tests, free_port
from tests.rubric.screens import database

ENTRY = "/feedback/en/end/"
START_SECONDS = 60
Rows = list[tuple[Any, ...]]


@contextlib.contextmanager
def served(site: DemoSite, *, certificate: Path | None = None, **settings: str) -> Iterator[DemoSite]:
    """The same site with an address to reach it at; `settings` are environment variables of the example."""
    port = free_port()
    words = [sys.executable, "-m", "tests.attacks.serve", str(port), *([str(certificate)] if certificate else [])]
    with site.log.open("a") as output:
        process = subprocess.Popen(words, cwd=ROOT, env=_environment(site, settings), stdout=output, stderr=output)
        try:
            _wait_for(port, process, site.log)
            yield replace(site, address=f"{'https' if certificate else 'http'}://{LOOPBACK}:{port}")
        finally:
            process.terminate()
            process.wait(30)


def _environment(site: DemoSite, settings: Mapping[str, str]) -> dict[str, str]:
    ours = {"DJANGO_SETTINGS_MODULE": "example_project.settings", "EXAMPLE_VAR": str(site.var)}
    return {**environment_without_tests(), **ours, "TMPDIR": str(site.temporary), **settings}


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=2):
            return
        time.sleep(0.1)
    raise AssertionError(f"the site did not start:\n{log.read_text()}")


def self_signed_certificate(file: Path) -> Path:
    """The file, holding a key made now and a certificate that nobody but its maker vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "survey under test")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(LOOPBACK))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    file.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + certificate.public_bytes(pem))
    return file


def rows(site: DemoSite, table: str = "draft") -> Rows:
    """Every row of one of the survey's tables."""
    with contextlib.closing(database(site)) as connection:
        return connection.execute(f"SELECT * FROM selfhelp_survey_{table} ORDER BY 1").fetchall()  # noqa: S608


def open_drafts(site: DemoSite) -> Rows:
    """The rows of drafts that can still be gone on with."""
    with contextlib.closing(database(site)) as connection:
        return connection.execute("SELECT * FROM selfhelp_survey_draft WHERE state = 'open' ORDER BY 1").fetchall()


def put_back(site: DemoSite, draft: tuple[Any, ...]) -> None:
    """Store a draft's row again as it was, over whatever became of it."""
    places = ", ".join("?" * len(draft))
    with contextlib.closing(database(site)) as connection, connection:
        connection.execute(f"INSERT OR REPLACE INTO selfhelp_survey_draft VALUES ({places})", draft)  # noqa: S608


def everything_kept(site: DemoSite) -> tuple[Rows, Rows]:
    """Drafts and inbox: what an attack may not change."""
    return rows(site), rows(site, "inboxresponse")


@contextlib.contextmanager
def database_down(site: DemoSite) -> Iterator[None]:
    """The file with the tables is gone, and a folder stands in its place: nothing can open it."""
    file = site.var / "example.sqlite3"
    aside = file.with_suffix(".aside")
    file.rename(aside)
    file.mkdir()
    try:
        yield
    finally:
        file.rmdir()
        aside.rename(file)


def posted(site: DemoSite, path: str, body: str, headers: Mapping[str, str]) -> tuple[int, bytes, Mapping[str, str]]:
    """Status, page and headers that a post without any browser gets."""
    connection = http.client.HTTPConnection(site.address.removeprefix("http://"), timeout=30)
    form = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    with contextlib.closing(connection):
        connection.request("POST", path, body, form)
        answer = connection.getresponse()
        return answer.status, answer.read(), dict(answer.getheaders())
