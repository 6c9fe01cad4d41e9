"""The first half of `python3 example_project`: understand, check the port, make `.venv`, go on inside it."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Mapping

from example_project.front_door.command_line import Order, parsed
from example_project.front_door.environment import ROOT, EnvironmentRefused, made_environment

EXTRAS = frozenset({"research"})
LOOPBACK = "127.0.0.1"
REFUSED = 1
WRONG_USE = 2
INTERRUPTED = 130
MODULES: Mapping[str, str] = {
    "serve": "example_project.front_door.site",
    "release": "example_project.front_door.release",
}


def main(words: list[str]) -> int:
    """The exit code when something is refused; otherwise this process becomes the site or the release in `.venv`."""
    order = parsed(words)
    if order.command == "serve" and is_taken(order.port):
        print(_port_advice(order), file=sys.stderr)
        return REFUSED
    try:
        python = made_environment(EXTRAS)
    except EnvironmentRefused as refusal:
        print(refusal, file=sys.stderr)
        return WRONG_USE
    except KeyboardInterrupt:
        return INTERRUPTED
    os.chdir(ROOT)
    os.execv(python, [str(python), "-m", MODULES[order.command], *order.words])  # noqa: S606


def is_taken(port: int) -> bool:
    """Whether this port of this machine cannot be had, because somebody listens there or it is not for this user."""
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((LOOPBACK, port))
            attempt.listen()
        except OSError:
            return True
    return False


def _port_advice(order: Order) -> str:
    other = order.port + 1 if order.port < 65535 else 8001
    return f"Port {order.port} cannot be used (it is taken, or not yours): try python3 example_project --port {other}"
