"""Rows of a result's table as plain values: what is missing is always None."""

from __future__ import annotations

from typing import Any

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
    values = table.to_numpy(dtype=object, copy=True)
    values[pd.isna(values)] = None
    names = [str(name) for name in table.columns]
    return [dict(zip(names, row, strict=True)) for row in values.tolist()]
