"""From a file to a version that never changes, through the real commands."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from selfhelp_survey import repository
from selfhelp_survey.authoring.yaml_reader import read_questionnaire
from selfhelp_survey.core.document import content_hash, document_of
from selfhelp_survey.core.linter import lint
from selfhelp_survey.core.text import Text
from selfhelp_survey.errors import QuestionnaireError
from selfhelp_survey.models import Entry, LanguageSignOff, Organisation, PublishedVersion, Questionnaire, Wording
from selfhelp_survey.publication import PublicationRefused, prepare, publish
from tests.django.instruments import small

pytestmark = pytest.mark.django_db

SMALL = """\
questionnaire: small
languages: [en, es]
title: {en: A few questions, es: Unas preguntas}
prefer_not_to_say: {en: I prefer not to say, es: Prefiero no decirlo}
pages:
  - page: first
    title: {en: "{organisation} asks", es: "{organisation} pregunta"}
    intro: {en: "{pages} page, {minutes} minute", es: "{pages} página, {minutes} minuto"}
    questions:
      - name: q1_use
        type: single
        role: insensitive
        label: {en: Was it useful?, es: ¿Fue útil?}
        values:
          - {code: 1, label: {en: Yes, es: Sí}}
          - {code: 2, label: {en: No, es: No}}
