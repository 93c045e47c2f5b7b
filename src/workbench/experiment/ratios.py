"""A ratio of sums per variant (orders per session) by the delta method, plain or adjusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from workbench.experiment.adjustment import Adjusted, independent_columns
from workbench.experiment.effect import Effect, Level, no_effect, of_levels
from workbench.experiment.means import mean_effect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.experiment.moments import Moments

__all__ = ["adjusted_ratio_effect", "denominator_moved", "ratio_effect", "ratio_level"]


def ratio_level(moments: Moments, numerator: str, denominator: str) -> Level | None:
    """Return the ratio of sums and its delta-method variance [1]_; None when the sum below is 0.

    References
    ----------
    .. [1] Deng, A., Knoblich, U., & Lu, J. (2018). Applying the delta method in metric analytics: a
       practical guide with novel ideas. KDD 2018, 233-242.
    """
    below = moments.mean(denominator)
    if below == 0 or moments.n < 2:
        return None
    ratio = moments.mean(numerator) / below
    s = moments.covariance([numerator, denominator], [numerator, denominator])
    spread = float(s[0, 0] - 2 * ratio * s[0, 1] + ratio**2 * s[1, 1])
    scale = float(s[0, 0] + ratio**2 * s[1, 1])
    spread = 0.0 if spread <= 1e-14 * scale else spread
    return Level(ratio, spread / (moments.n * below**2), moments.n - 1, moments.n)


def ratio_effect(
    treatment: Moments,
    control: Moments,
    numerator: str,
    denominator: str,
    *,
    confidence: float = 0.95,
    lift: str = "fieller",
    method: str = "delta_ratio",
) -> Effect:
    """Difference of two ratios of sums. Units with nothing in either sum stay in."""
    levels = [ratio_level(arm, numerator, denominator) for arm in (treatment, control)]
    counts = (treatment.n, control.n)
    if min(counts) < 2:
        return no_effect(method, "TOO_FEW", *counts)
    if levels[0] is None or levels[1] is None:
        return no_effect(method, "DENOMINATOR_ZERO", *counts)
    return of_levels(levels[0], levels[1], confidence=confidence, method=method, lift=lift)


def adjusted_ratio_effect(
    treatment: Moments,
    control: Moments,
    numerator: str,
    denominator: str,
    covariates: Sequence[str],
    *,
    slopes: Literal["lin", "cuped"] = "lin",
    confidence: float = 0.95,
) -> Adjusted:
    """Difference of ratios, adjusted: the linearised ratio is regressed on the covariates.

    Each unit's part is (N - R D) / mean(D) with its variant's own ratio R.
    """
    plain = ratio_effect(treatment, control, numerator, denominator, confidence=confidence)
    kept, dropped = independent_columns([treatment, control], covariates)
    enough = min(treatment.n, control.n) >= len(kept) + 3
    if plain.standard_error is None or not kept or not enough:
        return Adjusted(plain, None, (), tuple(dropped))
    parts = [_linearised(arm, numerator, denominator, kept) for arm in (treatment, control)]
    slope = [np.linalg.solve(part.gram, part.cross) for part in parts]
    if slopes == "cuped":
        gram = sum(part.gram * (part.n - 1) for part in parts)
        cross = sum(part.cross * (part.n - 1) for part in parts)
        slope = [np.linalg.solve(np.asarray(gram), np.asarray(cross))] * 2
    total = parts[0].n + parts[1].n
    centre = np.asarray(sum(part.n * part.means for part in parts)) / total
    spread = np.asarray(sum((part.n - 1) * part.gram for part in parts)) / (total - 2)
    shared = [[float(a @ spread @ b) / total for b in slope] for a in slope]
    levels = [
        _adjusted_level(part, s, centre, shared[i][i])
        for i, (part, s) in enumerate(zip(parts, slope, strict=True))
    ]
    effect = of_levels(
        levels[0],
        levels[1],
        covariance=shared[0][1],
        confidence=confidence,
        method=f"delta_ratio_{slopes}",
    )
    kept_share = None
    if effect.standard_error is not None:
        kept_share = (effect.standard_error / plain.standard_error) ** 2
    return Adjusted(effect, kept_share, tuple(kept), tuple(dropped))


@dataclass(frozen=True, slots=True)
class _Linearised:
    n: int
    ratio: float
    variance: float
    gram: np.ndarray
    cross: np.ndarray
    means: np.ndarray


def _linearised(
    arm: Moments, numerator: str, denominator: str, covariates: Sequence[str]
) -> _Linearised:
    below = arm.mean(denominator)
    ratio = arm.mean(numerator) / below
    s = arm.covariance([numerator, denominator], [numerator, denominator])
    x = arm.covariance(covariates, [numerator, denominator])
    return _Linearised(
        arm.n,
        ratio,
        float(s[0, 0] - 2 * ratio * s[0, 1] + ratio**2 * s[1, 1]) / below**2,
        arm.covariance(covariates, covariates),
        (x[:, 0] - ratio * x[:, 1]) / below,
        arm.means(covariates),
    )


def _adjusted_level(
    part: _Linearised, slope: np.ndarray, centre: np.ndarray, shared: float
) -> Level:
    away = part.means - centre
    df = part.n - 1 - len(slope)
    residual = part.variance - 2 * float(slope @ part.cross) + float(slope @ part.gram @ slope)
    residual = max(0.0, residual) * (part.n - 1) / df
    leverage = 1 / part.n + float(away @ np.linalg.solve(part.gram, away)) / (part.n - 1)
    return Level(part.ratio - float(slope @ away), residual * leverage + shared, df, part.n)


def denominator_moved(
    treatment: Moments, control: Moments, denominator: str, *, alarm: float = 0.01
) -> float | None:
    """Return the p-value of "the mean below the line is equal" when it is under the alarm.

    When the denominator moves, a ratio mixes two effects, and says little about either.
    """
    p_value = mean_effect(treatment, control, denominator).p_value
    return p_value if p_value is not None and p_value < alarm else None
