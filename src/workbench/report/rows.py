"""Rows of a result's table as plain values, for plots and wording: missing is always None."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["plain_rows"]


def plain_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as dictionaries; NaN, NaT and NA become None.

    Examples
    --------
    >>> import pandas as pd
    >>> plain_rows(pd.DataFrame({"segment": ["a", None], "n": pd.array([1, None], "Int64")}))
    [{'segment': 'a', 'n': 1}, {'segment': None, 'n': None}]
    """
    columns = [_plain(column) for _, column in table.items()]
    names = [str(name) for name in table.columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _plain(column: pd.Series) -> list[Any]:
    values: list[Any] = column.tolist()
    missing = column.isna().to_numpy()
    if not missing.any():
        return values
    return [None if gone else value for value, gone in zip(values, missing.tolist(), strict=True)]
