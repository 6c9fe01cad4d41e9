"""Crosswalk plans as YAML files, read within bounds; everything that is wrong is said at once, with its line."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from selfhelp_survey.authoring.problems import Problem, ProblemsFound, did_you_mean, quoted
from selfhelp_survey.authoring.section import LANGUAGE, Findings, Section, is_nothing
from selfhelp_survey.authoring.source_tree import Mapping as MappingNode
from selfhelp_survey.authoring.source_tree import Scalar, source_tree
from selfhelp_survey.core.harmonised import HarmonisedCatalogue
from selfhelp_survey.core.questionnaire import PAGE_NAME
from selfhelp_survey.core.response import Channel, Mark
from selfhelp_survey.research.crosswalk.plan import (
    Admission,
    CrosswalkPlan,
    LanguageSource,
    Layout,
    QuarterSource,
    SurveyVersion,
    plain,
)
from selfhelp_survey.research.crosswalk.samples import OWN_INSTRUMENT, sample_of
from selfhelp_survey.research.crosswalk.variable_reader import VariableReader, words_in
from selfhelp_survey.research.errors import PlanError, PlanProblem
from selfhelp_survey.research.plan_reader import LARGEST_FILE
from selfhelp_survey.research.quarters import QUARTER

TOP_KEYS = ("instrument", "sample", "kind", "channel", "entry", "missing", "lists", "versions")
VERSION_KEYS = (
    "version", "language", "quarter", "adult", "consent", "complete", "row_id", "encoding", "delimiter", "sheet",
    "not_asked", "variables",
)  # fmt: skip
ENCODINGS = ("utf-8", "utf-16", "cp1252")
DELIMITERS = (";", ",", "\t")
_SOME_DAY = datetime(2023, 5, 17, 10, 15, tzinfo=UTC)
_DELIMITER_WORDS = {"tab": "\t"}
_ENTRY = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}", re.ASCII)
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}", re.ASCII)


def read_crosswalk_file(path: Path, catalogue: HarmonisedCatalogue) -> CrosswalkPlan:
    """The crosswalk plan in a file. Raises PlanError."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise _refusal(path.name, f"the file cannot be read ({error.strerror})") from error
    except UnicodeDecodeError:
        raise _refusal(path.name, "the file is not written in UTF-8: save it as UTF-8") from None
    return read_crosswalk(text, catalogue, source=path.name)


def read_crosswalk(text: str, catalogue: HarmonisedCatalogue, *, source: str) -> CrosswalkPlan:
    """The crosswalk plan in a YAML text. Raises PlanError with everything that is wrong."""
    if len(text.encode()) > LARGEST_FILE:
        raise _refusal(source, f"the file is larger than a plan can be ({LARGEST_FILE // 1024} KiB): split it")
    try:
        root, problems = source_tree(text, source=source)
    except ProblemsFound as error:
        raise _error(error.problems, source) from None
    if not isinstance(root, MappingNode):
        raise _refusal(source, "a crosswalk plan is a list of keys and values: begin with `instrument: ...`", line=1)
    findings = Findings(problems)
    plan = _PlanReader(Section(root, findings, keys=TOP_KEYS), catalogue).plan()
    if findings.has_errors or findings.problems:
        raise _error(findings.problems, source)
    return plan


def _error(problems: "tuple[Problem, ...] | list[Problem]", source: str) -> PlanError:
    told = [PlanProblem(line=each.line, message=f"{each.message}. {each.fix}") for each in problems]
    return PlanError(told, source=source)


def _refusal(source: str, message: str, *, line: int = 0) -> PlanError:
    return PlanError([PlanProblem(line=line, message=message)], source=source)


