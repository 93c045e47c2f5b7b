"""Ways to divide explained variance among drivers: LMG, relative weights, first, last, Pratt, CAR.

Each takes correlation matrices with the outcome last and returns one number per unit (a driver, or
the dummies of one). Primitives: arrays in, numbers out, no interval.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from workbench.errors import DataError
from workbench.language import Message
from workbench.survey.subsets import (
    MAX_UNITS,
    SINGULAR,
    explained_by_subsets,
    fold_owen,
    fold_shapley,
    single_units,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike

    from workbench.survey.subsets import Floats, Unit

__all__ = [
    "METHODS",
    "ImportanceMethod",
    "divide",
    "given_controls",
    "importance_forms",
    "lmg_from_corr",
    "owen",
    "relative_weights",
    "safe_inverse",
    "standardised_slopes",
]

ImportanceMethod = Literal["lmg", "relative_weights", "last", "first", "pratt", "car", "dominance"]
METHODS = ("lmg", "relative_weights", "last", "first", "pratt", "car", "dominance")

_CHUNK_SUBSETS = 1 << 20


def lmg_from_corr(
    corr: ArrayLike | pd.DataFrame, names: Sequence[str] | None = None
) -> pd.Series[float]:
    """LMG shares of R2 from a correlation matrix: the mean gain over all orders of entry [1]_.

    Parameters
    ----------
    corr
        ``(p + 1, p + 1)``, the outcome LAST. A covariance matrix is standardised first. A driver
        without variance gets 0; exact duplicates share equally.
    names
        Names of the p drivers. Default: the matrix's column names, else ``x1``, ``x2``, ...

    Returns
    -------
    pd.Series
        One value per driver, in R2; they sum to R2. A primitive: no interval.

    Raises
    ------
    DataError
        If the matrix is not square, symmetric and finite, the outcome has no variance, or there
        are more than 24 drivers.

    References
    ----------
    .. [1] Lindeman, R. H., Merenda, P. F. & Gold, R. Z. (1980). Introduction to Bivariate and
       Multivariate Analysis. Scott, Foresman.

    Examples
    --------
    >>> corr = [[1.0, 0.5, 0.6], [0.5, 1.0, 0.4], [0.6, 0.4, 1.0]]
    >>> lmg_from_corr(corr, ["queue", "solved"]).round(6).to_dict()
    {'queue': 0.286667, 'solved': 0.086667}
    """
    matrix = _standardised(corr)
    count = matrix.shape[0] - 1
    if count > MAX_UNITS:
        raise DataError(
            Message(
                "LMG over all subsets takes at most {most:integer} drivers; {found:integer} were "
                "given. Put drivers into groups, use relative weights, or call wb.drivers, which "
                "samples orders of entry.",
                most=MAX_UNITS,
                found=count,
            )
        )
    if names is None:
        given = corr.columns if isinstance(corr, pd.DataFrame) else None
        names = [str(x) for x in given[:-1]] if given is not None else default_names(count)
    if len(names) != count:
        raise DataError(
            Message(
                "The matrix has {drivers:integer} drivers and the outcome last, but "
                "{names:integer} names were given. Give one name per driver, none for the outcome.",
                drivers=count,
                names=len(names),
            )
        )
    values = fold_shapley(explained_by_subsets(matrix, single_units(count)))
    return pd.Series(values, index=list(names), name="importance")


def default_names(count: int) -> list[str]:
    """Return ``x1``, ``x2``, ...."""
    return [f"x{index + 1}" for index in range(count)]


def _standardised(corr: ArrayLike | pd.DataFrame) -> Floats:
    """Return a checked correlation matrix; drivers without variance become zero rows."""
    matrix = np.array(corr, dtype=float)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or matrix.shape[0] < 2:
        raise DataError(
            Message(
                "The correlation matrix must be square, with at least one driver and the outcome "
                "last; its shape is {shape}.",
                shape=str(matrix.shape),
            )
        )
    if not np.isfinite(matrix).all():
        raise DataError(
            Message(
                "The correlation matrix must be finite; {count:integer} of its cells are missing "
                "or infinite. Leave out items nobody answered.",
                count=int((~np.isfinite(matrix)).sum()),
            )
        )
    variances = np.diag(matrix)
    if not np.allclose(matrix, matrix.T, rtol=1e-8, atol=1e-10 * max(variances.max(), 0)):
        raise DataError(Message("The correlation matrix must be symmetric, and it is not."))
    if (variances < 0).any() or variances[-1] <= 0:
        raise DataError(
            Message(
                "The outcome (last row) must vary and no variance may be negative. Check that "
                "the outcome stands last."
            )
        )
    scale = np.where(variances > 0, 1 / np.sqrt(np.where(variances > 0, variances, 1)), 0)
    matrix = matrix * scale[:, None] * scale
    if np.abs(matrix).max() > 1 + 1e-8:
        raise DataError(
            Message("A correlation is larger than 1. Check how the matrix was computed.")
        )
    return (matrix + matrix.T) / 2


def given_controls(matrix: Floats, controls: Sequence[int]) -> Floats:
    """Return the covariance of all other columns with the controls held constant.

    The outcome's own variance shrinks by what the controls explain; divide by it to get partial
    R2, or leave it to stay in R2 of all the variance.
    """
    batch = matrix[..., None] if matrix.ndim == 2 else matrix
    rest = [index for index in range(batch.shape[0]) if index not in set(controls)]
    order = [*controls, *rest]
    batch = batch[np.ix_(order, order)]
    for _ in controls:
        variance = batch[0, 0]
        scaled = batch[0, 1:] * safe_inverse(variance)
        batch = batch[1:, 1:] - scaled[:, None] * batch[0, 1:][None]
    return batch[..., 0] if matrix.ndim == 2 else batch


def safe_inverse(variance: Floats) -> Floats:
    """Return one over the variance; zero where nothing but rounding is left of it."""
    usable = variance > SINGULAR
    return np.where(usable, 1 / np.where(usable, variance, 1), 0.0)


def divide(matrix: Floats, method: ImportanceMethod, units: Sequence[Unit]) -> Floats:
    """Return each unit's part of the outcome's variance.

    Parameters
    ----------
    matrix
        Correlations or partial covariances, ``(m, m, draws)``, outcome last.
    method
        How to divide; ``dominance`` is general dominance, which equals LMG.
    units
        Columns that enter together.

    Returns
    -------
    Floats
        ``(units, draws)``, in units of the outcome's variance in ``matrix``.
    """
    if method in ("lmg", "dominance"):
        return _over_draws(matrix, units, fold_shapley)
    if method == "relative_weights":
        return _by_unit(relative_weights(matrix), units)
    if method == "car":
        return _by_unit(_car(matrix), units)
    if method == "pratt":
        return _by_unit(standardised_slopes(matrix) * matrix[:-1, -1], units)
    return np.stack([_entering(matrix, units, unit, last=method == "last") for unit in units])


def _over_draws(matrix: Floats, units: Sequence[Unit], fold: Callable[[Floats], Floats]) -> Floats:
    """Fold subset tables for all draws, a few at a time: the tables stay in the cache."""
    step = max(1, _CHUNK_SUBSETS >> len(units))
    parts = [
        fold(explained_by_subsets(matrix[..., start : start + step], units))
        for start in range(0, matrix.shape[2], step)
    ]
    return np.concatenate(parts, axis=1) * matrix[-1, -1]


def _by_unit(columns: Floats, units: Sequence[Unit]) -> Floats:
    return np.stack([columns[list(unit)].sum(axis=0) for unit in units])


def _roots(matrix: Floats) -> tuple[Floats, Floats, Floats]:
    """Return eigenvectors of the drivers' part, and powers 1/2 and -1/2 of its eigenvalues."""
    drivers = np.moveaxis(matrix[:-1, :-1], 2, 0)
    values, vectors = np.linalg.eigh(drivers)
    usable = values > SINGULAR * drivers.shape[1]
    root = np.sqrt(np.where(usable, values, 0))
    return vectors, root, np.where(usable, 1 / np.where(usable, root, 1), 0)


