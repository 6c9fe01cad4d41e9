"""The whole comparison: a dataset made into a report whose every figure stands in a protected table."""

from collections.abc import Callable

from selfhelp_survey.errors import UsageError
from selfhelp_survey.privacy.intervals import DEFAULT_THRESHOLD
from selfhelp_survey.research.comparison.dataset import Dataset
from selfhelp_survey.research.comparison.sections.barriers import barriers
from selfhelp_survey.research.comparison.sections.change import change
from selfhelp_survey.research.comparison.sections.frequencies import frequencies
from selfhelp_survey.research.comparison.sections.help_seeking_models import help_seeking_models
from selfhelp_survey.research.comparison.sections.pathways import pathways
from selfhelp_survey.research.comparison.sections.services import services
from selfhelp_survey.research.comparison.sections.three_samples import three_samples
from selfhelp_survey.research.comparison.sections.who_answered import who_answered
from selfhelp_survey.research.comparison.sections.writer import Writer
from selfhelp_survey.research.comparison.table import Report
from selfhelp_survey.research.comparison.views import views_of
from selfhelp_survey.research.comparison.words import LANGUAGES

CAVEATS = ("sample", "apart", "association", "repeats", "self_report", "intervals", "recoded")


def comparison_report(  # noqa: PLR0913 - language, threshold and seed are one choice each
    dataset: Dataset, *, language: str, threshold: int = DEFAULT_THRESHOLD, seed: int = 0,
    progress: Callable[[int], object] = lambda _count: None,
) -> Report:  # fmt: skip
    """The report in one language. The same dataset, threshold and seed give the same report.

    `threshold`: no count of fewer people is shown, nor can one be worked out. `seed` is that of exact tests.
    `progress` hears 1 for each table that was protected; `views.tables_to_protect` tells how many there are. Raises
    UsageError for a language that the report is not written in, or a threshold under 3.
    """
    if language not in LANGUAGES:
        raise UsageError(f"The report is written in {' or '.join(LANGUAGES)}.")
    views = views_of(dataset, threshold=threshold, progress=progress)
    writer = Writer(dataset=dataset, views=views, language=language, threshold=threshold)
    sections = (
        who_answered(writer), frequencies(writer), three_samples(writer, seed=seed),
        help_seeking_models(dataset, language=language, threshold=threshold), change(writer), pathways(writer),
        barriers(writer), services(writer),
    )  # fmt: skip
    caveats = (*(writer.say(f"caveat.{name}") for name in CAVEATS), writer.say("caveat.withheld", threshold=threshold))
    return Report(
        language=language, title=writer.say("title"), facts=tuple(_facts(writer)), sections=sections, caveats=caveats
    )


def _facts(writer: Writer) -> list[tuple[str, str]]:
    releases = [name for held in writer.dataset.samples for name in held.releases]
    told = {
        "samples": writer.names(writer.views), "releases": "; ".join(releases) or writer.say("none"),
        "threshold": str(writer.threshold), "intervals": writer.say("fact.wilson"),
    }  # fmt: skip
    return [(writer.say(f"fact.{name}"), value) for name, value in told.items()]
