"""The verdict under other ways of counting.

Every way is a merge of the cells that were read once, or another option of the same estimator, and
goes through the same rules.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.experiment.decision import decide
from workbench.experiment.layout import DAY, EXPOSED
from workbench.experiment.margins import gain
from workbench.experiment.readings import MetricReading, read_metrics
from workbench.experiment.responses import holds_under
from workbench.experiment.words import sensitivity_words
from workbench.language import Message
from workbench.results.experiment import SensitivityResult

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workbench.experiment.effect import Effect
    from workbench.experiment.metric_effects import Estimator
    from workbench.experiment.progress import Progress
    from workbench.experiment.response import Bounds
    from workbench.experiment.responses import SurveyMetric
    from workbench.results.trial import Trial, Verdict
    from workbench.results.trial_checks import SplitResult

__all__ = ["Way", "sensitivity_result", "ways_of_counting"]

FIRST_DAYS = 3
GROUP_STANDS_OUT = 0.05
COLUMNS = [
    "way", "detail", "estimate", "ci_low", "ci_high", "guardrail", "margin_used", "verdict",
    "same", "moves",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Way:
    """One other way of counting; ``replaced`` changes single readings instead of the estimator."""

    name: str
    detail: str = ""
    estimator: Estimator | None = None
    replaced: dict[str, tuple[float | None, float | None]] | None = None
    moves_primary: bool = True


def ways_of_counting(
    estimator: Estimator,
    readings: Sequence[MetricReading],
    surveys: Sequence[SurveyMetric],
    split: SplitResult,
    variant: str,
) -> Iterator[Way]:
    """Yield the ways that this trial's plan and data allow."""
    model, cells = estimator.plan.model, estimator.cells
    own = [r for r in readings if r.variant == variant]
    primary = next((r for r in own if r.metric.role == "primary"), None)
    if any(r.found.adjusted is not None and r.found.adjusted.used for r in own):
        moves = primary is not None and primary.found.planned is not primary.found.plain
        yield Way(name="unadjusted", estimator=replace(estimator, adjust=False),
                  moves_primary=moves)  # fmt: skip
    capped = [r for r in own if r.metric.cap is not None or r.metric.cap_quantile is not None]
    if capped:
        moves = any(r.metric.role == "primary" for r in capped)
        yield Way(name="uncapped", estimator=replace(estimator, capped=False), moves_primary=moves)
    yield from _without_cells(estimator, split)
    for column, shares in model.rollout.mix.items():
        known = {str(value) for value in cells.keys[column]}
        if set(shares) <= known:
            yield Way(name="rollout_mix", detail=column,
                      estimator=replace(estimator, mix=(column, dict(shares))))  # fmt: skip
    skewed = [r for r in own if r.found.skew is not None and not r.found.skew.enough]
    if skewed:
        yield Way(
            name="skewness_corrected",
            replaced={r.metric.name: (r.found.skew.ci_low, r.found.skew.ci_high)
                      for r in skewed if r.found.skew},
            moves_primary=any(r.metric.role == "primary" for r in skewed),
        )  # fmt: skip
    yield from _of_surveys(surveys, variant)


def _without_cells(estimator: Estimator, split: SplitResult) -> Iterator[Way]:
    """Yield readings of some of the units only."""
    model, cells = estimator.plan.model, estimator.cells
    if DAY in cells.keys:
        days = sorted({day for day in cells.keys[DAY] if isinstance(day, dt.date)})
        if len(days) > FIRST_DAYS + 1:
            late = np.array([day is None or day >= days[FIRST_DAYS] for day in cells.keys[DAY]])
            yield Way(name="without_first_days", detail=str(FIRST_DAYS), estimator=_of(
                estimator, late))  # fmt: skip
        limit = model.last_assignment
        if limit is not None and days and days[-1] > limit:
            planned = np.array([day is None or day <= limit for day in cells.keys[DAY]])
            yield Way(name="without_late_units", estimator=_of(estimator, planned))
    if EXPOSED in cells.keys:
        yield Way(name="exposed_only", estimator=_of(estimator, cells.keys[EXPOSED] == "1"))
    weakest = _weakest_group(split)
    if weakest is not None:
        column, value = weakest
        kept = np.array([str(v) != value for v in cells.keys[column]])
        yield Way(name="without_group", detail=value, estimator=_of(estimator, kept))


def _of(estimator: Estimator, mask: np.ndarray) -> Estimator:
    return replace(estimator, cells=estimator.cells.subset(mask), design=estimator.design or {})


