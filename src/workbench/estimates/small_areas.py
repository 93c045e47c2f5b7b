"""Shrink estimates of small groups towards what the other groups say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["ShrunkEstimates", "fay_herriot"]

_MOST_STEPS = 200
_GRID = 200


@dataclass(frozen=True, eq=False)
class ShrunkEstimates:
    """A Fay-Herriot fit.

    Parameters
    ----------
    estimates
        ``weight * direct + (1 - weight) * synthetic``.
    weights
        How much of each direct estimate is kept, 0-1.
    mean_squared_errors
        Of the estimates, with what the estimation of the model adds (Prasad and Rao).
    standard_errors
        For intervals: how far the truth may be when the between variance is itself unsure, averaged
        over all its values by their restricted likelihood. Unlike the former they do not collapse
        when that variance is estimated as zero.
    synthetic
        What the model says of each group without its own answers.
    coefficients
        Of the covariates, the intercept first.
    between_variance
        Variance of the groups around the model.
    """

    estimates: NDArray[np.float64]
    weights: NDArray[np.float64]
    mean_squared_errors: NDArray[np.float64]
    standard_errors: NDArray[np.float64]
    synthetic: NDArray[np.float64]
    coefficients: NDArray[np.float64]
    between_variance: float


def fay_herriot(
    direct: ArrayLike, variances: ArrayLike, covariates: ArrayLike | None = None
) -> ShrunkEstimates:
    """Combine direct estimates with a model of all groups, each as far as it deserves [1]_.

    The variance between groups is estimated by restricted maximum likelihood; mean squared errors
    are Prasad and Rao's [2]_.

    Parameters
    ----------
    direct
        One estimate per group.
    variances
        Their sampling variances, positive.
    covariates
        A row per group, a column per covariate, without the intercept. None: the groups' mean.

    References
    ----------
    .. [1] Fay, R. E., & Herriot, R. A. (1979). Estimates of income for small places. Journal of the
       American Statistical Association, 74(366), 269-277.
    .. [2] Prasad, N. G. N., & Rao, J. N. K. (1990). The estimation of the mean squared error of
       small-area estimators. Journal of the American Statistical Association, 85(409), 163-171.

    Examples
    --------
    >>> fit = fay_herriot([60.0, 70, 80, 90], [4.0, 4, 4, 400])
    >>> fit.weights.round(2).tolist(), fit.estimates.round(1).tolist()
    ([0.96, 0.96, 0.96, 0.19], [60.5, 70.1, 79.6, 74.8])
    """
    values = np.asarray(direct, float)
    errors = np.asarray(variances, float)
    design = np.ones((values.size, 1))
    if covariates is not None:
        design = np.column_stack([design, np.asarray(covariates, float)])
    between = _between_variance(values, errors, design)
    fit = _fit(values, errors, design, between)
    spread = between + errors
    information = float((spread**-2).sum()) / 2
    return ShrunkEstimates(
        fit.estimates,
        between / spread,
        fit.variances + 2 * errors**2 / spread**3 / information,
        _averaged_errors(values, errors, design, fit.estimates),
        design @ fit.coefficients,
        fit.coefficients,
        between,
    )


@dataclass(frozen=True, eq=False)
class _Fit:
    """Estimates for one value of the between variance, and its restricted log-likelihood."""

    estimates: NDArray[np.float64]
    variances: NDArray[np.float64]
    coefficients: NDArray[np.float64]
    likelihood: float


def _fit(
    values: NDArray[np.float64],
    errors: NDArray[np.float64],
    design: NDArray[np.float64],
    between: float,
) -> _Fit:
    spread = between + errors
    weighted = design / spread[:, None]
    core = design.T @ weighted
    inverse = np.linalg.pinv(core)
    coefficients = inverse @ (weighted.T @ values)
    residual = values - design @ coefficients
    kept = between / spread
    variances = kept * errors + (1 - kept) ** 2 * np.einsum("ij,jk,ik->i", design, inverse, design)
    likelihood = -0.5 * float(
        np.log(spread).sum() + np.linalg.slogdet(core)[1] + (residual**2 / spread).sum()
    )
    return _Fit(values - (1 - kept) * residual, variances, coefficients, likelihood)


def _averaged_errors(
    values: NDArray[np.float64],
    errors: NDArray[np.float64],
    design: NDArray[np.float64],
    centre: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Average error around ``centre`` over the between variance, all values alike beforehand."""
    unit = float(np.median(errors) + values.var())
    places = (np.arange(_GRID) + 0.5) / _GRID
    grid = unit * places / (1 - places)
    fits = [_fit(values, errors, design, float(between)) for between in grid]
    logs = np.array([fit.likelihood for fit in fits]) - 2 * np.log(1 - places)
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    squared = np.array([fit.variances + (fit.estimates - centre) ** 2 for fit in fits])
    return np.sqrt(weights @ squared)


def _between_variance(
    values: NDArray[np.float64], errors: NDArray[np.float64], design: NDArray[np.float64]
) -> float:
    """Find the root of the restricted score by halving; zero when it is negative from the start."""

    def score(between: float) -> float:
        inverse = 1 / (between + errors)
        weighted = design * inverse[:, None]
        core = np.linalg.pinv(design.T @ weighted)
        residual = values - design @ (core @ (weighted.T @ values))
        projected = inverse * residual
        trace = inverse.sum() - np.einsum("ij,jk,ik->", weighted, core, weighted)
        return float(projected @ projected - trace)

    if values.size <= design.shape[1] or score(0.0) <= 0:
        return 0.0
    low, high = 0.0, float(errors.mean()) + float(values.var())
    while score(high) > 0:
        high *= 2
    for _ in range(_MOST_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if score(middle) > 0 else (low, middle)
    return (low + high) / 2
