"""Correlations of the normal variables behind ordered answers: polychoric correlations.

Two steps [1]_: thresholds from each question's own answers, then the correlation that makes the
table of two questions most likely.

References
----------
.. [1] Olsson, U. (1979). Maximum likelihood estimation of the polychoric correlation coefficient.
   Psychometrika, 44(4), 443-460.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, ndtri

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from workbench.estimates.bootstrap import Draws
    from workbench.survey.subsets import Floats

__all__ = ["cell_probabilities", "level_codes", "polychoric_correlations"]

MOST_LEVELS = 12
_GROUPS = 10
_NODES = 32
_END = 7.0
_GRID = np.tanh(np.linspace(-3.0, 3.0, 121))


def level_codes(values: Floats) -> NDArray[np.intp]:
    """Return each answer's level, -1 where missing; many distinct values become ten groups."""
    answered = ~np.isnan(values)
    codes = np.full(values.size, -1, np.intp)
    distinct, inverse = np.unique(values[answered], return_inverse=True)
    if distinct.size > MOST_LEVELS:
        share = np.cumsum(np.bincount(inverse)) / inverse.size
        group = np.minimum((share * _GROUPS - 1e-9).astype(np.intp), _GROUPS - 1)
        inverse = np.unique(group, return_inverse=True)[1][inverse]
    codes[answered] = inverse
    return codes


def cell_probabilities(first: Floats, second: Floats, correlations: Floats) -> Floats:
    """Return the probability of each cell of a table, for each correlation.

    Parameters
    ----------
    first, second
        Thresholds between the levels of the rows and of the columns.
    correlations
        Strictly between -1 and 1.

    Returns
    -------
    Floats
        ``(correlations, rows, columns)``.
    """
    nodes, node_weights = np.polynomial.legendre.leggauss(_NODES)
    ends = np.concatenate([[-_END], np.clip(first, -_END, _END), [_END]])
    low, width = ends[:-1], np.diff(ends) / 2
    points = low[:, None] + width[:, None] * (nodes + 1)
    density = np.exp(-(points**2) / 2) / np.sqrt(2 * np.pi) * node_weights * width[:, None]
    spread = np.sqrt(1 - correlations**2)[:, None, None, None]
    shifted = correlations[:, None, None, None] * points[None, :, :, None]
    below = ndtr((second - shifted) / spread)
    edge = np.ones((*below.shape[:3], 1))
    inside = np.diff(np.concatenate([0 * edge, below, edge], axis=3), axis=3)
    return np.einsum("rn,grnc->grc", density, inside)


def polychoric_correlations(
    codes: Sequence[NDArray[np.intp]], weights: Floats, draws: Draws, *, refine: bool
) -> Floats:
    """Return polychoric correlations of all pairs of questions, ``(q, q, draws)``.

    Parameters
    ----------
    codes
        Levels of each question, -1 where missing; a pair uses all who answered both.
    refine
        Find the maximum exactly (for the sample); otherwise by a parabola through the best of 121
        correlations, with the sample's thresholds, which is far inside the noise of draws.
    """
    count = len(codes)
    thresholds = [_thresholds(code, weights) for code in codes]
    rows = np.stack(codes, axis=1).astype(float)
    matrix: Floats | None = None
    for a in range(count - 1):
        tables = _tables(rows[:, a:], weights, draws)
        for b, table in enumerate(tables, start=a + 1):
            pair = _most_likely(table, thresholds[a], thresholds[b], refine=refine)
            if matrix is None:
                matrix = np.ones((count, count, pair.size))
            matrix[a, b] = matrix[b, a] = pair
    return np.ones((count, count, 1)) if matrix is None else matrix


def _most_likely(tables: Floats, first: Floats, second: Floats, *, refine: bool) -> Floats:
    """Return the correlation that makes each table most likely, ``(draws,)``."""
    cells = cell_probabilities(first, second, _GRID)
    logs = np.log(np.maximum(cells, 1e-300)).reshape(len(_GRID), -1)
    top = _top_of_parabola(tables @ logs.T)
    return _refined(top, tables, first, second) if refine else top


def _thresholds(codes: NDArray[np.intp], weights: Floats) -> Floats:
    answered = codes >= 0
    share = np.cumsum(np.bincount(codes[answered], weights[answered]))
    return ndtri(np.clip(share[:-1] / share[-1], 1e-9, 1 - 1e-9))


def _tables(codes: Floats, weights: Floats, draws: Draws) -> list[Floats]:
    """Return the weighted tables of the first question with each other, ``(draws, cells)``."""
    levels = codes.max(axis=0).astype(np.intp) + 1
    sizes = levels[0] * levels[1:]

    def build(rows: Floats) -> Floats:
        parts: list[Floats] = []
        for other, size in enumerate(sizes, start=1):
            both = (rows[:, 0] >= 0) & (rows[:, other] >= 0)
            cell = np.where(both, rows[:, 0] * levels[other] + rows[:, other], size)
            parts.append(np.eye(size + 1)[cell.astype(np.intp)][:, :size])
        return np.hstack(parts)

    sums = np.concatenate(list(draws.sums(codes, build, weights)))
    return np.split(sums, np.cumsum(sizes)[:-1], axis=1)


def _top_of_parabola(likelihood: Floats) -> Floats:
    """Return the correlation at the top of the parabola through the best and its neighbours."""
    best = np.clip(likelihood.argmax(axis=1), 1, len(_GRID) - 2)
    rows = np.arange(len(best))
    x = np.stack([_GRID[best - 1], _GRID[best], _GRID[best + 1]])
    y = np.stack([likelihood[rows, best + k] for k in (-1, 0, 1)])
    left, right = (y[1] - y[0]) / (x[1] - x[0]), (y[2] - y[1]) / (x[2] - x[1])
    bend = (right - left) / (x[2] - x[0])
    middle = (x[0] + x[1]) / 2 - left / (2 * np.where(bend < 0, bend, -np.inf))
    return np.where(bend < 0, np.clip(middle, x[0], x[2]), x[1])


def _refined(start: Floats, tables: Floats, first: Floats, second: Floats) -> Floats:
    """Narrow in on each maximum by parabolas through ever closer points."""
    refined = np.empty_like(start)
    for draw, table in enumerate(tables):
        middle, step = start[draw], 0.01
        for _ in range(8):
            x = np.clip(middle + step * np.array([-1.0, 0.0, 1.0]), -0.99999, 0.99999)
            cells = cell_probabilities(first, second, x).reshape(3, -1)
            y = np.log(np.maximum(cells, 1e-300)) @ table
            bend = y[0] - 2 * y[1] + y[2]
            move = step * (y[0] - y[2]) / (2 * bend) if bend < 0 else 0.0
            middle = float(np.clip(middle + np.clip(move, -step, step), -0.9999, 0.9999))
            step = max(step / 4, 1e-4)
        refined[draw] = middle
    return refined
