"""Levels: one total, its parts, and for each part its strengths and weaknesses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.errors import DataError
from workbench.estimates import benjamini_hochberg
from workbench.inputs.segments import require_columns, split
from workbench.language import Message
from workbench.results import Check
from workbench.results.levels import LevelsResult
from workbench.results.survey import RANK_FLOOR
from workbench.survey.design import read_design
from workbench.survey.segments import compare_segments

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workbench.inputs.disclosure import SuppressionPattern
    from workbench.language import LocalizedText
    from workbench.results.survey import MeasureResult

__all__ = ["levels"]

_DRIVERS = (
    *("segment", "driver", "n", "performance", "rest", "difference", "ci_low", "ci_high"),
    *("p_value", "p_adjusted", "place", "suppressed", "reason"),
)


def levels(
    answers: pd.DataFrame,
    outcome: str,
    drivers: Sequence[str],
    *,
    by: str,
    measured: MeasureResult,
    total: MeasureResult,
    weight: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    confidence: float = 0.95,
    alpha: float = 0.05,
    floor: int = 7,
    rank_floor: int = RANK_FLOOR,
    protect: SuppressionPattern | None = None,
    labels: Mapping[str, LocalizedText] | None = None,
) -> LevelsResult:
    """Split an outcome's total into its segments, and compare each with all others.

    A segment brings its share of the (weighted) answers times its level; over all segments this
    sums to the total. A strength or weakness is a driver whose grade differs surely from all
    others', corrected for every segment and driver that was looked at [1]_.

    Parameters
    ----------
    answers
        One row per respondent, of one wave.
    outcome
        Column in points, one number per respondent; rows without one count nowhere.
    drivers
        Columns with grades, 0-100.
    by
        Column of the segments.
    measured, total
        The same outcome of the same rows, by ``by`` and for all: their estimates and intervals are
        what is shown.
    weight, strata, cluster, confidence, alpha, floor, protect
        As in :func:`compare_segments`.
    rank_floor
        A segment with fewer answers has no strengths or weaknesses: its grades are too few to
        rank.
    labels
        What a report calls drivers and the outcome.

    Returns
    -------
    LevelsResult

    Raises
    ------
    DataError
        If a column is absent, or ``measured`` is not split by ``by``.

    References
    ----------
    .. [1] Benjamini, Y. & Hochberg, Y. (1995). Controlling the false discovery rate. Journal of
       the Royal Statistical Society B, 57(1), 289-300.
    """
    require_columns(answers, [outcome, by, *drivers])
    if tuple(measured.by or ()) != (by,):
        raise DataError(f"`measured` must be split by '{by}' alone, as the levels are.")
    names = dict(labels or {})
    shared: dict[str, Any] = {
        "by": by,
        "weight": weight,
        "strata": strata,
        "cluster": cluster,
        "confidence": confidence,
        "alpha": alpha,
        "floor": floor,
        "rank_floor": rank_floor,
        "protect": protect,
    }
    compared = compare_segments(answers, outcome, **shared)
    graded = _grades(answers, drivers, shared, rank_floor)
    shares, whole = _shares(answers, outcome, by, weight)
    table = _table(measured.table, compared.table, shares, graded)
    summed = _total(table, total.table.iloc[0])
    return LevelsResult(
        table=table,
        drivers=graded,
        total=summed,
        method=Message(
            "What a segment contributes is its share of the answers times its level. Each "
            "driver’s grade is compared with all others’; {tests:integer} comparisons corrected "
            "together after Benjamini and Hochberg.",
            tests=int(graded["p_value"].notna().sum()),
        ),
        checks=(_sums_agree(whole, float(summed["estimate"].iloc[0])),),
        outcome=outcome,
        label=names.get(outcome, compared.label),
        by=(by,),
        confidence=compared.confidence,
        alpha=alpha,
        floor=compared.floor,
        labels=names,
    )


def _grades(
    answers: pd.DataFrame, drivers: Sequence[str], shared: dict[str, Any], rank_floor: int
) -> pd.DataFrame:
    """Compare every driver's grade in every segment with all others', corrected together."""
    parts: list[pd.DataFrame] = []
    for driver in drivers:
        part = compare_segments(answers, driver, **shared).table
        parts.append(part.assign(driver=driver).rename(columns={"estimate": "performance"}))
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(_DRIVERS))
    few = (table["n"] < rank_floor).fillna(False).astype(bool)
    table.loc[few, ["difference", "ci_low", "ci_high", "p_value"]] = np.nan
    table.loc[few & table["suppressed"].eq(""), "reason"] = "TOO_FEW"
    table["p_adjusted"] = benjamini_hochberg(table["p_value"].to_numpy(dtype=float))
    table["place"] = [
        _place(suppressed, p_adjusted, difference, shared["alpha"])
        for suppressed, p_adjusted, difference in zip(
            table["suppressed"], table["p_adjusted"], table["difference"], strict=True
        )
    ]
    ordered = table.sort_values("segment", kind="stable", na_position="last")
    return ordered.reindex(columns=list(_DRIVERS)).reset_index(drop=True)


def _place(suppressed: str, p_adjusted: float, difference: float, alpha: float) -> str:
    if suppressed:
        return "hidden"
    if np.isnan(p_adjusted):
        return "unknown"
    if p_adjusted > alpha:
        return "no_sure_difference"
    return "strength" if difference > 0 else "weakness"


def _shares(
    answers: pd.DataFrame, outcome: str, by: str, weight: str | None
) -> tuple[dict[str | None, float], float]:
    """Return each segment's share of the answers, and the mean that all of them make together."""
    weights = read_design(answers, weight=weight, strata=None, cluster=None).weights
    points = answers[outcome].to_numpy(dtype=float, na_value=np.nan)
    counted = np.where(np.isnan(points), 0.0, weights)
    every = counted.sum()
    if not every > 0:
        return {}, np.nan
    found = {part.name: float(counted[part.rows].sum() / every) for part in split(answers, (by,))}
    return found, float(np.nansum(counted * np.nan_to_num(points)) / every)


