"""Each metric read as the plan says: corrected, against its margin, watched for harm."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from workbench.experiment.distributions import normal_cdf, quantile
from workbench.experiment.looks import AlwaysValid, FinalReading, always_valid, final_reading
from workbench.experiment.margins import MarginTest, equivalence, gain, non_inferiority
from workbench.experiment.multiplicity import (
    benjamini_hochberg,
    dunnett_critical,
    dunnett_p,
    holm,
    matching_confidence,
)
from workbench.experiment.progress import always_valid_confidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.experiment.effect import Effect
    from workbench.experiment.metric_effects import Estimator, MetricEffect
    from workbench.experiment.plan import Plan
    from workbench.experiment.progress import Progress
    from workbench.experiment.response import Bounds
    from workbench.inputs.models.experiment import MetricModel

__all__ = ["MetricReading", "Status", "read_metrics"]

Status = Literal["better", "worse", "equivalent", "unclear", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricReading:
    """One metric of one variant, read.

    Parameters
    ----------
    found
        The estimates at the plan's plain level.
    effect, unadjusted
        With the interval of this reading: corrected for looks and for the family of the role.
    confidence
        Pointwise level of that interval.
    p_adjusted
        Corrected within the role; None for guardrails, which have no family.
    status
        What may be said: better or worse than nothing, equivalent, unclear, or none without an
        interval.
    margin
        Of a guardrail.
    same
        Test of no effect worth having, where the plan has a practical margin.
    harm
        The whole always-valid interval is on the bad side, and no margin is kept.
    bounds
        Lee bounds where responses differ so much that the conclusion must hold under them.
    survives_response
        Whether it does; None where it need not.
    """

    found: MetricEffect
    effect: Effect
    unadjusted: Effect
    confidence: float | None
    p_adjusted: float | None
    status: Status
    margin: MarginTest | None = None
    same: MarginTest | None = None
    harm: bool = False
    harm_low: float | None = None
    harm_high: float | None = None
    bounds: Bounds | None = None
    survives_response: bool | None = None

    @property
    def metric(self) -> MetricModel:
        """Return the metric."""
        return self.found.metric

    @property
    def variant(self) -> str:
        """Return the variant."""
        return self.found.variant


def read_metrics(
    estimator: Estimator,
    progress: Progress,
    treatments: Sequence[str],
    bounds: dict[tuple[str, str], Bounds] | None = None,
    *,
    metrics: Sequence[MetricModel] | None = None,
) -> list[MetricReading]:
    """Read every metric of every treatment.

    Parameters
    ----------
    bounds
        Bounds by metric and variant that a conclusion must also hold under.
    metrics
        Those to read. Default: all of the plan.
    """
    plan = estimator.plan
    readings: list[MetricReading] = []
    for role in ("primary", "guardrail", "secondary", "exploratory"):
        chosen = [m for m in (plan.metrics if metrics is None else metrics) if m.role == role]
        pairs = [(metric, treatment) for metric in chosen for treatment in treatments]
        if pairs:
            readings += _read_role(estimator, progress, pairs, role)
    readings = [_with_harm(reading, estimator, progress, treatments) for reading in readings]
    return [_with_bounds(reading, bounds or {}) for reading in readings]


def _read_role(
    estimator: Estimator,
    progress: Progress,
    pairs: list[tuple[MetricModel, str]],
    role: str,
) -> list[MetricReading]:
    alpha = estimator.plan.model.alpha
    plain = replace(estimator, confidence=1 - alpha)
    found = [plain.effect(metric, variant) for metric, variant in pairs]
    p_values = [_p_value(item, progress, alpha) for item in found]
    p_adjusted, level = _corrected(found, p_values, role, alpha, progress)
    return [
        _reading(plain, item, progress, p, level, alpha)
        for item, p in zip(found, p_adjusted, strict=True)
    ]


def _p_value(found: MetricEffect, progress: Progress, alpha: float) -> float | None:
    """Return the p-value of this reading's mode."""
    effect = found.planned
    if progress.mode == "always_valid" and effect.estimate is not None:
        return _always_valid(effect, progress, alpha).p_value
    if progress.mode == "stagewise" and effect.standard_error and effect.estimate is not None:
        return _final(effect, progress, 1 - alpha).p_value
    return effect.p_value


