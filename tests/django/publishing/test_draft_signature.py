"""A questionnaire marked as a draft: tried out in DEBUG, opened on a real site only as a second person signed it."""

from __future__ import annotations

import re
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from selfhelp_survey import repository
from selfhelp_survey.authoring.yaml_reader import read_questionnaire
from selfhelp_survey.core.document import document_of
from selfhelp_survey.core.questionnaire import Questionnaire
from selfhelp_survey.draft_signature import reading_hash, sign_draft
from selfhelp_survey.errors import QuestionnaireError
from selfhelp_survey.management.commands.survey_translations import apply_changes
from selfhelp_survey.models import Questionnaire as Draft
from selfhelp_survey.models import TextSignOff, Wording
from selfhelp_survey.publication import Area, PublicationRefused, prepare, publish
from selfhelp_survey.sign_offs import SignedByTheirWriter
from selfhelp_survey.translations.areas import area_of
from selfhelp_survey.translations.changes import Change
from tests.django.admin.desk import address, member, seen, sent, superuser
from tests.django.instruments import small

pytestmark = pytest.mark.django_db
NO_NEED = "selfhelp_survey/questionnaires/no_need_for_help.yaml"


def imported(*, by: str = "Ana") -> Questionnaire:
    """The small questionnaire as a draft that this person brought in."""
    repository.save_draft(replace(small(), is_draft=True), by=(by,))
    return repository.load_draft("small")


def signature_missing() -> bool:
    """Whether the missing signature is among the reasons why the draft cannot be published."""
    try:
        prepare("small")
    except PublicationRefused as refused:
        return any(obstacle.area is Area.SIGNATURE for obstacle in refused.obstacles)
    return False


def said(name: str, *arguments: str, **options: Any) -> str:
    out = StringIO()
    call_command(name, *arguments, stdout=out, stderr=out, **options)
    return out.getvalue()


def read_in_admin(client: Client, pk: int) -> str:
    """What the button on the questionnaire's page says that it signs."""
    found = re.search(r'name="seen" value="(\w+)"', seen(client, "questionnaire_change", pk))
    assert found
    return found[1]


def signed_in_admin(client: Client, pk: int) -> str:
    """The page after the button was pressed."""
    return sent(client, "questionnaire_sign", pk, seen=read_in_admin(client, pk)).content.decode()


# --- Publishing


def test_publish__unsigned_draft_in_debug__keeps_the_mark_in_its_document() -> None:
    imported()
    assert publish("small").questionnaire.is_draft


def test_publish__unsigned_draft_on_a_real_site__is_refused_with_the_way_out(in_production: None) -> None:
    imported()
    assert signature_missing()


def test_publish__signed_draft__loses_the_mark(in_production: None, settings: Any) -> None:
    sign_draft(imported(), signed_by="Ben")
    assert not signature_missing()
    settings.DEBUG = True
    assert not publish("small").questionnaire.is_draft


def test_publish__draft_changed_after_it_was_signed__waits_again(in_production: None) -> None:
    sign_draft(imported(), signed_by="Ben")
    repository.change_wordings("small", "en", {"pages.first.title": "New"}, by=("Ana",))
    assert signature_missing()


def test_publish__unsigned_change_of_a_signed_version_in_debug__warns_that_a_real_site_closes() -> None:
    def told() -> list[str]:
        return [caution.message for caution in prepare("small").cautions if caution.where == "draft"]

    sign_draft(imported(), signed_by="Ben")
    assert told() == []
    publish("small")
    assert told() == []
    repository.change_wordings("small", "en", {"pages.first.title": "New"}, by=("Ana",))
    assert "its entries close" in told()[0]
    assert "warning: draft: nobody has signed this change" in said("survey_publish", "small", dry_run=True)
    publish("small")
    repository.change_wordings("small", "en", {"pages.first.title": "Newer"}, by=("Ana",))
    assert told() == []


def test_publish__draft_imported_again_as_it_was__stays_signed(in_production: None) -> None:
    sign_draft(imported(), signed_by="Ben")
    imported(by="Carla")
    assert not signature_missing()


def test_import__file_without_the_mark_over_a_draft__stays_marked(in_production: None) -> None:
    imported()
    repository.save_draft(small(), by=("Ana",))
    assert repository.is_marked("small")
    assert signature_missing()


def test_publish__questionnaire_that_was_never_marked__needs_no_signature_and_its_document_is_as_ever() -> None:
    repository.save_draft(small())
    assert not signature_missing()
    assert "draft" not in document_of(publish("small").questionnaire)


# --- Signing


def test_sign__by_whoever_imported_it__is_refused() -> None:
    with pytest.raises(SignedByTheirWriter, match="a second person"):
        sign_draft(imported(by="Ana"), signed_by=" ana ")


