"""What a generalisation loses: the measures of information loss, defined as ARX defines them so that figures compare.

A measure is asked for the `loss` of a node once its classes are known, and before that for lower bounds: `bounds` of
every node; `bounds_within` a ceiling of its classes, from the measures that count classes; `bounds_below`, of the
specialisations of a node some of whose classes fail for good (what fails there fails in all of them); `bound_above`, of
its generalisations. A loss is a tuple, compared from left to right: one number, or one for each quasi-identifier where
they are ranked. Arrays of losses have one axis for that tuple, then the lattice.
An empty table loses 0.

Source: ARX 3.9.2, org.deidentifier.arx.metric.v2, for every definition (Prasser and Kohlmayer 2015, Putting statistical
disclosure control into practice: the ARX data anonymization tool); the papers named below for the ideas.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from typing import ClassVar

import numpy as np

from selfhelp_survey.errors import UsageError
from selfhelp_survey.privacy.grouping import NodeClasses
from selfhelp_survey.privacy.lattice import along
from selfhelp_survey.privacy.population import Ceilings, LossValue, Population
from selfhelp_survey.privacy.scales import Floats, Scale
from selfhelp_survey.privacy.table import Flags

DECIMALS = 1e10  # ARX cuts each attribute's figure after ten decimals
SLACK = 1e-12  # taken off lower bounds whose sums were added up in another order than the figure they bound


class Aggregate(StrEnum):
    """How the losses of the quasi-identifiers become one."""

    GEOMETRIC_MEAN = "geometric mean"
    RANK = "rank"


@dataclass(frozen=True, kw_only=True)
class Loss:
    """The part of its hierarchy that a cell could come from: mean over records, rescaled to 0-1, then aggregated.

    A suppressed cell could come from everywhere. gs_factor, 0-1, weighs generalisation against suppression: under 0.5
    suppression costs less, above it generalisation does. weights: one per quasi-identifier, in their order; ARX divides
    them by the largest. Under the geometric mean they scale the result and change nothing else.

    Source: Iyengar 2002, Transforming data to satisfy privacy constraints, section 3.
    """

    gs_factor: float = 0.5
    weights: tuple[float, ...] | None = None
    aggregate: Aggregate = Aggregate.GEOMETRIC_MEAN
    counts_classes: ClassVar[bool] = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "aggregate", Aggregate(self.aggregate))
        if not 0 <= self.gs_factor <= 1:
            raise UsageError("The g/s factor is a number from 0 to 1.")
        weights = self.weights if self.weights is not None else (1.0,)
        ranked = self.aggregate is Aggregate.RANK
        if not all(isfinite(weight) and (weight > 0 or (ranked and weight == 0)) for weight in weights):
            raise UsageError("Weights are positive numbers; only where attributes are ranked one may be 0.")
        if not any(weights):
            raise UsageError("One weight at least must be above 0.")

    def refuse_unfit(self, attributes: int) -> None:
        """Raises UsageError where there is not one weight for each quasi-identifier."""
        if self.weights is not None and len(self.weights) != attributes:
            raise UsageError(f"The measure has {len(self.weights)} weights for {attributes} quasi-identifiers.")

    @property
    def generalising(self) -> float:
        """What generalisation costs, 0-1."""
        return min(1.0, 2 * (1 - self.gs_factor))

    @property
    def suppressing(self) -> float:
        """What suppression costs, 0-1."""
        return min(1.0, 2 * self.gs_factor)

    def bounds(self, population: Population) -> Floats:
        """The loss of every node if nothing were suppressed."""
        return self._combined([self._figures(scale, population) for scale in population.scales])

    def bounds_below(self, population: Population, classes: NodeClasses, failing: Flags) -> Floats:
        """The least loss of the specialisations of a node whose failing classes stay suppressed in all of them."""
        figures = []
        for axis, (scale, level) in enumerate(zip(population.scales, classes.node, strict=True)):
            extra = self._penalty(population, classes, axis=axis, failing=failing)
            lowered = max(extra - SLACK * population.rows, 0.0)
            figures.append(self._figures(scale, population, extra=lowered)[: level + 1])
        return self._combined(figures)

    def bound_above(self, population: Population, classes: NodeClasses) -> LossValue | None:
        """None: `bounds` says as much."""
        return None

    def bounds_within(self, population: Population, ceilings: Ceilings) -> Floats | None:
        """None: the number of classes says nothing."""
        return None

    def loss(self, population: Population, classes: NodeClasses, failing: Flags) -> LossValue:
        """The loss of a node whose failing classes are suppressed."""
        figures = []
        for axis, (scale, level) in enumerate(zip(population.scales, classes.node, strict=True)):
            extra = self._penalty(population, classes, axis=axis, failing=failing)
            figures.append(self._figures(scale, population, extra=extra)[level : level + 1])
        return tuple(self._combined(figures).reshape(-1).tolist())

    def _figures(self, scale: Scale, population: Population, extra: float = 0.0) -> Floats:
        """For each level the attribute's loss, 0-1, where suppression adds `extra` records' worth."""
        rows, least = population.rows, self.generalising * population.rows / scale.domain
        if rows - least <= 0:
            return np.zeros(len(scale.levels))
        figures = (self.generalising * scale.shares + extra - least) / (rows - least)
        return np.floor(np.maximum(figures, 0.0) * DECIMALS) / DECIMALS

    def _penalty(self, population: Population, classes: NodeClasses, *, axis: int, failing: Flags) -> float:
        """What suppressing the failing classes adds to the sum of one attribute, in records."""
        if not failing.any():
            return 0.0
        share = population.scales[axis].levels[classes.node[axis]].share
        share = share[classes.categories(population.scales, axis, failing)]
        part = self.suppressing + (1.0 - self.suppressing - self.generalising) * share
        return float(classes.sizes[failing].astype(np.float64) @ part)

    def _combined(self, figures: Sequence[Floats]) -> Floats:
        attributes = len(figures)
        weights = np.array(self.weights if self.weights is not None else [1.0] * attributes)
        weights = weights / weights.max()
        spread = [along(part, axis, attributes) for axis, part in enumerate(figures)]
        if self.aggregate is Aggregate.RANK:
            weighed = [part * weight for part, weight in zip(spread, weights, strict=True)]
            return -np.sort(-np.stack(np.broadcast_arrays(*weighed)), axis=0)
        product = np.ones([1] * attributes)
        for part, weight in zip(spread, weights, strict=True):
            product = product * ((part + 1.0) * weight) ** (1.0 / attributes)
        return np.asarray(product - 1.0)[np.newaxis]


@dataclass(frozen=True, kw_only=True)
class NonUniformEntropy:
    """The bits needed to tell the original value of every cell from its generalised one, summed over all cells.

    monotone: suppression costs nothing. Else telling the generalised values of the suppressed records apart is added.

    Source: Gionis and Tassa 2009, k-anonymization with minimal loss of information, section 4; Prasser, Bild and Kuhn
    2016, A generic method for assessing the quality of de-identified health data, for the variant with suppression.
    """

    monotone: bool = True
    counts_classes: ClassVar[bool] = False

    def refuse_unfit(self, attributes: int) -> None:
        """Any number of quasi-identifiers will do."""

    def bounds(self, population: Population) -> Floats:
        """The loss of every node if nothing were suppressed."""
        return self._combined([self._figures(scale) for scale in population.scales])

    def bounds_below(self, population: Population, classes: NodeClasses, failing: Flags) -> Floats | None:
        """The least loss of the specialisations of a node whose failing classes stay suppressed in all of them."""
        if self.monotone:
            return None
        figures = []
        for axis, (scale, level) in enumerate(zip(population.scales, classes.node, strict=True)):
            extra = self._penalty(population, classes, axis=axis, failing=failing)
            lowered = max(extra - SLACK * (extra + float(scale.bits[-1])), 0.0)
            figures.append(self._figures(scale, extra=lowered)[: level + 1])
        return self._combined(figures)

    def bound_above(self, population: Population, classes: NodeClasses) -> LossValue | None:
        """None: `bounds` says as much."""
        return None

    def bounds_within(self, population: Population, ceilings: Ceilings) -> Floats | None:
        """None: the number of classes says nothing."""
        return None

    def loss(self, population: Population, classes: NodeClasses, failing: Flags) -> LossValue:
        """The loss of a node whose failing classes are suppressed, in bits."""
        figures = []
        for axis, (scale, level) in enumerate(zip(population.scales, classes.node, strict=True)):
            extra = 0.0 if self.monotone else self._penalty(population, classes, axis=axis, failing=failing)
            figures.append(self._figures(scale, extra=extra)[level : level + 1])
        return tuple(self._combined(figures).reshape(-1).tolist())

    def _figures(self, scale: Scale, extra: float = 0.0) -> Floats:
        """For each level the bits to tell the leaves of the attribute apart, and `extra`."""
        return np.floor((scale.bits + extra) * DECIMALS) / DECIMALS

    def _penalty(self, population: Population, classes: NodeClasses, *, axis: int, failing: Flags) -> float:
        if not failing.any():
            return 0.0
        sizes = classes.sizes[failing]
        records = np.bincount(classes.categories(population.scales, axis, failing), weights=sizes)
        records = records[records > 0]
        return float(records @ np.log2(records.sum() / records))

    def _combined(self, figures: Sequence[Floats]) -> Floats:
        total = np.zeros([1] * len(figures))
        for axis, part in enumerate(figures):
            total = total + along(part, axis, len(figures))
        return total[np.newaxis]


@dataclass(frozen=True, kw_only=True)
class AverageClassSize:
    """Records per class; all suppressed records together are one class.

    Source: LeFevre, DeWitt and Ramakrishnan 2006, Mondrian multidimensional k-anonymity, section 2.2, without their
    division by k.
    """

    counts_classes: ClassVar[bool] = True

    def refuse_unfit(self, attributes: int) -> None:
        """Any number of quasi-identifiers will do."""

    def bounds(self, population: Population) -> Floats:
        """Nothing is known without the classes."""
        return np.zeros((1, *(len(scale.levels) for scale in population.scales)))

    def bounds_below(self, population: Population, classes: NodeClasses, failing: Flags) -> None:
        """None: a specialisation may have more classes, or fewer."""

    def bound_above(self, population: Population, classes: NodeClasses) -> LossValue | None:
        """A generalisation has no more classes than this node."""
        return (population.rows / len(classes.sizes),) if classes.sizes.size else None

    def bounds_within(self, population: Population, ceilings: Ceilings) -> Floats | None:
        """No node has more classes than its ceilings allow."""
        suppressed = 1 if population.may_suppress else 0
        most = np.minimum(ceilings.classes, ceilings.released + suppressed)
        return np.asarray(population.rows / np.maximum(most, 1.0))[np.newaxis]

    def loss(self, population: Population, classes: NodeClasses, failing: Flags) -> LossValue:
        """The average size of a node's classes, in records."""
        number = int((~failing).sum()) + int(failing.any())
        return (population.rows / number if number else 0.0,)


