"""Alpha for sets: several codes on one unit, the empty set among them.

Krippendorff and Craggs (2016). Two sets differ by ``1 - 2 |C & K| / (|C| + |K|)``; two empty sets
do not differ. What chance would bring is taken over all sets of the observed sizes, weighted by
how often their values occur. That sum needs no list of sets: it is a product over values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Codes = NDArray[np.intp]

__all__ = ["KrippendorffSets", "set_distance"]


def set_distance(one: frozenset[object], other: frozenset[object]) -> float:
    """Return how far two sets are apart, 0 to 1.

    Examples
    --------
    >>> set_distance(frozenset("ab"), frozenset("a")), set_distance(frozenset(), frozenset())
    (0.33333333333333337, 0.0)
    """
    size = len(one) + len(other)
    return 1 - 2 * len(one & other) / size if size else 0.0


@dataclass(frozen=True)
class KrippendorffSets:
    """Multi-valued nominal alpha; ``sets`` are the distinct sets that the codes point to."""

    sets: Sequence[frozenset[object]]

    def rows(self, codes: Codes) -> Floats:
        """Return per unit its disagreement, how many sets of each size, how often each value."""
        apart = np.array([[set_distance(one, other) for other in self.sets] for one in self.sets])
        sizes, members = self._sizes, self._members
        counts = np.zeros((len(codes), len(self.sets)))
        for column in codes.T:
            known = column >= 0
            counts[np.flatnonzero(known), column[known]] += 1
        coders = counts.sum(axis=1)
        counts[coders < 2] = 0
        disagreement = (counts * (counts @ apart)).sum(axis=1) / np.where(
            coders >= 2, coders - 1, 1
        )
        return np.column_stack([disagreement, counts @ sizes, counts @ members])

    @property
    def _sizes(self) -> Floats:
        largest = max((len(found) for found in self.sets), default=0)
        return np.array(
            [[float(len(found) == size) for size in range(largest + 1)] for found in self.sets]
        ).reshape(len(self.sets), largest + 1)

    @property
    def _members(self) -> Floats:
        values = sorted({value for found in self.sets for value in found}, key=str)
        return np.array(
            [[float(value in found) for value in values] for found in self.sets]
        ).reshape(len(self.sets), len(values))

    def value(self, totals: Floats) -> Floats:
        """Return alpha for one or many sums of rows."""
        width = self._sizes.shape[1]
        sizes, members = totals[..., 1 : 1 + width], totals[..., 1 + width :]
        n = sizes.sum(axis=-1)
        known = n > 0
        safe = np.where(known, n, 1.0)
        observed = totals[..., 0] / safe
        expected = _expected(sizes / safe[..., None], members)
        has_value = known & (expected > 1e-12)
        return np.where(has_value, 1 - observed / np.where(has_value, expected, 1.0), np.nan)


def _expected(shares: Floats, members: Floats) -> Floats:
    """Return the disagreement that chance would bring.

    ``weight[i, j, t]`` collects all pairs of sets of sizes i and j that share t values: each value
    is in neither, in one, or in both, and adds its factor. Weights are scaled value by value, as
    only their ratios count.
    """
    width = shares.shape[-1]
    weight = np.zeros((*shares.shape[:-1], width, width, width))
    weight[..., 0, 0, 0] = 1.0
    for place in range(members.shape[-1]):
        count = members[..., place, None, None, None]
        both = np.maximum(count * (count - 1), 0.0)
        grown = weight.copy()
        grown[..., 1:, :, :] += count * weight[..., :-1, :, :]
        grown[..., :, 1:, :] += count * weight[..., :, :-1, :]
        grown[..., 1:, 1:, 1:] += both * weight[..., :-1, :-1, :-1]
        weight = grown / np.maximum(grown.max(axis=(-1, -2, -3), keepdims=True), 1.0)
    size = np.arange(width)
    together = size[:, None, None] + size[None, :, None]
    apart = 1 - 2 * size[None, None, :] / np.where(together > 0, together, 1)
    apart = np.where(together > 0, apart, 0.0)
    total = weight.sum(axis=-1)
    mean = (weight * apart).sum(axis=-1) / np.where(total > 0, total, 1.0)
    return np.einsum("...i,...ij,...j->...", shares, np.where(total > 0, mean, 0.0), shares)
