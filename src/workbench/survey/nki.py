"""Customer satisfaction index (NKI): questions on a scale, put on 0-100, weighed together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.estimates import bounded_mean_interval, weighted_mean
from workbench.inputs.disclosure import FLOOR
from workbench.inputs.segments import by_columns
from workbench.language import Message
from workbench.results import Check
from workbench.results.survey import NkiResult
from workbench.results.typed import typed_table
from workbench.survey.design import Design, read_design
from workbench.survey.index import (
    Ends,
    checked_items,
    index_values,
    item_ends,
    item_places,
)
from workbench.survey.index_weights import item_shares, share_replicates
from workbench.survey.measure import (
    Reading,
    SegmentEstimate,
    checked_confidence,
    measure_tables,
    missing_table,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from workbench.inputs.disclosure import SuppressionPattern

__all__ = ["nki"]

_TELLING_DIFFERENCE = 0.5  # points: between ways to compute the index, worth a reader's notice


def nki(
    answers: pd.DataFrame,
    items: Sequence[str],
    *,
    scale: Ends | Mapping[str, Ends] | None = (1, 10),
    item_weights: str | Sequence[float] | Mapping[str, float] = "equal",
    min_items: int = 2,
    model: Any = "ecsi",
    by: str | Sequence[str] | None = None,
    weight: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    population: int | Mapping[Any, int] | None = None,
    confidence: float = 0.95,
    floor: int = FLOOR,
    protect: SuppressionPattern | None = None,
    missing: pd.DataFrame | None = None,
) -> NkiResult:
    """Satisfaction index 0 to 100: each respondent's items on 0-100, their weighted mean, averaged.

    The interval is Student's t on the logit of the index, so that it stays on the scale and holds
    where answers crowd at its end. Without strata or clusters the variance is corrected for the
    leverage of large weights, with Satterthwaite's degrees of freedom; with them it is linearised,
    with clusters minus strata degrees of freedom. With ``pls`` weights, a jackknife that estimates
    them again adds their own error.

    Parameters
    ----------
    answers
        One row per respondent and wave.
    items
        Columns of the index, often three: overall satisfaction, expectations, ideal.
    scale
        Theoretical ends of the items, for all or per item. None: already 0-100.
    item_weights
        ``equal``; ``pls`` (index weights of a path model, see ``model``); or weights of your own,
        which are scaled to sum to 1.
    min_items
        Answered items it takes for a respondent to count; with fewer items than this, all of them.
        A respondent with an item missing is the weighted mean of the others.
    model
        With ``pls``: the path model given to ``wb.pls``, that has a construct of just these items.
    by, weight, strata, cluster, population, confidence, floor, protect, missing
        As in :func:`nps`.

    Returns
    -------
    NkiResult
        A row per segment: ``n n_missing estimate ci_low ci_high n_effective suppressed reason``.
        ``reason`` is ``ALL_EQUAL`` where every index is the same: then no error can be seen.

    Raises
    ------
    DataError
        If a column is absent, an answer is off its scale, or item weights are negative or few.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"q1": [9, 7, 8] * 4, "q2": [8, 6, None] * 4, "q3": [8, 5, 9] * 4})
    >>> nki(answers, ["q1", "q2", "q3"]).table[["segment", "n", "estimate"]].round(2)
      segment   n  estimate
    0     all  12     73.46
    """
    columns = checked_items(items, min_items)
    level = checked_confidence(confidence)
    ends = item_ends(columns, scale)
    design = read_design(
        answers, weight=weight, strata=strata, cluster=cluster, population=population
    )
    shares, weights_name = item_shares(answers, columns, item_weights, model, weight)
    places = item_places(answers, columns, ends)
    values = index_values(places, shares, min_items)
    replicates = None
    if weights_name == "pls":
        replicates = share_replicates(
            answers, columns, model, weight=weight, strata=strata, cluster=cluster
        )

    def estimate(rows: NDArray[np.intp]) -> SegmentEstimate:
        added = 0.0 if replicates is None else replicates.added_variance(places, shares, rows)
        return _estimate(values, rows, design, level, added)

    table, design_table = measure_tables(
        answers,
        lambda frame: _reading(index_values(item_places(frame, columns, ends), shares, min_items)),
        estimate,
        by=by,
        floor=floor,
        protect=protect,
    )
    readings = _readings(places, values, shares, design, min_items, weights_name)
    return NkiResult(
        table=table,
        method=_method(weights_name, design),
        checks=_checks(readings, places, values, columns),
        by=by_columns(by),
        items=columns,
        confidence=level,
        floor=floor if protect is None else protect.floor,
        interval="logit_t",
        scale=(0.0, 100.0),
        design=design_table,
        missing=missing_table(answers, columns, missing),
        parts=_parts(places, columns, ends, shares, design),
        readings=readings,
    )


def _reading(values: NDArray[np.float64]) -> Reading:
    answered = ~np.isnan(values)
    counted = np.where(answered, values, 0.0)
    return Reading(answered, np.column_stack([counted, np.where(answered, 100 - counted, 0.0)]))


def _estimate(
    values: NDArray[np.float64],
    rows: NDArray[np.intp],
    design: Design,
    confidence: float,
    added: float,
) -> SegmentEstimate:
    n_effective = design.effective_n(rows)
    error = design.mean_error(values, rows, ~np.isnan(values))
    if n_effective == 0:
        return SegmentEstimate.without_weight(error)
    estimate = weighted_mean(values[rows], design.weights[rows])
    if error.variance is None:
        return SegmentEstimate(estimate, np.nan, np.nan, n_effective, error, (), error.reason)
    error = replace(error, variance=error.variance + added)
    low, high = bounded_mean_interval(
        estimate, error.variance or np.nan, error.df, confidence=confidence
    )
    if design.is_complex:
        n_effective = error.answer_variance / (error.variance or np.nan)
    return SegmentEstimate(estimate, low, high, n_effective, error)


def _readings(
    places: NDArray[np.float64],
    values: NDArray[np.float64],
    shares: NDArray[np.float64],
    design: Design,
    min_items: int,
    name: str,
) -> pd.DataFrame:
    """Return the index as it is, with equal weights, and from the items' own means."""
    counted = ~np.isnan(values) & (design.weights > 0)
    weights = design.weights[counted]
    main = weighted_mean(values[counted], weights)
    found = {name: main}
    if name != "equal":
        equal = index_values(places, np.full(shares.size, 1 / shares.size), min_items)
        found["equal"] = weighted_mean(equal[counted], weights)
    means = [
        weighted_mean(column[answered], weights[answered])
        for column in places[counted].T
        for answered in [~np.isnan(column)]
    ]
    found["item_means"] = float(np.array(means) @ shares)
    rows = [
        {"reading": reading, "estimate": value, "difference": value - main}
        for reading, value in found.items()
    ]
    table = typed_table(rows, {"reading": "str", "estimate": "float64", "difference": "float64"})
    return table if counted.sum() >= FLOOR else table.assign(estimate=np.nan, difference=np.nan)


