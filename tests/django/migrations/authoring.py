"""Settings to write a migration with: no host, and no language columns (docs/how-to/make-a-migration.md)."""

import os

os.environ.setdefault("HOST_LANGUAGES", "en")

from tests.django.migrations.bare_host import *  # noqa: F403 - after the environment

MODELTRANSLATION_ENABLE_REGISTRATIONS = False
