"""CSAT: the share of answers in the top codes, with an interval that holds near the ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.errors import DataError
from workbench.estimates import share_interval, weighted_mean
from workbench.inputs.disclosure import FLOOR
from workbench.inputs.segments import by_columns
from workbench.language import Message
from workbench.results.survey import CsatResult
from workbench.survey.design import Design, read_design, read_numbers
from workbench.survey.interval import interval_basis
from workbench.survey.measure import (
    Reading,
    SegmentEstimate,
    checked_confidence,
    measure_tables,
    missing_table,
)
from workbench.survey.nps import checked_method

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from workbench.estimates.shares import ShareMethod
    from workbench.inputs.disclosure import SuppressionPattern

__all__ = ["csat"]


def csat(
    answers: pd.DataFrame,
    item: str,
    *,
    top: Sequence[float] = (9, 10),
    scale: tuple[float, float] | None = None,
    by: str | Sequence[str] | None = None,
    weight: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    population: int | Mapping[Any, int] | None = None,
    confidence: float = 0.95,
    method: ShareMethod = "score",
    floor: int = FLOOR,
    protect: SuppressionPattern | None = None,
    missing: pd.DataFrame | None = None,
) -> CsatResult:
    """Share of answers in the top codes, in points 0 to 100, with Wilson's score interval.

    Parameters
    ----------
    answers
        One row per respondent and wave.
    item
        Column of answers. Missing ones are left out and counted in ``n_missing``.
    top
        Codes that count as satisfied, such as ``(4, 5)`` of five.
    scale
        Theoretical ends of the item. Default: anything up to the highest code of ``top``.
    by, weight, strata, cluster, population, confidence, floor, protect, missing
        As in :func:`nps`.
    method
        ``score`` (Wilson), ``adjusted_wald`` (Agresti and Coull) or ``wald``.

    Returns
    -------
    CsatResult
        A row per segment: ``n n_missing estimate ci_low ci_high n_effective suppressed reason``.

    Raises
    ------
    DataError
        If a column is absent, an answer is off the scale, or ``top`` is empty or off the scale.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"q1": [10, 9, 3, 8, 10, 7, 9, 10]})
    >>> csat(answers, "q1").table[["segment", "n", "estimate"]]
      segment  n  estimate
    0     all  8      62.5
    """
    codes = tuple(sorted({float(code) for code in top}))
    if not codes:
        raise DataError("top must name at least one code, such as (9, 10); it is empty.")
    ends = (-np.inf, codes[-1]) if scale is None else (float(scale[0]), float(scale[1]))
    if codes[0] < ends[0] or codes[-1] > ends[1]:
        raise DataError(
            f"top must lie on the scale {ends[0]:g} to {ends[1]:g}; it reaches from {codes[0]:g} "
            f"to {codes[-1]:g}."
        )
    chosen = checked_method(method)
    level = checked_confidence(confidence)
    values = _values(answers, item, codes, ends)
    design = read_design(
        answers, weight=weight, strata=strata, cluster=cluster, population=population
    )

    def estimate(rows: NDArray[np.intp]) -> SegmentEstimate:
        return _estimate(values, rows, design, level, chosen)

    table, design_table = measure_tables(
        answers,
        lambda frame: _reading(_values(frame, item, codes, ends)),
        estimate,
        by=by,
        floor=floor,
        protect=protect,
    )
    return CsatResult(
        table=table,
        method=_method(codes, chosen, design),
        by=by_columns(by),
        items=(item,),
        top=codes,
        confidence=level,
        floor=floor if protect is None else protect.floor,
        interval=chosen,
        scale=(0.0, 100.0),
        design=design_table,
        missing=missing_table(answers, [item], missing),
    )


def _values(
    answers: pd.DataFrame, item: str, top: tuple[float, ...], ends: tuple[float, float]
) -> NDArray[np.float64]:
    """Return 100 for an answer in the top codes, else 0; missing as ``nan``."""
    numbers = read_numbers(answers, item)
    wrong = np.flatnonzero((numbers < ends[0]) | (numbers > ends[1]))
    if wrong.size:
        raise DataError(
            f"Column '{item}' must hold answers from {ends[0]:g} to {ends[1]:g}; {wrong.size} of "
            f"{numbers.size} rows do not, first {numbers[wrong[0]]:g} at row {wrong[0]}. Give "
            f"scale=, recode the column, or mark non-answers as missing when reading it."
        )
    return np.where(np.isnan(numbers), np.nan, 100.0 * np.isin(numbers, top))


def _reading(values: NDArray[np.float64]) -> Reading:
    answered = ~np.isnan(values)
    counts = np.column_stack([values == 100, values == 0])
    return Reading(answered, counts.astype(float))


def _estimate(
    values: NDArray[np.float64],
    rows: NDArray[np.intp],
    design: Design,
    confidence: float,
    method: ShareMethod,
) -> SegmentEstimate:
    basis = interval_basis(design, values, rows, ~np.isnan(values), confidence)
    if basis.reason == "NO_WEIGHT":
        return SegmentEstimate.without_weight(basis.error)
    estimate = weighted_mean(values[rows], design.weights[rows])
    low, high, reason = np.nan, np.nan, basis.reason
    if not reason and method == "wald":
        low, high, reason = basis.wald_interval(estimate, (0, 100), confidence)
    elif not reason:
        ends = share_interval(
            estimate / 100, basis.n_interval, confidence=confidence, method=method
        )
        low, high = (100 * float(end) for end in ends)
    return SegmentEstimate(estimate, low, high, basis.n_effective, basis.error, (), reason)


def _method(top: tuple[float, ...], method: ShareMethod, design: Design) -> Message:
    named = {
        "score": Message("Wilson’s score interval"),
        "adjusted_wald": Message("adjusted Wald interval (Agresti and Coull 1998)"),
        "wald": Message("Wald interval"),
    }[method]
    return Message(
        "CSAT: share of answers in the top codes ({top}), in points; {interval}; {design}.",
        top=[f"{code:g}" for code in top],
        interval=named,
        design=design.words(),
    )
