"""Resampling of respondents, clusters and strata: how often each is drawn, as multipliers.

A statistic of moments needs no resampled rows: multipliers times row products give every draw's
moments in one matrix product.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Codes = NDArray[np.intp]

__all__ = [
    "Draws",
    "Replicates",
    "Resampled",
    "SamplingUnits",
    "TheSample",
    "resampled_multipliers",
    "sampling_units",
    "score_covariance",
]

_CHUNK_VALUES = 4_000_000
_BLOCK_ROWS = 20_000


@dataclass(frozen=True, eq=False)
class SamplingUnits:
    """What was sampled independently: rows, or clusters of rows, within strata.

    Parameters
    ----------
    unit
        Unit of each row, 0, 1, ...; None: each row is its own unit.
    stratum
        Stratum of each unit, 0, 1, ...
    fraction
        Share of the population that was sampled, one per stratum.
    lonely
        Strata (codes) with a single unit: no variance can be seen in them.
    """

    unit: Codes | None
    stratum: Codes
    fraction: Floats
    lonely: tuple[int, ...] = ()

    @property
    def count(self) -> int:
        """How many units there are."""
        return self.stratum.size

    @property
    def degrees_of_freedom(self) -> int:
        """Units minus strata."""
        return self.count - int(np.unique(self.stratum).size)

    def sums(self, rows: Floats, build: Builder, weights: Floats) -> Floats:
        """Add up the weighted features of each unit's rows: ``(units, columns)``."""
        if self.unit is None:
            return build(rows) * weights[:, None]
        unit = self.unit
        parts = [self._block_sums(rows[b], build, weights[b], unit[b]) for b in _blocks(rows)]
        return np.sum(parts, axis=0)

    def _block_sums(self, rows: Floats, build: Builder, weights: Floats, unit: Codes) -> Floats:
        place = (unit, np.arange(len(rows)))
        return csr_array((weights, place), shape=(self.count, len(rows))) @ build(rows)

    def totals(self, scores: Floats) -> Floats:
        """Add up the scores of each unit's rows: ``(units, columns)``."""
        return self.sums(scores, lambda block: block, np.ones(len(scores)))


def sampling_units(
    n_rows: int,
    *,
    strata: Codes | None = None,
    clusters: Codes | None = None,
    fraction: Floats | None = None,
    groups: int | None = None,
) -> SamplingUnits:
    """Describe what was sampled, from codes per row.

    Parameters
    ----------
    strata, clusters
        Codes per row, any whole numbers; None: one stratum; each row its own cluster.
    fraction
        Sampled share of the population per sorted stratum code; None: zero.
    groups
        Without clusters: gather rows into this many groups, in turn, within strata. A draw then
        costs groups instead of rows, at the price of a slightly noisier variance.
    """
    stratum = np.zeros(n_rows, np.intp) if strata is None else _codes(strata)
    unit = None if clusters is None else _codes(clusters)
    if unit is None and groups is not None:
        place = np.empty(n_rows, np.intp)
        place[np.argsort(stratum, kind="stable")] = np.arange(n_rows) % groups
        unit = _codes(stratum * groups + place)
    elif unit is not None:  # a cluster that spans strata is one unit in each
        unit = _codes(stratum * (unit.max(initial=0) + 1) + unit)
    if unit is not None:
        of_unit = np.empty(unit.max(initial=-1) + 1, np.intp)
        of_unit[unit] = stratum
    else:
        of_unit = stratum
    sizes = np.bincount(of_unit)
    shares = np.zeros(sizes.size) if fraction is None else fraction
    lonely = tuple(int(code) for code in np.flatnonzero((sizes == 1) & (shares < 1)))
    return SamplingUnits(unit, of_unit, shares, lonely)


def _codes(values: Codes) -> Codes:
    return np.unique(values, return_inverse=True)[1].astype(np.intp)


def resampled_multipliers(units: SamplingUnits, draws: int, seed: int) -> Iterator[Floats]:
    """Yield how much each unit counts in each draw, ``(draws in this chunk, units)``.

    ``n - 1`` units are drawn with replacement from the ``n`` of a stratum and rescaled [1]_, so
    that variances need no correction even where strata are small. Units of a stratum that holds
    only one stay as they are.

    References
    ----------
    .. [1] Rao, J. N. K. & Wu, C. F. J. (1988). Resampling inference with complex survey data.
       Journal of the American Statistical Association, 83(401), 231-241.
    """
    stratum, fraction = units.stratum.astype(np.intp), units.fraction.astype(float)
    if 0 < stratum.size * draws <= _CHUNK_VALUES:
        yield _at_once(stratum.tobytes(), fraction.tobytes(), draws, seed)
    else:
        yield from _in_chunks(stratum, fraction, draws, seed)


@lru_cache(maxsize=1)
def _at_once(stratum: bytes, fraction: bytes, draws: int, seed: int) -> Floats:
    """Keep the last multipliers: the analyses of one report ask for the same ones in turn."""
    found = next(_in_chunks(np.frombuffer(stratum, np.intp), np.frombuffer(fraction), draws, seed))
    found.flags.writeable = False
    return found


