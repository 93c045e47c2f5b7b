"""Tidy tables from the fits of all segments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import stdtr

from workbench.estimates import (
    bounded_mean_interval,
    holm,
    kish_effective_n,
    share_interval,
)
from workbench.estimates.bootstrap import score_covariance
from workbench.results.drivers import DriverDraws
from workbench.survey.driver_fit import DriverFit, driver_errors, shares
from workbench.survey.effects import variance_inflation
from workbench.survey.quadrants import QUADRANTS, CutRule, place_in_quadrants
from workbench.survey.ranking import (
    accelerated_interval,
    first_places,
    tail_share,
    tie_groups,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workbench.survey.driver_data import SegmentData
    from workbench.survey.subsets import Floats

__all__ = [
    "SegmentFit",
    "TableOptions",
    "draw_tail",
    "driver_draws",
    "driver_rows",
    "fit_row",
    "grade_rows",
    "student_reach",
    "typed",
]

_TEXTS = (
    *("segment", "driver", "other", "group", "quadrant", "suppressed", "reason", "position"),
    *("kind", "action", "detail", "effort", "feasibility", "owner", "due", "status", "variable"),
    *("model", "flag", "verdict", "class", "reading", "wave", "previous", "construct", "item"),
)
_TRUTHS = ("beyond_null", "sure", "differs", "real")
_COUNTS = ("n", "n_missing", "n_complete", "n_low", "rank", "tie", "drivers")


@dataclass(frozen=True, kw_only=True, eq=False)
class SegmentFit:
    """A segment's data and fit, or why there is none.

    Parameters
    ----------
    cell
        Columns that name it.
    suppressed, reason
        Set where its numbers are not shown or could not be made.
    """

    cell: Mapping[str, str | None]
    name: str | None
    data: SegmentData
    fit: DriverFit | None
    suppressed: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class TableOptions:
    """Levels and floors of the tables."""

    confidence: float
    rank_floor: int
    low_grade: float
    cut: CutRule


def typed(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    """Return rows as a frame with one type per column, missing where nothing can be said."""
    return pd.DataFrame({name: _column([row.get(name) for row in rows], name) for name in columns})


def _column(values: list[Any], name: str) -> Any:
    if name in _COUNTS:
        return pd.array(values, dtype="Int64")
    if name in _TRUTHS:
        return pd.array(values, dtype="boolean")
    if name in _TEXTS or any(isinstance(value, str) for value in values):
        return pd.array(values, dtype="str")
    return np.array([np.nan if value is None else value for value in values], dtype=float)


def student_reach(df: float, confidence: float) -> float:
    """Return Student's quantile, infinite degrees of freedom excepted."""
    from scipy.special import stdtrit

    return float(stdtrit(df, (1 + confidence) / 2)) if df > 0 else float("nan")


def draw_tail(segment: SegmentFit, options: TableOptions) -> float:
    """Return the share of draws to cut from each end of a segment's intervals."""
    data = segment.data
    return tail_share(
        options.confidence, kish_effective_n(data.weights), data.n_columns + data.n_controls
    )


def _empty_row(segment: SegmentFit, driver: str, place: int) -> dict[str, Any]:
    """Return a row without numbers: its counts too are hidden where they are too small."""
    own = segment.data.reasons[place]
    hidden = segment.suppressed or ("floor" if own == "FLOOR" else "")
    n = None if hidden else int(segment.data.n_answered[place])
    missing = None if n is None else segment.data.n_outcome + segment.data.n_missing - n
    return {
        **segment.cell,
        "segment": segment.name,
        "driver": driver,
        "n": n,
        "n_missing": missing,
        "suppressed": hidden,
        "reason": segment.reason or own,
    }


def driver_rows(segment: SegmentFit, options: TableOptions) -> list[dict[str, Any]]:
    """Return one row per driver, in the order they were given."""
    names = segment.data.data.drivers
    rows = [_empty_row(segment, name, place) for place, name in enumerate(names)]
    if segment.fit is None:
        return rows
    found = _numbers(segment, segment.fit, options)
    for position, place in enumerate(segment.data.kept):
        rows[place] |= {name: values[position] for name, values in found.items()}
    for place, reason in enumerate(segment.data.reasons):
        if reason == "CONSTANT":
            rows[place] |= {"importance": 0.0, "share": 0.0, "correlation": 0.0}
    return rows


