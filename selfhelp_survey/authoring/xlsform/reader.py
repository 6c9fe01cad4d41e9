"""Reads a questionnaire from an XLSForm workbook, and tells every problem at once, with sheet, row and column."""

import re
from collections.abc import Iterable
from dataclasses import replace

from selfhelp_survey.authoring.problems import Problem, ProblemsFound, quoted
from selfhelp_survey.authoring.section import Findings
from selfhelp_survey.authoring.source_tree import Mapping, Node, Place, Scalar
from selfhelp_survey.authoring.xlsform.columns import OURS, Line, columns_of
from selfhelp_survey.authoring.xlsform.headers import flag_of, lacks_columns
from selfhelp_survey.authoring.xlsform.other_sheets import (
    HIERARCHIES,
    choice_lists,
    default_language,
    hierarchy_levels,
    language_list,
    other_sheets,
    settings_line,
    title_node,
)
from selfhelp_survey.authoring.xlsform.survey_sheet import SurveyReader
from selfhelp_survey.authoring.xlsform.wording import in_words_of_a_workbook
from selfhelp_survey.authoring.xlsform.workbook import Sheet, read_sheets
from selfhelp_survey.authoring.yaml_reader import Reading, reading_of

NEEDED_COLUMNS = {"survey": ("type", "name", "label"), "choices": ("list_name", "name", "label")}
"""Without one of these no row can be understood, so nothing more is said before they are there."""
_ANSWER_SHOWN = re.compile(r"\$\{(\w*)\}")


def read_workbook(content: bytes, *, source: str) -> Reading:
    """The questionnaire in a workbook, with the warnings; `source` names the file in messages.

    Raises ProblemsFound with all problems.
    """
    findings = Findings()
    sheets = read_sheets(content, findings, source=source)
    try:
        if "survey" not in sheets:
            findings.error("Q111", Place(1, 1, "survey"), "the sheet 'survey' is missing",
                           fix="Put the questions into a sheet of this name")  # fmt: skip
            raise ProblemsFound(findings.problems, source=source)
        here = [name for name in NEEDED_COLUMNS if name in sheets]
        lacking = [lacks_columns(sheets[name], NEEDED_COLUMNS[name], findings) for name in here]
        if any(lacking):
            raise ProblemsFound(findings.problems, source=source)
        reading = reading_of(_tree(sheets, findings), findings, source=source)
    except ProblemsFound as found:
        raise ProblemsFound(_reworded(found.problems), source=source) from None
    return replace(reading, warnings=tuple(_reworded(reading.warnings)))


def _reworded(problems: Iterable[Problem]) -> list[Problem]:
    return [in_words_of_a_workbook(problem) for problem in problems]


def _tree(sheets: dict[str, Sheet], findings: Findings) -> Mapping:
    """The workbook as the same tree that a YAML file gives."""
    other_sheets(sheets, findings)
    settings = settings_line(sheets.get("settings"), findings)
    found = _languages_in(sheets["survey"])
    default = default_language(settings, findings, found=found)
    empty = Sheet(name="choices", rows=())
    entries: dict[str, Node | None] = {
        "questionnaire": settings.scalar("form_id"), "sample": settings.scalar(f"{OURS}sample"),
        "draft": _flag(settings, f"{OURS}draft", findings),
        "languages": language_list(settings, findings, default=default, found=found),
        "title": title_node(settings, default=default), "usable": settings.scalar(f"{OURS}usable", exactly=True),
        "prefer_not_to_say": settings.text(f"{OURS}prefer_not_to_say", default),
        "not_sure": settings.text(f"{OURS}not_sure", default),
        "lists": choice_lists(sheets.get("choices", empty), findings, default=default),
        "hierarchies": hierarchy_levels(sheets.get(HIERARCHIES, empty), findings, default=default),
        "pages": SurveyReader(findings, default=default).pages(sheets["survey"]),
    }  # fmt: skip
    present = {key: node for key, node in entries.items() if node is not None}
    tree = Mapping(settings.place, entries=present, keys={key: node.place for key, node in present.items()})
    _refuse_shown_answers(tree, findings)
    return tree


def _flag(line: Line, column: str, findings: Findings) -> Scalar | None:
    """A node that says true, None where the column does not say yes."""
    return Scalar("true", line.place_of(column)) if flag_of(line, column, findings) else None


def _languages_in(survey: Sheet) -> tuple[str, ...]:
    codes = (column.language for column in columns_of(survey) if column.name == "label")
    return tuple(dict.fromkeys(code for code in codes if code))


def _refuse_shown_answers(node: Node, findings: Findings) -> None:
    """Note every text that would show an earlier answer, which `${name}` in a label does elsewhere."""
    if isinstance(node, Scalar):
        return
    if isinstance(node, Mapping):
        for key, child in node.entries.items():
            if isinstance(child, Scalar) and not child.is_plain and (found := _ANSWER_SHOWN.search(child.value)):
                message = f"the text would show the answer to {quoted(found[1])}, which is refused: answers stay unseen"
                findings.error("Q190", child.place, message, fix="Say it without the answer")
                node.entries[key] = replace(child, value=_ANSWER_SHOWN.sub(r"\1", child.value))
    for child in node.entries.values() if isinstance(node, Mapping) else node.items:
        _refuse_shown_answers(child, findings)
