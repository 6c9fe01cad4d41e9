"""Addresses of the example host: the site under a language, the survey with its own, the maintainers' admin."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.staticfiles.urls import staticfiles_urlpatterns
from django.urls import include, path

urlpatterns = [
    path("feedback/", include("selfhelp_survey.urls")),
    path("admin/", admin.site.urls),
    *staticfiles_urlpatterns(),
    *i18n_patterns(path("", include("example_project.host.urls"))),
]
