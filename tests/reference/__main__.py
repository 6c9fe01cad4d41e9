"""Renew the tables of docs/reference/ from the code."""

from __future__ import annotations

import os

import django

from tests.reference import FOLDER, pages, written


def main() -> None:
    """Write every page that has such tables."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    for name in pages():
        (FOLDER / name).write_text(written(name), "utf-8")


if __name__ == "__main__":
    main()
