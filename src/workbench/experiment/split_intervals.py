"""Intervals of one metric in many splits of the same units at once, a row per split.

The formulas are those of :mod:`workbench.experiment.means`, ``ratios`` and ``adjustment``, on
arrays. What an estimator treats in a way of its own (a variant too small, a covariate without
spread, no variance) has no interval here: that split is left to the estimator itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from workbench.experiment.moments import Moments

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["SplitMoments", "split_intervals"]

NO_CUBES = np.zeros(0)
COLLINEAR_BELOW = 1e-9
Arms = tuple["SplitMoments", "SplitMoments"]


@dataclass(frozen=True, slots=True, eq=False)
class SplitMoments:
    """Moments of one variant in every split; as :class:`Moments`, with one more axis in front."""

    names: tuple[str, ...]
    n: np.ndarray
    shift: np.ndarray
    sums: np.ndarray
    products: np.ndarray

    @classmethod
    def of(
        cls,
        names: tuple[str, ...],
        shift: np.ndarray,
        pairs: tuple[np.ndarray, np.ndarray],
        sums: np.ndarray,
    ) -> SplitMoments:
        """Return the moments from rows of n, sums of the columns, and products of ``pairs``."""
        k = len(names)
        products = np.zeros((len(sums), k, k))
        products[:, pairs[0], pairs[1]] = products[:, pairs[1], pairs[0]] = sums[:, k + 1 :]
        return cls(names, np.rint(sums[:, 0]), shift, sums[:, 1 : k + 1], products)

    def split(self, row: int) -> Moments:
        """Return the moments of one split."""
        return Moments(
            self.names,
            int(self.n[row]),
            self.shift,
            self.sums[row],
            self.products[row],
            NO_CUBES,
        )

    def rows(self, chosen: np.ndarray) -> SplitMoments:
        """Return some of the splits."""
        return SplitMoments(
            self.names, self.n[chosen], self.shift, self.sums[chosen], self.products[chosen]
        )

    def places(self, names: Sequence[str]) -> list[int]:
        """Return where the columns stand."""
        return [self.names.index(name) for name in names]

    def means(self, names: Sequence[str]) -> np.ndarray:
        """Return the means of columns, splits by columns."""
        i = self.places(names)
        return self.shift[i] + self.sums[:, i] / self.n[:, None]

    def covariance(self, rows: Sequence[str], columns: Sequence[str]) -> np.ndarray:
        """Return sample covariances, splits by rows by columns."""
        i, j = self.places(rows), self.places(columns)
        outer = self.sums[:, i, None] * self.sums[:, None, j]
        centred = self.products[:, i][:, :, j] - outer / self.n[:, None, None]
        return centred / (self.n - 1)[:, None, None]

    def variance(self, name: str) -> np.ndarray:
        """Return sample variances, exactly 0 when only rounding is left of them."""
        i = self.names.index(name)
        total = self.products[:, i, i]
        centred = total - self.sums[:, i] ** 2 / self.n
        return np.where(centred <= 1e-14 * total, 0.0, centred / (self.n - 1))


@dataclass(frozen=True, slots=True, eq=False)
class _Reading:
    """One variant's outcome in every split, before its mean is moved along the covariates.

    ``variance`` is that of a unit, ``cross`` its covariances with the covariates; a ratio is read
    as each unit's linearised part of it.
    """

    value: np.ndarray
    variance: np.ndarray
    cross: np.ndarray


@np.errstate(all="ignore")
def split_intervals(
    treatment: SplitMoments,
    control: SplitMoments,
    outcome: str,
    denominator: str | None,
    covariates: Sequence[str],
    confidence: float,
) -> np.ndarray:
    """Return both ends of the interval of every split; NaN where the estimator must be asked.

    Parameters
    ----------
    treatment, control
        The same splits.
    outcome, denominator
        Columns of a mean, or of a ratio of sums.
    covariates
        Columns of Lin's regression; none for the plain difference.
    """
    ends = np.full((len(treatment.n), 2), np.nan)
    chosen = np.flatnonzero(np.minimum(treatment.n, control.n) >= len(covariates) + 3)
    for place, name in enumerate(covariates):
        adds = [_adds(arm.rows(chosen), covariates[:place], name) for arm in (treatment, control)]
        chosen = chosen[adds[0] & adds[1]]
    if denominator is not None:
        below = [arm.rows(chosen).means([denominator])[:, 0] for arm in (treatment, control)]
        chosen = chosen[(below[0] != 0) & (below[1] != 0)]
    arms = (treatment.rows(chosen), control.rows(chosen))
    readings = [_reading(arm, outcome, denominator, covariates) for arm in arms]
    varies = readings[0].variance / arms[0].n + readings[1].variance / arms[1].n > 0
    found = _of_levels(arms, readings, covariates, confidence)
    ends[chosen[varies]] = found[varies]
    return ends


def _adds(arm: SplitMoments, kept: Sequence[str], name: str) -> np.ndarray:
    """Return in which splits a covariate is neither constant nor a combination of those kept."""
    variance = arm.variance(name)
    if not kept:
        return variance > 0
    cross = arm.covariance(kept, [name])
    explained = cross.mT @ np.linalg.solve(arm.covariance(kept, kept), cross)
    return (variance > 0) & (variance - explained[:, 0, 0] > COLLINEAR_BELOW * variance)


def _reading(
    arm: SplitMoments, outcome: str, denominator: str | None, covariates: Sequence[str]
) -> _Reading:
    if denominator is None:
        cross = arm.covariance(covariates, [outcome])[:, :, 0]
        return _Reading(arm.means([outcome])[:, 0], arm.variance(outcome), cross)
    both = [outcome, denominator]
    above, below = arm.means(both).T
    ratio = above / below
    s = arm.covariance(both, both)
    spread = s[:, 0, 0] - 2 * ratio * s[:, 0, 1] + ratio**2 * s[:, 1, 1]
    scale = s[:, 0, 0] + ratio**2 * s[:, 1, 1]
    spread = np.where(spread <= 1e-14 * scale, 0.0, spread)
    x = arm.covariance(covariates, both)
    cross = (x[:, :, 0] - ratio[:, None] * x[:, :, 1]) / below[:, None]
    return _Reading(ratio, spread / below**2, cross)


def _of_levels(
    arms: Arms, readings: Sequence[_Reading], covariates: Sequence[str], confidence: float
) -> np.ndarray:
    """Return the ends by Satterthwaite's degrees of freedom; NaN without variance."""
    if covariates:
        values, variances, shared = _adjusted(arms, readings, covariates)
    else:
        values = [reading.value for reading in readings]
        variances = [reading.variance / arm.n for arm, reading in zip(arms, readings, strict=True)]
        shared = np.zeros(len(values[0]))
    difference = values[0] - values[1]
    variance = variances[0] + variances[1] - 2 * shared
    variance[~(variance > 0)] = np.nan
    degrees = [arm.n - 1 - len(covariates) for arm in arms]
    parts = variances[0] ** 2 / degrees[0] + variances[1] ** 2 / degrees[1]
    df = (variances[0] + variances[1]) ** 2 / parts
    half = special.stdtrit(df, 0.5 + confidence / 2) * np.sqrt(variance)
    return np.column_stack([difference - half, difference + half])


