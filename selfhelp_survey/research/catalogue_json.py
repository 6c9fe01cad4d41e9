"""The catalogue of harmonised variables as JSON, for the research store to show beside what was released."""

from selfhelp_survey.core.harmonised import Carried, HarmonisedCatalogue, HarmonisedVariable
from selfhelp_survey.core.text import Text
from selfhelp_survey.research_store.interface import JsonObject


def catalogue_json(catalogue: HarmonisedCatalogue) -> JsonObject:
    """Every harmonised variable with its columns, substantive values, and the instruments that carry it."""
    return {"variables": [_variable(variable) for variable in catalogue]}


def _variable(variable: HarmonisedVariable) -> JsonObject:
    return {
        "name": variable.name, "type": variable.type.value, "label": _words(variable.label),
        "columns": list(variable.columns),
        "values": [{"code": value.code, "label": _words(value.label)} for value in variable.values],
        "instruments": [_carried(carried) for carried in variable.instruments],
    }  # fmt: skip


def _carried(carried: Carried) -> JsonObject:
    return {
        "instrument": carried.instrument, "comparability": carried.comparability.value,
        "time_reference": carried.time_reference, "note": _words(carried.note) if carried.note else {},
    }  # fmt: skip


def _words(text: Text) -> JsonObject:
    return dict(text.translations)
