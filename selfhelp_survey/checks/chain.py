"""The host's middleware, apps and libraries: what runs beside the survey, found by name."""

import sys
from collections.abc import Iterable
from importlib.util import find_spec

from django.apps import apps
from django.utils.module_loading import import_string

from selfhelp_survey.conf import survey_settings


def is_in_chain(name: str) -> bool:
    """Whether a middleware of this dotted name, or one that descends from it, is in MIDDLEWARE."""
    return any(name in (path, *_ancestors(path)) for path in survey_settings.middleware)


def _ancestors(path: str) -> tuple[str, ...]:
    """The dotted names a middleware class descends from; none for a function, or for what cannot be imported."""
    try:
        found = import_string(path)
    except ImportError:
        return ()
    return tuple(f"{base.__module__}.{base.__qualname__}" for base in getattr(found, "__mro__", ()))


def present(names: Iterable[str]) -> list[str]:
    """Those of these packages that are in INSTALLED_APPS, or have a middleware in MIDDLEWARE."""
    chained = {path.partition(".")[0] for path in survey_settings.middleware}
    return [name for name in names if apps.is_installed(name) or name in chained]


def loaded_libraries(names: Iterable[str]) -> list[str]:
    """Those of these libraries that this process has imported."""
    return [name for name in names if name in sys.modules]


def installed_libraries(names: Iterable[str]) -> list[str]:
    """Those of these libraries that could be imported; none of them is."""
    return [name for name in names if name in sys.modules or find_spec(name) is not None]
