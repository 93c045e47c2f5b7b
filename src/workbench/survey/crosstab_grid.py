"""The grid of a crosstab: the question's answers, its columns, and tests between them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import ndtr

from workbench.errors import DataError
from workbench.estimates import benjamini_hochberg, holm, kish_effective_n
from workbench.inputs.segments import Segment, by_columns, group_codes, require_columns
from workbench.survey.design import read_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["GridColumn", "Question", "column_letter", "column_pairs", "read_grid", "read_question"]

_LEAST_EXPECTED = 5.0  # effective answers in each of two shares, for the normal test between them


@dataclass(frozen=True, eq=False)
class Question:
    """The rows of the table: which respondents gave each answer.

    Parameters
    ----------
    names
        Of the answers.
    given
        Respondents by answers, 0 or 1.
    answered
        Who answered the question at all.
    is_multiple
        Whether a respondent may give several.
    """

    names: tuple[str, ...]
    given: NDArray[np.bool_]
    answered: NDArray[np.bool_]
    is_multiple: bool


def read_question(answers: pd.DataFrame, rows: str | Sequence[str]) -> Question:
    """Read one column of answers, or the ticked columns of a multiple-choice question."""
    if isinstance(rows, str):
        require_columns(answers, [rows])
        codes, names = group_codes(answers[rows])
        known = [place for place, name in enumerate(names) if name is not None]
        given = (
            codes[:, None] == np.array(known)[None, :] if known else np.zeros((codes.size, 0), bool)
        )
        return Question(
            tuple(str(names[p]) for p in known), given, np.asarray(given.any(axis=1), bool), False
        )
    columns = by_columns(rows)
    ticks: list[NDArray[np.float64]] = []
    for column in columns:
        require_columns(answers, [column])
        series = answers[column]
        is_bool = pd.api.types.is_bool_dtype(series)
        values = (
            series.to_numpy(dtype=float, na_value=np.nan)
            if is_bool
            else read_numbers(answers, column)
        )
        if not np.isin(values[~np.isnan(values)], (0, 1)).all():
            raise DataError(
                f"Column '{column}' of a multiple-choice question must hold 1 (ticked), 0 (not) or "
                f"nothing (not asked)."
            )
        ticks.append(values)
    table = np.column_stack(ticks)
    return Question(columns, table == 1, np.asarray((~np.isnan(table)).any(axis=1), bool), True)


@dataclass(frozen=True, eq=False)
class GridColumn:
    """One column of the table: its base, and the share of each answer."""

    segment: Segment
    letter: str
    tag: str
    n: int
    n_effective: float
    shares: NDArray[np.float64]
    is_small: bool

    @property
    def is_shown(self) -> bool:
        """Whether it has answers that may be shown."""
        return not self.tag and self.n > 0


def column_letter(place: int) -> str:
    """Letter of a column: A to Z, then AA, AB.

    Examples
    --------
    >>> column_letter(0), column_letter(25), column_letter(26)
    ('A', 'Z', 'AA')
    """
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def read_grid(
    question: Question,
    segments: list[Segment],
    tags: list[str],
    weights: NDArray[np.float64],
    min_base: int,
) -> list[GridColumn]:
    """Return each column's base and shares."""
    grid: list[GridColumn] = []
    for place, (segment, tag) in enumerate(zip(segments, tags, strict=True)):
        rows = segment.rows[question.answered[segment.rows]]
        counted = weights[rows]
        total = counted.sum()
        shares = (
            counted @ question.given[rows] / total
            if total > 0
            else np.full(len(question.names), np.nan)
        )
        grid.append(
            GridColumn(
                segment,
                column_letter(place),
                tag,
                rows.size,
                kish_effective_n(counted),
                np.clip(shares, 0, 1),
                rows.size < min_base,
            )
        )
    return grid


def column_pairs(grid: list[GridColumn], correction: str, alpha: float) -> pd.DataFrame:
    """Test every pair of columns in every row, and correct all tests together."""
    rows: list[dict[str, Any]] = []
    tested = [column for column in grid if column.is_shown and not column.is_small]
    n_answers = grid[0].shares.size if grid else 0
    for place in range(n_answers):
        for one, other in combinations(tested, 2):
            p_value = _two_shares(
                one.shares[place], one.n_effective, other.shares[place], other.n_effective
            )
            if p_value is not None:
                rows.append(
                    {
                        "place": place,
                        "first": one.letter,
                        "second": other.letter,
                        "difference": one.shares[place] - other.shares[place],
                        "p_value": p_value,
                    }
                )
    names = ["place", "first", "second", "difference", "p_value"]
    table = pd.DataFrame(rows, columns=names).astype(
        {
            "place": "int64",
            "first": "str",
            "second": "str",
            "difference": "float64",
            "p_value": "float64",
        }
    )
    p_values = table["p_value"].to_numpy(dtype=float)
    adjust = {"fdr": benjamini_hochberg, "holm": holm, "none": np.asarray}[correction]
    table["p_adjusted"] = adjust(p_values)
    table["sure"] = table["p_adjusted"] <= alpha
    return table


def _two_shares(first: float, n_first: float, second: float, n_second: float) -> float | None:
    """Two-sided p-value of the pooled z test; None where too few are expected for it."""
    pooled = (first * n_first + second * n_second) / (n_first + n_second)
    if min(n_first, n_second) * min(pooled, 1 - pooled) < _LEAST_EXPECTED:
        return None
    error = np.sqrt(pooled * (1 - pooled) * (1 / n_first + 1 / n_second))
    return 2 * float(ndtr(-abs(first - second) / error))
