"""Drivers of a yes/no or ordered outcome: logit models of all subsets, or latent correlations."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import expit

from workbench.errors import DataError
from workbench.estimates.bootstrap import (
    Draws,
    Replicates,
    Resampled,
    TheSample,
    score_covariance,
)
from workbench.language import Message
from workbench.survey.cumulative import CumulativeFit, fit_cumulative, row_pieces
from workbench.survey.decomposition import divide, given_controls
from workbench.survey.driver_fit import DriverFit, FitOptions, by_driver, fit_drivers
from workbench.survey.effects import STEP, SlopeErrors
from workbench.survey.moments import bent_to_possible
from workbench.survey.polychoric import level_codes, polychoric_correlations
from workbench.survey.subsets import fold_owen, fold_shapley

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from workbench.survey.driver_data import SegmentData
    from workbench.survey.subsets import Floats, Unit

__all__ = ["MOST_LOGIT_DRIVERS", "OutcomeKind", "PseudoR2", "fit_category_drivers", "pseudo_r2"]

OutcomeKind = Literal["number", "binary", "ordinal"]
PseudoR2 = Literal["mcfadden", "nagelkerke", "estrella", "mckelvey_zavoina"]

MOST_LOGIT_DRIVERS = 10
"""All subsets of more drivers are too many logit models."""

_LOGISTIC_VARIANCE = np.pi**2 / 3


def pseudo_r2(
    kind: PseudoR2, log_likelihood: Floats, null: Floats, n: float, linear_variance: Floats
) -> Floats:
    """Return how much a logit model explains, 0-1.

    Parameters
    ----------
    kind
        ``mcfadden``: 1 - l/l0. ``nagelkerke``: Cox and Snell's over its maximum. ``estrella``:
        1 - (l/l0)^(-2 l0/n). ``mckelvey_zavoina``: explained variance of the latent variable.
    log_likelihood, null
        Of the model, and of the model without drivers.
    n
        Answers.
    linear_variance
        Variance of the linear predictor; read by ``mckelvey_zavoina`` alone.
    """
    if kind == "mcfadden":
        return 1 - log_likelihood / null
    if kind == "nagelkerke":
        return np.expm1(2 * (null - log_likelihood) / n) / np.expm1(2 * null / n)
    if kind == "estrella":
        ratio = np.maximum(log_likelihood / null, 1e-300)
        return 1 - ratio ** (-2 * null / n)
    return linear_variance / (linear_variance + _LOGISTIC_VARIANCE)


@dataclass(frozen=True, eq=False)
class _Model:
    """Complete rows of one segment, columns standardised."""

    levels: NDArray[np.intp]
    values: Floats  # value of each level, in the outcome's points
    columns: Floats
    spread: Floats
    weights: Floats
    kind: PseudoR2
    draws: Draws


def fit_category_drivers(
    data: SegmentData, options: FitOptions, outcome_kind: OutcomeKind, kind: PseudoR2
) -> DriverFit:
    """Fit one segment with a yes/no or ordered outcome.

    ``lmg`` and ``dominance`` fit a logit model to every subset. The other methods divide the R2 of
    the latent variables' correlations, which has no limit on the number of drivers. The null band
    is that of the linear model of the levels' values.

    Raises
    ------
    DataError
        If a binary outcome has more than two levels, or there are too many drivers for all
        subsets.
    """
    values, levels = np.unique(data.answers[:, -1], return_inverse=True)
    if outcome_kind == "binary" and values.size != 2:
        raise DataError(
            Message(
                "A binary outcome has two values; '{outcome}' has {found:integer}. Use "
                'outcome_kind="ordinal" or "number".',
                outcome=data.data.outcome_name,
                found=values.size,
            )
        )
    if values.size > 25:
        raise DataError(
            Message(
                "An ordinal outcome has few levels; '{outcome}' has {found:integer} different "
                'values. Use outcome_kind="number".',
                outcome=data.data.outcome_name,
                found=values.size,
            )
        )
    draws: Draws = Resampled(data.sampling(), options.draws, options.seed)
    if options.replicates is not None:
        draws = Replicates(options.replicates[data.rows])
    columns = data.answers[:, :-1]
    spread = columns.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    scaled = (columns - columns.mean(axis=0)) / spread
    model = _Model(levels, values, scaled, spread, data.weights, kind, draws)
    linear = fit_drivers(data, options)
    has_draws = linear.null_shares is not None
    full = _Subset(model, range(scaled.shape[1]))
    fit = replace(linear, **_effect_parts(model, full, data, has_draws=has_draws))
    if options.method in ("lmg", "dominance"):
        parts = _all_subsets(model, data, options, has_draws=has_draws)
    else:
        parts = _latent(data, options, draws, has_draws=has_draws)
    return replace(fit, **parts)


class _Subset:
    """A logit model of some columns, and what its draws would be.

    A draw moves the parameters by one Newton step from the sample's, which is right to the order
    of the sampling error squared.
    """

    def __init__(
        self, model: _Model, columns: Sequence[int], start: CumulativeFit | None = None
    ) -> None:
        self.model = model
        self.chosen = list(columns)
        self.columns = model.columns[:, self.chosen]
        self.fit = fit_cumulative(model.levels, self.columns, model.weights, start=start)
        self.pieces = row_pieces(model.levels, self.columns, self.fit.thresholds, self.fit.slopes)

    def features(self) -> Floats:
        """Return what each row adds to log-likelihood, gradient and information."""
        size = self.pieces.gradient.shape[1]
        first, second = np.triu_indices(size)
        return np.hstack(
            [
                self.pieces.log_likelihood[:, None],
                self.pieces.gradient,
                self.pieces.information[:, first, second],
            ]
        )

    def drawn(self, sums: Floats) -> tuple[Floats, Floats]:
        """Return each draw's log-likelihood ``(draws,)`` and parameters ``(draws, m)``."""
        size = self.pieces.gradient.shape[1]
        gradient = sums[:, 1 : size + 1]
        information = np.empty((len(sums), size, size))
        first, second = np.triu_indices(size)
        information[:, first, second] = information[:, second, first] = sums[:, size + 1 :]
        information[:, range(size), range(size)] += 1e-9 * len(self.columns)
        step = np.linalg.solve(information, gradient[..., None])[..., 0]
        gain = (gradient * step).sum(axis=1) / 2
        return sums[:, 0] + gain, self.fit.parameters + step

    def linear_variance(self, slopes: Floats, covariance: Floats) -> Floats:
        """Return the variance of the linear predictor for each row of slopes."""
        inner = covariance[np.ix_(self.chosen, self.chosen)]
        return np.einsum("dj,jk,dk->d", slopes, inner, slopes)


