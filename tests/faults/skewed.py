"""The example host on a machine whose clock is wrong by `SELFHELP_TEST_SKEW` seconds.

gunicorn serves `tests.faults.skewed`; python -m tests.faults.skewed WORDS runs a management command.
"""

from __future__ import annotations

import os
import sys
import time

_right = time.time
_skew = float(os.environ["SELFHELP_TEST_SKEW"])


def wrong() -> float:
    """Seconds since 1970 as this machine believes."""
    return _right() + _skew


time.time = wrong  # before the site is imported

from django.core.wsgi import get_wsgi_application  # noqa: E402

application = get_wsgi_application()

if __name__ == "__main__":
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