"""


def imported(text: str, folder: Path, **options: Any) -> str:
    """What `survey_import` says on its standard output."""
    file = folder / "small.yaml"
    file.write_text(text, "utf-8")
    out = StringIO()
    call_command("survey_import", str(file), stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def organisation(**facts: Any) -> Organisation:
    """An organisation with every fact in both languages, but for the ones given."""
    names = ("name", "contact", "ethics", "data_protection", "archiving")
    wordings = {f"{name}_{language}": f"{name} {language}" for name in names for language in ("en", "es")}
    return Organisation.objects.create(**{**wordings, **facts})


def sign(*languages: str) -> None:
    for language in languages:
        call_command("survey_sign", "small", language, "--by", "A reader", stdout=StringIO())


def test_import__a_good_file__draft_reads_back_the_same(tmp_path: Path) -> None:
    said = imported(SMALL, tmp_path)
    assert repository.load_draft("small") == read_questionnaire(SMALL, source="small.yaml")
    assert "1 pages, 1 questions, languages en, es" in said


def test_import__dry_run__writes_nothing(tmp_path: Path) -> None:
    imported(SMALL, tmp_path, dry_run=True)
    assert not Questionnaire.objects.exists()
    assert not Wording.objects.exists()


def test_import__file_with_problems__exits_1_and_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="line 10, column 9: Q110") as refused:
        imported(SMALL.replace("- name: q1_use", "- nam: q1_use"), tmp_path)
    assert refused.value.returncode == 1
    assert not Questionnaire.objects.exists()


def test_import__unknown_kind_of_file__exits_2(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"give one ending in \.yaml") as refused:
        call_command("survey_import", str(tmp_path / "small.docx"))
    assert refused.value.returncode == 2


def test_import__again_with_one_language__keeps_the_other_one(tmp_path: Path) -> None:
    imported(SMALL, tmp_path)
    only_english = "\n".join(line.replace("Was it useful?", "Did it help?") for line in SMALL.split("\n"))
    only_english = only_english.replace("[en, es]", "[en]").replace(", es: ¿Fue útil?", "")
    imported(only_english, tmp_path)
    label = repository.load_draft("small").pages[0].questions[0].label
    assert label.in_language("en") == "Did it help?"
    assert label.in_language("es") == "¿Fue útil?"


def test_import__question_gone__its_texts_are_gone(tmp_path: Path) -> None:
    imported(SMALL, tmp_path)
    imported(SMALL.replace("q1_use", "q2_use"), tmp_path)
    assert not Wording.objects.filter(key__contains="q1_use").exists()


def test_publish__in_debug__offers_unsigned_languages_and_fills_the_counts(tmp_path: Path) -> None:
    imported(SMALL, tmp_path)
    publication = publish("small", note="first")
    version = repository.load_version(publication.content_hash)
    assert version.languages == ("en", "es")
    assert version.pages[0].title.in_language("en") == "[organisation] asks"
    assert version.pages[0].intro is not None
    assert version.pages[0].intro.in_language("es") == "1 página, 1 minuto"
    row = PublishedVersion.objects.get()
    assert (row.code, row.number, row.note) == ("small", 1, "first")
    assert content_hash(row.document) == row.content_hash


def test_publish__nothing_new__says_so_and_writes_nothing(tmp_path: Path) -> None:
    imported(SMALL, tmp_path)
    publish("small")
    out = StringIO()
    call_command("survey_publish", "small", stdout=out, stderr=StringIO())
    assert "nothing new since version 1" in out.getvalue()
    assert PublishedVersion.objects.count() == 1


def test_publish__a_wording_changed__next_number_and_variables_stay_comparable(tmp_path: Path) -> None:
    imported(SMALL, tmp_path)
    publish("small")
    imported(SMALL.replace("Was it useful?", "Was this useful?"), tmp_path)
    out = StringIO()
    call_command("survey_publish", "small", stdout=out, stderr=StringIO())
    assert "reworded pages.first.questions.q1_use.label: in en" in out.getvalue()
    assert "6 of 6 variables stay comparable" in out.getvalue()
    assert repository.latest_version("small").number == 2  # type: ignore[union-attr]


def test_publish__draft_back_at_an_earlier_version__refused(tmp_path: Path) -> None:
    for text in (SMALL, SMALL.replace("Was it", "Was this")):
        imported(text, tmp_path)
        publish("small")
    imported(SMALL, tmp_path)
    with pytest.raises(PublicationRefused, match="version 1 of 'small' again"):
        publish("small")


def test_publish__lint_error__refused_with_the_reason(tmp_path: Path) -> None:
    imported(SMALL, tmp_path)
    Wording.objects.filter(key__endswith="q1_use.label").update(text_en="What is your e-mail address?")
    with pytest.raises(PublicationRefused, match="L105 the question seems to ask for an e-mail address"):
        publish("small")
    assert not PublishedVersion.objects.exists()


@pytest.mark.parametrize(
    ("column", "words", "told"),
    [
        ("text_es", "<b>{organisation}</b>", "pages.first.title in es: it holds markup"),
        ("text_es", "{organisation} \u202eodnum", "pages.first.title in es: it holds characters that cannot be seen"),
        ("text_en", "{organisation} {nobody}", "pages.first.title in en: there is no placeholder {nobody}"),
        ("text_es", "Alguien", "pages.first.title in es: the placeholder {organisation} is lost"),
        ("text_en", "Somebody", "pages.first.title in es: the placeholder {organisation} is not in the source"),
    ],
)
def test_publish__text_that_came_past_every_form__refused_with_its_place(
    tmp_path: Path, column: str, words: str, told: str
) -> None:
    imported(SMALL, tmp_path)
    Wording.objects.filter(key="pages.first.title").update(**{column: words})
    with pytest.raises(PublicationRefused) as refused:
        publish("small")
    assert any(reason.startswith(told) for reason in refused.value.reasons)
    assert not PublishedVersion.objects.exists()


def test_publish__count_left_out_in_a_translation__is_published(tmp_path: Path) -> None:
    imported(SMALL, tmp_path)
    Wording.objects.filter(key="pages.first.intro").update(text_es="Un minuto")
    assert publish("small").is_new


def test_publish__fact_with_markup_or_another_fact_in_it__refused(tmp_path: Path) -> None:
    imported(SMALL, tmp_path)
    organisation(name_es="<i>Instituto</i>", contact_en="Ask {organisation}")
    with pytest.raises(PublicationRefused) as refused:
        publish("small")
    assert [reason.partition(":")[0] for reason in refused.value.reasons] == [
        "the organisation's 'contact' cannot be shown in en", "the organisation's 'organisation' cannot be shown in es",
    ]  # fmt: skip


def test_filled_in__fact_that_holds_a_placeholder__is_told_as_it_stands() -> None:
    facts = {"organisation": {"en": "{contact} Ltd"}, "contact": {"en": "us"}}
    assert Text.of({"en": "{organisation}, {contact}, {other}"}).filled_in(facts).in_language("en") == (
        "{contact} Ltd, us, {other}"
    )


def test_publish__language_of_the_last_version_gone__command_demands_to_hear_it(tmp_path: Path) -> None:
    imported(SMALL, tmp_path)
    publish("small")
    Wording.objects.filter(key="title").update(text_es="", text_en="Other words")
    with pytest.raises(CommandError, match=r"es would not be offered any more.*--without es"):
        call_command("survey_publish", "small", stdout=StringIO(), stderr=StringIO())
    assert PublishedVersion.objects.count() == 1
    said = StringIO()
    call_command("survey_publish", "small", "--without", "es", stdout=StringIO(), stderr=said)
    assert "warning: es: is offered now, and would not be any more: it is not complete" in said.getvalue()
    assert PublishedVersion.objects.count() == 2


def test_publish__source_changed_since_the_translation_was_signed__is_told_by_text(
    tmp_path: Path, settings: Any
) -> None:
    settings.DEBUG = False
    imported(SMALL, tmp_path)
    organisation()
    sign("en", "es")
    Wording.objects.filter(key__endswith="q1_use.label").update(text_en="Was it of use?")
    sign("en")
    publication = prepare("small")
    assert publication.questionnaire.languages == ("en", "es")
    assert [str(each).partition(". ")[0] for each in publication.cautions] == [
        "pages.first.questions.q1_use.label: the source was changed since es was signed"
    ]


def test_publish__source_of_a_consent_text_changed_since_it_was_signed__language_is_not_offered(settings: Any) -> None:
    settings.DEBUG = False
    repository.save_draft(small())
    organisation()
    sign("en", "es")
    assert [each.where for each in prepare("small").cautions] == ["consent", "consent"]
    Wording.objects.filter(key="pages.consent.facts.1.text").update(text_en="{organisation} keeps it for ever.",
                                                                    text_es="{organisation} lo guarda.")  # fmt: skip
    sign("en", "es")
    assert prepare("small").questionnaire.languages == ("en", "es")
    Wording.objects.filter(key="pages.consent.facts.1.text").update(text_en="{organisation} sells it.")
    sign("en")
    publication = prepare("small")
    assert publication.questionnaire.languages == ("en",)
    assert publication.left_out["es"].startswith("has a consent text whose source was changed")
    sign("es")
    assert prepare("small").questionnaire.languages == ("en", "es")


def test_publish__dry_run__writes_nothing(tmp_path: Path) -> None:
    imported(SMALL, tmp_path)
    out = StringIO()
    call_command("survey_publish", "small", "--dry-run", stdout=out, stderr=StringIO())
    assert "would publish version 1" in out.getvalue()
    assert not PublishedVersion.objects.exists()


def test_publish__no_draft__exits_1() -> None:
    with pytest.raises(CommandError, match="there is no draft 'absent'") as refused:
        call_command("survey_publish", "absent")
    assert refused.value.returncode == 1


def test_publish_outside_debug__one_language_signed__offers_that_one(tmp_path: Path, settings: Any) -> None:
    settings.DEBUG = False
    imported(SMALL, tmp_path)
    organisation()
    sign("es")
    publication = prepare("small")
    assert publication.questionnaire.languages == ("es",)
    assert publication.questionnaire.title.languages == {"es"}
    assert "is not signed" in publication.left_out["en"]


def test_publish_outside_debug__wording_changed_after_signing__needs_a_new_signature(
    tmp_path: Path, settings: Any
) -> None:
    settings.DEBUG = False
    imported(SMALL, tmp_path)
    organisation()
    sign("en", "es")
    Wording.objects.filter(key__endswith=".label", text_es="¿Fue útil?").update(text_es="¿Le fue útil?")
    assert prepare("small").questionnaire.languages == ("en",)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"is_sample": True}, "sample texts"),
        ({"ethics_es": ""}, "'ethics' is blank in es"),
        ({"contact_en": "  "}, "'contact' is blank in en"),
    ],
)
def test_publish_outside_debug__facts_not_real__refused(
    tmp_path: Path, settings: Any, facts: dict[str, Any], reason: str
) -> None:
    settings.DEBUG = False
    imported(SMALL, tmp_path)
    organisation(**facts)
    sign("en", "es")
    with pytest.raises(PublicationRefused, match=reason):
        prepare("small")


def test_publish_outside_debug__no_organisation_and_nothing_signed__all_reasons_at_once(
    tmp_path: Path, settings: Any
) -> None:
    settings.DEBUG = False
    imported(SMALL, tmp_path)
    with pytest.raises(PublicationRefused) as refused:
        prepare("small")
    assert len(refused.value.reasons) == 2


def test_sign__incomplete_language__refused(tmp_path: Path) -> None:
    imported(SMALL, tmp_path)
    with pytest.raises(CommandError, match="not complete in fi"):
        sign("fi")
    assert not LanguageSignOff.objects.exists()


def test_published_version__changed_or_deleted__refuses(tmp_path: Path) -> None:
    imported(SMALL, tmp_path)
    publish("small")
    row = PublishedVersion.objects.get()
    attempts = (
        row.save, row.delete, PublishedVersion.objects.all().delete, PublishedVersion.objects.bulk_update,
        lambda: PublishedVersion.objects.update(note="x"),
    )  # fmt: skip
    for attempt in attempts:
        with pytest.raises(QuestionnaireError, match="never changed"):
            attempt()


def test_load_version__second_time__asks_no_database(tmp_path: Path, django_assert_num_queries: Any) -> None:
    imported(SMALL, tmp_path)
    version_hash = publish("small").content_hash
    repository.load_version(version_hash)
    with django_assert_num_queries(0):
        repository.load_version(version_hash)


def test_load_version__unknown_hash__refused() -> None:
    with pytest.raises(QuestionnaireError, match="no published version"):
        repository.load_version("0" * 64)


def test_entry__no_published_version__refuses_with_the_reason() -> None:
    with pytest.raises(CommandError, match="has no published version") as refused:
        call_command("survey_entry", "end", "--open", "--questionnaire", "small")
    assert refused.value.returncode == 1
    assert not Entry.objects.exists()


def test_entry__closed__is_made_without_any_condition() -> None:
    call_command("survey_entry", "end", "--close", "--questionnaire", "small", stdout=StringIO())
    assert Entry.objects.get().state == Entry.State.CLOSED


def test_entry__published_and_keys_proven__opens_and_pauses(tmp_path: Path) -> None:
    from tests.django.survey_site import open_survey

    open_survey(read_questionnaire(SMALL, source="small"), entry="other")
    call_command("survey_entry", "end", "--open", "--questionnaire", "small", stdout=StringIO())
    assert Entry.objects.get(pk="end").state == Entry.State.OPEN
    call_command("survey_entry", "end", "--pause", stdout=StringIO())
    assert Entry.objects.get(pk="end").state == Entry.State.PAUSED


@pytest.mark.parametrize("code", ["End", "a b", "-a", "a" * 33, "../x"])
def test_entry__code_that_cannot_be_one__exits_2(code: str) -> None:
    with pytest.raises(CommandError, match="cannot be an entry code") as refused:
        call_command("survey_entry", "--questionnaire=small", "--close", "--", code)
    assert refused.value.returncode == 2


def test_entry__unknown_without_questionnaire__exits_2() -> None:
    with pytest.raises(CommandError, match="add --questionnaire CODE") as refused:
        call_command("survey_entry", "end", "--close")
    assert refused.value.returncode == 2


def test_exit_survey__imported_and_published__reads_back_and_lints_clean() -> None:
    call_command("survey_import", "selfhelp_survey/questionnaires/exit_survey.yaml", stdout=StringIO())
    draft = repository.load_draft("exit_survey")
    assert lint(draft) == ()
    version = repository.load_version(publish("exit_survey").content_hash)
    assert "{" not in document_of(version).replace('{"', "").replace(":{}", "").replace("${", "")
