"""A site set up by the guides in a folder that stands for the machine's root: `/srv/site`, `/run/site`, `/etc/site`.

PostgreSQL has the roles that the guides name, gunicorn runs by the shipped unit and its files, and nothing is left out
but systemd itself, which starts it.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from selfhelp_survey.sealing.keys import PrivateKey, generate_private_key, private_bytes
from tests.deployment.guide import ROOT, Unit, environment_file, put_in_place, text_of, unit
from tests.journeys.demo_site import environment_without_tests
from tests.postgres_server import RunningPostgres, running_postgres

SITE_FILES = ("gunicorn.conf.py", "backup.sh")
DATABASE, OWNER, WEB, MAINTENANCE = "site", "site_owner", "site_web", "site_maintenance"
COPIES = ("site_finished", "site_upgraded")
READY_SECONDS = 60
MANAGE = """import os, sys
from django.core.management import execute_from_command_line
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.production")
execute_from_command_line(sys.argv)
"""
WSGI = """from django.core.wsgi import get_wsgi_application
application = get_wsgi_application()
"""


@dataclass(frozen=True, kw_only=True)
class DeployedSite:
    """The machine's root is `root`. The research team holds `keys`."""

    root: Path
    postgres: RunningPostgres
    keys: tuple[PrivateKey, ...]

    @property
    def folder(self) -> Path:
        """Where the site lies: what the guides call /srv/site."""
        return self.root / "srv" / "site"

    @property
    def places(self) -> dict[str, str]:
        """What the guides name, and where it is here."""
        return {"/srv/site": str(self.folder), "/run/site": str(self.root / "run" / "site")}

    @property
    def dsn(self) -> str:
        """The site's database, for the superuser."""
        return self.postgres.dsn(dbname=DATABASE)

    @property
    def variables(self) -> dict[str, str]:
        """What /etc/site/environment sets, and nothing of the tests' own environment but where programs are."""
        told = environment_file((self.root / "etc" / "site" / "environment").read_text("utf-8"))
        path = f"{self.postgres.bin_dir}:{os.environ['PATH']}"
        return {**environment_without_tests(), **told, "PATH": path, "PYTHONPATH": str(ROOT)}

    def unit(self, name: str) -> Unit:
        """A shipped unit file with this machine's places in it."""
        text = text_of(f"systemd/{name}")
        return unit(text.replace("/srv/site", str(self.folder)).replace("/etc/site", str(self.root / "etc" / "site")))

    def start(self, name: str, **more: str) -> subprocess.CompletedProcess[str]:
        """What systemd would do with a oneshot unit: its command, to its end."""
        found = self.unit(name)
        return self.run(found.command, **{**found.environment, **more})

    def manage(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """A management command of the site, to its end."""
        return self.run([str(self.folder / ".venv" / "bin" / "python"), "manage.py", *words], **more)

    def run(self, words: list[str], given: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        """A program in the site's folder and environment, to its end; `given` is its standard input."""
        return subprocess.run(
            words, cwd=self.folder, env={**self.variables, **more}, input=given, text=True, capture_output=True,
            check=False, timeout=READY_SECONDS,
        )  # fmt: skip

    def done(self, *words: str) -> str:
        """What a management command printed, after it ended well."""
        ended = self.manage(*words)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """What the database answers its superuser; [] for statements that answer nothing."""
        with psycopg.connect(self.dsn) as connection:
            cursor = connection.execute(query.encode())
            return cursor.fetchall() if cursor.description else []


@contextlib.contextmanager
def deployed_site() -> Iterator[DeployedSite]:
    """A site by the guides, with the survey open; removed at the end."""
    root = Path(tempfile.mkdtemp(prefix="dep-"))
    root.chmod(0o755)
    try:
        with running_postgres(prepare=let_in_by_the_guide) as postgres:
            keys = (generate_private_key(), generate_private_key())
            site = DeployedSite(root=root, postgres=postgres, keys=keys)
            _lay_out(site)
            make_database(site)
            opened = site.run([sys.executable, "-m", "tests.deployment.opening"], "\n".join(_hex(key) for key in keys))
            assert opened.returncode == 0, opened.stdout + opened.stderr
            yield site
    finally:
        shutil.rmtree(root, ignore_errors=True)


def let_in_by_the_guide(postgres: RunningPostgres) -> None:
    """Who comes in, by the guide's two files: its roles for this system user, by peer, and nobody else.

    Beside it only the superuser, and the copies of the site's database that tests make.
    """
    copies = f"local all postgres trust\nlocal {','.join(COPIES)} all trust\n"
    (postgres.data_dir / "pg_hba.conf").write_text(text_of("pg_hba.conf") + copies, "utf-8")
    (postgres.data_dir / "pg_ident.conf").write_text(identities(pwd.getpwuid(os.getuid()).pw_name), "utf-8")


def identities(user: str) -> str:
    """The guide's pg_ident.conf with this user of the system in place of `site`."""
    lines = [line.split() for line in text_of("pg_ident.conf").splitlines() if not line.startswith("#")]
    assert {told for _, told, _ in lines} == {"site"}
    return "".join(f"{name} {user} {role}\n" for name, _, role in lines)


def make_database(site: DeployedSite) -> None:
    """Roles, database, tables and rights, in the guide's order."""
    psql(site, text_of("postgresql.sql"))
    site.done("migrate", "--database", "owner", "--verbosity", "0")
    give_rights(site)


def give_rights(site: DeployedSite, **more: str) -> None:
    """What comes after each migrate, and after a restore."""
    psql(site, text_of("grants.sql"), dbname=more.get("DATABASE_NAME", DATABASE), user=OWNER)
    words = ("survey_roles", "--web", WEB, "--maintenance", MAINTENANCE, "--apply", "--database", "owner")
    done = site.manage(*words, **more)
    assert done.returncode == 0, done.stdout + done.stderr


def psql(site: DeployedSite, text: str, *, dbname: str = "postgres", user: str = "postgres") -> None:
    """A file of SQL, run by psql and stopped by the first statement that fails."""
    words = ["psql", "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--file", "-"]
    done = site.run([*words, "--dbname", site.postgres.dsn(dbname=dbname, user=user)], text)
    assert done.returncode == 0, done.stderr


def _hex(key: PrivateKey) -> str:
    return private_bytes(key).hex()


def _lay_out(site: DeployedSite) -> None:
    project = site.folder / "project"
    for folder in (project, site.folder / ".venv" / "bin", site.root / "run" / "site", site.root / "etc" / "site"):
        folder.mkdir(parents=True)
    for name in ("python", "gunicorn"):
        _link(Path(sys.executable).with_name(name), site.folder / ".venv" / "bin" / name)
    for name in SITE_FILES:
        (site.folder / name).write_text(text_of(name).replace("/run/site", site.places["/run/site"]), "utf-8")
    (site.folder / "backup.sh").chmod(0o755)
    (site.folder / "manage.py").write_text(MANAGE, "utf-8")
    (project / "__init__.py").touch()
    (project / "wsgi.py").write_text(WSGI, "utf-8")
    (project / "settings.py").write_text("from example_project.settings import *  # noqa: F403\n", "utf-8")
    (project / "production.py").write_text(text_of("production.py"), "utf-8")
    recipients = ",".join(key.public.text for key in site.keys)
    told = {"/run/postgresql": site.postgres.socket_dir, "shs1....,shs1....": recipients}
    (site.root / "etc" / "site" / "environment").write_text(put_in_place(text_of("environment"), told), "utf-8")


def _link(program: Path, link: Path) -> None:
    """Through a line of shell, not a link: Python looks beside itself for its environment."""
    link.write_text(f'#!/bin/sh\nexec {program} "$@"\n', "utf-8")
    link.chmod(0o755)


@contextlib.contextmanager
def running_gunicorn(site: DeployedSite) -> Iterator[subprocess.Popen[bytes]]:
    """gunicorn by site.service, once it has said that it is ready, as Type=notify waits for. Ended by its own pid."""
    service = site.unit("site.service")
    heard = site.root / "notify"
    log = (site.root / "gunicorn.log").open("a")
    with log, contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as ear:
        ear.bind(str(heard))
        ear.settimeout(READY_SECONDS)
        environment = {**site.variables, **service.environment, "NOTIFY_SOCKET": str(heard), "WEB_CONCURRENCY": "1"}
        process = subprocess.Popen(service.command, cwd=site.folder, env=environment, stdout=log, stderr=log)
        try:
            while b"READY=1" not in ear.recv(4096):
                pass
            yield process
        finally:
            process.terminate()
            process.wait(READY_SECONDS)
            heard.unlink()
