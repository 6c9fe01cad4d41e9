"""The report as a page: sound HTML that needs nothing else, every picture beside its table, and files whole or not."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pytest

from selfhelp_survey.errors import UsageError
from selfhelp_survey.research.comparison.table import Chart, ChartKind, Report
from selfhelp_survey.research.comparison.words import LANGUAGES
from selfhelp_survey.research.comparison.writing import report_files
from selfhelp_survey.research.comparison.writing.html import report_html, row_spans
from selfhelp_survey.research.comparison.writing.report_files import ReportPlaces, write_report
from tests.unit.research.comparison.reports import CHARTS, HOSTILE, W, a_report, a_table

SCRIPT = "# models\n"


def parsed(report: Report) -> Element:
    """The page as a browser reads it. Raises where it breaks a rule of HTML."""
    page: Element = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(report_html(report))
    return page


def words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_page__every_picture__stands_before_its_table(language: str) -> None:
    page = parsed(a_report(language))
    assert page.attrib["lang"] == language
    told = [each for each in page.iter() if each.tag in {"figure", "table"}]
    assert [each.tag for each in told] == ["figure", "table"] * len(CHARTS)
    for figure in told[::2]:
        image = figure.find(".//img")
        assert image is not None
        assert image.attrib["alt"].startswith("Picture of ")
        assert image.attrib["src"].startswith("data:image/svg+xml;base64,")
        assert figure.find("figcaption") is not None


def test_page__tables__have_captions_heads_and_words_for_what_is_not_shown() -> None:
    page = parsed(a_report())
    for table in page.iter("table"):
        caption = table.find("caption")
        assert caption is not None
        assert words(caption).startswith("Caption of")
        assert all(head.get("scope") == "col" for head in table.findall("thead/tr/th"))
        assert all(row[0].get("scope") == "row" for row in table.findall("tbody/tr"))
        assert all(words(cell) for cell in table.iter("td"))
    text = words(page)
    assert text.count("Withheld: of too few people") == 3  # once under each table that has it
    assert text.count("Not asked: this survey does not ask it.") == 1
    assert "Nothing of this kind can be shown." in text
    assert "How to read it People chose to answer." in text


def test_page__hostile_words__are_words() -> None:
    page = parsed(a_report())
    assert list(page.iter("script")) == []
    assert HOSTILE in "".join(page.itertext())


def test_page__what_it_may_do__is_show_itself() -> None:
    text = report_html(a_report())
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert policy
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy[1].split("; ") == [
        "default-src 'none'", f"style-src 'sha256-{digest}'", "img-src data:", "base-uri 'none'", "form-action 'none'",
    ]  # fmt: skip
    page = parsed(a_report())
    links = {each.attrib[name][:5] for each in page.iter() for name in ("href", "src", "srcset") if name in each.attrib}
    assert links <= {"#answ", "#empt", "data:"}
    assert not any(each.get("style") for each in page.iter())
    assert not re.search(r"url\(|@import", style[1])


def test_page__nothing_can_be_drawn__says_so() -> None:
    table = a_table("wish", "label share low high", [("a", W, W, W)])
    report = a_report("en", table)
    section = report.sections[0]
    charted = type(section)(
        name=section.name, title=section.title, tables=section.tables, charts=(_chart(table.name),)
    )  # fmt: skip
    page = parsed(Report(language="en", title="t", facts=(), sections=(charted,), caveats=()))
    assert page.find(".//figure//img") is None
    assert "there is no figure that may be shown" in words(page)


def _chart(table: str) -> Chart:

    return Chart(kind=ChartKind.DOTS, title="A picture", description="Of shares.", table=table)


def test_write_report__new_place__holds_everything(tmp_path: Path) -> None:
    write_report(a_report(), SCRIPT, ReportPlaces(page=tmp_path / "report.html"))
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()) == [
        "report.files/models.r", "report.files/numbers.json",
        *sorted(f"report.files/tables/{table.name}.csv" for _, table in CHARTS), "report.html",
    ]  # fmt: skip
    assert json.loads((tmp_path / "report.files/numbers.json").read_text("utf-8"))["language"] == "en"
    assert (tmp_path / "report.files/models.r").read_text("utf-8") == SCRIPT


@pytest.mark.parametrize("taken", ["report.html", "report.files", "report.partial"])
def test_write_report__something_is_there__is_refused_and_left_alone(tmp_path: Path, taken: str) -> None:
    (tmp_path / taken).write_text("mine")
    with pytest.raises(UsageError, match="already something"):
        write_report(a_report(), SCRIPT, ReportPlaces(page=tmp_path / "report.html"))
    assert [path.name for path in tmp_path.iterdir()] == [taken]
    assert (tmp_path / taken).read_text() == "mine"


@pytest.mark.parametrize(("page", "told"), [("report.pdf", "end in .html"), ("no/report.html", "no directory")])
def test_write_report__place_that_cannot_be__is_said(tmp_path: Path, page: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        write_report(a_report(), SCRIPT, ReportPlaces(page=tmp_path / page))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("failing", ["write_text", "sync_directory", "report_html"])
def test_write_report__fails_on_the_way__leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(report_files, failing, fail)
    with pytest.raises(OSError, match="No space"):
        write_report(a_report(), SCRIPT, ReportPlaces(page=tmp_path / "report.html"))
    assert list(tmp_path.iterdir()) == []


def test_write_report__page_cannot_be_put_in_place__leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def fail(self: Path, target: Path) -> Path:
        if target.suffix == ".html":
            raise PermissionError(13, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(PermissionError):
        write_report(a_report(), SCRIPT, ReportPlaces(page=tmp_path / "report.html"))
    assert list(tmp_path.iterdir()) == []


def test_row_spans__same_labels_in_a_group__are_one_heading() -> None:
    rows = [("Exit", "All", "a", 20), ("Exit", "All", "b", 30), ("Exit", "es", "a", 40), ("Want", "es", "a", 50)]
    spans = row_spans(a_table("t", "sample language label count", rows))
    assert [spans[number, 0] for number in range(4)] == [3, 0, 0, 1]
    assert [spans[number, 1] for number in range(4)] == [2, 0, 1, 1]
    assert [spans[number, 2] for number in range(4)] == [1, 1, 1, 1]
    assert (0, 3) not in spans


def test_page__grouped_rows__are_whole() -> None:
    rows = [("Exit", label, count) for label, count in (("a", 20), ("b", 30), ("c", W))]
    page = parsed(a_report("en", a_table("t", "sample label count", rows)))
    lines = [[words(cell) for cell in row] for row in page.findall(".//tbody/tr")]
    assert lines == [["Exit", "a", "20"], ["b", "30"], ["c", "withheld"]]
    (heading,) = page.findall(".//tbody//th[@rowspan]")
    assert (heading.attrib["rowspan"], heading.attrib["scope"]) == ("3", "row")


@pytest.mark.parametrize(("tables", "has_links"), [(6, False), (7, True)])
def test_page__section_of_many_tables__begins_with_links_to_them(tables: int, has_links: bool) -> None:
    page = parsed(a_report("en", *(a_table(f"t{number}", "label count", [("a", 20)]) for number in range(tables))))
    links = [each.attrib["href"] for each in page.findall(".//section/nav//a")]
    assert links == ([f"#table-t{number}" for number in range(tables)] if has_links else [])
    ids = {each.attrib["id"] for each in page.iter() if "id" in each.attrib}
    assert {link.removeprefix("#") for link in links} <= ids
