"""A quantile per variant (the median wait, the 90th percentile) with order-statistic intervals."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from workbench.experiment.distributions import quantile as normal_quantile
from workbench.experiment.distributions import two_sided_p
from workbench.experiment.effect import Effect, Level, no_effect, of_levels

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["QuantileReading", "order_ranks", "quantile_effect", "quantile_reading"]


@dataclass(frozen=True, slots=True)
class QuantileReading:
    """One variant's quantile and its distribution-free interval [1]_.

    ``at`` gives the variant's values at ranks, counted from 0. ``design`` is how much clustering
    widens the interval (1: none).

    References
    ----------
    .. [1] Woodruff, R. S. (1952). Confidence intervals for medians and other position measures.
       Journal of the American Statistical Association, 47(260), 635-646.
    """

    value: float
    ci_low: float
    ci_high: float
    n: int
    at: Callable[[Sequence[int]], Sequence[float]] = field(repr=False, compare=False)
    design: float = 1.0


def order_ranks(
    n: int, share: float, *, confidence: float = 0.95, design: float = 1.0
) -> tuple[int, int, int] | None:
    """Return ranks (from 0) of the quantile and of its interval's ends; None when n is too small.

    Examples
    --------
    >>> order_ranks(100, 0.5)
    (49, 40, 59)
    """
    z = normal_quantile(0.5 + confidence / 2)
    half = z * math.sqrt(n * share * (1 - share) * design)
    low, high = math.ceil(n * share - half) - 1, math.ceil(n * share + half) - 1
    if n < 2 or low < 0 or high > n - 1:
        return None
    return max(0, math.ceil(n * share) - 1), low, high


def quantile_reading(
    values: np.ndarray,
    share: float,
    *,
    confidence: float = 0.95,
    clusters: np.ndarray | None = None,
) -> QuantileReading | None:
    """Return the quantile of one variant with its interval.

    Parameters
    ----------
    values
        One per unit, without missing ones.
    share
        Which quantile, 0-1.
    clusters
        Group of each value; the interval is widened by how much the share below the quantile
        varies between groups (Deng et al. 2018, section 4).
    """
    ordered = np.sort(values)
    plain = order_ranks(len(ordered), share, confidence=confidence)
    if plain is None:
        return None
    design = 1.0
    if clusters is not None:
        design = _design_effect(values <= ordered[plain[0]], clusters)
    ranks = order_ranks(len(ordered), share, confidence=confidence, design=design)
    if ranks is None:
        return None

    def at(places: Sequence[int]) -> list[float]:
        return [float(ordered[place]) for place in places]

    middle, low, high = at(ranks)
    return QuantileReading(middle, low, high, len(ordered), at, design)


def _design_effect(below: np.ndarray, clusters: np.ndarray) -> float:
    """Return the variance of a share by groups over the variance without groups."""
    _, group = np.unique(clusters, return_inverse=True)
    sizes = np.bincount(group)
    hits = np.bincount(group, weights=below.astype(float))
    share = hits.sum() / sizes.sum()
    count = len(sizes)
    plain = share * (1 - share) / sizes.sum()
    if count < 2 or plain <= 0:
        return 1.0
    between = float(((hits - share * sizes) ** 2).sum()) * count / (count - 1) / sizes.sum() ** 2
    return max(1.0, between / plain)


def quantile_effect(
    treatment: QuantileReading | None,
    control: QuantileReading | None,
    counts: tuple[int, int],
    share: float,
    *,
    confidence: float = 0.95,
) -> Effect:
    """Difference of two quantiles by order statistics of both variants.

    The interval inverts the test that as large a share of both variants lies below one value
    (Mood's test, for the median): its ends are differences of order statistics, so no density is
    estimated, and without an effect it errs as often as it says. How far each variant's rank moves
    follows from how wide its own interval is, so the two may be spread differently.
    """
    if treatment is None or control is None:
        return no_effect("order_statistics", "TOO_FEW", *counts)
    z = normal_quantile(0.5 + confidence / 2)
    arms = (treatment, control)
    levels = [
        Level(arm.value, ((arm.ci_high - arm.ci_low) / (2 * z)) ** 2, math.inf, arm.n)
        for arm in arms
    ]
    plain = of_levels(levels[0], levels[1], confidence=confidence, method="order_statistics")
    plain = replace(plain, n_treatment=counts[0], n_control=counts[1])
    if plain.standard_error is None or plain.estimate is None:
        return plain
    total = math.hypot(*(arm.ci_high - arm.ci_low for arm in arms))
    moved = [_moved(arm, share, z * (arm.ci_high - arm.ci_low) / total) for arm in arms]
    low, high = moved[0][0] - moved[1][1], moved[0][1] - moved[1][0]
    if not low < high:
        return plain
    nearer = plain.estimate - low if plain.estimate > 0 else high - plain.estimate
    statistic = z * plain.estimate / nearer if nearer > 0 else 0.0
    return replace(
        plain,
        ci_low=low,
        ci_high=high,
        standard_error=(high - low) / (2 * z),
        p_value=two_sided_p(statistic),
    )


def _moved(arm: QuantileReading, share: float, z: float) -> tuple[float, float]:
    """Return a variant's values ``z`` standard errors of its share below and above the quantile."""
    half = z * math.sqrt(arm.n * share * (1 - share) * arm.design)
    ranks = [math.ceil(arm.n * share + side * half) - 1 for side in (-1, 1)]
    low, high = arm.at([min(max(rank, 0), arm.n - 1) for rank in ranks])
    return low, high
