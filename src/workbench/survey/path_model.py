"""PLS path models on correlation matrices, many at once: arrays in, arrays out.

Mode A weights; path, centroid or factor scheme [1]_. The algorithm needs correlations only, so
weights, missing answers and draws are other correlation matrices.

References
----------
.. [1] Tenenhaus, M., Esposito Vinzi, V., Chatelin, Y.-M. & Lauro, C. (2005). PLS path modeling.
   Computational Statistics & Data Analysis, 48(1), 159-205.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from workbench.survey.subsets import Floats

__all__ = ["PathFit", "PathModel", "Scheme", "fit_paths"]

Scheme = Literal["path", "centroid", "factor"]

_TOLERANCE = 1e-9
_MOST_STEPS = 300


@dataclass(frozen=True, eq=False)
class PathModel:
    """Which items belong to which construct, and which constructs lead to which.

    Parameters
    ----------
    block
        ``(items, constructs)``: 1 where an item belongs to a construct.
    leads
        ``(constructs, constructs)``: True where the row leads to the column; no circles.
    """

    block: Floats
    leads: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class PathFit:
    """A batch of fitted models; the first axis is the draw.

    Parameters
    ----------
    weights
        ``(draws, items, constructs)`` of standardised items, for constructs of variance 1.
    loadings
        ``(draws, items)`` with the item's own construct.
    correlation
        ``(draws, constructs, constructs)``.
    paths
        ``(draws, constructs, constructs)``: row leads to column, standardised.
    total
        Direct and indirect effects, likewise.
    r2
        ``(draws, constructs)``; ``nan`` for constructs that nothing leads to.
    iterations
        Steps until no weight moved.
    converged
        ``(draws,)``.
    """

    weights: Floats
    loadings: Floats
    correlation: Floats
    paths: Floats
    total: Floats
    r2: Floats
    iterations: int
    converged: NDArray[np.bool_]


def fit_paths(correlation: Floats, model: PathModel, scheme: Scheme = "path") -> PathFit:
    """Fit every draw.

    Parameters
    ----------
    correlation
        ``(draws, items, items)``.
    """
    weights = np.repeat(model.block[None], len(correlation), axis=0)
    projected = correlation @ weights
    weights, projected = _scaled(weights, projected)
    change = np.full(len(correlation), np.inf)
    steps = 0
    while steps < _MOST_STEPS and (change > _TOLERANCE).any():
        steps += 1
        inner = _inner_weights(np.swapaxes(weights, 1, 2) @ projected, model, scheme)
        new = (projected @ inner) * model.block
        new, projected = _scaled(new, correlation @ new)
        change = np.abs(np.abs(new) - np.abs(weights)).max(axis=(1, 2))
        weights = new
    sign = np.where((projected * model.block).sum(axis=1) < 0, -1.0, 1.0)
    weights, projected = weights * sign[:, None], projected * sign[:, None]
    constructs = np.swapaxes(weights, 1, 2) @ projected
    paths, r2 = _regressions(constructs, model)
    return PathFit(
        weights=weights,
        loadings=(projected * model.block).sum(axis=2),
        correlation=constructs,
        paths=paths,
        total=_total_effects(paths),
        r2=r2,
        iterations=steps,
        converged=change <= _TOLERANCE,
    )


def _scaled(weights: Floats, projected: Floats) -> tuple[Floats, Floats]:
    """Give every construct variance 1."""
    variance = (weights * projected).sum(axis=1, keepdims=True)
    scale = np.where(variance > 0, 1 / np.sqrt(np.where(variance > 0, variance, 1.0)), 0.0)
    return weights * scale, projected * scale


def _inner_weights(constructs: Floats, model: PathModel, scheme: Scheme) -> Floats:
    """Return how each construct (column) is pictured by its neighbours (rows)."""
    neighbours = model.leads | model.leads.T
    if scheme == "centroid":
        return np.sign(constructs) * neighbours
    if scheme == "factor":
        return constructs * neighbours
    inner = constructs * model.leads.T
    for target in np.flatnonzero(model.leads.any(axis=0)).tolist():
        sources = np.flatnonzero(model.leads[:, target])
        inner[:, sources, target] = _slopes(constructs, sources, target)
    return inner


def _slopes(constructs: Floats, sources: NDArray[np.intp], target: int) -> Floats:
    among = constructs[:, sources[:, None], sources]
    with_target = constructs[:, sources, target][..., None]
    try:
        slopes = np.linalg.solve(among, with_target)
    except np.linalg.LinAlgError:  # two constructs made of the same answers
        slopes = np.linalg.pinv(among, hermitian=True) @ with_target
    return np.asarray(slopes[..., 0], dtype=float)


def _regressions(constructs: Floats, model: PathModel) -> tuple[Floats, Floats]:
    paths = np.zeros_like(constructs)
    r2 = np.full(constructs.shape[:2], np.nan)
    for target in np.flatnonzero(model.leads.any(axis=0)).tolist():
        sources = np.flatnonzero(model.leads[:, target])
        slopes = _slopes(constructs, sources, target)
        paths[:, sources, target] = slopes
        r2[:, target] = (slopes * constructs[:, sources, target]).sum(axis=1)
    return paths, r2


def _total_effects(paths: Floats) -> Floats:
    """Add effects over routes of every length; without circles the sum ends."""
    total, route = paths.copy(), paths
    for _ in range(paths.shape[1] - 1):
        route = route @ paths
        total = total + route
    return total
