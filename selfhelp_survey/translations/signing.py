"""Signing an area's texts in one language, wherever they live."""

from selfhelp_survey import repository
from selfhelp_survey.errors import QuestionnaireError
from selfhelp_survey.sign_offs import sign
from selfhelp_survey.translations.areas import area_of


def sign_texts(name: str, language: str, *, signed_by: str) -> None:
    """Note that a person has read and approved every text of the area in this language, as they stand now.

    Raises QuestionnaireError where one is missing, and where this person has written some of them; UsageError where
    there is no such area.
    """
    area = area_of(name, language)
    if name in repository.draft_codes():
        repository.sign_language(name, language, signed_by=signed_by)
        return
    units = area.read(language)
    missing = [unit.key for unit in units if not unit.target]
    if missing or not units:
        told = f"is not complete in {language}; missing: {', '.join(missing[:5])}" if units else "has no texts"
        raise QuestionnaireError(f"'{name}' {told}")
    sign(name, language, {unit.key: (unit.target, unit.source) for unit in units}, signed_by=signed_by)