def _all_subsets(
    model: _Model, data: SegmentData, options: FitOptions, *, has_draws: bool
) -> dict[str, object]:
    """Return importance from a logit model of every subset of drivers."""
    units = data.units
    if len(units) > MOST_LOGIT_DRIVERS:
        raise DataError(
            Message(
                "LMG with a {kind} outcome fits a model to every subset: at most {most:integer} "
                'drivers, {found:integer} were given. Use method="relative_weights", or fewer '
                "drivers.",
                kind=Message("yes/no or ordered"),
                most=MOST_LOGIT_DRIVERS,
                found=len(units),
            )
        )
    weighted = model.columns * model.weights[:, None]
    covariance = weighted.T @ model.columns / model.weights.sum()
    n, count = float(len(model.levels)), len(units)
    cuts = model.values.size - 1
    subsets = _fitted_subsets(model, units, data.controls)
    null = _Subset(model, [])
    tables = [np.empty((1 << count, 1))]
    likelihoods = np.array([[s.fit.log_likelihood] for s in subsets])
    variance = np.array([s.linear_variance(s.fit.slopes[None], covariance) for s in subsets])
    tables[0] = pseudo_r2(model.kind, likelihoods, np.array([null.fit.log_likelihood]), n, variance)
    if has_draws:
        drawn = [np.concatenate(list(model.draws.sums(null.features(), _same, model.weights)))]
        null_drawn = null.drawn(drawn[0])[0]
        table: list[Floats] = []
        for subset in subsets:
            sums = np.concatenate(list(model.draws.sums(subset.features(), _same, model.weights)))
            likelihood, parameters = subset.drawn(sums)
            linear = subset.linear_variance(parameters[:, cuts:], covariance)
            table.append(pseudo_r2(model.kind, likelihood, null_drawn, n, linear))
        tables.append(np.stack(table))
    values = [_folded(table, options) for table in tables]
    found: dict[str, object] = {
        "importance": values[0][:, 0],
        "r2": float(tables[0][-1, 0]),
        "r2_controls": float(tables[0][0, 0]),
    }
    if has_draws:
        found |= {"drawn_importance": values[1], "drawn_r2": tables[1][-1]}
    return found


def _same(rows: Floats) -> Floats:
    return rows


def _fitted_subsets(model: _Model, units: Sequence[Unit], controls: range) -> list[_Subset]:
    """Fit every subset of units beside the controls."""
    fitted: list[_Subset] = []
    for number in range(1 << len(units)):
        inside = [unit for place, unit in enumerate(units) if number >> place & 1]
        fitted.append(_Subset(model, [column for unit in inside for column in unit] + [*controls]))
    return fitted


