"""project/production.py: what production adds to the site's own settings."""

import os
from typing import Any

from project.settings import *  # noqa: F403


def _database(user: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.postgresql", "HOST": os.environ["DATABASE_HOST"],
        "NAME": os.environ["DATABASE_NAME"], "USER": user, "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True,
    }  # fmt: skip


DEBUG = False
SECRET_KEY = os.environ["SITE_SECRET_KEY"]
ALLOWED_HOSTS = ["survey.example.org", "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeed.onion"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_PATH = "/admin/"
CSRF_COOKIE_AGE = None
SILENCED_SYSTEM_CHECKS = ["security.W008"]  # nginx leads from http to https; the onion address stays on http
DATABASES = {
    "default": _database("site_web"),
    "maintenance": _database("site_maintenance"),
    "owner": _database("site_owner"),  # for `migrate` and `survey_roles`, with --database owner
}
SELFHELP_SURVEY = {
    "RECIPIENTS": os.environ["SURVEY_RECIPIENTS"].split(","),
    "PEPPER": os.environ["SURVEY_PEPPER"],
    "MAINTENANCE_DATABASE": "maintenance",
    "PROGRAMME_URL": "https://programme.example.org/",
    "SITE_CODE": "example",
}
