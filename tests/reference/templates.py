"""Template tags, blocks and parts."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator


def tags(before: str) -> Iterator[str]:
    """Every tag and filter of the template library: its signature, and the first sentence of its docstring."""
    from selfhelp_survey.templatetags import selfhelp_survey as library

    yield from ("| Tag | Draws |", "|---|---|")
    for name in sorted(library.register.tags):
        yield f"| `{{% {_usage(name, getattr(library, name))} %}}` | {_sentence(getattr(library, name))} |"
    for name in sorted(library.register.filters):
        yield f"| `|{name}` | {_sentence(library.register.filters[name])} |"


def blocks(before: str) -> Iterator[str]:
    """Every block of the shell, in order, and whether a shell may do without it."""
    from selfhelp_survey.look import BLOCKS, NEEDED_BLOCKS

    yield from ("| Block | In a shell of your own |", "|---|---|")
    yield from (f"| `{name}` | {'needed' if name in NEEDED_BLOCKS else 'may be left out'} |" for name in BLOCKS)


def parts(before: str) -> Iterator[str]:
    """Every part that a host may draw in its own way."""
    from selfhelp_survey.look import PARTS

    yield from ("| Part |", "|---|")
    yield from (f"| `selfhelp_survey/{name}` |" for name in PARTS)


def _usage(name: str, tag: Callable[..., object]) -> str:
    words = [name]
    for parameter in inspect.signature(tag).parameters.values():
        plain = parameter.default is inspect.Parameter.empty
        words.append(parameter.name if plain else f'{parameter.name}="{parameter.default}"')
    return " ".join(words)


def _sentence(thing: object) -> str:
    return " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split())