def relative_weights(matrix: Floats) -> Floats:
    """Johnson's relative weights [1]_; equal to Genizi's decomposition.

    References
    ----------
    .. [1] Johnson, J. W. (2000). A heuristic method for estimating the relative weight of
       predictor variables in multiple regression. Multivariate Behavioral Research, 35(1), 1-19.
    """
    vectors, root, inverse_root = _roots(matrix)
    outcome = np.moveaxis(matrix[:-1, -1], 1, 0)[..., None]
    half = (vectors * root[:, None]) @ np.swapaxes(vectors, 1, 2)
    slopes = (vectors * inverse_root[:, None]) @ (np.swapaxes(vectors, 1, 2) @ outcome)
    return np.moveaxis((half**2 @ slopes**2)[..., 0], 0, 1)


def _car(matrix: Floats) -> Floats:
    """Squared correlations with the drivers after they are made uncorrelated (Zuber, 2011)."""
    vectors, _, inverse_root = _roots(matrix)
    outcome = np.moveaxis(matrix[:-1, -1], 1, 0)[..., None]
    scores = (vectors * inverse_root[:, None]) @ (np.swapaxes(vectors, 1, 2) @ outcome)
    return np.moveaxis(scores[..., 0] ** 2, 0, 1)


def _entering(matrix: Floats, units: Sequence[Unit], unit: Unit, *, last: bool) -> Floats:
    """Return what a unit adds when it enters first, or after all others."""
    others = [column for other in units if other != unit for column in other] if last else []
    columns = [*others, *unit, matrix.shape[0] - 1]
    partial = given_controls(matrix[np.ix_(columns, columns)], range(len(others)))
    return partial[-1, -1] - given_controls(partial, range(len(unit)))[-1, -1]


