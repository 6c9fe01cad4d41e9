"""The example host as in production: DEBUG off, behind a proxy that speaks https, connections kept, two database roles.

`SELFHELP_TEST_SURVEY`, `SELFHELP_TEST_DATABASE` and `SELFHELP_TEST_SETTINGS` hold JSON: keys put over the survey's
dictionary, over the website's database, and over any other setting.
"""

import json
import os

from example_project.settings import *  # noqa: F403
from example_project.settings import DATABASES, SELFHELP_SURVEY

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATABASES = {
    "default": {
        **DATABASES["default"],
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        **json.loads(os.environ.get("SELFHELP_TEST_DATABASE", "{}")),
    },
    "maintenance": {**DATABASES["default"], "USER": os.environ.get("SELFHELP_TEST_MAINTENANCE_USER", "")},
}
SELFHELP_SURVEY = {
    **SELFHELP_SURVEY,
    "MAINTENANCE_DATABASE": "maintenance",
    **json.loads(os.environ.get("SELFHELP_TEST_SURVEY", "{}")),
}
globals().update(json.loads(os.environ.get("SELFHELP_TEST_SETTINGS", "{}")))
