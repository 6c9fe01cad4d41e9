"""Every screen is valid HTML, as the Nu checker reads it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.rubric.pages.conftest import Screens
from tests.rubric.pages.every_screen import LANGUAGES
from tests.test_command.nu_checker import JAR, install_nu_checker


def test_html__every_screen_in_every_language__is_valid(screens: Screens, tmp_path: Path) -> None:
    """All at once: most of the time goes into starting Java."""
    install_nu_checker()
    names = {}
    for number, screen in enumerate(screen for language in LANGUAGES for screen in screens(language)):
        file = tmp_path / f"{number}.html"
        file.write_text(screen.html, "utf-8")
        names[file.name] = screen.label
    assert {name.rsplit("(", 1)[1] for name in names.values()} == {f"{language})" for language in LANGUAGES}
    words = ["java", "-XX:+UseSerialGC", "-jar", str(JAR), "--format", "json", "--exit-zero-always", str(tmp_path)]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=100)
    found = json.loads(done.stderr)["messages"]
    assert [(names[one["url"].rsplit("/", 1)[-1]], one["message"], one.get("extract")) for one in found] == []
