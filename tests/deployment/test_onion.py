"""The shipped torrc is one that tor takes, and hands over to where the shipped nginx listens. tor is not started."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from tests.deployment.guide import put_in_place, text_of

TOR = shutil.which("tor", path="/usr/sbin:/usr/bin") or "tor"


def verified(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """What tor says of a torrc, with its folders under this one."""
    (folder / "torrc").write_text(put_in_place(text, {"/var/lib/tor": folder}), "utf-8")
    words = [TOR, "--verify-config", "--defaults-torrc", "/dev/null", "-f", str(folder / "torrc")]
    return subprocess.run(
        [*words, "--DataDirectory", str(folder / "data")], text=True, capture_output=True, check=False, timeout=60
    )


def test_torrc__as_shipped__is_valid(tmp_path: Path) -> None:
    done = verified(text_of("torrc"), tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_torrc__misspelt__is_refused(tmp_path: Path) -> None:
    done = verified(text_of("torrc").replace("HiddenServicePort 80", "HiddenServicePort eighty"), tmp_path)
    assert done.returncode != 0


def test_torrc__port__is_where_nginx_listens_and_on_loopback() -> None:
    target = re.search(r"HiddenServicePort 80 (\S+)", text_of("torrc"))
    assert target
    assert target[1].startswith("127.0.0.1:")
    assert f"listen {target[1]};" in text_of("nginx-onion.conf")
