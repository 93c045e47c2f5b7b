"""LMG from random orders of entry, where all subsets are too many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.survey.decomposition import safe_inverse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from workbench.survey.subsets import Floats, Unit

__all__ = ["sampled_shapley"]


def sampled_shapley(
    matrix: Floats, units: Sequence[Unit], orders: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Estimate LMG from random orders of entry, each with its reverse.

    Parameters
    ----------
    matrix
        ``(m, m, draws)``, outcome last. All draws see the same orders.
    orders
        How many pairs of an order and its reverse.

    Returns
    -------
    values, standard_error
        ``(units, draws)`` each; the error is that of the sampling of orders alone.
    """
    drawn = rng.permuted(np.tile(np.arange(len(units)), (orders, 1)), axis=1)
    values = np.empty((len(units), matrix.shape[2]))
    errors = np.empty_like(values)
    for draw in range(matrix.shape[2]):
        there = _gains_in_order(matrix[..., draw], units, drawn)
        back = _gains_in_order(matrix[..., draw], units, drawn[:, ::-1])
        gains = (there + back) / 2
        values[:, draw] = gains.mean(axis=0)
        errors[:, draw] = gains.std(axis=0, ddof=1) / np.sqrt(orders)
    return values, errors


def _gains_in_order(matrix: Floats, units: Sequence[Unit], orders: NDArray[np.intp]) -> Floats:
    """Return what each unit adds in each order: ``(orders, units)``."""
    owner_of = np.array([place for place, unit in enumerate(units) for _ in unit])
    column_of = np.array([column for unit in units for column in unit])
    rank = np.argsort(orders, axis=1)[:, owner_of]
    entering = np.argsort(rank, axis=1, kind="stable")
    last = np.full((len(orders), 1), matrix.shape[0] - 1)
    places = np.concatenate([column_of[entering], last], axis=1)
    batch = np.moveaxis(matrix[places[:, :, None], places[:, None, :]], 0, 2)
    gains = np.zeros((len(orders), len(units)))
    rows = np.arange(len(orders))
    for step in range(entering.shape[1]):
        inverse = safe_inverse(batch[0, 0])
        gains[rows, owner_of[entering[:, step]]] += batch[0, -1] ** 2 * inverse
        batch = batch[1:, 1:] - (batch[0, 1:] * inverse)[:, None] * batch[0, 1:][None]
    return gains
