"""The survey's addresses, and a place on the way back from it."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def home(request: HttpRequest) -> HttpResponse:
    """Where the programme would be."""
    return HttpResponse("The programme", content_type="text/plain")


urlpatterns = [path("", home), path("feedback/", include("selfhelp_survey.urls"))]
