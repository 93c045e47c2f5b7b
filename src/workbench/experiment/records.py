"""Findings become records: the decision, the checks, the plan, the responses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from workbench.experiment.check_tables import response_words
from workbench.experiment.decision import RULES
from workbench.experiment.responses import response_tables
from workbench.experiment.words import check_words, plan_words, rule_words
from workbench.language import Message
from workbench.results.amounts import amount, interval
from workbench.results.base import Check
from workbench.results.experiment import DecisionResult
from workbench.results.trial_checks import PlanKeptResult, ResponseResult, TrustResult

if TYPE_CHECKING:
    from workbench.experiment.decision import Ruling
    from workbench.experiment.gathering import Gathered
    from workbench.experiment.health import Finding
    from workbench.experiment.plan_points import Point
    from workbench.experiment.readings import MetricReading
    from workbench.experiment.responses import SurveyMetric
    from workbench.results.trial import Trial

__all__ = [
    "decision_result",
    "effects_sentence",
    "plan_kept_result",
    "response_result",
    "trust_result",
]


def decision_result(
    found: Gathered, ruling: Ruling, rulings: list[Ruling], readings: list[MetricReading]
) -> DecisionResult:
    """Return the verdict with every rule that was tried."""
    model, progress = found.plan.model, found.progress
    rows = [
        {
            "rule": number,
            "verdict": verdict,
            "met": number == ruling.rule if number <= ruling.rule else None,
        }
        for number, verdict in enumerate(RULES, 1)
    ]
    step = model.next_step
    action = {"SHIP": step.ship, "KEEP_RUNNING": step.go_on}.get(ruling.verdict, step.stop)
    reasons = list(ruling.reasons)
    for other in rulings:
        if other.variant != ruling.variant and other.verdict == "HARM_STOP":
            reasons += other.reasons
    primary = next(
        r for r in readings if r.metric.role == "primary" and r.variant == ruling.variant
    )
    return DecisionResult(
        table=pd.DataFrame(rows).astype({"met": "boolean"}),
        method=Message("The first rule that holds decides."),
        trial=found.trial,
        sentence=_verdict_sentence(found.trial, ruling, primary),
        words=rule_words(ruling, RULES),
        verdict=ruling.verdict,
        rule=ruling.rule,
        reasons=tuple(reasons),
        findings=ruling.findings,
        variant=ruling.variant if ruling.verdict != "INVALID" else None,
        by_variant={other.variant: other.verdict for other in rulings},
        final=progress.final,
        look=max(progress.look, 0),
        looks=max(progress.looks, 0),
        next_action=action,
        holdback=step.holdback,
        read_on=step.read_on,
        until=model.ends if ruling.verdict == "KEEP_RUNNING" else None,
    )


def _verdict_sentence(trial: Trial, ruling: Ruling, primary: MetricReading) -> Message:
    variant = trial.label(ruling.variant)
    match ruling.verdict:
        case "INVALID":
            return Message("INVALID: this trial can’t answer the question. {reason}",
                           reason=ruling.reasons[0])  # fmt: skip
        case "HARM_STOP":
            return Message("HARM-STOP: {variant} does harm. {reason}", variant=variant,
                           reason=ruling.reasons[0])  # fmt: skip
        case "KEEP_RUNNING":
            return Message("KEEP RUNNING: {reason}", reason=ruling.reasons[0])
        case "SHIP":
            return Message("SHIP {variant}: {effect}", variant=variant,
                           effect=effects_sentence(trial, primary))  # fmt: skip
        case "DONT_SHIP":
            return Message("DON'T SHIP {variant}: {reason}", variant=variant,
                           reason=ruling.reasons[0])  # fmt: skip
        case "REVIEW":
            return Message("REVIEW: {reason}", reason=ruling.reasons[0])


def effects_sentence(trial: Trial, reading: MetricReading) -> Message:
    """Return a primary effect in one sentence."""
    effect, name = reading.effect, reading.metric.name
    if effect.estimate is None or effect.ci_low is None or effect.ci_high is None:
        return Message("{name} has no interval yet.", name=trial.metric(name))
    return Message(
        "{name} changes by {effect} ({range}).",
        name=trial.metric(name),
        effect=amount(trial, name, effect.estimate, sureness=(effect.ci_high - effect.ci_low) / 2),
        range=interval(trial, name, effect.ci_low, effect.ci_high),
    )


def trust_result(trial: Trial, findings: list[Finding], valid: bool) -> TrustResult:
    """Return every check, and whether the test can be trusted."""
    rows = [
        {"check": f.id, "passed": f.passed, "value": f.value, "threshold": f.threshold}
        for f in findings
    ]
    table = pd.DataFrame(rows).astype(
        {"passed": "boolean", "value": "float64", "threshold": "float64"}
    )
    failed = [f for f in findings if f.passed is False]
    broken = [f.text for f in findings if f.is_invalid]
    judged = [f.passed for f in findings if f.passed is not None]
    counts = {"passed": sum(judged), "n": len(judged)}
    sentence = Message(
        "The test can be trusted: {passed:integer} of {n:integer} checks passed.", **counts
    )
    if broken:
        sentence = Message("The test can’t be trusted. {reason}", reason=broken[0])
    elif failed:
        sentence = Message(
            "The test can be trusted, {notes}: {passed:integer} of {n:integer} checks passed.",
            notes=Message("with one note", "with {n:integer} notes", n=len(failed)),
            **counts,
        )
    return TrustResult(
        table=table,
        method=Message("Checks come before effects; those of the split and the units decide."),
        trial=trial,
        sentence=sentence,
        words=check_words(findings),
        valid=valid,
        checks=tuple(Check(id=f.id, passed=f.passed, text=f.text) for f in findings),
    )


def plan_kept_result(found: Gathered, points: list[Point]) -> PlanKeptResult:
    """Return the plan point by point."""
    table = pd.DataFrame(
        [
            {"point": p.name, "kept": p.kept, "planned": p.planned, "happened": p.happened}
            for p in points
        ]
    ).astype({"kept": "boolean"})
    kept = sum(point.kept is True for point in points)
    compared = sum(point.kept is not None for point in points)
    return PlanKeptResult(
        table=table,
        method=Message("The plan is compared with the registered one and with the data."),
        trial=found.trial,
        sentence=Message(
            "{kept:integer} of {n:integer} points of the plan are kept.", kept=kept, n=compared
        ),
        words=plan_words(points),
        kept=kept,
        points=compared,
        registered=found.plan.model.written,
    )


def response_result(
    trial: Trial, surveys: list[SurveyMetric], readings: list[MetricReading]
) -> ResponseResult:
    """Return bounds and response rates."""
    bounds, rates, turning = response_tables(surveys, readings, trial.control)
    alarms = tuple(dict.fromkeys(s.metric.name for s in surveys if s.response.alarm))
    first = surveys[0]
    effect = first.response.effect
    sentence = Message(
        "{control:percent1} with “{a}” and {treatment:percent1} with “{b}” answered.",
        a=trial.label(trial.control),
        b=trial.label(first.variant),
        control=effect.control,
        treatment=effect.treatment,
    )
    return ResponseResult(
        table=bounds,
        method=Message(
            "Bounds: trimming (Lee) for unequal response, worst case (Manski) for all the silent."
        ),
        trial=trial,
        sentence=sentence,
        words=response_words(trial, bounds, rates),
        rates=rates,
        turning=turning,
        alarms=alarms,
    )
