"""Can each metric be trusted? Missing values, response, skewness, power, trends."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING

import numpy as np

from workbench.experiment.distributions import two_sided_p
from workbench.experiment.health import Finding
from workbench.experiment.layout import DAY, VARIANT
from workbench.experiment.means import mean_level
from workbench.experiment.power import guardrail_power, power_of
from workbench.experiment.proportions import proportion_effect
from workbench.experiment.ratios import denominator_moved, ratio_level
from workbench.language import Message

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workbench.experiment.effect import Level
    from workbench.experiment.metric_effects import Estimator
    from workbench.experiment.moments import Moments
    from workbench.experiment.readings import MetricReading
    from workbench.experiment.responses import SurveyMetric
    from workbench.results.trial import Trial

__all__ = ["TREND_ALARM", "metric_findings", "novelty_p"]

TREND_ALARM = 0.01
MISSING_ALARM = 0.001


def metric_findings(
    estimator: Estimator, trial: Trial, readings: list[MetricReading], surveys: list[SurveyMetric]
) -> list[Finding]:
    """Return missing values, response, skewness, moved denominators, metric by metric."""
    found: list[Finding] = []
    asked = {(item.metric.name, item.variant) for item in surveys}
    for item in surveys:
        found += _response_findings(trial, item)
    for reading in readings:
        name = reading.metric.name
        suffix = f":{reading.variant}" if len(trial.treatments) > 1 else ""
        if (name, reading.variant) not in asked and reading.metric.kind not in {
            "ordinal",
            "quantile",
        }:
            found += _missing_findings(estimator, trial, reading, suffix)
        found += _skew_findings(trial, reading, suffix)
        found += _power_findings(estimator, trial, reading, suffix)
        found += _moved_findings(estimator, trial, reading, suffix)
    found += _infinite_findings(estimator)
    return found


def _response_findings(trial: Trial, item: SurveyMetric) -> list[Finding]:
    effect = item.response.effect
    suffix = f":{item.variant}" if len(trial.treatments) > 1 else ""
    values = {
        "name": trial.metric(item.metric.name),
        "a": trial.label(trial.control),
        "b": trial.label(item.variant),
        "control": effect.control,
        "treatment": effect.treatment,
        "p": effect.p_value,
    }
    text = Message(
        "{name}: {control:percent1} with “{a}” and {treatment:percent1} with “{b}” answered "
        "({p:p_is}).", **values,
    )  # fmt: skip
    if item.response.alarm:
        text = Message(
            "{name}: {control:percent1} with “{a}” and {treatment:percent1} with “{b}” answered "
            "({p:p_is}). Unequal, so bounds are shown, and a conclusion must hold under "
            "them.", **values,
        )  # fmt: skip
    found = [
        Finding(
            f"response:{item.metric.name}{suffix}",
            not item.response.alarm,
            effect.p_value,
            0.01,
            text,
        )
    ]
    if item.share_silent > 0.05:
        found.append(
            Finding(
                f"silent:{item.metric.name}{suffix}",
                None,
                item.share_silent,
                None,
                Message(
                    "{name}: {share:percent} did not answer. Equal response does not show that the "
                    "silent think alike; the effect is among those who answered.",
                    name=trial.metric(item.metric.name),
                    share=item.share_silent,
                ),
            )
        )
    return found


def _missing_findings(
    estimator: Estimator, trial: Trial, reading: MetricReading, suffix: str
) -> list[Finding]:
    cells, columns = estimator.cells, estimator.layout.metrics[reading.metric.name]
    counts: list[tuple[int, int]] = []
    for variant in (reading.variant, trial.control):
        mask = cells.where(**{VARIANT: variant})
        if reading.metric.base != "assigned":
            mask &= cells.keys[estimator.layout.stage(reading.metric.base)] == "1"
        asked = cells.count(mask)
        counts.append((asked - cells.n_valid(columns.outcomes, mask), asked))
    if min(n for _, n in counts) < 1:
        return []
    missing, total = counts[0][0] + counts[1][0], counts[0][1] + counts[1][1]
    name = trial.metric(reading.metric.name)
    if not missing:
        text = Message("{name}: no missing values among {n:integer}.", name=name, n=total)
        return [Finding(f"missing:{reading.metric.name}{suffix}", True, 0.0, 0.0, text)]
    p = proportion_effect(*counts[0], *counts[1]).p_value
    text = Message(
        "{name}: {missing:integer} of {n:integer} values are missing; they are left out. As many "
        "in both variants: {p:p_is}.", name=name, missing=missing, n=total, p=p,
    )  # fmt: skip
    differs = p is not None and p < MISSING_ALARM
    return [
        Finding(
            f"missing:{reading.metric.name}{suffix}",
            False if differs else None,
            missing / total,
            0.0,
            text,
        )
    ]


def _skew_findings(trial: Trial, reading: MetricReading, suffix: str) -> list[Finding]:
    skew = reading.found.skew
    if skew is None or skew.enough:
        return []
    smallest = min(reading.effect.n_control, reading.effect.n_treatment)
    return [
        Finding(
            f"skewness:{reading.metric.name}{suffix}",
            None,
            float(smallest),
            skew.needed,
            Message(
                "{name} is skewed: its interval is safe from {needed:integer} units per variant, "
                "and there are {n:integer}. Corrected for skewness it is {low:signed_adaptive} to "
                "{high:signed_adaptive}.",
                name=trial.metric(reading.metric.name),
                needed=math.ceil(skew.needed),
                n=smallest,
                low=skew.ci_low,
                high=skew.ci_high,
            ),
        )
    ]


def _power_findings(
    estimator: Estimator, trial: Trial, reading: MetricReading, suffix: str
) -> list[Finding]:
    """Return a note on a guardrail that could hardly have passed even without any harm."""
    error, margin = reading.effect.standard_error, reading.margin
    if margin is None or not error:
        return []
    plan = estimator.plan
    needed = guardrail_power(len(plan.of_role("guardrail")), power=plan.model.power)
    power = power_of(abs(margin.margin), error, alpha=plan.model.alpha)
    if power >= needed:
        return []
    return [
        Finding(
            f"guardrail_power:{reading.metric.name}{suffix}",
            None,
            power,
            needed,
            Message(
                "{name}: without any harm the chance to be within the limit was {power:percent}; "
                "all guardrails together need {needed:percent} each.",
                name=trial.metric(reading.metric.name),
                power=power,
                needed=needed,
            ),
        )
    ]


def _moved_findings(
    estimator: Estimator, trial: Trial, reading: MetricReading, suffix: str
) -> list[Finding]:
    columns = estimator.layout.metrics.get(reading.metric.name)
    if reading.metric.kind != "ratio" or columns is None or columns.denominator is None:
        return []
    cells = estimator.cells
    arms = [
        cells.moments(columns.outcomes, mask=cells.where(**{VARIANT: variant}))
        for variant in (reading.variant, trial.control)
    ]
    if min(arm.n for arm in arms) < 2:
        return []
    p = denominator_moved(arms[0], arms[1], columns.denominator)
    if p is None:
        return []
    return [
        Finding(
            f"denominator:{reading.metric.name}{suffix}",
            False,
            p,
            0.01,
            Message(
                "{name}: the denominator moved ({p:p_is}), so the ratio mixes two effects.",
                name=trial.metric(reading.metric.name),
                p=p,
            ),
        )
    ]


def _infinite_findings(estimator: Estimator) -> Iterable[Finding]:
    for column, n in estimator.cells.infinite.items():
        if n:
            yield Finding(
                f"infinite:{column[2:]}", False, float(n), 0.0,
                Message(
                    "{n:integer} value of {name} is infinite and counts as missing.",
                    "{n:integer} values of {name} are infinite and count as missing.",
                    n=n, name=estimator.plan.column(column[2:]),
                ),
            )  # fmt: skip


def novelty_p(estimator: Estimator, reading: MetricReading) -> float | None:
    """Return the p-value of "the effect is the same on every day of assignment" (linear trend).

    Days with too few units for an interval are left out; None with fewer than three days.
    """
    cells = estimator.cells
    if DAY not in cells.keys or reading.metric.kind in {"ordinal", "quantile"}:
        return None
    days = sorted({day for day in cells.keys[DAY] if isinstance(day, dt.date)})
    estimates, variances, at = [], [], []
    for day in days:
        arms = estimator.arms(reading.metric, reading.variant, cells.keys[DAY] == day)
        levels = [_level(arm) for arm in arms]
        known = [level for level in levels if level is not None and level.n > 1]
        variance = sum(level.variance for level in known)
        if len(known) == 2 and variance > 0:
            estimates.append(known[0].value - known[1].value)
            variances.append(variance)
            at.append(float((day - days[0]).days))
    if len(at) < 3:
        return None
    weight, x = 1 / np.array(variances), np.array(at)
    centre = weight @ x / weight.sum()
    spread = float(weight @ (x - centre) ** 2)
    if not spread > 0:
        return None
    slope = float((weight * (x - centre)) @ np.array(estimates)) / spread
    return two_sided_p(slope * math.sqrt(spread))


def _level(arm: Moments) -> Level | None:
    """Return a mean, or a ratio where the metric has a denominator."""
    if len(arm.names) == 2:
        return ratio_level(arm, *arm.names)
    return mean_level(arm, arm.names[0]) if arm.n else None
