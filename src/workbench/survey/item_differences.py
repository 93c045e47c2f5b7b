"""Questions that behave differently in one segment: at the same grades otherwise, another grade."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import stdtr

from workbench.errors import DataError
from workbench.estimates import holm
from workbench.estimates.bootstrap import score_covariance
from workbench.inputs.disclosure import FLOOR, checked_floor
from workbench.inputs.segments import group_codes, require_columns, split
from workbench.language import LocalizedText, Message
from workbench.results.effects import ItemDifferencesResult
from workbench.survey.design import Design, read_design
from workbench.survey.driver_data import Scale, read_grades, sampled_rows
from workbench.survey.driver_tables import student_reach, typed
from workbench.survey.effects import STEP, fit_linear
from workbench.survey.measure import checked_confidence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from workbench.survey.subsets import Floats

__all__ = ["item_differences"]

LEAST_POINTS = 5.0
LEAST_SLOPE = 0.2
_TABLE = (
    *("item", "segment", "n", "difference", "ci_low", "ci_high", "slope", "slope_low"),
    *("slope_high", "p_value", "p_adjusted", "flag", "suppressed", "reason"),
)


def item_differences(
    answers: pd.DataFrame,
    items: Sequence[str],
    by: str,
    *,
    scale: Scale = None,
    weight: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    least: float = LEAST_POINTS,
    confidence: float = 0.95,
    floor: int = FLOOR,
    labels: Mapping[str, LocalizedText] | None = None,
) -> ItemDifferencesResult:
    """Find items that one segment answers differently at the same grades otherwise.

    A translation, a custom or a local service can move one question in one market. Each item is
    fitted on the mean of the other items, on being in the segment, and on both together [1]_; a
    respondent needs at least half of the other items. A flag needs a sure difference, corrected
    after Holm, of at least ``least`` points in level or a fifth in slope.

    Parameters
    ----------
    answers, scale, weight, strata, cluster
        As in :func:`drivers`.
    items
        At least three columns that measure the same thing broadly.
    by
        Column of the segments.
    least
        Smallest difference worth a flag, points on 0-100.

    Returns
    -------
    ItemDifferencesResult

    References
    ----------
    .. [1] Swaminathan, H. & Rogers, H. J. (1990). Detecting differential item functioning using
       logistic regression procedures. Journal of Educational Measurement, 27(4), 361-370.
    """
    level = checked_confidence(confidence)
    floor = checked_floor(floor)
    require_columns(answers, [by])
    design = read_design(answers, weight=weight, strata=strata, cluster=cluster)
    names_of_items = [items] if isinstance(items, str) else list(items)
    if len(names_of_items) < 3:
        raise DataError(
            Message(
                "Comparing each question with the mean of the others needs at least three; found "
                "{count:integer}.",
                count=len(names_of_items),
            )
        )
    grades = read_grades(answers, names_of_items, scale)
    codes, names = group_codes(answers[by])
    rows: list[dict[str, Any]] = []
    for place, item in enumerate(names_of_items):
        rest = _rest_mean(grades, place)
        for segment in split(answers, by):
            if segment.name is None:
                continue
            own = codes == names.index(segment.name)
            row = _compare(design, grades[:, place], rest, own, level, floor)
            rows.append({"item": item, "segment": segment.name, **row})
    p_adjusted = holm([row.get("p_value", np.nan) for row in rows])
    for row, adjusted in zip(rows, p_adjusted, strict=True):
        row["p_adjusted"] = adjusted
        row["flag"] = _flag(row, least, 1 - level)
    return ItemDifferencesResult(
        table=typed(rows, _TABLE),
        method=Message(
            "Each question on the mean of the others, in the segment against elsewhere; "
            "{count:integer} comparisons, corrected after Holm; flagged from {least:number} "
            "points.",
            count=int(np.isfinite(p_adjusted).sum()),
            least=least,
        ),
        checks=(),
        by=(by,),
        least=least,
        confidence=level,
        labels=dict(labels or {}),
    )


def _rest_mean(grades: Floats, place: int) -> Floats:
    others = np.delete(grades, place, axis=1)
    known = ~np.isnan(others)
    enough = known.sum(axis=1) >= max(1, others.shape[1] / 2)
    total = np.where(known, others, 0.0).sum(axis=1)
    return np.where(enough, total / np.maximum(known.sum(axis=1), 1), np.nan)


def _compare(
    design: Design,
    grades: Floats,
    rest: Floats,
    own: NDArray[np.bool_],
    level: float,
    floor: int,
) -> dict[str, Any]:
    """Return level and slope of the item in the segment against elsewhere."""
    usable = ~np.isnan(grades) & ~np.isnan(rest) & (design.weights > 0)
    rows = np.flatnonzero(usable)
    inside = own[rows]
    n = int(inside.sum())
    if n < floor or inside.size - n < floor:
        tag = "floor" if 0 < min(n, inside.size - n) < floor else ""
        return {"suppressed": tag, "reason": "FLOOR" if tag else "NO_ANSWERS"}
    result: dict[str, Any] = {"n": n, "suppressed": "", "reason": ""}
    weights = design.weights[rows]
    middle = weights[inside] @ rest[rows][inside] / weights[inside].sum()
    centred = rest[rows] - middle
    values = np.column_stack([centred, inside.astype(float), centred * inside, grades[rows]])
    if (np.ptp(values, axis=0) == 0).any() or np.ptp(centred[inside]) == 0:
        return {**result, "reason": "ALL_EQUAL"}
    units = sampled_rows(design, rows, usable)
    df = min(units.degrees_of_freedom, rows.size - 1) - 3
    if df < 1:
        return {**result, "reason": "TOO_FEW"}
    fit = fit_linear(values, weights * (weights.size / weights.sum()))
    errors = np.sqrt(np.diag(score_covariance(fit.influence, units))) / STEP
    effect, reach = fit.effect / STEP, student_reach(df, level)
    p_level, p_slope = 2 * stdtr(df, -np.abs(effect[1:]) / errors[1:])
    return {
        **result,
        "difference": effect[1],
        "ci_low": effect[1] - reach * errors[1],
        "ci_high": effect[1] + reach * errors[1],
        "slope": effect[2],
        "slope_low": effect[2] - reach * errors[2],
        "slope_high": effect[2] + reach * errors[2],
        "p_value": min(1.0, 2 * float(min(p_level, p_slope))),
    }


def _flag(row: dict[str, Any], least: float, alpha: float) -> str:
    if not row["p_adjusted"] <= alpha:
        return ""
    if abs(row["difference"]) >= least and row["ci_low"] * row["ci_high"] > 0:
        return "level"
    return "slope" if abs(row["slope"]) >= LEAST_SLOPE else ""
