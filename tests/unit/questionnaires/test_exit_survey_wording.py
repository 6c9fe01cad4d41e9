"""The exit survey: its words, in every language."""

import re
from collections.abc import Iterator

import pytest

from selfhelp_survey.core.questionnaire import Question
from selfhelp_survey.core.text import Text
from tests.unit.questionnaires.exit_survey import LANGUAGES, survey

PLACEHOLDER = re.compile(r"\{\w+\}")
LABELS_OF_BLAME = {
    "en": "offend perpetrat abus paedo pedo predator victim pervert deviant porn illegal criminal explicit",
    "es": "ofensor agresor abus pedó pederast depredador víctima pervers desviad porno ilegal criminal explícit",
    "fi": "rikolli tekijä hyväksikäyt pedofi saalist uhri pervers porno laiton laittom",
    "sv": "förövar övergrepp pedofi rovdjur offer pervers porr olaglig brottsling",
}
TOPIC = {
    "en": "material child sex urge stop survey abuse content illegal redirection self-help",
    "es": "material niñ sex impulso encuesta abuso contenido ilegal redirección autoayuda",
    "fi": "materiaal lapsi laps seksi seksu mielihalu lopet laiton oma-apu",
    "sv": "material barn sex sug sluta olaglig självhjälp",
}


def sentences(text: Text, language: str) -> list[str]:
    return re.split(r"(?<=[.?!])\s+", text.in_language(language))


def question_texts(question: Question) -> Iterator[Text]:
    yield question.label
    if question.hint:
        yield question.hint
    yield from (value.label for value in question.values)
    yield from (row.label for row in question.rows)


def test_texts__every_one__is_written_in_four_languages() -> None:
    assert survey().languages == LANGUAGES
    assert all(text.languages == set(LANGUAGES) for text in survey().texts())


def test_texts__placeholders__are_the_same_in_every_language() -> None:
    for text in survey().texts():
        found = [sorted(PLACEHOLDER.findall(text.in_language(language))) for language in LANGUAGES]
        assert all(names == found[0] for names in found), text.in_language("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts__sentences__have_at_most_15_words(language: str) -> None:
    long = [line for text in survey().texts() for line in sentences(text, language) if len(line.split()) > 15]
    assert long == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts__words__blame_nobody(language: str) -> None:
    words = [text.in_language(language).lower() for text in survey().texts()]
    found = {stem for stem in LABELS_OF_BLAME[language].split() for wording in words if stem in wording}
    assert found == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles__shown_in_tabs_and_history__do_not_name_the_topic(language: str) -> None:
    titles = [survey().title, *(page.title for page in survey().pages)]
    words = [title.in_language(language).lower() for title in titles]
    assert {stem for stem in TOPIC[language].split() for wording in words if stem in wording} == set()
    assert len(set(words)) == len(words)


def test_addresses__page_names__do_not_name_the_topic() -> None:
    names = {page.name for page in survey().pages}
    assert not {stem for stem in TOPIC["en"].split() for name in names if stem in name}


@pytest.mark.parametrize(
    ("language", "term", "meaning"),
    [
        ("en", "the material", "“The material” means"),
        ("es", "el material", "“El material” significa"),
        ("fi", "materiaali", "”Materiaali” tarkoittaa"),
        ("sv", "materialet", "”Materialet” betyder"),
    ],
)
def test_term__where_it_first_appears__its_meaning_stands_beside_it(language: str, term: str, meaning: str) -> None:
    for page in survey().pages:
        texts = [page.title, *([page.intro] if page.intro else []), *(passage.body for passage in page.details)]
        assert not any(term in text.in_language(language).lower() for text in texts)
        for question in page.questions:
            if any(term in text.in_language(language).lower() for text in question_texts(question)):
                assert question.hint is not None
                assert question.hint.in_language(language).startswith(meaning)
                return
    pytest.fail("the term appears nowhere")


@pytest.mark.parametrize("name", ["since", "first", "path"])
def test_sensitive_blocks__their_first_words__say_that_everything_may_be_skipped(name: str) -> None:
    intro = survey().page(name).intro
    assert intro is not None
    assert intro.in_language("en").endswith("You may skip every question.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_consent__the_five_facts__take_under_90_words(language: str) -> None:
    facts = survey().pages[0].facts
    texts = [text for fact in facts for text in (fact.heading, fact.body)]
    assert len(facts) == 5
    assert sum(len(text.in_language(language).split()) for text in texts) < 90


@pytest.mark.parametrize("language", LANGUAGES)
def test_consent__placeholders__name_every_fact_of_the_organisation(language: str) -> None:
    passages = [*survey().pages[0].facts, *survey().pages[0].details]
    found = {name for passage in passages for name in PLACEHOLDER.findall(passage.body.in_language(language))}
    assert found == {"{organisation}", "{contact}", "{ethics}", "{data_protection}", "{archiving}",
                     "{pages}", "{minutes}", "{all_pages}", "{all_minutes}"}  # fmt: skip
