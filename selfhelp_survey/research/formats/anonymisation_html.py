"""`anonymisation.html`: what was anonymised and how, for an archive's reviewer. In English, as archives ask for it."""

from collections.abc import Iterable, Iterator
from typing import Any

from selfhelp_survey.core.questionnaire import Category, GeneralisationHierarchy
from selfhelp_survey.research.formats import codebook_json, manifest, report
from selfhelp_survey.research.formats.anonymisation import (
    CONDITIONS,
    KINDS,
    NOT_PROMISED,
    detail_of,
    is_records,
    left_out,
    protection,
)
from selfhelp_survey.research.formats.described import home, is_withheld
from selfhelp_survey.research.formats.labels import OTHERWISE, label_of, translations
from selfhelp_survey.research.formats.markup import Child, Element, code, element, html_page, said, table
from selfhelp_survey.research.formats.source import FormatSource
from selfhelp_survey.research.formats.wordings import Wordings

NAME = "anonymisation.html"
Json = dict[str, Any]


def documents(source: FormatSource) -> Iterator[tuple[str, str]]:
    """Name and text of the page."""
    yield NAME, html_page(f"What was anonymised and how. {source.title}", OTHERWISE, _body(source))


def _body(source: FormatSource) -> Iterator[Element]:
    yield element("h1", "What was anonymised and how")
    yield element("p", f"{source.title}. {KINDS[source.description['kind']]} What others could still learn, and what "
                       "is left of each variable, stands in ", _link(report.HTML_NAME), ".")  # fmt: skip
    yield element("h2", "How people are protected")
    yield element("ul", *(element("li", line) for line in protection(source)))
    yield from _quasi_identifiers(source)
    yield from _categories(source)
    yield from _left_out(source)
    if is_records(source):
        yield element("h2", "What this does not promise")
        yield element("ul", *(element("li", line) for line in NOT_PROMISED))
    yield element("h2", "For whoever works with the data")
    yield element("ul", *(element("li", line) for line in CONDITIONS))
    yield element("p", "The plan as it was fixed and the digest of every file: ", _link(manifest.NAME),
                  ". Every variable: ", _link(codebook_json.NAME), ".")  # fmt: skip


def _link(name: str) -> Element:
    return element("a", name, href=name)


def _marked(source: FormatSource) -> list[Json]:
    return [variable for variable in source.codebook["variables"] if variable["level"] is not None]


def _quasi_identifiers(source: FormatSource) -> Iterator[Element]:
    yield element("h2", "What an outsider could know")
    marked = _marked(source)
    if not marked:
        yield element("p", "These data hold no quasi-identifier.")
        return
    rows = [(code(each["name"]), said(each["label"], OTHERWISE), detail_of(each, source)) for each in marked]
    yield table("Quasi-identifiers", ("Variable", "What it is", "How coarse it is here"), rows)


def _categories(source: FormatSource) -> Iterator[Element]:
    """What became of each value as it was asked, for every variable that was made coarser."""
    for variable in _marked(source):
        hierarchy = home(variable, source).hierarchy(variable["name"])
        if not variable["level"] or hierarchy is None or is_withheld(variable, source):
            continue
        yield element("h3", "Categories of ", code(variable["name"]))
        yield table(
            "What each category stands for", ("Code", "Category", "Values as asked"),
            _category_rows(variable, hierarchy, source),
        )  # fmt: skip


def _category_rows(
    variable: Json, hierarchy: GeneralisationHierarchy, source: FormatSource
) -> Iterator[Iterable[Child]]:
    for value, category in zip(variable["values"], hierarchy.levels[variable["level"] - 1], strict=True):
        yield code(value["code"]), label_of(value, OTHERWISE), _members(variable, category, source)


def _members(variable: Json, category: Category, source: FormatSource) -> str:
    asked = home(variable, source).variables[variable["name"]].values
    labels: dict[int | str, Wordings] = {value.code: translations(value.label) for value in asked}
    named = [label_of({"code": each, "label": labels.get(each)}, OTHERWISE) for each in category.members]
    return "; ".join([*named, *(["all others"] if category.rest else [])])


def _left_out(source: FormatSource) -> Iterator[Element]:
    yield element("h2", "What was left out")
    rows = [(code(name), reason) for name, reason in left_out(source)]
    if rows:
        yield table("Variables that are asked or noted and not released", ("Variable", "Why"), rows)
    yield element("p", "Responses whose senders asked for them not to be used are in no file.")
