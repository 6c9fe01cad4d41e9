"""A series: a release plan made definite against the questionnaire, as it is frozen at its first release."""

import difflib
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from selfhelp_survey.core.codebook import SYSTEM_VARIABLES, Variable
from selfhelp_survey.core.questionnaire import QuestionType, Role
from selfhelp_survey.core.response import Mark
from selfhelp_survey.research.plan import SAMPLE, Finding, Output, Protection, ReleasePlan
from selfhelp_survey.research.versions import Instrument, incomparable

NEVER_RELEASED = frozenset({Role.FREE_TEXT, Role.CONTROL})
_ANY_NUMBER = 1 << 30
_IN_ALL = frozenset({Role.SENSITIVE, Role.INSENSITIVE})


@dataclass(frozen=True, kw_only=True)
class DiversityItem:
    """A sensitive item that every class must show in at least `needed` ways: one variable, or one multiple question."""

    name: str
    variables: tuple[str, ...]
    needed: int


@dataclass(frozen=True, kw_only=True)
class Series:
    """What every release of a series has in common.

    `columns` are the variables in the order of the file; for totals, those that the tables use.
    """

    plan: ReleasePlan
    columns: tuple[str, ...]
    diversity: tuple[DiversityItem, ...] = ()

    @property
    def quasi_identifiers(self) -> tuple[str, ...]:
        """The quasi-identifiers among the columns, in their order."""
        levels = self.plan.levels
        return tuple(name for name in self.columns if name in levels)

    def at(self, levels: Mapping[str, int]) -> "Series":
        """The series as a coarser file of it is written: all the same but the levels. It is never frozen so."""
        return replace(self, plan=replace(self.plan, quasi_identifiers=tuple(sorted(levels.items()))))

    def to_json(self) -> dict[str, Any]:
        """The series as plain values."""
        items = [{**asdict(item), "variables": list(item.variables)} for item in self.diversity]
        return {"plan": self.plan.to_json(), "columns": list(self.columns), "diversity": items}

    def to_bytes(self) -> bytes:
        """The series as it is frozen: canonical JSON."""
        return json.dumps(self.to_json(), sort_keys=True, separators=(",", ":")).encode()

    @property
    def hash(self) -> str:
        """SHA-256 of what is frozen, in hex."""
        return hashlib.sha256(self.to_bytes()).hexdigest()


def item_in(plain: dict[str, Any]) -> DiversityItem:
    """The item that was written down as plain values."""
    return DiversityItem(**{**plain, "variables": tuple(plain["variables"])})


def series_in(frozen: bytes) -> Series:
    """The series that `to_bytes` wrote down."""
    plain = json.loads(frozen)
    plan = plain["plan"]
    return Series(
        plan=ReleasePlan(
            **{
                **plan,
                "kind": Mark(plan["kind"]), "output": Output(plan["output"]), "diversity": tuple(plan["diversity"]),
                "variables": None if plan["variables"] is None else tuple(plan["variables"]),
                "quasi_identifiers": tuple(plan["quasi_identifiers"].items()),
                "tables": tuple(map(tuple, plan["tables"])), "quarters": tuple(plan.get("quarters", ())),
                "protection": Protection(plan.get("protection", Protection.ROUNDING)),
            }
        ),
        columns=tuple(plain["columns"]), diversity=tuple(map(item_in, plain["diversity"])),
    )  # fmt: skip


def series_of(plan: ReleasePlan, instrument: Instrument) -> Series:
    """The series that this plan begins. Only for a plan in which `series_findings` finds nothing."""
    return Series(plan=plan, columns=_columns(plan, instrument), diversity=tuple(_items(plan, instrument)))


def series_findings(plan: ReleasePlan, instrument: Instrument) -> list[Finding]:
    """Everything that is wrong with a plan for this questionnaire."""
    found = [*_level_findings(plan, instrument), *_variable_findings(plan, instrument)]
    if not found:
        found += [*_diversity_findings(plan, instrument), *_version_findings(plan, instrument)]
    if not found and plan.output is Output.RECORDS and not _columns(plan, instrument):
        found.append(Finding("variables", "nothing would be released: name a variable, or write `variables: all`"))
    return found


def _columns(plan: ReleasePlan, instrument: Instrument) -> tuple[str, ...]:
    if plan.output is Output.TOTALS:
        wanted = {name for table in plan.tables for name in table}
    else:
        wanted = {*_named(plan, instrument), *plan.levels}
    return tuple(name for name in instrument.variables if name in wanted)


