"""The survey's own log lines, written apart from the request that they are about.

Error reporters send a log line with the variables of every function around it, and with the address and browser of the
request, which they saw before this app did. So each line is written in a thread and a context of its own.
"""

import contextlib
import contextvars
import logging
import threading

logger = logging.getLogger("selfhelp_survey")


def write(level: int, line: str, *words: str) -> None:
    """Write the line, its words filled in. They are names of classes, settings and places: nothing that was said."""
    apart = threading.Thread(target=contextvars.Context().run, args=(logger.log, level, line, *words))
    with contextlib.suppress(RuntimeError):  # no thread to be had: a page without its log line is better than none
        apart.start()
        apart.join()