def _numbers(segment: SegmentFit, fit: DriverFit, options: TableOptions) -> dict[str, Any]:
    """Return columns over the drivers that take part."""
    data, share = segment.data, fit.share
    order = sorted(range(share.size), key=lambda row: (-share[row], row))
    rank = np.empty(share.size)
    rank[order] = np.arange(1, share.size + 1)
    counts = data.n_answered[list(data.kept)]
    correlation = fit.sample.correlation[..., 0]
    vif = variance_inflation(correlation)
    first = [unit[0] for unit in data.units]
    found: dict[str, Any] = {
        "importance": fit.importance,
        "share": share,
        "rank": [
            int(r) if n >= options.rank_floor else None for r, n in zip(rank, counts, strict=True)
        ],
        "correlation": np.where(np.isnan(fit.effect), np.nan, correlation[first, -1]),
        "vif": np.where(np.isfinite(vif[first]), vif[first], np.nan),
        **_effect_columns(segment, fit, options),
        **_grades(segment, fit, options),
    }
    if fit.drawn_importance is not None and fit.null_shares is not None:
        drawn, tail = shares(fit.drawn_importance), draw_tail(segment, options)
        low, high = accelerated_interval(drawn, tail)
        null_high = np.quantile(fit.null_shares, options.confidence, axis=1)
        found |= {
            "ci_low": np.minimum(low, share),
            "ci_high": np.maximum(high, share),
            "p_first": first_places(drawn),
            "tie": tie_groups(order, drawn, tail),
            "null_high": null_high,
            "beyond_null": share > null_high,
        }
    if fit.order_error is not None:
        found["order_error"] = fit.order_error
    found |= _quadrant_columns(segment, fit, found, options)
    found["reason"] = _reasons(segment, fit, vif)
    return found


def _reasons(segment: SegmentFit, fit: DriverFit, vif: Floats) -> list[str]:
    """Return why a driver lacks something: the gravest of what applies."""
    reasons: list[str] = []
    for place, unit in zip(segment.data.kept, segment.data.units, strict=True):
        if np.isinf(vif[list(unit)]).any():
            reasons.append("ALIASED")
        elif segment.data.data.is_category[place]:
            reasons.append("CATEGORY")
        elif fit.errors.df <= 0:
            reasons.append("TOO_FEW")
        elif not segment.data.data.is_graded[place]:
            reasons.append("SCALE")
        else:
            reasons.append("" if fit.drawn_importance is not None else "NO_DRAWS")
    return reasons


def _effect_columns(
    segment: SegmentFit, fit: DriverFit, options: TableOptions
) -> dict[str, Floats]:
    error = driver_errors(fit, segment.data)
    known = error > 0
    reach = student_reach(fit.errors.df, options.confidence)
    half = np.where(known, reach * error, np.nan)
    ratio = np.abs(fit.effect) / np.where(known, error, np.nan)
    p_value = 2 * stdtr(fit.errors.df, -ratio) if fit.errors.df > 0 else np.full_like(ratio, np.nan)
    return {
        "effect": fit.effect,
        "effect_low": fit.effect - half,
        "effect_high": fit.effect + half,
        "p_value": p_value,
        "p_adjusted": _adjusted(ratio, p_value, fit),
    }


def _adjusted(ratio: Floats, p_value: Floats, fit: DriverFit) -> Floats:
    """Correct for looking at all drivers: the largest deviation in each draw, else Holm's way."""
    if fit.drawn_effect is None:
        return holm(p_value)
    spread = fit.drawn_effect.std(axis=1, ddof=1, keepdims=True)
    known = (spread[:, 0] > 0) & np.isfinite(ratio)
    if not known.any():
        return holm(p_value)
    drawn = fit.drawn_effect[known]
    centred = drawn - drawn.mean(axis=1, keepdims=True)
    largest = np.sort((np.abs(centred) / spread[known]).max(axis=0))
    above = largest.size - np.searchsorted(largest, ratio, side="left")
    adjusted = (above + 1) / (largest.size + 1)
    return np.where(known, np.maximum(adjusted, p_value), np.nan)


def _grades(segment: SegmentFit, fit: DriverFit, options: TableOptions) -> dict[str, Floats]:
    """Return performance with its interval, ``nan`` for drivers that are not on 0-100."""
    data, fit_units = segment.data, segment.data.sampling()
    size = len(data.kept)
    found = {
        name: np.full(size, np.nan)
        for name in ("performance", "performance_low", "performance_high")
    }
    for position, (place, unit) in enumerate(zip(data.kept, data.units, strict=True)):
        if not data.data.is_graded[place]:
            continue
        grade = float(np.clip(fit.sample.mean[unit[0], 0], 0.0, 100.0))
        answered = ~np.isnan(data.answers[:, unit[0]])
        share = np.where(answered, data.weights, 0.0)
        share = share / share.sum()
        residual = np.where(answered, data.answers[:, unit[0]] - grade, 0.0)
        variance = float(score_covariance((share * residual)[:, None], fit_units)[0, 0])
        found["performance"][position] = grade
        df = float(min(fit_units.degrees_of_freedom, int(answered.sum()) - 1))
        low, high = bounded_mean_interval(grade, variance, df, confidence=options.confidence)
        found["performance_low"][position], found["performance_high"][position] = low, high
    return found