def _always_valid(effect: Effect, progress: Progress, alpha: float) -> AlwaysValid:
    n = effect.n_treatment + effect.n_control
    return always_valid(
        effect.estimate or 0.0,
        effect.standard_error or 0.0,
        n,
        _planned(progress, n),
        alpha=alpha,
        smallest_variant=min(effect.n_treatment, effect.n_control),
    )


def _planned(progress: Progress, n: int) -> int:
    """Return the planned number of valid values: the plan's n times the share that is valid."""
    if not progress.planned_n or not progress.n:
        return max(n, 1)
    return max(1, round(progress.planned_n * n / progress.n))


def _final(effect: Effect, progress: Progress, confidence: float) -> FinalReading:
    return final_reading(
        progress.fractions,
        progress.bounds,
        effect.estimate or 0.0,
        effect.standard_error or 1.0,
        confidence=confidence,
    )


def _corrected(
    found: list[MetricEffect],
    p_values: list[float | None],
    role: str,
    alpha: float,
    progress: Progress,
) -> tuple[list[float | None], float]:
    """Return corrected p-values and the level of the intervals that go with them."""
    if role == "guardrail":
        return [None] * len(p_values), 1 - alpha
    if role in {"secondary", "exploratory"}:
        adjusted = benjamini_hochberg(p_values)
        return adjusted, matching_confidence(adjusted, alpha=alpha, method="bh")
    if len(found) == 1:
        return p_values, 1 - alpha
    if len({item.metric.name for item in found}) == 1 and progress.mode == "fixed":
        return _dunnett(found, p_values, alpha)
    adjusted = holm(p_values)
    return adjusted, matching_confidence(adjusted, alpha=alpha, method="holm")


def _dunnett(
    found: list[MetricEffect], p_values: list[float | None], alpha: float
) -> tuple[list[float | None], float]:
    """Correct several treatments against one control together."""
    known = [i for i, item in enumerate(found) if item.planned.standard_error]
    if len(known) < 2:
        return p_values, 1 - alpha
    effects = [found[i].planned for i in known]
    statistics = [quantile(1 - (e.p_value or 1.0) / 2 or 1e-16) for e in effects]
    n = [float(e.n_treatment) for e in effects]
    control = float(effects[0].n_control)
    adjusted: list[float | None] = [None] * len(found)
    for i, p in zip(known, dunnett_p(statistics, n, control), strict=True):
        adjusted[i] = max(float(p), p_values[i] or 0.0)
    critical = dunnett_critical(n, control, alpha=alpha)
    return adjusted, 2 * normal_cdf(critical) - 1


def _reading(
    estimator: Estimator,
    found: MetricEffect,
    progress: Progress,
    p_adjusted: float | None,
    level: float,
    alpha: float,
) -> MetricReading:
    """Return one metric with the interval of the reading's mode and what may be said."""
    effect = found.planned
    n = effect.n_treatment + effect.n_control
    smallest = min(effect.n_treatment, effect.n_control)
    mode_progress = replace(progress, planned_n=_planned(progress, n))
    confidence = mode_progress.confidence(1 - level, n, smallest)
    if confidence is None:
        early = replace(effect, ci_low=None, ci_high=None, p_value=None, reason="TOO_EARLY")
        unadjusted = replace(found.plain, ci_low=None, ci_high=None, p_value=None,
                             reason="TOO_EARLY")  # fmt: skip
        return MetricReading(
            found=found, effect=early, unadjusted=unadjusted, confidence=None, p_adjusted=None,
            status="none",
        )  # fmt: skip
    wide = found
    if not math.isclose(confidence, estimator.confidence, rel_tol=1e-12):
        wide = replace(estimator, confidence=confidence).effect(found.metric, found.variant)
    effect = replace(wide.planned, p_value=_p_value(found, progress, alpha))
    if progress.mode == "stagewise" and effect.standard_error:
        final = _final(effect, progress, level)
        effect = replace(effect, ci_low=final.ci_low, ci_high=final.ci_high)
    return _judged(wide, effect, progress, p_adjusted, confidence, estimator.plan)


