"""`codebook.LANGUAGE.html`: every variable for readers, with the exact wording in one language.

The page of each other language is a link away at every question. How often each value occurs is counted in the rows
that are released.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from selfhelp_survey.core.condition_words import in_words
from selfhelp_survey.research.formats import anonymisation_html, questionnaire_html
from selfhelp_survey.research.formats.anonymisation import is_records
from selfhelp_survey.research.formats.described import Group, asked_in, bounds, groups, home, is_withheld, span_of
from selfhelp_survey.research.formats.document_words import WORDS, filled
from selfhelp_survey.research.formats.frequencies import Frequencies, frequencies
from selfhelp_survey.research.formats.labels import in_language, label_of, title_of, translations
from selfhelp_survey.research.formats.markup import (
    Child,
    Element,
    code,
    element,
    html_page,
    paragraphs,
    said,
    scrolling,
    table,
)
from selfhelp_survey.research.formats.source import FormatSource
from selfhelp_survey.research.formats.wordings import Wordings
from selfhelp_survey.research.versions import Version

NAME = "codebook.LANGUAGE.html"
Json = dict[str, Any]


def documents(source: FormatSource) -> Iterator[tuple[str, str]]:
    """Name and text of the codebook of each language."""
    counts = frequencies(source)
    for language in source.languages:
        yield name_in(language), _Codebook(source, language, counts).page()


def name_in(language: str) -> str:
    """The name of the codebook in a language."""
    return NAME.replace("LANGUAGE", language)


@dataclass(frozen=True)
class _Codebook:
    """One codebook: what it is written from, in which language, and how often each value occurs."""

    source: FormatSource
    language: str
    counts: Frequencies

    def say(self, word: str, *more: object) -> Child:
        return said(filled(word, *more), self.language)

    def plain(self, word: str) -> str:
        return in_language(WORDS[word], self.language)

    @cached_property
    def title(self) -> str:
        return title_of(self.source.instrument.newest.questionnaire, self.language)

    def page(self) -> str:
        return html_page(f"{self.plain('codebook')}: {self.title}", self.language, self.body())

    def body(self) -> Iterator[Element]:
        asked = groups(self.source)
        yield element("h1", self.say("codebook"), ": ", self.title)
        yield from self.opening()
        yield self.contents(asked)
        yield from self.missing()
        for word, is_asked in (("noted", False), ("questions", True)):
            if any(group.is_asked is is_asked for group in asked):
                yield element("h2", self.say(word))
                yield from (self.section(group) for group in asked if group.is_asked is is_asked)

    def opening(self) -> Iterator[Element]:
        kind = "records" if is_records(self.source) else "counts"
        yield element("p", element("span", self.source.title, lang="en", dir="ltr"))
        yield element("p", self.say(kind), ": ", str(self.source.description["rows"]))
        link = element("a", self.say("how_anonymised"), href=anonymisation_html.NAME)
        yield element("p", link)
        others = [each for each in self.source.languages if each != self.language]
        if others:
            yield element("p", self.say("other_languages"), ": ", *_spaced(_to(each, "") for each in others))

    def contents(self, asked: Iterable[Group]) -> Element:
        items = (element("li", element("a", self.heading(group), href=f"#q-{group.name}")) for group in asked)
        return element("nav", element("h2", self.say("contents"), id="contents"), element("ul", *items),
                       **{"aria-labelledby": "contents"})  # fmt: skip

    def missing(self) -> Iterator[Element]:
        yield element("h2", self.say("missing"))
        yield element("p", self.say("missing_note"))
        rows = ((code(each["code"]), said(each["label"], self.language)) for each in self.source.codebook["missing"])
        yield table(self.say("missing"), (self.say("code"), self.say("meaning")), rows)
        yield element("p", self.say("universe_note"), class_="note")

    def heading(self, group: Group) -> Child:
        first = group.variables[0]
        return said(first["question"] or first["label"], self.language)

    def section(self, group: Group) -> Element:
        parts = [*self.hint(group), self.facts(group), *self.items(group), *self.values(group), *self.otherwise(group)]
        return element("section", element("h3", self.heading(group)), *parts, id=f"q-{group.name}", class_="question")

    def hint(self, group: Group) -> Iterator[Element]:
        found = asked_in(home(group.variables[0], self.source), group.name)
        if group.is_asked and found and found[1].hint:
            yield from paragraphs(translations(found[1].hint), self.language)

    def facts(self, group: Group) -> Element:
        """What holds for all variables of the question."""
        first = group.variables[0]
        facts: list[tuple[str, list[Child]]] = []
        if len(group.variables) == 1:
            facts.append(("variable", [code(first["name"])]))
            facts += [("harmonised", [code(first["harmonised"])])] if first["harmonised"] else []
        if group.is_asked:
            facts.append(("asked_of", list(self.universe(first))))
            facts += [("kind", [self.say(first["type"])])] if first["type"] in WORDS else []
            facts.append(("versions", _spaced(map(self.version, self.source.instrument.homes(first["name"])))))
        if first["level"] is not None:
            facts.append(("detail", [self.detail(first)]))
        others = [each for each in self.source.languages if each != self.language]
        facts += [("other_languages", _spaced(_to(each, f"#q-{group.name}") for each in others))] if others else []
        return element("dl", *(part for word, told in facts for part in self.fact(word, told)))

    def fact(self, word: str, told: list[Child]) -> Iterator[Element]:
        yield element("dt", self.say(word))
        yield element("dd", *told)

    def version(self, held: Version) -> Element:
        """A version by its short name, which leads to the blank questionnaire, in this language if it has it."""
        offered = held.questionnaire.languages
        language = self.language if self.language in offered else offered[0]
        return element("a", code(held.hash[:8]), href=questionnaire_html.name_of(held, language))

    def universe(self, variable: Json) -> Iterator[Child]:
        """Who is asked, in words and as a condition; for each version apart where they differ."""
        versions: dict[str, list[Version]] = {}
        for meaning in variable["meanings"]:
            held = (self.source.instrument.by_hash[each] for each in meaning["versions"])
            versions.setdefault(meaning["universe"], []).extend(held)
        for place, (condition, asking) in enumerate(versions.items()):
            yield "; " if place else None
            if len(versions) > 1:
                yield from (self.say("in_version"), " ", *_spaced(map(self.version, asking)), ": ")
            yield from self.asked_of(condition, asking[-1])

    def asked_of(self, condition: str, version: Version) -> Iterator[Child]:
        if not condition:
            yield self.say("everybody")
            return
        words = in_words(condition, version.questionnaire, self.language)
        yield from (
            self.say("those"),
            " ",
            element("bdi", words),
            " (",
            self.say("condition"),
            ": ",
            code(condition),
            ")",
        )

    def detail(self, variable: Json) -> Child:
        level, top = variable["level"], self.source.instrument.levels_of(variable["name"])
        if level == 0:
            return self.say("as_asked")
        return self.say("level", level, top)

    def items(self, group: Group) -> Iterator[Element]:
        """The variables of a question that has several."""
        if len(group.variables) == 1:
            return
        heads = [self.say("variable"), self.say("item")]
        shares = any(each["harmonised"] for each in group.variables)
        rows = ([code(each["name"]), said(each["item"], self.language), *([each["harmonised"]] if shares else [])]
                for each in group.variables)  # fmt: skip
        yield table(self.say("variables"), [*heads, *([self.say("harmonised")] if shares else [])], rows)

    def values(self, group: Group) -> Iterator[Element]:
        first = group.variables[0]
        if is_withheld(first, self.source):
            yield element("p", self.say("withheld"))
        elif not first["values"]:
            yield element("p", self.range(*bounds(first)) if first["type"] == "number" else self.say("no_fixed_values"))
        listed = list(self.listed(group))
        if listed:
            yield self.value_table(group, listed)
        if len(group.variables) > 1 and self.counts:
            yield self.count_table(group, listed)

    def range(self, least: int | None, most: int | None) -> Child:
        has_limit = (least, most) != (None, None)
        return self.say("range_of", span_of(least, most)) if has_limit else self.say("range")

    def listed(self, group: Group) -> Iterator[Json]:
        """The values, and those missing codes that occur in the rows or mean something else here than everywhere."""
        first = group.variables[0]
        yield from first["values"]
        usual = self.source.codebook["missing"]
        for value in first["missing"]:
            if value not in usual or any(self.count(each, value["code"]) for each in group.variables):
                yield value

    def count(self, variable: Json, value: int | str) -> int:
        held = self.counts.get(variable["name"], {})
        return held.get(value, held.get(str(value), 0))

    def value_table(self, group: Group, listed: list[Json]) -> Element:
        shows_counts = len(group.variables) == 1 and bool(self.counts)
        groups_values = any("members" in value for value in listed)
        heads = [self.say("code"), self.say("meaning")]
        heads += [self.say("stands_for")] if groups_values else []
        heads += [self.say("how_many")] if shows_counts else []
        rows: list[list[Child]] = []
        for value in listed:
            wording = said(value["label"], self.language)
            row: list[Child] = [code(value["code"]), label_of(value, "") if wording == "" else wording]
            row += [self.members(value, group.variables[0])] if groups_values else []
            row += [str(self.count(group.variables[0], value["code"]))] if shows_counts else []
            rows.append(row)
        return table(self.say("values"), heads, rows)

    def members(self, value: Json, variable: Json) -> Child:
        if "members" not in value:
            return None
        if not value["members"]:
            return self.say("all_others")
        asked = home(variable, self.source).variables[variable["name"]].values
        labels: dict[int | str, Wordings] = {each.code: translations(each.label) for each in asked}
        return "; ".join(in_language(labels.get(each), self.language, otherwise=each) for each in value["members"])

    def count_table(self, group: Group, listed: list[Json]) -> Element:
        heads: list[Child] = [self.say("variable"), *(code(value["code"]) for value in listed)]
        rows: Iterable[list[Child]] = (
            [code(each["name"]), *(str(self.count(each, value["code"])) for value in listed)]
            for each in group.variables
        )
        name = f"{self.plain('how_many')}: {group.name}"
        return scrolling(name, table(self.say("how_many"), heads, rows))

    def numbers(self, variable: Json, listed: list[Json]) -> Iterator[Child]:
        return (str(self.count(variable, value["code"])) for value in listed)

    def otherwise(self, group: Group) -> Iterator[Element]:
        """How older versions worded the question, where they did so otherwise."""
        newest = in_language(group.variables[0]["question"], self.language)
        for version in reversed(self.source.instrument.homes(group.variables[0]["name"])[:-1]):
            found = asked_in(version, group.name)
            wordings = translations(found[1].label) if found else {}
            if wordings.get(self.language, newest) != newest:
                yield element("p", self.say("in_version"), " ", self.version(version), ": ",
                              said(wordings, self.language))  # fmt: skip


def _to(language: str, place: str) -> Element:
    return element("a", language, href=name_in(language) + place, hreflang=language)


def _spaced(children: Iterable[Child]) -> list[Child]:
    """The children with a space between each two."""
    return [part for child in children for part in (" ", child)][1:]
