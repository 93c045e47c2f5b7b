"""Difference of two estimates, independent or overlapping."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
from scipy.special import ndtr, stdtr, stdtrit

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["mean_difference", "recovered_difference", "welch_df"]

_FARTHEST = 8.0  # normal quantiles: beyond, a p-value has no meaning left
_NEAREST = 1e-6

Ends = tuple[float, float]


def welch_df(variances: tuple[float, float], dfs: tuple[float, float]) -> float:
    """Degrees of freedom of a sum of two independent variances (Welch and Satterthwaite).

    Examples
    --------
    >>> welch_df((1.0, 1.0), (10, 10))
    20.0
    """
    parts = [v**2 / df for v, df in zip(variances, dfs, strict=True) if v > 0 and df > 0]
    return float(sum(variances) ** 2 / sum(parts)) if parts else 0.0


def mean_difference(
    difference: float, variance: float, df: float, *, confidence: float = 0.95
) -> tuple[float, float, float]:
    """Student's t interval of a difference, and its p-value against zero.

    Returns
    -------
    tuple
        Lower end, upper end, p-value; all ``nan`` when the variance is not positive.

    Examples
    --------
    >>> low, high, p = mean_difference(4.0, 1.445, 798.0)
    >>> round(low, 2), round(high, 2), round(p, 4)
    (1.64, 6.36, 0.0009)
    """
    if not (variance > 0 and df > 0):
        return float("nan"), float("nan"), float("nan")
    error = float(np.sqrt(variance))
    half = float(stdtrit(df, (1 + confidence) / 2)) * error
    p_value = 2 * float(stdtr(df, -abs(difference) / error))
    return difference - half, difference + half, min(p_value, 1.0)


def recovered_difference(
    first: float,
    second: float,
    first_ends: Callable[[float], Ends],
    second_ends: Callable[[float], Ends],
    *,
    correlation: float = 0.0,
    confidence: float = 0.95,
) -> tuple[float, float, float]:
    """Interval of ``first - second`` recovered from the interval of each, and its p-value.

    Each side's variance is read off its own interval, at the end that matters [1]_, so the result
    keeps what those intervals have: it stays on the scale and has a width where all answers agree.
    The p-value is one minus the confidence at which the interval just touches zero.

    Parameters
    ----------
    first, second
        Estimates.
    first_ends, second_ends
        Normal quantile -> lower and upper end of the interval of that confidence.
    correlation
        Between the two estimates, from respondents in both.

    References
    ----------
    .. [1] Zou, G. Y., & Donner, A. (2008). Construction of confidence limits about effect
       measures: A general approach. Statistics in Medicine, 27(10), 1693-1702.
    """

    def ends(quantile: float) -> Ends:
        (low_1, high_1), (low_2, high_2) = first_ends(quantile), second_ends(quantile)
        down = _joined(first - low_1, high_2 - second, correlation)
        up = _joined(high_1 - first, second - low_2, correlation)
        return first - second - down, first - second + up

    from scipy.special import ndtri

    low, high = ends(float(ndtri((1 + confidence) / 2)))
    return low, high, _p_value(first - second, ends)


def _joined(one: float, other: float, correlation: float) -> float:
    return float(np.sqrt(max(one**2 + other**2 - 2 * correlation * one * other, 0.0)))


def _p_value(difference: float, ends: Callable[[float], Ends]) -> float:
    """Return one minus the confidence of the interval that touches zero."""
    if difference == 0:
        return 1.0
    near = 0 if difference > 0 else 1

    def distance(quantile: float) -> float:
        return ends(quantile)[near]

    if distance(_FARTHEST) * difference > 0:
        return 2 * float(ndtr(-_FARTHEST))
    from scipy.optimize import brentq

    if distance(_NEAREST) * difference <= 0:
        return 1.0
    touching = cast("float", brentq(distance, _NEAREST, _FARTHEST, xtol=1e-10))
    return 2 * float(ndtr(-touching))
