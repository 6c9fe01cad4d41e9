"""What `survey_status` and `survey_probe` told, in processes of their own."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Manage = Callable[..., "subprocess.CompletedProcess[str]"]


@dataclass(frozen=True, kw_only=True)
class Told:
    """A status: its exit code, its JSON, and every word of both its forms."""

    code: int
    facts: dict[str, Any]
    words: str

    @property
    def codes(self) -> list[str]:
        """The codes of its findings, the worst first."""
        return [finding["code"] for finding in self.facts["findings"]]


def status_of(manage: Manage) -> Told:
    """The status of the site whose commands this runs; for people and for machines it must end alike."""
    for_machines, for_people = manage("survey_status", "--json"), manage("survey_status")
    assert for_machines.returncode == for_people.returncode
    words = "".join((for_machines.stdout, for_machines.stderr, for_people.stdout, for_people.stderr))
    return Told(code=for_people.returncode, facts=json.loads(for_machines.stdout), words=words)


def probe_of(manage: Manage) -> tuple[int, str]:
    """The exit code of a probe, and all that it said."""
    done = manage("survey_probe")
    return done.returncode, done.stdout + done.stderr
