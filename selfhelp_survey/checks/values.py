"""The values of `SELFHELP_SURVEY` as the checks may trust them: one of the wrong type must not stop the others."""

from typing import Any

from selfhelp_survey import conf


def has_right_type(name: str) -> bool:
    """Whether this key is left out, or holds one of the types it takes; True and False are not numbers."""
    value, kinds = conf.written_settings().get(name), conf.known_settings()[name].kinds
    is_left_out = name not in conf.written_settings()
    return is_left_out or (isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool)))


def value_of(name: str) -> Any:
    """What this key holds; its default where it is left out or of the wrong type."""
    setting = conf.known_settings()[name]
    return conf.written_settings().get(name, setting.default) if has_right_type(name) else setting.default
