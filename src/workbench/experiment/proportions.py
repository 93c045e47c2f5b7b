"""Two shares: score intervals of their difference and ratio, exact tests for few units.

Arrays and counts in, numbers out. The published values are in ``tests/experiment``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy import special

from workbench.errors import DataError
from workbench.experiment.distributions import quantile, two_sided_p, upper_tail
from workbench.experiment.effect import Effect, Lift, no_effect

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "EXACT_UP_TO",
    "Interval",
    "boschloo",
    "fisher",
    "miettinen_nurminen",
    "newcombe",
    "pooled_z",
    "proportion_effect",
    "ratio_interval",
    "score_statistic",
]

Interval = Literal["miettinen_nurminen", "newcombe"]
EXACT_UP_TO = 400
"""With at most this many units in both variants together the p-value is Boschloo's exact one."""


def proportion_effect(
    x_treatment: int,
    n_treatment: int,
    x_control: int,
    n_control: int,
    *,
    interval: Interval = "miettinen_nurminen",
    confidence: float = 0.95,
) -> Effect:
    """Difference of two shares, its score interval, the lift's score interval and one p-value.

    The p-value is Boschloo's (central) up to ``EXACT_UP_TO`` units in all, else the pooled z test.

    Examples
    --------
    >>> effect = proportion_effect(56, 70, 48, 80)
    >>> round(effect.ci_low, 5), round(effect.ci_high, 5), round(effect.p_value, 5)
    (0.05283, 0.33817, 0.00884)
    """
    check_counts(x_treatment, n_treatment, "treatment")
    check_counts(x_control, n_control, "control")
    if min(n_treatment, n_control) < 1:
        return no_effect(interval, "TOO_FEW", n_treatment, n_control)
    counts = (x_treatment, n_treatment, x_control, n_control)
    low, high = _INTERVALS[interval](*counts, confidence=confidence)
    share_t, share_c = x_treatment / n_treatment, x_control / n_control
    exact = n_treatment + n_control <= EXACT_UP_TO
    variance = share_t * (1 - share_t) / n_treatment + share_c * (1 - share_c) / n_control
    return Effect(
        estimate=share_t - share_c,
        ci_low=low,
        ci_high=high,
        p_value=boschloo(*counts) if exact else two_sided_p(pooled_z(*counts)),
        standard_error=math.sqrt(variance) if variance > 0 else None,
        treatment=share_t,
        control=share_c,
        n_treatment=n_treatment,
        n_control=n_control,
        lift=_lift(*counts, confidence=confidence),
        method=interval,
    )


def check_counts(x: int, n: int, variant: str) -> None:
    """Refuse counts that are not whole numbers with 0 <= x <= n."""
    whole = all(float(value).is_integer() for value in (x, n) if math.isfinite(value))
    if not (math.isfinite(x) and math.isfinite(n) and whole and 0 <= x <= n):
        raise DataError(
            f"Counts of the {variant} must be whole numbers with 0 <= successes <= units; "
            f"found {x} of {n}. Count units, not shares."
        )


def pooled_z(x_treatment: int, n_treatment: int, x_control: int, n_control: int) -> float:
    """Return the z statistic of equal shares with the pooled variance; 0 when all are equal.

    Examples
    --------
    >>> round(pooled_z(157, 2435, 235, 2435), 3)
    -4.108
    """
    pooled = (x_treatment + x_control) / (n_treatment + n_control)
    variance = pooled * (1 - pooled) * (1 / n_treatment + 1 / n_control)
    difference = x_treatment / n_treatment - x_control / n_control
    return difference / math.sqrt(variance) if variance > 0 else 0.0


def score_statistic(
    x_treatment: int, n_treatment: int, x_control: int, n_control: int, difference: float
) -> float:
    """Return the score statistic of a difference, with the shares restricted to that difference.

    Miettinen and Nurminen's [1]_: the restricted shares solve a cubic, and the variance carries
    N / (N - 1). Without that factor it is Farrington and Manning's statistic for margins.

    References
    ----------
    .. [1] Miettinen, O., & Nurminen, M. (1985). Comparative analysis of two rates. Statistics in
       Medicine, 4(2), 213-226.
    """
    n = n_treatment + n_control
    restricted = _restricted_control(x_treatment, n_treatment, x_control, n_control, difference)
    share = min(1.0, max(0.0, restricted + difference))
    variance = share * (1 - share) / n_treatment + restricted * (1 - restricted) / n_control
    variance *= n / (n - 1) if n > 1 else 1.0
    gap = x_treatment / n_treatment - x_control / n_control - difference
    if variance <= 1e-300:
        return 0.0 if abs(gap) < 1e-12 else math.copysign(math.inf, gap)
    return gap / math.sqrt(variance)


