"""SQL, nginx and settings that stand in pages: run by PostgreSQL, nginx and Django."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator

import psycopg
import pytest

from tests.deployment.deployed_site import OWNER, DeployedSite
from tests.deployment.guide import text_of
from tests.deployment.proxy import NGINX
from tests.unit.docs.pages import all_pages, fenced

ELSEWHERE = {
    "distributed-store.md": "Citus is not here",
    "make-a-release.md": "for a store with a release in it: tests/store/test_analyst_views.py",
    "store.md": "for a store with a release in it: tests/store/test_analyst_views.py",
    "backups.md": "test_backups.py, in order",
}
SETTINGS = re.compile(r"^(?:SECURE_\w+|DATABASES|SELFHELP_SURVEY)\b", re.MULTILINE)


def blocks(kind: str) -> Iterator[tuple[str, str]]:
    """Every block of a kind, after the name of its page."""
    for page in all_pages():
        for body in fenced(page.read_text("utf-8"), kind):
            yield page.name, body


@pytest.mark.parametrize(("page", "body"), [each for each in blocks("sql") if each[0] not in ELSEWHERE])
def test_sql__of_a_page__is_run_by_postgresql(page: str, body: str, site: DeployedSite) -> None:
    user = OWNER if "grant" in body else "postgres"
    with psycopg.connect(site.postgres.dsn(dbname="site", user=user)) as connection:
        connection.execute(body.encode())
        connection.rollback()


def test_sql__that_is_run_elsewhere__is_still_there() -> None:
    assert set(ELSEWHERE) <= {page for page, _ in blocks("sql")}


@pytest.mark.parametrize(("page", "body"), list(blocks("nginx")))
def test_nginx__of_a_page__is_taken_by_nginx(page: str, body: str, site: DeployedSite) -> None:
    folder = site.root / "taken"
    folder.mkdir(exist_ok=True)
    formats = text_of("nginx-access-log.conf").replace("/var/log/nginx", str(folder))
    server = f"server {{ listen 127.0.0.1:1; {body} }}".replace("/var/log/nginx", str(folder))
    temporary = "".join(f"{name}_temp_path {folder}/{name};" for name in ("proxy", "fastcgi", "uwsgi", "scgi"))
    temporary += f"client_body_temp_path {folder}/body;"
    conf = f"pid {folder}/pid; events {{}} http {{ access_log off; {temporary}\n{formats}\n{server}\n}}"
    (folder / "nginx.conf").write_text(conf, "utf-8")
    words = [NGINX, "-t", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    done = subprocess.run(words, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_settings__of_all_pages__together_are_taken_by_django(site: DeployedSite) -> None:
    found = [body for page, body in blocks("python") if SETTINGS.search(body) and page != "settings.md"]
    assert len(found) >= 3
    plain = [
        re.sub(r'^.*PRAGMA.*\n|^.*"(?:transaction_mode|timeout)".*\n', "", body, flags=re.MULTILINE) for body in found
    ]
    text = "import os\nfrom project.production import *\n" + "\n".join(plain)
    (site.folder / "project" / "told.py").write_text(text.replace('["shs1....", "shs1...."]', "()"), "utf-8")
    done = site.manage("check", DJANGO_SETTINGS_MODULE="project.told")
    assert done.returncode == 0, done.stderr
