"""The variables of a DDI codebook: labels, exact wordings, universes, values and missing values in every language."""

from collections.abc import Iterator, Sequence
from typing import Any

from selfhelp_survey.core.condition_words import in_words
from selfhelp_survey.core.text import Text
from selfhelp_survey.research.formats.anonymisation import detail_of
from selfhelp_survey.research.formats.described import Group, asked_in, bounds, groups, home
from selfhelp_survey.research.formats.document_words import WORDS
from selfhelp_survey.research.formats.frequencies import Frequencies, frequencies
from selfhelp_survey.research.formats.labels import OTHERWISE, in_language, translations
from selfhelp_survey.research.formats.markup import XML_LANGUAGE, Element, element
from selfhelp_survey.research.formats.source import FormatSource
from selfhelp_survey.research.formats.wordings import Wordings

FILE = "F1"
Json = dict[str, Any]
_DOMAINS = {"single": "category", "multiple": "multiple", "scale": "scale", "matrix": "category", "number": "numeric"}
_NATURES = {"scale": "ordinal", "number": "ratio"}
_GROUPS = {"multiple": "multipleResp", "matrix": "grid"}


def data_description(source: FormatSource) -> Element:
    """`dataDscr`: questions of several variables first, then every variable, then the tables of a series of totals."""
    counts = frequencies(source)
    several = [group for group in groups(source) if len(group.variables) > 1]
    return element(
        "dataDscr", *map(_group, several),
        *(_variable(variable, source, counts) for variable in source.codebook["variables"]),
        *(_cube(table, source) for table in source.series.plan.tables),
    )  # fmt: skip


def spoken(tag: str, text: str, language: str, **attributes: str) -> Element:
    """An element with a text in one language."""
    made = element(tag, text, **attributes)
    made.set(XML_LANGUAGE, language)
    return made


def in_every(tag: str, wordings: Wordings | None) -> Iterator[Element]:
    """An element for each language that has a wording."""
    return (spoken(tag, text, language) for language, text in (wordings or {}).items())


def languages_of_words(offered: Sequence[str]) -> Sequence[str]:
    """Those of these languages in which the software has words of its own; English where it has none of them."""
    return [language for language in offered if language in WORDS["everybody"]] or [OTHERWISE]


def _id(name: str) -> str:
    return f"V_{name}"


def _group(group: Group) -> Element:
    first = group.variables[0]
    return element(
        "varGrp", *in_every("labl", first["question"]), ID=f"G_{group.name}", name=group.name,
        type=_GROUPS.get(first["type"], "other"), var=" ".join(_id(each["name"]) for each in group.variables),
    )  # fmt: skip


def _variable(variable: Json, source: FormatSource, counts: Frequencies) -> Element:
    name, is_numeric = variable["name"], variable["name"] in source.numeric
    return element(
        "var", *in_every("labl", variable["label"]), *_security(variable, source), _respondent(),
        *_question(variable, source), *_ranges(variable), *_universes(variable, source),
        *_statistics(variable, counts), *_categories(variable, counts), _versions(variable),
        *([element("concept", variable["harmonised"], vocab="harmonised variable")] if variable["harmonised"] else []),
        element("varFormat", type="numeric" if is_numeric else "character", schema="other", formatname="CSV"),
        *_conditions(variable),
        ID=_id(name), name=name, files=FILE, intrvl="contin" if variable["type"] == "number" else "discrete",
        nature=_NATURES.get(variable["type"], "nominal"),
    )  # fmt: skip


def _respondent() -> Element:
    return spoken("respUnit", "The respondent", OTHERWISE)


def _security(variable: Json, source: FormatSource) -> Iterator[Element]:
    detail = detail_of(variable, source)
    if detail:
        yield spoken("security", f"Quasi-identifier, {detail}", OTHERWISE)


