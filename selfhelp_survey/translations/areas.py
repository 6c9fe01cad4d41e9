"""Every area whose texts respondents read, on this site."""

from selfhelp_survey import repository
from selfhelp_survey.conf import survey_settings
from selfhelp_survey.errors import UsageError
from selfhelp_survey.translations.content_texts import content_areas
from selfhelp_survey.translations.interface_texts import interface_area, interface_languages
from selfhelp_survey.translations.questionnaire_texts import questionnaire_areas
from selfhelp_survey.translations.units import TextArea, TranslationUnit


def all_areas(language: str) -> tuple[TextArea, ...]:
    """The questionnaires, the site's content and the interface; the interface alone for a language the site has not.

    Texts of its own are kept in the languages of the site's LANGUAGES only.
    """
    if language not in repository.host_languages():
        return (interface_area(),)
    return (*questionnaire_areas(), *content_areas(), interface_area())


def area_of(name: str, language: str) -> TextArea:
    """The area of this name. Raises UsageError where there is none."""
    areas = {area.name: area for area in all_areas(language)}
    if name not in areas:
        raise UsageError(f"there are no texts '{name}' in {language}; there are: {', '.join(areas)}")
    return areas[name]


def all_units(language: str) -> tuple[TranslationUnit, ...]:
    """Every text of the site beside its source."""
    return tuple(unit for area in all_areas(language) for unit in area.read(language))


def known_languages() -> tuple[str, ...]:
    """The site's languages, then the others in which the interface is there to be looked at."""
    own = survey_settings.languages
    return (*own, *(language for language in interface_languages() if language not in own))
