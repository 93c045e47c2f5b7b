"""Survey metrics of a trial: response per variant, and bounds where the silent could matter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.experiment.layout import VARIANT
from workbench.experiment.response import (
    Bounds,
    Counted,
    lee_bounds,
    response_rates,
    turning_point,
    worst_case_bounds,
)

if TYPE_CHECKING:
    from workbench.experiment.metric_effects import Estimator
    from workbench.experiment.readings import MetricReading
    from workbench.experiment.response import Response
    from workbench.inputs.models.experiment import MetricModel

__all__ = ["SurveyMetric", "bounds_in_force", "response_tables", "survey_metrics"]

SCALES = {"nps": (-100.0, 100.0), "nki": (0.0, 100.0), "csat": (0.0, 1.0), "proportion": (0.0, 1.0)}


@dataclass(frozen=True, slots=True)
class SurveyMetric:
    """Answers to one survey metric, and how its two response rates compare."""

    metric: MetricModel
    variant: str
    treatment: Counted
    control: Counted
    response: Response
    lee: Bounds
    worst: Bounds | None

    @property
    def share_silent(self) -> float:
        """Return the share of those asked who did not answer."""
        asked = self.treatment.asked + self.control.asked
        return 1 - (self.treatment.answered + self.control.answered) / max(asked, 1)


def survey_metrics(
    estimator: Estimator, treatments: tuple[str, ...], *, confidence: float
) -> list[SurveyMetric]:
    """Return every survey metric of every treatment with its response and bounds."""
    found: list[SurveyMetric] = []
    for metric in estimator.plan.metrics:
        if not metric.is_survey or metric.kind in {"ratio", "quantile"} or metric.weight:
            continue
        if not len(estimator.counts(metric).values):
            continue
        control = _answers(estimator, metric, estimator.plan.model.control)
        for variant in treatments:
            treatment = _answers(estimator, metric, variant)
            if min(treatment.asked, control.asked) < 2:
                continue
            found.append(_survey_metric(metric, variant, treatment, control, confidence))
    return found


def _answers(estimator: Estimator, metric: MetricModel, variant: str) -> Counted:
    counts = estimator.counts(metric)
    support = np.unique(counts.values)
    table = counts.table(counts.keys[VARIANT] == variant, support)
    return Counted(support, table, _asked(estimator, metric, variant))


def _survey_metric(
    metric: MetricModel, variant: str, treatment: Counted, control: Counted, confidence: float
) -> SurveyMetric:
    scale = SCALES.get(metric.kind, metric.scale)
    worst = None
    if scale is not None:
        worst = worst_case_bounds(treatment, control, scale, confidence=confidence)
    return SurveyMetric(
        metric,
        variant,
        treatment,
        control,
        response_rates(treatment, control, confidence=confidence),
        lee_bounds(treatment, control, confidence=confidence),
        worst,
    )


def _asked(estimator: Estimator, metric: MetricModel, variant: str) -> int:
    cells = estimator.cells
    mask = cells.where(**{VARIANT: variant})
    if metric.base != "assigned":
        mask &= cells.keys[estimator.layout.stage(metric.base)] == "1"
    return cells.count(mask)


def bounds_in_force(found: list[SurveyMetric]) -> dict[tuple[str, str], Bounds]:
    """Return the bounds that conclusions must hold under: where responses differ alarmingly."""
    return {
        (item.metric.name, item.variant): item.lee
        for item in found
        if item.response.alarm and not item.lee.reason
    }


def response_tables(
    found: list[SurveyMetric], readings: list[MetricReading], control: str
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, float]]:
    """Return bounds, rates and turning points as tables."""
    by_key = {(reading.metric.name, reading.variant): reading for reading in readings}
    bounds: list[dict[str, Any]] = []
    rates: dict[tuple[str, str], dict[str, Any]] = {}
    turning: dict[str, float] = {}
    for item in found:
        reading = by_key[item.metric.name, item.variant]
        bounds += _bound_rows(item, reading)
        for variant, arm in ((item.variant, item.treatment), (control, item.control)):
            rates[item.metric.name, variant] = {
                "metric": item.metric.name,
                "variant": variant,
                "n_asked": arm.asked,
                "n_answered": arm.answered,
                "rate": arm.answered / arm.asked if arm.asked else None,
            }
        point = _turning(item, reading)
        if point is not None:
            turning[item.metric.name] = point
    columns = ["metric", "variant", "assumption", "low", "high", "ci_low", "ci_high", "holds",
               "reason"]  # fmt: skip
    rate_columns = ["metric", "variant", "n_asked", "n_answered", "rate"]
    return (
        pd.DataFrame(bounds, columns=columns),
        pd.DataFrame(list(rates.values()), columns=rate_columns),
        turning,
    )


def _bound_rows(item: SurveyMetric, reading: MetricReading) -> list[dict[str, Any]]:
    effect = reading.effect
    rows = [
        ("answered", Bounds(effect.estimate, effect.estimate, effect.ci_low, effect.ci_high,
                            reason=effect.reason)),
        ("lee", item.lee),
    ]  # fmt: skip
    rows += [("worst_case", item.worst)] if item.worst is not None else []
    return [
        {
            "metric": item.metric.name,
            "variant": item.variant,
            "assumption": name,
            "low": found.low,
            "high": found.high,
            "ci_low": found.ci_low,
            "ci_high": found.ci_high,
            "holds": holds_under(reading, found.ci_low, found.ci_high),
            "reason": found.reason,
        }
        for name, found in rows
    ]


def holds_under(reading: MetricReading, low: float | None, high: float | None) -> bool | None:
    """Return whether a guardrail, or an effect that is better, holds with this interval."""
    if low is None or high is None:
        return None
    worst = low if reading.metric.direction == "increase" else -high
    if reading.metric.role == "guardrail" and reading.margin is not None:
        return bool(worst > -abs(reading.margin.margin))
    return bool(worst > 0)


def _turning(item: SurveyMetric, reading: MetricReading) -> float | None:
    """Return the effect among the silent at which a kept guardrail fails."""
    effect, margin = reading.effect, reading.margin
    if margin is None or margin.holds is not True or effect.ci_low is None:
        return None
    if reading.metric.direction != "increase" or effect.estimate is None:
        return None
    low, limit = effect.ci_low, -abs(margin.margin)
    return turning_point(effect, item.treatment, item.control, lambda shift: low + shift > limit)
