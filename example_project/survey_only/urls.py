"""The survey, and from the bare address a way to the programme. Nothing else."""

from django.urls import include, path
from django.views.generic import RedirectView

from example_project.survey_only.settings import PROGRAMME_URL

urlpatterns = [
    path("", RedirectView.as_view(url=PROGRAMME_URL)),
    path("feedback/", include("selfhelp_survey.urls")),
]
