"""Scores on a short scale, from a table of counts per variant: NPS, top box, ranks and odds.

Everything here needs counts of each answer only, so memory and time do not grow with the number of
respondents. Counts are for the answers in rising order.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from workbench.errors import DataError
from workbench.experiment.distributions import chi_square_tail, quantile, two_sided_p
from workbench.experiment.effect import Effect, Level, no_effect, of_levels

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "brunner_munzel",
    "checked_counts",
    "count_level",
    "mann_whitney",
    "nps_effect",
    "nps_values",
    "parallel_odds_p",
    "proportional_odds",
]

DETRACTOR_TOP, PASSIVE_TOP, SCORE_TOP = 6, 8, 10


def nps_values() -> np.ndarray:
    """Return what each score 0 to 10 adds to the NPS: -100, 0 or 100 points."""
    scores = np.arange(SCORE_TOP + 1)
    return np.where(scores > PASSIVE_TOP, 100.0, np.where(scores > DETRACTOR_TOP, 0.0, -100.0))


def checked_counts(
    counts: Sequence[float] | np.ndarray, what: str, *, length: int | None = None
) -> np.ndarray:
    """Return counts as an array, or say why they cannot be counts of answers."""
    array = np.asarray(counts, dtype=float)
    wrong = array.ndim != 1 or (length is not None and len(array) != length)
    if wrong:
        wanted = f"{length} counts" if length else "a list of counts"
        raise DataError(
            f"Counts of the {what} must be {wanted} of answers in rising order; found shape "
            f"{array.shape}. Count how often each answer was given, zeros included."
        )
    if not np.all(np.isfinite(array)) or np.any(array < 0) or np.any(array != np.floor(array)):
        raise DataError(
            f"Counts of the {what} must be whole numbers from 0; found others. Count answers, "
            "not shares."
        )
    return array


def count_level(values: np.ndarray, counts: np.ndarray) -> Level:
    """Return the mean of counted values and the variance of that mean, a multinomial.

    The variance divides by n, as for shares; degrees of freedom are infinite.
    """
    n = int(counts.sum())
    if n == 0:
        return Level(0.0, 0.0, math.inf, 0)
    mean = float(values @ counts) / n
    variance = float(((values - mean) ** 2) @ counts) / n
    return Level(mean, variance / n, math.inf, n)


def nps_effect(
    counts_treatment: Sequence[float] | np.ndarray,
    counts_control: Sequence[float] | np.ndarray,
    *,
    confidence: float = 0.95,
) -> Effect:
    """Difference of two Net Promoter Scores in points, each a trinomial.

    The variance of one NPS is (p + d - (p - d)^2) / n, times 100 squared. There is no lift: zero on
    the NPS scale means nothing.

    Examples
    --------
    >>> effect = nps_effect([0] * 6 + [4, 2, 1, 3, 2], [0] * 6 + [5, 1, 2, 1, 1])
    >>> round(effect.estimate, 2), round(effect.standard_error, 2)
    (38.33, 35.06)
    """
    t = checked_counts(counts_treatment, "treatment", length=SCORE_TOP + 1)
    c = checked_counts(counts_control, "control", length=SCORE_TOP + 1)
    levels = [count_level(nps_values(), counts) for counts in (t, c)]
    return of_levels(levels[0], levels[1], confidence=confidence, method="trinomial", lift="none")


def brunner_munzel(
    counts_treatment: np.ndarray, counts_control: np.ndarray, *, confidence: float = 0.95
) -> Effect:
    """Chance that a treated unit answers higher than a control unit, ties counted half [1]_.

    ``estimate`` is that chance (0.5: no difference); the interval uses t with Brunner and Munzel's
    degrees of freedom and is cut at 0 and 1.

    References
    ----------
    .. [1] Brunner, E., & Munzel, U. (2000). The nonparametric Behrens-Fisher problem: asymptotic
       theory and a small-sample approximation. Biometrical Journal, 42(1), 17-25.
    """
    t, c = np.asarray(counts_treatment, float), np.asarray(counts_control, float)
    n_t, n_c = int(t.sum()), int(c.sum())
    if min(n_t, n_c) < 2:
        return no_effect("brunner_munzel", "TOO_FEW", n_t, n_c)
    above_c = (np.cumsum(c) - c / 2) / n_c
    above_t = (np.cumsum(t) - t / 2) / n_t
    chance = float(above_c @ t) / n_t
    s_t = float(((above_c - chance) ** 2) @ t) / (n_t - 1)
    s_c = float(((above_t - (1 - chance)) ** 2) @ c) / (n_c - 1)
    base = Effect(
        estimate=chance,
        n_treatment=n_t,
        n_control=n_c,
        method="brunner_munzel",
        reason="ZERO_VARIANCE",
    )
    variance = s_t / n_t + s_c / n_c
    if not variance > 0:
        return base
    error = math.sqrt(variance)
    df = variance**2 / ((s_t / n_t) ** 2 / (n_t - 1) + (s_c / n_c) ** 2 / (n_c - 1))
    half = quantile(0.5 + confidence / 2, df) * error
    return Effect(
        estimate=chance,
        ci_low=max(0.0, chance - half),
        ci_high=min(1.0, chance + half),
        p_value=two_sided_p((chance - 0.5) / error, df),
        standard_error=error,
        df=df,
        n_treatment=n_t,
        n_control=n_c,
        method="brunner_munzel",
    )


def mann_whitney(counts_treatment: np.ndarray, counts_control: np.ndarray) -> tuple[float, float]:
    """Return U of the treatment and its two-sided p-value (normal, ties and continuity corrected).

    The same numbers as ``scipy.stats.mannwhitneyu(..., method="asymptotic")`` from counts alone.
    """
    t, c = np.asarray(counts_treatment, float), np.asarray(counts_control, float)
    n_t, n_c, both = t.sum(), c.sum(), t + c
    u = float((np.cumsum(c) - c / 2) @ t)
    n = n_t + n_c
    ties = float((both**3 - both).sum())
    variance = n_t * n_c / 12 * ((n + 1) - ties / (n * (n - 1)))
    if not variance > 0:
        return u, 1.0
    return u, two_sided_p(max(0.0, abs(u - n_t * n_c / 2) - 0.5) / math.sqrt(variance))


def proportional_odds(
    counts_treatment: np.ndarray, counts_control: np.ndarray, *, confidence: float = 0.95
) -> Effect:
    """Odds of a higher answer, treatment against control, equal at every cut (McCullagh 1980).

    ``estimate`` is the odds ratio (1: no difference); interval and p-value are Wald's on the
    logarithm. Reason ``SEPARATED`` when no finite ratio fits.
    """
    t, c = np.asarray(counts_treatment, float), np.asarray(counts_control, float)
    n_t, n_c = int(t.sum()), int(c.sum())
    used = (t + c) > 0
    t, c = t[used], c[used]
    if min(n_t, n_c) < 2 or len(t) < 2:
        reason = "TOO_FEW" if min(n_t, n_c) < 2 else "ZERO_VARIANCE"
        return no_effect("proportional_odds", reason, n_t, n_c)
    higher, lower = (np.cumsum(c) - c) @ t, (np.cumsum(t) - t) @ c
    if min(higher, lower) == 0:
        return no_effect("proportional_odds", "SEPARATED", n_t, n_c)
    log_odds, error = _fit_cumulative_logit(t, c)
    half = quantile(0.5 + confidence / 2) * error
    return Effect(
        estimate=math.exp(log_odds),
        ci_low=math.exp(log_odds - half),
        ci_high=math.exp(log_odds + half),
        p_value=two_sided_p(log_odds / error),
        standard_error=error,
        n_treatment=n_t,
        n_control=n_c,
        method="proportional_odds",
    )


def _fit_cumulative_logit(t: np.ndarray, c: np.ndarray) -> tuple[float, float]:
    """Return the log odds ratio and its standard error by Fisher scoring with halved steps."""
    share = (np.cumsum(t + c) / (t + c).sum())[:-1]
    theta = np.append(special.logit(share), 0.0)
    value = _log_likelihood(theta, t, c)
    for _ in range(60):
        score, information = _score(theta, t, c)
        step = np.linalg.solve(information, score)
        while _log_likelihood(theta + step, t, c) < value - 1e-12 and np.max(np.abs(step)) > 1e-9:
            step = step / 2
        theta = theta + step
        value = _log_likelihood(theta, t, c)
        if np.max(np.abs(step)) < 1e-9:
            break
    _, information = _score(theta, t, c)
    return float(theta[-1]), math.sqrt(float(np.linalg.inv(information)[-1, -1]))


def _cumulative(theta: np.ndarray, treated: bool) -> np.ndarray:
    shifted = theta[:-1] - (theta[-1] if treated else 0.0)
    return np.concatenate([[0.0], special.expit(shifted), [1.0]])


def _log_likelihood(theta: np.ndarray, t: np.ndarray, c: np.ndarray) -> float:
    total = 0.0
    for counts, treated in ((t, True), (c, False)):
        chance = np.diff(_cumulative(theta, treated))
        if np.any(chance[counts > 0] <= 0) or np.any(np.diff(theta[:-1]) <= 0):
            return -math.inf
        total += float(special.xlogy(counts, np.clip(chance, 1e-300, 1)).sum())
    return total


def _score(theta: np.ndarray, t: np.ndarray, c: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the gradient and the expected information of the cumulative logit model."""
    size = len(theta)
    score, information = np.zeros(size), np.zeros((size, size))
    for counts, treated in ((t, True), (c, False)):
        below = _cumulative(theta, treated)
        slope = below * (1 - below)
        chance = np.diff(below)
        gradient = np.zeros((len(chance), size))
        for k in range(size - 1):
            gradient[k, k] += slope[k + 1]
            gradient[k + 1, k] -= slope[k + 1]
        if treated:
            gradient[:, -1] = -np.diff(slope)
        score += gradient.T @ (counts / chance)
        information += counts.sum() * gradient.T @ (gradient / chance[:, None])
    return score, information


