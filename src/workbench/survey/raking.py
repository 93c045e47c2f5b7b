"""Weights that meet known margins: iterative proportional fitting, with or without bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

__all__ = ["RakedWeights", "rake_weights"]

Floats = NDArray[np.float64] if TYPE_CHECKING else object
_HALVINGS = 70  # of the logarithm of a factor


@dataclass(frozen=True, eq=False)
class RakedWeights:
    """Weights and how well they meet the margins.

    Parameters
    ----------
    weights
        One per row.
    cycles
        Passes over all margins.
    error
        Largest relative distance of a margin from its target.
    """

    weights: Floats
    cycles: int
    error: float


def rake_weights(
    base: Floats,
    margins: list[tuple[NDArray[np.intp], Floats]],
    *,
    low: float = 0.0,
    high: float = np.inf,
    tolerance: float = 1e-9,
    most_cycles: int = 1000,
) -> RakedWeights:
    """Scale weights in turn to each margin until all are met.

    Bounds are kept throughout: a category's factor is the one whose *bounded* weights meet the
    target, so the result is the weights within bounds that are nearest to ``base`` in
    Kullback-Leibler distance, as far as any meet the margins.

    Parameters
    ----------
    base
        Positive weights to start from.
    margins
        Category codes per row and the target total of each category, for every margin.
    low, high
        Bounds of each weight.
    tolerance
        Largest relative error of a margin that counts as met.
    most_cycles
        Passes before giving up; look at ``error``.
    """
    bounded = low > 0 or np.isfinite(high)
    scaled = base.astype(float)
    error, cycles = np.inf, 0
    weights = np.clip(scaled, low, high) if bounded else scaled
    while cycles < most_cycles and error > tolerance:
        cycles += 1
        for codes, targets in margins:
            if bounded:
                scaled = scaled * _bounded_factors(scaled, codes, targets, low, high)[codes]
                weights = np.clip(scaled, low, high)
            else:
                sums = np.bincount(codes, weights, minlength=targets.size)
                weights = weights * (targets / sums)[codes]
        error = max(
            float(np.abs(np.bincount(c, weights, minlength=t.size) / t - 1).max())
            for c, t in margins
        )
    return RakedWeights(weights, cycles, error)


def _bounded_factors(
    scaled: Floats, codes: NDArray[np.intp], targets: Floats, low: float, high: float
) -> Floats:
    """Return the factor of each category whose bounded weights sum to its target."""
    sums = np.bincount(codes, np.clip(scaled, low, high), minlength=targets.size)
    if np.allclose(sums, targets, rtol=1e-13, atol=0):
        return np.ones(targets.size)
    plain = targets / np.bincount(codes, scaled, minlength=targets.size)
    down, up = np.log(plain) - 12, np.log(plain) + 12
    for _ in range(_HALVINGS):
        middle = (down + up) / 2
        sums = np.bincount(
            codes, np.clip(scaled * np.exp(middle)[codes], low, high), minlength=targets.size
        )
        too_small = sums < targets
        down, up = np.where(too_small, middle, down), np.where(too_small, up, middle)
    return np.exp((down + up) / 2)