def _weakest_group(split: SplitResult) -> tuple[str, str] | None:
    """Return the segment value whose own split stands out at p < 0.05, if any."""
    table = split.table[split.table["scope"] == "segment"].dropna(subset=["p_value"])
    if table["value"].nunique() < 2:
        return None
    row = table.sort_values("p_value", kind="stable").iloc[0]
    if row["p_value"] >= GROUP_STANDS_OUT:
        return None
    return str(row["column"]), str(row["value"])


def _of_surveys(surveys: Sequence[SurveyMetric], variant: str) -> Iterator[Way]:
    """Yield readings of survey metrics under bounds for those who did not answer."""
    for item in surveys:
        if item.variant != variant or item.metric.role not in {"primary", "guardrail"}:
            continue
        moves = item.metric.role == "primary"
        lee = item.lee if item.response.alarm else None
        for name, bounds in (("lee_bounds", lee), ("worst_case", item.worst)):
            if bounds is not None and not bounds.reason:
                yield Way(
                    name=name, detail=item.metric.name, moves_primary=moves,
                    replaced={item.metric.name: (bounds.ci_low, bounds.ci_high)},
                )  # fmt: skip


def sensitivity_result(
    trial: Trial,
    ways: Sequence[Way],
    readings: Sequence[MetricReading],
    progress: Progress,
    bounds: dict[tuple[str, str], Bounds],
    variant: str,
    verdict: Verdict,
) -> SensitivityResult:
    """Return the verdict under each way, the planned one first."""
    own = [r for r in readings if r.variant == variant]
    metric = next((r.metric.name for r in own if r.metric.role == "primary"), "")
    decisive = [r.metric for r in own if r.metric.role in {"primary", "guardrail"}]
    rows = [_row("as_planned", "", own, verdict, verdict, moves=True)]
    for way in ways:
        if way.estimator is not None:
            read = read_metrics(way.estimator, progress, trial.treatments, bounds, metrics=decisive)
            read = [r for r in read if r.variant == variant]
        else:
            read = [_with_interval(r, way.replaced or {}) for r in own]
        found = decide(trial, variant, read, (), progress).verdict
        rows.append(_row(way.name, way.detail, read, found, verdict, moves=way.moves_primary))
    table = pd.DataFrame(rows, columns=COLUMNS)
    holds, n = int(table["same"].iloc[1:].sum()), len(table) - 1
    sentence = Message(
        "The verdict holds in {holds:integer} of {ways:integer} other ways of counting.",
        holds=holds, ways=n,
    )  # fmt: skip
    if n == 0:
        sentence = Message("The data allow no other way of counting.")
    return SensitivityResult(
        table=table,
        method=Message("Each way of counting goes through the same rules as the planned one."),
        trial=trial,
        sentence=sentence,
        words=sensitivity_words(trial, metric, table),
        metric=metric,
        variant=variant,
        holds=holds,
        ways=n,
    )


def _with_interval(
    reading: MetricReading, replaced: dict[str, tuple[float | None, float | None]]
) -> MetricReading:
    """Return a reading judged by another interval."""
    if reading.metric.name not in replaced:
        return reading
    low, high = replaced[reading.metric.name]
    if low is None or high is None:
        return reading
    holds = holds_under(reading, low, high)
    effect: Effect = replace(reading.effect, ci_low=low, ci_high=high)
    changed = replace(reading, effect=effect, bounds=None, survives_response=None)
    if reading.margin is not None:
        limit = abs(reading.margin.margin)
        worst = low if reading.metric.direction == "increase" else high
        used = -gain(worst, reading.metric.direction) / limit if limit else None
        margin = replace(reading.margin, holds=holds, worst=worst, used=used)
        return replace(changed, margin=margin)
    if reading.status == "better" and not holds:
        return replace(changed, status="unclear")
    return changed


def _row(
    name: str,
    detail: str,
    readings: Sequence[MetricReading],
    verdict: Verdict,
    planned: Verdict,
    *,
    moves: bool,
) -> dict[str, Any]:
    primary = next((r for r in readings if r.metric.role == "primary"), None)
    effect = primary.effect if primary is not None else None
    used = [(r.margin.used, r.metric.name) for r in readings
            if r.margin is not None and r.margin.used is not None]  # fmt: skip
    worst = max(used) if used else (None, None)
    return {
        "way": name,
        "detail": detail,
        "estimate": effect.estimate if effect else None,
        "ci_low": effect.ci_low if effect else None,
        "ci_high": effect.ci_high if effect else None,
        "guardrail": worst[1],
        "margin_used": worst[0],
        "verdict": verdict,
        "same": verdict == planned,
        "moves": moves,
    }
