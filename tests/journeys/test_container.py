"""The rest of the Containerfile, on the web host that its first half made: the site is copied, compiled and served."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deployment.guide import text_of, told
from tests.journeys.demo_site import environment_without_tests, free_port
from tests.journeys.fresh_site import done
from tests.journeys.web_host import build, steps_of_the_site

START_SECONDS = 60


@pytest.fixture
def image(host: Path, tmp_path: Path) -> Path:
    """The WORKDIR as the whole file leaves it; what a site has of its own is what `startproject` makes."""
    beside, folder = tmp_path / "beside", tmp_path / "image"
    beside.mkdir()
    folder.mkdir()
    done([host, "-m", "django", "startproject", "project", beside], beside)
    (beside / "gunicorn.conf.py").write_text(text_of("gunicorn.conf.py"), "utf-8")
    (folder / ".venv").symlink_to(host.parents[1])
    build(folder, beside, steps_of_the_site())
    shutil.rmtree(beside)
    return folder


@contextlib.contextmanager
def started(image: Path, address: str) -> Iterator[subprocess.Popen[bytes]]:
    """The image's entry point with its variables, on this address."""
    (entry,) = told("ENTRYPOINT")
    words = [word.replace("0.0.0.0:8000", address) for word in json.loads(entry)]
    variables = dict(pair.split("=", 1) for line in told("ENV") for pair in line.split())
    with (image.parent / "log").open("wb") as log:
        environment = {**environment_without_tests(), **variables, "WEB_CONCURRENCY": "1"}
        server = subprocess.Popen(words, cwd=image, env=environment, stdout=log, stderr=log)
        try:
            yield server
        finally:
            server.terminate()
            server.wait(30)


def test_image__entry_point__serves_the_site_and_keeps_nothing(image: Path) -> None:
    before = {path for path in image.rglob("*") if path.is_file()}
    assert list((image / "project" / "__pycache__").glob("wsgi.*.pyc"))
    address = f"127.0.0.1:{free_port()}"
    with started(image, address) as server:
        end = time.monotonic() + START_SECONDS
        status = 0
        while not status and time.monotonic() < end and server.poll() is None:
            with (
                contextlib.suppress(OSError),
                urllib.request.urlopen(f"http://{address}/admin/login/", timeout=5) as page,
            ):
                status = page.status
            time.sleep(0.1)
    assert status == 200, (image.parent / "log").read_text("utf-8")
    assert {path for path in image.rglob("*") if path.is_file()} - before <= {image / "db.sqlite3"}
