"""How easily a record could be tied to a person by its quasi-identifiers.

Every risk is a probability from 0 to 1 for an attacker who knows all quasi-identifiers of the target exactly and picks
one of the records that fit. 0 stands for a table without records. Missing codes are categories like any other.

Sources: El Emam and Dankar 2008, Protecting privacy using k-anonymity, JAMIA 15(5), 627-637 (prosecutor, journalist);
Dankar and El Emam 2010, A method for evaluating marketer re-identification risk, EDBT/ICDT workshops (marketer).
"""

from dataclasses import dataclass

import numpy as np

from selfhelp_survey.errors import UsageError
from selfhelp_survey.privacy.classes import Classes
from selfhelp_survey.privacy.table import Codes


@dataclass(frozen=True, kw_only=True)
class Risk:
    """The risk of one attacker: the highest and the average over records, and the share of records at the highest."""

    highest: float
    average: float
    at_highest: float


@dataclass(frozen=True, kw_only=True)
class ClassSizes:
    """How many records and classes there are, the smallest class (0 without records), and classes of one record."""

    records: int
    classes: int
    smallest: int
    uniques: int


NO_RISK = Risk(highest=0.0, average=0.0, at_highest=0.0)


def class_sizes(classes: Classes) -> ClassSizes:
    """The sizes of the equivalence classes, in records."""
    return ClassSizes(
        records=int(classes.sizes.sum()), classes=len(classes.sizes), smallest=classes.smallest,
        uniques=int((classes.sizes == 1).sum()),
    )  # fmt: skip


def prosecutor_risk(classes: Classes) -> Risk:
    """The risk from somebody who knows that the target is in this very table: one in the size of the class.

    `average` is the number of classes over the number of records, which is also the marketer's risk: the share of
    records that somebody gets right who guesses for all of them.
    """
    return _risk(classes, frame=classes.sizes)


def journalist_risk(classes: Classes, frame: Codes) -> Risk:
    """The risk from somebody who does not know whether the target is in this table, only in the frame around it.

    frame: for each class how many people of the frame share it, never fewer than the table has.
    Raises: UsageError where the frame is of another length or smaller than the table.
    """
    if frame.shape != classes.sizes.shape or bool((frame < classes.sizes).any()):
        raise UsageError("The frame must hold every class of the table, with at least as many people.")
    return _risk(classes, frame=frame)


def _risk(classes: Classes, *, frame: Codes) -> Risk:
    records = int(classes.sizes.sum())
    if not records:
        return NO_RISK
    by_class = 1.0 / frame
    highest = float(by_class.max())
    reached = classes.sizes[np.isclose(by_class, highest, rtol=1e-12, atol=0)]
    return Risk(
        highest=highest, average=float((classes.sizes * by_class).sum()) / records,
        at_highest=int(reached.sum()) / records,
    )  # fmt: skip
