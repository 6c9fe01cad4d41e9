"""The two sister surveys beside the exit survey: drafts, each with an entry of its own that takes rehearsals."""

from importlib.resources import as_file, files

from django.core.management import call_command

from selfhelp_survey.entrance import set_entry_state
from selfhelp_survey.models import Entry

ENTRIES = {"demo-b": "help_us_to_help_you", "demo-c": "no_need_for_help"}
"""Which entry leads to which draft. Codes stand in addresses, so they say nothing of the survey behind them."""
IMPORTER = "survey_only"


def open_sisters() -> None:
    """Import both drafts, publish them with their mark and open their entries.

    With DEBUG = False publishing refuses with the reason, until somebody else has signed the drafts (survey_sign).
    """
    for entry, code in ENTRIES.items():
        with as_file(files("selfhelp_survey") / "questionnaires" / f"{code}.yaml") as path:
            call_command("survey_import", path, by=IMPORTER)
        call_command("survey_publish", code)
        Entry.objects.get_or_create(pk=entry, defaults={"questionnaire": code, "is_rehearsal": True})
        set_entry_state(entry, Entry.State.OPEN)
