"""A pytest plugin for the pure tests: Django cannot be imported, as on a machine that does not have it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

FORBIDDEN = frozenset({"django", "formtools", "modeltranslation"})


class DjangoIsNotHere:
    """An import finder that refuses the web host's frameworks."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """None, so that the search goes on; ModuleNotFoundError for what the pure parts must do without."""
        if name.partition(".")[0] in FORBIDDEN:
            raise ModuleNotFoundError(f"{name} is not importable in the pure tests", name=name)
        return None


sys.meta_path.insert(0, DjangoIsNotHere())