def _named(plan: ReleasePlan, instrument: Instrument) -> Iterator[str]:
    """The variables that the plan names, or that "all" stands for.

    "All" leaves out what the software notes itself: an entry or a version marks a place or a stretch of time.
    """
    if plan.variables is not None:
        yield from plan.variables
        return
    for name, variable in instrument.variables.items():
        if variable.role in _IN_ALL and name not in SYSTEM_VARIABLES:
            yield name


def _listed(plan: ReleasePlan) -> Iterator[tuple[str, str]]:
    """Each variable that stands in the plan, after the place where it stands."""
    for name in plan.variables or ():
        yield f"variables.{name}", name
    for number, table in enumerate(plan.tables):
        yield from ((f"tables.{number}.{name}", name) for name in table)


def _level_findings(plan: ReleasePlan, instrument: Instrument) -> Iterator[Finding]:
    for name, level in plan.quasi_identifiers:
        where = f"quasi_identifiers.{name}"
        variable = instrument.variables.get(name)
        if variable is None:
            yield Finding(where, _unknown(name, instrument))
        elif variable.role in NEVER_RELEASED:
            yield Finding(where, f"{name} is {variable.role}: it is never released, take it out")
        elif level > instrument.levels_of(name):
            yield Finding(where, f"the highest level of {name} is {instrument.levels_of(name)} (withheld)")


def _variable_findings(plan: ReleasePlan, instrument: Instrument) -> Iterator[Finding]:
    for where, name in _listed(plan):
        variable = instrument.variables.get(name)
        if name == SAMPLE and where.startswith("tables."):
            if variable is not None:
                yield Finding(where, f"a question is called {SAMPLE}, and tables mean its own sample")
        elif variable is None:
            yield Finding(where, _unknown(name, instrument))
        elif variable.role in NEVER_RELEASED:
            yield Finding(where, f"{name} is {variable.role}: it is never released, take it out")
        elif _marks_people(variable) and name not in plan.levels:
            yield Finding(where, f"{name} is a quasi-identifier: give it a level under quasi_identifiers")


def _marks_people(variable: Variable) -> bool:
    """True for quasi-identifiers, and for all that the software notes: an entry or a version tells where or when."""
    return variable.role is Role.QUASI_IDENTIFIER or variable.name in SYSTEM_VARIABLES


def _diversity_findings(plan: ReleasePlan, instrument: Instrument) -> Iterator[Finding]:
    columns = set(_columns(plan, instrument))
    for name in plan.diversity:
        where = f"diversity.{name}"
        parts = _parts(name, instrument)
        if not parts:
            yield Finding(where, _unknown(name, instrument))
        elif not columns.issuperset(variable.name for variable in parts):
            yield Finding(where, f"{name} is not among the released variables: name it there, or not here")
        elif plan.levels.keys() & {variable.name for variable in parts}:
            yield Finding(where, f"{name} is a quasi-identifier of this plan: diversity is for sensitive items")
        elif _values(parts) < 2:
            yield Finding(where, f"{name} has no two values to tell apart: leave it out")


def _version_findings(plan: ReleasePlan, instrument: Instrument) -> Iterator[Finding]:
    for name in incomparable(instrument, _columns(plan, instrument)):
        message = f"{name} is not asked in the same way in every version that was received: leave it out"
        yield Finding(f"variables.{name}", message)


def _unknown(name: str, instrument: Instrument) -> str:
    near = difflib.get_close_matches(name, instrument.variables, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return f"{instrument.code} has no variable {name}{hint}"


def _items(plan: ReleasePlan, instrument: Instrument) -> Iterator[DiversityItem]:
    for name in plan.diversity:
        parts = _parts(name, instrument)
        needed = min(plan.l, _values(parts))
        yield DiversityItem(name=name, variables=tuple(part.name for part in parts), needed=needed)


def _parts(name: str, instrument: Instrument) -> tuple[Variable, ...]:
    """The variables that an item is made of: itself, or all variables of the multiple question of this name."""
    if name in instrument.variables:
        return (instrument.variables[name],)
    held: Iterable[Variable] = instrument.variables.values()
    return tuple(part for part in held if part.question_name == name and part.type is QuestionType.MULTIPLE)


def _values(parts: tuple[Variable, ...]) -> int:
    """How many different values the item can have. Missing codes are none."""
    if len(parts) > 1 or parts[0].type is QuestionType.MULTIPLE:
        return int(2 ** len(parts))
    if parts[0].type is QuestionType.NUMBER:
        return _ANY_NUMBER
    return sum(value.code >= 0 for value in parts[0].values)
