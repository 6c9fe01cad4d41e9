"""What every page of the host knows besides its own content."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language_info


def page_languages(request: HttpRequest) -> dict[str, object]:
    """The languages of the site, each with its own name and the address of this page in it."""
    infos = [get_language_info(code) for code, _ in settings.LANGUAGES]
    return {"page_languages": [{**info, "url": translate_url(request.path, info["code"])} for info in infos]}
