"""The Containerfile: read, its copies named in the guide, its last line run. tests/journeys build a web host by it."""

from __future__ import annotations

import json
import subprocess

from tests.deployment.deployed_site import DeployedSite
from tests.deployment.guide import GUIDES, ROOT, instructions, put_in_place, text_of, told

KNOWN = {"FROM", "RUN", "WORKDIR", "COPY", "ENV", "USER", "EXPOSE", "ENTRYPOINT"}


def test_containerfile__instructions__are_known_and_begin_with_the_base() -> None:
    assert {name for name, _ in instructions()} == KNOWN
    assert instructions()[0][0] == "FROM"


def test_containerfile__steps__are_shell_that_can_be_read() -> None:
    for step in told("RUN"):
        done = subprocess.run(["sh", "-n"], input=step, text=True, capture_output=True, check=False)
        assert done.returncode == 0, step
    assert subprocess.run(["sh", "-n"], input="if", text=True, capture_output=True, check=False).returncode != 0


def test_containerfile__packages__come_by_hashes_or_not_from_a_network() -> None:
    installs = [part for step in told("RUN") for part in step.split("&&") if "pip install" in part]
    assert len(installs) == 2
    assert all("--require-hashes" in part or "--no-index" in part for part in installs)
    assert (ROOT / "requirements" / "web-host.txt").exists()


def test_containerfile__whatever_is_copied__is_named_in_it_and_holds_no_secret() -> None:
    copied = [word for rest in told("COPY") for word in rest.split()[:-1]]
    head = text_of("Containerfile").partition("FROM")[0]
    assert all(name in head or name.rstrip("/") in head for name in copied if "*" not in name)
    assert not {"environment", ".", "./"} & set(copied)


def test_containerfile__runs__as_somebody_who_is_not_root() -> None:
    names = [name for name, _ in instructions()]
    assert told("USER") == ["site"]
    assert names.index("USER") < names.index("ENTRYPOINT")


def test_containerfile__last_line__starts_the_site(site: DeployedSite) -> None:
    (entry,) = told("ENTRYPOINT")
    words = json.loads(put_in_place(entry, {".venv/": f"{site.folder}/.venv/"}))
    done = site.run([*words, "--check-config"])
    assert done.returncode == 0, done.stderr
    assert site.run([*words[:-1], "project.missing", "--check-config"]).returncode != 0


def test_guide__says_what_was_not_done_here() -> None:
    assert "What was not tried" in (GUIDES / "container.md").read_text("utf-8")
