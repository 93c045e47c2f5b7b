"""Did a driver's effect change since the previous wave? Waves may share respondents."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import stdtr

from workbench.errors import DataError
from workbench.estimates import holm
from workbench.estimates.bootstrap import sampling_units, score_covariance
from workbench.inputs.disclosure import FLOOR, checked_floor
from workbench.inputs.segments import by_columns, group_codes, require_columns, split
from workbench.language import LocalizedText, Message
from workbench.results.effects import EffectChangesResult
from workbench.survey.design import read_design
from workbench.survey.driver_data import Scale, SegmentData, read_drivers
from workbench.survey.driver_limits import refusal
from workbench.survey.driver_tables import student_reach, typed
from workbench.survey.effects import LinearFit, fit_linear
from workbench.survey.measure import checked_confidence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from workbench.survey.subsets import Floats

__all__ = ["effect_changes"]

_TABLE = (
    *("wave", "previous", "driver", "n", "effect_previous", "effect", "change", "ci_low"),
    *("ci_high", "p_value", "p_adjusted", "real", "performance_previous", "performance"),
    *("performance_change", "performance_low", "performance_high", "verdict", "reason"),
)


@dataclass(frozen=True, eq=False)
class _Wave:
    """One wave's model: effects, grades, and what each row adds to them."""

    name: str
    part: SegmentData
    fit: LinearFit | None
    grade_scores: Floats
    reason: str


def effect_changes(
    answers: pd.DataFrame,
    outcome: str,
    drivers: Sequence[str],
    *,
    wave: str = "wave",
    waves: Sequence[str] | None = None,
    respondent: str | None = None,
    scale: Scale = None,
    always: str | Sequence[str] | None = None,
    weight: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    confidence: float = 0.95,
    floor: int = FLOOR,
    labels: Mapping[str, LocalizedText] | None = None,
) -> EffectChangesResult:
    """Compare every driver's effect, and its grade, with the previous wave.

    Each wave has its own model. A respondent who answered both waves counts as one sampling unit,
    so that what the waves share cancels. Changes of effects are corrected after Holm over all of
    them.

    Parameters
    ----------
    answers, outcome, drivers, scale, always, weight, strata, cluster
        As in :func:`drivers`.
    wave
        Column of the wave.
    waves
        Which waves, in order. Default: all, in the order of the column.
    respondent
        Column that says who answered, where respondents come back. Default: all are new. With
        ``cluster``, clusters are followed over waves instead.

    Returns
    -------
    EffectChangesResult

    Raises
    ------
    DataError
        As :func:`drivers`, and if there are fewer than two waves.
    """
    level, floor = checked_confidence(confidence), checked_floor(floor)
    require_columns(answers, [wave, *([respondent] if respondent else [])])
    design = read_design(answers, weight=weight, strata=strata, cluster=cluster)
    data = read_drivers(
        answers, outcome, drivers, scale=scale, always=by_columns(always), design=design
    )
    people = design.clusters
    if people is None and respondent is not None:
        people = group_codes(answers[respondent])[0]
    parts = {part.name: part.rows for part in split(answers, wave) if part.name is not None}
    chosen = list(parts) if waves is None else [str(name) for name in waves]
    absent = [name for name in chosen if name not in parts]
    if absent or len(chosen) < 2:
        raise DataError(
            Message(
                "Changes need at least two waves of column '{column}'; found {count:integer}.",
                column=wave,
                count=len(chosen) - len(absent),
            )
        )
    fitted = [
        _fit(name, data.segment(parts[name], floor=floor, missing="pairwise")) for name in chosen
    ]
    rows: list[dict[str, Any]] = []
    for before, after in itertools.pairwise(fitted):
        rows += _compare(before, after, people, level)
    p_adjusted = holm([row.get("p_value", np.nan) for row in rows])
    for row, adjusted in zip(rows, p_adjusted, strict=True):
        row["p_adjusted"] = adjusted
        row["verdict"] = _verdict(row, 1 - level)
        row["real"] = None if np.isnan(adjusted) else row["verdict"] != "no_sure_change"
    return EffectChangesResult(
        table=typed(rows, _TABLE),
        method=Message(
            "Each wave has its own model of all drivers; the change counts who answered both. "
            "{count:integer} changes, corrected after Holm.",
            count=int(np.isfinite(p_adjusted).sum()),
        ),
        checks=(),
        outcome=outcome,
        confidence=level,
        labels=dict(labels or {}),
    )