def _folded(table: Floats, options: FitOptions) -> Floats:
    """Return Shapley values, or Owen values where there are groups."""
    if options.groups is None:
        return fold_shapley(table)
    count = table.shape[0].bit_length() - 1
    values = np.empty((count, table.shape[1]))
    for place, group in enumerate(options.groups):
        others = [g for other, g in enumerate(options.groups) if other != place]
        blocks = [*([member] for member in group), *others]
        rows = np.zeros(1 << len(blocks), np.intp)
        for bit, block in enumerate(blocks):
            chosen = (np.arange(rows.size) >> bit) & 1
            rows += chosen * sum(1 << member for member in block)
        values[list(group)] = fold_owen(table[rows], len(group))
    return values


def _latent(
    data: SegmentData, options: FitOptions, draws: Draws, *, has_draws: bool
) -> dict[str, object]:
    """Return importance from polychoric correlations."""
    codes = [level_codes(column) for column in data.answers.T]
    divider = partial(divide, method=options.method, units=data.units)

    def divided(ways: Draws, *, refine: bool) -> tuple[Floats, Floats, Floats]:
        found = polychoric_correlations(codes, data.weights, ways, refine=refine)
        matrix = bent_to_possible(found)[0]
        given = given_controls(matrix, data.controls)
        left = given_controls(matrix, range(matrix.shape[0] - 1))[-1, -1]
        return divider(given), 1 - left, 1 - given[-1, -1]

    importance, r2, controls = divided(TheSample(), refine=True)
    found: dict[str, object] = {
        "importance": importance[:, 0],
        "r2": float(r2[0]),
        "r2_controls": float(controls[0]),
    }
    if has_draws:
        coarse = divided(TheSample(), refine=False)
        drawn = divided(draws, refine=False)
        found["drawn_importance"] = drawn[0] + (importance - coarse[0])
        found["drawn_r2"] = drawn[1] + (r2 - coarse[1])
    return found


def _effect_parts(
    model: _Model, full: _Subset, data: SegmentData, *, has_draws: bool
) -> dict[str, object]:
    """Return effects on the outcome's mean per +5 points, averaged over respondents."""
    cuts = model.values.size - 1
    parameters = full.fit.parameters
    slopes = full.fit.slopes / model.spread
    share = model.weights / model.weights.sum()
    rise = _rise(model, full.columns, parameters)
    average = float(share @ rise)
    effect = STEP * slopes * average
    influence = _influence(full, parameters, share)
    size = parameters.size
    turn = np.empty(size)
    for place in range(size):
        shift = np.zeros(size)
        shift[place] = 1e-5
        up = share @ _rise(model, full.columns, parameters + shift)
        down = share @ _rise(model, full.columns, parameters - shift)
        turn[place] = (up - down) / 2e-5
    of_average = share * (rise - average) + influence @ turn
    scores = STEP * (influence[:, cuts:] / model.spread * average + of_average[:, None] * slopes)
    units = data.sampling()
    n = len(model.levels)
    df = min(units.degrees_of_freedom, n - 1) - slopes.size
    spare = max(n - 1 - slopes.size, 1)
    covariance = score_covariance(scores, units) * (n - 1) / spare
    if df < 1:
        covariance = np.full_like(covariance, np.nan)
    found: dict[str, object] = {
        "effect": by_driver(effect[:, None], data)[:, 0],
        "errors": SlopeErrors(covariance, float(max(df, 0))),
    }
    if has_draws:
        sums = np.concatenate(list(model.draws.sums(full.features(), _same, model.weights)))
        drawn = full.drawn(sums)[1]
        rises = np.array([share @ _rise(model, full.columns, row) for row in drawn])
        found["drawn_effect"] = by_driver(
            (STEP * drawn[:, cuts:] / model.spread * rises[:, None]).T, data
        )
    return found


def _rise(model: _Model, columns: Floats, parameters: Floats) -> Floats:
    """Return how fast each row's expected outcome rises with its linear predictor."""
    cuts = model.values.size - 1
    below = expit(parameters[:cuts] - (columns @ parameters[cuts:])[:, None])
    return (below * (1 - below)) @ np.diff(model.values)


def _influence(full: _Subset, parameters: Floats, share: Floats) -> Floats:
    """Return what each row adds to the parameters."""
    information = np.einsum("n,nij->ij", share, full.pieces.information)
    information[np.diag_indices(parameters.size)] += 1e-9
    return (share[:, None] * full.pieces.gradient) @ np.linalg.inv(information)