def _restricted_control(x1: int, n1: int, x0: int, n0: int, difference: float) -> float:
    """Return the control share that is likeliest when the shares differ by ``difference``."""
    n, x = n1 + n0, x1 + x0
    c2 = (n1 + 2 * n0) * difference - n - x
    c1 = (n0 * difference - n - 2 * x0) * difference + x
    c0 = x0 * difference * (1 - difference)
    shift = c2 / (3 * n)
    q = shift**3 - c1 * c2 / (6 * n**2) + c0 / (2 * n)
    p = math.copysign(math.sqrt(max(0.0, shift**2 - c1 / (3 * n))), q if q != 0 else 1.0)
    angle = 0.0 if p == 0 else min(1.0, max(-1.0, q / p**3))
    root = 2 * p * math.cos((math.pi + math.acos(angle)) / 3) - shift
    return min(1.0, 1 - difference, max(0.0, -difference, root))


def miettinen_nurminen(
    x_treatment: int, n_treatment: int, x_control: int, n_control: int, *, confidence: float = 0.95
) -> tuple[float, float]:
    """Return the interval of differences that the score test does not reject."""
    z = quantile(0.5 + confidence / 2)
    difference = x_treatment / n_treatment - x_control / n_control

    def statistic(candidate: float) -> float:
        return score_statistic(x_treatment, n_treatment, x_control, n_control, candidate)

    low = _falling_root(lambda d: statistic(d) - z, -1.0, difference)
    high = _falling_root(lambda d: statistic(d) + z, difference, 1.0)
    return low, high


def _falling_root(function: Callable[[float], float], low: float, high: float) -> float:
    """Return where a falling function crosses zero; an end when it never does."""
    if function(low) <= 0:
        return low
    if function(high) >= 0:
        return high
    for _ in range(80):
        middle = (low + high) / 2
        if middle in (low, high):  # no number lies between them
            return middle
        low, high = (middle, high) if function(middle) > 0 else (low, middle)
    return (low + high) / 2


def newcombe(
    x_treatment: int, n_treatment: int, x_control: int, n_control: int, *, confidence: float = 0.95
) -> tuple[float, float]:
    """Return Newcombe's hybrid of two Wilson intervals (his method 10) [1]_.

    References
    ----------
    .. [1] Newcombe, R. G. (1998). Interval estimation for the difference between independent
       proportions. Statistics in Medicine, 17(8), 873-890.

    Examples
    --------
    >>> low, high = newcombe(56, 70, 48, 80)
    >>> round(low, 5), round(high, 5)
    (0.05243, 0.33387)
    """
    z = quantile(0.5 + confidence / 2)
    share_t, share_c = x_treatment / n_treatment, x_control / n_control
    low_t, high_t = wilson(x_treatment, n_treatment, z)
    low_c, high_c = wilson(x_control, n_control, z)
    difference = share_t - share_c
    low = difference - math.hypot(share_t - low_t, high_c - share_c)
    high = difference + math.hypot(high_t - share_t, share_c - low_c)
    return max(-1.0, low), min(1.0, high)


def wilson(x: int, n: int, z: float) -> tuple[float, float]:
    """Return Wilson's score interval of one share."""
    share = x / n
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return max(0.0, centre - half), min(1.0, centre + half)


_INTERVALS = {"miettinen_nurminen": miettinen_nurminen, "newcombe": newcombe}


def ratio_interval(
    x_treatment: int, n_treatment: int, x_control: int, n_control: int, *, confidence: float = 0.95
) -> tuple[float, float | None]:
    """Return the score interval of the ratio of shares; the upper end is None when unbounded."""
    z = quantile(0.5 + confidence / 2)

    def statistic(log_ratio: float) -> float:
        return _ratio_statistic(x_treatment, n_treatment, x_control, n_control, math.exp(log_ratio))

    if x_treatment == 0:
        high = _falling_root(lambda value: statistic(value) + z, -40.0, 40.0)
        return 0.0, math.exp(high)
    centre = math.log(x_treatment * n_control / (max(x_control, 0.5) * n_treatment))
    low = _falling_root(lambda value: statistic(value) - z, -40.0, centre)
    if x_control == 0:
        return math.exp(low), None
    return math.exp(low), math.exp(_falling_root(lambda value: statistic(value) + z, centre, 40.0))


def _ratio_statistic(x1: int, n1: int, x0: int, n0: int, ratio: float) -> float:
    """Return Miettinen and Nurminen's score statistic of a ratio of shares."""
    n = n1 + n0
    a, b, c = n * ratio, -(n1 * ratio + x1 + n0 + x0 * ratio), x1 + x0
    share_c = 2 * c / (-b + math.sqrt(max(0.0, b * b - 4 * a * c)))
    share_c = min(1.0, 1 / ratio, share_c)
    share_t = share_c * ratio
    variance = share_t * (1 - share_t) / n1 + ratio**2 * share_c * (1 - share_c) / n0
    variance *= n / (n - 1) if n > 1 else 1.0
    gap = x1 / n1 - ratio * x0 / n0
    if variance <= 1e-300:
        return 0.0 if abs(gap) < 1e-12 else math.copysign(math.inf, gap)
    return gap / math.sqrt(variance)


