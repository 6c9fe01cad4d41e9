"""Out to a translator and back: what is taken, what is refused, and that a file is taken as a whole or not at all."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import polib
import pytest
from django.core.management import CommandError
from django.utils.translation.trans_real import DjangoTranslation

from example_project.host.models import SupportResource
from selfhelp_survey import repository
from selfhelp_survey.models import Organisation, Wording
from selfhelp_survey.translations.areas import all_units
from selfhelp_survey.translations.exchange import read_file
from tests.django.translations.site import LABEL, line_of, make_site, said

pytestmark = [pytest.mark.django_db, pytest.mark.once]
KINDS = ("po", "xlsx")
TITLE = "small:pages.first.title"
every_kind = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture(autouse=True)
def site() -> None:
    make_site()


@pytest.fixture
def exported(tmp_path: Path) -> Callable[[str], Path]:
    """Exports the Spanish texts as this kind of file."""

    def export(kind: str, language: str = "es") -> Path:
        path = tmp_path / f"{language}.{kind}"
        said("survey_translations", language, "--export", str(path))
        return path

    return export


def translate(path: Path, texts: dict[str, Any], *, column: int = 4) -> None:
    """Write these translations into the file, by the name of the text."""
    if path.suffix == ".po":
        catalogue = polib.pofile(str(path))
        for entry in catalogue:
            entry.msgstr = texts.get(entry.msgctxt, entry.msgstr)
        catalogue.save()
        return
    book = openpyxl.load_workbook(path)
    for row in book["texts"].iter_rows(min_row=2):
        if row[0].value in texts:
            row[column - 1].value = texts[row[0].value]
    book.save(path)


def take(path: Path, *, language: str = "es", by: str = "Ana") -> str:
    """Import and apply."""
    return said("survey_translations", language, "--import", str(path), "--apply", "--by", by)


def refusal(path: Path, language: str = "es") -> str:
    """Why the file is not taken; nothing is changed."""
    before = all_units("es")
    with pytest.raises(CommandError) as refused:
        take(path, language=language)
    assert refused.value.returncode == 1
    assert all_units("es") == before
    return str(refused.value)


@every_kind
def test_round_trip__file_as_exported__holds_every_text_and_changes_nothing(
    kind: str, exported: Callable[[str], Path]
) -> None:
    path = exported(kind)
    file = read_file(path)
    units = all_units("es")
    assert file.language == "es"
    assert [(row.name, row.target, row.revision) for row in file.rows] == [
        (unit.name, unit.target, unit.revision) for unit in units
    ]
    assert take(path).startswith("0 texts differ")


@every_kind
def test_import__without_apply__shows_the_difference_and_changes_nothing(
    kind: str, exported: Callable[[str], Path]
) -> None:
    path = exported(kind)
    translate(path, {f"small:{LABEL}": "¿Pregunta?", TITLE: "Primera página"})
    told = said("survey_translations", "es", "--import", str(path))
    assert "  en: Page first\n  - Page first (es)\n  + Primera página\n" in told
    assert "  - (missing)\n  + ¿Pregunta?\n" in told
    assert "2 texts differ; nothing was changed" in told
    assert line_of(TITLE).unit.target == "Page first (es)"


@every_kind
def test_import__applied__changes_every_area_and_the_signature_is_void(
    kind: str, exported: Callable[[str], Path]
) -> None:
    Wording.objects.filter(key=LABEL).update(text_es="Pregunta")
    said("survey_sign", "small", "es", by="Ben")
    path = exported(kind)
    translate(path, {TITLE: "Primera página", "site/support:line.reach": "Marque 0800", "site/organisation:contact":
                     "Escríbanos"})  # fmt: skip
    take(path)
    assert line_of(TITLE).unit.target == "Primera página"
    assert SupportResource.objects.values_list("reach_es", "reach_en").get() == ("Marque 0800", "Call 0800")
    assert Organisation.objects.values_list("contact_es", flat=True).get() == "Escríbanos"
    assert "es" not in repository.signed_languages(repository.load_draft("small"))
    with pytest.raises(CommandError, match="a second person"):
        said("survey_sign", "small", "es", by="ANA")
    said("survey_sign", "small", "es", by="Ben")


def test_import__text_left_alone_and_changed_here_since__is_not_taken_back(exported: Callable[[str], Path]) -> None:
    path = exported("xlsx")
    Wording.objects.filter(key="pages.first.title").update(text_es="Corregido aquí")
    translate(path, {f"small:{LABEL}": "Pregunta"})
    assert "1 texts differ" in take(path)
    assert line_of(TITLE).unit.target == "Corregido aquí"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Hola <b>mundo</b>", "it holds markup"),
        ("Quedan {pages}", r"the placeholder {pages} is not in the source"),
        ("Hola \u202eodnum", "it holds characters that cannot be seen"),
        ("h" * 257, "it is 1 bytes too long: 256 have room here"),
        ("ñ" * 129, "it is 2 bytes too long: 256 have room here"),
    ],
)
@every_kind
def test_import__words_that_cannot_stand_there__are_refused_by_name_and_nothing_is_taken(
    kind: str, words: str, reason: str, exported: Callable[[str], Path]
) -> None:
    path = exported(kind)
    translate(path, {f"small:{LABEL}": words, TITLE: "Primera página"})
    told = refusal(path)
    assert f"small:{LABEL}: {reason}" in told
    assert "Hola" not in told


@pytest.mark.parametrize("words", ["h" * 256, "ñ" * 128])
def test_import__as_long_as_there_is_room__is_taken(words: str, exported: Callable[[str], Path]) -> None:
    path = exported("po")
    translate(path, {f"small:{LABEL}": words})
    take(path)
    assert line_of(f"small:{LABEL}").unit.target == words


def test_import__placeholder_lost__is_refused(exported: Callable[[str], Path]) -> None:
    Wording.objects.filter(key="pages.first.title").update(text_en="{pages} pages", text_es="{pages} páginas")
    path = exported("po")
    translate(path, {TITLE: "Algunas páginas"})
    assert "the placeholder {pages} is lost" in refusal(path)


def test_import__host_field_with_a_limit__counts_characters(exported: Callable[[str], Path]) -> None:
    path = exported("po")
    translate(path, {"site/organisation:name": "ñ" * 200})
    take(path)
    path.unlink()
    exported("po")
    translate(path, {"site/organisation:name": "ñ" * 201})
    assert "it is 1 characters too long: 200 have room here" in refusal(path)


@every_kind
def test_import__revision_lost__takes_back_nothing_that_was_changed_here(
    kind: str, exported: Callable[[str], Path]
) -> None:
    path = exported(kind)
    Wording.objects.filter(key="pages.first.title").update(text_es="Corregido aquí")
    if kind == "po":
        path.write_text("".join(line for line in path.read_text("utf-8").splitlines(keepends=True)
                                if not line.startswith("#.")), "utf-8")  # fmt: skip
    else:
        book = openpyxl.load_workbook(path)
        for row in book["texts"].iter_rows(min_row=2):
            row[4].value = None
        book.save(path)
    assert f"{TITLE}: its revision is lost" in refusal(path)


def test_import__workbook_without_any_one_of_its_columns__is_refused(exported: Callable[[str], Path]) -> None:
    path = exported("xlsx")
    whole = path.read_bytes()
    for column in range(1, 6):
        path.write_bytes(whole)
        book = openpyxl.load_workbook(path)
        book["texts"].delete_cols(column)
        book.save(path)
        assert "keep the headings and columns" in refusal(path), column


def _with_locked_part(content: bytes) -> bytes:
    """The flag of a password in the first entry of the directory."""
    at = content.index(b"PK\x01\x02") + 8
    return content[:at] + b"\x01" + content[at + 1 :]


def _with_torn_part(content: bytes) -> bytes:
    """Bytes within the first part that no packer wrote."""
    return content[:60] + b"\xff" * 40 + content[100:]


def _with_unknown_style(content: bytes) -> bytes:
    """A cell in a style that the workbook does not have."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            packed = old.read(part)
            new.writestr(part, re.sub(rb' s="[0-9]+"', b' s="9999"', packed) if "sheet1" in part.filename else packed)
    return out.getvalue()


