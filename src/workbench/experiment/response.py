"""Who did not answer: response per variant, and bounds on the effect that need no assumption.

Outcomes come as counted values, one table per variant: ``values`` in rising order and how many gave
each. That covers scores, indices and shares; any numeric outcome after counting.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from workbench.experiment.distributions import normal_cdf, quantile
from workbench.experiment.proportions import proportion_effect

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbench.experiment.effect import Effect

__all__ = [
    "Bounds",
    "Counted",
    "Response",
    "lee_bounds",
    "response_rates",
    "turning_point",
    "worst_case_bounds",
]

ALARM_P = 0.01
ALARM_GAP = 0.02


@dataclass(frozen=True, slots=True)
class Counted:
    """Answers of one variant: ``asked`` units, of which ``counts`` gave each of ``values``."""

    values: np.ndarray
    counts: np.ndarray
    asked: int

    @property
    def answered(self) -> int:
        """Return how many answered."""
        return int(self.counts.sum())

    @property
    def mean(self) -> float:
        """Return the mean of those who answered."""
        return float(self.values @ self.counts) / self.answered


@dataclass(frozen=True, slots=True)
class Response:
    """Response rates of two variants, and whether their difference is alarming."""

    effect: Effect
    alarm: bool


@dataclass(frozen=True, slots=True)
class Bounds:
    """Lowest and highest effect that the data allow, with sampling uncertainty around both."""

    low: float | None
    high: float | None
    ci_low: float | None
    ci_high: float | None
    trimmed: float = 0.0
    reason: str = ""


def response_rates(treatment: Counted, control: Counted, *, confidence: float = 0.95) -> Response:
    """Compare response rates; alarm below p = 0.01 or above two percentage points."""
    effect = proportion_effect(
        treatment.answered, treatment.asked, control.answered, control.asked, confidence=confidence
    )
    alarm = effect.p_value is not None and effect.p_value < ALARM_P
    alarm = alarm or abs(effect.estimate or 0.0) > ALARM_GAP
    return Response(effect, alarm)


def worst_case_bounds(
    treatment: Counted, control: Counted, scale: tuple[float, float], *, confidence: float = 0.95
) -> Bounds:
    """Bounds when everyone who is silent may have answered anything on the scale [1]_.

    References
    ----------
    .. [1] Manski, C. F. (1990). Nonparametric bounds on treatment effects. American Economic Review
       Papers and Proceedings, 80(2), 319-323.
    """
    if min(treatment.answered, control.answered) < 2:
        return Bounds(None, None, None, None, reason="TOO_FEW")
    low_t, high_t = (_filled(treatment, end) for end in scale)
    low_c, high_c = (_filled(control, end) for end in scale)
    low, high = low_t[0] - high_c[0], high_t[0] - low_c[0]
    error_low = math.sqrt(low_t[1] + high_c[1])
    error_high = math.sqrt(high_t[1] + low_c[1])
    z = _imbens_manski(high - low, max(error_low, error_high), confidence)
    return _plain_bounds(low, high, low - z * error_low, high + z * error_high)


def _plain_bounds(
    low: float, high: float, ci_low: float, ci_high: float, trimmed: float = 0.0
) -> Bounds:
    """Return bounds as plain numbers of Python; without an interval where nothing varies."""
    if not (math.isfinite(ci_low) and math.isfinite(ci_high)) or ci_low >= ci_high:
        return Bounds(float(low), float(high), None, None, float(trimmed), "ZERO_VARIANCE")
    return Bounds(float(low), float(high), float(ci_low), float(ci_high), float(trimmed))


def _filled(arm: Counted, silent_value: float) -> tuple[float, float]:
    """Return mean and variance of the mean when every silent unit had one value."""
    share = arm.answered / arm.asked
    mean = share * arm.mean + (1 - share) * silent_value
    second = float((arm.values - mean) ** 2 @ arm.counts)
    second += (arm.asked - arm.answered) * (silent_value - mean) ** 2
    return mean, second / arm.asked**2


def lee_bounds(treatment: Counted, control: Counted, *, confidence: float = 0.95) -> Bounds:
    """Trimming bounds for those who would answer under either variant [1]_.

    The variant with the higher response rate has surplus answers; they are trimmed from its top,
    then from its bottom. Needs that a variant moves response one way only. Answers at the cut are
    trimmed in part, so ties cost nothing. The interval covers the effect (Imbens and Manski 2004).

    References
    ----------
    .. [1] Lee, D. S. (2009). Training, wages, and sample selection: estimating sharp bounds on
       treatment effects. Review of Economic Studies, 76(3), 1071-1102.
    """
    if min(treatment.answered, control.answered) < 2:
        return Bounds(None, None, None, None, reason="TOO_FEW")
    rate_t, rate_c = treatment.answered / treatment.asked, control.answered / control.asked
    more_in_treatment = rate_t >= rate_c
    more, fewer = (treatment, control) if more_in_treatment else (control, treatment)
    trim = 1 - min(rate_t, rate_c) / max(rate_t, rate_c)
    trim_variance = _trim_variance(more, fewer)
    lowest, highest = (_trimmed(more, trim, trim_variance, top=top) for top in (True, False))
    still = fewer.mean
    still_variance = float((fewer.values - still) ** 2 @ fewer.counts) / fewer.answered**2
    errors = [math.sqrt(variance + still_variance) for _, variance in (lowest, highest)]
    low, high = lowest[0] - still, highest[0] - still
    if not more_in_treatment:
        low, high, errors = -high, -low, errors[::-1]
    z = _imbens_manski(high - low, max(errors), confidence)
    return _plain_bounds(low, high, low - z * errors[0], high + z * errors[1], trim)


def _trim_variance(more: Counted, fewer: Counted) -> float:
    """Return the variance of the trimmed share, from both response rates (delta method)."""
    rate_more, rate_fewer = more.answered / more.asked, fewer.answered / fewer.asked
    ratio = rate_fewer / rate_more
    relative = (1 - rate_fewer) / (fewer.asked * rate_fewer)
    relative += (1 - rate_more) / (more.asked * rate_more)
    return ratio**2 * relative


def _trimmed(
    arm: Counted, share: float, share_variance: float, *, top: bool
) -> tuple[float, float]:
    """Return the mean without a share of the answers at one end, and its variance (Lee, p. 3)."""
    order = np.argsort(arm.values)
    values, counts = arm.values[order], arm.counts[order].astype(float)
    if top:
        values, counts = values[::-1], counts[::-1]
    remove = share * counts.sum()
    gone = np.minimum(counts, np.maximum(0.0, remove - (np.cumsum(counts) - counts)))
    kept = counts - gone
    n_kept = kept.sum()
    mean = float(values @ kept) / n_kept
    cut = float(values[np.argmax(kept > 0)])
    spread = float(((values - mean) ** 2) @ kept) / n_kept
    variance = spread / n_kept
    variance += (cut - mean) ** 2 * (share / n_kept + share_variance / (1 - share) ** 2)
    return mean, variance


def _imbens_manski(width: float, error: float, confidence: float) -> float:
    """Return the critical value that covers the effect itself, not the whole range of bounds."""
    if not error > 0:
        return 0.0
    low, high = quantile(confidence), quantile(0.5 + confidence / 2)
    for _ in range(60):
        middle = (low + high) / 2
        enough = normal_cdf(middle + width / error) - normal_cdf(-middle) >= confidence
        low, high = (low, middle) if enough else (middle, high)
    return high


def turning_point(
    effect: Effect, treatment: Counted, control: Counted, holds: Callable[[float], bool]
) -> float | None:
    """Return the effect among the silent at which a conclusion about all units turns.

    Parameters
    ----------
    effect
        Among those who answered.
    holds
        Whether the conclusion holds for an effect over all, given as the shift of the estimate.
    """
    asked = treatment.asked + control.asked
    share = (treatment.answered + control.answered) / asked
    if effect.estimate is None or share >= 1:
        return None
    step = max(abs(effect.estimate), effect.standard_error or 1.0)
    low, high = -400.0 * step, 0.0
    if not holds(0.0) or holds(low):
        return None
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return effect.estimate + high / (1 - share)
