"""A Python that lacks what Windows lacks, as far as another system can pretend.

`python -m tests.unit.research.without_posix ARGUMENTS` calls `selfhelp-research ARGUMENTS` in it.
"""

import errno
import os
import shutil
import stat
import sys
import tempfile
from pathlib import Path
from types import ModuleType

MODULES = ("fcntl", "grp", "pwd", "resource", "termios", "tty", "pty", "syslog", "readline")
ATTRIBUTES = (
    "O_DIRECTORY", "O_NOFOLLOW", "chown", "chroot", "fchdir", "fchown", "fork", "getegid", "geteuid",
    "getgid", "getpgid", "getuid", "killpg", "lchown", "mkfifo", "nice", "setsid", "setuid", "statvfs", "sync",
)  # fmt: skip
NEEDED_HERE = ("fchmod", "uname")  # other libraries use these where they are, and something else on Windows
_open = os.open


def open_no_directory(path: str, flags: int, *more: int, **named: int) -> int:
    """Like os.open, which on Windows opens no directory."""
    if Path(path).is_dir():
        raise PermissionError(errno.EACCES, "Permission denied", path)
    return _open(path, flags, *more, **named)


def pretend() -> None:
    """Take away what Windows does not have. What the standard library itself needs of it is loaded before."""
    os.open = open_no_directory  # type: ignore[assignment]
    shutil._use_fd_functions = False  # type: ignore[attr-defined]
    for name in ATTRIBUTES:
        delattr(os, name)
    for name in MODULES:
        sys.modules[name] = None  # type: ignore[assignment]


def loaded_first() -> tuple[ModuleType, ...]:
    """Modules that look at the system when they are imported, and have something else for Windows."""
    import getpass
    import platform
    import sqlite3
    import subprocess
    import uuid

    import filelock

    return filelock, getpass, platform, sqlite3, stat, subprocess, tempfile, uuid


if __name__ == "__main__":
    loaded_first()
    pretend()
    from selfhelp_survey.research.command_line import run

    sys.exit(run(sys.argv[1:]))
