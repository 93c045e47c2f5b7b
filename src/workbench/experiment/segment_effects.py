"""Who differs? Only behind a test for interaction, and then pulled towards the common effect."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from workbench.experiment.distributions import chi_square_tail, quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Heterogeneity", "between_variance", "detectable_gap", "heterogeneity", "poststratified"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heterogeneity:
    """Test of "the effect is the same in every segment", and segment effects pulled together.

    ``shrunk``, ``ci_low`` and ``ci_high`` come from a normal model of segment effects: each is
    pulled towards the common effect by how uncertain it is. ``between`` is the standard deviation
    of true effects between segments; 0 says "no evidence that segments differ".
    """

    statistic: float
    df: int
    p_value: float
    between: float
    common: float
    weights: np.ndarray
    shrunk: np.ndarray
    ci_low: np.ndarray
    ci_high: np.ndarray


def between_variance(estimates: np.ndarray, variances: np.ndarray) -> float:
    """Return the variance of true effects between segments, by DerSimonian and Laird [1]_.

    References
    ----------
    .. [1] DerSimonian, R., & Laird, N. (1986). Meta-analysis in clinical trials. Controlled
       Clinical Trials, 7(3), 177-188.
    """
    weight = 1 / variances
    common = float(weight @ estimates / weight.sum())
    q = float(weight @ (estimates - common) ** 2)
    scale = float(weight.sum() - (weight**2).sum() / weight.sum())
    return max(0.0, (q - (len(estimates) - 1)) / scale) if scale > 0 else 0.0


def heterogeneity(
    estimates: Sequence[float], standard_errors: Sequence[float], *, confidence: float = 0.95
) -> Heterogeneity | None:
    """Test interaction by Wald's chi-square and shrink; None with fewer than two segments.

    Examples
    --------
    >>> found = heterogeneity([0.1, 0.1, 0.9], [0.1, 0.1, 0.1])
    >>> found.df, round(found.p_value, 8), found.shrunk.round(2).tolist()
    (2, 0.0, [0.11, 0.11, 0.88])
    """
    d, v = np.asarray(estimates, dtype=float), np.asarray(standard_errors, dtype=float) ** 2
    if len(d) < 2:
        return None
    weight = 1 / v
    fixed = float(weight @ d / weight.sum())
    statistic = float(weight @ (d - fixed) ** 2)
    tau2 = between_variance(d, v)
    total = 1 / (v + tau2)
    common = float(total @ d / total.sum())
    pull = tau2 / (tau2 + v)
    shrunk = pull * d + (1 - pull) * common
    error = np.sqrt(pull * v + (1 - pull) ** 2 / total.sum())
    half = quantile(0.5 + confidence / 2) * error
    return Heterogeneity(
        statistic=statistic,
        df=len(d) - 1,
        p_value=chi_square_tail(statistic, len(d) - 1),
        between=math.sqrt(tau2),
        common=common,
        weights=pull,
        shrunk=shrunk,
        ci_low=shrunk - half,
        ci_high=shrunk + half,
    )


def detectable_gap(
    standard_errors: Sequence[float], *, alpha: float = 0.05, power: float = 0.8
) -> float:
    """Return the gap between the two best-measured segments that would have been found."""
    best = sorted(standard_errors)[:2]
    return (quantile(1 - alpha / 2) + quantile(power)) * math.hypot(*best)


def poststratified(
    estimates: Sequence[float], variances: Sequence[float], shares: Sequence[float]
) -> tuple[float, float]:
    """Return an effect weighted to given segment shares, and its standard error."""
    share = np.asarray(shares, dtype=float) / float(np.sum(shares))
    d, v = np.asarray(estimates, dtype=float), np.asarray(variances, dtype=float)
    return float(share @ d), math.sqrt(float(share**2 @ v))
