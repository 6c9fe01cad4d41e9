"""The variables of a crosswalk plan: where each comes from, and what its source values mean."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from selfhelp_survey.authoring.problems import did_you_mean, quoted
from selfhelp_survey.authoring.section import Findings, Section, integer_in
from selfhelp_survey.authoring.source_tree import Mapping as MappingNode
from selfhelp_survey.authoring.source_tree import Node, Place, Scalar, Sequence
from selfhelp_survey.core.answers import MissingCode
from selfhelp_survey.core.harmonised import HarmonisedCatalogue, HarmonisedVariable
from selfhelp_survey.core.questionnaire import QuestionType
from selfhelp_survey.research.crosswalk.plan import (
    BLANK_NAMES,
    MISSING_NAMES,
    Coding,
    MappedAnswer,
    MappedVariable,
    OneColumn,
    SeveralColumns,
    Source,
    TickedColumns,
    layers,
    plain,
)

VARIABLE_KEYS = ("from", "columns", "rows", "values", "missing", "delimiter", "ticked", "unticked", "relevant")
LONGEST_VALUE = 200
"""Characters of a source value that a plan can name. An answer in a respondent's own words has no place in a plan;
labels of closed questions are shorter (the longest of the exit survey has 100)."""


@dataclass(frozen=True)
class _Written:
    """A variable as it stands in the plan."""

    section: Section
    place: Place
    target: HarmonisedVariable


class VariableReader:
    """Reads the variables of each version, with the lists and missing values that the whole plan shares."""

    def __init__(self, top: Section, catalogue: HarmonisedCatalogue, instrument: str) -> None:
        self._findings = top.findings
        self._catalogue = catalogue
        self._instrument = instrument
        self._lists = {name: _codes(node, self._findings) for name, node in top.entries("lists").items()}
        self._missing = _missing(top)

    def variables(self, version: Section) -> tuple[MappedVariable, ...]:
        """The variables that a version asks, in the order of the catalogue."""
        version.demand("variables", fix="Map at least one variable")
        written = dict(self._written(version))
        mapped = {name: self._variable(each) for name, each in written.items()}
        self._check_complete(version, mapped)
        _check_conditions(written, mapped)
        return tuple(mapped[each.name] for each in self._catalogue if each.name in mapped)

    def _written(self, version: Section) -> Iterator[tuple[str, _Written]]:
        known = [each.name for each in self._catalogue if each.carried_by(self._instrument)]
        for name, node in version.entries("variables").items():
            if name not in known:
                self._findings.error("", node.place, f"the catalogue does not give {self._instrument} the variable "
                                     f"{quoted(name)}", fix=did_you_mean(name, known) + " A new one is first added to "
                                     "the catalogue, with how far it compares")  # fmt: skip
            elif isinstance(node, MappingNode):
                section = Section(node, self._findings, keys=VARIABLE_KEYS)
                yield name, _Written(section, node.place, self._catalogue.variable(name))
            else:
                self._findings.error("", node.place, f"{name} should be a mapping", fix="Write 'from: ...' under it")

    def _variable(self, written: _Written) -> MappedVariable:
        section, target = written.section, written.target
        coding = self._coding(section, target)
        shape = {QuestionType.MATRIX: _rows, QuestionType.MULTIPLE: _multiple}.get(target.type, _single)
        answers = tuple(
            MappedAnswer(name=name, source=source, coding=coding) for name, source in shape(section, target)
        )
        relevance = section.condition("relevant")
        if int(MissingCode.NOT_ASKED) in coding.values() and relevance is None and "missing" in section:
            self._findings.error("", section.place("missing"), f"{target.name} has values for 'not asked', but nothing "
                                 "says who was asked", fix="Write 'relevant: ...', or take not_asked out")  # fmt: skip
        return MappedVariable(target=target, answers=answers, relevance=relevance)

    def _coding(self, section: Section, target: HarmonisedVariable) -> Coding:
        """What each source value means: a code of the catalogue, or why there is none."""
        codes = {} if "columns" in section else self._values(section)
        offered = {value.code for value in target.values}
        wrong = sorted({code for code in codes.values() if code not in offered})
        if wrong:
            self._findings.error("", section.place("values"), f"{target.name} has no code {wrong[0]}",
                                 fix=f"Its codes are {', '.join(map(str, sorted(offered)))}")  # fmt: skip
        missing = _missing(section) if "missing" in section else self._missing
        for text in codes.keys() & missing.keys():
            self._findings.error("", section.place("values"), f"{quoted(text)} stands under values and under missing",
                                 fix="Give the variable its own 'missing', without it")  # fmt: skip
        return {**missing, **codes}

    def _values(self, section: Section) -> dict[str, int]:
        section.demand("values", fix="Say what each source value means, like 'values: {\"Yes\": 1}', or name a list")
        node = section.node("values")
        if isinstance(node, Scalar):
            if node.value not in self._lists:
                self._findings.error("", node.place, f"there is no list {quoted(node.value)}",
                                     fix=did_you_mean(node.value, self._lists))  # fmt: skip
            return self._lists.get(node.value, {})
        return _codes(node, self._findings) if node is not None else {}

    def _check_complete(self, version: Section, mapped: Mapping[str, MappedVariable]) -> None:
        """Every variable that the catalogue gives the instrument is mapped or said not to be asked, never both."""
        said = set(words_in(version, "not_asked"))
        given = [each for each in self._catalogue if each.carried_by(self._instrument)]
        for name in said - {name for each in given for name in (each.name, *(row.name for row in each.rows))}:
            self._findings.error("", version.place("not_asked"), f"the catalogue does not give {self._instrument} a "
                                 f"variable {quoted(name)}", fix="Take it out of not_asked")  # fmt: skip
        for each in given:
            names = (each.name,) if not each.rows or each.name not in mapped else [row.name for row in each.rows]
            held = {each.name} if each.name in mapped and not each.rows else set(_row_names(mapped.get(each.name)))
            for name in names:
                if (name in held) == (name in said):
                    self._say(version, name, is_mapped=name in held)

    def _say(self, version: Section, name: str, *, is_mapped: bool) -> None:
        message = f"{name} is mapped and under not_asked" if is_mapped else f"{name} is neither mapped nor not_asked"
        self._findings.error("", version.start, message, fix="Map it, or name it under not_asked (-6)")


def _row_names(mapped: MappedVariable | None) -> tuple[str, ...]:
    return mapped.row_names if mapped else ()


def _single(section: Section, target: HarmonisedVariable) -> Iterator[tuple[str, Source]]:
    _refuse(section, target, ("columns", "rows", "delimiter", "ticked", "unticked"))
    yield target.name, OneColumn(_column(section))


def _rows(section: Section, target: HarmonisedVariable) -> Iterator[tuple[str, Source]]:
    _refuse(section, target, ("from", "columns", "delimiter", "ticked", "unticked"))
    section.demand("rows", fix="Give each row its column, like 'rows: {row_name: Q7a}'")
    known = [row.name for row in target.rows]
    for name, node in section.entries("rows").items():
        if name not in known or not isinstance(node, Scalar) or not plain(node.value):
            section.findings.error("", node.place, f"{target.name} takes rows with a column each, and {quoted(name)} "
                                   "is none", fix=did_you_mean(name, known))  # fmt: skip
        else:
            yield name, OneColumn(plain(node.value))


def _multiple(section: Section, target: HarmonisedVariable) -> Iterator[tuple[str, Source]]:
    _refuse(section, target, ("rows",))
    if "columns" in section:
        _refuse(section, target, ("from", "values", "delimiter"))
        yield target.name, _ticked(section, target)
        return
    _refuse(section, target, ("ticked", "unticked"))
    if isinstance(section.node("from"), Sequence):
        _refuse(section, target, ("delimiter",))
        yield target.name, SeveralColumns(tuple(words_in(section, "from")))
        return
    section.demand("delimiter", fix="Say what stands between the values of the cell, or list the columns under from")
    if any(map(str.isalnum, section.word("delimiter"))):
        section.wrong("delimiter", wanted="what stands between values, like ';' or ', ', without letters and digits")
    yield target.name, OneColumn(_column(section), section.word("delimiter"))


def _ticked(section: Section, target: HarmonisedVariable) -> TickedColumns:
    codes = _codes(section.node("columns"), section.findings)
    offered = {value.code for value in target.values}
    for code in set(codes.values()) - offered:
        section.findings.error("", section.place("columns"), f"{target.name} has no code {code}",
                               fix=f"Its codes are {', '.join(map(str, sorted(offered)))}")  # fmt: skip
    ticked = words_in(section, "ticked") if "ticked" in section else ["1"]
    unticked = words_in(section, "unticked") if "unticked" in section else ["0"]
    if set(ticked) & set(unticked) or "" in ticked:
        section.wrong("ticked", wanted="values that do not stand under unticked, and no blank")
    return TickedColumns(codes, frozenset(ticked), frozenset({"", *unticked}))


def _column(section: Section) -> str:
    section.demand("from", fix="Name the column as it stands in the first row of the file")
    return plain(section.word("from"))


def _refuse(section: Section, target: HarmonisedVariable, keys: tuple[str, ...]) -> None:
    for key in keys:
        if key in section:
            section.findings.error("", section.place(key), f"{quoted(key)} does not go with {target.name}, which is "
                                   f"{target.type} and written so", fix="Take it out")  # fmt: skip


def words_in(section: Section, key: str) -> list[str]:
    """The words of the list under a key, as source values and columns are compared."""
    nodes = section.items(key)
    if not all(isinstance(node, Scalar) for node in nodes):
        section.wrong(key, wanted="a list of words")
    return [plain(node.value) for node in nodes if isinstance(node, Scalar)]


def _codes(node: Node | None, findings: Findings) -> dict[str, int]:
    """Source values, each with a whole number."""
    if not isinstance(node, MappingNode):
        if node is not None:
            findings.error("", node.place, "source values with codes are wanted here", fix='Write {"Yes": 1, "No": 2}')
        return {}
    codes: dict[str, int] = {}
    for written, child in node.entries.items():
        text, code = plain(written), integer_in(child)
        if code is None or code < 0:
            findings.error("", child.place, f"{quoted(text)} should have a code of the catalogue",
                           fix="Write a whole number; missing values stand under 'missing'")  # fmt: skip
        elif not text or text in codes or len(text) > LONGEST_VALUE:
            findings.error("", node.keys[written], f"{quoted(text)} is blank, stands twice, or is longer than "
                           f"{LONGEST_VALUE} characters", fix="Blank cells have 'blank' under 'missing'; what "
                           "people wrote themselves is coded first, and its codes are mapped")  # fmt: skip
        else:
            codes[text] = code
    return codes


def _missing(section: Section) -> dict[str, int]:
    """What blank cells and the values under `missing` stand for."""
    node = section.node("missing")
    if not isinstance(node, MappingNode):
        if node is not None:
            section.wrong("missing", wanted="a mapping like {blank: left_blank, not_sure: [...]}")
        return {"": int(MissingCode.LEFT_BLANK)}
    part = Section(node, section.findings, keys=("blank", *MISSING_NAMES))
    blank = part.word("blank", "left_blank")
    if blank not in BLANK_NAMES:
        part.wrong("blank", wanted=f"one of {', '.join(BLANK_NAMES)}; who was not asked follows from 'relevant'")
    found = {"": int(BLANK_NAMES.get(blank, MissingCode.LEFT_BLANK))}
    for name, code in MISSING_NAMES.items():
        for text in words_in(part, name):
            if text in found:
                part.wrong(name, wanted=f"each value once, and {quoted(text)} under 'blank' or one other key only")
            found[text] = int(code)
    return found


def _check_conditions(written: Mapping[str, _Written], mapped: Mapping[str, MappedVariable]) -> None:
    """Each condition names variables that are asked before: no circle."""
    placed = {each.target.name for layer in layers(mapped.values()) for each in layer}
    for name in mapped.keys() - placed:
        section = written[name].section
        section.findings.error("", section.place("relevant"), f"the condition of {name} names what is not mapped here, "
                               "or leads in a circle", fix="Name harmonised variables of this version, like "
                               "${help_sought} = 1")  # fmt: skip
