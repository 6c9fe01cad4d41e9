"""The report: what is missing, unsigned, changed or outdated, wherever a text lives."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import polib
import pytest
from django.core.management import CommandError, call_command
from django.utils.translation.trans_real import DjangoTranslation

from example_project.host.models import SupportResource
from selfhelp_survey import repository
from selfhelp_survey.authoring.yaml_reader import read_questionnaire
from selfhelp_survey.models import LanguageSignOff, Organisation, Wording
from selfhelp_survey.translations.areas import all_units
from selfhelp_survey.translations.glossary import shipped_glossary
from selfhelp_survey.translations.interface_texts import interface_texts
from selfhelp_survey.translations.plurals import plural_forms
from selfhelp_survey.translations.report import as_lines, report_on
from selfhelp_survey.translations.units import State
from tests.django.interface.test_catalogues import catalogue
from tests.django.translations.site import LABEL, line_of, make_site, report, said
from tests.unit.docs.pages import ROOT

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def site() -> None:
    make_site()


@pytest.mark.parametrize("name", [f"small:{LABEL}", "site/organisation:contact"])
def test_report__text_nobody_has_written__is_missing(name: str) -> None:
    line = line_of(name)
    assert (line.state, line.unit.target) == (State.MISSING, "")
    assert line.unit.source in {"Question gate", "Write to us"}


def test_report__every_area__has_its_texts_beside_their_source() -> None:
    shown = {line.unit.name: (line.unit.source, line.unit.target) for area in report().areas for line in area.lines}
    assert shown["small:pages.first.title"] == ("Page first", "Page first (es)")
    assert shown["site/support:line.reach"] == ("Call 0800", "Llame al 0800")
    assert shown["site/organisation:name"] == ("An institute", "Un instituto")
    assert shown["site/interface:Leave quickly"] == ("Leave quickly", "Salir rápido")


def test_report__what_nobody_has_written_in_any_language__is_not_asked_for() -> None:
    names = {line.unit.name for area in report().areas for line in area.lines}
    assert not names & {"site/support:line.description", "site/organisation:ethics"}


def test_report__text_written_in_another_language_only__is_its_own_source() -> None:
    SupportResource.objects.update(name_en="", name_fi="Linja", name_es="")
    unit = line_of("site/support:line.name").unit
    assert (unit.source_language, unit.source, unit.target) == ("fi", "Linja", "")


def test_report__signed_area__is_signed_until_a_text_or_its_source_changes() -> None:
    Organisation.objects.update(contact_es="Escríbanos")
    said("survey_sign", "site/organisation", "es", by="A reader")
    assert line_of("site/organisation:name").state is State.SIGNED
    Organisation.objects.update(contact_en="Call us", name_es="El instituto", ethics_en="Board", ethics_es="Comité")
    states = {name: line_of(f"site/organisation:{name}").state for name in ("name", "contact", "ethics")}
    assert states == {"name": State.CHANGED, "contact": State.OUTDATED, "ethics": State.UNSIGNED}


def test_report__signed_questionnaire__tells_which_text_changed_since() -> None:
    said("survey_sign", "small", "en", by="A reader")
    Wording.objects.filter(key="pages.first.title").update(text_en="Another title")
    assert line_of("small:pages.first.title", "en").state is State.CHANGED
    assert line_of(f"small:{LABEL}", "en").state is State.SIGNED


def test_report__signature_of_a_questionnaire_taken_back__nothing_is_signed() -> None:
    said("survey_sign", "small", "en", by="A reader")
    LanguageSignOff.objects.all().delete()
    assert line_of(f"small:{LABEL}", "en").state is State.UNSIGNED


def test_report__signed_before_digests_were_kept__counts_while_nothing_changes() -> None:
    said("survey_sign", "small", "en", by="A reader")
    from selfhelp_survey.models import TextSignOff

    TextSignOff.objects.all().delete()
    assert line_of(f"small:{LABEL}", "en").state is State.SIGNED
    Wording.objects.filter(key="pages.first.title").update(text_en="Another title")
    assert line_of(f"small:{LABEL}", "en").state is State.UNSIGNED


def test_report__draft_complete_in_no_language__is_reported_all_the_same() -> None:
    Wording.objects.filter(key=LABEL).update(text_en="")
    assert line_of(f"small:{LABEL}", "en").state is State.MISSING


def test_sign__area_with_a_missing_text__is_refused() -> None:
    with pytest.raises(CommandError, match="not complete in es; missing: contact"):
        said("survey_sign", "site/organisation", "es", by="A reader")


def test_sign__unknown_area__exits_2() -> None:
    with pytest.raises(CommandError, match="there are: small, site/support, site/organisation, site/interface") as no:
        said("survey_sign", "site/other", "es", by="A reader")
    assert no.value.returncode == 2


# The interface


def test_interface__texts__are_those_of_the_catalogues_with_their_plurals() -> None:
    wanted = {(entry.msgid, entry.msgid_plural or "", entry.msgctxt or "") for entry in catalogue("fi")}
    assert {(text.singular, text.plural, text.context) for text in interface_texts()} == wanted


@pytest.mark.parametrize("language", ["ar", "es", "fi", "sv"])
def test_interface__each_language__is_read_as_its_catalogue_has_it(language: str) -> None:
    wanted = {
        text for entry in catalogue(language)
        for text in ([entry.msgstr] if not entry.msgid_plural else entry.msgstr_plural.values())
    }  # fmt: skip
    found = {unit.target for unit in all_units(language) if unit.area == "site/interface"}
    assert found == wanted


@pytest.mark.parametrize(("language", "first"), [("fi", (1, 2)), ("ar", (0, 1, 2, 3, 11, 100)), ("ja", (1,))])
def test_plural_forms__language__have_the_first_number_of_each(language: str, first: tuple[int, ...]) -> None:
    assert plural_forms(language) == first


def override(folder: Path, language: str, **texts: str) -> None:
    """A catalogue as a site would write it."""
    place = folder / language / "LC_MESSAGES"
    place.mkdir(parents=True)
    own = polib.POFile()
    own.metadata = catalogue("fi").metadata
    for source, words in texts.items():
        own.append(polib.POEntry(msgid=source.replace("_", " "), msgstr=words))
    own.save_as_mofile(str(place / "django.mo"))


@pytest.mark.parametrize("language", ["fi", "en"])
def test_interface__site_with_its_own_words__they_are_what_django_shows_and_the_report_too(
    language: str, tmp_path: Path, settings: Any
) -> None:
    override(tmp_path, language, Leave_quickly="Own words")
    settings.LOCALE_PATHS = [tmp_path]
    assert DjangoTranslation(language).gettext("Leave quickly") == "Own words"
    unit = line_of("site/interface:Leave quickly", language).unit
    assert unit.target == "Own words"
    assert unit.place == "interface, in this site's own words"


def test_interface__language_that_no_catalogue_has__is_missing_not_english(settings: Any) -> None:
    units = [unit for unit in all_units("et") if unit.area == "site/interface" and unit.source == "Leave quickly"]
    assert [unit.target for unit in units] == [""]


# The shipped texts


def test_shipped_texts__against_the_shipped_glossary__keep_to_it_but_for_two_that_wait_for_a_reader() -> None:
    file = ROOT / "selfhelp_survey" / "questionnaires" / "exit_survey.yaml"
    repository.save_draft(read_questionnaire(file.read_text("utf-8"), source="exit_survey.yaml"))
    found = {
        (language, line.unit.name)
        for language in ("en", "es", "fi", "sv", "ar")
        for area in report_on(language, shipped_glossary()).areas for line in area.lines
        if line.findings or (line.state is State.MISSING and area.name == "exit_survey")
    }  # fmt: skip
    seen = "exit_survey:pages.ways.questions.t1_seen.label"  # "such help" for "help like this programme"
    assert found == {("fi", seen), ("sv", seen)}


# The command


def test_command__languages_not_complete__exits_1_with_numbers_only() -> None:
    out = StringIO()
    with pytest.raises(CommandError, match="not complete: es") as refused:
        call_command("survey_translations", "es", stdout=out)
    assert refused.value.returncode == 1
    assert "  small: 45 texts; 1 missing, 44 unsigned\n" in out.getvalue()
    assert "Question gate" not in out.getvalue()


def test_command__show__names_each_text_with_place_source_and_translation() -> None:
    lines = list(as_lines(report(), shows="wanting"))
    place = lines.index(f"    [missing] small:{LABEL} (page first, question gate, label)")
    assert lines[place + 1 : place + 3] == ["      en: Question gate", "      es: -"]


def test_command__all_signed__exits_0_and_show_names_nothing() -> None:
    Wording.objects.filter(key=LABEL).update(text_es="Pregunta")
    Organisation.objects.update(contact_es="Escríbanos")
    for area in ("small", "site/support", "site/organisation", "site/interface"):
        said("survey_sign", area, "es", by="A reader")
    told = said("survey_translations", "es", "--show")
    assert told.startswith("es (español): complete\n")
    assert "    [" not in told
    assert "    [signed]" in said("survey_translations", "es", "--all")


def test_command__json__holds_counts_and_with_all_every_text() -> None:
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("survey_translations", "es", "--json", "--all", stdout=out)
    (plain,) = json.loads(out.getvalue())
    areas = {area["area"]: area for area in plain["areas"]}
    assert (plain["language"], plain["complete"]) == ("es", False)
    assert areas["site/organisation"]["states"]["missing"] == 1
    assert {line["text"]: line["translation"] for line in areas["site/support"]["lines"]} == {
        "site/support:line.name": "Una línea", "site/support:line.reach": "Llame al 0800",
    }  # fmt: skip


@pytest.mark.parametrize(
    "arguments",
    [("xx",), ("--export", "a.po"), ("es", "fi", "--export", "a.po"), ("es", "--export", "a.po", "--import", "b.po"),
     ("es", "--apply", "--by", "A"), ("es", "--import", "b.po", "--apply"), ("es", "--export", "a.csv")],
)  # fmt: skip
def test_command__used_in_a_wrong_way__exits_2(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError) as wrong:
        said("survey_translations", *arguments)
    assert wrong.value.returncode == 2