def _table(
    measured: pd.DataFrame,
    compared: pd.DataFrame,
    shares: dict[str | None, float],
    graded: pd.DataFrame,
) -> pd.DataFrame:
    table = measured[["segment", "n", "estimate", "ci_low", "ci_high", "suppressed", "reason"]]
    against = compared.rename(columns={"ci_low": "difference_low", "ci_high": "difference_high"})
    ends = ["difference", "difference_low", "difference_high", "p_adjusted", "verdict"]
    table = table.merge(against[["segment", *ends]], on="segment", how="left")
    hidden = table["suppressed"].ne("") | table["estimate"].isna()
    share = pd.Series(
        [shares.get(None if pd.isna(name) else name, np.nan) for name in table["segment"]],
        dtype="float64",
    )
    table["share"] = share.mask(hidden)
    table["contribution"] = table["share"] * table["estimate"]
    for name, place in (("strengths", "strength"), ("weaknesses", "weakness")):
        counts = graded[graded["place"] == place].groupby("segment").size()
        found = table["segment"].map(counts).fillna(0).astype("Int64")
        table[name] = found.mask(hidden)
    order = ["segment", "n", "share", "estimate", "ci_low", "ci_high", "contribution", *ends]
    return table[[*order, "strengths", "weaknesses", "suppressed", "reason"]]


def _total(table: pd.DataFrame, total: pd.Series) -> pd.DataFrame:
    estimate = float(total["estimate"])
    shown = float(table["contribution"].sum())
    hidden = int((table["contribution"].isna() & table["reason"].ne("NO_ANSWERS")).sum())
    row = {
        "n": total["n"],
        "estimate": estimate,
        "ci_low": total["ci_low"],
        "ci_high": total["ci_high"],
        "shown": shown,
        "hidden": estimate - shown if hidden else 0.0,
        "hidden_segments": hidden,
    }
    return pd.DataFrame([row]).astype({"n": "Int64", "hidden_segments": "int64"})


def _sums_agree(whole: float, estimate: float) -> Check:
    agrees = bool(np.isclose(whole, estimate, rtol=0, atol=1e-6))
    return Check(
        id="sums_agree",
        passed=agrees,
        text=Message(
            "The contributions of the segments sum to {whole:number2}; the total is "
            "{estimate:number2}.",
            whole=whole,
            estimate=estimate,
        ),
    )
