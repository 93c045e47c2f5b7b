"""Intervals of a share, and of the difference of two shares of the same answers."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

__all__ = ["ShareMethod", "net_share_interval", "share_interval"]

ShareMethod = Literal["score", "adjusted_wald", "wald"]
Floats = NDArray[np.float64]

_HALVINGS = 60  # of an interval no wider than 2: far below the last digit of a float


def net_share_interval(
    first: ArrayLike,
    second: ArrayLike,
    n: ArrayLike,
    *,
    confidence: float = 0.95,
    method: ShareMethod = "score",
) -> tuple[Floats, Floats]:
    """Interval of one share minus another, where each answer counts for one of them or neither.

    ``score`` inverts the score test with restricted estimates [1]_; ``adjusted_wald`` adds
    three quarters of an answer to each end and three in all [2]_; ``wald`` uses the plain variance.

    Parameters
    ----------
    first, second
        Shares 0-1 of the same answers, for example promoters and detractors; scalars or arrays.
    n
        Answers, or effective answers when weighted; need not be whole.

    Returns
    -------
    tuple of arrays
        Lower and upper ends, inside -1 to 1; ``nan`` where ``n`` is not positive.

    References
    ----------
    .. [1] Tango, T. (1998). Equivalence test and confidence interval for the difference in
       proportions for the paired-sample design. Statistics in Medicine, 17(8), 891-908.
    .. [2] Rocks, B. (2016). Interval estimation for the Net Promoter Score. The American
       Statistician, 70(4), 365-372.

    Examples
    --------
    >>> low, high = net_share_interval(19 / 36, 10 / 36, 36)
    >>> round(100 * float(low), 2), round(100 * float(high), 2)
    (-4.34, 50.07)
    """
    shares = np.broadcast_arrays(
        np.asarray(first, float), np.asarray(second, float), np.asarray(n, float)
    )
    high_share, low_share, size = shares
    z = ndtri((1 + confidence) / 2)
    known = size > 0
    size = np.where(known, size, 1.0)
    if method == "score" and size.ndim == 0:
        found = (float(high_share), float(low_share), float(size), float(z))
        low, high = np.array(_one_end(*found, side=-1)), np.array(_one_end(*found, side=1))
    elif method == "score":
        low = _score_end(high_share, low_share, size, z, side=-1)
        high = _score_end(high_share, low_share, size, z, side=1)
    else:
        extra = 3.0 if method == "adjusted_wald" else 0.0
        high_share = (size * high_share + extra / 4) / (size + extra)
        low_share = (size * low_share + extra / 4) / (size + extra)
        centre = high_share - low_share
        variance = np.maximum(high_share + low_share - centre**2, 0.0)
        half = z * np.sqrt(variance / (size + extra))
        low, high = np.clip(centre - half, -1, 1), np.clip(centre + half, -1, 1)
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def _score_end(first: Floats, second: Floats, n: Floats, z: float, *, side: int) -> Floats:
    """Halve between the estimate and the end of the scale to where the test just rejects."""
    estimate = first - second
    inner, outer = estimate.copy(), np.full_like(estimate, float(side))
    for _ in range(_HALVINGS):
        middle = (inner + outer) / 2
        accepted = n * (estimate - middle) ** 2 <= z**2 * _restricted_variance(
            first, second, middle
        )
        inner, outer = np.where(accepted, middle, inner), np.where(accepted, outer, middle)
    return (inner + outer) / 2


@lru_cache(maxsize=4096)
def _one_end(first: float, second: float, n: float, z: float, *, side: int) -> float:
    """Do the same for one pair of shares, forty times as fast as arrays of one.

    A report looks at the same shares in several tables: a wave's level, its change, its chart.
    """
    estimate = first - second
    inner, outer = estimate, float(side)
    for _ in range(_HALVINGS):
        middle = (inner + outer) / 2
        linear = -first - second + (2 - first + second) * middle
        root = math.sqrt(max(linear**2 + 8 * second * middle * (1 - middle), 0.0))
        variance = max((root - linear) / 2 + middle * (1 - middle), 0.0)
        if n * (estimate - middle) ** 2 <= z**2 * variance:
            inner = middle
        else:
            outer = middle
    return (inner + outer) / 2


def _restricted_variance(first: Floats, second: Floats, difference: Floats) -> Floats:
    """Variance of one answer when the true difference is given, by maximum likelihood."""
    linear = -first - second + (2 - first + second) * difference
    constant = -second * difference * (1 - difference)
    lower_share = (np.sqrt(np.maximum(linear**2 - 8 * constant, 0.0)) - linear) / 4
    return np.maximum(2 * lower_share + difference * (1 - difference), 0.0)


def share_interval(
    share: ArrayLike,
    n: ArrayLike,
    *,
    confidence: float = 0.95,
    method: ShareMethod = "score",
) -> tuple[Floats, Floats]:
    """Interval of a share: Wilson's score, Agresti and Coull's adjusted Wald, or Wald.

    Parameters
    ----------
    share
        Observed share 0-1; scalar or array.
    n
        Answers, or effective answers when weighted; need not be whole.

    Returns
    -------
    tuple of arrays
        Lower and upper ends, inside 0 to 1; ``nan`` where ``n`` is not positive.

    Examples
    --------
    >>> low, high = share_interval(0.9, 10)
    >>> round(float(low), 4), round(float(high), 4)
    (0.5958, 0.9821)
    """
    observed, size = np.broadcast_arrays(np.asarray(share, float), np.asarray(n, float))
    z = ndtri((1 + confidence) / 2)
    known = size > 0
    size = np.where(known, size, 1.0)
    centre = (size * observed + z**2 / 2) / (size + z**2)
    if method == "score":
        spread = size * observed * (1 - observed) + z**2 / 4
        half = z * np.sqrt(np.maximum(spread, 0.0)) / (size + z**2)
    elif method == "adjusted_wald":
        half = z * np.sqrt(centre * (1 - centre) / (size + z**2))
    else:
        centre = observed
        half = z * np.sqrt(np.maximum(observed * (1 - observed), 0.0) / size)
    low, high = np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)
    return np.where(known, low, np.nan), np.where(known, high, np.nan)