def standardised_slopes(matrix: Floats) -> Floats:
    """Return the least-squares slopes ``(p, draws)``; of least length where drivers are aliased."""
    drivers = np.moveaxis(matrix[:-1, :-1], 2, 0)
    outcome = np.moveaxis(matrix[:-1, -1], 1, 0)[..., None]
    inverse = np.linalg.pinv(drivers, rcond=SINGULAR * drivers.shape[1], hermitian=True)
    return np.moveaxis((inverse @ outcome)[..., 0], 0, 1)


def owen(matrix: Floats, groups: Sequence[Sequence[Unit]]) -> list[Floats]:
    """Owen values: a group enters as a whole, its members share what it brings.

    Parameters
    ----------
    matrix
        ``(m, m, draws)``, outcome last.
    groups
        Units of each group.

    Returns
    -------
    list of Floats
        For each group ``(members, draws)``. The groups' sums are Shapley values among groups.
    """
    values: list[Floats] = []
    for index, members in enumerate(groups):
        others = [_merged(group) for place, group in enumerate(groups) if place != index]
        size = len(members)
        values.append(_over_draws(matrix, [*members, *others], lambda t, k=size: fold_owen(t, k)))
    return values


def _merged(group: Sequence[Unit]) -> Unit:
    return tuple(column for unit in group for column in unit)


def importance_forms(drivers: Floats, divide_one: Callable[[Floats], Floats]) -> Floats:
    """Return each unit's importance as a quadratic form in its correlations with the outcome.

    All the ways to divide R2 offered here are ``r' Q_j r`` for a ``Q_j`` that depends on the
    drivers alone, so thousands of null outcomes cost a product each.

    Parameters
    ----------
    drivers
        ``(p, p)``: correlations among the drivers.
    divide_one
        Takes ``(p + 1, p + 1, draws)`` and returns ``(units, draws)``.

    Returns
    -------
    Floats
        ``(units, p, p)``, symmetric.
    """
    count = drivers.shape[0]
    upper = [(i, k) for i in range(count) for k in range(i, count)]
    probes = np.zeros((count, len(upper)))
    for draw, (i, k) in enumerate(upper):
        probes[i, draw] = probes[k, draw] = 1.0
    matrix = np.empty((count + 1, count + 1, len(upper)))
    matrix[:-1, :-1] = drivers[..., None]
    matrix[:-1, -1] = matrix[-1, :-1] = probes
    matrix[-1, -1] = 1.0
    values = divide_one(matrix)
    forms = np.zeros((values.shape[0], count, count))
    for draw, (i, k) in enumerate(upper):
        forms[:, i, k] = forms[:, k, i] = values[:, draw]
    diagonal = np.einsum("uii->ui", forms).copy()
    off = (forms - diagonal[:, :, None] - diagonal[:, None, :]) / 2
    off[:, range(count), range(count)] = diagonal
    return off
