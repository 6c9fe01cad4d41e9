"""The survey as in production: gunicorn with several workers, PostgreSQL, DEBUG off, keys that nobody has published.

    with prepared_database(folder) as prepared:              # once: server, tables, published survey, proven keys
        with production_site(prepared, folder) as site:      # a database of its own, and a gunicorn in front of it
            visitor = site.visitor()
            visitor.walk(words="...")
            visitor.finish()
            assert len(site.received()) == 1

Everything a site writes lies in known places: `site.logs` (what gunicorn and the survey printed, what PostgreSQL
logged at its defaults), `site.temporary` (TMPDIR), the database.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from selfhelp_survey.core.response import Response
from selfhelp_survey.sealing.envelope import open_response
from selfhelp_survey.sealing.keys import PrivateKey, generate_private_key, private_bytes
from tests.faults.opening import MAINTENANCE, WEB
from tests.faults.visitor import CLEAR, ONION, Visitor
from tests.journeys.demo_site import ROOT, environment_without_tests, free_port
from tests.postgres_server import RunningPostgres, running_postgres

LOOPBACK = "127.0.0.1"
SETTINGS = "tests.faults.production_settings"
APPLICATION = "example_project.wsgi"
TEMPLATE = "prepared"
DEFAULT_TABLESPACE = "pg_default"
PATIENCE_SECONDS = 60
_numbers = itertools.count(1)
Rows = list[tuple[Any, ...]]


class Failed(AssertionError):  # noqa: N818 - says what happened
    """Something that a test waited for did not come."""


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    """Return once it is so. Raises Failed when it does not come."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        if time.monotonic() > end:
            raise Failed(f"waited in vain: {what}")
        time.sleep(0.02)


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A PostgreSQL server with an open survey in it, as a template for sites, and the research keys it seals to."""

    postgres: RunningPostgres
    folder: Path
    keys: tuple[PrivateKey, ...]

    def environment(self, *, dbname: str, user: str, socket_dir: Path | None = None) -> dict[str, str]:
        """The environment of a process of the site."""
        place = socket_dir or self.postgres.socket_dir
        return {
            **environment_without_tests(), "DJANGO_SETTINGS_MODULE": SETTINGS, "EXAMPLE_DEBUG": "0",
            "EXAMPLE_VAR": str(self.folder), "EXAMPLE_ALLOWED_HOSTS": f"{ONION},{CLEAR}",
            "EXAMPLE_SECRET_KEY": "of a site that only tests know", "EXAMPLE_PEPPER": "known to no other site",
            "EXAMPLE_MAINTAINER_PASSWORD": "nobody logs in here",
            "EXAMPLE_RECIPIENTS": ",".join(key.public.text for key in self.keys),
            "EXAMPLE_DATABASE_DSN": f"host={place} dbname={dbname} user={user}",
            "SELFHELP_TEST_MAINTENANCE_USER": MAINTENANCE,
        }  # fmt: skip

    def run(self, *statements: str) -> None:
        """Statements on the server as its superuser, each by itself."""
        with psycopg.connect(self.postgres.dsn(), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


@contextlib.contextmanager
def prepared_database(folder: Path) -> Iterator[Prepared]:
    """A fresh server with the survey open on the template database; `folder` takes what its making leaves."""
    folder.mkdir(parents=True, exist_ok=True)
    with running_postgres() as postgres:
        prepared = Prepared(postgres=postgres, folder=folder, keys=(generate_private_key(), generate_private_key()))
        prepared.run(f"CREATE DATABASE {TEMPLATE}")
        _open_survey(prepared)
        yield prepared


def _open_survey(prepared: Prepared) -> None:
    keys = "\n".join(private_bytes(key).hex() for key in prepared.keys)
    environment = prepared.environment(dbname=TEMPLATE, user="postgres")
    command = [sys.executable, "-m", "tests.faults.opening"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, input=keys, text=True, capture_output=True, check=False, timeout=120
    )
    if done.returncode:
        raise Failed(f"the survey could not be opened:\n{done.stdout}{done.stderr}")


@dataclass(kw_only=True)
class Host:
    """One gunicorn. It is started, stopped, killed and started again at the same address."""

    environment: Mapping[str, str]
    log: Path
    workers: int = 2
    application: str = APPLICATION
    options: Sequence[str] = ()
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where it listens, host:port."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def worker_pids(self) -> tuple[int, ...]:
        """Its worker processes now."""
        if self.process is None:
            return ()
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return tuple(int(pid) for pid in children.read_text().split())

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [
            sys.executable, "-m", "gunicorn", self.application, "--bind", self.address, "--workers", str(self.workers),
            "--no-control-socket", "--log-level", "warning", "--graceful-timeout", "20", *self.options,
        ]  # fmt: skip
        with self.log.open("a") as output:
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=output, stderr=output)
        self.wait_until_it_answers()

    def wait_until_it_answers(self) -> None:
        """Return once a worker answers, whatever it says. Raises Failed with what the host printed."""
        wait_until(self._is_answering, f"a host that answers; it printed:\n{self.log.read_text()}")

    def _is_answering(self) -> bool:
        if self.process is None or self.process.poll() is not None:
            raise Failed(f"the host stopped; it printed:\n{self.log.read_text()}")
        try:
            return Visitor(addresses=(self.address,)).request("GET", "/feedback/en/none/leave/").status > 0
        except OSError:
            return False

    def reload(self) -> None:
        """New workers take over from the old ones, as in a rolling restart (SIGHUP)."""
        before = set(self.worker_pids)
        self.signal(signal.SIGHUP)
        wait_until(lambda: len(set(self.worker_pids) - before) == len(self.worker_pids) == self.workers, "new workers")

    def stop(self) -> None:
        """Stop it after what it is answering (SIGTERM); fine if it is down already."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(PATIENCE_SECONDS)

    def kill(self) -> None:
        """End all of it at once, as a power cut would (SIGKILL)."""
        for pid in (*([self.process.pid] if self.process else []), *self.worker_pids):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if self.process is not None:
            self.process.wait(PATIENCE_SECONDS)

    def signal(self, number: signal.Signals) -> None:
        """Send the master process a signal."""
        if self.process is not None:
            self.process.send_signal(number)


