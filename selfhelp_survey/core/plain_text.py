"""What no text of a questionnaire may hold, wherever it was written: in a file, in the admin, by a translator."""

import re
from collections.abc import Iterable, Iterator

from selfhelp_survey.core.text import FACTS, PLACEHOLDERS, placeholders_in
from selfhelp_survey.core.wordings import Wordings

MARKUP = re.compile(r"<[a-z/!?]|&#?\w{1,31};|\bjavascript:|\bdata:\w+/", re.IGNORECASE)
_JOINING = "\u0600-\u08ff\u0900-\u109f\u1780-\u18af\ufb50-\ufdff\ufe70-\ufefc"
"""Scripts whose letters change shape beside each other: from Arabic to Burmese, Khmer, Mongolian, Arabic forms."""
_PICTURES = "\u2600-\u27bf\ufe0f\U0001f000-\U0001faff"
HIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls, but for tabs and ends of lines
    r"\u115f\u1160\u3164\uffa0\u180e"  # letters and spaces without a shape
    r"\u200b\u2060-\u2064\ufeff"  # no width, no meaning
    r"\u2028\u2029\u202a-\u202e\u2066-\u2069\u206a-\u206f"  # separators; what forces or sets apart a direction
    r"\ud800-\udfff\ufff9-\ufffb\U000e0000-\U000e007f]"  # half characters, annotations, tags
    rf"|(?<![{_JOINING}{_PICTURES}])[\u200c\u200d]"  # joiners that join nothing
)
"""Characters that nobody sees and that can make a text read as another one, or hide one within it.

Joiners (U+200C, U+200D) stay where a script or a picture needs them; so do the plain marks of direction (U+200E,
U+200F, U+061C), which Arabic and Hebrew need beside numbers, and the soft hyphen. Source: Unicode Technical Standard
39, "Unicode Security Mechanisms", section 3; Unicode Standard Annex 9, section 2.
"""


def faults_in(words: str) -> Iterator[str]:
    """What keeps these words from being a text, each fault with its way out; none for a blank."""
    if MARKUP.search(words):
        yield "it holds markup: texts are plain, without tags and entities"
    if HIDDEN.search(words):
        yield "it holds characters that cannot be seen: write it anew"


def unknown_placeholders(words: str) -> Iterator[str]:
    """What is wrong with each placeholder that nothing fills."""
    for name in sorted(set(placeholders_in(words)) - PLACEHOLDERS):
        yield f"there is no placeholder {{{_readable(name)}}}: take it out"


def lost_placeholders(source: str, words: str) -> Iterator[str]:
    """What is wrong with each placeholder of the source that these words lack."""
    for name in sorted(set(placeholders_in(source)) - set(placeholders_in(words))):
        yield f"the placeholder {{{_readable(name)}}} is lost: keep it as it stands in the source"


def faults_to_publish(texts: Wordings, languages: Iterable[str], *, source: str) -> Iterator[tuple[str, str, str]]:
    """The key, the language and what is wrong, for each text that respondents must not get in one of these languages.

    A text has to tell the same facts about the organisation as in the language `source`, where it is written in that.
    What is counted may be left out: "about a quarter of an hour" needs no digit.
    """
    listed = tuple(languages)
    for key, text in texts.items():
        words = dict(text.translations)
        for language in (each for each in listed if each in words):
            beside = words.get(source, words[language])
            for fault in (*faults_in(words[language]), *unknown_placeholders(words[language]),
                          *_other_facts(beside, words[language])):  # fmt: skip
                yield key, language, fault


def _other_facts(source: str, words: str) -> Iterator[str]:
    here, there = (_facts_of(each) for each in (words, source))
    for name in sorted(here ^ there):
        yield f"the placeholder {{{name}}} is {'not in the source: take it out' if name in here else 'lost: put it in'}"


def _facts_of(words: str) -> frozenset[str]:
    return frozenset(FACTS).intersection(placeholders_in(words))


def _readable(name: str) -> str:
    """The name, short and without what cannot be seen."""
    return HIDDEN.sub("?", name)[:40]
