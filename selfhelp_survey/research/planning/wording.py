"""A planned series in words: what is proposed and why, and tables whose columns are explained."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from selfhelp_survey.research.planning.candidates import QUARTER, Candidate
from selfhelp_survey.research.planning.planning import Planning
from selfhelp_survey.research.planning.projection import Levels, Projection, Spread
from selfhelp_survey.research.versions import Version

_HALF_YEARS_AND_YEARS = {1: "half-years", 2: "years"}
_COLUMNS = """\
In each row stands the middle of the made-up years; between the brackets lie four years in five.
  responses   that come in in a year and may be used
  releases    that are made; one is tried {times} a year
  released    rows that are in a release by the end of the year
  held back   rows that wait because too few others look like them
  waiting     responses that came in after the last release
  delay       releases that a released row waited, on average
  loss        detail lost over all quasi-identifiers, held rows too: 0 none, 1 all (ARX's Loss, g/s factor 0.5)
  smallest    rows of the smallest release of the year"""
_WIDTH = 110
_HEADER = ("responses", "releases", "released", "held back", "waiting", "delay", "loss", "smallest")
_LIMITS = """\
What the model does not know: answers are drawn independently of each other, and only one year is looked at. It is as
good as the shares it was given. Nothing here was taken from responses that wait for a release."""
Row = Sequence[str]


def text_of(planning: Planning) -> str:
    """Everything that was found, for a terminal."""
    return "\n\n".join(_parts(planning)) + "\n"


def _parts(planning: Planning) -> Iterator[str]:
    wishes, proposal = planning.wishes, planning.proposal
    yield opening(planning)
    yield f"Proposal for {wishes.a_year:,} responses a year: a series of {proposal.plan.output}\n" + _levels(planning)
    yield textwrap.fill(f"Why: {reason(planning)}", _WIDTH)
    what = "What this plan gives" if proposal.is_records else "What records with everything withheld would give"
    yield f"{what}\n{table((_HEADER, *map(figures, planning.sizes)))}"
    yield _COLUMNS.format(times=_times(wishes.releases))
    yield f"From fine to coarse, at {wishes.a_year:,} responses a year\n{table(_curve(planning))}"
    yield f"What each sensitive item leaves of the rows, on average, with l = {wishes.l}\n{table(_effects(planning))}"
    yield f"What would be proposed for other numbers of responses a year\n{table(_others(planning))}"
    yield _LIMITS


def opening(planning: Planning) -> str:
    """What the figures were made from."""
    wishes, effort = planning.wishes, planning.effort
    items = f"l = {wishes.l} for {_and(wishes.diversity)}" if wishes.diversity else "no item under diversity"
    return (
        f"Planning a series of {wishes.instrument.code}: k = {wishes.k}, {items}; a release has at least\n"
        f"{wishes.minimum_size} rows and waits for {wishes.minimum_new} new responses. Expected answers: "
        f"{planning.source}.\n{effort.respondents:,} model respondents were led through the questionnaire; "
        f"up to {effort.draws} made-up years for each figure (seed {effort.seed})."
    )


def reason(planning: Planning) -> str:
    """Why this is proposed, in a sentence or two."""
    wishes, proposal = planning.wishes, planning.proposal
    most = percent(wishes.most_held)
    if not proposal.is_records:
        return _why_totals(planning)
    a_year, held = f"{wishes.a_year:,} responses a year", planning.at_a_year.held
    if proposal.keeps_nothing:
        return (
            f"more than {most} of {a_year} would be held back unless every quasi-identifier is left out. The records "
            "still hold all answers; a series of totals could be crossed with a quasi-identifier."
        )
    close = ""
    if held.high > wishes.most_held:
        close = f" It is a close call: in one year of ten {percent(held.high)} or more are."
    return (
        f"{percent(held.median)} of {a_year} are held back (at most {most} may be), and finer levels would hold back "
        f"more than that, or lose more than they tell.{close}"
    )


def _why_totals(planning: Planning) -> str:
    wishes, a_year = planning.wishes, f"{planning.wishes.a_year:,} responses a year"
    if wishes.a_year >= max(wishes.minimum_size, wishes.minimum_new):
        held = percent(planning.at_a_year.held.median)
        return (
            f"even with every quasi-identifier withheld {held} of {a_year} are held back, because too few different "
            f"answers to {_and(wishes.diversity)} are expected."
        )
    size = planning.proposal.plan.minimum_size
    return (
        f"a release of records has at least {wishes.minimum_size} rows and waits for {wishes.minimum_new} new "
        f"responses, which {a_year} do not reach even with every quasi-identifier withheld: such a series releases "
        f"nothing. Rounded totals can go from {size} responses on."
    )


def _levels(planning: Planning) -> str:
    proposal, names = planning.proposal, dict(planning.proposal.plan.quasi_identifiers)
    rows = [
        (f"  {held.name}", f"level {names[held.name]}", described(planning.wishes.version, held, names[held.name]))
        for held in planning.candidates if held.name in names
    ]  # fmt: skip
    left = [held.name for held in planning.candidates if held.name not in names]
    rows += [("  left out", ", ".join(left), "")] if left else []
    if not proposal.is_records:
        rows += [("  tables", str(len(proposal.plan.tables)), "each count rounded to 5 on its own")]
    return _aligned(rows)


def described(version: Version, candidate: Candidate, level: int) -> str:
    """The categories of a level in the questionnaire's first language."""
    if level == 0:
        return "as asked"
    if level >= candidate.hierarchy.top:
        return "withheld"
    if candidate.name == QUARTER:
        return _HALF_YEARS_AND_YEARS[level]
    hierarchy, first = version.hierarchy(candidate.name), version.questionnaire.languages[0]
    labels = (dict(category.label.translations) for category in (hierarchy.levels[level - 1] if hierarchy else ()))
    return "; ".join(label[first] for label in labels)


def figures(gives: Projection) -> Row:
    """One row of figures under `_HEADER`."""
    return (
        f"{gives.responses:,}", f"{gives.releases.median:.0f}", spread(gives.released), percent(gives.held.median),
        percent(gives.waiting.median), f"{gives.delay.median:.1f}", f"{gives.loss.median:.2f}",
        f"{gives.smallest.median:,.0f}",
    )  # fmt: skip


def _curve(planning: Planning) -> Iterator[Row]:
    yield ("levels (what is not named is left out)", *_HEADER[1:])
    for point in planning.proposal.tries:
        yield (levels_in_words(point.levels, planning.candidates), *figures(point.gives)[1:])


def _effects(planning: Planning) -> Iterator[Row]:
    yield ("item", *(f"{size:,}" for size in planning.effort.sizes))
    for effect in planning.effects:
        yield (_and(effect.items) or "none", *(percent(one) for one in effect.released))


def _others(planning: Planning) -> Iterator[Row]:
    yield ("responses", "series of", "released", "levels")
    for size, proposal, gives in zip(planning.effort.sizes, planning.others, planning.others_give, strict=True):
        told = levels_in_words(dict(proposal.plan.quasi_identifiers), planning.candidates)
        yield (f"{size:,}", proposal.plan.output, spread(gives.released) if proposal.is_records else "", told)


def levels_in_words(levels: Levels, candidates: Sequence[Candidate]) -> str:
    """The levels below the top, the first priority first."""
    kept = [held for held in candidates if levels.get(held.name, held.hierarchy.top) < held.hierarchy.top]
    return ", ".join(f"{held.name} {levels[held.name]}" for held in kept) or "everything left out"


def percent(share: float) -> str:
    """A share in whole percent."""
    return f"{100 * share:.0f} %"


def spread(shares: Spread) -> str:
    """A share in percent, with what four years in five lie between."""
    return f"{percent(shares.median)} ({100 * shares.low:.0f}-{100 * shares.high:.0f})"


def table(rows: Iterable[Row]) -> str:
    """Rows under a header: the first column to the left, figures to the right."""
    listed = [tuple(row) for row in rows]
    widths = [max(len(row[place]) for row in listed) for place in range(len(listed[0]))]
    lines = (
        "  ".join(cell.ljust(width) if place == 0 else cell.rjust(width)
                  for place, (cell, width) in enumerate(zip(row, widths, strict=True)))
        for row in listed
    )  # fmt: skip
    return "\n".join(f"  {line}".rstrip() for line in lines)


def _aligned(rows: Sequence[Row]) -> str:
    widths = [max(len(row[place]) for row in rows) for place in range(2)]
    return "\n".join(f"{row[0].ljust(widths[0])}  {row[1].ljust(widths[1])}  {row[2]}".rstrip() for row in rows)


def _and(names: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")
