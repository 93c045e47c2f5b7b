"""Counts, means and centred cross products of columns: all that most effects need.

Moments are kept relative to a fixed shift near the mean, so that merging is adding, and squares are
never taken of large numbers: with mean 1e9 and standard deviation 1 the variance keeps its digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Moments", "merged", "moments_of"]


@dataclass(frozen=True, slots=True)
class Moments:
    """Sums of k columns over n rows, each column counted from its ``shift``.

    ``sums[i]`` is the sum of column i minus its shift, ``products[i, j]`` the sum of products of
    such differences, ``cubes[i]`` the sum of third powers (NaN where nobody asked for it).
    """

    names: tuple[str, ...]
    n: int
    shift: np.ndarray
    sums: np.ndarray
    products: np.ndarray
    cubes: np.ndarray

    def __add__(self, other: Moments) -> Moments:
        """Merge two disjoint groups of rows; both must count from the same shift."""
        return Moments(
            self.names,
            self.n + other.n,
            self.shift,
            self.sums + other.sums,
            self.products + other.products,
            self.cubes + other.cubes,
        )

    def mean(self, name: str) -> float:
        """Return the mean of a column; 0 without rows."""
        i = self.names.index(name)
        return float(self.shift[i] + self.sums[i] / self.n) if self.n else 0.0

    def means(self, names: Sequence[str]) -> np.ndarray:
        """Return the means of several columns."""
        return np.array([self.mean(name) for name in names])

    def covariance(self, rows: Sequence[str], columns: Sequence[str]) -> np.ndarray:
        """Return sample covariances (divided by n - 1) of two lists of columns."""
        i = [self.names.index(name) for name in rows]
        j = [self.names.index(name) for name in columns]
        centred = self.products[np.ix_(i, j)] - np.outer(self.sums[i], self.sums[j]) / self.n
        return centred / (self.n - 1)

    def variance(self, name: str) -> float:
        """Return the sample variance, exactly 0 when only rounding is left of it."""
        i = self.names.index(name)
        total = float(self.products[i, i])
        centred = total - float(self.sums[i]) ** 2 / self.n
        return 0.0 if centred <= 1e-14 * total else centred / (self.n - 1)

    def skewness(self, name: str) -> float:
        """Return the third standardised moment; 0 for a constant."""
        i = self.names.index(name)
        variance = self.variance(name) * (self.n - 1) / self.n
        if not variance > 0:
            return 0.0
        m = float(self.sums[i]) / self.n
        third = float(self.cubes[i]) / self.n - 3 * m * float(self.products[i, i]) / self.n
        return (third + 2 * m**3) / variance**1.5

    def is_safe(self, *, worst: float = 1e6) -> bool:
        """Return whether every shift is near enough to its mean to keep ten digits of a variance.

        A column is far off when its mean lies more than ``sqrt(worst)`` standard deviations from
        the shift, unless the two are the same number to ten digits (a constant).
        """
        if self.n < 2:
            return True
        squared_mean = self.sums**2 / self.n
        centred = np.maximum(np.diag(self.products) - squared_mean, 0)
        near = squared_mean <= 1e-20 * self.shift**2 * self.n
        return bool(np.all(near | (squared_mean <= worst * centred)))


def moments_of(columns: dict[str, np.ndarray], *, shift: dict[str, float] | None = None) -> Moments:
    """Return the moments of arrays of one length, counted from their means unless told otherwise.

    Examples
    --------
    >>> m = moments_of({"y": np.array([1.0, 2.0, 6.0]), "x": np.array([0.0, 1.0, 2.0])})
    >>> m.mean("y"), m.variance("y"), float(m.covariance(["y"], ["x"])[0, 0])
    (3.0, 7.0, 2.5)
    """
    names = tuple(columns)
    table = np.column_stack([np.asarray(columns[name], dtype=float) for name in names])
    base = table.mean(axis=0) if shift is None else np.array([shift[name] for name in names])
    table = table - base
    return Moments(
        names, len(table), base, table.sum(axis=0), table.T @ table, (table**3).sum(axis=0)
    )


def merged(parts: Iterable[Moments]) -> Moments | None:
    """Return the moments of all parts together; None when there are none."""
    total: Moments | None = None
    for part in parts:
        total = part if total is None else total + part
    return total
