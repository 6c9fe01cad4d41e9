"""Makes the rubric's site in the folder of the settings, and serves it at the port given."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[3]
EXIT_SURVEY = ROOT / "selfhelp_survey" / "questionnaires" / "exit_survey.yaml"
EVERY_KIND = ROOT / "tests" / "data" / "questionnaires" / "every_kind.yaml"
ENTRIES = {
    "end": ("exit_survey", "open"),
    "every": ("every_kind", "open"),
    "older": ("english_only", "open"),
    "paused": ("exit_survey", "paused"),
    "paused-kinds": ("every_kind", "paused"),
    "closed": ("exit_survey", "closed"),
    "closed-kinds": ("every_kind", "closed"),
}
SUPPORT: tuple[dict[str, str], ...] = (
    {"slug": "emergency", "kind": "emergency", "name_en": "Emergency number", "reach_en": "112, day and night, free",
     "name_es": "Número de emergencias", "reach_es": "112, día y noche, gratis", "name_fi": "Hätänumero",
     "reach_fi": "112, yötä päivää, ilmainen", "name_sv": "Nödnummer", "reach_sv": "112, dygnet runt, gratis",
     "name_ar": "رقم الطوارئ", "reach_ar": "112، ليلًا ونهارًا، مجانًا"},
    {"slug": "talk", "kind": "talk", "name_en": "A sample service that answers in English only",
     "description_en": "Somebody to talk to.", "reach_en": "Weekdays from 9 to 21",
     "url": "https://sample-service.example/a-rather-long-address/for-people-who-write-it-down", "languages": "en"},
)  # fmt: skip


def main(port: int) -> None:
    """Serve until somebody stops it."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.rubric.pages.site_settings"
    django.setup()
    call_command("migrate", verbosity=0)
    _fill()
    call_command("runserver", f"127.0.0.1:{port}", use_reloader=False)


def _fill() -> None:
    from selfhelp_survey.models import Entry, KeyProof, Organisation, SupportResource
    from selfhelp_survey.publication import publish
    from selfhelp_survey.sealing.keys import read_public_key
    from tests.rubric.pages.site_settings import SELFHELP_SURVEY

    for line in SELFHELP_SURVEY["RECIPIENTS"]:
        KeyProof.objects.create(fingerprint=read_public_key(line).fingerprint, challenge_digest=b"", proven=True)
    for position, texts in enumerate(SUPPORT):
        SupportResource.objects.create(position=position, **texts)
    Organisation(name="A sample organisation", contact="research@sample.example", is_sample=True).save()
    for file in (EXIT_SURVEY, EVERY_KIND, _english_only(EVERY_KIND)):
        call_command("survey_import", str(file), verbosity=0)
    for code in ("exit_survey", "every_kind", "english_only"):
        publish(code)
    for entry, (questionnaire, state) in ENTRIES.items():
        Entry.objects.create(code=entry, questionnaire=questionnaire, state=state)


def _english_only(source: Path) -> Path:
    """The same questionnaire, as it was before it was translated."""
    from tests.rubric.pages.site_settings import FOLDER

    text = source.read_text("utf-8")
    written = FOLDER / "english_only.yaml"
    text = text.replace("questionnaire: every_kind", "questionnaire: english_only")
    written.write_text(text.replace("languages: [en, ar]", "languages: [en]"), "utf-8")
    return written


if __name__ == "__main__":
    main(int(sys.argv[1]))
