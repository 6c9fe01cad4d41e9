"""What a host may change of the pages' look, and what every page keeps whatever it changes: the contract.

The shell is the page around a page: our own `base.html`, or the template that `BASE_TEMPLATE` names, which fits the
survey's blocks into the host's. Hosts override templates by name; `faults_of` tells what an override lacks.
"""

from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

from django.template import Origin, Template, TemplateDoesNotExist, TemplateSyntaxError, engines, loader
from django.template.backends.django import Template as DjangoTemplate
from django.template.loader_tags import BlockNode, ExtendsNode

from selfhelp_survey.conf import survey_settings
from selfhelp_survey.stylesheet import stylesheet_address

CONTRACT = 1
"""Raised whenever a block, a part or something a part needs goes or changes its meaning."""
MARK = f"{{# look {CONTRACT}"
STANDALONE = "selfhelp_survey/base.html"
BLOCKS = (
    "survey_html_attributes", "survey_title", "survey_styles", "survey_head", "survey_skip", "survey_exit",
    "survey_before_main", "survey_main", "survey_help", "survey_languages", "survey_footer",
)  # fmt: skip
NEEDED_BLOCKS = frozenset(
    {"survey_title", "survey_styles", "survey_exit", "survey_main", "survey_help", "survey_languages"}
)
"""Without one of these a page has no title, no way out, no content, no help or no other language."""
PARTS: Mapping[str, tuple[str, ...]] = {
    "actions.html": ('name="go"', 'value="next"', 'value="back"', 'value="skip"', 'value="finish"'),
    "delay.html": ('role="alert"', 'id="attention"', "tabindex", "delay"),
    "error_summary.html": ('role="alert"', 'id="attention"', "tabindex", "problems", "first_id"),
    "exit.html": ('class="leave"', 'method="post"', "leave_address"),
    "footer.html": ("accessibility_url",),
    "language_buttons.html": ('name="go"', "language_buttons"),
    "language_links.html": ("language_links",),
    "notice.html": ('role="alert"', 'id="attention"', "tabindex"),
    "progress.html": ("position", "count"),
    "support.html": ("support", "programme_url"),
    "question/matrix.html": ("<fieldset", "<legend", "item.controls"),
    "question/multiple.html": ("<fieldset", "<legend", "control.name", "choice.value", "control.errors"),
    "question/note.html": ("item.label",),
    "question/number.html": ("<label", "control.name", "control.value", "control.errors", "refusal.html"),
    "question/radios.html": ("control.name", "choice.value", "control.errors", "can_be_cleared"),
    "question/refusal.html": ("control.refusal", "__refused"),
    "question/scale.html": ("<fieldset", "<legend", "radios.html"),
    "question/single.html": ("<fieldset", "<legend", "radios.html"),
    "question/text.html": ("<label", "control.name", "control.value", "control.errors", "refusal.html"),
}
"""Each part that a host may draw its own way, and what has to stand in it."""


def shells() -> tuple[str, ...]:
    """The shells to draw a page in, the one to be tried first in front: a host's that fails costs only its look."""
    own = survey_settings.BASE_TEMPLATE
    return (own, STANDALONE) if own else (STANDALONE,)


def shell_context(shell: str) -> dict[str, Any]:
    """What a page has to know to stand in this shell."""
    return {
        "shell": shell, "stylesheet_address": stylesheet_address(in_host=shell != STANDALONE),
        "accessibility_url": survey_settings.ACCESSIBILITY_URL,
    }  # fmt: skip


def overridden_parts() -> Iterator[tuple[str, str]]:
    """Each part that a host draws its own way, and its source."""
    shipped = str(resources.files("selfhelp_survey") / "templates")
    for name in PARTS:
        template = loader.get_template(f"selfhelp_survey/{name}")
        if isinstance(template, DjangoTemplate) and not template.origin.name.startswith(shipped):
            yield name, template.template.source


def missing_pieces(name: str, source: str) -> tuple[str, ...]:
    """What the contract asks of this part and its source does not hold."""
    return tuple(piece for piece in PARTS[name] if piece not in source)


def missing_blocks(shell: str) -> frozenset[str]:
    """The needed blocks that this shell has nowhere, all of them where it cannot be loaded."""
    try:
        return NEEDED_BLOCKS - set(_blocks(_engine_template(shell)))
    except (TemplateDoesNotExist, TemplateSyntaxError):
        return NEEDED_BLOCKS


def _engine_template(name: str) -> Template:
    template = loader.get_template(name)
    if not isinstance(template, DjangoTemplate):  # Jinja has other blocks
        raise TemplateDoesNotExist(name, backend=next(iter(engines.all()), None))
    return template.template


def _blocks(template: Template, known: tuple[Origin, ...] = ()) -> Iterator[str]:
    """The names of the blocks of a template and of what it extends, where that is written out.

    An override of `base.html` may extend `base.html`: then the next one of that name is meant.
    """
    known = (*known, template.origin)
    for block in template.nodelist.get_nodes_by_type(BlockNode):
        yield str(getattr(block, "name", ""))
    for node in template.nodelist.get_nodes_by_type(ExtendsNode):
        parent = getattr(getattr(node, "parent_name", None), "var", None)
        if isinstance(parent, str):
            yield from _blocks(template.engine.find_template(parent, skip=list(known))[0], known)
