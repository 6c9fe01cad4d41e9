"""One row of the sheet survey that asks something, as a node of the tree."""

from collections.abc import Mapping

from selfhelp_survey.authoring.problems import quoted
from selfhelp_survey.authoring.section import Findings
from selfhelp_survey.authoring.source_tree import Mapping as MappingNode
from selfhelp_survey.authoring.source_tree import Node, Scalar
from selfhelp_survey.authoring.xlsform.columns import OURS, Line
from selfhelp_survey.authoring.xlsform.features import FEATURES, Kind, Standing, note_unread
from selfhelp_survey.authoring.xlsform.headers import flag_of
from selfhelp_survey.authoring.xlsform.types import bounds_in, length_in

QUESTION_COLUMNS = ("type", "name", "label", "hint", "relevant", "required", "constraint", "appearance", "disabled",
                    f"{OURS}role", f"{OURS}hierarchy", f"{OURS}harmonised", f"{OURS}prefer_not_to_say",
                    f"{OURS}not_sure")  # fmt: skip


def tree_of(line: Line, entries: Mapping[str, Node | None]) -> MappingNode:
    """The entries that there are, as a mapping that stands at this row."""
    present = {key: node for key, node in entries.items() if node is not None}
    return MappingNode(line.place, entries=present, keys={key: node.place for key, node in present.items()})


def question_node(
    line: Line, findings: Findings, *, default: str, more: Mapping[str, Node | None]
) -> MappingNode:  # fmt: skip
    """The question in this row; `more` holds what the row alone does not tell: type, values, rows, required."""
    kind = more["type"].value if isinstance(more["type"], Scalar) else ""
    _check_appearance(line, findings, kind)
    shown = flag_of(line, "disabled", findings)
    return tree_of(line, {
        "name": line.scalar("name"), "label": line.text("label", default), "hint": line.text("hint", default),
        "relevant": line.scalar("relevant", exactly=True), "role": line.scalar(f"{OURS}role"),
        "hierarchy": line.scalar(f"{OURS}hierarchy"), "harmonised": line.scalar(f"{OURS}harmonised"),
        "prefer_not_to_say": _flag(line, f"{OURS}prefer_not_to_say", findings),
        "not_sure": _flag(line, f"{OURS}not_sure", findings),
        "enabled": Scalar("false", line.place_of("disabled")) if shown else None,
        **_limits(line, findings, kind), **more,
    })  # fmt: skip


def _flag(line: Line, name: str, findings: Findings) -> Scalar | None:
    flag = flag_of(line, name, findings)
    return None if flag is None else Scalar(str(flag).lower(), line.place_of(name))


def _limits(line: Line, findings: Findings, kind: str) -> dict[str, Node | None]:
    """What the constraint says of a number or a text."""
    constraint, place = line.word("constraint"), line.place_of("constraint")
    limits: dict[str, int | None] = {}
    bounds, length = bounds_in(constraint), length_in(constraint)
    if kind == "number" and bounds is not None:
        limits = {"minimum": bounds[0], "maximum": bounds[1]}
    elif kind == "text" and length is not None:
        limits = {"max_length": length}
    elif constraint:
        findings.error("Q191", place, "this constraint is not read yet", fix="Write '. >= 0 and . <= 20' for an integer"
                       ", 'string-length(.) <= 500' for a text, and none for anything else")  # fmt: skip
    return {key: Scalar(str(number), place) for key, number in limits.items() if number is not None}


def _check_appearance(line: Line, findings: Findings, kind: str) -> None:
    features = FEATURES[Kind.APPEARANCE]
    for word in line.word("appearance").split():
        known = {"scale": "likert", "matrix": "table-list", "text": "multiline"}.get(kind)
        if word == known or (kind == "matrix" and word == "field-list"):
            continue
        lead = next((name for name in ("search()", "ex:") if word.lower().startswith(name.rstrip(")"))), word.lower())
        feature = features.get(lead, features["any other"])
        if feature.standing is Standing.SUPPORTED:
            feature = features["any other"]
        note_unread(feature, findings, line.place_of("appearance"), called=f"the appearance {quoted(word)}")