def parallel_odds_p(counts_treatment: np.ndarray, counts_control: np.ndarray) -> float | None:
    """Return the p-value of "the odds ratio is the same at every cut", a Brant-type Wald test.

    The log odds ratios at the cuts are compared with their joint covariance. None with fewer than
    two cuts where both variants have answers on either side.
    """
    t, c = np.asarray(counts_treatment, float), np.asarray(counts_control, float)
    below = [np.cumsum(x)[:-1] / x.sum() for x in (t, c)]
    usable = np.all([(b > 0) & (b < 1) for b in below], axis=0)
    usable &= np.append(True, np.any(np.diff(below, axis=1) != 0, axis=0))
    cuts = [b[usable] for b in below]
    if len(cuts[0]) < 2:
        return None
    log_odds = special.logit(cuts[1]) - special.logit(cuts[0])
    covariance = sum(_logit_covariance(b, x.sum()) for b, x in zip(cuts, (t, c), strict=True))
    contrast = np.diff(np.eye(len(log_odds)), axis=0)
    gap = contrast @ log_odds
    statistic = float(gap @ np.linalg.pinv(contrast @ covariance @ contrast.T) @ gap)
    return chi_square_tail(statistic, len(gap))


def _logit_covariance(below: np.ndarray, n: float) -> np.ndarray:
    """Return the covariance of logits of cumulative shares: 1 / (n F_late (1 - F_early))."""
    early, late = np.minimum.outer(below, below), np.maximum.outer(below, below)
    return 1 / (n * late * (1 - early))
