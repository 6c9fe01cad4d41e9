"""Series registrations read back from what a store wrote."""

import json
from collections.abc import Mapping
from typing import Any

from selfhelp_survey.research_store.interface import DiversityItem, SeriesRegistration, canonical_json


def registration_from_json(stored: Mapping[str, Any]) -> SeriesRegistration:
    """The registration; lists become tuples, and the plan what it is after a trip through JSON."""
    items = tuple(
        DiversityItem(name=item["name"], variables=tuple(item["variables"]), needed=item["needed"])
        for item in stored["diversity"]
    )
    return SeriesRegistration(
        series=stored["series"],
        kind=stored["kind"],
        form=stored["form"],
        k=stored["k"],
        l=stored["l"],
        minimum=stored["minimum"],
        quasi_identifiers=tuple(stored["quasi_identifiers"]),
        variables=tuple(stored["variables"]),
        diversity=items,
        plan_hash=stored["plan_hash"],
        plan=json.loads(canonical_json(stored["plan"])),
    )
