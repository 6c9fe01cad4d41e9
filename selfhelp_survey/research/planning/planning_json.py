"""A planned series for programs: the same figures as in the text, rounded to four decimals."""

import json
from typing import Any

from selfhelp_survey.research.planning.planning import Planning
from selfhelp_survey.research.planning.projection import Projection, Spread
from selfhelp_survey.research.planning.wording import reason

FORMAT = "shs-planning/1"
Json = dict[str, Any]
_SPREADS = ("releases", "released", "held", "waiting", "delay", "loss", "smallest")


def planning_json(planning: Planning) -> str:
    """One JSON object. Shares are fractions; every figure comes as median, low (10th percentile) and high (90th)."""
    wishes, proposal = planning.wishes, planning.proposal
    document = {
        "format": FORMAT, "questionnaire": wishes.instrument.code, "marginals": planning.source,
        "a_year": wishes.a_year, "releases_a_year": wishes.releases, "most_held": wishes.most_held,
        "priorities": list(wishes.priorities), "respondents": planning.effort.respondents,
        "draws": planning.effort.draws, "seed": planning.effort.seed, "plan": proposal.plan.to_json(),
        "reason": reason(planning), "sizes": [_projection(one) for one in planning.sizes],
        "curve": [{"levels": dict(point.levels), **_projection(point.gives)} for point in proposal.tries],
        "diversity": [{"items": list(effect.items), "released": [round(one, 4) for one in effect.released]}
                      for effect in planning.effects],
        "others": [{"responses": size, "plan": one.plan.to_json(), **_projection(gives)} for size, one, gives
                   in zip(planning.effort.sizes, planning.others, planning.others_give, strict=True)],
    }  # fmt: skip
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _projection(gives: Projection) -> Json:
    return {"responses": gives.responses} | {name: _spread(getattr(gives, name)) for name in _SPREADS}


def _spread(spread: Spread) -> Json:
    return {"median": round(spread.median, 4), "low": round(spread.low, 4), "high": round(spread.high, 4)}
