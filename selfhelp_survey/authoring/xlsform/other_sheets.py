"""The sheets choices, settings and shs_hierarchies, as nodes of the tree."""

from collections.abc import Mapping

from selfhelp_survey.authoring.problems import did_you_mean, quoted
from selfhelp_survey.authoring.section import Findings, integer_in
from selfhelp_survey.authoring.source_tree import Mapping as MappingNode
from selfhelp_survey.authoring.source_tree import Node, Place, Scalar, Sequence
from selfhelp_survey.authoring.xlsform.columns import OURS, Line, code_in
from selfhelp_survey.authoring.xlsform.features import FEATURES, Kind
from selfhelp_survey.authoring.xlsform.headers import flag_of, read_lines
from selfhelp_survey.authoring.xlsform.question_row import tree_of
from selfhelp_survey.authoring.xlsform.workbook import Sheet

HIERARCHIES = "shs_hierarchies"
CHOICE_COLUMNS = ("list_name", "name", "label", f"{OURS}exclusive")
SETTING_COLUMNS = ("form_title", "form_id", "default_language", f"{OURS}title", f"{OURS}sample", f"{OURS}usable",
                   f"{OURS}draft", f"{OURS}languages", f"{OURS}prefer_not_to_say", f"{OURS}not_sure")  # fmt: skip
HIERARCHY_COLUMNS = ("hierarchy", "level", "code", "members", "rest", "label")


def choice_lists(sheet: Sheet, findings: Findings, *, default: str) -> MappingNode:
    """Every list of choices under its name."""
    lists = MappingNode(Place(1, 1, sheet.name))
    for line in read_lines(sheet, findings, known=CHOICE_COLUMNS, features=FEATURES[Kind.COLUMN]):
        name = line.word("list_name")
        if not name:
            findings.error("Q111", line.place, "'list_name' is missing", fix="Write the name of the list")
            continue
        exclusive = flag_of(line, f"{OURS}exclusive", findings)
        value = tree_of(line, {
            "code": line.scalar("name"), "label": line.text("label", default),
            "exclusive": Scalar("true", line.place_of(f"{OURS}exclusive")) if exclusive else None,
        })  # fmt: skip
        _listed(lists, name, line.place).items.append(value)
    return lists


def _listed(lists: MappingNode, name: str, place: Place) -> Sequence:
    found = lists.entries.setdefault(name, Sequence(place))
    lists.keys.setdefault(name, place)
    return found if isinstance(found, Sequence) else Sequence(place)


def settings_line(sheet: Sheet | None, findings: Findings) -> Line:
    """The one row of the sheet settings; an empty one where there is none."""
    if sheet is None:
        return Line(place=Place(1, 1, "settings"), cells={})
    lines = read_lines(sheet, findings, known=SETTING_COLUMNS, features=FEATURES[Kind.SETTING])
    for line in lines[1:]:
        findings.error("Q112", line.place, "the sheet settings has one row under its header", fix="Delete the others")
    return lines[0] if lines else Line(place=Place(1, 1, sheet.name), cells={})


def default_language(settings: Line, findings: Findings, *, found: tuple[str, ...]) -> str:
    """The language that columns without one are in: the setting, or else the first of `found` in the headers."""
    written = settings.word("default_language")
    code = code_in(written)
    if code:
        return code
    place = settings.place_of("default_language")
    if written and code is None:
        findings.error("Q121", place, f"{quoted(written)} holds no language code", fix="Write it like 'English (en)'")
    elif not found:
        findings.error("Q111", place, "'default_language' is missing", fix="Fill it in, like 'English (en)'")
    return found[0] if found else "en"


