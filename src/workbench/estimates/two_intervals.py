"""Whether a number has moved, when all that is left of it are two estimates and intervals."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

__all__ = ["Interval", "p_of_no_change"]


@dataclass(frozen=True)
class Interval:
    """An estimate with its interval and the level of it."""

    estimate: float
    low: float
    high: float
    confidence: float = 0.95


def p_of_no_change(before: Interval, after: Interval) -> float | None:
    """Return the two-sided p-value of no change between two independent groups.

    The half-widths that face each other are squared and added, as Newcombe does for shares [1]_.
    Where the same people answered both times this is cautious.

    Parameters
    ----------
    before, after
        In the same units.

    Returns
    -------
    float or None
        None where both intervals have no width, so that nothing can be tested.

    References
    ----------
    .. [1] Newcombe, R. G. (1998). Interval estimation for the difference between independent
       proportions. Statistics in Medicine, 17(8), 873-890.

    Examples
    --------
    >>> round(p_of_no_change(Interval(60, 58, 62), Interval(57, 55, 59)), 3)
    0.038
    """
    change = after.estimate - before.estimate
    rising = change >= 0
    half_before = before.high - before.estimate if rising else before.estimate - before.low
    half_after = after.estimate - after.low if rising else after.high - after.estimate
    error = math.hypot(half_before / _z(before), half_after / _z(after))
    return math.erfc(abs(change) / error / math.sqrt(2)) if error > 0 else None


def _z(interval: Interval) -> float:
    return NormalDist().inv_cdf((1 + interval.confidence) / 2)
