"""R2 of every subset of drivers in one sweep, and what is read off that table.

A driver is swept into the covariance matrix once for all subsets that hold it (a Schur
complement), so the whole table costs a handful of multiplications per subset instead of a solve
per subset. Row ``s`` of a table is the subset whose drivers are the set bits of ``s``.

Arrays in, arrays out: no frames, no intervals.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Unit = tuple[int, ...]

__all__ = [
    "MAX_UNITS",
    "explained_by_subsets",
    "fold_complete",
    "fold_conditional",
    "fold_interaction",
    "fold_owen",
    "fold_shapley",
    "single_units",
]

MAX_UNITS = 24
"""The most units a table is made for: 2**24 subsets are 134 MB."""

SINGULAR = 1e-10
"""A driver whose variance given the others is below this share of its own adds nothing."""

_BLOCK = 1 << 12
_SMALL = 1 << 14


def single_units(count: int) -> list[Unit]:
    """Return one unit per driver."""
    return [(index,) for index in range(count)]


def explained_by_subsets(matrix: Floats, units: Sequence[Unit]) -> Floats:
    """Return the share of the outcome's variance that each subset of units explains.

    Parameters
    ----------
    matrix
        Correlation matrices, outcome last: ``(m, m)``, or ``(m, m, draws)``.
    units
        Columns that enter together: one per driver, several for a group or a set of dummies.

    Returns
    -------
    Floats
        ``(2 ** len(units), draws)``; without the last axis for a single matrix.
    """
    columns = [column for unit in units for column in unit]
    order = np.array([*columns, matrix.shape[0] - 1])
    batch = matrix[..., None] if matrix.ndim == 2 else matrix
    sorted_matrix = np.ascontiguousarray(batch[np.ix_(order, order)])
    widths = [len(unit) for unit in units]
    table = np.empty((1 << len(units), batch.shape[2]))
    _fill(sorted_matrix, widths, table, max(_BLOCK, table.size >> 5))
    total = batch[-1, -1]
    if not (total == 1.0).all():
        table /= total
    np.subtract(1.0, table, out=table)
    return table[:, 0] if matrix.ndim == 2 else table


def _fill(matrix: Floats, widths: list[int], left: Floats, block: int) -> None:
    """Write the outcome's variance left unexplained by each subset of the units into ``left``.

    Blocks of the table are made one by one, so that the working copy stays small beside it.
    """
    if not widths:
        left[0] = matrix[-1, -1]
        return
    if left.size <= block or len(widths) == 1:
        left[:] = _doubled(matrix, widths).reshape(left.shape)
        return
    half, last = left.shape[0] // 2, sum(widths[:-1])
    kept = [*range(last), matrix.shape[0] - 1]
    _fill(np.ascontiguousarray(matrix[np.ix_(kept, kept)]), widths[:-1], left[:half], block)
    for _ in range(widths[-1]):
        matrix = _swept(matrix, last)
    _fill(matrix, widths[:-1], left[half:], block)


def _swept(matrix: Floats, pivot: int) -> Floats:
    """Return the covariance of the other variables given the pivot, the pivot left out."""
    kept = [index for index in range(matrix.shape[0]) if index != pivot]
    row = matrix[pivot, kept]
    scaled = row * _inverse(matrix[pivot, pivot])
    return matrix[np.ix_(kept, kept)] - scaled[:, None] * row[None]


def _inverse(variance: Floats) -> Floats:
    usable = variance > SINGULAR
    if usable.all():
        return 1.0 / variance
    return np.where(usable, 1.0 / np.where(usable, variance, 1.0), 0.0)


def _doubled(matrix: Floats, widths: Sequence[int]) -> Floats:
    """Return what every subset leaves unexplained: each unit doubles the number of matrices."""
    for width in widths:
        without = matrix[width:, width:]
        for _ in range(width - 1):
            matrix = _swept(matrix, 0)
        size, count = without.shape[0], without.shape[2]
        both = np.empty((size, size, 2 * count))
        both[..., :count] = without
        row = matrix[0, 1:]
        scaled = row * _inverse(matrix[0, 0])
        given = both[..., count:]
        rest = matrix[1:, 1:]
        if size * size * count <= _SMALL:
            np.multiply(scaled[:, None], row[None], out=given)
            np.subtract(rest, given, out=given)
        else:
            _upper_triangle(rest, scaled, row, given)
        matrix = both
    return matrix[0, 0]


def _upper_triangle(rest: Floats, scaled: Floats, row: Floats, given: Floats) -> None:
    """Write only what later steps read: large blocks are bound by memory, not by calls."""
    for index in range(rest.shape[0]):
        np.multiply(scaled[index], row[index:], out=given[index, index:])
        np.subtract(rest[index, index:], given[index, index:], out=given[index, index:])


def _sizes(count: int) -> NDArray[np.int8]:
    """Return how many bits are set in 0, 1, ..., ``2 ** count - 1``."""
    sizes = np.zeros(1, np.int8)
    for _ in range(count):
        sizes = np.concatenate([sizes, sizes + np.int8(1)])
    return sizes


def _shapley_weights(count: int) -> tuple[Floats, Floats]:
    """Return the weight of a subset's R2 by its size, for a driver inside and one outside it."""
    inside, outside = np.zeros(count + 1), np.zeros(count + 1)
    for size in range(1, count + 1):
        inside[size] = 1.0 / (count * math.comb(count - 1, size - 1))
    for size in range(count):
        outside[size] = 1.0 / (count * math.comb(count - 1, size))
    return inside, outside


