"""The demo release, inside `.venv`: shuffle, bundle, receive, collect, release, push; each by its real command."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from django.core.management import call_command
from django.core.management.base import CommandError

from example_project.front_door.command_line import VAR, Order, parsed
from example_project.front_door.entrance import INTERRUPTED, REFUSED
from example_project.front_door.environment import say
from example_project.front_door.site import prepare, workstations
from example_project.front_door.workstation import Refused, Workstation
from selfhelp_survey.errors import SurveyError

ADVICE = """
What was not released stays sealed and waits for more responses: nobody is published in a class that is too small.
To see a whole release with made-up answers: python3 example_project release --synthetic 100"""


def main(words: list[str]) -> int:
    """The exit code: 1 when the release was refused, with what is held back and why."""
    order = parsed(words)
    try:
        prepare()
        if order.synthetic:
            call_command("survey_synthesise", order.synthetic)
        workstation = workstations()[0]
        collect(workstation, VAR / "transfer" / _name())
        publish(workstation, order)
    except KeyboardInterrupt:
        return INTERRUPTED
    except (CommandError, Refused, SurveyError) as refusal:
        print(refusal, ADVICE, file=sys.stderr)
        return REFUSED
    return 0


def collect(workstation: Workstation, folder: Path) -> None:
    """Bring what is ready from the web host to the workstation; the host then deletes exactly that.

    A plain shuffle, as every night: a rest of fewer than ten waits in the inbox, because `--close` is for the end of
    fieldwork. Raises: CommandError, Refused.
    """
    folder.mkdir(parents=True)
    bundle, receipt = folder / "bundle", folder / "receipt"
    call_command("survey_shuffle")
    call_command("survey_bundle", out=str(bundle))
    workstation.receive(bundle, receipt)
    call_command("survey_collected", str(receipt))


def publish(workstation: Workstation, order: Order) -> None:
    """The next release of the demo series, written to a new folder and loaded into the store. Raises: Refused."""
    plan = VAR / ("plan-synthetic.yaml" if order.synthetic else "plan.yaml")
    workstation.plan(plan)
    folder = order.out / _name()
    workstation.release(plan, folder)
    if order.store_is_postgresql:
        workstation.prepare_store(order.store)
    workstation.push(folder, order.store)
    say(f"Released   {folder}\nStored in  {'PostgreSQL' if order.store_is_postgresql else order.store}")


def _name() -> str:
    """A folder name that sorts in the order of the runs."""
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
