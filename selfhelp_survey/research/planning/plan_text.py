"""A proposed plan as a YAML file with comments, ready to be read by people and by `release`."""

import textwrap
from collections.abc import Iterator

from selfhelp_survey.research.plan import ReleasePlan
from selfhelp_survey.research.planning.planning import Planning
from selfhelp_survey.research.planning.wording import described, reason

_WIDTH = 26  # where comments begin
_KINDS = {"real": "real answers", "rehearsal": "a rehearsal", "synthetic": "made-up answers"}


def plan_text(planning: Planning) -> str:
    """The YAML of the proposed plan. It says what it was planned for, and what each level means."""
    return "\n".join(_lines(planning)) + "\n"


def _lines(planning: Planning) -> Iterator[str]:
    wishes, plan = planning.wishes, planning.proposal.plan
    yield f"# Proposed by `selfhelp-research plan` for {wishes.a_year} responses a year, from {planning.source}."
    yield from _wrapped(f"Why: {reason(planning)}")
    yield "# A series keeps its plan for ever: change what you need before its first release."
    yield f"series: {plan.series}"
    yield f"questionnaire: {plan.questionnaire}"
    yield _with(f"kind: {plan.kind}", f"{_KINDS[plan.kind]}; kinds never mix")
    yield _with(f"output: {plan.output}", "nobody in this series is ever in one of the other output")
    yield from _records(planning) if planning.proposal.is_records else _tables(plan)
    yield ""
    yield _with(f"minimum_size: {plan.minimum_size}", "rows in a release; for totals, responses")
    yield _with(f"minimum_new: {plan.minimum_new}", "responses since the last release")


def _records(planning: Planning) -> Iterator[str]:
    plan = planning.proposal.plan
    yield _with("variables: all", "every sensitive and insensitive variable; never free text, never control questions")
    yield ""
    yield from _levels(planning)
    yield _with(f"k: {plan.k}", f"everybody looks like at least {plan.k - 1} others in the same release")
    if plan.diversity:
        yield _with(f"l: {plan.l}", "and those who look alike differ in each of these:")
        yield f"diversity: [{', '.join(plan.diversity)}]"


def _levels(planning: Planning) -> Iterator[str]:
    levels = planning.proposal.plan.levels
    left = [held.name for held in planning.candidates if held.name not in levels]
    if left:
        yield from _wrapped(f"Left out altogether: {', '.join(left)}.")
    if levels:
        yield "quasi_identifiers:"
    for held in planning.candidates:
        if held.name in levels:
            level = levels[held.name]
            yield _with(f"  {held.name}: {level}", described(planning.wishes.version, held, level))


def _tables(plan: ReleasePlan) -> Iterator[str]:
    yield ""
    if plan.levels:
        yield "quasi_identifiers:"
        yield from (f"  {name}: {level}" for name, level in plan.quasi_identifiers)
    yield _with("tables:", "each count is rounded to 5 on its own, empty cells and sub-totals included")
    yield from (f"  - [{', '.join(table)}]" for table in plan.tables)


def _with(text: str, comment: str) -> str:
    return f"{text.ljust(_WIDTH)}# {' '.join(comment.split())}"


def _wrapped(text: str) -> Iterator[str]:
    return (f"# {line}" for line in textwrap.wrap(" ".join(text.split()), 110))
