"""The example's settings with the templates' escaping off: what then still holds is the pages' policy alone."""

from example_project.settings import *  # noqa: F403 - a settings file that changes one thing
from example_project.settings import TEMPLATES

TEMPLATES[0]["OPTIONS"]["autoescape"] = False
