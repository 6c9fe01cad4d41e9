"""The addresses of the careless host: those of the example, and two pages that tell and keep all they get."""

from typing import NoReturn

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from example_project.urls import urlpatterns as example_urls
from selfhelp_survey.forms import WrittenText

BREAKING = "break here"
_clean = WrittenText.clean


def _fragile(field: WrittenText, value: str) -> str:
    """The field, but it fails at certain words, and quotes them."""
    if BREAKING in (value or ""):
        raise ValueError(f"this could not be understood: {value}")
    return _clean(field, value)


setattr(WrittenText, "clean", _fragile)  # noqa: B010 - what a mistake of ours would do


@csrf_exempt
def failing(request: HttpRequest) -> NoReturn:
    """A page that fails, and quotes what was sent."""
    raise ValueError(f"this could not be understood: {request.POST['words']}")


def kept(request: HttpRequest) -> HttpResponse:
    """A page that shows what stands in its address, and is kept in the cache."""
    return HttpResponse(request.GET["words"])


urlpatterns = [path("failing/", failing), path("kept/", kept), *example_urls]