def test_sign__by_whoever_wrote_a_text_that_nobody_signed__is_refused() -> None:
    imported(by="Ana")
    repository.change_wordings("small", "es", {"pages.first.title": "Nuevo"}, by=("Ben",))
    with pytest.raises(SignedByTheirWriter):
        sign_draft(repository.load_draft("small"), signed_by="Ben")
    sign_draft(repository.load_draft("small"), signed_by="Carla")


def test_sign__importer_unknown__is_refused_with_the_way_out() -> None:
    with pytest.raises(QuestionnaireError, match="--by NAME"):
        sign_draft(imported(by=""), signed_by="Ben")


def test_sign__no_draft_or_signed_already__is_refused() -> None:
    repository.save_draft(small())
    with pytest.raises(QuestionnaireError, match="not marked"):
        sign_draft(repository.load_draft("small"), signed_by="Ben")
    sign_draft(imported(), signed_by="Ben")
    with pytest.raises(QuestionnaireError, match="signed already"):
        sign_draft(repository.load_draft("small"), signed_by="Carla")


def test_commands__import_and_sign__demand_names_of_two_people() -> None:
    with pytest.raises(CommandError, match="--by NAME") as refused:
        said("survey_import", NO_NEED)
    assert refused.value.returncode == 2
    assert not Draft.objects.exists()
    said("survey_import", NO_NEED, by="Ana")
    with pytest.raises(CommandError, match="a second person") as refused:
        said("survey_sign", "no_need_for_help", draft=True, by="Ana")
    assert refused.value.returncode == 1
    assert "signed: the draft" in said("survey_sign", "no_need_for_help", draft=True, by="Ben")
    assert not repository.is_unsigned("no_need_for_help")


@pytest.mark.parametrize(("language", "draft"), [((), False), (("es",), True)])
def test_survey_sign__neither_or_both_of_language_and_draft__is_wrong_use(
    language: tuple[str, ...], draft: bool
) -> None:
    with pytest.raises(CommandError, match="--draft") as refused:
        said("survey_sign", "small", *language, draft=draft, by="Ben")
    assert refused.value.returncode == 2


def test_survey_sign__draft__tells_the_hash_of_what_was_signed() -> None:
    draft = imported()
    assert f"({reading_hash(draft)[:12]})" in said("survey_sign", "small", draft=True, by="Ben")


def test_sign__after_a_signed_draft_was_worded_anew__falls_to_a_second_person() -> None:
    sign_draft(imported(by="Ana"), signed_by="Ben")
    repository.change_wordings("small", "en", {"pages.first.title": "New"}, by=("Ana",))
    repository.sign_language("small", "en", signed_by="Carla")
    with pytest.raises(SignedByTheirWriter):
        repository.sign_whole("small", signed_by="Ana")
    repository.sign_whole("small", signed_by="Carla")
    assert not repository.is_unsigned("small")


def test_sign__by_whoever_translated_a_marked_draft__is_refused_also_once_the_language_is_signed() -> None:
    sign_draft(imported(by="Ana"), signed_by="Ben")
    unit = next(unit for unit in area_of("small", "es").read("es") if unit.key == "pages.first.title")
    apply_changes([Change(unit=unit, new="Nuevo")], "es", by="Carla")
    repository.sign_language("small", "es", signed_by="Ben")
    with pytest.raises(SignedByTheirWriter):
        repository.sign_whole("small", signed_by="Carla")
    repository.sign_whole("small", signed_by="Ben")


def test_rewording__of_what_was_never_marked__leaves_no_name_under_the_whole() -> None:
    repository.save_draft(small())
    repository.change_wordings("small", "en", {"pages.first.title": "New"}, by=("Ana",))
    assert list(TextSignOff.objects.values_list("language", flat=True)) == ["en"]


# --- The shipped drafts, without their mark


def altered(folder: Path, *changes: tuple[str, str]) -> str:
    """The file of a shipped draft without its mark, with these changes more."""
    text = Path(NO_NEED).read_text("utf-8")
    for old, new in (("draft: true\n", ""), *changes):
        assert old in text
        text = text.replace(old, new)
    file = folder / "altered.yaml"
    file.write_text(text, encoding="utf-8", newline="")
    return str(file)


@pytest.mark.parametrize(
    ("code", "why"), [("no_need_for_help", "bears the code"), ("no_need_2", "holds the texts of 'no_need_for_help'")]
)
def test_import__shipped_draft_without_its_mark__demands_a_name_says_why_and_is_marked(
    tmp_path: Path, code: str, why: str
) -> None:
    file = altered(tmp_path, ("questionnaire: no_need_for_help", f"questionnaire: {code}"))
    with pytest.raises(CommandError, match=f"{why}.*--by NAME") as refused:
        said("survey_import", file)
    assert refused.value.returncode == 2
    assert not Draft.objects.exists()
    assert why in said("survey_import", file, by="Ana")
    assert repository.is_unsigned(code)


