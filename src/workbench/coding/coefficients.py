"""Coefficients of agreement as functions of sums over units: arrays in, numbers out.

Each coefficient is a function of sums over units of a few numbers per unit. A resample of units or
documents is then another set of sums, and two thousand of them are one matrix product.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Codes = NDArray[np.intp]

__all__ = [
    "BrennanPrediger",
    "Coefficient",
    "Cohen",
    "Conger",
    "Fleiss",
    "Gwet",
    "Krippendorff",
    "Percent",
    "Scott",
    "agreement_weights",
    "category_counts",
]


class Coefficient(Protocol):
    """What a coefficient is made of."""

    def rows(self, codes: Codes) -> Floats:
        """Return the numbers of each unit; ``codes`` is units x coders, -1 not coded."""
        ...

    def value(self, totals: Floats) -> Floats:
        """Return the coefficient for one or many sums of rows; nan where it has no value."""
        ...


def category_counts(codes: Codes, k: int) -> Floats:
    """Return units x categories: how many coders put the unit there."""
    counts = np.zeros((len(codes), k))
    for column in codes.T:
        known = column >= 0
        counts[np.flatnonzero(known), column[known]] += 1
    return counts


def agreement_weights(kind: str | None, values: Floats | None, k: int) -> Floats:
    """Return the k x k weights: 1 on the diagonal, less the further apart two categories are.

    ``linear`` and ``quadratic`` use the categories' values, or their ranks where they have none.
    """
    if kind is None:
        return np.eye(k)
    scale = np.arange(k, dtype=float) if values is None else values
    apart = np.abs(scale[:, None] - scale[None, :])
    largest = apart.max(initial=0.0) or 1.0
    return 1 - (apart / largest) ** (1 if kind == "linear" else 2)


def _ratio(above: Floats, below: Floats) -> Floats:
    """Return ``1 - above / below``, nan where there is nothing to divide by."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(below > 1e-12, 1 - above / np.where(below > 1e-12, below, 1.0), np.nan)


