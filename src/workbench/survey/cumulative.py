"""Cumulative logit models of an ordered outcome; with two levels it is the logit model.

``P(Y <= k) = logistic(threshold_k - x' slope)``. The log-likelihood is concave, so Newton's steps
with halving find the one maximum [1]_.

References
----------
.. [1] McCullagh, P. (1980). Regression models for ordinal data. Journal of the Royal Statistical
   Society B, 42(2), 109-142.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, logit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from workbench.survey.subsets import Floats

__all__ = ["CumulativeFit", "Pieces", "fit_cumulative", "row_pieces"]

_MOST_STEPS = 60
_RIDGE = 1e-9
_FAR = 30.0
"""A linear predictor this large means that a driver separates the levels; it is stopped there."""


@dataclass(frozen=True, eq=False)
class CumulativeFit:
    """A fitted model.

    Parameters
    ----------
    thresholds, slopes
        ``(levels - 1,)`` and ``(k,)``.
    log_likelihood
        Weighted, at the maximum.
    converged
        False when a driver separates the levels and a slope has no finite maximum.
    """

    thresholds: Floats
    slopes: Floats
    log_likelihood: float
    converged: bool

    @property
    def parameters(self) -> Floats:
        """Thresholds, then slopes."""
        return np.concatenate([self.thresholds, self.slopes])


@dataclass(frozen=True, eq=False)
class Pieces:
    """What each row adds to the log-likelihood, its gradient and its negative Hessian."""

    log_likelihood: Floats
    gradient: Floats  # (n, m)
    information: Floats  # (n, m, m)


def fit_cumulative(
    levels: NDArray[np.intp],
    columns: Floats,
    weights: Floats,
    *,
    start: CumulativeFit | None = None,
) -> CumulativeFit:
    """Fit by weighted maximum likelihood.

    Parameters
    ----------
    levels
        ``(n,)``: 0, 1, ..., every level present.
    columns
        ``(n, k)``, complete; best standardised.
    start
        A fit to begin from, with the same number of columns.
    """
    count = int(levels.max()) + 1
    share = np.cumsum(np.bincount(levels, weights, minlength=count))[:-1] / weights.sum()
    thresholds, slopes = logit(share), np.zeros(columns.shape[1])
    if start is not None and start.slopes.size == slopes.size:
        thresholds, slopes = start.thresholds, start.slopes
    value = _log_likelihood(levels, columns, weights, thresholds, slopes)
    converged = False
    for _ in range(_MOST_STEPS):
        step = _newton_step(levels, columns, weights, thresholds, slopes)
        size = 1.0
        while size > 1e-6:
            new = thresholds + size * step[: count - 1], slopes + size * step[count - 1 :]
            new_value = _log_likelihood(levels, columns, weights, *new)
            if new_value >= value - 1e-12 * abs(value):
                break
            size /= 2
        else:
            converged = True
            break
        gain = new_value - value
        thresholds, slopes, value = new[0], new[1], new_value
        if np.abs(columns @ slopes).max(initial=0.0) > _FAR:
            break
        if gain < 1e-10 * (1 + abs(value)) and np.abs(step).max() < 1e-7:
            converged = True
            break
    return CumulativeFit(thresholds, slopes, value, converged)


def _ends(levels: NDArray[np.intp], predictor: Floats, thresholds: Floats) -> tuple[Floats, Floats]:
    """Return P(Y <= level) and P(Y < level) of each row."""
    padded = np.concatenate([[-np.inf], thresholds, [np.inf]])
    return expit(padded[levels + 1] - predictor), expit(padded[levels] - predictor)


def _log_likelihood(
    levels: NDArray[np.intp],
    columns: Floats,
    weights: Floats,
    thresholds: Floats,
    slopes: Floats,
) -> float:
    if thresholds.size > 1 and not (np.diff(thresholds) > 0).all():
        return -np.inf
    upper, lower = _ends(levels, columns @ slopes, thresholds)
    return float(weights @ np.log(np.maximum(upper - lower, 1e-300)))


def _newton_step(
    levels: NDArray[np.intp],
    columns: Floats,
    weights: Floats,
    thresholds: Floats,
    slopes: Floats,
) -> Floats:
    pieces = row_pieces(levels, columns, thresholds, slopes)
    information = np.einsum("n,nij->ij", weights, pieces.information)
    information[np.diag_indices_from(information)] += _RIDGE * weights.sum()
    return np.linalg.solve(information, weights @ pieces.gradient)


def row_pieces(
    levels: NDArray[np.intp], columns: Floats, thresholds: Floats, slopes: Floats
) -> Pieces:
    """Return each row's log-likelihood, gradient and negative Hessian at the parameters."""
    n, cut = columns.shape[0], thresholds.size
    upper, lower = _ends(levels, columns @ slopes, thresholds)
    probability = np.maximum(upper - lower, 1e-300)
    high, low = upper * (1 - upper), lower * (1 - lower)
    by_cut = np.zeros((n, cut, 2))
    rows = np.arange(n)
    has_upper, has_lower = levels < cut, levels > 0
    by_cut[rows[has_upper], levels[has_upper], 0] = high[has_upper]
    by_cut[rows[has_lower], levels[has_lower] - 1, 1] = low[has_lower]
    to_upper, to_lower = by_cut[..., 0], by_cut[..., 1]
    at_cuts = (to_upper - to_lower) / probability[:, None]
    gradient = np.hstack([at_cuts, columns * (upper + lower - 1)[:, None]])
    bend = to_upper * (1 - 2 * upper)[:, None] - to_lower * (1 - 2 * lower)[:, None]
    information = np.zeros((n, gradient.shape[1], gradient.shape[1]))
    information[:, :cut, :cut] = at_cuts[:, :, None] * at_cuts[:, None]
    diagonal = np.arange(cut)
    information[:, diagonal, diagonal] -= bend / probability[:, None]
    crossed = -(to_upper + to_lower)[:, :, None] * columns[:, None]
    information[:, :cut, cut:] = crossed
    information[:, cut:, :cut] = np.swapaxes(crossed, 1, 2)
    curve = (high + low)[:, None, None]
    information[:, cut:, cut:] = curve * columns[:, :, None] * columns[:, None]
    return Pieces(np.log(probability), gradient, information)
