"""Reads a questionnaire from YAML 1.2, in the format that docs/reference describes, and tells every problem at once."""

from collections.abc import Mapping
from dataclasses import dataclass

from selfhelp_survey.authoring import hierarchies as hierarchy_reader
from selfhelp_survey.authoring.modules import with_includes
from selfhelp_survey.authoring.page_reader import PAGE_KEYS, PageReader, SharedValues, values_in
from selfhelp_survey.authoring.places import Places, places_in
from selfhelp_survey.authoring.problems import Problem, ProblemsFound, quoted
from selfhelp_survey.authoring.references import References
from selfhelp_survey.authoring.section import LANGUAGE, Findings, Section
from selfhelp_survey.authoring.source_tree import Mapping as MappingNode
from selfhelp_survey.authoring.source_tree import Node, Place, Scalar, Sequence, source_tree
from selfhelp_survey.core.questionnaire import GeneralisationHierarchy, Page, Questionnaire, Value
from selfhelp_survey.core.text import Text
from selfhelp_survey.errors import QuestionnaireError

TOP_KEYS = ("questionnaire", "sample", "draft", "languages", "title", "usable", "prefer_not_to_say", "not_sure",
            "lists", "hierarchies", "pages")  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A questionnaire that could be read, what its author should look at again, and where everything stands."""

    questionnaire: Questionnaire
    warnings: tuple[Problem, ...]
    places: Places


def read_questionnaire(text: str, *, source: str) -> Questionnaire:
    """The questionnaire in a YAML text; `source` names the file in messages. Raises ProblemsFound with all problems."""
    return read_with_warnings(text, source=source).questionnaire


def read_with_warnings(text: str, *, source: str) -> Reading:
    """The questionnaire in a YAML text, with the warnings. Raises ProblemsFound with all problems."""
    root, problems = source_tree(text, source=source)
    findings = Findings(problems)
    return reading_of(with_includes(root, findings), findings, source=source)


def reading_of(root: Node, findings: Findings, *, source: str) -> Reading:
    """The questionnaire in a tree, whatever file that was read from. Raises ProblemsFound with all problems."""
    if not isinstance(root, MappingNode):
        findings.error("Q112", root.place, "the file should be a mapping", fix="Begin with 'questionnaire: a_code'")
        raise ProblemsFound(findings.problems, source=source)
    questionnaire = _QuestionnaireReader(Section(root, findings, keys=TOP_KEYS)).questionnaire()
    if questionnaire is None or findings.has_errors:
        raise ProblemsFound(findings.problems, source=source)
    return Reading(questionnaire=questionnaire, warnings=tuple(findings.problems), places=places_in(root))


class _QuestionnaireReader:
    """Reads the parts in the order in which they need each other."""

    def __init__(self, top: Section) -> None:
        self._top = top
        self._findings = top.findings
        self._references = References(top.findings)

    def questionnaire(self) -> Questionnaire | None:
        """The whole, None where it could not be put together; problems are noted either way."""
        self._findings.languages = self._languages()
        title = self._top.text("title")
        usable = self._top.condition("usable")
        pages = self._pages()
        hierarchies = self._hierarchies(pages)
        self._references.note_at_end(usable, self._top.place("usable"))
        self._references.check()
        self._top.demand("questionnaire", fix="Write 'questionnaire: a_code' in the first line")
        if self._findings.has_errors:
            return None
        try:
            return Questionnaire(
                code=self._top.word("questionnaire"), sample=self._top.word("sample", "exit"), title=title,
                languages=self._findings.languages, pages=tuple(pages), hierarchies=hierarchies, usable=usable,
                is_draft=self._top.flag("draft", default=False),
            )  # fmt: skip
        except QuestionnaireError as error:
            self._findings.error("Q199", self._top.start, str(error)[:200], fix="Correct it and read the file again")
            return None

    def _languages(self) -> tuple[str, ...]:
        self._top.demand("languages", fix="Write 'languages: [en]', the default language first")
        found: list[str] = []
        for node in self._top.items("languages"):
            code = node.value if isinstance(node, Scalar) else ""
            if LANGUAGE.fullmatch(code) is None:
                self._findings.error("Q112", node.place, f"{quoted(code)} is not a language code",
                                     fix="Write it like en or pt-br, in small letters")  # fmt: skip
            elif code in found:
                self._findings.error("Q131", node.place, f"the language {code} stands twice", fix="Keep one of them")
            else:
                found.append(code)
        return tuple(found)

    def _pages(self) -> list[Page]:
        self._top.demand("pages", fix="Write 'pages:' and the pages as a list under it")
        reader = PageReader(self._findings, self._references, self._shared_values())
        pages: list[Page] = []
        seen: dict[str, Place] = {}
        for section in self._top.sections("pages", keys=PAGE_KEYS):
            page = reader.page(section)
            name = section.word("page")
            if name and name in seen:
                message = f"the page {quoted(name)} stands twice, first in {seen[name]}"
                self._findings.error("Q131", section.place("page"), message, fix="Rename one of them")
            seen.setdefault(name, section.place("page"))
            if page is not None:
                self._check_order(pages, page, section)
                pages.append(page)
        return pages

    def _check_order(self, pages: list[Page], page: Page, section: Section) -> None:
        if pages and page.part < pages[-1].part:
            self._findings.error("Q180", section.place("part"), "a page of part 1 stands after one of part 2",
                                 fix="Move it up, or write 'part: 2'")  # fmt: skip

    def _shared_values(self) -> SharedValues:
        lists: dict[str, tuple[Value, ...]] = {}
        for name, node in self._top.entries("lists").items():
            if isinstance(node, Sequence):
                lists[name] = values_in(node.items, self._findings)
            else:
                self._findings.error("Q112", node.place, f"the list {quoted(name)} should be a list of values",
                                     fix="Write '- {code: 1, label: {...}}' under it")  # fmt: skip
        return SharedValues(lists=lists, prefer_not_to_say=self._shared("prefer_not_to_say"),
                            not_sure=self._shared("not_sure"))  # fmt: skip

    def _shared(self, key: str) -> Text | None:
        return self._top.optional_text(key)

    def _hierarchies(self, pages: list[Page]) -> tuple[GeneralisationHierarchy, ...]:
        entries: Mapping[str, MappingNode | Scalar | Sequence] = self._top.entries("hierarchies")
        places = self._references.hierarchy_places
        return hierarchy_reader.read_hierarchies(entries, self._findings, pages=pages, places=places)
