"""Means and covariances of incomplete answers under a normal model: the EM algorithm.

Unlike pairwise correlations, the result always belongs to one population, and it is unbiased when
whether a question is answered depends on other answers in the model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from workbench.estimates.bootstrap import Draws
    from workbench.survey.subsets import Floats

__all__ = ["expected_moments"]

_TOLERANCE = 1e-8
_DRAW_TOLERANCE = 1e-5
"""Draws start from the sample's solution and stop when far inside their own noise."""
_MOST_STEPS = 2000
_RIDGE = 1e-9


def expected_moments(
    scaled: Floats, weights: Floats, draws: Draws
) -> Iterator[tuple[Floats, Floats, Floats]]:
    """Yield mean, variance and correlation ``(q, 1)``, ``(q, 1)``, ``(q, q, 1)`` of each draw.

    Rows with the same questions missing are gathered once; a step costs one small inverse per
    such pattern [1]_.

    References
    ----------
    .. [1] Little, R. J. A. & Rubin, D. B. (2002). Statistical Analysis with Missing Data (2nd
       ed.), section 11.2. Wiley.
    """
    patterns = _patterns(scaled)
    start = _start(scaled, weights)
    sample = _solved(patterns, weights, start, _TOLERANCE)
    for chunk in draws.row_weights(weights):
        for row_weights in chunk:
            is_sample = row_weights.shape == weights.shape and (row_weights == weights).all()
            mean, covariance = (
                sample if is_sample else _solved(patterns, row_weights, sample, _DRAW_TOLERANCE)
            )
            variance = np.diag(covariance).copy()
            variance[variance < 1e-10] = 0.0
            root = np.where(variance > 0, 1 / np.sqrt(np.where(variance > 0, variance, 1)), 0)
            correlation = np.clip(covariance * root[:, None] * root, -1, 1)
            np.fill_diagonal(correlation, 1.0)
            yield mean[:, None], variance[:, None], correlation[..., None]


@dataclass(frozen=True, eq=False)
class _Patterns:
    """Rows sorted by which columns they answered."""

    order: NDArray[np.intp]
    starts: NDArray[np.intp]
    observed: Floats  # (patterns, q)
    features: Floats  # sorted rows: 1, answers, products; missing ones are 0


def _patterns(scaled: Floats) -> _Patterns:
    answered = ~np.isnan(scaled)
    distinct, code = np.unique(answered, axis=0, return_inverse=True)
    order = np.argsort(code, kind="stable")
    starts = np.searchsorted(code[order], np.arange(len(distinct)))
    filled = np.nan_to_num(scaled)[order]
    products = (filled[:, :, None] * filled[:, None]).reshape(len(filled), -1)
    features = np.hstack([np.ones((len(filled), 1)), filled, products])
    return _Patterns(order, starts, distinct.astype(float), features)


def _start(scaled: Floats, weights: Floats) -> tuple[Floats, Floats]:
    answered = ~np.isnan(scaled)
    filled = np.nan_to_num(scaled)
    total = weights @ answered
    variance = np.maximum(weights @ filled**2 / total, 1e-6)
    return weights @ filled / total, np.diag(variance)


def _solved(
    patterns: _Patterns, row_weights: Floats, start: tuple[Floats, Floats], tolerance: float
) -> tuple[Floats, Floats]:
    """Repeat expectation and maximisation until nothing moves."""
    weighted = patterns.features * row_weights[patterns.order][:, None]
    sums = np.add.reduceat(weighted, patterns.starts, axis=0)
    kept = sums[:, 0] > 0
    sums, observed = sums[kept], patterns.observed[kept]
    count = observed.shape[1]
    total, first = sums[:, 0], sums[:, 1 : count + 1]
    second = sums[:, count + 1 :].reshape(-1, count, count)
    mean, covariance = start
    for _ in range(_MOST_STEPS):
        new_mean, new_covariance = _step(observed, total, first, second, mean, covariance)
        change = max(np.abs(new_mean - mean).max(), np.abs(new_covariance - covariance).max())
        mean, covariance = new_mean, new_covariance
        if change < tolerance:
            break
    return mean, covariance


def _step(
    observed: Floats,
    total: Floats,
    first: Floats,
    second: Floats,
    mean: Floats,
    covariance: Floats,
) -> tuple[Floats, Floats]:
    count = mean.size
    both = observed[:, :, None] * observed[:, None]
    known = covariance * both
    known[:, range(count), range(count)] += np.where(observed > 0, _RIDGE, 1.0)
    precision = np.linalg.inv(known) * both
    regression = covariance @ precision
    centre = mean * observed
    shift = first - total[:, None] * centre
    cross = first[:, :, None] * centre[:, None]
    spread = (
        second
        - cross
        - np.swapaxes(cross, 1, 2)
        + total[:, None, None] * centre[:, :, None] * centre[:, None]
    )
    moved = (regression @ shift[..., None]).sum(axis=0)[:, 0] / total.sum()
    filled = regression @ spread @ np.swapaxes(regression, 1, 2)
    unknown = covariance - regression @ covariance
    new = (filled + total[:, None, None] * unknown).sum(axis=0) / total.sum()
    return mean + moved, (new + new.T) / 2 - np.outer(moved, moved)
