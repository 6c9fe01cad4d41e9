"""Reads the catalogue of harmonised variables from YAML, and tells every problem at once."""

from collections.abc import Iterable

from selfhelp_survey.authoring.page_reader import ROW_KEYS, values_in
from selfhelp_survey.authoring.problems import ProblemsFound, did_you_mean, quoted
from selfhelp_survey.authoring.section import LANGUAGE, Findings, Section
from selfhelp_survey.authoring.source_tree import Mapping as MappingNode
from selfhelp_survey.authoring.source_tree import Scalar, Sequence, source_tree
from selfhelp_survey.core.harmonised import (
    TIME_REFERENCES,
    Carried,
    Comparability,
    HarmonisedCatalogue,
    HarmonisedVariable,
)
from selfhelp_survey.core.questionnaire import CODED, NAME, QuestionType, Row, Value
from selfhelp_survey.core.text import Text
from selfhelp_survey.errors import QuestionnaireError

TOP_KEYS = ("catalogue", "languages", "notes", "lists", "variables")
VARIABLE_KEYS = ("name", "type", "label", "values", "rows", "hierarchy", "instruments")
CARRIED_KEYS = ("instrument", "comparability", "time_reference", "note")


def read_catalogue(text: str, *, source: str) -> HarmonisedCatalogue:
    """The catalogue in a YAML text; `source` names the file in messages. Raises ProblemsFound with all problems."""
    root, problems = source_tree(text, source=source)
    findings = Findings(problems)
    catalogue = None
    if isinstance(root, MappingNode):
        catalogue = _CatalogueReader(Section(root, findings, keys=TOP_KEYS)).catalogue()
    else:
        findings.error("Q112", root.place, "the file should be a mapping", fix="Begin with 'catalogue: harmonised'")
    if catalogue is None or findings.has_errors:
        raise ProblemsFound(findings.problems, source=source)
    return catalogue


class _CatalogueReader:
    """Reads the parts in the order in which they need each other."""

    def __init__(self, top: Section) -> None:
        self._top = top
        self._findings = top.findings

    def catalogue(self) -> HarmonisedCatalogue | None:
        """The whole, None where it could not be put together; problems are noted either way."""
        self._top.demand("catalogue", fix="Write 'catalogue: harmonised' in the first line")
        self._findings.languages = self._languages()
        self._notes = self._texts("notes")
        self._lists = self._shared_lists()
        sections = self._top.sections("variables", keys=VARIABLE_KEYS)
        variables = [self._variable(section) for section in sections]
        self._note_twice(sections, variables)
        if self._findings.has_errors:
            return None
        return HarmonisedCatalogue(
            languages=self._findings.languages, variables=tuple(each for each in variables if each is not None)
        )

    def _languages(self) -> tuple[str, ...]:
        self._top.demand("languages", fix="Write 'languages: [en, es]'")
        words = [node.value if isinstance(node, Scalar) else "" for node in self._top.items("languages")]
        if any(LANGUAGE.fullmatch(word) is None for word in words):
            self._top.wrong("languages", wanted="a list of language codes like en")
        return tuple(word for word in words if LANGUAGE.fullmatch(word))

    def _texts(self, key: str) -> dict[str, Text]:
        nodes = self._top.entries(key)
        section = Section(MappingNode(self._top.place(key), dict(nodes)), self._findings, keys=nodes)
        return {name: section.text(name) for name in nodes}

    def _shared_lists(self) -> dict[str, tuple[Value, ...]]:
        lists = {}
        for name, node in self._top.entries("lists").items():
            if isinstance(node, Sequence):
                lists[name] = values_in(node.items, self._findings)
            else:
                self._findings.error("Q112", node.place, f"the list {quoted(name)} should be a list of values",
                                     fix="Write '- {code: 1, label: {...}}' under it")  # fmt: skip
        return lists

    def _variable(self, section: Section) -> HarmonisedVariable | None:
        section.demand("name", fix="Write '- name: a_name', the harmonised name")
        name, kind = section.word("name"), self._type(section)
        if name and NAME.fullmatch(name) is None:
            self._findings.error("Q130", section.place("name"), f"{quoted(name)} cannot be a variable name",
                                 fix="Use a-z, 0-9 and _, a letter first, at most 32 characters")  # fmt: skip
        label, values, rows = section.text("label"), self._values(section), self._rows(section)
        instruments = tuple(self._carried(each) for each in section.sections("instruments", keys=CARRIED_KEYS))
        known = tuple(each for each in instruments if each is not None)
        if kind is None or not name:
            return None
        try:
            return HarmonisedVariable(
                name=name, type=kind, label=label, values=values, rows=rows,
                hierarchy=section.word("hierarchy") or None, instruments=known,
            )  # fmt: skip
        except QuestionnaireError as error:
            self._findings.error("Q199", section.start, str(error)[:200], fix="Correct it and read the file again")
            return None

    def _type(self, section: Section) -> QuestionType | None:
        section.demand("type", fix=f"Write one of {', '.join(sorted(CODED))}")
        word = self._one_of(section, "type", sorted(CODED))
        return QuestionType(word) if word else None

    def _values(self, section: Section) -> tuple[Value, ...]:
        section.demand("values", fix="Name a list of 'lists', or write the values as a list here")
        node = section.node("values")
        if not isinstance(node, Scalar):
            return values_in(section.items("values"), self._findings)
        if node.value not in self._lists:
            self._findings.error("Q140", node.place, f"there is no list {quoted(node.value)}",
                                 fix=did_you_mean(node.value, self._lists))  # fmt: skip
        return self._lists.get(node.value, ())

    def _rows(self, section: Section) -> tuple[Row, ...]:
        return tuple(Row(name=each.word("name"), label=each.text("label"))
                     for each in section.sections("rows", keys=ROW_KEYS))  # fmt: skip

    def _carried(self, section: Section) -> Carried | None:
        for key in CARRIED_KEYS[:3]:
            section.demand(key, fix=f"Write '{key}: ...'")
        comparability = self._one_of(section, "comparability", Comparability)
        time_reference = self._one_of(section, "time_reference", TIME_REFERENCES)
        instrument, note = section.word("instrument"), self._note(section)
        if not (instrument and comparability and time_reference):
            return None
        return Carried(instrument=instrument, comparability=Comparability(comparability),
                       time_reference=time_reference, note=note)  # fmt: skip

    def _note(self, section: Section) -> Text | None:
        node = section.node("note")
        if not isinstance(node, Scalar):
            return section.optional_text("note")
        if node.value not in self._notes:
            self._findings.error("Q140", node.place, f"there is no note {quoted(node.value)}",
                                 fix=did_you_mean(node.value, self._notes))  # fmt: skip
        return self._notes.get(node.value)

    def _one_of(self, section: Section, key: str, known: Iterable[str]) -> str:
        """The word under the key, "" where it is none of those known, which is noted."""
        words, word = [str(each) for each in known], section.word(key)
        if not word or word in words:
            return word
        self._findings.error("Q112", section.place(key), f"{quoted(word)} is no {key.replace('_', ' ')}",
                             fix=did_you_mean(word, words))  # fmt: skip
        return ""

    def _note_twice(self, sections: Iterable[Section], variables: Iterable[HarmonisedVariable | None]) -> None:
        first: dict[str, Section] = {}
        for section, variable in zip(sections, variables, strict=True):
            for column in variable.columns if variable else ():
                if column in first:
                    message = f"the column {quoted(column)} stands twice, first in {first[column].start}"
                    self._findings.error("Q131", section.place("name"), message, fix="Rename one of them")
                first.setdefault(column, section)
