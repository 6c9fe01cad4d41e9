"""Settings of a host without content models of its own, in the languages of `HOST_LANGUAGES`."""

import os

SECRET_KEY = "only for tests"
USE_TZ = True
LANGUAGES = [(code, code) for code in os.environ["HOST_LANGUAGES"].split(",")]
LANGUAGE_CODE = LANGUAGES[0][0]
INSTALLED_APPS = ["modeltranslation", "django.contrib.contenttypes", "selfhelp_survey"]
MIDDLEWARE = ["selfhelp_survey.middleware.SurveyBorderMiddleware"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("HOST_DATABASE", ":memory:"),
        "OPTIONS": {"transaction_mode": "IMMEDIATE"},
    }
}
if socket_folder := os.environ.get("HOST_POSTGRESQL"):
    DATABASES["default"] = {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": socket_folder,
        "USER": "postgres",
        "NAME": os.environ["HOST_DATABASE"],
    }