class _PlanReader:
    """One pass over the plan; problems are noted, and harmless values stand in for what cannot be read."""

    def __init__(self, top: Section, catalogue: HarmonisedCatalogue) -> None:
        self._top = top
        self._catalogue = catalogue
        self._instruments = {held.instrument for variable in catalogue for held in variable.instruments}

    def plan(self) -> CrosswalkPlan:
        for key in ("instrument", "sample", "kind", "channel", "versions"):
            self._top.demand(key, fix=f"Write '{key}: ...'")
        instrument = self._instrument()
        variables = VariableReader(self._top, self._catalogue, instrument)
        sections = self._top.sections("versions", keys=VERSION_KEYS)
        versions = tuple(self._version(section, variables) for section in sections)
        self._check_versions(sections, versions)
        return CrosswalkPlan(
            instrument=instrument, sample=self._sample(instrument), entry=self._entry(), versions=versions,
            kind=Mark(_one_of(self._top, "kind", list(Mark))),
            channel=Channel(_one_of(self._top, "channel", list(Channel))),
        )  # fmt: skip

    def _instrument(self) -> str:
        """The instrument, which the catalogue must know."""
        name = self._name("instrument")
        known = self._instruments
        if name and name not in known:
            self._top.findings.error("", self._top.place("instrument"), "the catalogue of harmonised variables knows "
                                     f"no instrument {quoted(name)}", fix=did_you_mean(name, known))  # fmt: skip
        if name == OWN_INSTRUMENT:
            self._top.findings.error("", self._top.place("instrument"), f"{name} is this software's own survey: its "
                                     "responses are received in bundles", fix="Name the sister survey")  # fmt: skip
        return name

    def _sample(self, instrument: str) -> str:
        """The sample, which is the one that the instrument's questionnaire names: another would be somebody else's."""
        name = self._name("sample")
        own = sample_of(instrument) if instrument in self._instruments - {OWN_INSTRUMENT} else None
        if name and own not in {None, name}:
            self._top.wrong("sample", wanted=f"{own}, the sample of {instrument}")
        return name

    def _name(self, key: str) -> str:
        word = self._top.word(key)
        if word and not PAGE_NAME.fullmatch(word.replace("_", "-")):
            self._top.wrong(key, wanted="a name of a-z, 0-9 and _, a letter first")
        return word

    def _entry(self) -> str:
        word = self._top.word("entry", "crosswalk")
        if not _ENTRY.fullmatch(word):
            self._top.wrong("entry", wanted="a word of a-z, 0-9, - and _")
        return word

    def _version(self, section: Section, variables: VariableReader) -> SurveyVersion:
        section.demand("version", fix="Name the version, like 'version: \"2021\"'")
        name = section.word("version")
        if name and not _VERSION.fullmatch(name):
            section.wrong("version", wanted="a short name of letters, digits, '.', '-' and '_'")
        admissions = [_admission(section, "adult"), _admission(section, "consent")]
        if "complete" in section:
            admissions.append(_admission(section, "complete"))
        return SurveyVersion(
            name=name, language=_language(section), quarter=_quarter(section), admissions=tuple(admissions),
            variables=variables.variables(section), layout=_layout(section), row_id=plain(section.word("row_id")),
        )  # fmt: skip

    def _check_versions(self, sections: list[Section], versions: tuple[SurveyVersion, ...]) -> None:
        first: dict[str, SurveyVersion] = {}
        times = Counter((version.name, version.language.constant) for version in versions)
        for section, version in zip(sections, versions, strict=True):
            other = first.setdefault(version.name, version)
            if other.asked != version.asked:
                self._top.findings.error(
                    "", section.start, f"the version {quoted(version.name)} does not ask the same here as where it "
                    "stands first", fix="Map the same variables, options and conditions, or name it another version",
                )  # fmt: skip
            if times[version.name, version.language.constant] > 1 and other is not version:
                self._top.findings.error("", section.start, f"the version {quoted(version.name)} stands twice in one "
                                         "language", fix="Keep one of them")  # fmt: skip


def _one_of(section: Section, key: str, known: list[str]) -> str:
    word = section.word(key, known[0])
    if word in [str(each) for each in known]:
        return word
    section.wrong(key, wanted=f"one of {', '.join(known)}")
    return known[0]


