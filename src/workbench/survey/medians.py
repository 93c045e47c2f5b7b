"""Weighted medians and how sure their change is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["median_changes", "weighted_median"]

_CELLS_AT_ONCE = 2_000_000


def weighted_median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Return the value with half of the weight on each side; between two when both will do.

    Examples
    --------
    >>> weighted_median(np.array([10.0, 20, 30]), np.array([1.0, 1, 2]))
    25.0
    """
    order = np.argsort(values, kind="stable")
    return float(_medians(values[order], weights[order][None, :])[0])


def _medians(ordered: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the median of ordered values under each row of weights."""
    reached = np.cumsum(weights, axis=1)
    half = reached[:, -1:] / 2
    slack = 1e-9 * half
    low = np.argmax(reached >= half - slack, axis=1)
    high = np.argmax(reached > half + slack, axis=1)
    return (ordered[low] + ordered[high]) / 2


def median_changes(
    values: NDArray[np.float64],
    weightings: Sequence[NDArray[np.float64]],
    after: NDArray[np.intp],
    before: NDArray[np.intp],
    persons: NDArray[np.intp],
    *,
    confidence: float,
    draws: int,
    seed: int,
) -> list[tuple[float, float, float]]:
    """Percentile interval and p-value of a change of medians, by resampling persons.

    Someone who answered in both waves is drawn, or not, in both. The p-value is twice the smaller
    share of draws on either side of no change, with one draw added to each. Every weighting is
    read from the same resamples.
    """
    rng = np.random.default_rng(seed)
    used, inverse = np.unique(persons[np.concatenate([after, before])], return_inverse=True)
    sides: list[tuple[NDArray[np.intp], NDArray[np.intp]]] = []
    for rows, person in ((after, inverse[: after.size]), (before, inverse[after.size :])):
        order = np.argsort(values[rows], kind="stable")
        sides.append((rows[order], person[order]))
    changes: list[list[NDArray[np.float64]]] = [[] for _ in weightings]
    chunk = max(1, _CELLS_AT_ONCE // max(used.size, 1))
    for start in range(0, draws, chunk):
        size = min(chunk, draws - start)
        counts = rng.multinomial(used.size, np.full(used.size, 1 / used.size), size=size)
        times = [counts[:, person] for _, person in sides]
        for weights, found in zip(weightings, changes, strict=True):
            drawn = [weights[rows] * t for (rows, _), t in zip(sides, times, strict=True)]
            full = np.logical_and(*[part.sum(axis=1) > 0 for part in drawn])
            medians = [
                _medians(values[rows], part if full.all() else part[full])
                for (rows, _), part in zip(sides, drawn, strict=True)
            ]
            found.append(medians[0] - medians[1])
    return [_ends_and_p_value(np.concatenate(found), confidence) for found in changes]


def _ends_and_p_value(
    changes: NDArray[np.float64], confidence: float
) -> tuple[float, float, float]:
    tail = (1 - confidence) / 2
    low, high = np.quantile(changes, [tail, 1 - tail])
    below, above = (changes <= 0).sum() + 1, (changes >= 0).sum() + 1
    p_value = min(1.0, 2 * min(below, above) / (changes.size + 2))
    return float(low), float(high), float(p_value)
