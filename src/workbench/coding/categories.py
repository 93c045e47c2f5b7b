"""Categories of any kind as numbers, and how far apart they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from workbench.coding.coefficients import agreement_weights
from workbench.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Codes = NDArray[np.intp]

__all__ = ["Coded", "category_weights", "coded_units"]


@dataclass(frozen=True)
class Coded:
    """Categories as numbers: ``codes`` is units x coders, -1 not coded."""

    codes: Codes
    labels: list[Any]
    values: Floats | None
    sets: list[frozenset[object]] | None


def coded_units(frame: pd.DataFrame, coefficient: str, level: str) -> Coded:
    """Return a frame of units by coders with its categories as numbers.

    Raises
    ------
    DataError
        If the categories do not fit the coefficient or the level.
    """
    cells = [list(frame.iloc[:, place]) for place in range(frame.shape[1])]
    present = {_plain(cell) for column in cells for cell in column if not _is_missing(cell)}
    are_sets = coefficient == "krippendorff_sets"
    if are_sets and not all(isinstance(cell, frozenset) for cell in present):
        raise DataError("For sets every cell must be a frozenset of codes, or missing.")
    labels = _ordered(present, frame)
    values = _numbers(labels, level)
    place = {label: number for number, label in enumerate(labels)}
    codes = np.full((len(frame), frame.shape[1]), -1, dtype=np.intp)
    for column, cells_of in enumerate(cells):
        for row, cell in enumerate(cells_of):
            if not _is_missing(cell):
                codes[row, column] = place[_plain(cell)]
    sets = cast("list[frozenset[object]]", labels) if are_sets else None
    return Coded(codes, labels, values, sets)


def _is_missing(cell: Any) -> bool:
    return cell is None or cell is pd.NA or (isinstance(cell, float) and cell != cell)


def _plain(cell: Any) -> Any:
    """Return a cell as a plain Python value, so that 1, 1.0 and True are told as they compare."""
    return cell.item() if isinstance(cell, np.generic) else cell


def _ordered(present: set[Any], frame: pd.DataFrame) -> list[Any]:
    """Return the categories in order: that of an ordered or fixed list, else sorted."""
    types = {str(dtype): dtype for dtype in frame.dtypes}
    if len(types) == 1 and isinstance(next(iter(types.values())), pd.CategoricalDtype):
        dtype = cast("pd.CategoricalDtype", next(iter(types.values())))
        return [_plain(label) for label in dtype.categories]
    if any(isinstance(label, frozenset) for label in present):
        return sorted(present, key=lambda found: (len(found), sorted(map(str, found))))
    try:
        return sorted(present)
    except TypeError:
        return sorted(present, key=lambda label: (type(label).__name__, str(label)))


def _numbers(labels: list[Any], level: str) -> Floats | None:
    """Return the categories as numbers, where they are."""
    are_numbers = all(isinstance(label, int | float) for label in labels)
    values = np.array(labels, dtype=float) if are_numbers and labels else None
    if values is not None and not np.isfinite(values).all():
        raise DataError("Categories must be finite numbers, or texts.")
    if level in ("interval", "ratio"):
        if values is None and labels:
            raise DataError(f"Level '{level}' needs numbers; the categories are texts.")
        if level == "ratio" and values is not None and (values < 0).any():
            raise DataError("Level 'ratio' needs numbers of 0 or more.")
    return values


def category_weights(weights: Any, coefficient: str, coded: Coded) -> Floats:
    """Return the agreement weights of the categories, from a name or a matrix; sets need none."""
    k = len(coded.labels)
    if coefficient == "krippendorff_sets":
        return np.eye(1)
    if weights is None and coefficient == "gwet_ac2":
        weights = "quadratic"
    if weights is None or isinstance(weights, str):
        return agreement_weights(weights, coded.values, k)
    matrix = np.asarray(weights, dtype=float)
    if matrix.shape != (k, k):
        raise DataError(
            f"'weights' must be {k} x {k}, one row per category in sorted order; it is "
            f"{' x '.join(str(side) for side in matrix.shape)}."
        )
    if not np.isfinite(matrix).all() or (matrix < 0).any():
        raise DataError("'weights' must be finite numbers of 0 or more.")
    diagonal = np.diag(matrix)
    if (diagonal == 0).all():
        return 1 - matrix / (matrix.max() or 1.0)
    if (diagonal == 1).all() and matrix.max() <= 1:
        return matrix
    raise DataError(
        "'weights' must have zeros on the diagonal (disagreement), or ones and nothing larger "
        "(agreement)."
    )
