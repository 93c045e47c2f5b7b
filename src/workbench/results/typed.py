"""A table from rows, each column of a type that is known beforehand."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pandas.api.extensions import ExtensionArray

__all__ = ["ColumnKind", "typed_table"]

ColumnKind = Literal["str", "float64", "Int64", "bool"]

_TEXT = pd.StringDtype(na_value=np.nan)
"""What pandas means by "str"."""


def typed_table(rows: Sequence[Mapping[str, Any]], kinds: Mapping[str, ColumnKind]) -> pd.DataFrame:
    """Return a row per mapping; what a mapping lacks is missing.

    The same as a frame of the rows with ``astype`` after it, without what pandas spends on guessing
    types that are known.

    Parameters
    ----------
    rows
        Texts, numbers, whole numbers, or true and false; None or ``nan`` where missing.
    kinds
        The type of each column, in the order of the table.

    Raises
    ------
    TypeError
        If a value of an ``Int64`` column is not whole by type.

    Examples
    --------
    >>> rows = [{"segment": "SE", "n": 7}, {"segment": "NO"}]
    >>> typed_table(rows, {"segment": "str", "n": "Int64"})
      segment     n
    0      SE     7
    1      NO  <NA>
    """
    columns = {name: _column([row.get(name) for row in rows], kind) for name, kind in kinds.items()}
    return pd.DataFrame(columns)  # naming the columns again would cost half as much once more


def _column(values: list[Any], kind: ColumnKind) -> ExtensionArray | np.ndarray:
    if kind == "str":
        return pd.array(values, dtype=_TEXT)
    if kind == "float64":
        return np.array(values, float)
    if kind == "bool":
        return np.array(values, bool)
    missing = [value is None or value != value for value in values]
    whole = [0 if gone else operator.index(v) for v, gone in zip(values, missing, strict=True)]
    return pd.arrays.IntegerArray(np.array(whole, np.int64), np.array(missing, bool))