def _fit(name: str, part: SegmentData) -> _Wave:
    reason = "FLOOR" if part.n_outcome < FLOOR else refusal(part, "")[0]
    if reason:
        return _Wave(name, part, None, np.empty((0, 0)), reason)
    fit = fit_linear(part.answers, part.weights)
    answered = ~np.isnan(part.answers)
    share = answered * part.weights[:, None]
    share = share / share.sum(axis=0)
    centred = np.where(answered, part.answers - fit.sample.mean[:, 0], 0.0)
    return _Wave(name, part, fit, share * centred, "")


def _compare(
    before: _Wave, after: _Wave, people: NDArray[np.intp] | None, level: float
) -> list[dict[str, Any]]:
    names = after.part.data.drivers
    rows: list[dict[str, Any]] = [
        {
            "wave": after.name,
            "previous": before.name,
            "driver": name,
            "n": _shown(int(after.part.n_answered[place])) if after.fit is not None else None,
            "reason": after.reason or before.reason,
        }
        for place, name in enumerate(names)
    ]
    if after.fit is None or before.fit is None:
        return rows
    both = np.concatenate([before.part.rows, after.part.rows])
    strata = after.part.data.design.strata
    units = sampling_units(
        both.size,
        strata=None if strata is None else strata[both],
        clusters=None if people is None else people[both],
    )
    for place, _name in enumerate(names):
        if place not in before.part.kept or place not in after.part.kept:
            rows[place]["reason"] = after.part.reasons[place] or before.part.reasons[place]
            continue
        old_unit = before.part.units[before.part.kept.index(place)]
        new_unit = after.part.units[after.part.kept.index(place)]
        old, new = old_unit[0], new_unit[0]
        if len(old_unit) > 1 or len(new_unit) > 1:
            rows[place]["reason"] = "CATEGORY"
            continue
        scores = np.vstack(
            [
                -np.column_stack([before.fit.influence[:, old], before.grade_scores[:, old]]),
                np.column_stack([after.fit.influence[:, new], after.grade_scores[:, new]]),
            ]
        )
        errors = np.sqrt(np.maximum(np.diag(score_covariance(scores, units)), 0))
        df = units.degrees_of_freedom - 2 * after.fit.effect.size
        if df < 1 or not errors[0] > 0:
            rows[place]["reason"] = "TOO_FEW"
            continue
        change = float(after.fit.effect[new] - before.fit.effect[old])
        old_grade = float(before.fit.sample.mean[old, 0])
        grade = float(after.fit.sample.mean[new, 0])
        reach = student_reach(df, level)
        rows[place] |= {
            "effect_previous": before.fit.effect[old],
            "effect": after.fit.effect[new],
            "change": change,
            "ci_low": change - reach * errors[0],
            "ci_high": change + reach * errors[0],
            "p_value": float(2 * stdtr(df, -abs(change) / errors[0])),
            "performance_previous": old_grade,
            "performance": grade,
            "performance_change": grade - old_grade,
            "performance_low": grade - old_grade - reach * errors[1] if errors[1] > 0 else None,
            "performance_high": grade - old_grade + reach * errors[1] if errors[1] > 0 else None,
        }
    return rows


def _shown(count: int) -> int | None:
    return count if count == 0 or count >= FLOOR else None


def _verdict(row: dict[str, Any], alpha: float) -> str | None:
    if np.isnan(row["p_adjusted"]):
        return None
    if row["p_adjusted"] > alpha:
        return "no_sure_change"
    return "effect_up" if row["change"] > 0 else "effect_down"
