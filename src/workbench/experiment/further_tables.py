"""Tables beside the decision: effects, scores three ways, looks over time, what could be seen."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.experiment.finding_tables import looks_words, score_words, visible_words
from workbench.experiment.layout import DAY, VARIANT, on_scale
from workbench.experiment.looks import always_valid
from workbench.experiment.power import detectable_effect, guardrail_power, power_of
from workbench.experiment.row_queries import count_values
from workbench.experiment.scores import (
    brunner_munzel,
    nps_effect,
    parallel_odds_p,
    proportional_odds,
)
from workbench.experiment.words import effect_words
from workbench.language import Message
from workbench.results.amounts import amount
from workbench.results.experiment import (
    EffectsResult,
    LooksResult,
    ScoreReadingsResult,
    VisibleEffectsResult,
)

if TYPE_CHECKING:
    from workbench.experiment.effect import Effect
    from workbench.experiment.metric_effects import Estimator
    from workbench.experiment.plan import Plan
    from workbench.experiment.progress import Progress
    from workbench.experiment.readings import MetricReading
    from workbench.inputs.models.experiment import MetricModel
    from workbench.results.trial import Trial

__all__ = ["EFFECT_COLUMNS", "effects_result", "looks_result", "score_readings", "visible_effects"]

EFFECT_COLUMNS = [
    "metric", "variant", "role", "n_control", "n_variant", "control", "treatment", "estimate",
    "ci_low", "ci_high", "standard_error", "lift", "lift_low", "lift_high", "p_value",
    "p_adjusted", "unadjusted", "unadjusted_low", "unadjusted_high", "margin", "margin_used",
    "reading", "method", "interval", "variance_kept", "design_effect", "reason", "lift_reason",
]  # fmt: skip
_TEXTS = {"metric", "variant", "role", "reading", "method", "interval", "reason", "lift_reason"}
_NUMBERS = [name for name in EFFECT_COLUMNS if name not in _TEXTS]


def effects_result(
    trial: Trial,
    readings: list[MetricReading],
    progress: Progress,
    sentence: Message,
    *,
    withheld: bool,
) -> EffectsResult:
    """Return every effect as a table; numbers are withheld when the trial is invalid."""
    rows = [_effect_row(reading, progress, withheld) for reading in readings]
    table = pd.DataFrame(rows, columns=EFFECT_COLUMNS)
    counts = ["n_control", "n_variant"]
    numbers = [name for name in _NUMBERS if name not in counts]
    table = table.astype(dict.fromkeys(numbers, "float64") | dict.fromkeys(counts, "int64"))
    return EffectsResult(
        table=table,
        method=_method(readings, progress, withheld),
        trial=trial,
        sentence=(
            Message("Effects are withheld: the groups can’t be compared.") if withheld else sentence
        ),
        words=None if withheld else effect_words(trial, readings),
        withheld=withheld,
    )


def _effect_row(reading: MetricReading, progress: Progress, withheld: bool) -> dict[str, Any]:
    effect, plain, found = reading.effect, reading.unadjusted, reading.found
    counts = {
        "metric": reading.metric.name,
        "variant": reading.variant,
        "role": reading.metric.role,
        "n_control": effect.n_control,
        "n_variant": effect.n_treatment,
        "method": effect.method,
        "interval": progress.mode,
        "lift_reason": effect.lift.reason,
        "reason": effect.reason,
    }
    if withheld:
        return counts | {"reading": "withheld", "reason": "INVALID", "lift_reason": "INVALID"}
    kept = found.adjusted.variance_kept if found.adjusted and found.adjusted.used else None
    return counts | {
        "control": effect.control,
        "treatment": effect.treatment,
        "estimate": effect.estimate,
        "ci_low": effect.ci_low,
        "ci_high": effect.ci_high,
        "standard_error": effect.standard_error,
        "lift": effect.lift.estimate if not effect.lift.reason else None,
        "lift_low": effect.lift.ci_low,
        "lift_high": effect.lift.ci_high,
        "p_value": effect.p_value,
        "p_adjusted": reading.p_adjusted,
        "unadjusted": plain.estimate,
        "unadjusted_low": plain.ci_low,
        "unadjusted_high": plain.ci_high,
        "margin": reading.margin.margin if reading.margin else None,
        "margin_used": reading.margin.used if reading.margin else None,
        "reading": reading.status,
        "variance_kept": kept,
        "design_effect": found.design,
    }


def _method(readings: list[MetricReading], progress: Progress, withheld: bool) -> Message:
    if withheld:
        return Message("Effects are withheld: the groups can’t be compared.")
    intervals = {
        "fixed": Message("Intervals are for one reading, at the end."),
        "always_valid": Message("Intervals hold at every look together (always-valid)."),
        "repeated": Message("Intervals are repeated ones, for the planned looks."),
        "stagewise": Message("Intervals allow for the planned looks (stage-wise ordering)."),
    }[progress.mode]
    adjusted = any(r.found.adjusted is not None and r.found.adjusted.used for r in readings)
    if adjusted:
        return Message(
            "Effects follow assignment. Adjusted: regression with own slopes per variant on what "
            "was known before. Unadjusted: Miettinen-Nurminen for shares, Welch for means, delta "
            "for ratios, trinomial for NPS. {intervals} Secondary metrics: Benjamini-Hochberg; "
            "guardrails need no split of alpha, only power.",
            intervals=intervals,
        )
    return Message(
        "Effects follow assignment: Miettinen-Nurminen for shares, Welch for means, delta for "
        "ratios, trinomial for NPS. {intervals} Secondary metrics: Benjamini-Hochberg; guardrails "
        "need no split of alpha, only power.",
        intervals=intervals,
    )


def score_readings(
    estimator: Estimator, trial: Trial, metric: MetricModel, variant: str
) -> ScoreReadingsResult | None:
    """Read an NPS three ways from counts of 0 to 10; None without answers in both variants."""
    scores = np.arange(11.0)
    number = estimator.source.number(metric.source)
    value = f"CASE WHEN {on_scale(number, (0, 10))} THEN {number} END"
    counted = count_values(estimator.source, estimator.layout, value)
    tables = {
        name: counted.table(counted.keys[VARIANT] == name, scores)
        for name in (variant, trial.control)
    }
    pair = (tables[variant], tables[trial.control])
    if min(table.sum() for table in pair) < 2:
        return None
    level = estimator.confidence
    effects = {
        "difference": (nps_effect(*pair, confidence=level), 0.0),
        "odds_ratio": (proportional_odds(*pair, confidence=level), 1.0),
        "chance_higher": (brunner_munzel(*pair, confidence=level), 0.5),
    }
    rows = [_reading_row(name, effect, none) for name, (effect, none) in effects.items()]
    calls = {_call(effect, none) for effect, none in effects.values()}
    agree = len(calls) == 1
    answers = [
        {"variant": name, "score": int(score), "n": int(n), "share": n / table.sum()}
        for name, table in tables.items()
        for score, n in zip(scores, table, strict=True)
    ]
    return ScoreReadingsResult(
        table=pd.DataFrame(rows),
        method=Message(
            "Scores: difference of trinomials, proportional odds, and the chance that a random "
            "treated unit answers higher (Brunner-Munzel)."
        ),
        trial=trial,
        sentence=_scores_sentence(effects["difference"][0], agree),
        words=score_words(pd.DataFrame(rows)),
        metric=metric.name,
        variant=variant,
        agree=agree,
        parallel_p=parallel_odds_p(*pair),
        answers=pd.DataFrame(answers),
    )


def _reading_row(name: str, effect: Effect, none: float) -> dict[str, Any]:
    return {
        "reading": name,
        "estimate": effect.estimate,
        "ci_low": effect.ci_low,
        "ci_high": effect.ci_high,
        "p_value": effect.p_value,
        "no_difference": none,
        "reason": effect.reason,
    }


def _call(effect: Effect, none: float) -> int:
    """Return the side an interval is on: -1, 0 or 1."""
    if effect.ci_low is None or effect.ci_high is None:
        return 0
    return int(effect.ci_low > none) - int(effect.ci_high < none)


def _scores_sentence(effect: Effect, agree: bool) -> Message:
    if effect.ci_low is None:
        return Message("The scores can’t be given an interval.")
    values = {"effect": effect.estimate, "low": effect.ci_low, "high": effect.ci_high}
    if agree:
        return Message(
            "NPS differs by {effect:points} points ({low:points} to {high:points}); three readings "
            "of the same scores agree.",
            **values,
        )
    return Message(
        "NPS differs by {effect:points} points ({low:points} to {high:points}), but the three "
        "readings of the same scores don’t agree.",
        **values,
    )


def looks_result(
    estimator: Estimator, trial: Trial, reading: MetricReading, progress: Progress
) -> LooksResult | None:
    """Return the primary effect as units came in, day by day; None without days."""
    cells = estimator.cells
    if DAY not in cells.keys or reading.metric.kind in {"ordinal", "quantile"}:
        return None
    days = sorted({day for day in cells.keys[DAY] if isinstance(day, dt.date)})
    if not days:
        return None
    rows: list[dict[str, Any]] = []
    for day in days:
        so_far = np.array([value is not None and value <= day for value in cells.keys[DAY]])
        part = replace(estimator, cells=cells.subset(so_far), design=estimator.design or {})
        effect = part.effect(reading.metric, reading.variant).planned
        rows.append({"day": day.isoformat()} | _always_valid_row(effect, progress, estimator))
    last = rows[-1]
    sentence = Message("There are too few units for an interval that holds at every look.")
    if last["ci_low"] is not None:
        sentence = Message(
            "Over all looks together the effect is {effect}.",
            effect=amount(trial, reading.metric.name, last["estimate"]),
        )
    return LooksResult(
        table=pd.DataFrame(rows),
        method=Message("Looks: asymptotic confidence sequence, tuned to the planned number."),
        trial=trial,
        sentence=sentence,
        words=looks_words(trial, reading.metric.name, pd.DataFrame(rows)),
        metric=reading.metric.name,
        variant=reading.variant,
    )


def _always_valid_row(effect: Effect, progress: Progress, estimator: Estimator) -> dict[str, Any]:
    n = effect.n_treatment + effect.n_control
    empty = {"n": n, "estimate": None, "ci_low": None, "ci_high": None, "reason": effect.reason}
    if effect.estimate is None or not effect.standard_error:
        return empty
    found = always_valid(
        effect.estimate,
        effect.standard_error,
        n,
        progress.planned_n or progress.n,
        alpha=estimator.plan.model.alpha,
        smallest_variant=min(effect.n_treatment, effect.n_control),
    )
    shown = None if found.ci_low is None else effect.estimate
    return empty | {
        "estimate": shown, "ci_low": found.ci_low, "ci_high": found.ci_high, "reason": found.reason,
    }  # fmt: skip


def visible_effects(
    plan: Plan, trial: Trial, readings: list[MetricReading]
) -> VisibleEffectsResult:
    """Return the smallest effect each metric had the planned chance to show."""
    model = plan.model
    needed = guardrail_power(len(plan.of_role("guardrail")), power=model.power)
    rows: list[dict[str, Any]] = []
    for reading in readings:
        error, metric = reading.effect.standard_error, reading.metric
        is_guardrail = metric.role == "guardrail"
        target = metric.practical
        if is_guardrail and reading.margin is not None:
            target = abs(reading.margin.margin)
        rows.append(
            {
                "metric": metric.name,
                "variant": reading.variant,
                "role": metric.role,
                "detectable": (
                    detectable_effect(error, alpha=model.alpha, power=model.power)
                    if error
                    else None
                ),
                "power_needed": needed if is_guardrail else model.power,
                "power": power_of(target, error, alpha=model.alpha) if error and target else None,
            }
        )
    first = next((row for row in rows if row["role"] == "primary"), None)
    sentence = Message("What could have been seen can’t be said.")
    if first is not None and first["detectable"] is not None:
        sentence = Message(
            "The trial had a chance of {power:percent} to find an effect of {effect}.",
            power=model.power,
            effect=amount(trial, str(first["metric"]), float(first["detectable"]), signed=False),
        )
    return VisibleEffectsResult(
        table=pd.DataFrame(rows),
        method=Message("Detectable effects come from the standard error, not from the effect."),
        trial=trial,
        sentence=sentence,
        words=visible_words(trial, pd.DataFrame(rows)),
        power=model.power,
    )
