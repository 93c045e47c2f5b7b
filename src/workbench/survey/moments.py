"""Weighted means and correlations with missing answers, for the sample and for every draw.

"Don't know" is not a grade: a pair of columns uses all who answered both (pairwise), or all
answers at once under a normal model (EM). Rows are never thrown away in silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from workbench.estimates.bootstrap import TheSample
from workbench.survey.decomposition import standardised_slopes
from workbench.survey.expectation import expected_moments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workbench.estimates.bootstrap import Draws
    from workbench.survey.subsets import Floats

__all__ = ["MissingRule", "Moments", "bent_to_possible", "moments", "pair_counts"]

MissingRule = Literal["pairwise", "em", "listwise"]

SMALLEST_EIGENVALUE = 1e-6
"""A repaired correlation matrix has no eigenvalue below this."""

_NO_VARIANCE = 1e-12
"""Share of a column's variance in the sample; below it, the column does not vary in a draw."""


@dataclass(frozen=True, eq=False)
class Moments:
    """Means, standard deviations and correlations of ``q`` columns, the outcome last.

    Parameters
    ----------
    mean, sd
        ``(q, draws)``, weighted, of all who answered the column. A column that does not vary has
        ``sd`` 0 and correlation 0.
    correlation
        ``(q, q, draws)``, positive semi-definite.
    smallest
        ``(draws,)``: smallest eigenvalue before repair. Below zero, the pairwise correlations
        could not belong to one population and were bent until they could.
    """

    mean: Floats
    sd: Floats
    correlation: Floats
    smallest: Floats

    @cached_property
    def slopes(self) -> Floats:
        """Standardised slopes of the outcome on the other columns, ``(q - 1, draws)``."""
        return standardised_slopes(self.correlation)


def moments(values: Floats, weights: Floats, missing: MissingRule, draws: Draws) -> Moments:
    """Return the moments of the sample or of every draw.

    Parameters
    ----------
    values
        ``(n, q)``; missing answers are ``nan``. Every column has an answer. With ``listwise`` the
        rows are complete already.
    weights
        ``(n,)``, not negative.
    draws
        Ways to weight the rows.
    """
    incomplete = bool(np.isnan(values).any())
    centre, spread = _centre_and_spread(values, weights)
    scaled = (values - centre) / spread
    if not incomplete:
        chunks = _complete(scaled, weights, draws)
    elif missing == "em":
        chunks = expected_moments(scaled, weights, draws)
    else:
        chunks = _pairwise(scaled, weights, draws)
    parts = list(zip(*chunks, strict=True))
    mean, variance, correlation = (np.concatenate(part, axis=-1) for part in parts)
    smallest = np.zeros(mean.shape[1])
    if incomplete:
        correlation, smallest = bent_to_possible(correlation)
    return Moments(
        mean * spread[:, None] + centre[:, None],
        np.sqrt(variance) * spread[:, None],
        correlation,
        smallest,
    )


def pair_counts(values: Floats) -> Floats:
    """Return how many rows answered both columns, ``(q, q)``."""
    answered = (~np.isnan(values)).astype(float)
    return answered.T @ answered


