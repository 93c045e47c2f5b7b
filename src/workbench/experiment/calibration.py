"""Does the machinery say what it claims, on your own data? Re-randomise, and count false alarms.

Every re-assignment of the same units to two variants is an A/A test: the true effect is zero, so an
interval of 95 % must hold zero 95 times in 100. Sums per variant come from one matrix product of
random assignments and columns; the estimators are those that read the experiment, over all splits
at once where a split has nothing special.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy import special

from workbench.errors import DataError
from workbench.experiment.adjustment import adjusted_effect
from workbench.experiment.means import mean_effect
from workbench.experiment.proportions import proportion_effect
from workbench.experiment.ratios import adjusted_ratio_effect, ratio_effect
from workbench.experiment.split_intervals import SplitMoments, split_intervals

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workbench.experiment.effect import Effect
    from workbench.experiment.moments import Moments

__all__ = ["AaMetric", "Calibration", "aa_effects", "aa_intervals", "binomial_band", "calibrate"]

UNITS_AT_ONCE = 4096
REPLICATIONS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class AaMetric:
    """Columns of one metric over units that are to be re-assigned; missing values are NaN.

    ``share`` takes ``outcome`` 0 or 1, ``mean`` any numbers, ``ratio`` also a ``denominator``.
    ``covariates`` (one column each) adjust a mean or a ratio by Lin's regression.
    """

    name: str
    kind: Literal["share", "mean", "ratio"]
    outcome: np.ndarray
    denominator: np.ndarray | None = None
    covariates: np.ndarray | None = None

    def columns(self) -> dict[str, np.ndarray]:
        """Return the columns by the names the estimators know them by."""
        found = {"outcome": self.outcome}
        if self.denominator is not None:
            found["denominator"] = self.denominator
        if self.covariates is not None:
            found |= {f"x{i}": column for i, column in enumerate(self.covariates.T)}
        return {name: np.asarray(column, dtype=float) for name, column in found.items()}

    def intervals(
        self, treatment: SplitMoments, control: SplitMoments, confidence: float
    ) -> np.ndarray:
        """Return the ends of :meth:`effect` in every split; NaN where that must be asked."""
        names = [name for name in treatment.names if name.startswith("x")]
        if self.kind == "share" and not names:
            return np.full((len(treatment.n), 2), np.nan)
        below = "denominator" if self.kind == "ratio" else None
        return split_intervals(treatment, control, "outcome", below, names, confidence)

    def effect(self, treatment: Moments, control: Moments, confidence: float) -> Effect:
        """Estimate the effect the way the plan's metric is estimated."""
        names = [name for name in treatment.names if name.startswith("x")]
        if self.kind == "share" and not names:
            hits = [round(arm.mean("outcome") * arm.n) for arm in (treatment, control)]
            return proportion_effect(
                hits[0], treatment.n, hits[1], control.n, confidence=confidence
            )
        pair = (treatment, control)
        if self.kind == "ratio":
            below = ("outcome", "denominator")
            if names:
                return adjusted_ratio_effect(*pair, *below, names, confidence=confidence).effect
            return ratio_effect(*pair, *below, confidence=confidence)
        if names:
            return adjusted_effect(*pair, "outcome", names, confidence=confidence).effect
        return mean_effect(*pair, "outcome", confidence=confidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """False alarms of one metric over re-assignments, against what chance allows.

    An alarm is an interval that does not hold zero; ``undecided`` counts re-assignments without an
    interval. ``passed`` is None when there is none at all.
    """

    name: str
    replications: int
    undecided: int
    alarms: int
    rate: float | None
    band_low: float
    band_high: float
    passed: bool | None


def binomial_band(share: float, n: int, *, confidence: float = 0.999) -> tuple[float, float]:
    """Return the exact central range of an observed share when the true one is ``share``.

    Examples
    --------
    >>> low, high = binomial_band(0.05, 20_000)
    >>> round(low, 4), round(high, 4)
    (0.045, 0.0551)
    """
    tail = (1 - confidence) / 2
    below = special.bdtr(np.arange(n + 1), n, share)
    low, high = np.searchsorted(below, [tail, 1 - tail])
    return float(low / n), float(high / n)


def calibrate(
    metrics: Sequence[AaMetric],
    *,
    replications: int = 1000,
    treatment_share: float = 0.5,
    alpha: float = 0.05,
    seed: int = 0,
) -> list[Calibration]:
    """Re-assign the units many times and count how often "no difference" is rejected.

    Parameters
    ----------
    metrics
        All over the same units, in the same order.
    replications
        Random re-assignments.
    treatment_share
        Planned share of the treatment, 0-1.

    Raises
    ------
    DataError
        If metrics differ in length or have fewer than ten units.
    """
    found: list[Calibration] = []
    intervals = aa_intervals(
        metrics,
        replications=replications,
        treatment_share=treatment_share,
        confidence=1 - alpha,
        seed=seed,
    )
    for metric, ends in zip(metrics, intervals, strict=True):
        low_ends, high_ends = ends[~np.isnan(ends).any(axis=1)].T
        alarms = int(np.sum((low_ends > 0) | (high_ends < 0)))
        n = len(low_ends)
        low, high = binomial_band(alpha, max(n, 1))
        found.append(
            Calibration(
                name=metric.name,
                replications=n,
                undecided=len(ends) - n,
                alarms=alarms,
                rate=alarms / n if n else None,
                band_low=low,
                band_high=high,
                passed=low <= alarms / n <= high if n else None,
            )
        )
    return found


def aa_intervals(
    metrics: Sequence[AaMetric],
    *,
    replications: int = 1000,
    treatment_share: float = 0.5,
    confidence: float = 0.95,
    seed: int = 0,
) -> list[np.ndarray]:
    """Return both ends of every re-assignment's interval, an array per metric; NaN without one."""
    found: list[np.ndarray] = []
    splits = _splits(metrics, replications, treatment_share, seed)
    for metric, arms in zip(metrics, splits, strict=True):
        ends = metric.intervals(*arms, confidence)
        for row in np.flatnonzero(np.isnan(ends[:, 0])).tolist():
            effect = metric.effect(arms[0].split(row), arms[1].split(row), confidence)
            if effect.ci_low is not None and effect.ci_high is not None:
                ends[row] = effect.ci_low, effect.ci_high
        found.append(ends)
    return found


def aa_effects(
    metrics: Sequence[AaMetric],
    *,
    replications: int = 1000,
    treatment_share: float = 0.5,
    confidence: float = 0.95,
    seed: int = 0,
) -> list[list[Effect]]:
    """Return the whole effects of every re-assignment, a list per metric."""
    splits = _splits(metrics, replications, treatment_share, seed)
    return [
        [
            metric.effect(treated.split(row), rest.split(row), confidence)
            for row in range(replications)
        ]
        for metric, (treated, rest) in zip(metrics, splits, strict=True)
    ]


def _splits(
    metrics: Sequence[AaMetric], replications: int, treatment_share: float, seed: int
) -> Iterator[tuple[SplitMoments, SplitMoments]]:
    """Yield each metric's moments of the treated and of the rest, in every re-assignment."""
    _check_length(metrics)
    layouts = [_Layout.of(metric) for metric in metrics]
    table, places = _without_repeats([layout.table for layout in layouts])
    treated = _treated_sums(table, replications, treatment_share, seed)
    rest = table.sum(axis=0, dtype=float) - treated
    for layout, place in zip(layouts, places, strict=True):
        yield layout.moments(treated[:, place]), layout.moments(rest[:, place])


def _without_repeats(
    tables: list[list[np.ndarray]],
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return all different columns in one array of single precision, and each table's places.

    Columns count from their mean and are summed in blocks, so seven digits a value are plenty.
    """
    places: dict[bytes, int] = {}
    kept: list[np.ndarray] = []
    found: list[np.ndarray] = []
    for table in tables:
        own: list[int] = []
        for column in table:
            key = hashlib.sha256(column.tobytes()).digest()
            if key not in places:
                places[key] = len(kept)
                kept.append(column)
            own.append(places[key])
        found.append(np.array(own))
    return np.column_stack(kept), found


def _check_length(metrics: Sequence[AaMetric]) -> None:
    lengths = {len(column) for metric in metrics for column in metric.columns().values()}
    if len(lengths) != 1 or min(lengths) < 10:
        raise DataError(
            "All metrics must cover the same units, at least ten; found "
            f"{sorted(lengths) or 'none'}. Take the columns from one frame."
        )


def _treated_sums(
    table: np.ndarray, replications: int, treatment_share: float, seed: int
) -> np.ndarray:
    """Return sums over the treated, a row per re-assignment, made in blocks.

    Each unit is assigned on its own, as most systems do: numbers per variant vary by chance.
    """
    generator = np.random.default_rng(seed)
    sums = np.zeros((replications, table.shape[1]))
    for first in range(0, replications, REPLICATIONS_AT_ONCE):
        block = sums[first : first + REPLICATIONS_AT_ONCE]
        for start in range(0, len(table), UNITS_AT_ONCE):
            rows = table[start : start + UNITS_AT_ONCE]
            block += _random_masks(generator, len(block), len(rows), treatment_share) @ rows
    return sums


def _random_masks(
    generator: np.random.Generator, replications: int, size: int, share: float
) -> np.ndarray:
    """Return a row of zeros and ones per re-assignment; a fair split needs one random bit each."""
    if share == 0.5:
        width = math.ceil(size / 8)
        raw = np.frombuffer(generator.bytes(replications * width), dtype=np.uint8)
        bits = np.unpackbits(raw.reshape(replications, width), axis=1, count=size)
        return bits.astype(np.float32)
    drawn = generator.random((replications, size), dtype=np.float32)
    return (drawn < share).astype(np.float32)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Which sums a metric needs, as columns: valid, each column, then products of pairs."""

    names: tuple[str, ...]
    shift: np.ndarray
    table: list[np.ndarray]
    pairs: tuple[np.ndarray, np.ndarray]

    @classmethod
    def of(cls, metric: AaMetric) -> _Layout:
        columns = metric.columns()
        valid = np.all([np.isfinite(column) for column in columns.values()], axis=0)
        shift = np.array(
            [column[valid].mean() if valid.any() else 0 for column in columns.values()]
        )
        centred = [
            np.where(valid, column - base, 0.0)
            for column, base in zip(columns.values(), shift, strict=True)
        ]
        pairs = np.triu_indices(len(centred))
        table = [valid.astype(np.float32), *(column.astype(np.float32) for column in centred)]
        for i, j in zip(*pairs, strict=True):
            table.append((centred[i] * centred[j]).astype(np.float32))
        return cls(tuple(columns), shift, table, pairs)

    def moments(self, sums: np.ndarray) -> SplitMoments:
        """Return the moments of one variant from its sums, a row per split."""
        return SplitMoments.of(self.names, self.shift, self.pairs, sums)
