"""The series rule: which pending rows a release takes, and which wait.

A class goes when its *pending* rows alone reach k and are diverse, and then all of them go; otherwise all wait. Rows
that were released before are no argument here, so they cannot help: the difference of any two releases' states is a
sum of whole pending classes, hence nothing or at least k rows in every class.

Source: Xiao and Tao 2007 (m-invariance) and Ganta et al. 2008 (composition) for the attack this refuses.
"""

from dataclasses import dataclass

import numpy as np

from selfhelp_survey.privacy.classes import equivalence_classes
from selfhelp_survey.privacy.criteria import is_distinct_diverse, is_k_anonymous
from selfhelp_survey.privacy.rule import SeriesRule
from selfhelp_survey.privacy.table import Codes, Table


@dataclass(frozen=True, kw_only=True, eq=False)
class HoldBack:
    """Positions of the pending rows, ascending: those that go now and those that wait."""

    released: Codes
    held: Codes


def hold_back(pending: Table, rule: SeriesRule) -> HoldBack:
    """Which rows of one pending table go and which are held; all are held where fewer than the minimum could go.

    Missing values: categories in quasi-identifiers, not values in sensitive items (see `is_distinct_diverse`).
    """
    classes = equivalence_classes(pending, rule.quasi_identifiers)
    may_go = is_k_anonymous(classes, rule.k)
    for item in rule.items:
        may_go = may_go & is_distinct_diverse(classes, pending, item, l=rule.l)
    goes = may_go[classes.index]
    if int(goes.sum()) < rule.minimum:
        goes = np.zeros_like(goes)
    return HoldBack(released=np.flatnonzero(goes).astype(np.int64), held=np.flatnonzero(~goes).astype(np.int64))
