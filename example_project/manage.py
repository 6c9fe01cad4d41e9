#!/usr/bin/env python3
"""Django's commands for the example host: `.venv/bin/python example_project/manage.py help`."""

import os
import sys
from pathlib import Path


def main() -> None:
    """Run the command of the command line."""
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "example_project.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