def _lift(x1: int, n1: int, x0: int, n0: int, *, confidence: float) -> Lift:
    if x0 == 0:
        return Lift(reason="CONTROL_ZERO")
    low, high = ratio_interval(x1, n1, x0, n0, confidence=confidence)
    estimate = (x1 / n1) / (x0 / n0) - 1
    if high is None or not math.isfinite(high):
        return Lift(estimate, reason="LIFT_NOT_ESTIMABLE")
    return Lift(estimate, low - 1, high - 1)


def fisher(x_treatment: int, n_treatment: int, x_control: int, n_control: int) -> float:
    """Return Fisher's two-sided p-value: all tables at most as likely as the observed one.

    Examples
    --------
    >>> round(fisher(56, 70, 48, 80), 5)
    0.01252
    """
    successes = x_treatment + x_control
    possible = np.arange(max(0, successes - n_control), min(successes, n_treatment) + 1)
    log_weight = _log_binomial(n_treatment, possible) + _log_binomial(
        n_control, successes - possible
    )
    weight = np.exp(log_weight - special.logsumexp(log_weight))
    observed = weight[x_treatment - possible[0]]
    return float(min(1.0, weight[weight <= observed * (1 + 1e-7)].sum()))


def boschloo(
    x_treatment: int, n_treatment: int, x_control: int, n_control: int, *, grid: int = 400
) -> float:
    """Return Boschloo's exact p-value, twice the smaller side ("central").

    Fisher's one-sided p-value orders the tables; the chance of tables at least as extreme is
    maximised over the common share [1]_.

    References
    ----------
    .. [1] Boschloo, R. D. (1970). Raised conditional level of significance for the 2 x 2-table when
       testing the equality of two probabilities. Statistica Neerlandica, 24(1), 1-9.
    """
    lower, higher = fisher_tails(n_treatment, n_control)
    observed = (x_treatment, x_control)
    from_top = _largest_chance(lower <= lower[observed] * (1 + 1e-9), grid, from_top=True)
    from_bottom = _largest_chance(higher <= higher[observed] * (1 + 1e-9), grid, from_top=False)
    return min(1.0, 2 * min(from_top, from_bottom))


def fisher_tails(n_treatment: int, n_control: int) -> tuple[np.ndarray, np.ndarray]:
    """Return Fisher's one-sided p-values of every table: treatment lower, treatment higher."""
    i = np.arange(n_treatment + 1)[:, None]
    j = np.arange(n_control + 1)[None, :]
    log_weight = _log_binomial(n_treatment, i) + _log_binomial(n_control, j)
    log_weight = log_weight - _log_binomial(n_treatment + n_control, i + j)
    weight = np.exp(log_weight)
    lower, higher = np.empty_like(weight), np.empty_like(weight)
    for total in range(n_treatment + n_control + 1):
        first = np.arange(max(0, total - n_control), min(total, n_treatment) + 1)
        along = weight[first, total - first]
        lower[first, total - first] = np.cumsum(along)
        higher[first, total - first] = np.cumsum(along[::-1])[::-1]
    return lower, higher


def _largest_chance(region: np.ndarray, grid: int, *, from_top: bool) -> float:
    """Return the largest chance of the region over all common shares: a grid, then a closer one.

    Fisher's p-value falls with the control's successes on one side and rises on the other, so in
    each row the region is a run of control counts, from the top or from the bottom.
    """
    run = region.sum(axis=1)
    shares = (np.arange(grid) + 0.5) / grid
    width = 0.5 / grid
    best = 0.0
    for _ in range(4):
        chances = _chances(run, region.shape[1] - 1, shares, from_top=from_top)
        top = int(np.argmax(chances))
        best = max(best, float(chances[top]))
        shares = np.clip(np.linspace(shares[top] - 2 * width, shares[top] + 2 * width, 41), 0, 1)
        width /= 10
    return best


def _chances(run: np.ndarray, n_control: int, shares: np.ndarray, *, from_top: bool) -> np.ndarray:
    """Return the chance of the region at each share; ``run`` control counts long in each row."""
    treatment = _binomial_weights(len(run) - 1, shares)
    control = _binomial_weights(n_control, shares)
    control = control[:, ::-1] if from_top else control
    tail = np.concatenate([np.zeros((len(shares), 1)), np.cumsum(control, axis=1)], axis=1)
    return np.einsum("gi,gi->g", treatment, tail[:, run])


def _binomial_weights(n: int, shares: np.ndarray) -> np.ndarray:
    x = np.arange(n + 1)[None, :]
    share = shares[:, None]
    return np.exp(_log_binomial(n, x) + special.xlogy(x, share) + special.xlog1py(n - x, -share))


def _log_binomial(n: int, x: np.ndarray) -> np.ndarray:
    return special.gammaln(n + 1) - special.gammaln(x + 1) - special.gammaln(n - x + 1)


def non_inferior_p(
    x_treatment: int, n_treatment: int, x_control: int, n_control: int, lowest: float
) -> float:
    """Return the one-sided p-value of "the difference is at most ``lowest``", by the score test."""
    return upper_tail(score_statistic(x_treatment, n_treatment, x_control, n_control, lowest))
