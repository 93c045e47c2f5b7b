"""Does the machinery say what it claims, on your own data? Re-randomise, and count false alarms.

Every re-assignment of the same units to two variants is an A/A test: the true effect is zero, so an
interval of 95 % must hold zero 95 times in 100. Sums per variant come from one matrix product of
random assignments and columns; the estimators are the very ones that read the experiment.
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
from workbench.experiment.moments import Moments
from workbench.experiment.proportions import proportion_effect
from workbench.experiment.ratios import adjusted_ratio_effect, ratio_effect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workbench.experiment.effect import Effect

__all__ = ["AaMetric", "Calibration", "aa_effects", "binomial_band", "calibrate"]

UNITS_AT_ONCE = 4096
REPLICATIONS_AT_ONCE = 1000
NO_CUBES = np.zeros(0)


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
    effects = aa_effects(
        metrics,
        replications=replications,
        treatment_share=treatment_share,
        confidence=1 - alpha,
        seed=seed,
    )
    for metric, series in zip(metrics, effects, strict=True):
        ends = [(e.ci_low, e.ci_high) for e in series if e.ci_low is not None]
        alarms = sum(low > 0 or (high is not None and high < 0) for low, high in ends)
        n = len(ends)
        low, high = binomial_band(alpha, max(n, 1))
        found.append(
            Calibration(
                name=metric.name,
                replications=n,
                undecided=len(series) - n,
                alarms=alarms,
                rate=alarms / n if n else None,
                band_low=low,
                band_high=high,
                passed=low <= alarms / n <= high if n else None,
            )
        )
    return found


def aa_effects(
    metrics: Sequence[AaMetric],
    *,
    replications: int = 1000,
    treatment_share: float = 0.5,
    confidence: float = 0.95,
    seed: int = 0,
) -> list[list[Effect]]:
    """Return the effects of every re-assignment, a list per metric."""
    _check_length(metrics)
    layouts = [_Layout.of(metric) for metric in metrics]
    table, places = _without_repeats([layout.table for layout in layouts])
    total = table.sum(axis=0, dtype=float)
    found: list[list[Effect]] = [[] for _ in metrics]
    for treated in _treated_sums(table, replications, treatment_share, seed):
        rest = total - treated
        for layout, place, series, metric in zip(layouts, places, found, metrics, strict=True):
            arms = layout.moments(treated[place]), layout.moments(rest[place])
            series.append(metric.effect(*arms, confidence))
    return found


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
) -> Iterator[np.ndarray]:
    """Yield sums over the treated, one array per re-assignment, made in blocks.

    Each unit is assigned on its own, as most systems do: numbers per variant vary by chance.
    """
    generator = np.random.default_rng(seed)
    for first in range(0, replications, REPLICATIONS_AT_ONCE):
        block = min(REPLICATIONS_AT_ONCE, replications - first)
        sums = np.zeros((block, table.shape[1]))
        for start in range(0, len(table), UNITS_AT_ONCE):
            rows = table[start : start + UNITS_AT_ONCE]
            sums += _random_masks(generator, block, len(rows), treatment_share) @ rows
        yield from sums


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

    def moments(self, sums: np.ndarray) -> Moments:
        """Return the moments of one variant from its sums."""
        k = len(self.names)
        products = np.zeros((k, k))
        products[self.pairs] = sums[k + 1 :]
        products.T[self.pairs] = sums[k + 1 :]
        return Moments(self.names, round(sums[0]), self.shift, sums[1 : k + 1], products, NO_CUBES)