def _admission(section: Section, key: str) -> Admission:
    section.demand(key, fix=f"Write '{key}: {{column: ..., values: [...]}}', or '{key}: {{every_row: \"why\"}}'")
    part = _part(section, key, keys=("column", "values", "every_row"))
    if part is None or "every_row" in part:
        reason = plain(part.word("every_row")) if part else ""
        if part is not None and ("column" in part or "values" in part or not reason):
            section.wrong(key, wanted="either every_row with its reason, or a column and its values")
        return Admission(reason=reason)
    for needed in ("column", "values"):
        part.demand(needed, fix=f"Write '{needed}: ...'")
    if "" in words_in(part, "values"):
        part.wrong("values", wanted="values without a blank one: a blank cell is no yes")
    return Admission(column=plain(part.word("column")), values=frozenset(words_in(part, "values")))


def _language(section: Section) -> LanguageSource:
    section.demand("language", fix="Write 'language: en', or 'language: {column: ..., values: {English: en}}'")
    if isinstance(section.node("language"), Scalar) or "language" not in section:
        word = section.word("language")
        if word and not LANGUAGE.fullmatch(word):
            section.wrong("language", wanted="a language code like en")
        return LanguageSource(constant=word)
    part = _part(section, "language", keys=("column", "values"))
    if part is None:
        return LanguageSource()
    for needed in ("column", "values"):
        part.demand(needed, fix=f"Write '{needed}: ...'")
    values = {plain(name): _scalar(node) for name, node in part.entries("values").items()}
    if not all(LANGUAGE.fullmatch(code) for code in values.values()):
        part.wrong("values", wanted="what the column holds, each with a language code like en")
    return LanguageSource(column=plain(part.word("column")), values=values)


def _quarter(section: Section) -> QuarterSource:
    section.demand("quarter", fix="Write 'quarter: 2023Q2', or 'quarter: {column: ..., format: \"%d.%m.%Y\"}'")
    if isinstance(section.node("quarter"), Scalar) or "quarter" not in section:
        word = section.word("quarter")
        if word and not QUARTER.fullmatch(word):
            section.wrong("quarter", wanted="a quarter like 2023Q2")
        return QuarterSource(constant=word)
    part = _part(section, "quarter", keys=("column", "format"))
    if part is None:
        return QuarterSource()
    for needed in ("column", "format"):
        part.demand(needed, fix=f"Write '{needed}: ...'")
    pattern = part.word("format")
    if pattern and not is_date_format(pattern):
        part.wrong("format", wanted="a date format with year and month, like '%d.%m.%Y %H:%M'")
    return QuarterSource(column=plain(part.word("column")), format=pattern)


def is_date_format(pattern: str) -> bool:
    """True where a date written so (strftime) is read back (strptime) with its year and month."""
    if not ("%Y" in pattern and any(month in pattern for month in ("%m", "%b", "%B"))):
        return False
    try:
        read = datetime.strptime(_SOME_DAY.strftime(pattern), pattern)
    except (ValueError, re.error):
        return False
    return (read.year, read.month) == (_SOME_DAY.year, _SOME_DAY.month)


def _layout(section: Section) -> Layout:
    encoding, written = section.word("encoding").lower(), section.word("delimiter")
    delimiter = _DELIMITER_WORDS.get(written, written)
    if encoding and encoding not in ENCODINGS:
        section.wrong("encoding", wanted=f"one of {', '.join(ENCODINGS)}")
    if delimiter and delimiter not in DELIMITERS:
        section.wrong("delimiter", wanted='one of ";", "," and tab')
    return Layout(encoding=encoding, delimiter=delimiter, sheet=section.word("sheet"))


def _part(section: Section, key: str, *, keys: tuple[str, ...]) -> Section | None:
    """The mapping under a key; None where none stands there, which is noted."""
    node = section.node(key)
    if isinstance(node, MappingNode):
        return Section(node, section.findings, keys=keys)
    if node is not None:
        section.wrong(key, wanted=f"a mapping with {' and '.join(keys)}")
    return None


def _scalar(node: object) -> str:
    return node.value if isinstance(node, Scalar) and not is_nothing(node) else ""


def entries_of(plan: CrosswalkPlan) -> Iterator[str]:
    """How each version of the plan is named where one has to be chosen."""
    return (f"{version.name} {version.language.constant}".strip() for version in plan.versions)
