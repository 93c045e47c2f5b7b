"""Record of a crosstab."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from workbench.language import Message
from workbench.results.base import Result, TableSpec
from workbench.results.survey import group_label

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CrosstabResult"]


@dataclass(frozen=True, kw_only=True, eq=False)
class CrosstabResult(Result):
    """Shares of answers by column.

    ``table`` has a line per row and column: ``row column letter``, ``n`` (answers in the column),
    ``n_effective``, ``share ci_low ci_high`` (0-1 of the column), ``higher_than`` (letters of
    columns it is surely above), ``small_base`` (too few to test), ``suppressed``, ``reason``.

    Parameters
    ----------
    rows, columns, by
        Columns of the data; ``by`` is ``columns``.
    measure
        What is counted, for the disclosure audit.
    confidence, alpha, floor, min_base
        Level of intervals; largest corrected p-value that gets a letter; fewest answers shown, and
        tested.
    pairs
        Every test: ``place`` of the row, letters ``first second``, ``difference`` (share),
        ``p_value p_adjusted sure``.
    total
        Everyone: ``row n share ci_low ci_high``.
    chi_square, df, p_value
        Of the whole table, on effective answers; None for multiple answers.
    """

    kind: ClassVar[str] = "crosstab"
    segment_column: ClassVar[str] = "column"

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    by: tuple[str, ...]
    measure: str
    confidence: float
    alpha: float
    floor: int
    min_base: int
    pairs: pd.DataFrame
    total: pd.DataFrame
    chi_square: float | None
    df: float | None
    p_value: float | None

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Keys and captions of ``table``, ``pairs`` and ``total``."""
        columns = self.columns if len(self.columns) > 1 else ("column",)
        values = {"rows": list(self.rows), "columns": list(self.columns)}
        return {
            "table": TableSpec(
                key=("row", *columns),
                caption=Message(
                    "{rows} by {columns}: share of each column; letters name the columns a share "
                    "is clearly above",
                    **values,
                ),
            ),
            "pairs": TableSpec(
                key=("place", "first", "second"),
                caption=Message("{rows} by {columns}: every test between columns", **values),
                counts=(),
            ),
            "total": TableSpec(
                key=("row",), caption=Message("{rows}: share of all", rows=list(self.rows))
            ),
        }

    @property
    def message(self) -> Message:
        """How many shares stand out, and the largest sure difference."""
        sure = self.pairs[self.pairs["sure"]]
        if sure.empty:
            return Message(
                "No share of {rows} clearly differs between columns ({n:integer} test).",
                "No share of {rows} clearly differs between columns ({n:integer} tests).",
                rows=list(self.rows),
                n=len(self.pairs),
            )
        largest = sure.iloc[int(sure["difference"].abs().argmax())]
        names = self.table.drop_duplicates("letter").set_index("letter")["column"]
        higher, lower = largest["first"], largest["second"]
        if largest["difference"] < 0:
            higher, lower = lower, higher
        return Message(
            "{sure:integer} of {tests:integer} tests between columns are clear; most: {row} is "
            "{difference:number} percentage points more common in {higher} than in {lower}.",
            sure=len(sure),
            tests=len(self.pairs),
            row=str(self.total["row"].iloc[int(largest["place"])]),
            difference=100 * abs(largest["difference"]),
            higher=group_label(names[higher]),
            lower=group_label(names[lower]),
        )
