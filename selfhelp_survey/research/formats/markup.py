"""Building HTML and XML from elements, so that nothing in a wording can ever be taken for markup."""

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from string import Template
from xml.etree import ElementTree as ET

from selfhelp_survey.research.formats.labels import worded
from selfhelp_survey.research.formats.wordings import Wordings

Element = ET.Element
Child = Element | str | None
XML_LANGUAGE = "xml:lang"
_RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ku-arab", "ps", "sd", "ug", "ur", "yi"})
"""Languages written from right to left. Source: Unicode CLDR, layout/orientation/characterOrder."""
_NO_CHARACTER = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(17))
    + "]"
)
"""What neither XML 1.0 (production 2) nor HTML (section 13.2.3.5) may hold."""


def element(tag: str, *children: Child, **attributes: str) -> Element:
    """A new element. Texts become text whatever they hold, None is left out; `class_` means the attribute `class`."""
    made = Element(tag, {name.rstrip("_"): _clean(value) for name, value in attributes.items()})
    last: Element | None = None
    for child in children:
        if isinstance(child, str):
            _add_text(made, last, _clean(child))
        elif child is not None:
            made.append(child)
            last = child
    return made


def _add_text(made: Element, last: Element | None, text: str) -> None:
    if last is None:
        made.text = (made.text or "") + text
    else:
        last.tail = (last.tail or "") + text


def _clean(text: str) -> str:
    return _NO_CHARACTER.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def direction(language: str) -> str:
    """`rtl` or `ltr`, as HTML writes it."""
    code = language.lower()
    return "rtl" if code in _RIGHT_TO_LEFT or code.partition("-")[0] in _RIGHT_TO_LEFT else "ltr"


def said(wordings: Wordings | None, language: str) -> Child:
    """A wording in a page of this language; where it is in another one, marked as such for voices and browsers."""
    found = worded(wordings, language)
    if found.language in ("", language):
        return found.text
    return element("span", found.text, lang=found.language, dir=direction(found.language))


def paragraphs(wordings: Wordings | None, language: str) -> list[Element]:
    """A longer wording, one paragraph a line."""
    found = worded(wordings, language)
    marks = {} if found.language in ("", language) else {"lang": found.language, "dir": direction(found.language)}
    return [element("p", line.strip(), **marks) for line in _clean(found.text).split("\n") if line.strip()]


def code(text: object) -> Element:
    """A name or code, always written from left to right."""
    return element("code", str(text), dir="ltr")


def table(caption: Child, heads: Iterable[Child], rows: Iterable[Iterable[Child]]) -> Element:
    """A table with a caption. The first cell of each row is its heading."""
    head = element("tr", *(element("th", cell, scope="col") for cell in heads))
    body = element("tbody", *map(_table_row, rows))
    return element("table", element("caption", caption), element("thead", head), body)


def scrolling(label: str, wide: Element) -> Element:
    """A wide table that scrolls by itself, by keyboard too, under a name for screen readers."""
    return element("div", wide, class_="wide", tabindex="0", role="region", **{"aria-label": label})


def _table_row(cells: Iterable[Child]) -> Element:
    first, *others = cells
    return element("tr", element("th", first, scope="row"), *(element("td", cell) for cell in others))


def html_page(title: str, language: str, body: Iterable[Element]) -> str:
    """A whole page that needs no script and no other file."""
    return _shell().substitute(
        title=_html(element("title", title)), language=language, direction=direction(language),
        body="\n".join(map(_html, body)),
    )  # fmt: skip


@cache
def _shell() -> Template:
    return Template(files("selfhelp_survey.research.formats").joinpath("document.html").read_text(encoding="utf-8"))


def _html(made: Element) -> str:
    return ET.tostring(made, encoding="unicode", method="html")


def xml_text(root: Element) -> str:
    """The element as a whole XML file, indented."""
    ET.indent(root, " ")
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'