def _judged(
    found: MetricEffect,
    effect: Effect,
    progress: Progress,
    p_adjusted: float | None,
    confidence: float,
    plan: Plan,
) -> MetricReading:
    metric, alpha = found.metric, plan.model.alpha
    margin = same = None
    if metric.role == "guardrail":
        margin = _margin_test(metric, effect)
    if metric.practical is not None and effect.standard_error:
        same = equivalence(effect, metric.practical, alpha=alpha)
    return MetricReading(
        found=found,
        effect=effect,
        unadjusted=found.plain,
        confidence=confidence,
        p_adjusted=p_adjusted,
        status=_status(metric, effect, p_adjusted, same, progress, alpha),
        margin=margin,
        same=same,
    )


def _margin_test(metric: MetricModel, effect: Effect) -> MarginTest:
    """Test a guardrail's margin, absolute or as a share of the control by Fieller's interval."""
    margin = float(metric.margin or 0.0)
    if metric.margin_is == "absolute" or effect.control is None:
        return non_inferiority(effect, margin, metric.direction)
    size = abs(effect.control)
    limit = -margin * size if metric.direction == "increase" else margin * size
    low, high = effect.lift.ci_low, effect.lift.ci_high
    if low is None or high is None:
        return MarginTest(None, None, None, limit, None, effect.lift.reason or "NO_INTERVAL")
    worst = low if metric.direction == "increase" else high
    used = -gain(worst, metric.direction) / margin
    return MarginTest(bool(used < 1), None, worst * size, limit, used)


def _status(
    metric: MetricModel,
    effect: Effect,
    p_adjusted: float | None,
    same: MarginTest | None,
    progress: Progress,
    alpha: float,
) -> Status:
    if effect.ci_low is None or effect.ci_high is None or effect.estimate is None:
        return "none"
    if metric.role == "guardrail":
        significant = effect.ci_low > 0 or effect.ci_high < 0
    else:
        p = effect.p_value if p_adjusted is None else p_adjusted
        significant = p is not None and p <= alpha
        if progress.mode == "repeated":
            significant = effect.ci_low > 0 or effect.ci_high < 0
    if significant and effect.estimate != 0:
        return "better" if gain(effect.estimate, metric.direction) > 0 else "worse"
    if same is not None and same.holds:
        return "equivalent"
    return "unclear"


def _with_harm(
    reading: MetricReading, estimator: Estimator, progress: Progress, treatments: Sequence[str]
) -> MetricReading:
    """Watch primary metrics and guardrails for harm, at any look, alpha split among them."""
    plan = estimator.plan
    if reading.metric.role not in {"primary", "guardrail"}:
        return reading
    watched = len(plan.of_role("primary")) + len(plan.of_role("guardrail"))
    alpha = plan.model.alpha / (watched * len(treatments))
    effect = reading.found.planned
    n = effect.n_treatment + effect.n_control
    smallest = min(effect.n_treatment, effect.n_control)
    level = always_valid_confidence(n, _planned(progress, n), alpha, smallest)
    if level is None or effect.estimate is None or not effect.standard_error:
        return reading
    half = quantile(0.5 + level / 2) * effect.standard_error
    low, high = effect.estimate - half, effect.estimate + half
    direction = reading.metric.direction
    best = high if direction == "increase" else low
    kept = reading.margin is not None and reading.margin.holds is True
    return replace(
        reading, harm=bool(gain(best, direction) < 0 and not kept), harm_low=low, harm_high=high
    )


def _with_bounds(reading: MetricReading, bounds: dict[tuple[str, str], Bounds]) -> MetricReading:
    """Ask whether a conclusion also holds under the bounds for unequal response."""
    found = bounds.get((reading.metric.name, reading.variant))
    if found is None:
        return reading
    direction = reading.metric.direction
    worst = found.ci_low if direction == "increase" else found.ci_high
    survives = False
    if worst is not None and reading.metric.role == "guardrail":
        limit = reading.margin.margin if reading.margin else 0.0
        survives = bool(gain(worst, direction) > -abs(limit))
    elif worst is not None:
        survives = bool(gain(worst, direction) > 0)
    return replace(reading, bounds=found, survives_response=survives)