def test_import__damaged_workbook__is_refused_in_a_sentence(exported: Callable[[str], Path]) -> None:
    path = exported("xlsx")
    whole = path.read_bytes()
    for damage in (_with_locked_part, _with_torn_part, _with_unknown_style):
        path.write_bytes(damage(whole))
        assert "workbook" in refusal(path), damage


@every_kind
def test_import__source_changed_since_the_export__is_refused(kind: str, exported: Callable[[str], Path]) -> None:
    path = exported(kind)
    Wording.objects.filter(key="pages.first.title").update(text_en="Another title")
    assert take(path).startswith("0 texts differ")  # nobody touched it
    translate(path, {TITLE: "Primera página"})
    assert "its source is not what it is here now" in refusal(path)


@every_kind
def test_import__both_sides_changed_since_the_export__is_refused(kind: str, exported: Callable[[str], Path]) -> None:
    path = exported(kind)
    Wording.objects.filter(key="pages.first.title").update(text_es="Corregido aquí")
    translate(path, {TITLE: "Primera página"})
    assert "it was changed here after the export" in refusal(path)


@every_kind
def test_import__file_of_another_language__is_refused(kind: str, exported: Callable[..., Path]) -> None:
    assert "the file says it is in fi, not in es" in refusal(exported(kind, "fi"))


