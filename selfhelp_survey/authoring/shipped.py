"""The files that come with the package: the catalogue of harmonised variables, read once."""

from functools import cache
from importlib.resources import files

from selfhelp_survey.authoring.catalogue_reader import read_catalogue
from selfhelp_survey.core.harmonised import HarmonisedCatalogue

CATALOGUE = "harmonised.yaml"


@cache
def shipped_catalogue() -> HarmonisedCatalogue:
    """The catalogue of harmonised variables that this version of the package holds, in en and es."""
    file = files("selfhelp_survey") / "questionnaires" / CATALOGUE
    return read_catalogue(file.read_text(encoding="utf-8"), source=CATALOGUE)
