"""The sheet survey: rows into pages, matrices and questions, as a tree that the same reader takes as a YAML file's."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from selfhelp_survey.authoring.problems import did_you_mean, quoted
from selfhelp_survey.authoring.section import Findings
from selfhelp_survey.authoring.source_tree import Node, Place, Scalar, Sequence
from selfhelp_survey.authoring.xlsform.columns import OURS, Line
from selfhelp_survey.authoring.xlsform.features import FEATURES, Kind, Standing, note_unread
from selfhelp_survey.authoring.xlsform.headers import flag_of, read_lines
from selfhelp_survey.authoring.xlsform.question_row import QUESTION_COLUMNS, question_node, tree_of
from selfhelp_survey.authoring.xlsform.types import GROUP_BEGIN, GROUP_END, LISTED, QUESTION_TYPES, RowType, row_type
from selfhelp_survey.authoring.xlsform.workbook import Sheet

PAGE_COLUMNS = (f"{OURS}part", f"{OURS}block", f"{OURS}admits", f"{OURS}kind")
SURVEY_COLUMNS = (*QUESTION_COLUMNS, *PAGE_COLUMNS)
PARTS_OF_PAGE = ("intro", "fact", "detail")
"""What `shs_kind` makes of a note: a part of its page instead of a text between questions."""
_ONLY_PAGES = (f"{OURS}part", f"{OURS}block", f"{OURS}admits")
_NOT_OF_ROWS = ("relevant", "hint", "constraint", "disabled", f"{OURS}role", f"{OURS}hierarchy", f"{OURS}harmonised",
                f"{OURS}prefer_not_to_say", f"{OURS}not_sure", f"{OURS}kind")  # fmt: skip


@dataclass(kw_only=True)
class _Group:
    """A group not yet closed: a page, or within one a matrix, of whose rows `lists` and `required` tell."""

    line: Line
    items: list[Node] = field(default_factory=list)
    passages: dict[str, list[Node]] = field(default_factory=lambda: {kind: [] for kind in PARTS_OF_PAGE})
    lists: list[Scalar] = field(default_factory=list)
    required: list[bool] = field(default_factory=list)


class SurveyReader:
    """Reads one row after another; `default` is the language of columns that name none."""

    def __init__(self, findings: Findings, *, default: str) -> None:
        self._findings = findings
        self._default = default
        self._pages: list[Node] = []
        self._page: _Group | None = None
        self._matrix: _Group | None = None

    def pages(self, sheet: Sheet) -> Sequence:
        """The pages of this sheet."""
        for line in read_lines(sheet, self._findings, known=SURVEY_COLUMNS, features=FEATURES[Kind.COLUMN]):
            self._take(line)
        for group in (self._matrix, self._page):
            if group is not None:
                self._findings.error("Q192", group.line.place_of("type"), "this group is never closed",
                                     fix="Put a row end_group after its last question")  # fmt: skip
        return Sequence(Place(1, 1, sheet.name), items=self._pages)

    def _take(self, line: Line) -> None:
        kind = row_type(line.word("type"))
        if kind.name == GROUP_BEGIN:
            self._begin(line)
        elif kind.name == GROUP_END:
            self._end(line)
        elif kind.name in QUESTION_TYPES and (kind.choices or kind.name not in LISTED):
            self._question(line, kind)
        else:
            self._note_type(line, kind)

    def _note_type(self, line: Line, kind: RowType) -> None:
        place, written = line.place_of("type"), line.word("type")
        feature = FEATURES[Kind.TYPE].get(kind.name)
        if not written:
            self._findings.error("Q111", place, "'type' is missing", fix="Fill in the column type, or empty the row")
        elif feature is None or feature.standing is Standing.SUPPORTED:
            known = [name for name, each in FEATURES[Kind.TYPE].items() if each.standing is Standing.SUPPORTED]
            fix = f"Write {kind.name} and the name of a list" if kind.name in LISTED else did_you_mean(kind.name, known)
            self._findings.error("Q112", place, f"{quoted(written)} is not a type", fix=fix)
        else:
            note_unread(feature, self._findings, place, called=f"the type {quoted(kind.name)}")
        self._stand_in(line)

    def _stand_in(self, line: Line) -> None:
        """Something in the place of a row that was noted, so that conditions on it are not noted as well."""
        label = line.text("label", self._default)
        if self._page is not None and self._matrix is None and label is not None and line.cell("name"):
            words = {"type": "text", "role": "free text", "max_length": "1"}
            made = {key: Scalar(word, line.place) for key, word in words.items()}
            self._page.items.append(tree_of(line, {"name": line.scalar("name"), "label": label, **made}))

    def _begin(self, line: Line) -> None:
        is_table = "table-list" in line.word("appearance").split()
        if self._page is None:
            if is_table:
                self._findings.error("Q192", line.place_of("appearance"), "a matrix stands outside every page",
                                     fix="Put a begin_group before it, and an end_group after: its page")  # fmt: skip
            self._page = _Group(line=line)
        elif self._matrix is None and is_table:
            self._matrix = _Group(line=line)
        else:
            self._findings.error("Q192", line.place_of("type"), "a group within a page can only be a matrix",
                                 fix="Close the page before, or give the group the appearance table-list")  # fmt: skip
            self._matrix = self._matrix or _Group(line=line)

    def _end(self, line: Line) -> None:
        if self._matrix is not None and self._page is not None:
            self._page.items.append(self._matrix_node(self._matrix))
            self._matrix = None
        elif self._page is not None:
            self._pages.append(self._page_node(self._page))
            self._page = None
        else:
            self._findings.error("Q192", line.place_of("type"), "no group is open here", fix="Delete the row")

    def _page_node(self, page: _Group) -> Node:
        line, passages = page.line, page.passages
        for name in ("required", "constraint", "disabled", "hint", f"{OURS}role"):
            if line.cell(name):
                self._findings.error("Q143", line.place_of(name), f"{quoted(name)} does not go with a page",
                                     fix="Empty the cell; write it in the row of a question")  # fmt: skip
        return tree_of(line, {
            "page": line.scalar("name"), "part": line.scalar(f"{OURS}part"), "block": line.scalar(f"{OURS}block"),
            "title": line.text("label", self._default), "intro": next(iter(passages["intro"]), None),
            "facts": Sequence(line.place, items=passages["fact"]),
            "details": Sequence(line.place, items=passages["detail"]),
            "relevant": line.scalar("relevant", exactly=True), "admits": line.scalar(f"{OURS}admits", exactly=True),
            "questions": Sequence(line.place, items=page.items),
        })  # fmt: skip

    def _matrix_node(self, matrix: _Group) -> Node:
        line = matrix.line
        if len({choices.value for choices in matrix.lists}) > 1:
            self._findings.error("Q143", line.place, "the rows of this matrix have different lists of choices",
                                 fix="Give all of them the same list")  # fmt: skip
        if len(set(matrix.required)) > 1:
            self._findings.error("Q191", line.place, "some rows of this matrix are required and some are not",
                                 fix="Write the same in all of them, or ask them one by one")  # fmt: skip
        more: Mapping[str, Node | None] = {
            "type": Scalar("matrix", line.place), "rows": Sequence(line.place, items=matrix.items),
            "values": next(iter(matrix.lists), None),
            "required": Scalar("true", line.place) if any(matrix.required) else None,
        }  # fmt: skip
        return question_node(line, self._findings, default=self._default, more=more)

    def _question(self, line: Line, kind: RowType) -> None:
        part = line.word(f"{OURS}kind")
        for name in _ONLY_PAGES:
            if line.cell(name):
                self._findings.error("Q143", line.place_of(name), f"{quoted(name)} goes with a page",
                                     fix="Write it in the begin_group row of its page")  # fmt: skip
        if self._page is None:
            self._findings.error("Q192", line.place_of("type"), "this question stands outside every page",
                                 fix="Put it between begin_group and end_group: such a group is a page")  # fmt: skip
        elif self._matrix is not None:
            self._matrix_row(self._matrix, line, kind)
        elif part:
            self._passage(self._page, line, part)
        else:
            self._page.items.append(self._question_of(line, kind))

    def _question_of(self, line: Line, kind: RowType) -> Node:
        is_scale = kind.name == "select_one" and "likert" in line.word("appearance").split()
        word = "scale" if is_scale else str(QUESTION_TYPES[kind.name])
        place = line.place_of("type")
        required = flag_of(line, "required", self._findings)
        more: Mapping[str, Node | None] = {
            "type": Scalar(word, place), "values": Scalar(kind.choices, place) if kind.choices else None,
            "required": Scalar("true", line.place_of("required")) if required else None,
        }  # fmt: skip
        return question_node(line, self._findings, default=self._default, more=more)

    def _matrix_row(self, matrix: _Group, line: Line, kind: RowType) -> None:
        if kind.name != "select_one":
            self._findings.error("Q143", line.place_of("type"), "the rows of a matrix are select_one",
                                 fix="Move this row out of the group with table-list")  # fmt: skip
            return
        for name in _NOT_OF_ROWS:
            if any(column == name for column, _ in line.cells):
                self._findings.error("Q191", line.place_of(name), f"{quoted(name)} of one row of a matrix is not read",
                                     fix="Write it in the begin_group row, for the whole matrix")  # fmt: skip
        matrix.lists.append(Scalar(kind.choices, line.place_of("type")))
        matrix.required.append(bool(flag_of(line, "required", self._findings)))
        matrix.items.append(tree_of(line, {"name": line.scalar("name"), "label": line.text("label", self._default)}))

    def _passage(self, page: _Group, line: Line, part: str) -> None:
        place, label = line.place_of(f"{OURS}kind"), line.text("label", self._default)
        if row_type(line.word("type")).name != "note" or part not in PARTS_OF_PAGE:
            self._findings.error("Q143", place, f"'{OURS}kind' makes a note an intro, a fact or a detail of its page",
                                 fix="Write intro, fact or detail, with the type note; or empty the cell")  # fmt: skip
        elif part != "intro":
            entry = {"heading": label, "text": line.text("hint", self._default)}
            page.passages[part].append(tree_of(line, entry))
        elif page.passages["intro"]:
            self._findings.error("Q143", place, "this page has two intros", fix="Put both into one row")
        elif label is not None:
            page.passages["intro"].append(label)