def test_import__name_of_two_scripts__is_wrong_use_and_imports_nothing() -> None:
    with pytest.raises(CommandError, match="several scripts") as refused:
        said("survey_import", NO_NEED, by="An\u0430")
    assert refused.value.returncode == 2
    assert not Draft.objects.exists()


def test_admin__upload_of_a_shipped_draft_under_another_code__says_why_it_is_marked(tmp_path: Path) -> None:
    file = altered(tmp_path, ("questionnaire: no_need_for_help", "questionnaire: no_need_2"))
    with Path(file).open("rb") as opened:
        page = sent(superuser(), "questionnaire_import", file=opened).content.decode()
    assert "holds the texts of" in page
    assert repository.is_unsigned("no_need_2")


def test_import__exit_survey_under_any_code__needs_no_signature() -> None:
    text = Path("selfhelp_survey/questionnaires/exit_survey.yaml").read_text("utf-8")
    read = read_questionnaire(text, source="exit_survey.yaml")
    assert repository.why_draft(replace(read, code="ours")) == repository.why_draft(small()) == ""


# --- The admin


def test_admin__draft_changed_after_it_was_read__is_not_signed() -> None:
    imported(by="Ana")
    pk, publisher = Draft.objects.get().pk, member("Survey publishers")
    read = read_in_admin(publisher, pk)
    repository.change_wordings("small", "en", {"pages.first.title": "Slipped in"}, by=("Ana",))
    assert "somebody has changed the draft" in sent(publisher, "questionnaire_sign", pk, seen=read).content.decode()
    assert repository.is_unsigned("small")


def test_admin__form_that_does_not_say_what_was_read__signs_nothing() -> None:
    imported(by="Ana")
    sent(member("Survey publishers"), "questionnaire_sign", Draft.objects.get().pk)
    assert repository.is_unsigned("small")


def test_admin__wording_of_a_marked_draft__its_writer_cannot_sign_the_whole() -> None:
    sign_draft(imported(by="Ana"), signed_by="Ben")
    client = Client()
    client.force_login(User.objects.create_superuser("dora"))
    row = Wording.objects.get(key="pages.first.title")
    data = {"text_en": "New", "text_es": "Page first (es)", "text_fi": "", "text_sv": ""}
    assert client.post(address("wording_change", row.pk), data, secure=True).status_code == 302
    repository.sign_language("small", "en", signed_by="Ben")
    with pytest.raises(SignedByTheirWriter):
        repository.sign_whole("small", signed_by="dora")
    repository.sign_whole("small", signed_by="Ana")


def test_admin__draft__is_marked_in_the_list_and_signed_by_a_publisher() -> None:
    imported(by="Ana")
    pk = Draft.objects.get().pk
    publisher = member("Survey publishers")
    assert "DRAFT" in seen(publisher, "questionnaire_changelist")
    assert "waits for a signature" in seen(publisher, "questionnaire_change", pk)
    signed_in_admin(publisher, pk)
    assert not repository.is_unsigned("small")
    assert "DRAFT" not in seen(publisher, "questionnaire_changelist")


def test_admin__whoever_imported__cannot_sign() -> None:
    imported(by="Survey publishers")
    assert "a second person" in signed_in_admin(member("Survey publishers"), Draft.objects.get().pk)
    assert repository.is_unsigned("small")


@pytest.mark.parametrize("group", ["Survey authors", "Survey translators"])
def test_admin__whoever_may_not_publish__may_not_sign(group: str) -> None:
    imported()
    assert sent(member(group), "questionnaire_sign", Draft.objects.get().pk).status_code == 403
    assert repository.is_unsigned("small")


def test_admin__sign_by_a_link__is_refused() -> None:
    imported()
    client = member("Survey publishers")
    assert client.get(address("questionnaire_sign", Draft.objects.get().pk), secure=True).status_code == 405


def test_admin__upload_of_a_draft__notes_who_sent_it() -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("maintainer"))
    with Path(NO_NEED).open("rb") as file:
        client.post(address("questionnaire_import"), {"file": file}, secure=True)
    with pytest.raises(SignedByTheirWriter):
        sign_draft(repository.load_draft("no_need_for_help"), signed_by="maintainer")


def test_preview__draft__says_so_until_it_is_signed() -> None:
    pk = (imported(), Draft.objects.get().pk)[1]
    publisher = member("Survey publishers")
    assert "Draft. Nobody has signed" in seen(publisher, "questionnaire_preview", pk, "first", "en")
    signed_in_admin(publisher, pk)
    assert "Draft. Nobody has signed" not in seen(publisher, "questionnaire_preview", pk, "first", "en")