def _adjusted(
    arms: Arms, readings: Sequence[_Reading], covariates: Sequence[str]
) -> tuple[list[np.ndarray], list[np.ndarray], np.ndarray]:
    """Return both adjusted levels, their variances, and their covariance."""
    total = arms[0].n + arms[1].n
    means = [arm.means(covariates) for arm in arms]
    grams = [arm.covariance(covariates, covariates) for arm in arms]
    centre = (arms[0].n[:, None] * means[0] + arms[1].n[:, None] * means[1]) / total[:, None]
    within = sum((arm.n - 1)[:, None, None] * gram for arm, gram in zip(arms, grams, strict=True))
    spread = within / (total - 2)[:, None, None]
    slopes = [_solved(gram, one.cross) for gram, one in zip(grams, readings, strict=True)]
    values: list[np.ndarray] = []
    variances: list[np.ndarray] = []
    for arm, one, mean, gram, slope in zip(arms, readings, means, grams, slopes, strict=True):
        away = mean - centre
        residual = one.variance - 2 * _dot(slope, one.cross) + _form(slope, gram, slope)
        residual = np.maximum(0.0, residual) * (arm.n - 1) / (arm.n - 1 - len(covariates))
        leverage = 1 / arm.n + _dot(away, _solved(gram, away)) / (arm.n - 1)
        values.append(one.value - _dot(slope, away))
        variances.append(residual * leverage + _form(slope, spread, slope) / total)
    return values, variances, _form(slopes[0], spread, slopes[1]) / total


def _solved(matrices: np.ndarray, right: np.ndarray) -> np.ndarray:
    return np.linalg.solve(matrices, right[:, :, None])[:, :, 0]


def _dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.vecdot(a, b)


def _form(a: np.ndarray, matrix: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return a' M b of every split."""
    return (a[:, None, :] @ matrix @ b[:, :, None])[:, 0, 0]
