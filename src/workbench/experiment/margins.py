"""Margins agreed before: not worse than, and no different from, with the direction of "better"."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from workbench.experiment.distributions import quantile, upper_tail

if TYPE_CHECKING:
    from workbench.experiment.effect import Effect, Level

__all__ = ["Direction", "MarginTest", "equivalence", "gain", "non_inferiority"]

Direction = Literal["increase", "decrease"]


@dataclass(frozen=True, slots=True)
class MarginTest:
    """Whether an effect stays on the agreed side of a margin.

    ``worst`` is the end of the interval on the harmful side, in the metric's own units, and
    ``margin`` the limit in the same units and sign (-3 for "at most 3 points lower").
    """

    holds: bool | None
    p_value: float | None
    worst: float | None
    margin: float
    used: float | None
    """Share of the margin used at worst: 1 is the limit, negative when nothing of it is used."""
    reason: str = ""


def gain(value: float, direction: Direction) -> float:
    """Return the value so that more is better."""
    return value if direction == "increase" else -value


def non_inferiority(effect: Effect, margin: float, direction: Direction) -> MarginTest:
    """Test that the effect is not worse than the margin: the interval's bad end against it.

    Parameters
    ----------
    margin
        Largest loss that is acceptable, a positive number in the metric's units.
    """
    limit = -margin if direction == "increase" else margin
    if effect.ci_low is None or effect.ci_high is None:
        return MarginTest(None, None, None, limit, None, effect.reason or "NO_INTERVAL")
    worst = effect.ci_low if direction == "increase" else effect.ci_high
    p_value = None
    if effect.standard_error and effect.estimate is not None:
        distance = gain(effect.estimate, direction) + margin
        p_value = upper_tail(distance / effect.standard_error, effect.df)
    used = -gain(worst, direction) / margin if margin > 0 else None
    return MarginTest(bool(gain(worst, direction) > -margin), p_value, worst, limit, used)


def relative_margin_test(
    treatment: Level,
    control: Level,
    share: float,
    direction: Direction,
    *,
    covariance: float = 0.0,
    confidence: float = 0.95,
) -> MarginTest:
    """Test a margin that is a share of the control: treatment against (1 - share) x control.

    The control's own uncertainty counts; the worst case is given in the metric's units against the
    margin at the control's estimate.
    """
    sign = 1.0 if direction == "increase" else -1.0
    factor = 1 - sign * share * math.copysign(1.0, control.value)
    distance = sign * (treatment.value - factor * control.value)
    variance = treatment.variance + factor**2 * control.variance - 2 * factor * covariance
    margin = share * abs(control.value)
    limit = -sign * margin
    if not variance > 0 or control.value == 0:
        return MarginTest(None, None, None, limit, None, "ZERO_VARIANCE")
    error = math.sqrt(variance)
    worst_distance = distance - quantile(0.5 + confidence / 2) * error
    return MarginTest(
        bool(worst_distance > 0),
        upper_tail(distance / error),
        sign * (worst_distance - margin),
        limit,
        1 - worst_distance / margin if margin > 0 else None,
    )


def equivalence(effect: Effect, margin: float, *, alpha: float = 0.05) -> MarginTest:
    """Two one-sided tests that the effect is smaller than the margin both ways [1]_.

    The p-value is the larger of the two, and the interval that decides has confidence 1 - 2 alpha.

    References
    ----------
    .. [1] Schuirmann, D. J. (1987). A comparison of the two one-sided tests procedure and the power
       approach. Journal of Pharmacokinetics and Biopharmaceutics, 15(6), 657-680.
    """
    if effect.estimate is None or not effect.standard_error:
        return MarginTest(None, None, None, margin, None, effect.reason or "NO_INTERVAL")
    low = upper_tail((effect.estimate + margin) / effect.standard_error, effect.df)
    high = upper_tail((margin - effect.estimate) / effect.standard_error, effect.df)
    half = quantile(1 - alpha, effect.df) * effect.standard_error
    worst = abs(effect.estimate) + half
    p_value = max(low, high)
    return MarginTest(bool(p_value < alpha), p_value, worst, margin, worst / margin)
