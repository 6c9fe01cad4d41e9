"""A process of its own that shuffles and is killed, or shuffles beside others. Prints what came of it, as JSON.

Called with one JSON object: `database` (settings of the connection), `errand` ("killed_at_each_statement",
"stir_killed_at_each_statement", "killed_at_any_time" or "together") and `rows`.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any

import django

SAMPLE = 20
AT_ONCE = 4


def main(order: dict[str, Any]) -> None:
    django.setup()
    from django.db import connection

    from selfhelp_survey import collection

    connection.settings_dict.update(order["database"])
    collection.LARGEST_BATCH = collection.MIXED_IN = SAMPLE
    errand = {
        "killed_at_each_statement": killed_at_each_statement,
        "stir_killed_at_each_statement": stir_killed_at_each_statement,
        "killed_at_any_time": killed_at_any_time,
        "together": together,
    }[order["errand"]]
    json.dump(errand(order["rows"]), sys.stdout)


def killed_at_each_statement(rows: int) -> list[dict[str, Any]]:
    """What each kill left behind: before the first statement, after it, before the second..., until none was killed."""
    outcomes: list[dict[str, Any]] = []
    sent: Counter[str] = Counter()
    while True:
        sent += fill(rows)
        status = wait_for(begun(lambda: shuffle_until(len(outcomes))))
        outcomes.append({"killed": os.WIFSIGNALED(status), **lost_and_doubled(sent)})
        if not os.WIFSIGNALED(status):
            return outcomes


def stir_killed_at_each_statement(rows: int) -> list[dict[str, Any]]:
    """The same with so many rows that none moves, and as many tombstones: `tombstones` tells if they are the same."""
    outcomes: list[dict[str, Any]] = []
    sent, tombstones = fill(rows), buried(rows)
    while True:
        status = wait_for(begun(lambda: shuffle_until(len(outcomes))))
        outcome = {"killed": os.WIFSIGNALED(status), **lost_and_doubled(sent), "tombstones": buried(0) == tombstones}
        outcomes.append(outcome)
        if not os.WIFSIGNALED(status):
            return outcomes


def killed_at_any_time(rows: int) -> list[dict[str, Any]]:
    """What kills from outside left behind, at moments nobody chose."""
    from selfhelp_survey.collection import shuffle

    outcomes = []
    sent: Counter[str] = Counter()
    for _ in range(25):
        sent += fill(rows)
        child = begun(shuffle)
        time.sleep(random.uniform(0, 0.06))  # noqa: S311 - any moment will do
        os.kill(child, signal.SIGKILL)
        outcomes.append({"killed": os.WIFSIGNALED(wait_for(child)), **lost_and_doubled(sent)})
    return outcomes


def together(rows: int) -> dict[str, Any]:
    """The sizes of all batches that several processes moved at once, and what was lost or doubled."""
    from selfhelp_survey.collection import move_batches

    sent = fill(rows)
    go_read, go_write = os.pipe()
    said_read, said_write = os.pipe()

    def work() -> None:
        os.close(go_write)
        os.read(go_read, 1)  # until the parent lets go
        for size in move_batches(close=False):
            os.write(said_write, f"{os.getpid()} {size}\n".encode())

    children = [begun(work) for _ in range(AT_ONCE)]
    os.close(go_write)
    os.close(said_write)
    with os.fdopen(said_read) as said:
        lines = [line.split() for line in said]
    ended = [os.waitstatus_to_exitcode(wait_for(child)) for child in children]
    return {"sizes": [int(size) for _, size in lines], "ended": ended, **lost_and_doubled(sent)}


def shuffle_until(points: int) -> None:
    """Shuffle, and die by SIGKILL before the statement (or after it, for odd numbers) that this many points lead to."""
    from django.db import connection

    from selfhelp_survey.collection import shuffle

    passed = 0

    def point() -> None:
        nonlocal passed
        if passed == points:
            os.kill(os.getpid(), signal.SIGKILL)
        passed += 1

    def wrapper(execute: Callable[..., Any], *arguments: Any) -> Any:
        point()
        result = execute(*arguments)
        point()
        return result

    with connection.execute_wrapper(wrapper):
        shuffle()


def begun(work: Callable[[], object]) -> int:
    """The id of a child process that does this and ends with 0, or 1 for an exception."""
    from django.db import connection

    connection.close()
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        work()
        code = 0
    finally:
        os._exit(code)


def wait_for(child: int) -> int:
    """The status that it ended with."""
    return os.waitpid(child, 0)[1]


def fill(rows: int) -> Counter[str]:
    """So many new rows in the inbox, each with a value of its own."""
    from selfhelp_survey.models import InboxResponse

    values = [random.randbytes(16) for _ in range(rows)]  # noqa: S311 - only to tell them apart
    InboxResponse.objects.bulk_create(InboxResponse(sealed=value) for value in values)
    return Counter(value.hex() for value in values)


def buried(rows: int) -> Counter[tuple[Any, ...]]:
    """All rows of drafts, after so many more were sent."""
    from selfhelp_survey.models import Draft

    more = [Draft(pk=uuid.uuid4(), state=Draft.State.SENT, purge_hour=number) for number in range(rows)]
    Draft.objects.bulk_create(more)
    return Counter(Draft.objects.values_list("pk", "state", "sealed", "purge_hour"))


def lost_and_doubled(sent: Counter[str]) -> dict[str, int]:
    """How many values are in neither table, and how many are there more than once, of all that were ever sent."""
    from selfhelp_survey.models import InboxResponse, SealedResponse

    there = Counter(
        bytes(value).hex()
        for model in (InboxResponse, SealedResponse)
        for value in model.objects.values_list("sealed", flat=True)
    )
    return {"lost": (sent - there).total(), "doubled": (there - sent).total(), "moved": SealedResponse.objects.count()}


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