def _pair_rows(counts: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return per unit the share of agreeing pairs of coders, and 1 where there is a pair."""
    coders = counts.sum(axis=1)
    paired = coders >= 2
    agreeing = (counts * (counts @ weights.T - 1)).sum(axis=1)
    pairs = np.where(paired, coders * (coders - 1), 1.0)
    return np.where(paired, agreeing / pairs, 0.0), paired.astype(float)


@dataclass(frozen=True)
class Percent:
    """The share of pairs of coders that agree, averaged over units."""

    weights: Floats

    def rows(self, codes: Codes) -> Floats:
        """Return the numbers of each unit that the coefficient sums."""
        counts = category_counts(codes, len(self.weights))
        return np.column_stack(_pair_rows(counts, self.weights))

    def value(self, totals: Floats) -> Floats:
        """Return the coefficient for one or many sums."""
        agreeing, paired = totals[..., 0], totals[..., 1]
        return np.where(paired > 0, agreeing / np.where(paired > 0, paired, 1.0), np.nan)


@dataclass(frozen=True)
class Cohen:
    """Cohen's kappa of two coders; of more, the mean over pairs that have a value."""

    weights: Floats
    n_coders: int

    def rows(self, codes: Codes) -> Floats:
        """Return the numbers of each unit that the coefficient sums."""
        k = len(self.weights)
        found: list[Floats] = []
        for one in range(self.n_coders):
            for other in range(one + 1, self.n_coders):
                table = np.zeros((len(codes), k * k))
                both = (codes[:, one] >= 0) & (codes[:, other] >= 0)
                cells = codes[both, one] * k + codes[both, other]
                table[np.flatnonzero(both), cells] = 1
                found.append(table)
        return np.hstack(found)

    def value(self, totals: Floats) -> Floats:
        """Return the coefficient for one or many sums."""
        return self._mean_of_pairs(totals, self._expected)

    def _mean_of_pairs(
        self, totals: Floats, expected: Callable[[Floats, Floats], Floats]
    ) -> Floats:
        k = len(self.weights)
        tables = totals.reshape(*totals.shape[:-1], -1, k, k)
        n = tables.sum(axis=(-1, -2))
        shares = tables / np.where(n > 0, n, 1.0)[..., None, None]
        observed = (shares * self.weights).sum(axis=(-1, -2))
        by_chance = expected(shares.sum(axis=-1), shares.sum(axis=-2))
        values = np.where(n > 0, _ratio(1 - observed, 1 - by_chance), np.nan)
        known = ~np.isnan(values)
        count = known.sum(axis=-1)
        mean = np.where(known, values, 0.0).sum(axis=-1) / np.where(count > 0, count, 1)
        return np.where(count > 0, mean, np.nan)

    def _expected(self, first: Floats, second: Floats) -> Floats:
        return np.einsum("...i,ij,...j->...", first, self.weights, second)


@dataclass(frozen=True)
class Scott(Cohen):
    """Scott's pi: both coders' categories together say what chance would bring."""

    def value(self, totals: Floats) -> Floats:
        """Return the coefficient for one or many sums."""
        return self._mean_of_pairs(
            totals, lambda one, other: self._expected((one + other) / 2, (one + other) / 2)
        )


@dataclass(frozen=True)
class _Pooled:
    """Coefficients whose chance agreement comes from the pooled shares of categories."""

    weights: Floats

    def rows(self, codes: Codes) -> Floats:
        """Return the numbers of each unit that the coefficient sums."""
        counts = category_counts(codes, len(self.weights))
        coders = counts.sum(axis=1, keepdims=True)
        shares = counts / np.where(coders > 0, coders, 1.0)
        agreeing, paired = _pair_rows(counts, self.weights)
        return np.column_stack([agreeing, paired, coders[:, 0] > 0, shares])

    def value(self, totals: Floats) -> Floats:
        """Return the coefficient for one or many sums."""
        paired = np.where(totals[..., 1] > 0, totals[..., 1], np.nan)
        observed = totals[..., 0] / paired
        coded = np.where(totals[..., 2] > 0, totals[..., 2], np.nan)
        return _ratio(1 - observed, 1 - self.expected(totals[..., 3:] / coded[..., None]))

    def expected(self, shares: Floats) -> Floats:
        """Return the agreement that chance would bring."""
        raise NotImplementedError

    def expected_of_units(self, unit_shares: Floats, shares: Floats) -> Floats:
        """Return each unit's part of it, half the derivative: what the standard error needs."""
        raise NotImplementedError


@dataclass(frozen=True)
class Fleiss(_Pooled):
    """Fleiss' kappa for any number of coders; units may lack some of them (Gwet 2014)."""

    def expected(self, shares: Floats) -> Floats:
        """Return the agreement that chance would bring."""
        return np.einsum("...i,ij,...j->...", shares, self.weights, shares)

    def expected_of_units(self, unit_shares: Floats, shares: Floats) -> Floats:
        """Return each unit's part of it."""
        both = (self.weights @ shares + shares @ self.weights) / 2
        return unit_shares @ both


@dataclass(frozen=True)
class Gwet(_Pooled):
    """Gwet's AC1, and with weights AC2."""

    @property
    def _factor(self) -> float:
        k = len(self.weights)
        return self.weights.sum() / (k * (k - 1)) if k > 1 else np.nan

    def expected(self, shares: Floats) -> Floats:
        """Return the agreement that chance would bring."""
        return self._factor * (shares * (1 - shares)).sum(axis=-1)

    def expected_of_units(self, unit_shares: Floats, shares: Floats) -> Floats:
        """Return each unit's part of it."""
        return self._factor * (unit_shares @ (1 - shares))


@dataclass(frozen=True)
class BrennanPrediger(_Pooled):
    """Brennan and Prediger's coefficient: chance puts a unit in any category alike."""

    def expected(self, shares: Floats) -> Floats:
        """Return the agreement that chance would bring."""
        return np.full(shares.shape[:-1], self.weights.mean())

    def expected_of_units(self, unit_shares: Floats, shares: Floats) -> Floats:  # noqa: ARG002 - alike for all shares
        """Return each unit's part of it."""
        return np.full(len(unit_shares), self.weights.mean())


@dataclass(frozen=True)
class Conger:
    """Conger's kappa: Cohen's for several coders, with each coder's own shares."""

    weights: Floats
    n_coders: int

    def rows(self, codes: Codes) -> Floats:
        """Return the numbers of each unit that the coefficient sums."""
        k = len(self.weights)
        counts = category_counts(codes, k)
        by_coder = [category_counts(codes[:, [coder]], k) for coder in range(self.n_coders)]
        return np.column_stack([*_pair_rows(counts, self.weights), *by_coder])

    def value(self, totals: Floats) -> Floats:
        """Return the coefficient for one or many sums."""
        paired = np.where(totals[..., 1] > 0, totals[..., 1], np.nan)
        observed = totals[..., 0] / paired
        return _ratio(1 - observed, 1 - self.expected(totals[..., 2:]))

    def expected(self, by_coder: Floats) -> Floats:
        """Return the mean over pairs of coders of what chance would bring."""
        r = self.n_coders
        tables = by_coder.reshape(*by_coder.shape[:-1], r, -1)
        n = tables.sum(axis=-1, keepdims=True)
        shares = tables / np.where(n > 0, n, np.nan)
        together = shares.sum(axis=-2)
        all_pairs = np.einsum("...i,ij,...j->...", together, self.weights, together)
        own = np.einsum("...gi,ij,...gj->...", shares, self.weights, shares)
        return (all_pairs - own) / (r * (r - 1))


@dataclass(frozen=True)
class Krippendorff:
    """Krippendorff's alpha: nominal, ordinal, interval or ratio.

    ``values`` are the categories' numbers, needed for interval and ratio.
    """

    level: str
    values: Floats

    def rows(self, codes: Codes) -> Floats:
        """Return the numbers of each unit that the coefficient sums."""
        k = len(self.values)
        counts = category_counts(codes, k)
        coders = counts.sum(axis=1)
        counts[coders < 2] = 0
        below = np.where(coders >= 2, coders - 1, 1.0)[:, None]
        if self.level == "interval":
            first, second = counts @ self.values, counts @ self.values**2
            apart = 2 * (counts.sum(axis=1) * second - first**2) / below[:, 0]
            return np.column_stack([apart, counts.sum(axis=1), first, second])
        if self.level == "ordinal":
            pairs = counts[:, :, None] * counts[:, None, :]
            pairs[:, range(k), range(k)] -= counts
            return np.hstack([(pairs / below[:, :, None]).reshape(len(codes), k * k), counts])
        apart = (counts * (counts @ self.distances)).sum(axis=1) / below[:, 0]
        return np.column_stack([apart, counts])

    @property
    def distances(self) -> Floats:
        """Squared distances between categories, nominal or ratio."""
        k = len(self.values)
        if self.level == "nominal":
            return 1 - np.eye(k)
        apart = self.values[:, None] - self.values[None, :]
        together = self.values[:, None] + self.values[None, :]
        return (apart / np.where(together == 0, 1.0, together)) ** 2

    def value(self, totals: Floats) -> Floats:
        """Return the coefficient for one or many sums."""
        if self.level == "interval":
            apart, n, first, second = (totals[..., column] for column in range(4))
            return _ratio(apart * (n - 1), 2 * (n * second - first**2))
        if self.level == "ordinal":
            return self._ordinal(totals)
        apart, counts = totals[..., 0], totals[..., 1:]
        n = counts.sum(axis=-1)
        expected = (counts * (counts @ self.distances)).sum(axis=-1)
        return _ratio(apart * (n - 1), expected)

    def _ordinal(self, totals: Floats) -> Floats:
        """Alpha of the middle ranks, which is what the ordinal distances amount to."""
        k = len(self.values)
        pairs = totals[..., : k * k].reshape(*totals.shape[:-1], k, k)
        counts = totals[..., k * k :]
        n = counts.sum(axis=-1)
        ranks = np.cumsum(counts, axis=-1) - counts / 2
        square = (counts * ranks**2).sum(axis=-1)
        observed = square - np.einsum("...i,...ij,...j->...", ranks, pairs, ranks)
        expected = n * square - (counts * ranks).sum(axis=-1) ** 2
        return _ratio(observed * (n - 1), expected)
