"""Made-up samples as releases in a research store, with the codebooks that real releases would have."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files

from selfhelp_survey.authoring.yaml_reader import read_questionnaire
from selfhelp_survey.core.codebook import codebook
from selfhelp_survey.core.document import content_hash, document_of
from selfhelp_survey.core.questionnaire import Role
from selfhelp_survey.research.comparison.dataset import SampleRecords
from selfhelp_survey.research.formats import codebook_json
from selfhelp_survey.research.plan_reader import read_plan
from selfhelp_survey.research.pushing import registration_of
from selfhelp_survey.research.series import Series, series_of
from selfhelp_survey.research.versions import Instrument, Version
from selfhelp_survey.research_store.interface import Record, ReleasePackage, ResearchStore, SeriesRegistration

NEVER = frozenset({Role.FREE_TEXT, Role.CONTROL})


@cache
def instrument(code: str) -> Instrument:
    """A questionnaire that comes with the package, as the only version of its instrument."""
    source = (files("selfhelp_survey") / "questionnaires" / f"{code}.yaml").read_text("utf-8")
    questionnaire = read_questionnaire(source, source=code)
    return Instrument(versions=(Version(hash=content_hash(document_of(questionnaire)), questionnaire=questionnaire),))


def small_series(code: str, name: str, variables: Iterable[str], *, kind: str = "synthetic") -> Series:
    """A series of records with the language and these variables alone."""
    listed = ", ".join(variables)
    text = f"series: {name}\nquestionnaire: {code}\nkind: {kind}\nvariables: [{listed}]\n"
    return series_of(read_plan(f"{text}quasi_identifiers: {{language: 0}}\n", source=name).plan, instrument(code))


def series_for(code: str, name: str, levels: Mapping[str, int] | None = None) -> Series:
    """A series of synthetic records of this instrument; quasi-identifiers as asked, unless a level is given."""
    held = codebook(instrument(code).newest.questionnaire)
    wanted = {variable.name: 0 for variable in held if variable.role is Role.QUASI_IDENTIFIER} | dict(levels or {})
    listed = ", ".join(f"{variable}: {level}" for variable, level in wanted.items())
    text = f"series: {name}\nquestionnaire: {code}\nkind: synthetic\nvariables: all\nquasi_identifiers: {{{listed}}}\n"
    return series_of(read_plan(text, source=name).plan, instrument(code))


def registered(series: Series) -> SeriesRegistration:
    """The series for a store that holds any rows: nobody checks classes here."""
    return replace(registration_of(series), quasi_identifiers=(), diversity=(), minimum=1)


def package(held: SampleRecords, series: Series, *, number: int = 1) -> ReleasePackage:
    """One release of these records, under the names of their questionnaire."""
    code, names = held.instrument, _names(held.instrument)
    rows = list(_rows(held, [(name, names[name]) for name in series.columns]))
    digests = (hashlib.sha256(f"{series.plan.series} {number} {row}".encode()).digest() for row in range(held.size))
    return ReleasePackage(
        series=series.plan.series, number=number, kind=series.plan.kind.value, rows=held.size, records=rows,
        manifest={"release": number, "rows": held.size, "held_back": held.held_back}, digests=tuple(digests),
        codebook=json.loads(codebook_json.write_codebook(series, instrument(code))),
    )  # fmt: skip


def push(store: ResearchStore, held: SampleRecords, series: Series, *, number: int = 1) -> None:
    """Register the series and load the release."""
    made = package(held, series, number=number)
    store.register_series(registered(series), made.codebook)
    store.push(made)


def _names(code: str) -> dict[str, str]:
    held = codebook(instrument(code).newest.questionnaire)
    return {variable.name: variable.harmonised or variable.name for variable in held}


def _rows(held: SampleRecords, names: list[tuple[str, str]]) -> Iterator[Record]:
    words = {"language": held.language.tolist(), "quarter": held.quarter.tolist(), "channel": ["clear"] * held.size}
    listed = {own: held.columns[name].tolist() for own, name in names if name in held.columns}
    columns = [(own, listed.get(own) or words.get(own) or [-1] * held.size) for own, _ in names]
    for place in range(held.size):
        yield {own: column[place] for own, column in columns}
