"""Settings of a site that is nothing but the survey: no accounts, no sessions, no admin, one link back.

To serve it, set DEBUG = False, name your host (or onion) in ALLOWED_HOSTS, and follow docs/how-to/survey-only-site.md.
"""

import os
import secrets
from pathlib import Path
from typing import Any

BASE_DIR = Path(os.environ.get("EXAMPLE_VAR") or Path(__file__).resolve().parents[1] / "var") / "survey_only"
DEBUG = True
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
SECRET_KEY = os.environ.get("SURVEY_SECRET_KEY") or secrets.token_urlsafe(50)
ROOT_URLCONF = "example_project.survey_only.urls"
INSTALLED_APPS = ["modeltranslation", "selfhelp_survey", "django.contrib.contenttypes"]
MIDDLEWARE = [
    "selfhelp_survey.middleware.SurveyBorderMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DATABASES: dict[str, Any] = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": BASE_DIR / "survey.sqlite3",
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "init_command": "PRAGMA secure_delete=ON;"},
    }
}
LANGUAGES = [("en", "English"), ("es", "Spanish")]
LANGUAGE_CODE = "en"
USE_TZ = True

PROGRAMME_URL = "https://programme.example/"
"""Where the programme lives: another site, which links here, and to which the survey leads back."""
SELFHELP_SURVEY: dict[str, Any] = {"PROGRAMME_URL": PROGRAMME_URL, "SITE_CODE": "survey-only"}
