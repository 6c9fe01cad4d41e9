"""`codebook.xml`: the study, the file and every variable as DDI Codebook 2.6, for data archives.

Wordings come in every language. Producer, funding, licence and access are left to the archive and the organisation.
Source: DDI Alliance, DDI Codebook 2.6 (2026), codebook.xsd.
"""

from collections.abc import Iterator

from selfhelp_survey.core.condition_words import in_words
from selfhelp_survey.core.expression import Expression
from selfhelp_survey.core.questionnaire import Questionnaire
from selfhelp_survey.research.formats import anonymisation_html, questionnaire_html, responses_csv, totals_csv
from selfhelp_survey.research.formats.anonymisation import CONDITIONS, KINDS, is_records, protection
from selfhelp_survey.research.formats.ddi_variables import FILE, data_description, in_every, languages_of_words, spoken
from selfhelp_survey.research.formats.described import identifier
from selfhelp_survey.research.formats.labels import OTHERWISE, translations
from selfhelp_survey.research.formats.markup import Element, element, xml_text
from selfhelp_survey.research.formats.source import FormatSource

NAME = "codebook.xml"
NAMESPACE = "ddi:codebook:2_6"
VERSION = "2.6"


def documents(source: FormatSource) -> Iterator[tuple[str, str]]:
    """Name and text of the codebook."""
    yield NAME, xml_text(codebook(source))


def codebook(source: FormatSource) -> Element:
    """The whole document."""
    root = element("codeBook", _study(source), _file(source), data_description(source), *_other_material(source))
    root.attrib |= {"xmlns": NAMESPACE, "version": VERSION, "xml:lang": source.languages[0]}
    return root


def _english(tag: str, text: str, **attributes: str) -> Element:
    return spoken(tag, text, OTHERWISE, **attributes)


def _study(source: FormatSource) -> Element:
    return element(
        "stdyDscr", _citation(source), _about(source), _method(source),
        element("dataAccs", element("useStmt", _english("confDec", " ".join(CONDITIONS)))),
        _english("notes", "Producer, funding, licence, access and the period are for the archive to add."),
    )  # fmt: skip


def _citation(source: FormatSource) -> Element:
    title = translations(source.instrument.newest.questionnaire.title)
    first, *others = source.languages
    return element(
        "citation",
        element("titlStmt", spoken("titl", title[first], first),
                *(spoken("parTitl", title[each], each) for each in others),
                element("IDNo", identifier(source))),
        element("serStmt", element("serName", source.description["series"])),
        element("verStmt", _english("version", source.title)),
    )  # fmt: skip


def _about(source: FormatSource) -> Element:
    questionnaire = source.instrument.newest.questionnaire
    kind = KINDS[source.description["kind"]]
    what = (
        "anonymised records, one for each response" if is_records(source) else "rounded or withheld counts of answers"
    )
    told = f"{source.title}: {source.description['rows']} {what} to the questionnaire {questionnaire.code}. {kind}"
    return element(
        "stdyInfo",
        _english("abstract", told),
        element("sumDscr", _english("anlyUnit", "Individual"),
                *(spoken("universe", text, language) for language, text in _population(questionnaire)),
                _english("dataKind", f"Survey data. {kind}")),
        _english("notes", f"Sample: {questionnaire.sample}"),
    )  # fmt: skip


def _population(questionnaire: Questionnaire) -> Iterator[tuple[str, str]]:
    """Who may answer at all and is used, in the languages that have words for it; the conditions are joined."""
    conditions: list[Expression] = [page.admits for page in questionnaire.pages if page.admits]
    conditions += [questionnaire.usable] if questionnaire.usable else []
    for language in languages_of_words(questionnaire.languages) if conditions else ():
        yield language, "; ".join(in_words(each.source, questionnaire, language) for each in conditions)


def _method(source: FormatSource) -> Element:
    pages = len(source.instrument.newest.questionnaire.pages)
    return element(
        "method",
        element(
            "dataColl",
            _english("sampProc", "Self-selected: whoever comes to the open questionnaire on the web can answer. No "
                                 "sample is drawn, and there is no list of those who could have answered."),
            _english("collMode", "Self-administered questionnaire: web-based (CAWI)"),
            _english("resInstru", f"Structured questionnaire of {pages} pages; every wording stands in otherMat."),
            _english("weight", "There are no weights."),
        ),
        *(_english("dataProcessing", line, type="anonymisation") for line in protection(source)),
    )  # fmt: skip


def _file(source: FormatSource) -> Element:
    records = is_records(source)
    name, cases, columns = (
        (responses_csv.NAME, source.description["rows"], len(source.columns))
        if records else (totals_csv.NAME, len(source.cells), len(totals_csv.COLUMNS))
    )  # fmt: skip
    missing = "; ".join(f"{each['code']} {each['label'][OTHERWISE]}" for each in source.codebook["missing"])
    made = element(
        "fileTxt",
        element("fileName", name),
        element("dimensns", element("caseQnty", str(cases)), element("varQnty", str(columns))),
        element("fileType", "text/csv", charset="UTF-8"),
        _english("format", "comma-delimited, one header line"),
        _english("dataMsng", f"Never an empty cell. {missing}"),
        mimeType="text/csv",
    )
    return element("fileDscr", made, ID=FILE, URI=name)


def _other_material(source: FormatSource) -> Iterator[Element]:
    for version in source.instrument.versions:
        for language in version.questionnaire.languages:
            name = questionnaire_html.name_of(version, language)
            title = {language: translations(version.questionnaire.title)[language]}
            yield element("otherMat", *in_every("labl", title), type="questionnaire", level="study", URI=name)
    label = _english("labl", "What was anonymised and how")
    yield element("otherMat", label, type="anonymisation", level="study", URI=anonymisation_html.NAME)
