"""Small groups become "other" before larger ones are blanked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from workbench.errors import DataError
from workbench.inputs.disclosure.hiding import FLOOR, checked_floor
from workbench.inputs.segments import by_columns, group_codes, require_columns, split

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["merge_small_groups"]


def merge_small_groups(
    complete: pd.DataFrame,
    column: str,
    *,
    within: str | Sequence[str] | None = None,
    item: str | None = None,
    floor: int = FLOOR,
    other: str = "other",
) -> pd.Series:
    """Name groups that are too small to show "other", everywhere alike.

    A group is merged when it has at least one and fewer than ``floor`` rows in any cell of
    ``within``. When "other" is itself too small somewhere, the next smallest group joins it.
    Decide on the complete data and use the new column in every table, so that one report cannot
    be subtracted from another.

    Parameters
    ----------
    complete
        The unfiltered frame.
    column
        Column of groups. Missing values stay missing and are never merged.
    within
        Columns whose every cell must be large enough, such as ``["wave", "market"]``.
    item
        Count answers to this column rather than rows.
    floor
        Fewest answers shown.
    other
        Name of the merged group.

    Returns
    -------
    Series
        Ordered categories aligned with the frame, ``other`` last.

    Examples
    --------
    >>> channels = ["app"] * 20 + ["fax"] * 4 + ["kiosk"] * 5
    >>> merged = merge_small_groups(pd.DataFrame({"channel": channels}), "channel")
    >>> merged.value_counts().to_dict()
    {'app': 20, 'other': 9}
    """
    floor = checked_floor(floor)
    require_columns(complete, [column] if item is None else [column, item])
    codes, names = group_codes(complete[column])
    labels = pd.Series([names[code] for code in codes], index=complete.index, dtype="object")
    if other in names:
        raise DataError(
            f"Column '{column}' already has a group named like the merged one. Give another name "
            f"in other=."
        )
    counted = labels if item is None else labels.where(complete[item].notna())
    cells = [
        counted.iloc[group.rows].value_counts() for group in split(complete, by_columns(within))
    ]
    table = pd.DataFrame(cells).fillna(0.0) if cells else pd.DataFrame()
    merged = {str(name) for name in table.columns if _too_small(table[name], floor)}
    while merged and len(merged) < table.shape[1]:
        if not _too_small(table[sorted(merged)].sum(axis=1), floor) and len(merged) > 1:
            break
        rest = table.drop(columns=sorted(merged)).sum()
        merged.add(str(rest.sort_values(kind="stable").index[0]))
    kept = [name for name in names if name is not None and name not in merged]
    renamed = labels.where(~labels.isin(merged), other)
    return pd.Series(
        pd.Categorical(renamed, categories=[*kept, *([other] if merged else [])], ordered=True),
        index=complete.index,
        name=column,
    )


def _too_small(counts: pd.Series, floor: int) -> bool:
    return bool(((counts > 0) & (counts < floor)).any())