def test_import__unknown_key_and_the_same_key_twice__are_both_told(exported: Callable[[str], Path]) -> None:
    path = exported("xlsx")
    translate(path, {TITLE: "small:nowhere"}, column=1)
    translate(path, {"small:pages.opened.title": "small:title"}, column=1)
    told = refusal(path)
    assert "small:nowhere: there is no such text here" in told
    assert "small:title stands 2 times" in told


def test_import__entry_marked_fuzzy__is_refused(exported: Callable[[str], Path]) -> None:
    path = exported("po")
    path.write_text(path.read_text("utf-8").replace(f'msgctxt "{TITLE}"', f'#, fuzzy\nmsgctxt "{TITLE}"'), "utf-8")
    assert "is marked fuzzy" in refusal(path)


@pytest.mark.parametrize(("value", "reason"), [("=1+1", "holds a formula"), (1.5, "holds a number, a date")])
def test_import__cell_that_is_no_text__is_refused(value: object, reason: str, exported: Callable[[str], Path]) -> None:
    path = exported("xlsx")
    translate(path, {TITLE: value})
    told = refusal(path)
    assert f"{TITLE}: the translation {reason}" in told
    assert "1+1" not in told


def test_export__text_that_looks_like_a_formula__is_a_text_in_the_workbook(exported: Callable[[str], Path]) -> None:
    Wording.objects.filter(key="pages.first.title").update(text_en="=SUM(A1)", text_es="=SUM(A1)")
    cells = [cell for row in openpyxl.load_workbook(exported("xlsx"))["texts"].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value == "=SUM(A1)"} == {"s"}


@pytest.mark.parametrize(("name", "content"), [("a.po", b"\xff\xfe"), ("a.po", b"hello"), ("a.xlsx", b"PK no"),
                                               ("a.po", b"x" * 5_000_001)])  # fmt: skip
def test_import__no_such_file_of_ours__exits_1(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    refusal(tmp_path / name)


@pytest.mark.parametrize(("part", "content", "told"), [
    ("xl/padding.bin", b"0" * 16_000_001, "unpacks to more than anything here needs"),
    ("xl/vbaProject.bin", b"0", "holds macros"), ("xl/more.xml", b"<!DOCTYPE x><x/>", "declares entities"),
])  # fmt: skip
def test_import__workbook_that_is_more_than_one__is_refused_unopened(
    part: str, content: bytes, told: str, exported: Callable[[str], Path]
) -> None:
    path = exported("xlsx")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(part, content)
    assert told in refusal(path)


def test_export__over_a_file__is_refused(exported: Callable[[str], Path]) -> None:
    path = exported("po")
    before = path.read_bytes()
    with pytest.raises(CommandError, match="nothing is overwritten"):
        exported("po")
    assert path.read_bytes() == before


# The interface


@every_kind
def test_import__interface__goes_into_the_sites_last_folder_and_django_shows_it(
    kind: str, exported: Callable[[str], Path], tmp_path: Path, settings: Any
) -> None:
    settings.LOCALE_PATHS = [tmp_path / "first", tmp_path / "survey"]
    path = exported(kind)
    translate(path, {"site/interface:Leave quickly": "Salir ya"})
    assert "once the site is started again" in take(path)
    assert DjangoTranslation("es").gettext("Leave quickly") == "Salir ya"
    assert DjangoTranslation("es").gettext("Back") == "Atrás"
    assert not (tmp_path / "first").exists()


def test_import__plural_forms__are_taken_form_by_form(
    exported: Callable[..., Path], tmp_path: Path, settings: Any
) -> None:
    settings.LOCALE_PATHS = [tmp_path / "survey"]
    path = exported("po", "fi")
    catalogue = polib.pofile(str(path))
    entry = catalogue.find("site/interface:%(hours)s hour", by="msgctxt")
    entry.msgstr_plural = {0: "%(hours)s h (yksi)", 1: "%(hours)s h"}
    catalogue.save()
    take(path, language="fi")
    finnish = DjangoTranslation("fi")
    shown = [finnish.ngettext("%(hours)s hour", "%(hours)s hours", number) for number in (1, 2)]
    assert shown == ["%(hours)s h (yksi)", "%(hours)s h"]


def test_import__interface_on_a_site_without_a_folder__changes_nothing_at_all(exported: Callable[[str], Path]) -> None:
    path = exported("po")
    translate(path, {"site/interface:Leave quickly": "Salir ya", TITLE: "Primera página"})
    assert "name one in LOCALE_PATHS" in refusal(path)


def test_import__interface_placeholder_broken__is_refused(
    exported: Callable[[str], Path], tmp_path: Path, settings: Any
) -> None:
    settings.LOCALE_PATHS = [tmp_path / "survey"]
    path = exported("po")
    translate(path, {"site/interface:Page %(position)s of about %(count)s": "Página %(position)s de %(cuenta)s"})
    told = refusal(path)
    assert "the placeholder %(count)s is lost" in told
    assert "the placeholder %(cuenta)s is not in the source" in told