def _parts(
    places: NDArray[np.float64],
    items: tuple[str, ...],
    ends: list[Ends],
    shares: NDArray[np.float64],
    design: Design,
) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for number, (item, (low, high)) in enumerate(zip(items, ends, strict=True)):
        answered = ~np.isnan(places[:, number])
        n = int(answered.sum())
        index = weighted_mean(places[answered, number], design.weights[answered])
        shown = index if n >= FLOOR else np.nan
        rows.append(
            {
                "item": item,
                "weight": shares[number],
                "n": n if n >= FLOOR else None,
                "n_missing": int((~answered).sum()) if n >= FLOOR else None,
                "mean": low + (high - low) * shown / 100,
                "index": shown,
            }
        )
    return typed_table(
        rows,
        {
            "item": "str",
            "weight": "float64",
            "n": "Int64",
            "n_missing": "Int64",
            "mean": "float64",
            "index": "float64",
        },
    )


def _checks(
    readings: pd.DataFrame,
    places: NDArray[np.float64],
    values: NDArray[np.float64],
    items: tuple[str, ...],
) -> tuple[Check, ...]:
    checks: list[Check] = []
    turned = readings[readings["difference"].abs() > _TELLING_DIFFERENCE]
    if not turned.empty:
        text = Message(
            "The index depends on how it is computed: another way gives {other:number} points "
            "where this one gives {main:number}.",
            other=turned["estimate"].iloc[0],
            main=readings["estimate"].iloc[0],
        )
        checks.append(Check(id="another_reading_differs", passed=False, text=text, table=readings))
    constant = [
        item
        for item, column in zip(items, places.T, strict=True)
        if (~np.isnan(column)).sum() > 1 and np.nanmax(column) == np.nanmin(column)
    ]
    if constant:
        text = Message(
            "Everyone gave the same answer to {items}: it tells no one apart.", items=constant
        )
        checks.append(Check(id="constant_item", passed=False, text=text))
    counted = ~np.isnan(values)
    incomplete = int((np.isnan(places).any(axis=1) & counted).sum())
    if incomplete:
        text = Message(
            "{share:percent} of the respondents counted lack an item; their index is the mean of "
            "the others.",
            share=incomplete / int(counted.sum()),
        )
        checks.append(Check(id="incomplete_respondents", passed=None, text=text))
    return tuple(checks)


def _method(weights_name: str, design: Design) -> Message:
    named = {
        "equal": Message("items weigh the same"),
        "pls": Message("items weigh as in the path model"),
        "given": Message("items weigh as given"),
    }[weights_name]
    return Message(
        "NKI: mean of the items on 0-100; {weights}; t interval on the logit; {design}.",
        weights=named,
        design=design.words(),
    )
