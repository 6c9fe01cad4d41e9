"""Every feature of XLSForm, and what becomes of it here: one table, from which the reader and its documentation speak.

Source: the XLSForm specification and reference table, https://xlsform.org/en/ and https://xlsform.org/en/ref-table/;
names of columns, types and settings also after pyxform 4.5.
"""

from dataclasses import dataclass
from enum import StrEnum

from selfhelp_survey.authoring.section import Findings
from selfhelp_survey.authoring.source_tree import Place


class Standing(StrEnum):
    """What becomes of a feature. `LEFT_OUT` is not read yet either, but nothing of the answers depends on it."""

    SUPPORTED = "supported"
    REFUSED = "refused"
    NOT_YET = "not yet"
    LEFT_OUT = "not yet; left out with a warning"


class Kind(StrEnum):
    """Where in a workbook a feature stands."""

    TYPE = "Types"
    COLUMN = "Columns"
    APPEARANCE = "Appearances"
    SETTING = "Settings"
    SHEET = "Sheets"


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One feature: `why` explains its standing, `fix` says what an author can do instead."""

    kind: Kind
    name: str
    standing: Standing
    why: str
    fix: str = ""


_S, _R, _N, _L = Standing
_PLACE = "a place points at a person"
_PICTURE = "pictures, voices and files show or carry the person who made them"
_DEVICE = "it tells the device or account of the person who answers"
_MOMENT = "moments of answering can be matched with other traces; the software keeps nothing finer than the quarter"
_DATE = "an exact date, of birth for instance, singles people out"
_ONE_FILE = "a questionnaire is one file that can be frozen and signed"
_TEXT_ONLY = "pages are text only: light on slow lines, the same for everybody, readable by a screen reader"
_OWN_WORDS = "the software has own words for this, translated and tried with people"
_OWN_PATH = "answers take one sealed way, which no questionnaire can change"
_LEAVE_OUT = "Leave it out"
_BANDS = "Ask with select_one for a coarse area"
_COARSE = "Ask with select_one for years or age bands"

_TABLE: dict[Kind, tuple[tuple[str, Standing, str, str], ...]] = {
    Kind.TYPE: (
        ("begin_group", _S, "a page; within one, with appearance `table-list`, a matrix", ""),
        ("end_group", _S, "", ""),
        ("select_one", _S, "a single question; with appearance `likert` a scale", ""),
        ("select_multiple", _S, "a multiple question", ""),
        ("integer", _S, "a number question; its constraint gives minimum and maximum", ""),
        ("text", _S, "a text question; its constraint gives the most characters", ""),
        ("note", _S, "a text between questions; with `shs_kind` a part of its page", ""),
        ("geopoint", _R, _PLACE, _BANDS),
        ("geotrace", _R, _PLACE, _BANDS),
        ("geoshape", _R, _PLACE, _BANDS),
        ("start-geopoint", _R, _PLACE, _BANDS),
        ("background-geopoint", _R, _PLACE, _BANDS),
        ("maps", _R, _PLACE, _BANDS),
        ("placement-map", _R, _PLACE, _BANDS),
        ("osm", _R, _PLACE, _BANDS),
        ("image", _R, _PICTURE, _LEAVE_OUT),
        ("photo", _R, _PICTURE, _LEAVE_OUT),
        ("signature", _R, _PICTURE, _LEAVE_OUT),
        ("draw", _R, _PICTURE, _LEAVE_OUT),
        ("annotate", _R, _PICTURE, _LEAVE_OUT),
        ("audio", _R, _PICTURE, _LEAVE_OUT),
        ("background-audio", _R, _PICTURE, _LEAVE_OUT),
        ("video", _R, _PICTURE, _LEAVE_OUT),
        ("file", _R, _PICTURE, _LEAVE_OUT),
        ("barcode", _R, "a code read from a thing or card points at its owner", _LEAVE_OUT),
        ("deviceid", _R, _DEVICE, _LEAVE_OUT),
        ("subscriberid", _R, _DEVICE, _LEAVE_OUT),
        ("simserial", _R, _DEVICE, _LEAVE_OUT),
        ("phonenumber", _R, _DEVICE, _LEAVE_OUT),
        ("username", _R, _DEVICE, _LEAVE_OUT),
        ("email", _R, _DEVICE, _LEAVE_OUT),
        ("audit", _R, "it records how, where and when somebody answered", _LEAVE_OUT),
        ("start", _R, _MOMENT, _LEAVE_OUT),
        ("end", _R, _MOMENT, _LEAVE_OUT),
        ("today", _R, _MOMENT, _LEAVE_OUT),
        ("date", _R, _DATE, _COARSE),
        ("time", _R, _DATE, _COARSE),
        ("datetime", _R, _DATE, _COARSE),
        ("select_one_from_file", _R, _ONE_FILE, "Put the choices into the sheet choices"),
        ("select_multiple_from_file", _R, _ONE_FILE, "Put the choices into the sheet choices"),
        ("select_one_external", _R, _ONE_FILE, "Put the choices into the sheet choices"),
        ("xml-external", _R, _ONE_FILE, _LEAVE_OUT),
        ("csv-external", _R, _ONE_FILE, _LEAVE_OUT),
        ("or_other", _R, "it makes a choice and a text box with words in one language only",
         "Add a choice 'other' and a text question of your own with a relevant"),
        ("calculate", _N, "nothing is computed from answers, nor looked up with pulldata()",
         "Compute it from the release"),
        ("hidden", _N, "nothing is kept that nobody was asked", "Leave it out"),
        ("decimal", _N, "numbers are whole", "Use integer with a smaller unit, or select_one with bands"),
        ("range", _N, "points of a scale need a label each", "Use select_one with appearance likert"),
        ("rank", _N, "there is no such type of question", "Ask with select_one what comes first"),
        ("acknowledge", _N, "there is no such type of question", "Use select_one with one choice"),
        ("begin_repeat", _N, "each question is asked once", "Ask for a number, or write the questions out"),
        ("end_repeat", _N, "each question is asked once", "Delete the row"),
    ),
    Kind.COLUMN: (
        ("type", _S, "", ""),
        ("name", _S, "the variable, the page, or the code of a choice, a whole number", ""),
        ("label", _S, "one column for each language, such as `label::English (en)`", ""),
        ("hint", _S, "the same", ""),
        ("relevant", _S, "a condition on earlier pages", ""),
        ("required", _S, "yes or no; yes only on a page with `shs_admits`", ""),
        ("constraint", _S, "`. >= 0 and . <= 20` of an integer, `string-length(.) <= 500` of a text", ""),
        ("appearance", _S, "see below", ""),
        ("disabled", _S, "yes leaves a question out", ""),
        ("list_name", _S, "", ""),
        ("image", _R, _TEXT_ONLY, "Say it in words"),
        ("big-image", _R, _TEXT_ONLY, "Say it in words"),
        ("audio", _R, _TEXT_ONLY, "Say it in words"),
        ("video", _R, _TEXT_ONLY, "Say it in words"),
        ("autoplay", _R, _TEXT_ONLY, _LEAVE_OUT),
        ("default", _R, "an answer that nobody gave would be kept", "Leave the cell empty"),
        ("save_to", _R, "entities follow a person from form to form", _LEAVE_OUT),
        ("intent", _R, "it starts another program on the device", _LEAVE_OUT),
        ("bind", _R, "raw instructions for another program", _LEAVE_OUT),
        ("body", _R, "raw instructions for another program", _LEAVE_OUT),
        ("instance", _R, "raw instructions for another program", _LEAVE_OUT),
        ("calculation", _N, "nothing is computed from answers, nor looked up with pulldata()",
         "Compute it from the release"),
        ("trigger", _N, "nothing is computed from answers", _LEAVE_OUT),
        ("choice_filter", _N, "every choice of a list is shown", "Make a list for each case, with a relevant"),
        ("repeat_count", _N, "each question is asked once", _LEAVE_OUT),
        ("parameters", _N, "no order at random, and no range", "Leave the cell empty"),
        ("readonly", _N, "what is shown can be answered", "Use a note"),
        ("constraint_message", _L, _OWN_WORDS, "Say in the hint what can be answered"),
        ("required_message", _L, _OWN_WORDS, _LEAVE_OUT),
        ("guidance_hint", _L, "nobody reads the questions out", "Put what people need into the hint"),
    ),
    Kind.APPEARANCE: (
        ("field-list", _S, "of a group: what every page is", ""),
        ("table-list", _S, "of a group within a page: a matrix", ""),
        ("likert", _S, "of a select_one: a scale", ""),
        ("multiline", _S, "of a text: how every text box is", ""),
        ("search()", _R, _ONE_FILE, "Put the choices into the sheet choices"),
        ("ex:", _R, "it starts another program on the device", _LEAVE_OUT),
        ("label", _N, "the older way to write a matrix", "Use a group with appearance table-list"),
        ("list-nolabel", _N, "the older way to write a matrix", "Use a group with appearance table-list"),
        ("any other", _L, "pages look the same for everybody", _LEAVE_OUT),
    ),
    Kind.SETTING: (
        ("form_title", _S, "the title in the default language; others in `shs_title::Suomi (fi)`", ""),
        ("form_id", _S, "the code of the questionnaire", ""),
        ("default_language", _S, "such as `English (en)`", ""),
        ("version", _L, "versions are counted when one is published", _LEAVE_OUT),
        ("style", _L, "pages look the same for everybody", _LEAVE_OUT),
        ("instance_name", _R, "it would name a response after its answers", _LEAVE_OUT),
        ("public_key", _R, _OWN_PATH, "Make keys with selfhelp-research keygen"),
        ("submission_url", _R, _OWN_PATH, _LEAVE_OUT),
        ("auto_send", _R, _OWN_PATH, _LEAVE_OUT),
        ("auto_delete", _R, _OWN_PATH, _LEAVE_OUT),
        ("allow_choice_duplicates", _R, "a code stands for one label", "Give each choice a code of its own"),
        ("namespaces", _R, "raw instructions for another program", _LEAVE_OUT),
        ("attribute", _R, "raw instructions for another program", _LEAVE_OUT),
    ),
    Kind.SHEET: (
        ("survey", _S, "pages and questions", ""),
        ("choices", _S, "lists of values", ""),
        ("settings", _S, "what holds for the whole", ""),
        ("external_choices", _R, _ONE_FILE, "Put the choices into the sheet choices"),
        ("entities", _R, "entities follow a person from form to form", "Delete the sheet"),
        ("osm", _R, _PLACE, "Delete the sheet"),
    ),
}  # fmt: skip

FEATURES: dict[Kind, dict[str, Feature]] = {
    kind: {name: Feature(kind=kind, name=name, standing=standing, why=why, fix=fix)
           for name, standing, why, fix in entries}
    for kind, entries in _TABLE.items()
}  # fmt: skip


def note_unread(feature: Feature, findings: Findings, place: Place, *, called: str) -> None:
    """Note that a feature is refused, or not read yet; `called` is how the workbook writes it."""
    match feature.standing:
        case Standing.REFUSED:
            findings.error("Q190", place, f"{called} is refused: {feature.why}", fix=feature.fix)
        case Standing.NOT_YET:
            findings.error("Q191", place, f"{called} is not read yet: {feature.why}", fix=feature.fix)
        case Standing.LEFT_OUT:
            findings.warning("Q191", place, f"{called} is left out: {feature.why}", fix=feature.fix)
