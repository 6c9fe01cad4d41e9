"""`questionnaire.VERSION.LANGUAGE.html`: a blank questionnaire, exactly as a published version asks it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from selfhelp_survey.core.condition_words import in_words
from selfhelp_survey.core.expression import Expression
from selfhelp_survey.core.questionnaire import PARTS, Page, Passage, Question, QuestionType, Role, Value
from selfhelp_survey.core.text import Text
from selfhelp_survey.research.formats.described import span_of
from selfhelp_survey.research.formats.document_words import WORDS, filled
from selfhelp_survey.research.formats.labels import in_language, title_of, translations
from selfhelp_survey.research.formats.markup import Child, Element, code, element, html_page, paragraphs, said, table
from selfhelp_survey.research.formats.source import FormatSource
from selfhelp_survey.research.versions import Version

NAME = "questionnaire.VERSION.LANGUAGE.html"
_OPEN = "○"
_MANY = "☐"


def documents(source: FormatSource) -> Iterator[tuple[str, str]]:
    """Name and text of the questionnaire of each version in each of its languages."""
    for version in source.instrument.versions:
        for language in version.questionnaire.languages:
            yield name_of(version, language), _Blank(version, language).page()


def name_of(version: Version, language: str) -> str:
    """The name of the blank questionnaire of a version in a language."""
    return NAME.replace("VERSION", version.hash[:8]).replace("LANGUAGE", language)


@dataclass(frozen=True)
class _Blank:
    """One blank questionnaire: which version, in which language."""

    version: Version
    language: str

    def say(self, word: str, *more: object) -> Child:
        return said(filled(word, *more), self.language)

    def text(self, text: Text) -> Child:
        return said(translations(text), self.language)

    def page(self) -> str:
        name = in_language(WORDS["questionnaire"], self.language)
        title = title_of(self.version.questionnaire, self.language)
        return html_page(f"{name}: {title}", self.language, self.body(title))

    def body(self, title: str) -> Iterator[Element]:
        questionnaire = self.version.questionnaire
        yield element("h1", self.say("questionnaire"), ": ", title)
        yield element("p", self.say("blank_note"))
        yield element("p", code(questionnaire.code), " ", code(self.version.hash))
        yield from self.condition("usable", questionnaire.usable)
        for number, page in enumerate(questionnaire.pages, start=1):
            if page.part == PARTS[-1] and questionnaire.pages[number - 2].part != page.part:
                yield element("p", self.say("more"), class_="note")
            yield self.screen(number, page)
        yield element("p", self.say("check"), class_="note")

    def screen(self, number: int, page: Page) -> Element:
        heading = element("h2", self.say("page", number, page.part), ": ", self.text(page.title))
        skipped = self.version.questionnaire.block_from(page)
        parts: list[Child] = [heading, *self.condition("shown_to", page.relevance)]
        if skipped:
            parts.append(element("p", self.say("block", len(skipped)), class_="note"))
        parts += paragraphs(translations(page.intro), self.language)
        parts += [part for passage in (*page.facts, *page.details) for part in self.passage(passage)]
        parts += [self.question(question) for question in page.questions]
        return element("section", *parts, *self.condition("goes_on", page.admits))

    def passage(self, passage: Passage) -> Iterator[Element]:
        yield element("h3", self.text(passage.heading))
        yield from paragraphs(translations(passage.body), self.language)

    def condition(self, word: str, condition: Expression | None) -> Iterator[Element]:
        if condition:
            words = in_words(condition.source, self.version.questionnaire, self.language)
            written: list[Child] = [" (", self.say("condition"), ": ", code(condition.source), ")"]
            yield element("p", self.say(word), " ", element("bdi", words), *written, class_="note")

    def question(self, question: Question) -> Element:
        parts: list[Child] = [element("h3", self.text(question.label))]
        parts += self.condition("shown_to", question.relevance)
        parts += paragraphs(translations(question.hint), self.language)
        parts.append(element("p", *self.instruction(question), class_="note"))
        parts.append(self.matrix(question) if question.rows else self.values(question))
        return element("section", *parts, class_="question")

    def instruction(self, question: Question) -> Iterator[Child]:
        """How the question is answered, and under which names the answers are kept."""
        yield from (code(question.name), ": ", self.kind(question))
        if question.required:
            yield from ("; ", self.say("required"))
        if question.role in (Role.FREE_TEXT, Role.CONTROL) and question.type is not QuestionType.NOTE:
            yield from ("; ", self.say("not_released"))

    def kind(self, question: Question) -> Child:
        if question.type is QuestionType.TEXT:
            return self.say("text", question.maximum_length)
        if question.type is not QuestionType.NUMBER:
            return self.say(question.type)
        has_limit = (question.minimum, question.maximum) != (None, None)
        return self.say("range_of", span_of(question.minimum, question.maximum)) if has_limit else self.say("range")

    def values(self, question: Question) -> Element | None:
        if not question.values:
            return None
        mark = _MANY if question.type is QuestionType.MULTIPLE else _OPEN
        return element("ul", *(self.value(value, mark) for value in question.values), class_="values")

    def value(self, value: Value, mark: str) -> Element:
        alone: list[Child] = [" (", self.say("exclusive"), ")"] if value.exclusive else []
        return element("li", f"{mark} ", self.text(value.label), *alone, " ", code(value.code))

    def matrix(self, question: Question) -> Element:
        heads: list[Child] = [self.say("item"), *(self.head(value) for value in question.values)]
        rows: Iterable[Iterable[Child]] = (
            [element("span", self.text(row.label), " ", code(row.name)), *(_OPEN for _ in question.values)]
            for row in question.rows
        )
        return element("div", table(self.say("values"), heads, rows), class_="wide")

    def head(self, value: Value) -> Element:
        return element("span", self.text(value.label), " ", code(value.code))
