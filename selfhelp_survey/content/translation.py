"""Which texts of the abstract models are translated.

Nothing is registered here, so that it does not matter which app stands first in INSTALLED_APPS. A host writes

    @register(Programme)
    class ProgrammeTexts(ProgrammeTranslation):
        fields = ("summary",)

and its own fields join those named here.
"""

from modeltranslation.translator import TranslationOptions


class ProgrammeTranslation(TranslationOptions):
    """The texts of a programme."""

    fields = ("title",)


class SectionTranslation(TranslationOptions):
    """The texts of a section."""

    fields = ("title",)


class SupportResourceTranslation(TranslationOptions):
    """The texts of a support resource."""

    fields = ("name", "description", "reach")
