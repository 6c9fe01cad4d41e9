"""The survey's addresses. They carry a language, an entry and a page's name: no id, no token, no answer, no topic."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from selfhelp_survey import views
from selfhelp_survey.wizard import wizard_view


class LanguageConverter(StringConverter):
    """A language code such as en or pt-br."""

    regex = "[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,2}"


class NameConverter(StringConverter):
    """An entry code or a page's name."""

    regex = "[a-z][a-z0-9-]{0,31}"


register_converter(LanguageConverter, "survey_language")
register_converter(NameConverter, "survey_name")

app_name = "selfhelp_survey"
_ENTRY = "<survey_language:language>/<survey_name:entry>/"
urlpatterns = [
    path("style-<slug:digest>.css", views.style, name="style"),
    path("health/", views.health, name="health"),
    path(_ENTRY, wizard_view, name="start"),
    path(f"{_ENTRY}thanks/", views.thanks, name="thanks"),
    path(f"{_ENTRY}leave/", views.leave, name="leave"),
    path(f"{_ENTRY}help/", views.help_page, name="help"),
    path(f"{_ENTRY}end/", views.end, name="end"),
    path(f"{_ENTRY}<survey_name:step>/", wizard_view, name="page"),
]
