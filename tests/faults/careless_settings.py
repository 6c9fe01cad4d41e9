"""The production site of a careless host: every log at DEBUG, error mails with HTML, Sentry as it comes, a file cache.

`CARELESS_FOLDER` takes what all of these write. Uploads have nowhere to go: a request whose file would touch the disk
fails.
"""

import os
from pathlib import Path

import django
import sentry_sdk
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from tests.faults.production_settings import *  # noqa: F403
from tests.faults.production_settings import MIDDLEWARE

FOLDER = Path(os.environ["CARELESS_FOLDER"])
ROOT_URLCONF = "tests.faults.careless_urls"
ADMINS = ["somebody@host.example"] if django.VERSION >= (6, 0) else [("Somebody", "somebody@host.example")]
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = str(FOLDER / "mails")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": FOLDER / "cache"}}
MIDDLEWARE = [
    MIDDLEWARE[0],
    "django.middleware.cache.UpdateCacheMiddleware",
    *MIDDLEWARE[1:],
    "django.middleware.cache.FetchFromCacheMiddleware",
]
FILE_UPLOAD_TEMP_DIR = str(FOLDER / "nowhere")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {
        "console": {"class": "logging.StreamHandler"},
        "file": {"class": "logging.FileHandler", "filename": FOLDER / "everything.log", "encoding": "utf-8"},
        "mail": {"class": "django.utils.log.AdminEmailHandler", "level": "ERROR", "include_html": True},
    },
    "root": {"handlers": ["console", "file", "mail"], "level": "DEBUG"},
    "loggers": {
        name: {"level": "DEBUG", "propagate": True, "handlers": []}
        for name in ("django", "django.request", "django.template", "django.security", "django.db.backends")
    },
}


class ToFile(Transport):
    """Writes what would be sent to Sentry."""

    def capture_envelope(self, envelope: Envelope) -> None:
        """Append it."""
        with (FOLDER / "sentry").open("ab") as file:
            file.write(envelope.serialize())


sentry_sdk.init(dsn="https://public@reports.example/1", transport=ToFile)
