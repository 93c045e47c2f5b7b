"""Less noise from what was known before: regression adjustment from one pass of moments.

The default is Lin's regression with an interaction between variant and covariates [1]_: each
variant has its own slopes, and both are read at the covariate means of all units. CUPED [2]_, with
one slope for all, is an option. A covariate that the treatment has touched is refused.

References
----------
.. [1] Lin, W. (2013). Agnostic notes on regression adjustments to experimental data. Annals of
   Applied Statistics, 7(1), 295-318.
.. [2] Deng, A., Xu, Y., Kohavi, R., & Walker, T. (2013). Improving the sensitivity of online
   controlled experiments by utilizing pre-experiment data. WSDM 2013, 123-132.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from workbench.experiment.distributions import two_sided_p
from workbench.experiment.effect import Effect, Level, no_effect, of_levels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.experiment.moments import Moments

__all__ = [
    "Adjusted",
    "CovariateGap",
    "adjusted_effect",
    "adjusted_levels",
    "covariate_gap",
    "independent_columns",
    "lin_from_rows",
]

LEAK_BELOW = 0.001
Slopes = Literal["lin", "cuped"]


@dataclass(frozen=True, slots=True)
class CovariateGap:
    """How far a covariate, known before, differs between the variants."""

    name: str
    treatment: float
    control: float
    p_value: float | None

    @property
    def is_leak(self) -> bool:
        """Return whether the gap is too large for chance: the treatment has touched it."""
        return self.p_value is not None and self.p_value < LEAK_BELOW


@dataclass(frozen=True, slots=True)
class Adjusted:
    """An adjusted effect and what the adjustment did.

    ``variance_kept`` is the share of the unadjusted variance that is left (1 - R squared);
    ``dropped`` lists covariates that add nothing to the others, or are constant.
    """

    effect: Effect
    variance_kept: float | None
    used: tuple[str, ...]
    dropped: tuple[str, ...]


def covariate_gap(treatment: Moments, control: Moments, name: str) -> CovariateGap:
    """Test whether a covariate has the same mean in both variants (z test)."""
    gap = treatment.mean(name) - control.mean(name)
    p_value = None
    if min(treatment.n, control.n) > 1:
        variance = treatment.variance(name) / treatment.n + control.variance(name) / control.n
        if variance > 0:
            p_value = two_sided_p(gap / math.sqrt(variance))
        elif abs(gap) > 1e-12 * max(1.0, abs(control.mean(name))):
            p_value = 0.0
    return CovariateGap(name, treatment.mean(name), control.mean(name), p_value)


def independent_columns(
    moments: Sequence[Moments], names: Sequence[str], *, tolerance: float = 1e-9
) -> tuple[list[str], list[str]]:
    """Return covariates that can be used in every variant, and those to drop.

    A covariate is dropped when, within some variant, it is constant or a combination of those kept
    before it (pivots of the correlation matrix below ``tolerance``).
    """
    kept: list[str] = []
    dropped: list[str] = []
    for name in names:
        usable = all(_adds_something(arm, kept, name, tolerance) for arm in moments)
        (kept if usable else dropped).append(name)
    return kept, dropped


def _adds_something(moments: Moments, kept: list[str], name: str, tolerance: float) -> bool:
    variance = moments.variance(name) if moments.n > len(kept) + 3 else 0.0
    if not variance > 0:
        return False
    if not kept:
        return True
    gram = moments.covariance(kept, kept)
    cross = moments.covariance(kept, [name])[:, 0]
    return variance - float(cross @ np.linalg.solve(gram, cross)) > tolerance * variance


def adjusted_effect(
    treatment: Moments,
    control: Moments,
    outcome: str,
    covariates: Sequence[str],
    *,
    slopes: Slopes = "lin",
    confidence: float = 0.95,
    lift: str = "fieller",
) -> Adjusted:
    """Difference of means adjusted for covariates known before the assignment.

    The variance counts residuals within each variant, and that the covariate means themselves are
    a sample. Covariates that are constant or collinear are dropped by name; without any left the
    plain difference is returned and ``used`` is empty.
    """
    kept, dropped = independent_columns([treatment, control], covariates)
    method = slopes if kept else "welch"
    if min(treatment.n, control.n) < len(kept) + 3:
        short = no_effect(method, "TOO_FEW", treatment.n, control.n)
        return Adjusted(short, None, tuple(kept), tuple(dropped))
    levels, covariance = adjusted_levels(treatment, control, outcome, kept, slopes=slopes)
    effect = of_levels(
        *levels, confidence=confidence, covariance=covariance, method=method, lift=lift
    )
    plain = treatment.variance(outcome) / treatment.n + control.variance(outcome) / control.n
    now = levels[0].variance + levels[1].variance - 2 * covariance
    return Adjusted(effect, now / plain if plain > 0 else None, tuple(kept), tuple(dropped))


def adjusted_levels(
    treatment: Moments,
    control: Moments,
    outcome: str,
    covariates: Sequence[str],
    *,
    slopes: Slopes = "lin",
) -> tuple[tuple[Level, Level], float]:
    """Return both adjusted levels and their covariance (through the common covariate means)."""
    arms = (treatment, control)
    if not covariates:
        plain = [
            Level(arm.mean(outcome), arm.variance(outcome) / arm.n, arm.n - 1, arm.n)
            for arm in arms
        ]
        return (plain[0], plain[1]), 0.0
    total = arms[0].n + arms[1].n
    centre = np.asarray(sum(arm.n * arm.means(covariates) for arm in arms)) / total
    spread = _pooled_covariance(arms, covariates)
    coefficients = _coefficients(arms, outcome, covariates, slopes)
    levels = [
        _level(arm, outcome, covariates, slope, centre)
        for arm, slope in zip(arms, coefficients, strict=True)
    ]
    shared = [[a @ spread @ b / total for b in coefficients] for a in coefficients]
    wider = [
        Level(level.value, level.variance + float(shared[i][i]), level.df, level.n)
        for i, level in enumerate(levels)
    ]
    return (wider[0], wider[1]), float(shared[0][1])


def _coefficients(
    arms: tuple[Moments, Moments], outcome: str, covariates: Sequence[str], slopes: Slopes
) -> list[np.ndarray]:
    if slopes == "lin":
        return [
            np.linalg.solve(
                arm.covariance(covariates, covariates), arm.covariance(covariates, [outcome])[:, 0]
            )
            for arm in arms
        ]
    gram = sum((arm.n - 1) * arm.covariance(covariates, covariates) for arm in arms)
    cross = sum((arm.n - 1) * arm.covariance(covariates, [outcome])[:, 0] for arm in arms)
    common = np.linalg.solve(np.asarray(gram), np.asarray(cross))
    return [common, common]


def _pooled_covariance(arms: tuple[Moments, Moments], covariates: Sequence[str]) -> np.ndarray:
    within = sum((arm.n - 1) * arm.covariance(covariates, covariates) for arm in arms)
    return np.asarray(within) / (arms[0].n + arms[1].n - 2)


def _level(
    arm: Moments, outcome: str, covariates: Sequence[str], slope: np.ndarray, centre: np.ndarray
) -> Level:
    """Return one variant's mean, moved to the common covariate means along its slopes."""
    gram = arm.covariance(covariates, covariates)
    cross = arm.covariance(covariates, [outcome])[:, 0]
    away = arm.means(covariates) - centre
    df = arm.n - 1 - len(covariates)
    residual = arm.variance(outcome) - 2 * float(slope @ cross) + float(slope @ gram @ slope)
    residual = max(0.0, residual) * (arm.n - 1) / df
    leverage = 1 / arm.n + float(away @ np.linalg.solve(gram, away)) / (arm.n - 1)
    return Level(arm.mean(outcome) - float(slope @ away), residual * leverage, df, arm.n)


def lin_from_rows(
    outcome: np.ndarray, treated: np.ndarray, covariates: np.ndarray, *, confidence: float = 0.95
) -> Effect:
    """Lin's regression with HC2 errors, which need every unit's leverage: a second pass over rows.

    Parameters
    ----------
    outcome, treated, covariates
        One row per unit; ``treated`` is 0 or 1, ``covariates`` has one column each.
    """
    centred = covariates - covariates.mean(axis=0)
    levels: list[Level] = []
    for arm in (1, 0):
        rows = treated == arm
        design = np.column_stack([np.ones(rows.sum()), centred[rows]])
        inverse = np.linalg.pinv(design.T @ design)
        beta = inverse @ design.T @ outcome[rows]
        leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
        share = (design @ inverse[:, 0]) * (outcome[rows] - design @ beta)
        variance = float(np.sum(share**2 / np.clip(1 - leverage, 1e-12, None)))
        df = int(rows.sum()) - design.shape[1]
        levels.append(Level(float(beta[0]), variance, max(df, 1), int(rows.sum())))
    return of_levels(levels[0], levels[1], confidence=confidence, method="lin_hc2")
