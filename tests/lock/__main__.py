"""`python3 tests lock [NAME ...]`: the newest versions that setup.cfg allows, or of the named packages only."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.lock.bill import bill_of_materials
from tests.lock.files import BILL, LOCKED, read_locked
from tests.lock.tools import LockRefused, describe, find_versions, missing_tools
from tests.test_command.declared import declared

REFUSED = 1
WRONG_USE = 2


def main(words: Sequence[str]) -> int:
    """The exit code: 1 when nothing could be renewed (the reason is printed), 2 for wrong words."""
    before = LOCKED.read_text("utf-8") if LOCKED.exists() else ""
    names = [canonicalize_name(word) for word in words]
    unknown = set(names) - {package.name for package in read_locked(before)}
    if unknown:
        print(f"Not in {LOCKED.name}: {', '.join(sorted(unknown))}. {__doc__}", file=sys.stderr)
        return WRONG_USE
    if missing := missing_tools():
        print(f"Not installed here: {', '.join(missing)}. `python3 tests lock` brings them.", file=sys.stderr)
        return WRONG_USE
    try:
        after = renew(before, names)
    except LockRefused as refusal:
        print(refusal, file=sys.stderr)
        return REFUSED
    print(*changes(before, after), sep="\n")
    return 0


def renew(before: str, names: Sequence[str]) -> str:
    """The new locked file, after writing it and its bill of materials. Raises: LockRefused, with both as they were."""
    with tempfile.TemporaryDirectory(prefix="selfhelp-lock-") as folder:
        after = find_versions(before, names, Path(folder))
        direct = [canonicalize_name(Requirement(line).name) for line in declared()[""]]
        bill = bill_of_materials(describe(after, Path(folder)), read_locked(after), direct)
    LOCKED.parent.mkdir(exist_ok=True)
    LOCKED.write_text(after, "utf-8")
    BILL.write_text(bill, "utf-8")
    return after


def changes(before: str, after: str) -> list[str]:
    """A line for each package that came, went or has another version; one line when there is none."""
    old = {package.name: package.version for package in read_locked(before)}
    new = {package.name: package.version for package in read_locked(after)}
    names = sorted(name for name in old | new if old.get(name) != new.get(name))
    lines = [f"{name}: {old.get(name, 'new')} -> {new.get(name, 'gone')}" for name in names]
    return lines or ["Every version is as it was."]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
