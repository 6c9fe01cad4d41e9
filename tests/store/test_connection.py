"""Which ways to a store are safe enough."""

from __future__ import annotations

import pytest

from selfhelp_survey.errors import StoreError
from selfhelp_survey.research_store.connection import checked_settings

LOCAL = ["dbname=x", "host=/run/postgresql", "host=localhost", "host=127.0.0.1", "host=::1", "postgresql:///x"]
REMOTE = ["host=db.example.org", "host=192.0.2.1", "host=localhost,db.example.org", "host=localhost hostaddr=192.0.2.1"]


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGHOST", "PGHOSTADDR", "PGSSLMODE", "PGSERVICE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("dsn", LOCAL)
def test_checked_settings__this_machine__needs_no_certificate(dsn: str) -> None:
    settings = checked_settings(dsn)
    assert settings["gssencmode"] == "disable"
    assert settings["application_name"] == "store"
    assert settings["connect_timeout"] == 10


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require", "verify-ca", None])
@pytest.mark.parametrize("dsn", REMOTE)
def test_checked_settings__another_machine_unproven__is_refused(dsn: str, mode: str | None) -> None:
    with pytest.raises(StoreError, match="verify-full"):
        checked_settings(f"{dsn} sslmode={mode}" if mode else dsn)


@pytest.mark.parametrize("dsn", REMOTE)
def test_checked_settings__another_machine_proven__is_fine(dsn: str) -> None:
    assert checked_settings(f"{dsn} sslmode=verify-full")["sslmode"] == "verify-full"


def test_checked_settings__host_from_the_environment__is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", "db.example.org")
    with pytest.raises(StoreError, match="verify-full"):
        checked_settings("dbname=x")


def test_checked_settings__address_from_the_environment__is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOSTADDR", "192.0.2.1")
    with pytest.raises(StoreError, match="verify-full"):
        checked_settings("host=localhost dbname=x")


@pytest.mark.parametrize(
    ("asked", "used"), [("", "TLSv1.2"), ("TLSv1", "TLSv1.2"), ("TLSv1.2", "TLSv1.2"), ("TLSv1.3", "TLSv1.3")]
)
def test_checked_settings__another_machine__speaks_nothing_older_than_tls_1_2(asked: str, used: str) -> None:
    words = f" ssl_min_protocol_version={asked}" if asked else ""
    assert checked_settings(f"{REMOTE[0]} sslmode=verify-full{words}")["ssl_min_protocol_version"] == used


def test_checked_settings__gss_asked_for__stays_off() -> None:
    assert checked_settings("dbname=x gssencmode=require")["gssencmode"] == "disable"


def test_checked_settings__service_file__is_refused() -> None:
    with pytest.raises(StoreError, match="service"):
        checked_settings("service=research")


def test_checked_settings__unreadable__does_not_repeat_the_address() -> None:
    with pytest.raises(StoreError) as caught:
        checked_settings("password=hush hush hush")
    assert "hush" not in str(caught.value)
