"""Problems in the words of a workbook: the readers that both formats share speak of keys, an author here of columns."""

import re
from dataclasses import replace

from selfhelp_survey.authoring.problems import Problem
from selfhelp_survey.authoring.xlsform.other_sheets import HIERARCHIES

_COLUMNS = {
    "questionnaire": "form_id", "title": "label", "page": "name", "code": "name", "intro": "label", "heading": "label",
    "text": "hint", "minimum": "constraint", "maximum": "constraint", "values": "type", "rows": "type",
    **{key: f"shs_{key}" for key in ("part", "block", "admits", "role", "hierarchy", "harmonised", "prefer_not_to_say",
                                     "not_sure", "exclusive", "sample", "usable", "draft")},
}  # fmt: skip
_FIXES = (
    (r"Write '(?:- )?questionnaire: .*", "Fill in form_id in the sheet settings, like a_code"),
    (r"Write 'pages:' and .*", "Put the questions into groups: each begin_group with its end_group is a page"),
    (r"Write '(\w+): \{([\w-]+): \.\.\.\}'", "Write the wording in the column for {language}"),
    (r"Write '- page: .*", "Write the page's name into the column name: it is shown in the address"),
    (r"Write '(?:- )?name: .*", "Write the name of the variable into the column name"),
    (r"Write 'code: 1'", "Write a whole number, the code that is stored"),
    (r"Write 'max_length: .*", "Write the constraint string-length(.) <= 500, the most characters that can be given"),
    (r"Write 'minimum: 0' or more", "Write the constraint . >= 0, or more"),
    (r"Write 'hierarchy: name' and .*", "Write its name into shs_hierarchy, and describe it in shs_hierarchies"),
    (r"Write 'prefer_not_to_say: .*", "Add a choice -2 to the list, or write no into shs_prefer_not_to_say"),
    (r"Write 'not_sure: .*", "Add a choice -3 to the list, or empty shs_not_sure"),
    (r"Write 'members: .*", "Write the codes as asked into members, with spaces between, or yes into rest"),
    (r"Write '- \{name: .*", "Put a select_one row for each statement between begin_group and end_group"),
    (r"Name a list of 'lists'.*", "Write select_one and the name of a list of the sheet choices"),
    (r"Write it, or take the language out of 'languages'", "Write it, or take the language out of shs_languages"),
    (r"It is kept, but not offered until .*", "It is kept, but not offered until shs_languages lists it"),
    (r"Move it up, or write 'part: 2'", "Move it up, or write 2 into shs_part"),
    (r"That question is switched off .*", "That question is switched off: disabled says yes"),
    (r"Put every code into a category, or .*", "Put every code into a category, or write yes into rest in one row"),
    (r"Leave out 'rest' or 'members'", "Empty rest or members"),
    (r"Write a whole number without .* here", "Write a whole number here"),
    (r"Leave it out, or change the type", "Empty the cell, or change the type"),
)  # fmt: skip


_KEY = re.compile(r"'(\w+)'(?= is missing| should be| has no wording| does not go)")


def in_words_of_a_workbook(problem: Problem) -> Problem:
    """The same problem, with columns and sheets where the readers speak of keys."""
    if not problem.sheet:
        return problem
    message = _KEY.sub(lambda found: f"'{_column(found[1], problem.sheet)}'", problem.message)
    for pattern, instead in _FIXES:
        if found := re.fullmatch(pattern, problem.fix):
            language = found[2] if found.re.groups > 1 else ""
            return replace(problem, message=message, fix=instead.format(language=language))
    return replace(problem, message=message)


def _column(key: str, sheet: str) -> str:
    """The column that holds what a file in YAML writes under this key."""
    if sheet == HIERARCHIES:
        return key
    if sheet == "settings" and key == "title":
        return "form_title"
    return _COLUMNS.get(key, key)
