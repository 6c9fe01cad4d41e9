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
ALLOWED_HOSTS = ["127.0.0.1"]
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


class Changing(dict[str, Any]):
    """Settings whose limits of a minute let nobody through while the file `busy` lies in the folder."""

    def get(self, name: str, default: Any = None, /) -> Any:
        """The value as it is just now."""
        is_limit = name in {"STARTS_PER_MINUTE", "SENDS_PER_MINUTE"}
        return 0.5 if is_limit and (FOLDER / "busy").exists() else super().get(name, default)


SELFHELP_SURVEY = Changing({
    "RECIPIENTS": [json.loads((KEYS / f"{name}.json").read_text())["public"] for name in ("first", "second")],
    "PEPPER": "only for tests, too",
    "PROGRAMME_URL": "/",
    "CACHE_SECONDS": 0,
    "DRAFT_CAP": 500,
    "STARTS_PER_MINUTE": 100_000,
    "MINIMUM_SECONDS": 3600,  # everybody is asked to send once more
})  # fmt: skip
