"""`.venv/bin/python -m example_project.survey_only [COMMAND]`: make, open the demo, serve; or any other command.

The demonstration is the exit survey; the drafts of its two sister surveys stand beside it.
"""

import os
import sys

import django
from django.core.management import call_command, execute_from_command_line

from example_project.survey_only.settings import BASE_DIR


def main(words: list[str]) -> None:
    """Run Django's command of these words; without any, show the survey on http://127.0.0.1:8000/."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "example_project.survey_only.settings"
    if words:
        execute_from_command_line(["survey_only", *words])
        return
    django.setup()
    from example_project.survey_only.sisters import open_sisters  # models are there only now

    BASE_DIR.mkdir(parents=True, exist_ok=True)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("survey_demo")
    open_sisters()
    call_command("runserver", "127.0.0.1:8000", use_reloader=False)


if __name__ == "__main__":
    main(sys.argv[1:])