def _in_chunks(stratum: Codes, fraction: Floats, draws: int, seed: int) -> Iterator[Floats]:
    rng = np.random.default_rng(seed)
    chunk = max(1, _CHUNK_VALUES // max(stratum.size, 1))
    members = [np.flatnonzero(stratum == code) for code in np.unique(stratum)]
    whole = len(members) == 1
    for start in range(0, draws, chunk):
        rows = min(chunk, draws - start)
        multipliers = np.ones((rows, stratum.size))
        for code, inside in enumerate(members):
            if inside.size >= 2:
                part = _stratum_multipliers(inside.size, rows, fraction[code], rng)
                if whole:
                    multipliers = part
                else:
                    multipliers[:, inside] = part
        yield multipliers


def _stratum_multipliers(
    size: int, draws: int, fraction: float, rng: np.random.Generator
) -> Floats:
    drawn = rng.integers(0, size, (draws, size - 1), dtype=np.int32).astype(np.int64)
    drawn += (np.arange(draws) * size)[:, None]
    counts = np.bincount(drawn.ravel(), minlength=draws * size).reshape(draws, size)
    shrink = np.sqrt(1 - fraction)
    return (1 - shrink) + (shrink * size / (size - 1)) * counts


Builder = Callable[["Floats"], "Floats"]
"""Makes features (columns to add up) from a block of rows."""


def _blocks(rows: Floats) -> Iterator[slice]:
    """Yield slices of the rows small enough for their features to fit in memory."""
    for start in range(0, max(len(rows), 1), _BLOCK_ROWS):
        yield slice(start, start + _BLOCK_ROWS)


@dataclass(frozen=True, eq=False)
class TheSample:
    """The sample itself, as a single draw."""

    def sums(self, rows: Floats, build: Builder, weights: Floats) -> Iterator[Floats]:
        """Yield weighted sums of the features of the rows, ``(draws in this chunk, columns)``."""
        parts = [weights[block] @ build(rows[block]) for block in _blocks(rows)]
        yield np.sum(parts, axis=0)[None]

    def row_weights(self, weights: Floats) -> Iterator[Floats]:
        """Yield the weight of each row, ``(draws in this chunk, rows)``."""
        yield weights[None]


@dataclass(frozen=True, eq=False)
class Resampled:
    """Draws of the sampling units, with replacement; the same ones each time they are asked for."""

    units: SamplingUnits
    draws: int
    seed: int

    def sums(self, rows: Floats, build: Builder, weights: Floats) -> Iterator[Floats]:
        """Yield weighted sums of the features of the rows, ``(draws in this chunk, columns)``."""
        totals = self.units.sums(rows, build, weights)
        for multipliers in resampled_multipliers(self.units, self.draws, self.seed):
            yield multipliers @ totals

    def row_weights(self, weights: Floats) -> Iterator[Floats]:
        """Yield the weight of each row, ``(draws in this chunk, rows)``."""
        for multipliers in resampled_multipliers(self.units, self.draws, self.seed):
            of_row = multipliers if self.units.unit is None else multipliers[:, self.units.unit]
            yield of_row * weights


@dataclass(frozen=True, eq=False)
class Replicates:
    """Replicate weights made elsewhere, for example raked again in each draw: ``(rows, draws)``."""

    weights: Floats

    def sums(self, rows: Floats, build: Builder, weights: Floats) -> Iterator[Floats]:  # noqa: ARG002 - they replace it
        """Yield weighted sums of the features of the rows, ``(draws in this chunk, columns)``."""
        parts = [self.weights[block].T @ build(rows[block]) for block in _blocks(rows)]
        yield np.sum(parts, axis=0)

    def row_weights(self, weights: Floats) -> Iterator[Floats]:  # noqa: ARG002 - they replace it
        """Yield the weight of each row, ``(draws in this chunk, rows)``."""
        yield self.weights.T


Draws = TheSample | Resampled | Replicates
"""Ways to weight the rows, once or many times."""


def score_covariance(scores: Floats, units: SamplingUnits) -> Floats:
    """Covariance of sums of linearised scores, ``sum_h (1-f) n/(n-1) sum (e - mean)(e - mean)'``.

    Strata with a single unit add nothing, and are named in ``units.lonely``.

    Parameters
    ----------
    scores
        ``(rows, k)``: what each row adds to each of ``k`` estimates.
    """
    totals = units.totals(scores)
    sizes = np.bincount(units.stratum).astype(float)
    means = np.zeros((sizes.size, scores.shape[1]))
    np.add.at(means, units.stratum, totals)
    centred = totals - (means / sizes[:, None])[units.stratum]
    scale = (1 - units.fraction) * sizes / np.maximum(sizes - 1, 1)
    return centred.T @ (centred * scale[units.stratum][:, None])
