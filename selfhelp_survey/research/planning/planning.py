"""One act of planning, from wishes and marginals to everything that is told of it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from selfhelp_survey.errors import UsageError
from selfhelp_survey.research.planning.candidates import QUARTER, Candidate, candidates
from selfhelp_survey.research.planning.marginals import Marginals
from selfhelp_survey.research.planning.projection import Pool, Projection, Projector, lengths
from selfhelp_survey.research.planning.proposal import Effect, Planner, Proposal
from selfhelp_survey.research.planning.sample import Model
from selfhelp_survey.research.planning.wishes import Wishes
from selfhelp_survey.research.planning.years import Calendar

MOST_RESPONDENTS = 50_000
MOST_DRAWS = 1_000
Tell = Callable[[int], object]


@dataclass(frozen=True, kw_only=True)
class Effort:
    """What is modelled: respondents, years for each figure, and the seed that makes them the same again.

    `sizes`: the numbers of responses a year that are asked about.
    """

    sizes: tuple[int, ...]
    respondents: int = 2000
    draws: int = 100
    seed: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.respondents <= MOST_RESPONDENTS or not 1 <= self.draws <= MOST_DRAWS:
            raise UsageError(f"Model 1 to {MOST_RESPONDENTS:,} respondents and 1 to {MOST_DRAWS} years.")


@dataclass(frozen=True, kw_only=True)
class Planning:
    """What was found. `sizes`, `others` and `others_give` follow the sizes of the effort.

    `sizes`: what the proposal gives there; for totals, what records with everything withheld would. `at_a_year` the
    same for the number that is expected. `others`: what would be proposed there.
    """

    wishes: Wishes
    source: str
    effort: Effort
    candidates: tuple[Candidate, ...]
    proposal: Proposal
    at_a_year: Projection
    sizes: tuple[Projection, ...]
    effects: tuple[Effect, ...]
    others: tuple[Proposal, ...]
    others_give: tuple[Projection, ...]


def planning(wishes: Wishes, marginals: Marginals, effort: Effort, *, tell: Tell) -> Planning:
    """The planning of one series. The same arguments give the same figures. Raises PlanError, UsageError."""
    wishes.check()
    random = np.random.default_rng(effort.seed)
    model = Model(version=wishes.version, marginals=marginals)
    respondents = model.respondents(_columns(wishes), effort.respondents, random=random, tell=tell)
    held = candidates(wishes.version, wishes.names, respondents)
    sizes = effort.sizes
    projector = Projector(
        pool=Pool(respondents=respondents, hierarchies=tuple(one.hierarchy for one in held)), rule=wishes.rule(),
        calendar=Calendar(releases=wishes.releases, minimum_new=wishes.minimum_new),
        draws=[random.random(length) for length in lengths(effort.draws, max((wishes.a_year, *sizes)))],
    )  # fmt: skip
    planner = Planner(wishes, held, projector, tell=tell)
    proposal = planner.propose(wishes.a_year)
    others = tuple(planner.propose(size) for size in sizes)
    return Planning(
        wishes=wishes, source=marginals.source, effort=effort, candidates=held, proposal=proposal,
        at_a_year=planner.project(proposal.levels, wishes.a_year),
        sizes=tuple(planner.project(proposal.levels, size) for size in sizes),
        effects=tuple(planner.effects(proposal.levels, sizes)), others=others,
        others_give=tuple(planner.project(one.levels, size) for one, size in zip(others, sizes, strict=True)),
    )  # fmt: skip


def _columns(wishes: Wishes) -> tuple[str, ...]:
    """The variables to model: every quasi-identifier, and the parts of every item that could stand under diversity."""
    parts = (part for name in wishes.sensitive() for item in wishes.rule((name,)).items for part in item.variables)
    return tuple(dict.fromkeys((*(name for name in wishes.names if name != QUARTER), *parts)))
