"""Who comes in by the guide's pg_hba.conf and pg_ident.conf, and its lines for roles and rights."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.deployment.deployed_site import DATABASE, MAINTENANCE, OWNER, WEB, DeployedSite, identities
from tests.unit.docs.pages import RUN_ELSEWHERE, manage_lines

ROLES = (OWNER, WEB, MAINTENANCE)
OWN = [line for line, place in RUN_ELSEWHERE.items() if place.endswith("test_postgresql.py")]


def who(site: DeployedSite, role: str, database: str = DATABASE) -> object:
    """Who the server takes somebody for that asks to be this role. Raises OperationalError where it refuses."""
    with psycopg.connect(site.postgres.dsn(dbname=database, user=role)) as connection:
        return (connection.execute("select current_user").fetchone() or ("",))[0]


@pytest.fixture
def somebody_else(site: DeployedSite) -> Iterator[None]:
    """The system's user of the guide is another one than this process's."""
    file = site.postgres.data_dir / "pg_ident.conf"
    before = file.read_text("utf-8")
    file.write_text(identities("somebody_else"), "utf-8")
    site.rows("select pg_reload_conf()")
    yield
    file.write_text(before, "utf-8")
    site.rows("select pg_reload_conf()")


@pytest.mark.parametrize("role", ROLES)
def test_local_socket__users_of_the_guide__are_let_in_without_a_password(role: str, site: DeployedSite) -> None:
    assert who(site, role) == role


def test_local_socket__another_role__is_refused(site: DeployedSite) -> None:
    site.rows("create role stranger login")
    with pytest.raises(psycopg.OperationalError, match="pg_hba"):
        who(site, "stranger")


def test_local_socket__another_database__is_refused(site: DeployedSite) -> None:
    with pytest.raises(psycopg.OperationalError, match="pg_hba"):
        who(site, WEB, "postgres")


def is_refused(site: DeployedSite, role: str) -> bool:
    """Whether the server says that this system's user is nobody it knows."""
    try:
        who(site, role)
    except psycopg.OperationalError as refusal:
        return "Peer authentication failed" in str(refusal)
    return False


@pytest.mark.parametrize("role", ROLES)
def test_local_socket__another_user_of_the_system__is_refused(
    role: str, site: DeployedSite, somebody_else: None
) -> None:
    assert any(is_refused(site, role) for _ in range(200))  # the server reads its files again soon, not at once
    assert is_refused(site, role)


@pytest.mark.parametrize("page", ["postgresql.md", "run-fieldwork.md"])
def test_lines_of_the_page__for_roles_and_checks__end_well(page: str, site: DeployedSite) -> None:
    lines = [words for words in manage_lines(page) if page == "postgresql.md" or " ".join(words) in OWN]
    assert lines
    for words in lines:
        owner = ["--database", "owner"] if words[0] == "survey_roles" and "owner" not in words else []
        done = site.manage(*words, *owner)
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        assert ("GRANT" in done.stdout.upper()) == (words[0] == "survey_roles" and "--apply" not in words)
