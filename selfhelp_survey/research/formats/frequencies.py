"""How often each value stands in the rows that are released."""

from collections import Counter
from collections.abc import Mapping

from selfhelp_survey.core.record import RecordValue
from selfhelp_survey.research.formats.source import FormatSource
from selfhelp_survey.research.plan import Output

Frequencies = Mapping[str, Mapping[RecordValue, int]]


def frequencies(source: FormatSource) -> Frequencies:
    """For each column its values, missing codes too, and how many rows hold them.

    Empty for totals: their rows are never released, so nothing but the rounded cells may be counted.
    """
    if source.series.plan.output is Output.TOTALS:
        return {}
    return {name: Counter(dict(source.frame[name].value_counts().iter_rows())) for name in source.columns}
