"""Design weights as the file has them: usable, or an error that says why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.errors import DataError
from workbench.inputs.answers import CodedPart, ColumnRules, refuse_ambiguous
from workbench.inputs.raw_table import set_aside_frame
from workbench.inputs.scales import CodedColumn, code_numbers
from workbench.language import Message

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Weighted", "weighted_parts"]


@dataclass(frozen=True, eq=False)
class Weighted:
    """Parts with a weight for each row, and the rows that had none."""

    parts: list[CodedPart]
    weights: list[NDArray[np.float64]]
    set_aside: pd.DataFrame  # source row reason lines
    notes: list[Message]


def weighted_parts(parts: list[CodedPart], rules: ColumnRules) -> Weighted:
    """Read the weights of all parts; without a weight column every row weighs 1.

    Zero is a weight: the row is kept and counts for nothing, and a note says how many. That all
    weights are equal is a note too.

    Raises
    ------
    DataError
        If a weight is negative or no number; if one is missing and the study does not say
        ``missing_weight = "set_aside"``; if the weights of a wave sum to zero.
    """
    column = rules.survey.weight
    if column is None:
        return Weighted(parts, [np.ones(part.n) for part in parts], _no_rows(), [])
    kept: list[CodedPart] = []
    weights: list[NDArray[np.float64]] = []
    aside: list[pd.DataFrame] = [_no_rows()]
    for part in parts:
        coded = _checked(part, column, rules)
        usable = coded.kinds == 0
        lost = part.part.frame.index[~usable]
        if len(lost):
            rows = set_aside_frame([(int(row), "no_weight", 1) for row in lost])
            aside.append(rows.assign(source=part.part.file.shown))
        kept.append(part.rows(usable) if len(lost) else part)
        weights.append(coded.answers.to_numpy()[usable])
    _refuse_all_zero(kept, weights, column)
    return Weighted(
        kept, weights, pd.concat(aside, ignore_index=True), _notes(np.concatenate(weights), column)
    )


def _no_rows() -> pd.DataFrame:
    return set_aside_frame().assign(source=pd.Series(dtype="str"))


def _checked(part: CodedPart, column: str, rules: ColumnRules) -> CodedColumn:
    where = f"Weight '{column}' of {part.part.file.shown}"
    coded = code_numbers(
        part.part.frame[column], rules.rule(column), decimal=part.part.file.spec.decimal
    )
    refuse_ambiguous(coded, column, part.part)
    index = part.part.frame.index
    unreadable = coded.kinds == 4
    if unreadable.any():
        raise DataError(
            f"{where}: must be numbers; {int(unreadable.sum())} of {part.n} are not, first at row "
            f"{index[unreadable][0]}. Mend the file, or list their codes as missing in "
            f'[survey.items."{column}"].'
        )
    negative = coded.answers.to_numpy() < 0
    if negative.any():
        raise DataError(
            f"{where}: must not be negative; {int(negative.sum())} of {part.n} are, first at row "
            f"{index[negative][0]}. Mend the weighting that made them."
        )
    missing = coded.kinds != 0
    if missing.any() and rules.survey.missing_weight == "error":
        raise DataError(
            f"{where}: every row must have one; {int(missing.sum())} of {part.n} have none, first "
            f'at row {index[missing][0]}. Add them, or say missing_weight = "set_aside" in the '
            "survey to leave these rows out."
        )
    return coded


def _refuse_all_zero(
    parts: list[CodedPart], weights: list[NDArray[np.float64]], column: str
) -> None:
    sums: dict[str, float] = {}
    rows: dict[str, int] = {}
    for part, values in zip(parts, weights, strict=True):
        sums[part.wave] = sums.get(part.wave, 0.0) + float(values.sum())
        rows[part.wave] = rows.get(part.wave, 0) + part.n
    empty = [wave for wave, total in sums.items() if total == 0 and rows[wave]]
    if empty:
        raise DataError(
            f"Weight '{column}': must not be zero for everyone, as in wave {', '.join(empty)}. "
            "Mend the weighting, or drop `weight` from the survey."
        )


def _notes(weights: NDArray[np.float64], column: str) -> list[Message]:
    notes: list[Message] = []
    if zero := int((weights == 0).sum()):
        notes.append(
            Message(
                "Weight '{column}' is zero in {n:integer} of {total:integer} rows; they count for "
                "nothing in weighted numbers.",
                column=column,
                n=zero,
                total=len(weights),
            )
        )
    if len(weights) > 1 and np.ptp(weights) == 0:
        notes.append(
            Message("Weight '{column}' is the same in all rows and changes nothing.", column=column)
        )
    return notes