def fold_shapley(table: Floats) -> Floats:
    """Return each unit's Shapley value: its mean gain in R2 over all orders of entry.

    A driver's value is the weighted sum over the subsets that hold it minus that over those that
    do not. Weighted once, all sums fall out of halving the table.

    Parameters
    ----------
    table
        R2 of every subset, ``(2 ** p, ...)``. It is not changed.

    Returns
    -------
    Floats
        ``(p, ...)``; sums to the R2 of all drivers.
    """
    count = table.shape[0].bit_length() - 1
    inside, outside = _shapley_weights(count)
    both = inside + outside
    trailing = (1,) * (table.ndim - 1)
    weighted = np.empty_like(table)
    base = np.zeros(table.shape[1:])
    step = min(table.shape[0], _BLOCK)
    low = _sizes(step.bit_length() - 1).astype(np.intp)
    for start in range(0, table.shape[0], step):
        sizes = low + (start // step).bit_count()
        block = table[start : start + step]
        np.multiply(both[sizes].reshape(-1, *trailing), block, out=weighted[start : start + step])
        base += np.tensordot(outside[sizes], block, axes=(0, 0))
    values = np.empty((count, *table.shape[1:]))
    for unit in range(count - 1, -1, -1):
        half = 1 << unit
        values[unit] = weighted[half:].sum(axis=0) - base
        weighted[:half] += weighted[half:]
        weighted = weighted[:half]
    return values


def fold_conditional(table: Floats) -> Floats:
    """Return the mean gain in R2 of each driver when ``k`` others are already in.

    Parameters
    ----------
    table
        R2 of every subset, ``(2 ** p,)``.

    Returns
    -------
    Floats
        ``(p, p)``: row a driver, column ``k``. The mean over ``k`` is the Shapley value.
    """
    count = table.shape[0].bit_length() - 1
    sizes = _sizes(count).astype(np.intp)
    total = np.bincount(sizes, table, minlength=count + 1)
    members = np.bincount(sizes, minlength=count + 1)
    gains = np.empty((count, count))
    for unit in range(count):
        shape = (-1, 2, 1 << unit)
        held = table.reshape(shape)[:, 1].ravel()
        held_sizes = sizes.reshape(shape)[:, 1].ravel()
        sums = np.bincount(held_sizes, held, minlength=count + 1)
        number = np.bincount(held_sizes, minlength=count + 1)
        without = (total - sums)[:count] / (members - number)[:count]
        gains[unit] = sums[1:] / number[1:] - without
    return gains


def _four_corners(table: Floats, low: int, high: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Return R2 of all subsets of the others: with neither, with low, with high, with both."""
    cube = table.reshape(-1, 2, 1 << (high - low - 1), 2, 1 << low)
    return cube[:, 0, :, 0], cube[:, 0, :, 1], cube[:, 1, :, 0], cube[:, 1, :, 1]


def fold_complete(table: Floats) -> Floats:
    """Return the share of subsets in which the row's driver adds at least the column's.

    1 is complete dominance. Two drivers that always add the same dominate each other.

    Parameters
    ----------
    table
        R2 of every subset, ``(2 ** p,)``.

    Returns
    -------
    Floats
        ``(p, p)`` shares 0-1; the diagonal is 1.
    """
    count = table.shape[0].bit_length() - 1
    shares = np.ones((count, count))
    for high in range(1, count):
        for low in range(high):
            _, with_low, with_high, _ = _four_corners(table, low, high)
            difference = with_low - with_high
            shares[low, high] = (difference >= -1e-12).mean()
            shares[high, low] = (difference <= 1e-12).mean()
    return shares


def fold_interaction(table: Floats) -> Floats:
    """Return the Shapley interaction index of each pair of drivers on R2 [1]_.

    Below zero the two tell the same story (redundancy); above zero they explain more together
    than apart.

    Parameters
    ----------
    table
        R2 of every subset, ``(2 ** p,)``.

    Returns
    -------
    Floats
        ``(p, p)``, symmetric, in R2; the diagonal is 0.

    References
    ----------
    .. [1] Grabisch, M. & Roubens, M. (1999). An axiomatic approach to the concept of interaction
       among players in cooperative games. International Journal of Game Theory, 28, 547-565.
    """
    count = table.shape[0].bit_length() - 1
    index = np.zeros((count, count))
    sizes = _sizes(count).astype(np.intp)
    weights = np.array([1 / ((count - 1) * math.comb(count - 2, s)) for s in range(count - 1)])
    for high in range(1, count):
        for low in range(high):
            neither, with_low, with_high, with_both = _four_corners(table, low, high)
            others = _four_corners(sizes.astype(float), low, high)[0].astype(np.intp)
            joint = with_both - with_low - with_high + neither
            index[low, high] = index[high, low] = (weights[others] * joint).sum()
    return index


def fold_owen(table: Floats, members: int) -> Floats:
    """Return the Owen values of the members of one group.

    The table's lowest ``members`` bits are the group's members, each higher bit another group
    that is in or out as a whole. Members are averaged over their orders within the group, the
    group over its order among the groups [1]_.

    Parameters
    ----------
    table
        R2, ``(2 ** (members + groups - 1), ...)``.
    members
        How many of the units are members of the group.

    Returns
    -------
    Floats
        ``(members, ...)``; their sum is the group's Shapley value among the groups.

    References
    ----------
    .. [1] Owen, G. (1977). Values of games with a priori unions. In Mathematical Economics and
       Game Theory, 76-88. Springer.
    """
    others = table.shape[0].bit_length() - 1 - members
    weights = _shapley_weights(others + 1)[1][_sizes(others).astype(np.intp)]
    by_group = table.reshape(1 << others, 1 << members, *table.shape[1:])
    return fold_shapley(np.tensordot(weights, by_group, axes=(0, 0)))
