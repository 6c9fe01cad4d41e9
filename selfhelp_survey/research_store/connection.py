"""Connections to the PostgreSQL store: nothing leaves this machine unless the server has proved who it is."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
from psycopg import conninfo, errors, pq

from selfhelp_survey.errors import StoreError
from selfhelp_survey.research_store.interface import NotPermitted

CONNECT_SECONDS = 10
APPLICATION_NAME = "store"  # neutral: it is shown to everybody on the server
LOST = (
    "The research store cannot be reached, or the connection broke; nothing was half-written. "
    "Try again: a release that is already there is not loaded twice."
)
RULES = {
    "RS001": "The release is closed: nothing can be added to it.",
    "RS002": "A row lacks a variable of the series, or has one too many.",
    "RS004": "A class has fewer rows than k, or too few distinct values. Make the release anew.",
    "RS005": "A series takes either records or totals, never both.",
    "RS006": "The number of rows, of digests and the smallest size of a release do not agree.",
    "RS007": "A total is neither rounded to 5, nor withheld as its series promises.",
    "RS008": "Real, rehearsal and synthetic responses never mix, and every release has a codebook.",
    "RS009": "A release is loaded at isolation level read committed.",
    "RS010": "A response of this release is already in another series. Check the ledger; nothing was loaded.",
    "RS011": "Two variables of the release share a harmonised name: give one of them another in the questionnaire.",
}
UNPROVEN = (
    "The research store could not prove who it is, so nothing was sent: its certificate must be for the host in the "
    "address, in date, and signed by the authority in sslrootcert."
)
NOT_LET_IN = "The research store did not let this login in: check its name, its password and the name of the database."
LOWEST_PROTOCOL = "TLSv1.2"  # RFC 9325, section 3.1.1: nothing older
# What libpq says before there is a connection. No answer has left this machine yet, and its words stay here.
ON_THE_WAY = (
    ("authentication failed", NOT_LET_IN),
    ("client certificate", NOT_LET_IN),
    ("pg_hba.conf", NOT_LET_IN),
    ("certificate", UNPROVEN),
    ("SSL", UNPROVEN),
    ("does not exist", NOT_LET_IN),
)
# In this order: the last one is what the others are kinds of.
TROUBLE = (
    (errors.DiskFull, "The disk of the store is full; nothing was loaded. Make room there, then try again."),
    (errors.QueryCanceled,
     "The server stopped this at its statement_timeout; nothing was loaded. Raise that, try again."),
    (psycopg.OperationalError, LOST),
)  # fmt: skip


@contextmanager
def connected(dsn: str) -> Iterator[psycopg.Connection]:
    """A connection, committed if the block ends well. Raises: StoreError, one sentence, never with a value in it."""
    settings = checked_settings(dsn)
    try:
        # Closed in any case: psycopg's own context leaves a connection open where the commit is refused.
        with closing(_connect(settings)) as connection:
            yield connection
            connection.commit()
    except psycopg.Error as error:
        # Not chained: PostgreSQL's own text may quote a row.
        raise _refusal(error) from None


def _connect(settings: dict[str, str | int]) -> psycopg.Connection:
    try:
        return psycopg.connect(**settings)  # type: ignore[arg-type]
    except psycopg.OperationalError as error:
        told = str(error)
        sentence = next((sentence for word, sentence in ON_THE_WAY if word in told), LOST)
        raise StoreError(sentence) from None


def _refusal(error: psycopg.Error) -> StoreError:
    return NotPermitted() if isinstance(error, errors.InsufficientPrivilege) else StoreError(explain(error))


def checked_settings(dsn: str) -> dict[str, str | int]:
    """The connection's settings, environment included. Raises: StoreError where the way there is not safe."""
    try:
        given = conninfo.conninfo_to_dict(dsn)
    except psycopg.ProgrammingError:
        raise StoreError("The store's address cannot be read; write it as postgresql://user@host/database.") from None
    if "service" in given:
        raise StoreError("Name the host in the store's address; a service file could point anywhere.")
    defaults = {option.keyword.decode(): (option.val or b"").decode() for option in pq.Conninfo.get_defaults()}
    if defaults.get("service"):
        raise StoreError("Unset PGSERVICE and name the host in the store's address.")
    named = {name: str(value) for name, value in given.items() if value is not None}
    settings = {**defaults, **named}
    if not _is_local(settings) and settings.get("sslmode") != "verify-full":
        raise StoreError("The store is on another machine: add sslmode=verify-full (and sslrootcert) to its address.")
    fixed: dict[str, str | int] = {"application_name": APPLICATION_NAME, "connect_timeout": CONNECT_SECONDS}
    if not _is_local(settings):
        fixed |= {"sslmode": "verify-full", "ssl_min_protocol_version": _lowest_protocol(settings)}
    return {**named, **fixed, "gssencmode": "disable"}


def _lowest_protocol(settings: dict[str, str]) -> str:
    asked = settings.get("ssl_min_protocol_version", LOWEST_PROTOCOL)
    return asked if asked == "TLSv1.3" else LOWEST_PROTOCOL


def explain(error: psycopg.Error) -> str:
    """One sentence for people: what the store refused, by its SQLSTATE."""
    state = error.sqlstate or ""
    if state in RULES:
        return RULES[state]
    if isinstance(error, errors.UniqueViolation):
        return "A response of this release is already in the store. Check the ledger; nothing was loaded."
    if isinstance(error, errors.UndefinedTable | errors.InvalidSchemaName):
        return "The research schema is not there yet; init-store makes it."
    if isinstance(error, errors.DependentObjectsStillExist):
        return "A view of somebody's own stands on a view of the store that must become wider: drop theirs, try again."
    for kind, sentence in TROUBLE:
        if isinstance(error, kind):
            return sentence
    return f"The research store refused (SQLSTATE {state or 'unknown'}); nothing was loaded."


def _is_local(settings: dict[str, str]) -> bool:
    hosts = [*settings.get("host", "").split(","), *settings.get("hostaddr", "").split(",")]
    return all(_is_local_host(host) for host in hosts)


def _is_local_host(host: str) -> bool:
    if host in {"", "localhost"} or host.startswith(("/", "@")):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
