"""What a maintainer is told when a command cannot do its work."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from selfhelp_survey.management.survey_command import REFUSED

pytestmark = pytest.mark.django_db


def test_keys__challenge_cannot_be_written__says_so_without_a_traceback(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="could not be read or written: No such file") as refused:
        call_command("survey_keys", prove=True, out=tmp_path / "missing" / "challenge")
    assert refused.value.returncode == REFUSED
