"""The host's content: the survey's abstract models with texts of the host's own, and the tasks of a section."""

from typing import ClassVar

from django.db import models

from selfhelp_survey.content.models import AbstractProgramme, AbstractSection, AbstractSupportResource


class Programme(AbstractProgramme):  # type: ignore[django-manager-missing]  # modeltranslation makes it at run time
    """A programme with the summary that the home page shows."""

    objects: ClassVar[models.Manager["Programme"]] = models.Manager()

    summary = models.TextField()


class Section(AbstractSection):  # type: ignore[django-manager-missing]  # the same
    """A section with its text; paragraphs stand apart by a blank line. The middle of a programme may invite, too."""

    objects: ClassVar[models.Manager["Section"]] = models.Manager()

    text = models.TextField()
    invites_as = models.SlugField(blank=True, help_text="The entry code of the survey invitation at the section's end.")


class Task(models.Model):
    """Something to think about or to try, inside a section."""

    objects: ClassVar[models.Manager["Task"]] = models.Manager()

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="tasks")
    title = models.CharField(max_length=200)
    text = models.TextField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.title


class SupportResource(AbstractSupportResource):
    """A place that helps. The host could add fields here as well; the survey's are enough for it."""

    objects: ClassVar[models.Manager["SupportResource"]] = models.Manager()
