"""Checks of what sends errors and visits to a service elsewhere: it wraps the whole site, the border included."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, register

from selfhelp_survey.checks.chain import installed_libraries, loaded_libraries
from selfhelp_survey.checks.messages import error, warning

SENTRY = "sentry_sdk"
_BODIES = "incoming_request"
OTHER_REPORTERS = ("bugsnag", "ddtrace", "elasticapm", "newrelic", "opentelemetry", "rollbar")


@register(Tags.security, deploy=True)
def check_sentry_takes_nothing(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """An error for each option of an active Sentry SDK that sends answers or addresses along."""
    return [error("E004", f"Sentry is active and {what}.", hint) for what, hint in _taken(_sentry_options() or {})]


@register(Tags.security, deploy=True)
def check_sentry_traces_nothing(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """A warning where an active Sentry SDK records visits, not only errors."""
    options = _sentry_options() or {}
    if not options.get("traces_sample_rate") and not options.get("traces_sampler"):
        return []
    hint = "Leave traces_sample_rate out, or have traces_sampler return 0 for the survey's addresses."
    return [warning("W016", "Sentry traces visits: address of the page, time and browser of each.", hint)]


@register(Tags.security, deploy=True)
def check_other_reporters(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """A warning for each other reporter that is loaded or could be: what it sends cannot be seen from here."""
    loaded = loaded_libraries(OTHER_REPORTERS)
    hint = "Take it out of this environment, or make sure that it sends no body, variable, address or header."
    return [
        warning("W016", f"{name} is {'active' if name in loaded else 'installed'}.", hint)
        for name in installed_libraries(OTHER_REPORTERS)
    ]


def _sentry_options() -> Mapping[str, Any] | None:
    """The options of the Sentry SDK that runs in this process; None where none does. It is never imported here."""
    get_client = getattr(sys.modules.get(SENTRY), "get_client", None)  # since 2.0
    client = get_client() if get_client else None
    return client.options if client is not None and client.is_active() else None


def _taken(options: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What these options send along, and how to stop it.

    Newer SDKs say in `data_collection` what the older options come to as well.
    """
    if not options:
        return
    collected = options.get("data_collection") or {}
    is_own = bool(collected.get("provided_by_user"))
    bodies = collected.get("http_bodies", (_BODIES,))
    if options.get("max_request_body_size") != "never" and _BODIES in bodies:
        yield "sends forms along", "Start it with max_request_body_size='never'."
    if collected.get("stack_frame_variables", options.get("include_local_variables", True)):
        option = "data_collection={'stack_frame_variables': False}" if is_own else "include_local_variables=False"
        yield "sends the variables of failing code along", f"Start it with {option}."
    if collected.get("user_info", options.get("send_default_pii")):
        option = "data_collection={'user_info': False}" if is_own else "send_default_pii=False"
        yield "sends addresses along", f"Start it with {option}."
    if is_own and collected["cookies"]["mode"] != "off":
        yield "sends cookies along", "Start it with data_collection={'cookies': {'mode': 'off'}}."