def language_list(settings: Line, findings: Findings, *, default: str, found: tuple[str, ...]) -> Sequence:
    """The languages of the questionnaire: those listed, or else all in the headers of the sheet survey."""
    place = settings.place_of(f"{OURS}languages")
    codes = settings.word(f"{OURS}languages").replace(",", " ").split()
    if not codes:
        codes = [default, *(code for code in found if code != default)]
    elif codes[0] != default:
        findings.error("Q112", place, f"the first language in '{OURS}languages' is not the default language",
                       fix=f"Begin the list with {default}, or change default_language")  # fmt: skip
    return Sequence(place, items=[Scalar(code, place) for code in codes])


def title_node(settings: Line, *, default: str) -> Node | None:
    """The title: `form_title` in the default language, the others in columns of their own."""
    texts = [text for name in ("form_title", f"{OURS}title") if (text := settings.text(name, default)) is not None]
    if not texts:
        return None
    title = texts[0]
    for text in texts[1:]:
        title.entries.update(text.entries)
        title.keys.update(text.keys)
    return title


def hierarchy_levels(sheet: Sheet, findings: Findings, *, default: str) -> MappingNode:
    """The levels of every hierarchy under its name; a row without a level and code names one without levels."""
    hierarchies = MappingNode(Place(1, 1, sheet.name))
    for line in read_lines(sheet, findings, known=HIERARCHY_COLUMNS, features={}):
        name = line.word("hierarchy")
        if not name:
            findings.error("Q111", line.place, "'hierarchy' is missing", fix="Write the name of the hierarchy")
            continue
        levels = _listed(hierarchies, name, line.place)
        if line.cell("level"):
            _add_category(levels, line, findings, default)
        elif line.cell("code"):
            findings.error("Q111", line.place, "'level' is missing", fix="Write 1 for the finest level, then 2, 3 ...")
    return hierarchies


def _add_category(levels: Sequence, line: Line, findings: Findings, default: str) -> None:
    number = integer_in(Scalar(line.word("level"), line.place))
    if number == len(levels.items) + 1:
        levels.items.append(Sequence(line.place))
    elif number is None or number < 1 or number != len(levels.items):
        findings.error("Q112", line.place_of("level"), f"{quoted(line.word('level'))} does not follow on the level "
                       "before", fix="Keep the rows of a level together, level 1 first")  # fmt: skip
        return
    level = levels.items[-1]
    if isinstance(level, Sequence) and line.cells.keys() - {("hierarchy", ""), ("level", "")}:
        level.items.append(_category(line, findings, default))


def _category(line: Line, findings: Findings, default: str) -> MappingNode:
    place = line.place_of("members")
    members: list[Node] = [Scalar(member, place) for member in line.word("members").replace(",", " ").split()]
    rest = flag_of(line, "rest", findings)
    return tree_of(line, {
        "code": _code(line), "label": line.text("label", default),
        "members": Sequence(place, items=members) if members else None,
        "rest": Scalar("true", line.place_of("rest")) if rest else None,
    })  # fmt: skip


def _code(line: Line) -> Scalar | None:
    """The code of a category: a number, a word, or in quotes a word that would read as something else."""
    word = line.word("code")
    if len(word) > 1 and word[0] == word[-1] == '"':
        return Scalar(word[1:-1], line.place_of("code"), is_plain=False)
    return line.scalar("code")


def other_sheets(sheets: Mapping[str, Sheet], findings: Findings) -> None:
    """Nothing for sheets that no tool reads; those that XLSForm knows and we do not are noted."""
    for name, sheet in sheets.items():
        feature = FEATURES[Kind.SHEET].get(name)
        place = Place(1, 1, name)
        if (
            feature is not None
            and feature.why
            and len(sheet.rows) > 1
            and name not in {"survey", "choices", "settings"}
        ):
            findings.error("Q190", place, f"the sheet {quoted(name)} is refused: {feature.why}", fix=feature.fix)
        elif feature is None and name.startswith("shs") and name != HIERARCHIES:
            findings.error(
                "Q110", place, f"the sheet {quoted(name)} is not known", fix=did_you_mean(name, [HIERARCHIES])
            )
