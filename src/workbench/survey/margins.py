"""Known distributions of a population, matched with the categories of the answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.errors import DataError, near_match
from workbench.inputs.segments import group_codes, group_name, require_columns
from workbench.survey.design import read_design
from workbench.survey.raking import RakedWeights, rake_weights

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["Margin", "base_weights", "rake_once", "read_margins"]

_SUM_TOLERANCE = 1e-6


@dataclass(frozen=True, eq=False)
class Margin:
    """One known distribution, over one column or several crossed.

    Parameters
    ----------
    name
        Column, or columns joined by ``" x "``.
    categories
        Their names; "" for a missing value.
    codes
        Category of each row.
    shares
        Share of each category in the population; they sum to 1.
    """

    name: str
    categories: tuple[str, ...]
    codes: NDArray[np.intp]
    shares: NDArray[np.float64]


def base_weights(answers: pd.DataFrame, weight: str | None) -> NDArray[np.float64]:
    """Return the weights to start from, positive in every row.

    Raises
    ------
    DataError
        If there are no answers, or a weight is missing, negative or zero.
    """
    if answers.empty:
        raise DataError("Weighting needs answers; the frame is empty.")
    base = read_design(answers, weight=weight).weights
    zero = np.flatnonzero(base == 0)
    if zero.size:
        raise DataError(
            f"Weight '{weight}' must be above 0 to weight further; {zero.size} of {base.size} are "
            f"0, first at row {zero[0]}. Leave these rows out and say so."
        )
    return base


def read_margins(
    answers: pd.DataFrame,
    margins: Mapping[Any, Mapping[Any, float]],
    base: NDArray[np.float64],
    *,
    missing: str = "refuse",
) -> tuple[float, list[Margin]]:
    """Return what the weights sum to, and the margins as shares with a code per answer.

    Raises
    ------
    DataError
        As :func:`rake`.
    """
    if not margins:
        raise DataError("margins must name at least one column; it is empty.")
    if missing not in ("refuse", "keep"):
        raise DataError(f"missing must be 'refuse' or 'keep'; found '{missing}'.")
    sums: dict[str, float] = {}
    known: list[Margin] = []
    for column, targets in margins.items():
        columns = (column,) if isinstance(column, str) else tuple(column)
        require_columns(answers, columns)
        name = " x ".join(columns)
        wanted = {_value_name(value): _target(name, share) for value, share in targets.items()}
        sums[name] = sum(wanted.values())
        codes, values = _margin_codes(answers, columns)
        known.append(_margin(name, codes, values, wanted, base, missing))
    return _total(sums, len(answers)), known


def _value_name(value: Any) -> str | None:
    if isinstance(value, tuple):
        names = [group_name(part) for part in value]
        return None if None in names else " / ".join(str(name) for name in names)
    return group_name(value)


def _target(name: str, share: float) -> float:
    number = float(share)
    if not np.isfinite(number) or number < 0:
        raise DataError(
            f"Margin '{name}' must hold shares or counts of at least 0; one is negative, missing "
            f"or infinite."
        )
    return number


def _margin_codes(
    answers: pd.DataFrame, columns: Sequence[str]
) -> tuple[NDArray[np.intp], list[str | None]]:
    coded = [group_codes(answers[column]) for column in columns]
    if len(coded) == 1:
        return coded[0]
    joint = pd.Series(
        [
            _value_name(tuple(names[codes[row]] for codes, names in coded))
            for row in range(len(answers))
        ],
        dtype="object",
    )
    return group_codes(joint)


def _margin(
    name: str,
    codes: NDArray[np.intp],
    values: list[str | None],
    wanted: dict[str | None, float],
    base: NDArray[np.float64],
    missing: str,
) -> Margin:
    """Match the categories of the answers with those of the population."""
    if sum(wanted.values()) <= 0:
        raise DataError(f"Margin '{name}' must sum to more than 0.")
    counts = np.bincount(codes, minlength=len(values))
    absent = [v for v, share in wanted.items() if share > 0 and v not in values]
    if absent:
        raise DataError(
            f"Margin '{name}' has a target for {len(absent)} of {len(wanted)} categories that "
            f"nobody answered in ('{absent[0]}' among them). Merge them with others in the data "
            f"and in the margin."
        )
    surplus = [v for v in values if v is not None and not wanted.get(v, 0.0) > 0]
    if surplus:
        hint = near_match(str(surplus[0]), [str(value) for value in wanted])
        row = int(np.flatnonzero(codes == values.index(surplus[0]))[0])
        raise DataError(
            f"Margin '{name}' has no target above 0 for {len(surplus)} of {len(values)} "
            f"categories in the data, the first at row {row}.{hint} Add its share, or leave these "
            f"rows out."
        )
    shares = np.array([wanted.get(value, 0.0) for value in values])
    if None in values:
        place = values.index(None)
        if missing == "refuse" and None not in wanted:
            raise DataError(
                f"Column '{name}' must have a value in every row to weight by; {counts[place]} of "
                f"{codes.size} have none. Fill them, leave them out, or use missing='keep'."
            )
        kept = float(base[codes == place].sum() / base.sum())
        shares = shares / shares.sum() * (1 - kept)
        shares[place] = kept
    return Margin(
        name, tuple(str(v) if v is not None else "" for v in values), codes, shares / shares.sum()
    )


def _total(sums: dict[str, float], n: int) -> float:
    """Return the common sum of the margins: the answers when they are shares."""
    smallest, largest = min(sums, key=sums.__getitem__), max(sums, key=sums.__getitem__)
    if sums[largest] - sums[smallest] > _SUM_TOLERANCE * sums[largest]:
        raise DataError(
            f"All margins must have the same sum; '{smallest}' sums to {sums[smallest]:g} and "
            f"'{largest}' to {sums[largest]:g}. Give all as shares of one population, or all as "
            f"counts of it."
        )
    is_share = abs(sums[largest] - 1) <= _SUM_TOLERANCE
    return float(n) if is_share else sums[largest]


def rake_once(
    base: NDArray[np.float64],
    total: float,
    margins: list[Margin],
    *,
    cap: float | None,
    tolerance: float = 1e-9,
) -> RakedWeights:
    """Rake, within bounds around the mean weight.

    Raises
    ------
    DataError
        If the bounds cannot hold a category's target, or all margins together are not met.
    """
    mean = total / base.size
    low, high = (0.0, np.inf) if cap is None else (mean / cap, mean * cap)
    for margin in margins:
        counts = np.bincount(margin.codes, minlength=margin.shares.size)
        needed = margin.shares * total / counts / mean
        worst = int(np.argmax(np.maximum(needed, 1 / np.maximum(needed, 1e-300))))
        if cap is not None and not 1 / cap <= needed[worst] <= cap:
            raise DataError(
                f"Margin '{margin.name}' cannot be met within cap={cap:g}: its category "
                f"'{margin.categories[worst]}' needs {needed[worst]:.2f} times the mean weight. "
                f"Merge it with another, or raise the cap and say so."
            )
    scaled = base / base.sum() * total
    raked = rake_weights(
        scaled,
        [(margin.codes, margin.shares * total) for margin in margins],
        low=low,
        high=high,
        tolerance=tolerance,
    )
    if raked.error > max(tolerance, 1e-6):
        raise DataError(
            f"No weights{'' if cap is None else f' within cap={cap:g}'} meet all margins: after "
            f"{raked.cycles} passes one is still off by {raked.error:.2%}. Merge small categories, "
            f"or leave a margin out" + ("." if cap is None else ", or raise the cap.")
        )
    return raked
