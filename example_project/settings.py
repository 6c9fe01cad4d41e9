"""Settings of the example host: a small mental health site in four languages, with the survey inside a programme.

Everything it keeps lies in `example_project/var/`. `EXAMPLE_DATABASE_DSN` (a PostgreSQL connection string) replaces
SQLite; `EXAMPLE_ALLOWED_HOSTS` (comma-separated) adds host names, such as an onion address; `EXAMPLE_DEBUG=0` turns
DEBUG off; `EXAMPLE_LEAVE_URL` is where "Leave quickly" leads.
"""

import os
import secrets
from pathlib import Path
from typing import Any

EXAMPLE = Path(__file__).resolve().parent
VAR = Path(os.environ.get("EXAMPLE_VAR") or EXAMPLE / "var")


def _listed(text: str) -> list[str]:
    return [item.strip() for item in text.replace("\n", ",").split(",") if item.strip()]


def _stored_secret(name: str) -> str:
    """A secret of this machine, from the environment or `var/`, made when first asked for."""
    if given := os.environ.get(f"EXAMPLE_{name.upper()}"):
        return given
    path = VAR / name
    if not path.exists():
        VAR.mkdir(exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


def _recipients() -> list[str]:
    """The research team's public keys: from the environment, comma-separated, or the `.pub` files of `var/keys/`."""
    if given := os.environ.get("EXAMPLE_RECIPIENTS"):
        return _listed(given)
    return [path.read_text().strip() for path in sorted((VAR / "keys").glob("*.pub"))]


def _postgresql(dsn: str) -> dict[str, Any]:
    from psycopg.conninfo import conninfo_to_dict

    parts = conninfo_to_dict(dsn)
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    known = {name: str(parts.pop(part, "") or "") for name, part in names.items()}
    return {"ENGINE": "django.db.backends.postgresql", **known, "OPTIONS": parts}


def _sqlite() -> dict[str, Any]:
    # IMMEDIATE: a deferred transaction that reads before it writes fails under load. secure_delete: gone is gone.
    options = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": "PRAGMA secure_delete=ON;"}
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": VAR / "example.sqlite3", "OPTIONS": options}


DEBUG = os.environ.get("EXAMPLE_DEBUG", "1") == "1"
SECRET_KEY = _stored_secret("secret_key")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *_listed(os.environ.get("EXAMPLE_ALLOWED_HOSTS", ""))]
ROOT_URLCONF = "example_project.urls"
WSGI_APPLICATION = "example_project.wsgi.application"

INSTALLED_APPS = [
    "modeltranslation",  # before the admin
    "selfhelp_survey",
    "example_project.host",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "selfhelp_survey.middleware.SurveyBorderMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "example_project.host.context_processors.page_languages",
            ],
        },
    },
]
DATABASES = {"default": _postgresql(dsn) if (dsn := os.environ.get("EXAMPLE_DATABASE_DSN")) else _sqlite()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The address says the language of a page. A visitor who gives none in the address gets the browser's, else English.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Spanish"), ("fi", "Finnish"), ("sv", "Swedish")]
MODELTRANSLATION_DEFAULT_LANGUAGE = "en"
MODELTRANSLATION_FALLBACK_LANGUAGES = ("en",)
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Helsinki"

# What `python3 example_project` prints, and `demo_content` makes.
DEMO_MAINTAINER = {"username": "maintainer", "password": _stored_secret("maintainer_password")}
DEMO_SURVEY_PATH = "feedback/en/end/"

# A log of who opened which page when is what a host of this survey must not keep: the server tells its failures only.
LOGGING = {"version": 1, "disable_existing_loggers": False, "loggers": {"django.server": {"level": "ERROR"}}}

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"

# The host's own content models stand in for the survey's.
SELFHELP_SURVEY_PROGRAMME_MODEL = "host.Programme"
SELFHELP_SURVEY_SECTION_MODEL = "host.Section"
SELFHELP_SURVEY_SUPPORT_RESOURCE_MODEL = "host.SupportResource"
SELFHELP_SURVEY: dict[str, Any] = {
    "RECIPIENTS": _recipients(),
    "PEPPER": _stored_secret("pepper"),
    "LEAVE_URL": os.environ.get("EXAMPLE_LEAVE_URL") or "https://www.wikipedia.org/",
    "PROGRAMME_URL": "/",
    "SITE_CODE": "example",
    # Nobody who tries the demo is to be taken for a machine, nor a machine to be slowed down.
    "MINIMUM_SECONDS": 0,
    "STARTS_PER_MINUTE": 100_000,
    "SENDS_PER_MINUTE": 100_000,
}
