"""Alpha for sets: several codes on one unit, the empty set among them.

Krippendorff and Craggs (2016). Two sets differ by ``1 - 2 |C & K| / (|C| + |K|)``; two empty sets
do not differ. What chance would bring is taken over all sets of the observed sizes, weighted by
how often their values occur. That sum needs no list of sets: it is a product over values.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
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
        known = codes >= 0
        coders = known.sum(axis=1)
        known &= (coders >= 2)[:, None]
        members = [
            self._members[own] * has[:, None] for own, has in zip(codes.T, known.T, strict=True)
        ]
        sizes = [self._sizes[own] * has[:, None] for own, has in zip(codes.T, known.T, strict=True)]
        apart = np.zeros(len(codes))
        for one, other in combinations(range(codes.shape[1]), 2):
            has_both = known[:, one] & known[:, other]
            apart += np.where(has_both, 2 * _apart(members[one], members[other]), 0.0)
        apart /= np.where(coders >= 2, coders - 1, 1)
        return np.column_stack([apart, sum(sizes), sum(members)])

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


def _apart(one: Floats, other: Floats) -> Floats:
    """Return how far the sets of two coders are apart, unit by unit."""
    together = one.sum(axis=1) + other.sum(axis=1)
    shared = (one * other).sum(axis=1)
    return np.where(together > 0, 1 - 2 * shared / np.where(together > 0, together, 1), 0.0)


def _expected(shares: Floats, members: Floats) -> Floats:
    """Return the disagreement that chance would bring.

    ``weight[i, j]`` collects all pairs of sets of sizes i and j, ``shared[i, j]`` the same pairs
    times how many values they share: each value is in neither, in one, or in both, and adds its
    factor. Both are scaled value by value, as only their ratios count.
    """
    width = shares.shape[-1]
    weight = np.zeros((*shares.shape[:-1], width, width))
    weight[..., 0, 0] = 1.0
    shared = np.zeros_like(weight)
    for place in range(members.shape[-1]):
        count = members[..., place, None, None]
        both = np.maximum(count * (count - 1), 0.0)
        shared = _grown(shared, count, both, shared + weight)
        weight = _grown(weight, count, both, weight)
        largest = np.maximum(weight.max(axis=(-1, -2), keepdims=True), 1.0)
        weight, shared = weight / largest, shared / largest
    size = np.arange(width)
    together = np.maximum(size[:, None] + size[None, :], 1)
    is_possible = weight > 0
    mean_shared = shared / np.where(is_possible, weight, 1.0)
    apart = np.where(is_possible, 1 - 2 * mean_shared / together, 0.0)
    apart[..., 0, 0] = 0.0
    return np.einsum("...i,...ij,...j->...", shares, apart, shares)


def _grown(found: Floats, one: Floats, both: Floats, of_both: Floats) -> Floats:
    """Let one more value be in the first set, the second, or both."""
    grown = found.copy()
    grown[..., 1:, :] += one * found[..., :-1, :]
    grown[..., :, 1:] += one * found[..., :, :-1]
    grown[..., 1:, 1:] += both * of_both[..., :-1, :-1]
    return grown