def _question(variable: Json, source: FormatSource) -> Iterator[Element]:
    """The exact wording; of a matrix its question before the row that the variable is."""
    if variable["question_name"] is None:
        return
    is_row = variable["type"] == "matrix"
    stem, asked = (variable["question"], variable["item"]) if is_row else ({}, variable["question"])
    parts = [*in_every("preQTxt", stem), *in_every("qstnLit", asked), *in_every("ivuInstr", _hint(variable, source))]
    yield element("qstn", *parts, responseDomainType=_DOMAINS.get(variable["type"], "other"))


def _hint(variable: Json, source: FormatSource) -> Wordings:
    found = asked_in(home(variable, source), variable["question_name"])
    hint: Text | None = found[1].hint if found else None
    return translations(hint)


def _ranges(variable: Json) -> Iterator[Element]:
    limits = zip(("min", "max"), bounds(variable), strict=True)
    told = {name: str(bound) for name, bound in limits if bound is not None}
    if told:
        yield element("valrng", element("range", **told))
    codes = [each["code"] for each in variable["missing"]]
    yield element("invalrng", element("range", min=str(min(codes)), max=str(max(codes))))


def _universes(variable: Json, source: FormatSource) -> Iterator[Element]:
    """Who is asked, in the words of the newest version that asks it."""
    if variable["question_name"] is None:
        return
    asking = home(variable, source)
    for language in languages_of_words(source.languages):
        who = in_language(WORDS["everybody"], language)
        if variable["universe"]:
            words = in_words(variable["universe"], asking.questionnaire, language)
            who = f"{in_language(WORDS['those'], language)} {words}"
        yield spoken("universe", who, language)


def _statistics(variable: Json, counts: Frequencies) -> Iterator[Element]:
    held = counts.get(variable["name"])
    if held is None:
        return
    missing = {str(each["code"]) for each in variable["missing"]}
    invalid = sum(number for value, number in held.items() if str(value) in missing)
    yield element("sumStat", str(sum(held.values()) - invalid), type="vald")
    yield element("sumStat", str(invalid), type="invd")


def _categories(variable: Json, counts: Frequencies) -> Iterator[Element]:
    for value in variable["values"]:
        yield _category(value, variable, counts, {})
    for value in variable["missing"]:
        yield _category(value, variable, counts, {"missing": "Y"})


def _category(value: Json, variable: Json, counts: Frequencies, attributes: dict[str, str]) -> Element:
    code, held = value["code"], counts.get(variable["name"])
    members = ", ".join(map(str, value.get("members", ()))) or "all others"
    number = None if held is None else str(held.get(code, held.get(str(code), 0)))
    return element(
        "catgry", element("catValu", str(code)), *in_every("labl", value["label"]),
        spoken("txt", f"Stands for the values {members}", OTHERWISE) if "members" in value else None,
        None if number is None else element("catStat", number, type="freq"), **attributes,
    )  # fmt: skip


def _versions(variable: Json) -> Element:
    return element("verStmt", *(element("version", held, type="questionnaire") for held in variable["versions"]))


def _conditions(variable: Json) -> Iterator[Element]:
    """The condition of every version under which the question is asked, as the questionnaire writes it."""
    for meaning in variable["meanings"]:
        if meaning["universe"]:
            held = " ".join(each[:8] for each in meaning["versions"])
            yield element("notes", meaning["universe"], type="relevance", subject=f"versions {held}")


def _cube(table: tuple[str, ...], source: FormatSource) -> Element:
    """One table of a series of totals. `sample` is the same for all, so it is no dimension."""
    names = [name for name in table if name in source.columns]
    title = " x ".join(table)
    cells = sum(1 for cell in source.cells if cell.table == title)
    dimensions = (element("dmns", rank=str(rank), varRef=_id(name)) for rank, name in enumerate(names, start=1))
    return element(
        "nCube", spoken("labl", f"Responses by {title}", OTHERWISE), *dimensions,
        element("measure", aggrMeth="count", measUnit="responses"),
        name=title, dmnsQnty=str(len(names)), cellQnty=str(cells),
    )  # fmt: skip