def _quadrant_columns(
    segment: SegmentFit, fit: DriverFit, found: Mapping[str, Any], options: TableOptions
) -> dict[str, Any]:
    draws = driver_draws(segment, fit)
    drawn = None if draws is None else (draws.effect, draws.performance, draws.outcome)
    outcome = float(fit.sample.mean[-1, 0])
    placed = place_in_quadrants(fit.effect, found["performance"], outcome, drawn, options.cut)
    names = [QUADRANTS[q] if q >= 0 else None for q in placed.place]
    own = [placed.probability[i, q] if q >= 0 else np.nan for i, q in enumerate(placed.place)]
    return {"quadrant": names, "p_quadrant": own}


def driver_draws(segment: SegmentFit, fit: DriverFit) -> DriverDraws | None:
    """Return the draws by driver, for what is read off them later."""
    if fit.drawn_importance is None or fit.drawn_mean is None or fit.drawn_effect is None:
        return None
    data = segment.data
    graded = data.data.is_graded[list(data.kept)]
    first = [unit[0] for unit in data.units]
    performance = np.where(graded[:, None], fit.drawn_mean[first], np.nan)
    return DriverDraws(
        drivers=tuple(data.data.drivers[place] for place in data.kept),
        share=shares(fit.drawn_importance).T,
        effect=fit.drawn_effect.T,
        performance=performance.T,
        outcome=fit.drawn_mean[-1],
    )


def fit_row(segment: SegmentFit, options: TableOptions) -> dict[str, Any]:
    """Return the segment's row of ``fit``."""
    data, fit = segment.data, segment.fit
    row: dict[str, Any] = {
        **segment.cell,
        "segment": segment.name,
        "suppressed": segment.suppressed,
        "reason": segment.reason,
    }
    if segment.suppressed:
        return row
    row |= {"n": data.n_outcome, "n_missing": data.n_missing, "n_complete": data.n_complete}
    if fit is None:
        return row
    used, columns = len(data.answers), data.n_columns + data.n_controls
    spare = used - 1 - columns
    row |= {
        "n_effective": kish_effective_n(data.weights),
        "r2": fit.r2,
        "r2_adjusted": 1 - (1 - fit.r2) * (used - 1) / spare if spare > 0 else np.nan,
        "r2_controls": fit.r2_controls if data.n_controls else np.nan,
        "outcome_mean": float(fit.sample.mean[-1, 0]),
        "smallest_eigenvalue": float(fit.sample.smallest[0]),
        "reason": "" if fit.drawn_r2 is not None else "NO_DRAWS",
    }
    if fit.drawn_r2 is not None:
        tail = draw_tail(segment, options)
        low, high = np.quantile(fit.drawn_r2, [tail, 1 - tail])
        row |= {"r2_low": min(float(low), fit.r2), "r2_high": max(float(high), fit.r2)}
    return row


def grade_rows(
    segment: SegmentFit, rows: Sequence[Mapping[str, Any]], low_grade: float, confidence: float
) -> list[dict[str, Any]]:
    """Return grades, and how many give a low one: whom an action concerns."""
    found: list[dict[str, Any]] = []
    data = segment.data
    for place, row in enumerate(rows):
        own: dict[str, Any] = {
            name: row.get(name) for name in (*segment.cell, "segment", "driver", "n", "suppressed")
        }
        is_graded = np.isfinite(row.get("performance", np.nan))
        own["reason"] = "" if is_graded else row.get("reason")
        if is_graded and not row["suppressed"]:
            grades = data.data.grades[data.rows, place]
            answered = ~np.isnan(grades)
            weights = data.weights[answered]
            is_low = grades[answered] <= low_grade + 1e-9
            share = float(weights @ is_low / weights.sum())
            low, high = share_interval(share, kish_effective_n(weights), confidence=confidence)
            own |= {
                "performance": row["performance"],
                "ci_low": row["performance_low"],
                "ci_high": row["performance_high"],
                "n_low": int(is_low.sum()),
                "low_share": share,
                "low_share_low": float(low),
                "low_share_high": float(high),
            }
        found.append(own)
    return found
