"""Two means: Welch's interval, the lift by Fieller, and what skewness does to both."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.experiment.distributions import quantile, two_sided_p
from workbench.experiment.effect import Effect, Level, no_effect, of_levels

if TYPE_CHECKING:
    from workbench.experiment.moments import Moments

__all__ = ["SkewReading", "mean_effect", "mean_level", "skew_reading", "units_needed_for_skew"]


def mean_level(moments: Moments, name: str) -> Level:
    """Return the mean of a column and the variance of that mean."""
    n = moments.n
    variance = moments.variance(name) / n if n > 1 else 0.0
    return Level(moments.mean(name), variance, max(n - 1, 1), n)


def mean_effect(
    treatment: Moments,
    control: Moments,
    name: str,
    *,
    confidence: float = 0.95,
    lift: str = "fieller",
) -> Effect:
    """Difference of means with Welch's interval [1]_ and Fieller's lift.

    References
    ----------
    .. [1] Welch, B. L. (1947). The generalization of "Student's" problem when several different
       population variances are involved. Biometrika, 34(1/2), 28-35.

    Examples
    --------
    >>> import numpy as np
    >>> from workbench.experiment.moments import moments_of
    >>> arms = [moments_of({"y": np.array(v)}) for v in ([3.0, 4.0, 5.0, 6.0], [1.0, 2.0, 4.0])]
    >>> effect = mean_effect(*arms, "y")
    >>> round(effect.estimate, 4), round(effect.p_value, 4), round(effect.df, 2)
    (2.1667, 0.1192, 3.96)
    """
    if min(treatment.n, control.n) < 2:
        return no_effect("welch", "TOO_FEW", treatment.n, control.n)
    return of_levels(
        mean_level(treatment, name),
        mean_level(control, name),
        confidence=confidence,
        method="welch",
        lift=lift,
    )


def units_needed_for_skew(skewness: float) -> float:
    """Return units per variant from which Welch's interval is safe: 355 skewness^2 [1]_.

    References
    ----------
    .. [1] Kohavi, R., Deng, A., Longbotham, R., & Xu, Y. (2014). Seven rules of thumb for web site
       experimenters. KDD 2014, 1857-1866.
    """
    return 355 * skewness**2


@dataclass(frozen=True, slots=True)
class SkewReading:
    """A skewed mean read a second way; ``needed`` is units per variant for Welch to be safe."""

    skewness: float
    needed: float
    enough: bool
    ci_low: float | None
    ci_high: float | None
    p_value: float | None


def skew_reading(
    treatment: Moments, control: Moments, name: str, *, confidence: float = 0.95
) -> SkewReading | None:
    """Return the interval of the difference corrected for skewness, by Hall's transformation [1]_.

    The third moment of the studentised difference is taken out by a monotone cubic; with equal
    variants it cancels. None when no interval exists.

    References
    ----------
    .. [1] Hall, P. (1992). On the removal of skewness by transformation. Journal of the Royal
       Statistical Society B, 54(1), 221-228.
    """
    plain = mean_effect(treatment, control, name, confidence=confidence)
    if plain.standard_error is None or plain.estimate is None:
        return None
    arms = (treatment, control)
    worst = max((arm.skewness(name) for arm in arms), key=abs)
    third = [arm.skewness(name) * arm.variance(name) ** 1.5 / arm.n**2 for arm in arms]
    gamma = (third[0] - third[1]) / plain.standard_error**3
    needed = units_needed_for_skew(worst)
    z = quantile(0.5 + confidence / 2, plain.df)
    ends = [plain.estimate - plain.standard_error * _untransformed(s * z, gamma) for s in (1, -1)]
    statistic = _transformed(plain.estimate / plain.standard_error, gamma)
    return SkewReading(
        skewness=worst,
        needed=needed,
        enough=min(treatment.n, control.n) >= needed,
        ci_low=ends[0],
        ci_high=ends[1],
        p_value=two_sided_p(statistic, plain.df),
    )


def _transformed(t: float, gamma: float) -> float:
    return t + gamma / 3 * t**2 + gamma**2 / 27 * t**3 + gamma / 6


def _untransformed(x: float, gamma: float) -> float:
    if abs(gamma) < 1e-8:
        return x
    inner = 1 + gamma * (x - gamma / 6)
    return 3 / gamma * (math.copysign(abs(inner) ** (1 / 3), inner) - 1)
