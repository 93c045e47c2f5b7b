"""The winner's curse: by how much results run high when they are shown for passing a test."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.experiment.distributions import normal_cdf, quantile

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["AfterSelection", "after_selection"]


@dataclass(frozen=True, slots=True)
class AfterSelection:
    """An effect corrected for having been shown because it passed a test.

    ``estimate`` is the conditional maximum likelihood estimate, the interval its inversion.
    """

    estimate: float
    ci_low: float
    ci_high: float


def after_selection(
    estimate: float, standard_error: float, *, alpha: float = 0.05, confidence: float = 0.95
) -> AfterSelection | None:
    """Correct a significant effect for selection [1]_; None when it was not significant.

    References
    ----------
    .. [1] Zhong, H., & Prentice, R. L. (2008). Bias-reduced estimators and confidence intervals for
       odds ratios in genome-wide association studies. Biostatistics, 9(4), 621-634.

    Examples
    --------
    >>> [round(after_selection(*found).estimate, 2) for found in [(1.26, 0.323), (2.0, 1.0)]]
    [1.24, 0.5]
    """
    critical = quantile(1 - alpha / 2)
    z = abs(estimate / standard_error)
    if z < critical:
        return None
    middle = _solve(lambda mu: mu - z + _expected_excess(mu, critical))
    tail = (1 - confidence) / 2
    low = _solve(lambda mu: tail - _conditional_tail(z, mu, critical), falling=True)
    high = _solve(lambda mu: (1 - tail) - _conditional_tail(z, mu, critical), falling=True)
    sign = math.copysign(1.0, estimate)
    ends = sorted(sign * value * standard_error for value in (low, high))
    return AfterSelection(sign * middle * standard_error, ends[0], ends[1])


def _density(z: float) -> float:
    return math.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def _chance_selected(mu: float, critical: float) -> float:
    return normal_cdf(mu - critical) + normal_cdf(-mu - critical)


def _expected_excess(mu: float, critical: float) -> float:
    """Return E[Z | selected] - mu: how much too high a selected statistic is on average."""
    raised = _density(critical - mu) - _density(critical + mu)
    return raised / _chance_selected(mu, critical)


def _conditional_tail(z: float, mu: float, critical: float) -> float:
    """Return P(Z >= z | |Z| > critical)."""
    return normal_cdf(mu - z) / _chance_selected(mu, critical)


def _solve(function: Callable[[float], float], *, falling: bool = False) -> float:
    low, high = -15.0, 60.0
    for _ in range(90):
        middle = (low + high) / 2
        above = function(middle) > 0
        low, high = (middle, high) if above == falling else (low, middle)
    return (low + high) / 2
