"""Many looks at once: corrections of p-values, and intervals at the matching level."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from workbench.estimates import multiplicity
from workbench.experiment.distributions import quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "benjamini_hochberg",
    "dunnett_critical",
    "dunnett_p",
    "holm",
    "matching_confidence",
]


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Holm's correction of p-values, some of which may be missing: they do not count as tests.

    Examples
    --------
    >>> holm([0.01, None, 0.04, 0.03])
    [0.03, None, 0.06, 0.06]
    """
    return _with_missing(multiplicity.holm(_as_numbers(p_values)))


def benjamini_hochberg(p_values: Sequence[float | None]) -> list[float | None]:
    """Benjamini and Hochberg's correction; missing p-values do not count as tests.

    Examples
    --------
    >>> benjamini_hochberg([0.01, None, 0.02, 0.9])
    [0.03, None, 0.03, 0.9]
    """
    return _with_missing(multiplicity.benjamini_hochberg(_as_numbers(p_values)))


def _as_numbers(p_values: Sequence[float | None]) -> np.ndarray:
    return np.array([math.nan if p is None else p for p in p_values], dtype=float)


def _with_missing(adjusted: np.ndarray) -> list[float | None]:
    return [None if math.isnan(p) else float(p) for p in adjusted]


def matching_confidence(p_adjusted: Sequence[float | None], *, alpha: float, method: str) -> float:
    """Return the level of intervals that agree with the correction.

    Benjamini-Hochberg: 1 - R alpha / m with R discoveries among m (at least one) [1]_. Holm: every
    interval at Bonferroni's level, which never says more than the test.

    References
    ----------
    .. [1] Benjamini, Y., & Yekutieli, D. (2005). False discovery rate-adjusted multiple confidence
       intervals for selected parameters. JASA, 100(469), 71-81.
    """
    known = [p for p in p_adjusted if p is not None]
    m = max(1, len(known))
    if method == "bh":
        found = max(1, sum(p <= alpha for p in known))
        return 1 - found * alpha / m
    return 1 - alpha / m


def dunnett_p(
    statistics: Sequence[float],
    n_treatments: Sequence[float],
    n_control: float,
    *,
    df: float = math.inf,
) -> list[float]:
    """Return p-values of several treatments against one control, corrected together [1]_.

    Parameters
    ----------
    statistics
        t or z statistic of each treatment against the control.
    n_treatments, n_control
        Units; they fix how much two comparisons share.
    df
        Degrees of freedom of the common variance; infinite for large samples.

    References
    ----------
    .. [1] Dunnett, C. W. (1955). A multiple comparison procedure for comparing several treatments
       with a control. Journal of the American Statistical Association, 50(272), 1096-1121.
    """
    loadings = _loadings(n_treatments, n_control)
    return [1 - _chance_all_within(abs(t), loadings, df) for t in statistics]


def dunnett_critical(
    n_treatments: Sequence[float], n_control: float, *, alpha: float = 0.05, df: float = math.inf
) -> float:
    """Return the two-sided critical value for simultaneous intervals of all treatments.

    Examples
    --------
    >>> round(dunnett_critical([10, 10, 10], 10, df=36), 3)  # Dunnett (1964): 2.45
    2.452
    """
    loadings = _loadings(n_treatments, n_control)
    low, high = quantile(1 - alpha / 2), quantile(1 - alpha / (4 * len(loadings)), max(df, 2)) + 2
    for _ in range(60):
        middle = (low + high) / 2
        enough = _chance_all_within(middle, loadings, df) >= 1 - alpha
        low, high = (low, middle) if enough else (middle, high)
    return (low + high) / 2


def _loadings(n_treatments: Sequence[float], n_control: float) -> np.ndarray:
    sizes = np.asarray(n_treatments, dtype=float)
    return np.sqrt(sizes / (sizes + n_control))


def _chance_all_within(limit: float, loadings: np.ndarray, df: float) -> float:
    """Return P(all |T_i| <= limit), over the common normal and the common variance."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(120)
    weights = weights / weights.sum()
    if math.isinf(df):
        return float(weights @ _given_common(limit, loadings, nodes))
    points, mass = np.polynomial.legendre.leggauss(80)
    chances = (points + 1) / 2
    scales = np.sqrt(2 * special.gammaincinv(df / 2, chances) / df)
    inner = np.array([weights @ _given_common(limit * s, loadings, nodes) for s in scales])
    return float((mass / 2) @ inner)


def _given_common(limit: float, loadings: np.ndarray, common: np.ndarray) -> np.ndarray:
    rest = np.sqrt(1 - loadings**2)
    upper = (limit - np.outer(common, loadings)) / rest
    lower = (-limit - np.outer(common, loadings)) / rest
    return np.prod(special.ndtr(upper) - special.ndtr(lower), axis=1)
