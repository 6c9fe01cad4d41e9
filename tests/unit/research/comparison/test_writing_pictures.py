"""Pictures: drawn from shown cells only, readable, and told apart by more than their colours."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from selfhelp_survey.research.comparison.table import ChartKind, State, Table
from selfhelp_survey.research.comparison.words import LANGUAGES
from selfhelp_survey.research.comparison.writing.svg.canvas import NARROW, PALETTE, lines_of, width_of
from selfhelp_survey.research.comparison.writing.svg.heat import luminance, readable_on, shade
from selfhelp_survey.research.comparison.writing.svg.picture import narrow_picture, picture
from tests.unit.research.comparison.reports import (
    ALLUVIAL,
    CHARTS,
    DOTS,
    FOREST,
    HEAT,
    W,
    a_chart,
    a_table,
)

SVG = "{http://www.w3.org/2000/svg}"
LIGHT, DARK = (255, 255, 255), (0x17, 0x19, 0x1C)


def drawn(kind: ChartKind, table: Table, *, language: str = "en", narrow: bool = False) -> ET.Element:
    """The picture, parsed."""
    made = (narrow_picture if narrow else picture)(a_chart(kind, table), table, language)
    assert made is not None
    return ET.fromstring(made)  # noqa: S314 - we have just written it


def texts(root: ET.Element) -> list[str]:
    return [str(each.text) for each in root.iter(f"{SVG}text")]


def figures(root: ET.Element) -> list[str]:
    """What stands behind the rows: figures with their intervals."""
    return [text for text in texts(root) if re.search(r"\(\d", text)]


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """Source: WCAG 2.2, glossary."""
    bright, dark = sorted((luminance((one[0], one[1], one[2])), luminance((other[0], other[1], other[2]))))[::-1]
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("kind", "table"), CHARTS, ids=[kind.value for kind, _ in CHARTS])
@pytest.mark.parametrize("language", LANGUAGES)
def test_picture__any_kind__has_title_and_description_and_stays_inside(
    kind: ChartKind, table: Table, language: str
) -> None:
    root = drawn(kind, table, language=language)
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert title.text == f"Picture of {table.name}"
    assert description is not None
    assert str(description.text).startswith("What kind it is.")
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    for each in root.iter(f"{SVG}text"):
        size, x = float(each.attrib["font-size"]), float(each.attrib["x"])
        room = width_of(str(each.text), size) * 0.95
        begins = {"end": x - room, "middle": x - room / 2}.get(each.attrib.get("text-anchor", ""), x)
        assert begins >= 0, each.text
        assert begins + room <= width + 1, each.text
        assert 10 <= float(each.attrib["y"]) <= height, each.text
        assert size >= 12


@pytest.mark.parametrize(("kind", "table"), CHARTS[:2], ids=["dots", "forest"])
def test_narrow_picture__of_rows__fits_a_phone(kind: ChartKind, table: Table) -> None:
    root = drawn(kind, table, narrow=True)
    assert root.attrib["width"] == str(NARROW.width)
    assert figures(root) == figures(drawn(kind, table))


@pytest.mark.parametrize(("kind", "table"), CHARTS[2:], ids=["heat", "alluvial"])
def test_narrow_picture__of_two_dimensions__is_none(kind: ChartKind, table: Table) -> None:
    assert narrow_picture(a_chart(kind, table), table, "en") is None


@pytest.mark.parametrize(("kind", "table"), CHARTS, ids=[kind.value for kind, _ in CHARTS])
def test_picture__nothing_shown__is_none(kind: ChartKind, table: Table) -> None:
    needed = {"share", "odds_ratio", "count"} & {column.key for column in table.columns}
    rows = [[W if column.key in needed else cell.value or W for column, cell in zip(table.columns, row, strict=True)]
            for row in table.rows]  # fmt: skip
    empty = a_table(table.name, " ".join(column.key for column in table.columns), rows)
    assert picture(a_chart(kind, empty), empty, "en") is None


def test_dots__withheld_rows__are_not_drawn_and_samples_have_different_marks() -> None:
    root = drawn(ChartKind.DOTS, DOTS)
    assert len(figures(root)) == 4
    circles = list(root.iter(f"{SVG}circle"))
    squares = [each for each in root.iter(f"{SVG}rect") if each.get("class") == "mark"]
    assert (len(circles), len(squares)) == (2, 2)
    assert {each.attrib["fill"] for each in circles}.isdisjoint(each.attrib["fill"] for each in squares)
    assert texts(root).count("Exit") == 2


def test_dots__figure_beside_a_withheld_interval__is_not_drawn() -> None:
    table = a_table("t", "label share low high", [("a", 0.3, 0.2, 0.4), ("b", 0.9, W, W)])
    assert "90" not in "".join(texts(drawn(ChartKind.DOTS, table)))


def test_dots__places__are_in_proportion() -> None:
    table = a_table("t", "label share low high", [("a", 0.0, 0.0, 0.5), ("b", 0.25, 0.0, 1.0), ("c", 0.5, 0.5, 0.5)])
    first, second, third = (float(each.attrib["cx"]) for each in drawn(ChartKind.DOTS, table).iter(f"{SVG}circle"))
    assert second - first == pytest.approx(third - second, abs=0.2)
    assert second > first


def test_forest__interval_that_holds_one__is_told_apart_from_one_that_does_not() -> None:
    root = drawn(ChartKind.FOREST, FOREST)
    assert len(list(root.iter(f"{SVG}circle"))) == 1
    assert len([each for each in root.iter(f"{SVG}rect") if each.get("class") == "mark"]) == 2
    assert len(list(root.iter(f"{SVG}polygon"))) == 1  # 49 is beyond the scale
    assert "arrow" in str(root.findtext(f"{SVG}desc"))


def test_forest__scale__is_logarithmic() -> None:
    rows = [("a", 0.5, 0.4, 0.6), ("b", 1.001, 1.0005, 1.1), ("c", 2.0, 1.9, 2.1)]
    root = drawn(ChartKind.FOREST, a_table("t", "label odds_ratio low high", rows))
    left, middle, right = (float(each.attrib["x"]) for each in root.iter(f"{SVG}rect") if each.get("class") == "mark")
    assert middle - left == pytest.approx(right - middle, abs=0.5)


def test_heat__cells__hold_their_number_and_a_gap_is_framed() -> None:
    root = drawn(ChartKind.HEAT, HEAT)
    assert {text for text in texts(root) if "%" in text} == {"62.0\u00a0%", "40.0\u00a0%", "8.0\u00a0%"}
    assert len([each for each in root.iter(f"{SVG}rect") if each.get("stroke-dasharray")]) == 1
    assert "dashed" in str(root.findtext(f"{SVG}desc"))


@pytest.mark.parametrize("part", [step / 40 for step in range(41)])
def test_heat__any_shade__lets_its_number_be_read(part: float) -> None:
    ink = readable_on(shade(part))
    assert contrast(shade(part), tuple(bytes.fromhex(ink[1:]))) >= 4.5


def test_alluvial__bands__are_as_high_as_their_people_and_withheld_ones_are_not_there() -> None:
    root = drawn(ChartKind.ALLUVIAL, ALLUVIAL)
    heights = [_height(each.attrib["d"]) for each in root.iter(f"{SVG}path")]
    shown = [row[-1].value for row in ALLUVIAL.rows if row[-1].state is State.SHOWN]
    assert len(heights) == len(shown) == 5
    assert [height / heights[0] for height in heights] == pytest.approx([float(n or 0) / 300 for n in shown], rel=0.02)
    assert "Search engine (300)" in texts(root)
    assert "not drawn" in str(root.findtext(f"{SVG}desc"))


@pytest.mark.parametrize(("came", "told"), [(60, "Yes (60)"), (W, "Yes")])
def test_alluvial__people_who_go_to_several__are_counted_where_they_came_or_not_at_all(
    came: int | State, told: str
) -> None:
    several = a_table("paths", "from_stage from to_stage to count", [
        ("First place", "Chat", "Moved", "Yes", came), ("Moved", "Yes", "Why", "Curious", 50),
        ("Moved", "Yes", "Why", "Privacy", 40),
    ])  # fmt: skip
    written = texts(drawn(ChartKind.ALLUVIAL, several))
    assert told in written
    assert not any("90" in words for words in written)


def _height(path: str) -> float:
    """How high a band is where it begins."""
    begins = re.match(r"M[\d.]+ ([\d.]+)C", path)
    ends = re.search(r" ([\d.]+)Z$", path)
    assert begins
    assert ends
    return float(ends[1]) - float(begins[1])


@pytest.mark.parametrize("colour", PALETTE[:5])
@pytest.mark.parametrize("ground", [LIGHT, DARK])
def test_palette__marks__can_be_seen_on_light_and_dark(colour: str, ground: tuple[int, ...]) -> None:
    """WCAG 2.2, 1.4.11: 3:1."""
    assert contrast(tuple(bytes.fromhex(colour[1:])), ground) >= 3


def test_picture__hostile_label__is_text() -> None:
    made = picture(a_chart(ChartKind.DOTS, DOTS), DOTS, "en")
    assert made is not None
    assert "<script" not in made
    assert "&lt;script&gt;" in made


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("", [""]),
        ("one two", ["one two"]),
        ("one two three", ["one two", "three"]),
        ("Donaudampfschiffahrt", ["Donaudam-", "pfschiff-", "ahrt"]),
    ],
)
def test_lines_of__words__fit_and_none_is_lost(words: str, lines: list[str]) -> None:
    assert lines_of(words, 66) == lines