@dataclass(frozen=True, kw_only=True)
class Discernibility:
    """For each record the number of records it cannot be told from: its class, or all where it is suppressed; summed.

    monotone: suppression is ignored (DM*).

    Source: Bayardo and Agrawal 2005, Data privacy through optimal k-anonymization, section 4.
    """

    monotone: bool = False
    counts_classes: ClassVar[bool] = True

    def refuse_unfit(self, attributes: int) -> None:
        """Any number of quasi-identifiers will do."""

    def bounds(self, population: Population) -> Floats:
        """Nothing is known without the classes."""
        return np.zeros((1, *(len(scale.levels) for scale in population.scales)))

    def bounds_below(self, population: Population, classes: NodeClasses, failing: Flags) -> Floats | None:
        """Records that stay suppressed cannot be told from any."""
        if self.monotone:
            return None
        gone = float(classes.sizes[failing].sum())
        return np.full((1, *(level + 1 for level in classes.node)), gone * population.rows)

    def bound_above(self, population: Population, classes: NodeClasses) -> LossValue | None:
        """The classes of a generalisation are joined from those of this node."""
        return (_squares(classes.sizes.astype(np.float64)),)

    def bounds_within(self, population: Population, ceilings: Ceilings) -> Floats | None:
        """The sum of squares is least where all classes are equal."""
        if self.monotone:
            return np.asarray(population.rows**2 / np.maximum(ceilings.classes, 1.0))[np.newaxis]
        kept = float(population.rows - population.may_suppress)
        return np.asarray(kept**2 / np.maximum(ceilings.released, 1.0))[np.newaxis]

    def loss(self, population: Population, classes: NodeClasses, failing: Flags) -> LossValue:
        """The discernibility of a node, in pairs of records."""
        sizes = classes.sizes.astype(np.float64)
        if self.monotone:
            return (_squares(sizes),)
        return (_squares(sizes[~failing]) + population.rows * float(sizes[failing].sum()),)


def _squares(sizes: Floats) -> float:
    return float(sizes @ sizes)


Measure = Loss | NonUniformEntropy | AverageClassSize | Discernibility
