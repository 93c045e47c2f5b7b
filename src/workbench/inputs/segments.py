"""Groups of respondents: how ``by`` splits a frame, and how a group is named.

Every function that takes ``by`` splits through :func:`split`, so that a group has one name in all
tables and the disclosure audit can put them side by side.
"""

from __future__ import annotations

import datetime as dt
import numbers
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from workbench.errors import DataError, near_match

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = [
    "Segment",
    "by_columns",
    "group_codes",
    "group_name",
    "group_names",
    "require_columns",
    "split",
]


@dataclass(frozen=True, eq=False)
class Segment:
    """One group of respondents.

    Parameters
    ----------
    name
        ``"all"`` without ``by``; values joined by ``" / "``; None when a value is missing.
    cell
        Column -> name of its value, None where it is missing; empty without ``by``.
    rows
        Positions of its rows.
    """

    name: str | None
    cell: dict[str, str | None]
    rows: NDArray[np.intp]


def require_columns(answers: pd.DataFrame, columns: Sequence[str]) -> None:
    """Raise unless the frame has each column exactly once.

    Raises
    ------
    DataError
        With a near match for each column that is absent.
    """
    if not isinstance(answers, pd.DataFrame):  # pyright: ignore[reportUnnecessaryIsInstance] - public edge
        raise DataError(
            f"Answers must be a pandas DataFrame with a row per respondent; found "
            f"{type(answers).__name__}. Pass the frame that study.survey() returns."
        )
    known = answers.columns
    is_plain = isinstance(known.dtype, pd.StringDtype) and known.is_unique
    if is_plain and all(column in known for column in columns):
        return
    names = [str(column) for column in known]
    for column in columns:
        if names.count(column) > 1:
            raise DataError(f"Column '{column}' is in the data more than once; rename one of them.")
        if column not in names:
            hint = near_match(column, names)
            raise DataError(f"Column '{column}' is not in the data.{hint}")


def by_columns(by: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the columns of ``by`` as a tuple; each may stand there once."""
    if by is None:
        return ()
    columns = (by,) if isinstance(by, str) else tuple(by)
    if len(set(columns)) < len(columns):
        raise DataError("by must name each column once; drop the one that stands there twice.")
    return columns


def group_name(value: Any) -> str | None:
    """Name a value as it stands in tables: 1.0 is "1", a date is ISO 8601, missing is None."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, float | np.floating):
        number = float(value)
        if np.isnan(number):
            return None
        return str(int(number)) if number.is_integer() else str(number)
    if isinstance(value, pd.Timestamp) and value == value.normalize():
        return value.date().isoformat()
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return str(value)


def group_names(column: pd.Series) -> list[str | None]:
    """Name every value of a column, as :func:`group_name` does.

    Examples
    --------
    >>> group_names(pd.Series([2.0, None, 3.5])), group_names(pd.Series(["å", None]))
    (['2', None, '3.5'], ['å', None])
    """
    values = column.to_numpy(dtype=object)
    return [value if type(value) is str else group_name(value) for value in values]


def _sort_key(value: Any) -> tuple[int, Any]:
    if isinstance(value, numbers.Real):
        return 0, float(cast("float", value))
    return 1, str(value)


def group_codes(column: pd.Series) -> tuple[NDArray[np.intp], list[str | None]]:
    """Return a code per row and the name of each code, in order, missing last.

    The order is that of the categories, else of the numbers, else of the texts.
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        raw_codes = column.cat.codes.to_numpy().astype(np.intp)
        raw_values: list[Any] = list(column.cat.categories)
    else:
        try:
            raw_codes, found = pd.factorize(column, use_na_sentinel=True)
        except TypeError as error:
            raise DataError(
                f"Column '{column.name}' must hold one plain value per row to split by; found "
                f"lists or other containers. Make it text or numbers."
            ) from error
        raw_values = list(found)
        order = sorted(range(len(raw_values)), key=lambda code: _sort_key(raw_values[code]))
        place = np.empty(len(order) + 1, np.intp)
        place[order] = np.arange(len(order))
        place[-1] = -1
        raw_codes, raw_values = place[raw_codes], [raw_values[code] for code in order]
    names: list[str | None] = []
    merged: dict[str | None, int] = {}
    target = np.empty(len(raw_values) + 1, np.intp)
    present = np.bincount(raw_codes[raw_codes >= 0], minlength=len(raw_values)) > 0
    for code, value in enumerate(raw_values):
        name = group_name(value)
        if present[code] and name is not None:
            if name not in merged:
                merged[name] = len(names)
                names.append(name)
            target[code] = merged[name]
        else:
            target[code] = -1
    target[-1] = -1
    codes = target[raw_codes]
    if (codes < 0).any():
        codes = np.where(codes < 0, len(names), codes)
        names.append(None)
    return codes, names


def split(answers: pd.DataFrame, by: str | Sequence[str] | None) -> list[Segment]:
    """Split the rows into groups, in order, those with a missing value last.

    Examples
    --------
    >>> answers = pd.DataFrame({"market": ["SE", None, "NO", "SE"]})
    >>> [(group.name, group.rows.tolist()) for group in split(answers, "market")]
    [('NO', [2]), ('SE', [0, 3]), (None, [1])]
    """
    columns = by_columns(by)
    require_columns(answers, columns)
    if not columns:
        return [Segment("all", {}, np.arange(len(answers), dtype=np.intp))]
    coded = [group_codes(answers[column]) for column in columns]
    joint = np.zeros(len(answers), np.intp)
    for codes, names in coded:
        joint = joint * max(len(names), 1) + codes
    segments: list[Segment] = []
    cells, first, inverse = np.unique(joint, return_index=True, return_inverse=True)
    by_cell = np.argsort(inverse, kind="stable")
    ends = np.cumsum(np.bincount(inverse, minlength=cells.size))
    for position, end in enumerate(ends):
        start = ends[position - 1] if position else 0
        row = first[position]
        cell = {
            column: names[codes[row]] for column, (codes, names) in zip(columns, coded, strict=True)
        }
        parts = list(cell.values())
        name = None if None in parts else " / ".join(cast("list[str]", parts))
        segments.append(Segment(name, cell, by_cell[start:end]))
    return sorted(segments, key=lambda segment: segment.name is None)