def _centre_and_spread(values: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return each column's weighted mean and standard deviation: sums near zero lose no digits."""
    answered = ~np.isnan(values)
    filled = np.where(answered, values, 0.0)
    total = np.maximum(weights @ answered, np.finfo(float).tiny)
    centre = weights @ filled / total
    residual = np.where(answered, values - centre, 0.0)
    variance = weights @ residual**2 / total
    noise = (np.abs(centre) * 1e-14) ** 2
    return centre, np.where(variance > noise, np.sqrt(variance), 1.0)


def _usable(variance: Floats) -> Floats:
    """Return the variance, with zero for what is only rounding."""
    return np.where(variance > _NO_VARIANCE, variance, 0.0)


def _inverse_root(variance: Floats) -> Floats:
    varies = variance > 0
    return np.where(varies, 1 / np.sqrt(np.where(varies, variance, 1.0)), 0.0)


def _complete(
    scaled: Floats, weights: Floats, draws: Draws
) -> Iterator[tuple[Floats, Floats, Floats]]:
    """Yield mean, variance, correlation of complete rows."""
    count = scaled.shape[1]
    first, second = np.triu_indices(count)
    if isinstance(draws, TheSample):
        total = weights.sum()
        mean = (weights @ scaled / total)[:, None]
        product = ((scaled * weights[:, None]).T @ scaled / total)[..., None]
        yield _from_products(mean, product)
        return

    def build(rows: Floats) -> Floats:
        products = rows[:, first] * rows[:, second]
        return np.hstack([np.ones((len(rows), 1)), rows, products])

    for sums in draws.sums(scaled, build, weights):
        rows = sums.T / sums[:, 0]
        product = np.empty((count, count, sums.shape[0]))
        product[first, second] = product[second, first] = rows[count + 1 :]
        yield _from_products(rows[1 : count + 1], product)


def _from_products(mean: Floats, product: Floats) -> tuple[Floats, Floats, Floats]:
    covariance = product - mean[:, None] * mean[None]
    variance = _usable(np.einsum("iib->ib", covariance))
    root = _inverse_root(variance)
    return mean, variance, _correlation(covariance * root[:, None] * root[None])


def _correlation(matrix: Floats) -> Floats:
    """Return the matrix within -1 to 1, with a diagonal of exactly 1."""
    np.clip(matrix, -1.0, 1.0, out=matrix)
    diagonal = np.arange(matrix.shape[0])
    matrix[diagonal, diagonal] = 1.0
    return matrix


def _pairwise(
    scaled: Floats, weights: Floats, draws: Draws
) -> Iterator[tuple[Floats, Floats, Floats]]:
    """Yield mean and variance of all who answered a column, correlation of all who answered both.

    For a pair (i, k): weights of both, sums of i where k answered and the reverse, squares
    likewise, products.
    """
    count = scaled.shape[1]
    if isinstance(draws, TheSample):
        answered = (~np.isnan(scaled)).astype(float)
        filled = np.nan_to_num(scaled)
        weighted = filled * weights[:, None]
        parts = [
            (answered * weights[:, None]).T @ answered,
            weighted.T @ answered,
            (weighted * filled).T @ answered,
            weighted.T @ filled,
        ]
        yield _from_cells(np.stack(parts)[..., None])
        return
    first, second = np.triu_indices(count)
    # columns that the same rows answered, such as low and high of a grade, are counted once
    _, own, like = np.unique(np.isnan(scaled), axis=1, return_index=True, return_inverse=True)
    like = like.ravel()  # numpy 2.0 gives it two dimensions
    one, other = np.triu_indices(own.size)
    row, by = (index.ravel() for index in np.indices((count, own.size)))

    def build(rows: Floats) -> Floats:
        answered = (~np.isnan(rows[:, own])).astype(float)
        filled = np.nan_to_num(rows)
        both = answered[:, by]
        return np.hstack(
            [
                answered[:, one] * answered[:, other],
                filled[:, row] * both,
                (filled**2)[:, row] * both,
                filled[:, first] * filled[:, second],
            ]
        )

    ends = np.cumsum([one.size, row.size, row.size])
    for sums in draws.sums(scaled, build, weights):
        cells = np.empty((4, count, count, sums.shape[0]))
        columns = np.split(sums.T, ends)
        counts = np.empty((own.size, own.size, sums.shape[0]))
        counts[one, other] = counts[other, one] = columns[0]
        cells[0] = counts[like][:, like]
        for place in (1, 2):
            cells[place] = columns[place].reshape(count, own.size, -1)[:, like]
        cells[3, first, second] = cells[3, second, first] = columns[3]
        yield _from_cells(cells)


def _from_cells(cells: Floats) -> tuple[Floats, Floats, Floats]:
    total = np.maximum(cells[0], np.finfo(float).tiny)
    mean, square, product = cells[1:] / total
    spread = _usable(square - mean**2)
    root = _inverse_root(spread)
    covariance = product - mean * np.swapaxes(mean, 0, 1)
    own = np.arange(cells.shape[1])
    correlation = _correlation(covariance * root * np.swapaxes(root, 0, 1))
    return mean[own, own], spread[own, own], correlation


def bent_to_possible(correlation: Floats) -> tuple[Floats, Floats]:
    """Return the nearest matrices that one population could have, and the eigenvalue that failed.

    Negative eigenvalues are raised to a small positive one and the diagonal is scaled back to 1.

    Parameters
    ----------
    correlation
        ``(q, q, draws)``.

    Returns
    -------
    correlation, smallest
        The matrices, unchanged where possible already, and ``(draws,)`` smallest eigenvalues.
    """
    stacked = np.moveaxis(correlation, 2, 0)
    smallest: Floats = np.linalg.eigvalsh(stacked)[:, 0].astype(float)
    wrong = smallest < -1e-10
    if not wrong.any():
        return correlation, smallest
    values, vectors = np.linalg.eigh(stacked[wrong])
    raised = np.maximum(values, SMALLEST_EIGENVALUE)
    bent = (vectors * raised[:, None]) @ np.swapaxes(vectors, 1, 2)
    root = 1 / np.sqrt(np.einsum("bii->bi", bent))
    repaired = stacked.copy()
    repaired[wrong] = bent * root[:, :, None] * root[:, None]
    return _correlation(np.ascontiguousarray(np.moveaxis(repaired, 0, 2))), smallest
