"""The demo release, inside `.venv`: shuffle, bundle, receive, collect, release, push; each by its real command."""

from __future__ import annotations

import re
import sys
import tempfile
from importlib import resources
from pathlib import Path

from django.core.management import call_command
from django.core.management.base import CommandError

from example_project.front_door.command_line import VAR, Order, parsed
from example_project.front_door.entrance import INTERRUPTED, REFUSED
from example_project.front_door.environment import say
from example_project.front_door.site import prepare
from example_project.front_door.workstation import Refused, Workstation
from selfhelp_survey.errors import SurveyError

ADVICE = """
Nothing is lost: what was not released stays sealed and waits for more responses, because nobody may stand out.
To see a whole release with made-up answers: python3 example_project release --synthetic 300"""
NOT_STORED = """Released   {out}
Not stored yet: mend what stands above, then load it: .venv/bin/selfhelp-research push {out} --store DSN --key {key}"""


def main(words: list[str]) -> int:
    """The exit code: 1 when the release was refused, with what is held back and why."""
    order = parsed(words)
    try:
        workstation = prepare()[0]
        if order.synthetic:
            call_command("survey_synthesise", order.synthetic)
        collect(workstation)
        publish(workstation, order)
    except KeyboardInterrupt:
        return INTERRUPTED
    except (CommandError, Refused, SurveyError) as refusal:
        print(refusal, ADVICE, sep="\n", file=sys.stderr)
        return REFUSED
    return 0


def collect(workstation: Workstation) -> None:
    """Bring what is ready from the web host to the workstation; the host then deletes exactly that.

    A plain shuffle, as every night: a rest of fewer than ten waits in the inbox, because `--close` is for the end of
    fieldwork. Raises: CommandError, Refused.
    """
    with tempfile.TemporaryDirectory(dir=VAR) as folder:
        bundle, receipt = Path(folder) / "bundle", Path(folder) / "receipt"
        call_command("survey_shuffle")
        call_command("survey_bundle", out=bundle)
        workstation.receive(bundle, receipt)
        call_command("survey_collected", receipt)


def publish(workstation: Workstation, order: Order) -> None:
    """The next release of the demo series, written to a new folder and loaded into the store. Raises: Refused."""
    workstation.prepare_store(order.store)
    with tempfile.TemporaryDirectory() as folder:
        plan = Path(folder) / "plan.yaml"
        plan.write_text(plan_for("synthetic" if order.synthetic else "real"), "utf-8")
        out = release_folder(order.out)
        workstation.release(plan, out, order.store)
    try:
        workstation.push(out, order.store)
    except Refused:
        say(NOT_STORED.format(out=out, key=workstation.key))
        raise
    say(f"Released   {out}\nStored in  {'PostgreSQL' if order.store_is_postgresql else order.store}")


def plan_for(kind: str) -> str:
    """The shipped plan for records, as a series of this kind."""
    shipped = (resources.files("selfhelp_survey") / "research" / "plans" / "exit_records.yaml").read_text("utf-8")
    named = re.sub(r"(?m)^series:.*$", f"series: demo-{kind}", shipped, count=1)
    return re.sub(r"(?m)^kind:.*$", f"kind: {kind}", named, count=1)


def release_folder(asked: Path | None) -> Path:
    """Where the release goes: the folder asked for, or a numbered one inside it if something stands there already."""
    if asked and not asked.exists():
        asked.parent.mkdir(parents=True, exist_ok=True)
        return asked
    if asked and asked.is_dir() and not any(asked.iterdir()):
        asked.rmdir()
        return asked
    shelf = asked or VAR / "releases"
    shelf.mkdir(parents=True, exist_ok=True)
    number = 1
    while (shelf / f"release-{number}").exists():
        number += 1
    return shelf / f"release-{number}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
