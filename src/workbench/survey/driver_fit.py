"""One segment's driver analysis in numbers: point estimates, draws, null band, effects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from workbench.estimates.bootstrap import Replicates, Resampled, TheSample
from workbench.survey.decomposition import (
    ImportanceMethod,
    divide,
    given_controls,
    importance_forms,
    owen,
)
from workbench.survey.drawn_moments import drawn_moments
from workbench.survey.effects import (
    SlopeErrors,
    correlation_scores,
    effects,
    jackknife_errors,
    slope_errors,
)
from workbench.survey.moments import MissingRule, Moments, moments
from workbench.survey.null_band import flipped_scores, null_shares
from workbench.survey.orders import sampled_shapley

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from workbench.survey.driver_data import SegmentData
    from workbench.survey.subsets import Floats, Unit

__all__ = [
    "EXACT_UNITS",
    "DriverFit",
    "FitOptions",
    "by_driver",
    "driver_errors",
    "fit_drivers",
    "shares",
]

EXACT_UNITS = 24
"""With more drivers than this, LMG is estimated from random orders of entry."""

_EXACT_DRAW_UNITS = 18
_NULL_FLIPS = 2000
_POINT_ORDERS = 2000
_DRAW_ORDERS = 100
_FORM_ORDERS = 200

Divide = Callable[["Floats"], "Floats"]


@dataclass(frozen=True, kw_only=True, eq=False)
class FitOptions:
    """What :func:`fit_drivers` is asked for.

    Parameters
    ----------
    groups
        Places of the drivers of each group; None: no groups.
    replicates
        ``(rows of the answers, draws)``: replicate weights instead of resampling.
    """

    method: ImportanceMethod
    missing: MissingRule
    draws: int
    seed: int
    groups: Sequence[Sequence[int]] | None = None
    replicates: Floats | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class DriverFit:
    """Arrays over the drivers that take part (``k`` of them), and draws.

    Parameters
    ----------
    importance
        ``(k,)`` in R2; with controls, what the drivers add to them.
    order_error
        Standard error from sampling orders of entry; None when all subsets were used.
    r2, r2_controls
        Explained by everything; by the controls alone.
    effect, effect_covariance, effect_df
        Points of outcome per +5; None for categories.
    sample
        Moments of the columns, outcome last.
    null_high
        ``(k,)``: upper end of the null band; None without draws.
    drawn_importance, drawn_r2, drawn_effect, drawn_mean
        ``(k, draws)``, ``(draws,)``, ``(k, draws)``, ``(q, draws)``; None without draws.
    """

    importance: Floats
    order_error: Floats | None
    r2: float
    r2_controls: float
    effect: Floats
    errors: SlopeErrors
    sample: Moments
    null_shares: Floats | None = None
    drawn_importance: Floats | None = None
    drawn_r2: Floats | None = None
    drawn_effect: Floats | None = None
    drawn_mean: Floats | None = None
    drawn_smallest: Floats | None = None

    @property
    def share(self) -> Floats:
        """Importance over its sum."""
        return shares(self.importance)


def shares(importance: Floats) -> Floats:
    """Return importance over its sum, in each draw; zero where nothing is explained."""
    total = importance.sum(axis=0)
    explains = np.abs(total) > 1e-15
    return np.where(explains, importance / np.where(explains, total, 1.0), 0.0)


def fit_drivers(data: SegmentData, options: FitOptions) -> DriverFit:
    """Fit one segment.

    The draws depend on the seed alone, so a segment has the same numbers whatever else is in the
    frame.
    """
    values, weights = data.answers, data.weights
    sample = moments(values, weights, options.missing, TheSample())
    point = _divider(data.units, options, _POINT_ORDERS, EXACT_UNITS)
    given = given_controls(sample.correlation, data.controls)
    importance = point(given)[:, 0]
    units = data.sampling()
    slopes = sample.slopes[:, 0]
    is_em = options.missing == "em" and bool(np.isnan(values).any())
    scores = None if is_em else correlation_scores(values, weights, slopes)
    if scores is None:
        errors = jackknife_errors(values, weights, units)
    else:
        errors = slope_errors(values, weights, sample, units, scores)
    fit = partial(
        DriverFit,
        importance=importance,
        order_error=_order_error(given, data.units, options),
        r2=float(1 - _unexplained(sample)[0]),
        r2_controls=float(1 - given[-1, -1, 0]),
        effect=by_driver(effects(sample), data)[:, 0],
        errors=errors,
        sample=sample,
    )
    if options.draws == 0 and options.replicates is None:
        return fit()
    if options.replicates is None:
        ways = Resampled(units, options.draws, options.seed)
        drawn = drawn_moments(values, weights, options.missing, ways)
    else:
        ways = Replicates(options.replicates[data.rows])
        drawn = moments(values, weights, options.missing, ways)
    if scores is None:
        noise = _drawn_noise(drawn, slopes)
    else:
        noise = flipped_scores(scores, units, _NULL_FLIPS, np.random.default_rng(options.seed))
    form = _divider(data.units, options, _FORM_ORDERS, _EXACT_DRAW_UNITS)
    inner = given[:-1, :-1, 0]
    forms = importance_forms(inner, form)
    if options.replicates is not None:
        fit = partial(
            fit, errors=SlopeErrors(np.cov(effects(drawn)).reshape(2 * slopes.shape), errors.df)
        )
    return fit(
        null_shares=null_shares(
            sample.correlation[..., 0], data.units, data.n_controls, noise, forms
        ),
        drawn_importance=_drawn_importance(given, drawn, data, options),
        drawn_r2=1 - _unexplained(drawn),
        drawn_effect=by_driver(effects(drawn), data),
        drawn_mean=drawn.mean,
        drawn_smallest=drawn.smallest,
    )


def _drawn_importance(
    given: Floats, drawn: Moments, data: SegmentData, options: FitOptions
) -> Floats:
    """Return importance in each draw; with sampled orders, moved by what the sampling is off."""
    given_draws = given_controls(drawn.correlation, data.controls)
    divide_draws = _divider(data.units, options, _DRAW_ORDERS, _EXACT_DRAW_UNITS)
    found = divide_draws(given_draws)
    if _is_sampled(data.units, options, _EXACT_DRAW_UNITS):
        exact = _divider(data.units, options, _POINT_ORDERS, EXACT_UNITS)(given)
        found = found + (exact - divide_draws(given))
    return found


def _is_sampled(units: Sequence[Unit], options: FitOptions, most: int) -> bool:
    is_lmg = options.method in ("lmg", "dominance")
    return is_lmg and options.groups is None and len(units) > most


def _divider(units: Sequence[Unit], options: FitOptions, orders: int, most: int) -> Divide:
    """Return what divides R2 among the units of a batch of matrices."""
    if options.groups is not None and options.method in ("lmg", "dominance"):
        return partial(_owen_in_order, units=units, groups=options.groups)
    if _is_sampled(units, options, most):

        def sample_orders(matrix: Floats) -> Floats:
            rng = np.random.default_rng(options.seed)
            return sampled_shapley(matrix, units, orders, rng)[0]

        return sample_orders
    return partial(divide, method=options.method, units=units)


def _owen_in_order(
    matrix: Floats, *, units: Sequence[Unit], groups: Sequence[Sequence[int]]
) -> Floats:
    """Return Owen values in the order of the units."""
    values = owen(matrix, [[units[place] for place in group] for group in groups])
    found = np.empty((len(units), matrix.shape[2]))
    for group, part in zip(groups, values, strict=True):
        found[list(group)] = part
    return found


def _order_error(given: Floats, units: Sequence[Unit], options: FitOptions) -> Floats | None:
    if not _is_sampled(units, options, EXACT_UNITS):
        return None
    rng = np.random.default_rng(options.seed)
    return sampled_shapley(given, units, _POINT_ORDERS, rng)[1][:, 0]


def _unexplained(sample: Moments) -> Floats:
    """Return the share of the outcome's variance that all columns leave, per draw."""
    count = sample.correlation.shape[0] - 1
    return given_controls(sample.correlation, range(count))[-1, -1]


def by_driver(found: Floats, data: SegmentData) -> Floats:
    """Return the effects of drivers with one column; categories have none."""
    rows: list[Floats] = []
    for place, unit in zip(data.kept, data.units, strict=True):
        is_category = data.data.is_category[place]
        rows.append(np.full(found.shape[1], np.nan) if is_category else found[unit[0]])
    return np.stack(rows) if rows else np.empty((0, found.shape[1]))


def _drawn_noise(drawn: Moments, slopes: Floats) -> Floats:
    """Return chance deviations of the correlations, from draws: for EM, which has no scores."""
    inner, outcome = drawn.correlation[:-1, :-1], drawn.correlation[:-1, -1]
    noise = outcome - np.einsum("jkb,k->jb", inner, slopes)
    return noise - noise.mean(axis=1, keepdims=True)


def driver_errors(fit: DriverFit, data: SegmentData) -> NDArray[np.float64]:
    """Return the standard error of each driver's effect; ``nan`` for categories."""
    variances = np.diag(fit.errors.covariance)
    first = [unit[0] for unit in data.units]
    errors = np.sqrt(np.maximum(variances[first], 0))
    return np.where(np.isnan(fit.effect), np.nan, errors)
