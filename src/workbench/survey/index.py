"""Questions on a scale, put on 0-100 and weighed together: one index per respondent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.errors import DataError
from workbench.inputs.segments import by_columns
from workbench.survey.design import read_numbers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["Ends", "checked_items", "index_values", "item_ends", "item_places"]

Ends = tuple[float, float]


def checked_items(items: Sequence[str], min_items: int) -> tuple[str, ...]:
    """Return the items as a tuple, or raise when there is none or ``min_items`` is not a count."""
    columns = by_columns(items)
    if not columns:
        raise DataError("items must name at least one column; the list is empty.")
    if isinstance(min_items, bool) or min_items != int(min_items) or min_items < 1:
        raise DataError(f"min_items must be a whole number of at least 1; found {min_items}.")
    return columns


def item_ends(items: Sequence[str], scale: Ends | Mapping[str, Ends] | None) -> list[Ends]:
    """Return the theoretical ends of each item.

    Raises
    ------
    DataError
        If an item has none, or its ends are not low below high.
    """
    ends: list[Ends] = []
    for item in items:
        pair = (0.0, 100.0) if scale is None else scale
        if isinstance(pair, dict):
            if item not in pair:
                raise DataError(f"scale must have every item; '{item}' is not in it.")
            pair = pair[item]
        low, high = (float(end) for end in pair)
        if not low < high:
            raise DataError(f"scale of '{item}' must be (low, high); found ({low:g}, {high:g}).")
        ends.append((low, high))
    return ends


def item_places(
    answers: pd.DataFrame, items: Sequence[str], ends: Sequence[Ends]
) -> NDArray[np.float64]:
    """Return every item on 0-100, a column each, missing as ``nan``."""
    places = np.full((len(answers), len(items)), np.nan)
    for number, (item, (low, high)) in enumerate(zip(items, ends, strict=True)):
        values = read_numbers(answers, item)
        wrong = np.flatnonzero((values < low) | (values > high))
        if wrong.size:
            raise DataError(
                f"Column '{item}' must hold answers from {low:g} to {high:g}; {wrong.size} of "
                f"{values.size} rows do not, first {values[wrong[0]]:g} at row {wrong[0]}. Give "
                f"its scale=, or mark non-answers as missing when reading it."
            )
        places[:, number] = 100 * (values - low) / (high - low)
    return places


def index_values(
    places: NDArray[np.float64], shares: NDArray[np.float64], min_items: int
) -> NDArray[np.float64]:
    """Return each respondent's index: the weighted mean of the answered items, if enough are."""
    answered = ~np.isnan(places)
    weight = answered @ shares
    enough = (answered.sum(axis=1) >= min(min_items, shares.size)) & (weight > 0)
    sums = np.where(answered, places, 0.0) @ shares
    values = np.full(places.shape[0], np.nan)
    values[enough] = np.clip(sums[enough] / weight[enough], 0, 100)
    return values
