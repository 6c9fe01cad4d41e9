"""Which series to propose: the finest plan that holds few enough back, or totals where records would never come out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from selfhelp_survey.core.questionnaire import QuestionType, Role
from selfhelp_survey.research.plan import SMALLEST_SIZE, Output, ReleasePlan
from selfhelp_survey.research.planning.candidates import QUARTER, Candidate
from selfhelp_survey.research.planning.curve import curve
from selfhelp_survey.research.planning.projection import Levels, Projection, Projector
from selfhelp_survey.research.planning.wishes import Wishes
from selfhelp_survey.research.series import NEVER_RELEASED

MOST_TABLES = 24  # of a proposed series of totals: what two people can read and take responsibility for
Tell = Callable[[int], object]
_COUNTED = frozenset({QuestionType.SINGLE, QuestionType.SCALE})


@dataclass(frozen=True, kw_only=True)
class Point:
    """One choice of levels, and what it gives."""

    levels: Levels
    gives: Projection


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What these diversity items together do: the part of the rows that is released, on average, size by size."""

    items: tuple[str, ...]
    released: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """One plan.

    `levels` of every candidate; for totals those of the records that came closest. `tries`: the engine's curve for so
    many responses a year, from fine to coarse.
    """

    plan: ReleasePlan
    levels: Levels
    tries: tuple[Point, ...]

    @property
    def is_records(self) -> bool:
        """True for records, False for totals."""
        return self.plan.output is Output.RECORDS

    @property
    def keeps_nothing(self) -> bool:
        """True where no quasi-identifier is left in the plan."""
        return not self.plan.quasi_identifiers


class Planner:
    """Plans one series; `tell` hears 1 for every year that is projected. A year is projected once."""

    def __init__(self, wishes: Wishes, candidates: tuple[Candidate, ...], projector: Projector, *, tell: Tell) -> None:
        self._wishes, self._candidates, self._projector, self._tell = wishes, candidates, projector, tell
        self._known: dict[tuple[int, ...], Projection] = {}

    def propose(self, a_year: int) -> Proposal:
        """The proposal for so many responses a year.

        Every step of the engine's curve is made coarser until it fits, then finer while it does; of what comes out, the
        one that loses least of the priorities.
        """
        pool, wishes = self._projector.pool, self._wishes
        steps = list(curve(pool, wishes.weights, k=wishes.k, size=a_year))
        tried = (Point(levels=levels, gives=self.project(levels, a_year)) for levels in steps)
        tries = tuple(sorted(tried, key=lambda point: point.gives.released.median))
        settled = [self._finer(levels, a_year) for step in steps if (levels := self._coarser(step, a_year)) is not None]
        if not settled:
            plan = totals_plan(wishes, self._candidates, a_year)
            return Proposal(plan=plan, levels=steps[-1], tries=tries)
        levels = min(settled, key=lambda one: self._price(one, a_year))
        return Proposal(plan=wishes.plan(levels, self._candidates), levels=levels, tries=tries)

    def fits(self, gives: Projection) -> bool:
        """True where a middling year makes a release and holds back no more than is wished."""
        return gives.releases.median >= 1 and gives.held.median <= self._wishes.most_held

    def project(self, levels: Levels, size: int) -> Projection:
        """What the plan with these levels gives in a year of so many responses."""
        key = (size, *levels.values())
        if key not in self._known:
            self._known[key] = self._projector.project(levels, size)
            self._tell(1)
        return self._known[key]

    def _price(self, levels: Levels, size: int) -> tuple[float, float]:
        """What the plan loses of the priorities, each by its weight, in hundredths; then what it loses of the others.

        So what is no priority is kept only where it costs the priorities nothing.
        """
        spans, weights = self.project(levels, size).spans, self._wishes.weights
        wished = {name for name in levels if name in self._wishes.priorities}
        first = sum(weights[name] * spans[name] for name in wished)
        return round(first, 2), sum(spans[name] for name in levels if name not in wished)

    def _coarser(self, levels: Levels, size: int) -> Levels | None:
        """As coarse as it must be to fit, the last priority first; None where nothing fits."""
        while not self.fits(self.project(levels, size)):
            last = next((held for held in reversed(self._candidates) if levels[held.name] < held.hierarchy.top), None)
            if last is None:
                return None
            levels = {**levels, last.name: levels[last.name] + 1}
        return levels

    def _finer(self, levels: Levels, size: int) -> Levels:
        """Finer while it fits and tells more than it loses, one level at a time, the first priority first."""
        for held in self._candidates:
            while levels[held.name] > 0:
                finer = {**levels, held.name: levels[held.name] - 1}
                if not self.fits(self.project(finer, size)) or self._price(finer, size) >= self._price(levels, size):
                    break
                levels = finer
        return levels

    def effects(self, levels: Levels, sizes: Sequence[int]) -> Iterator[Effect]:
        """The effect of no item, of each sensitive item alone, and of all that the plan names."""
        wishes = self._wishes
        together = [wishes.diversity] if len(wishes.diversity) > 1 else []
        for items in ((), *((name,) for name in wishes.sensitive()), *together):
            projector = replace(self._projector, rule=wishes.rule(items))
            yield Effect(items=items, released=tuple(projector.released(levels, size) for size in sizes))
            self._tell(len(sizes))


def totals_plan(wishes: Wishes, candidates: Sequence[Candidate], a_year: int) -> ReleasePlan:
    """A series of totals: each answer of part one counted, those named under diversity also by the first priority.

    Its minimum is the least that a plan may ask for where fewer than the wished minimum come in a year.
    """
    first = next((held for held in candidates if _can_be_counted(held)), None)
    single = [
        variable.name for page in wishes.version.questionnaire.pages if page.part == 1 for question in page.questions
        for variable in (wishes.version.variables.get(question.name),)
        if variable and variable.type in _COUNTED and variable.role not in {*NEVER_RELEASED, Role.QUASI_IDENTIFIER}
    ]  # fmt: skip
    crossed = [(name, first.name) for name in wishes.diversity if first and name in single]
    tables = [*crossed, *((name,) for name in single)][:MOST_TABLES]
    levels = ((first.name, first.hierarchy.top - 1),) if first and crossed else ()
    size = max(SMALLEST_SIZE, min(wishes.minimum_size, a_year))
    return ReleasePlan(
        series=wishes.series, questionnaire=wishes.version.questionnaire.code, kind=wishes.kind, output=Output.TOTALS,
        quasi_identifiers=levels, minimum_size=size,
        minimum_new=max(SMALLEST_SIZE, min(wishes.minimum_new, a_year)), tables=tuple(tables),
    )  # fmt: skip


def _can_be_counted(candidate: Candidate) -> bool:
    """True where a table can show the candidate one level below withheld: it has a fixed list of categories there."""
    return candidate.hierarchy.top > 0 and candidate.name != QUARTER