@dataclass(kw_only=True)
class ProductionSite:
    """A database of its own, and one or more gunicorn hosts in front of it."""

    prepared: Prepared
    dbname: str
    folder: Path
    survey: Mapping[str, Any] = field(default_factory=dict)
    database: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    """What this site has put over the survey's dictionary, its database's, and over any other setting."""
    socket_dir: Path | None = None
    """Where the hosts find PostgreSQL; None for the server itself."""
    hosts: list[Host] = field(default_factory=list)

    @property
    def temporary(self) -> Path:
        """TMPDIR of every process of the site."""
        return self.folder / "temporary"

    @property
    def private_key(self) -> PrivateKey:
        """One of the research keys; it opens what arrived."""
        return self.prepared.keys[0]

    @property
    def postgres_log(self) -> Path:
        """What the server logs at its defaults; that of every site on this server."""
        return self.prepared.postgres.log_file

    @property
    def logs(self) -> tuple[Path, ...]:
        """Every log: of the hosts, and of PostgreSQL."""
        return (*(host.log for host in self.hosts), self.postgres_log)

    @property
    def dsn(self) -> str:
        """The connection string of the site's database for the superuser."""
        return self.prepared.postgres.dsn(dbname=self.dbname)

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the site's processes: role `survey_web`, and the settings of this site."""
        return {
            **self.prepared.environment(dbname=self.dbname, user=WEB, socket_dir=self.socket_dir),
            "TMPDIR": str(self.temporary), "SELFHELP_TEST_SURVEY": json.dumps(dict(self.survey)),
            "SELFHELP_TEST_DATABASE": json.dumps(dict(self.database)),
            "SELFHELP_TEST_SETTINGS": json.dumps(dict(self.settings)),
        }  # fmt: skip

    # -- hosts ------------------------------------------------------------------------------------------------

    def add_host(self, **more: Any) -> Host:
        """One more gunicorn on the same database, started; `more` as `Host` takes it."""
        environment = {**self.environment, **more.pop("environment", {})}
        host = Host(environment=environment, log=self.folder / f"host-{len(self.hosts) + 1}.log", **more)
        self.hosts.append(host)
        host.start()
        return host

    def manage(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """A management command in a process of its own, to its end; `variables` join its environment."""
        return self.run("example_project.manage", *words, **variables)

    def run(self, module: str, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """A module as a program of the site, to its end."""
        return subprocess.run(
            [sys.executable, "-m", module, *words], cwd=ROOT, env={**self.environment, **variables}, text=True,
            capture_output=True, check=False, timeout=PATIENCE_SECONDS,
        )  # fmt: skip

    def managing(self, *words: str) -> list[str]:
        """The words that run this management command, to be run in `environment`."""
        return [sys.executable, "-m", "example_project.manage", *words]

    # -- people -----------------------------------------------------------------------------------------------

    def visitor(self, **more: Any) -> Visitor:
        """Somebody whose requests go to the hosts in turn, over http to the onion address; `more` as `Visitor` has."""
        return Visitor(**{"addresses": tuple(host.address for host in self.hosts), **more})

    def secure_visitor(self, **more: Any) -> Visitor:
        """The same over https, to the host name of the open web."""
        return self.visitor(**{"host": CLEAR, "is_secure": True, **more})

    # -- what is kept -----------------------------------------------------------------------------------------

    def rows(self, query: str, *parameters: Any) -> Rows:
        """What the database answers its superuser; [] for statements that answer nothing."""
        with psycopg.connect(self.dsn) as connection:
            cursor = connection.execute(query.encode(), parameters or None)
            return cursor.fetchall() if cursor.description else []

    def drafts(self, state: str = "open") -> Rows:
        """The rows of drafts in this state."""
        return self.rows("SELECT id, state, sealed, purge_hour FROM selfhelp_survey_draft WHERE state = %s", state)

    def received(self) -> list[Response]:
        """Every response that arrived, moved on or not, opened as the research team would."""
        tables = ("selfhelp_survey_inboxresponse", "selfhelp_survey_sealedresponse")
        rows = self.rows(" UNION ALL ".join(f"SELECT sealed FROM {table}" for table in tables))  # noqa: S608
        return [Response.from_json(open_response(bytes(sealed), self.private_key)) for (sealed,) in rows]

    def empty(self) -> None:
        """Forget every draft and response."""
        for table in ("draft", "inboxresponse", "sealedresponse"):
            self.rows(f"DELETE FROM selfhelp_survey_{table}")  # noqa: S608


@contextlib.contextmanager
def production_site(prepared: Prepared, folder: Path, *, hosts: int = 1, **more: Any) -> Iterator[ProductionSite]:
    """A site of its own with this many gunicorn hosts, stopped at the end; `more` as `ProductionSite` takes it."""
    dbname = f"site_{os.getpid()}_{next(_numbers)}"
    tablespace = more.pop("tablespace", DEFAULT_TABLESPACE)
    prepared.run(f"CREATE DATABASE {dbname} TEMPLATE {TEMPLATE} TABLESPACE {tablespace}")
    site = ProductionSite(prepared=prepared, dbname=dbname, folder=folder, **more)
    site.temporary.mkdir(parents=True)
    try:
        for _ in range(hosts):
            site.add_host()
        yield site
    finally:
        for host in site.hosts:
            host.kill()
        if tablespace != DEFAULT_TABLESPACE:  # else it goes with the server: dropping waits for a checkpoint
            prepared.run(f"DROP DATABASE {dbname} WITH (FORCE)")
