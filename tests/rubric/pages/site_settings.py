"""A site with nothing but the survey, in the five languages of its interface.

`RUBRIC_FOLDER` is where it keeps its tables. Catalogues in its `locale` folder come before those of the package.
"""

import json
import os
from pathlib import Path
from typing import Any

FOLDER = Path(os.environ["RUBRIC_FOLDER"])
KEYS = Path(__file__).parents[2] / "data" / "keys"

DEBUG = True
SECRET_KEY = "only for tests"
ALLOWED_HOSTS = ["127.0.0.1", "sample.example"]
ROOT_URLCONF = "tests.rubric.pages.site_urls"
INSTALLED_APPS = ["modeltranslation", "selfhelp_survey", "django.contrib.contenttypes"]
MIDDLEWARE = ["selfhelp_survey.middleware.SurveyBorderMiddleware"]
TEMPLATES: list[dict[str, Any]] = [
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {}}
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": FOLDER / "rubric.sqlite3",
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Spanish"), ("fi", "Finnish"), ("sv", "Swedish"), ("ar", "Arabic")]
LOCALE_PATHS = [FOLDER / "locale"]
MODELTRANSLATION_DEFAULT_LANGUAGE = "en"
MODELTRANSLATION_FALLBACK_LANGUAGES = ("en",)
USE_TZ = True
LOGGING = {"version": 1, "disable_existing_loggers": False, "loggers": {"django.server": {"level": "ERROR"}}}
SELFHELP_SURVEY: dict[str, Any] = {
    "RECIPIENTS": [json.loads((KEYS / f"{name}.json").read_text())["public"] for name in ("first", "second")],
    "PEPPER": "only for tests, too",
    "PROGRAMME_URL": "/",
    "CACHE_SECONDS": 0,
    "DRAFT_CAP": 500,
}
