"""Normal, t and chi-square numbers from ``scipy.special``: ``scipy.stats`` is slow to import.

An infinite number of degrees of freedom means the normal distribution everywhere.
"""

from __future__ import annotations

import math

from scipy import special

__all__ = ["chi_square_tail", "normal_cdf", "quantile", "two_sided_p", "upper_tail"]


def normal_cdf(z: float) -> float:
    """Return the chance that a standard normal number is at most ``z``.

    Examples
    --------
    >>> round(normal_cdf(1.959964), 6)
    0.975
    """
    return float(special.ndtr(z))


def quantile(probability: float, df: float = math.inf) -> float:
    """Return the quantile of a t distribution, or of the normal when ``df`` is infinite.

    Examples
    --------
    >>> round(quantile(0.975), 6), round(quantile(0.975, 10), 6)
    (1.959964, 2.228139)
    """
    if math.isinf(df):
        return float(special.ndtri(probability))
    return float(special.stdtrit(df, probability))


def upper_tail(statistic: float, df: float = math.inf) -> float:
    """Return the chance of a t or normal number above the statistic."""
    if math.isinf(df):
        return float(special.ndtr(-statistic))
    return float(special.stdtr(df, -statistic))


def two_sided_p(statistic: float, df: float = math.inf) -> float:
    """Return the two-sided p-value of a t or normal statistic.

    Examples
    --------
    >>> round(two_sided_p(-4.108), 8)
    3.991e-05
    """
    return min(1.0, 2 * upper_tail(abs(statistic), df))


def chi_square_tail(statistic: float, df: float) -> float:
    """Return the chance of a chi-square number above the statistic.

    Examples
    --------
    >>> round(chi_square_tail(3.841459, 1), 6)
    0.05
    """
    return float(special.chdtrc(df, statistic))
