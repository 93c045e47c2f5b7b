"""Effects: points of outcome per +5 points of a driver, the others equal, with their errors.

An effect is the slope of the outcome on a driver in the model of all drivers. Its error is
linearised: each respondent's influence on every correlation, carried through the solution. That
holds with weights, strata, clusters and answers that are missing pair by pair.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from workbench.estimates.bootstrap import (
    Replicates,
    SamplingUnits,
    TheSample,
    score_covariance,
)
from workbench.survey.moments import Moments, moments
from workbench.survey.subsets import SINGULAR

if TYPE_CHECKING:
    from workbench.survey.subsets import Floats

__all__ = [
    "STEP",
    "LinearFit",
    "SlopeErrors",
    "correlation_scores",
    "effects",
    "fit_linear",
    "jackknife_errors",
    "slope_errors",
    "slope_influence",
    "small_sample",
    "variance_inflation",
]

STEP = 5.0
"""An effect is for this many points more on the driver."""

_JACKKNIFE_GROUPS = 40
_NO_VARIANCE = 1e-12


@dataclass(frozen=True, eq=False)
class SlopeErrors:
    """Sampling errors of effects.

    Parameters
    ----------
    covariance
        ``(columns, columns)`` of the effects; columns are drivers, then controls.
    df
        Degrees of freedom.
    """

    covariance: Floats
    df: float


def effects(sample: Moments) -> Floats:
    """Return points of outcome per +5 points of each column, ``(columns, draws)``."""
    sd = sample.sd[:-1]
    ratio = np.where(sd > 0, sample.sd[-1] / np.where(sd > 0, sd, 1.0), 0.0)
    return STEP * sample.slopes * ratio


def variance_inflation(correlation: Floats) -> Floats:
    """Return how much larger a slope's variance is for the other drivers' sake; 1 is none.

    Infinite for a driver that the others determine.
    """
    drivers = correlation[:-1, :-1]
    values, vectors = np.linalg.eigh(drivers)
    limit = SINGULAR * drivers.shape[0]
    lost = (vectors[:, values <= limit] ** 2).sum(axis=1) > 1e-8
    usable = values > limit
    inverse = (vectors[:, usable] ** 2 / values[usable]).sum(axis=1)
    return np.where(lost, np.inf, inverse)


def correlation_scores(values: Floats, weights: Floats, slopes: Floats) -> Floats:
    """Return what each row adds to ``r_j - sum_k R_jk b_k``, the equations the slopes solve.

    Parameters
    ----------
    values
        ``(n, q)``, outcome last; missing answers are ``nan``.
    slopes
        ``(q - 1,)``, standardised.

    Returns
    -------
    Floats
        ``(n, q - 1)``; each column sums to about zero.
    """
    if np.isnan(values).any():
        return _pairwise_scores(values, weights, slopes)
    share = weights / weights.sum()
    centred = values - share @ values
    spread = np.sqrt(share @ centred**2)
    scaled = centred / np.where(spread > 0, spread, 1.0)
    drivers, outcome = scaled[:, :-1], scaled[:, -1]
    residual = outcome - drivers @ slopes
    correlation = (scaled * share[:, None]).T @ scaled
    inner, with_outcome = correlation[:-1, :-1], correlation[:-1, -1]
    own_scale = outcome[:, None] ** 2 * with_outcome - drivers**2 @ (inner * slopes).T
    return share[:, None] * (drivers * residual[:, None] - own_scale / 2)


def _pairwise_scores(values: Floats, weights: Floats, slopes: Floats) -> Floats:
    """Return the scores where each pair of columns has its own rows, means and spreads.

    A pair's influence is a polynomial of its two answers, so all pairs together are a few matrix
    products.
    """
    answered = ~np.isnan(values)
    mask = answered.astype(float)
    count = answered.sum(axis=0)
    centred = values - np.where(answered, values, 0.0).sum(axis=0) / count
    spread = np.sqrt((np.where(answered, centred, 0.0) ** 2).sum(axis=0) / count)
    x = np.where(answered, centred / np.where(spread > 0, spread, 1.0), 0.0)
    weighted = mask * weights[:, None]
    total = np.maximum(weighted.T @ mask, np.finfo(float).tiny)
    mean = (x * weights[:, None]).T @ mask / total
    variance = (x**2 * weights[:, None]).T @ mask / total - mean**2
    product = (x * weights[:, None]).T @ x / total
    usable = (variance > _NO_VARIANCE) & (variance.T > _NO_VARIANCE)
    variance = np.where(usable, variance, 1.0)
    shrink = 1 / np.sqrt(variance * variance.T)
    correlation = (product - mean * mean.T) * shrink
    part = np.where(usable, np.append(-slopes, 1.0) / total, 0.0)
    np.fill_diagonal(part, 0.0)
    own, other = mean, mean.T
    own_square, other_square = correlation / variance, correlation / variance.T
    crossed = part * shrink
    linear = -crossed * other + part * own_square * own
    of_other = -crossed * own + part * other_square * other
    constant = crossed * own * other - part / 2 * (own_square * own**2 + other_square * other**2)
    scores = (
        x * (x @ crossed.T + mask @ linear.T)
        + x @ of_other.T
        + mask @ constant.T
        - x**2 * (mask @ (part * own_square / 2).T)
        - x**2 @ (part * other_square / 2).T
    )
    return (scores * weighted)[:, :-1]


def slope_influence(values: Floats, weights: Floats, sample: Moments, scores: Floats) -> Floats:
    """Return what each row adds to each effect, ``(n, columns)``, in points per +5 points.

    Parameters
    ----------
    scores
        From :func:`correlation_scores`.
    """
    slopes = sample.slopes[:, 0]
    inner = sample.correlation[:-1, :-1, 0]
    inverse = np.linalg.pinv(inner, rcond=SINGULAR * slopes.size, hermitian=True)
    scale = _scale_scores(values, weights)
    influence = scores @ inverse + slopes * (scale[:, -1:] - scale[:, :-1])
    sd = sample.sd[:, 0]
    ratio = np.where(sd[:-1] > 0, sd[-1] / np.where(sd[:-1] > 0, sd[:-1], 1), 0)
    return STEP * ratio * influence


def slope_errors(
    values: Floats, weights: Floats, sample: Moments, units: SamplingUnits, scores: Floats
) -> SlopeErrors:
    """Return the linearised covariance of the effects.

    Parameters
    ----------
    scores
        From :func:`correlation_scores`.
    """
    influence = slope_influence(values, weights, sample, scores)
    covariance = score_covariance(influence, units)
    rows, count = influence.shape
    df = min(units.degrees_of_freedom, rows - 1) - count
    if df < 1:
        return SlopeErrors(np.full_like(covariance, np.nan), 0.0)
    return SlopeErrors(covariance * small_sample(rows, count), float(df))


def small_sample(rows: int, columns: int) -> float:
    """Return by how much residuals of a fitted model are too small, as a factor of variances."""
    return (rows - 1) / max(rows - 1 - columns, 1)


@dataclass(frozen=True, eq=False)
class LinearFit:
    """A weighted linear model and what each row adds to its effects.

    Parameters
    ----------
    effect
        ``(columns,)``: points of outcome per +5 points.
    influence
        ``(n, columns)``, inflated for the number of columns.
    """

    effect: Floats
    influence: Floats
    sample: Moments


def fit_linear(values: Floats, weights: Floats) -> LinearFit:
    """Fit the last column on the others, each pair of columns on all who answered both."""
    sample = moments(values, weights, "pairwise", TheSample())
    scores = correlation_scores(values, weights, sample.slopes[:, 0])
    influence = slope_influence(values, weights, sample, scores)
    inflate = np.sqrt(small_sample(*influence.shape))
    return LinearFit(effects(sample)[:, 0], influence * inflate, sample)


def _scale_scores(values: Floats, weights: Floats) -> Floats:
    """Return what each row adds to the logarithm of each column's standard deviation."""
    answered = ~np.isnan(values)
    share = answered * weights[:, None]
    share = share / share.sum(axis=0)
    filled = np.where(answered, values, 0.0)
    centred = np.where(answered, filled - (share * filled).sum(axis=0), 0.0)
    variance = (share * centred**2).sum(axis=0)
    return share * (centred**2 / np.where(variance > 0, variance, 1.0) - 1) / 2


def jackknife_errors(values: Floats, weights: Floats, units: SamplingUnits) -> SlopeErrors:
    """Return the covariance of effects under EM, from leaving out one group of units at a time."""
    groups = min(_JACKKNIFE_GROUPS, units.count)
    rank = np.empty(units.count, np.intp)
    rank[np.argsort(units.stratum, kind="stable")] = np.arange(units.count)
    of_unit = rank % groups
    of_row = of_unit if units.unit is None else of_unit[units.unit]
    left_out = of_row[:, None] == np.arange(groups)
    replicates = np.where(left_out, 0.0, weights[:, None] * groups / (groups - 1))
    found = effects(moments(values, weights, "em", Replicates(replicates)))
    centred = found - found.mean(axis=1, keepdims=True)
    covariance = centred @ centred.T * (groups - 1) / groups
    return SlopeErrors(covariance, float(groups - 1))
