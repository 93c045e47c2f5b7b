"""One comparison of a treatment with its control, from two levels and their variances.

Everything that is asymptotically a mean per variant (a share, a mean, a ratio, an adjusted mean, an
NPS) becomes a :class:`Level`; the difference, its interval and the lift are made in one place.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from workbench.experiment.distributions import quantile, two_sided_p

__all__ = [
    "Effect",
    "Level",
    "Lift",
    "fieller_lift",
    "linear_lift",
    "log_lift",
    "no_effect",
    "of_levels",
]


@dataclass(frozen=True, slots=True)
class Level:
    """What one variant shows: an estimate, its variance and what that rests on."""

    value: float
    variance: float
    df: float
    n: int


@dataclass(frozen=True, slots=True)
class Lift:
    """A relative difference, as a share of the control's size; null with a reason otherwise."""

    estimate: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Treatment minus control, or the reason why it cannot be given.

    ``reason`` is set when the interval is missing: ``TOO_FEW`` (fewer than two units in a variant),
    ``ZERO_VARIANCE`` (all values of both variants are equal within the variant), and others named
    where they arise. ``df`` is infinite for normal intervals.
    """

    estimate: float | None
    ci_low: float | None = None
    ci_high: float | None = None
    p_value: float | None = None
    standard_error: float | None = None
    df: float = math.inf
    treatment: float | None = None
    control: float | None = None
    n_treatment: int = 0
    n_control: int = 0
    lift: Lift = Lift()
    method: str = ""
    reason: str = ""


def no_effect(method: str, reason: str, n_treatment: int, n_control: int) -> Effect:
    """Return an effect that has only counts and a reason."""
    return Effect(
        estimate=None,
        method=method,
        reason=reason,
        n_treatment=n_treatment,
        n_control=n_control,
        lift=Lift(reason=reason),
    )


def of_levels(
    treatment: Level,
    control: Level,
    *,
    confidence: float = 0.95,
    covariance: float = 0.0,
    method: str = "welch",
    lift: str = "fieller",
) -> Effect:
    """Difference of two levels with Satterthwaite's degrees of freedom, and the lift.

    Parameters
    ----------
    covariance
        Between the two levels; zero unless both were adjusted to the same covariate means.
    lift
        ``fieller`` (default), ``linear``, ``log``, or ``none`` where zero means nothing.

    Examples
    --------
    >>> effect = of_levels(Level(10.5, 0.04, 99, 100), Level(10.0, 0.05, 99, 100))
    >>> round(effect.ci_low, 4), round(effect.ci_high, 4), round(effect.lift.estimate, 3)
    (-0.0917, 1.0917, 0.05)
    """
    counts = (treatment.n, control.n)
    if min(counts) < 2:
        return no_effect(method, "TOO_FEW", *counts)
    difference = treatment.value - control.value
    variance = treatment.variance + control.variance - 2 * covariance
    bare = Effect(
        estimate=difference,
        treatment=treatment.value,
        control=control.value,
        n_treatment=treatment.n,
        n_control=control.n,
        method=method,
        reason="ZERO_VARIANCE",
        lift=Lift(reason="ZERO_VARIANCE"),
    )
    if not variance > 0:
        return bare
    error = math.sqrt(variance)
    df = satterthwaite(treatment, control)
    half = quantile(0.5 + confidence / 2, df) * error
    return replace(
        bare,
        reason="",
        standard_error=error,
        df=df,
        ci_low=difference - half,
        ci_high=difference + half,
        p_value=two_sided_p(difference / error, df),
        lift=_LIFTS[lift](treatment, control, covariance, quantile(0.5 + confidence / 2, df)),
    )


def satterthwaite(treatment: Level, control: Level) -> float:
    """Return the degrees of freedom of the sum of two independent variance estimates."""
    total = (treatment.variance + control.variance) ** 2
    parts = sum(
        level.variance**2 / level.df for level in (treatment, control) if not math.isinf(level.df)
    )
    return total / parts if parts > 0 else math.inf


def fieller_lift(treatment: Level, control: Level, covariance: float, z: float) -> Lift:
    """Lift with Fieller's interval; unbounded intervals are said, not shown.

    The interval holds every ratio r for which treatment - r control is not clearly different from
    zero. It is unbounded when the control itself is not clearly different from zero [1]_. The lift
    is relative to the control's size, so a metric that rises from a negative level rises.

    References
    ----------
    .. [1] Fieller, E. C. (1954). Some problems in interval estimation. Journal of the Royal
       Statistical Society B, 16(2), 175-185.
    """
    if control.value == 0:
        return Lift(reason="CONTROL_ZERO")
    estimate = (treatment.value - control.value) / abs(control.value)
    a = control.value**2 - z**2 * control.variance
    b = treatment.value * control.value - z**2 * covariance
    c = treatment.value**2 - z**2 * treatment.variance
    if a <= 0:
        return Lift(reason="LIFT_NOT_ESTIMABLE")
    spread = math.sqrt(max(0.0, b * b - a * c))
    sign = math.copysign(1.0, control.value)
    ends = sorted(sign * ((b + side * spread) / a - 1) for side in (-1, 1))
    return Lift(estimate, ends[0], ends[1])


def linear_lift(treatment: Level, control: Level, covariance: float, z: float) -> Lift:
    """Lift with the first-order delta interval."""
    if control.value == 0:
        return Lift(reason="CONTROL_ZERO")
    ratio = treatment.value / control.value
    variance = (
        treatment.variance - 2 * ratio * covariance + ratio**2 * control.variance
    ) / control.value**2
    estimate = (treatment.value - control.value) / abs(control.value)
    half = z * math.sqrt(max(0.0, variance))
    return Lift(estimate, estimate - half, estimate + half)


def log_lift(treatment: Level, control: Level, covariance: float, z: float) -> Lift:
    """Lift with an interval symmetric in the logarithm; both levels must have the same sign."""
    if control.value == 0:
        return Lift(reason="CONTROL_ZERO")
    ratio = treatment.value / control.value
    if ratio <= 0:
        return Lift(reason="LIFT_NOT_ESTIMABLE")
    variance = (
        treatment.variance / treatment.value**2
        + control.variance / control.value**2
        - 2 * covariance / (treatment.value * control.value)
    )
    half = z * math.sqrt(max(0.0, variance))
    sign = math.copysign(1.0, control.value)
    ends = sorted(sign * (ratio * math.exp(side * half) - 1) for side in (-1, 1))
    return Lift(sign * (ratio - 1), ends[0], ends[1])


def _no_lift(treatment: Level, control: Level, covariance: float, z: float) -> Lift:
    del treatment, control, covariance, z
    return Lift(reason="NO_RATIO_SCALE")


_LIFTS = {"fieller": fieller_lift, "linear": linear_lift, "log": log_lift, "none": _no_lift}
