"""Over a network a release goes only to a server that has proved who it is: tried against Debian's PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from selfhelp_survey.errors import StoreError
from selfhelp_survey.research_store.interface import PushResult
from selfhelp_survey.research_store.postgres import PostgresStore
from tests.store.support import a_package, a_series
from tests.tls_postgres import ADDRESS, HOST, Authority, Identity, free_port, impostor, tls_postgres

pytestmark = pytest.mark.postgresql

PASSWORD = "-".join(["hush", str(31415 + 1)])


@dataclass(frozen=True, kw_only=True)
class SafePlace:
    """A store behind TLS, and what its owner handed to the researchers."""

    port: int
    authority: Authority
    card: Identity

    def dsn(self, **changes: object) -> str:
        """The address of the store as it should be, but for these changes; None leaves a word out."""
        words = {
            "host": HOST, "hostaddr": ADDRESS, "port": self.port, "dbname": "postgres", "user": "pusher",
            "password": PASSWORD, "sslmode": "verify-full", "sslrootcert": self.authority.certificate, **changes,
        }  # fmt: skip
        return " ".join(f"{word}={value}" for word, value in words.items() if value is not None)


@pytest.fixture(scope="module")
def safe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SafePlace]:
    """One server for this module, with a series registered."""
    folder = tmp_path_factory.mktemp("authority")
    authority, port = Authority(folder, "right"), free_port()
    with tls_postgres(authority.identity(HOST), clients=authority.certificate, port=port) as server:
        local = f"{server.dsn()} port={port}"
        PostgresStore(local).init()
        PostgresStore(local).register_series(a_series(minimum=1))
        with psycopg.connect(local) as connection:
            connection.execute(f"create role pusher login password '{PASSWORD}' in role research_writer")
            connection.execute("create role carded login in role research_writer")
        yield SafePlace(port=port, authority=authority, card=authority.identity("carded"))


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of the machine decides: neither its settings nor what lies in its home."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("PGHOST", "PGHOSTADDR", "PGSSLMODE", "PGSSLROOTCERT", "PGSERVICE", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


def push(dsn: str, number: int = 1) -> PushResult:
    """A push of the release of this number."""
    return PostgresStore(dsn).push(a_package(number=number))


def test_push__proven_server__is_loaded_over_tls(safe: SafePlace) -> None:
    assert push(safe.dsn()).pushed
    with psycopg.connect(safe.dsn()) as connection:
        row = connection.execute("select ssl, version from pg_stat_ssl where pid = pg_backend_pid()").fetchone()
    assert row == (True, "TLSv1.3")


def test_push__proven_server_and_client_certificate__needs_no_password(safe: SafePlace) -> None:
    card = {"sslcert": safe.card.certificate, "sslkey": safe.card.key}
    assert push(safe.dsn(user="carded", password=None, **card), number=2).pushed
    with pytest.raises(StoreError, match="login"):
        push(safe.dsn(user="carded"), number=3)


def test_push__wrong_password__is_told_without_repeating_it(safe: SafePlace) -> None:
    with pytest.raises(StoreError, match="did not let this login in") as caught:
        push(safe.dsn(password="guess-1234"))
    assert "1234" not in str(caught.value)


def test_push__another_authority_or_another_name__is_refused_at_the_real_server(
    safe: SafePlace, tmp_path: Path
) -> None:
    stranger = Authority(tmp_path, "stranger")
    for changes in ({"sslrootcert": stranger.certificate}, {"host": "other.example"}, {"sslrootcert": None}):
        with pytest.raises(StoreError, match="could not prove who it is"):
            push(safe.dsn(**changes))


def test_push__authorities_of_the_system__are_asked(safe: SafePlace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(safe.authority.certificate))
    assert PostgresStore(safe.dsn(sslrootcert="system")).find_series("exit-1").k == 3
    monkeypatch.setenv("SSL_CERT_FILE", "/dev/null")
    with pytest.raises(StoreError, match="could not prove"):
        PostgresStore(safe.dsn(sslrootcert="system")).find_series("exit-1")


def identity_of(kind: str, safe: SafePlace, folder: Path) -> Identity | None:
    """What an impostor of this kind shows."""
    if kind == "no-tls":
        return None
    authority = Authority(folder, "stranger") if kind == "another-authority" else safe.authority
    name = "other.example" if kind == "another-name" else HOST
    return authority.identity(name, days_left=-1 if kind == "out-of-date" else 30)


@pytest.mark.parametrize("kind", ["another-authority", "out-of-date", "another-name", "no-tls"])
def test_push__impostor__hears_nothing(safe: SafePlace, kind: str, tmp_path: Path) -> None:
    with impostor(identity_of(kind, safe, tmp_path)) as seen, pytest.raises(StoreError, match="could not prove"):
        push(safe.dsn(port=seen.port))
    assert (seen.connections, seen.heard) == (1, b"")


def test_impostor__client_that_does_not_verify__tells_its_password(safe: SafePlace, tmp_path: Path) -> None:
    """So that the test above can fail: without verification the same impostor hears everything."""
    stranger = Authority(tmp_path, "stranger").identity(HOST)
    with impostor(stranger) as seen, pytest.raises(psycopg.OperationalError):
        psycopg.connect(safe.dsn(port=seen.port, sslmode="require", sslrootcert=None))
    assert PASSWORD.encode() in seen.heard


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require", "verify-ca", None])
def test_push__less_than_full_verification__is_refused_before_a_byte_is_sent(safe: SafePlace, mode: str | None) -> None:
    with impostor(safe.authority.identity(HOST)) as seen, pytest.raises(StoreError, match="sslmode=verify-full"):
        push(safe.dsn(port=seen.port, sslmode=mode))
    assert seen.connections == 0


@pytest.mark.parametrize(("environment", "mode"), [("verify-full", None), ("disable", "verify-full")])
def test_push__full_verification_in_the_environment_or_address__is_enough(
    safe: SafePlace, environment: str, mode: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGSSLMODE", environment)
    assert PostgresStore(safe.dsn(sslmode=mode)).find_series("exit-1").k == 3


@pytest.mark.parametrize(("environment", "mode"), [("require", None), ("verify-full", "prefer")])
def test_push__less_in_the_environment_or_address__is_refused(
    safe: SafePlace, environment: str, mode: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGSSLMODE", environment)
    with pytest.raises(StoreError, match="sslmode=verify-full"):
        PostgresStore(safe.dsn(sslmode=mode)).find_series("exit-1")


def test_push__several_hosts__every_one_must_prove_itself(safe: SafePlace, tmp_path: Path) -> None:
    with impostor(Authority(tmp_path, "stranger").identity("first.example")) as seen:
        two = safe.dsn(host=f"first.example,{HOST}", hostaddr=f"{ADDRESS},{ADDRESS}", port=f"{seen.port},{safe.port}")
        assert PostgresStore(two).find_series("exit-1").k == 3
    assert (seen.connections, seen.heard) == (1, b"")
