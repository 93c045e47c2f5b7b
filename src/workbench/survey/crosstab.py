"""Crosstab: shares by column, with letters that say which columns differ, and rules for bases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from scipy.special import chdtrc

from workbench.errors import DataError
from workbench.estimates import kish_effective_n, share_interval
from workbench.inputs.disclosure import FLOOR, checked_floor
from workbench.inputs.segments import by_columns, split
from workbench.language import Message
from workbench.results import Check
from workbench.results.crosstab import CrosstabResult
from workbench.results.typed import typed_table
from workbench.survey.crosstab_grid import (
    GridColumn,
    Question,
    column_pairs,
    read_grid,
    read_question,
)
from workbench.survey.design import read_design
from workbench.survey.measure import (
    TAGGED_REASON,
    Reading,
    checked_confidence,
    suppression_tags,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from workbench.inputs.disclosure import SuppressionPattern

__all__ = ["crosstab"]


def crosstab(
    answers: pd.DataFrame,
    rows: str | Sequence[str],
    columns: str | Sequence[str],
    *,
    weight: str | None = None,
    correction: Literal["fdr", "holm", "none"] = "fdr",
    alpha: float = 0.05,
    min_base: int = 30,
    confidence: float = 0.95,
    floor: int = FLOOR,
    protect: SuppressionPattern | None = None,
) -> CrosstabResult:
    """Share of each answer within each column, with letters for the columns it is surely above.

    Columns are compared pair by pair, row by row, on effective answers; every pair with bases large
    enough is tested and all tests are corrected together. A letter means: this share is surely
    higher than that column's.

    Parameters
    ----------
    answers
        One row per respondent, of one wave.
    rows
        Column of one answer each; or a list of columns of a multiple-choice question, 1 where the
        answer was ticked, 0 where it was not, missing where it was not asked.
    columns
        Column, or columns, whose values are the crosstab's columns.
    weight
        Column of weights; they enter tests and intervals through the effective number of answers.
    correction
        ``fdr`` (Benjamini and Hochberg), ``holm``, or ``none``.
    alpha
        Largest corrected p-value that gets a letter.
    min_base
        Columns with fewer answers are shown and not tested.
    confidence
        Level of the intervals.
    floor, protect
        As in :func:`nps`.

    Returns
    -------
    CrosstabResult
        A line per row and column: ``row column letter n n_effective share ci_low ci_high
        higher_than small_base suppressed reason``; shares are 0-1 of the column. ``pairs`` has
        every test, ``total`` the shares of everyone.

    Raises
    ------
    DataError
        If a column is absent, rows and columns are the same, or a ticked column is not 0 and 1.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({
    ...     "use": ["yes"] * 45 + ["no"] * 15 + ["yes"] * 20 + ["no"] * 40,
    ...     "market": ["SE"] * 60 + ["NO"] * 60})
    >>> table = crosstab(answers, "use", "market").table
    >>> table[["row", "column", "letter", "share", "higher_than"]].round(2)
       row column letter  share higher_than
    0   no     NO      A   0.67           B
    1   no     SE      B   0.25
    2  yes     NO      A   0.33
    3  yes     SE      B   0.75           A
    """
    column_names, level = by_columns(columns), checked_confidence(confidence)
    checked_confidence(1 - alpha)
    row_names = by_columns(rows)
    if not column_names or not row_names or set(column_names) & set(row_names):
        raise DataError("rows and columns must name different columns, at least one each.")
    if correction not in ("fdr", "holm", "none"):
        raise DataError(f"correction must be fdr, holm or none; found '{correction}'.")
    floor = protect.floor if protect is not None else checked_floor(floor)
    weights = read_design(answers, weight=weight).weights
    question = read_question(answers, rows)
    segments = split(answers, column_names)
    tags = suppression_tags(
        answers,
        segments,
        lambda frame: _reading(frame, rows),
        by=column_names,
        floor=floor,
        protect=protect,
    )
    grid = read_grid(question, segments, tags, weights, min_base)
    pairs = column_pairs(grid, correction, alpha)
    table = _table(grid, pairs, question, level)
    return CrosstabResult(
        table=table,
        method=_method(correction, min_base, alpha, is_weighted=weight is not None),
        checks=_checks(grid),
        rows=row_names,
        columns=column_names,
        by=column_names,
        measure=f"crosstab:{','.join(row_names)}",
        confidence=level,
        alpha=alpha,
        floor=floor,
        min_base=min_base,
        pairs=pairs,
        total=_total(question, weights, level, floor),
        **_association(grid, question),
    )


def _reading(frame: pd.DataFrame, rows: str | Sequence[str]) -> Reading:
    answered = read_question(frame, rows).answered
    return Reading(answered, np.zeros((answered.size, 0)))


def _table(
    grid: list[GridColumn], pairs: pd.DataFrame, question: Question, confidence: float
) -> pd.DataFrame:
    above: dict[tuple[int, str], list[str]] = {}
    for pair in pairs[pairs["sure"]].itertuples():
        higher, lower = (
            (pair.first, pair.second)
            if float(str(pair.difference)) > 0
            else (pair.second, pair.first)
        )
        above.setdefault((int(str(pair.place)), str(higher)), []).append(str(lower))
    rows: list[dict[str, Any]] = []
    for place, name in enumerate(question.names):
        for column in grid:
            cell = column.segment.cell if len(column.segment.cell) > 1 else {}
            row: dict[str, Any] = {
                **cell,
                "row": name,
                "column": column.segment.name,
                "letter": column.letter,
                "small_base": column.is_small and column.is_shown,
                "higher_than": "",
                "suppressed": column.tag,
                "reason": TAGGED_REASON.get(column.tag, ""),
            }
            if not column.n:
                row |= {"suppressed": "floor", "reason": "NO_ANSWERS"}
            elif not column.tag:
                low, high = share_interval(
                    column.shares[place], column.n_effective, confidence=confidence
                )
                row |= {
                    "n": column.n,
                    "n_effective": column.n_effective,
                    "share": column.shares[place],
                    "ci_low": float(low),
                    "ci_high": float(high),
                    "higher_than": " ".join(sorted(above.get((place, column.letter), []))),
                    "reason": "SMALL_BASE" if column.is_small else "",
                }
            rows.append(row)
    by = tuple(grid[0].segment.cell) if grid else ()
    keys = [*(by if len(by) > 1 else ()), "row", "column", "letter"]
    numbers = ["n_effective", "share", "ci_low", "ci_high"]
    return typed_table(
        rows,
        {
            **dict.fromkeys(keys, "str"),
            "n": "Int64",
            **dict.fromkeys(numbers, "float64"),
            "higher_than": "str",
            "small_base": "bool",
            **dict.fromkeys(["suppressed", "reason"], "str"),
        },
    )


def _total(
    question: Question, weights: NDArray[np.float64], confidence: float, floor: int
) -> pd.DataFrame:
    counted = weights * question.answered
    n, n_effective = int(question.answered.sum()), kish_effective_n(counted)
    rows: list[dict[str, Any]] = []
    for place, name in enumerate(question.names):
        share = np.nan
        ends = (np.nan, np.nan)
        if n >= floor and counted.sum() > 0:
            share = float(np.clip(counted @ question.given[:, place] / counted.sum(), 0, 1))
            low, high = share_interval(share, n_effective, confidence=confidence)
            ends = (float(low), float(high))
        rows.append(
            {
                "row": name,
                "n": n if n >= floor else None,
                "share": share,
                "ci_low": ends[0],
                "ci_high": ends[1],
            }
        )
    numbers = ["share", "ci_low", "ci_high"]
    return typed_table(rows, {"row": "str", "n": "Int64", **dict.fromkeys(numbers, "float64")})


def _association(grid: list[GridColumn], question: Question) -> dict[str, float | None]:
    """Pearson's chi-square on effective answers; none for multiple answers or hidden columns."""
    shown = [column for column in grid if column.is_shown and not np.isnan(column.shares).any()]
    if question.is_multiple or len(shown) < 2 or len(question.names) < 2:
        return {"chi_square": None, "df": None, "p_value": None}
    sizes = np.array([column.n_effective for column in shown])
    shares = np.array([column.shares for column in shown])
    expected = sizes @ shares / sizes.sum()
    used = expected > 0
    statistic = float(
        (sizes[:, None] * (shares[:, used] - expected[used]) ** 2 / expected[used]).sum()
    )
    df = float((len(shown) - 1) * (used.sum() - 1))
    return {
        "chi_square": statistic,
        "df": df,
        "p_value": float(chdtrc(df, statistic)) if df > 0 else None,
    }


def _checks(grid: list[GridColumn]) -> tuple[Check, ...]:
    small = sum(column.is_small and column.is_shown for column in grid)
    if not small:
        return ()
    text = Message(
        "{n:integer} column has few answers: its shares are shown, and not tested.",
        "{n:integer} columns have few answers: their shares are shown, and not tested.",
        n=small,
    )
    return (Check(id="small_bases", passed=None, text=text),)


def _method(correction: str, min_base: int, alpha: float, *, is_weighted: bool) -> Message:
    corrected = {
        "fdr": Message("false-discovery rate over all tests"),
        "holm": Message("Holm’s correction over all tests"),
        "none": Message("no correction"),
    }[correction]
    counted = (
        Message("weights through the effective number of answers")
        if is_weighted
        else Message("every answer weighs the same")
    )
    return Message(
        "Shares of columns with Wilson intervals; pooled z tests between columns of at least "
        "{base:integer} answers at {alpha:percent}; {correction}; {weights}.",
        base=min_base,
        alpha=alpha,
        correction=corrected,
        weights=counted,
    )
