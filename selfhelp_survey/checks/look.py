"""Checks of what a host restyles: its sheet, its shell, and the parts it draws its own way."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, register

from selfhelp_survey import look
from selfhelp_survey.checks.messages import error, warning
from selfhelp_survey.stylesheet import faults, host_css


@register(Tags.templates)
def check_host_css(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """An error where the host's own sheet loads something; it is then left out of every page."""
    found = faults(host_css())
    if not found:
        return []
    hint = "Colours, sizes and fonts of the device need none of these."
    return [error("E031", f"selfhelp_survey/host.css holds {', '.join(found)}: it is left out.", hint)]


@register(Tags.templates)
def check_base_template(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """An error for each shell that cannot be loaded or lacks a block that every page needs."""
    return [
        error(
            "E032",
            f"{shell} cannot be loaded, or has no block {', '.join(sorted(missing))}.",
            "Copy selfhelp_survey/base_host.html and keep its blocks.",
        )
        for shell in look.shells()
        if (missing := look.missing_blocks(shell))
    ]


@register(Tags.templates)
def check_overridden_parts(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """A warning for each part that the host draws its own way and that lacks a piece, or was made for another contract.

    Not an error: a piece may come in through a template that this one includes.
    """
    return [
        warning(number, f"Your selfhelp_survey/{name} {fault}.", hint)
        for name, source in look.overridden_parts()
        for number, fault, hint in _faults_of_part(name, source)
    ]


def _faults_of_part(name: str, source: str) -> Iterator[tuple[str, str, str]]:
    missing = look.missing_pieces(name, source)
    if missing:
        yield "W031", f"lacks {', '.join(missing)}", "Put it in: the survey or its readers need it."
    if look.MARK not in source:
        hint = f"Compare it with the shipped one, then write {look.MARK} #}} in it."
        yield "W032", f"does not say that it was made for contract {look.CONTRACT}", hint
