"""One verdict per variant by rules in a printed order, and one for the whole trial."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.experiment.margins import gain
from workbench.language import Message
from workbench.results.amounts import amount, interval

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from workbench.experiment.progress import Progress
    from workbench.experiment.readings import MetricReading
    from workbench.results.trial import Trial, Verdict

__all__ = ["RULES", "Ruling", "decide", "overall"]

RULES: tuple[Verdict, ...] = (
    "INVALID",
    "HARM_STOP",
    "KEEP_RUNNING",
    "SHIP",
    "DONT_SHIP",
    "REVIEW",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """The verdict on one variant, and what every tried rule found."""

    variant: str
    verdict: Verdict
    rule: int
    reasons: tuple[Message, ...]
    findings: dict[int, Message]


def decide(
    trial: Trial,
    variant: str,
    readings: Sequence[MetricReading],
    invalid: Sequence[Message],
    progress: Progress,
) -> Ruling:
    """Try the rules in order; the first that holds decides.

    1. INVALID: sample ratio broken, a covariate touched, duplicates or crossing units over limit.
    2. HARM-STOP: a primary metric or a guardrail clearly worse on its always-valid interval, and
       for a guardrail not shown to be within its margin.
    3. KEEP RUNNING: the end (date, else planned n) is not reached, and no planned boundary crossed.
    4. SHIP: a primary metric better, none worse, every guardrail within its margin, and all of it
       also under the bounds where responses are unequal.
    5. DON'T SHIP: no effect worth having, a primary metric worse, or a guardrail not within its
       margin.
    6. REVIEW: anything else.
    """
    own = [reading for reading in readings if reading.variant == variant]
    primary = [reading for reading in own if reading.metric.role == "primary"]
    guardrails = [reading for reading in own if reading.metric.role == "guardrail"]
    findings: dict[int, Message] = {}

    def ruled(number: int, reasons: Sequence[Message]) -> Ruling:
        findings[number] = Message("Yes. {reasons}", reasons=_joined(reasons))
        return Ruling(
            variant=variant, verdict=RULES[number - 1], rule=number, reasons=tuple(reasons),
            findings=findings,
        )  # fmt: skip

    if invalid:
        return ruled(1, invalid)
    findings[1] = Message("No. The split is as planned, and nothing is touched or doubled.")
    harmed = [reading for reading in own if reading.harm]
    if harmed:
        return ruled(2, [_harm(trial, reading) for reading in harmed])
    findings[2] = Message("No, nothing is clearly worse.")
    concludes = progress.may_conclude and _ships(primary, guardrails)
    if not progress.final and not concludes:
        return ruled(3, [_remaining(progress)])
    findings[3] = _complete(progress)
    return _concluded(trial, primary, guardrails, findings, ruled)


def _concluded(
    trial: Trial,
    primary: list[MetricReading],
    guardrails: list[MetricReading],
    findings: dict[int, Message],
    ruled: Callable[[int, Sequence[Message]], Ruling],
) -> Ruling:
    """Try the rules that need a reading that may conclude."""
    better = [reading for reading in primary if reading.status == "better"]
    worse = [reading for reading in primary if reading.status == "worse"]
    if _ships(primary, guardrails):
        reasons = [_better(trial, reading) for reading in better]
        return ruled(4, [*reasons, *_within(guardrails)])
    unsure = [r for r in (*better, *guardrails) if r.survives_response is False]
    past = [r for r in guardrails if r.margin is not None and r.margin.holds is False]
    unread = [r for r in guardrails if r.margin is None or r.margin.holds is None]
    findings[4] = _not_shipped(trial, better, past, unread, unsure)
    if worse:
        return ruled(5, [_worse(trial, reading) for reading in worse])
    if past:
        return ruled(5, [_past(trial, reading) for reading in past])
    same = [reading for reading in primary if reading.status == "equivalent"]
    if primary and len(same) == len(primary):
        return ruled(5, [_equivalent(trial, reading) for reading in same])
    findings[5] = Message("No. Neither no effect nor harm past a limit is shown.")
    return ruled(6, _mixed(trial, primary, unread, unsure))


def _joined(reasons: Sequence[Message]) -> Message:
    """Return sentences one after the other."""
    if len(reasons) == 1:
        return reasons[0]
    return Message("{first} {rest}", first=reasons[0], rest=_joined(reasons[1:]))


def _ships(primary: Sequence[MetricReading], guardrails: Sequence[MetricReading]) -> bool:
    """Return whether everything that shipping asks for holds."""
    better = [reading for reading in primary if reading.status == "better"]
    if not better or any(reading.status == "worse" for reading in primary):
        return False
    if any(reading.survives_response is False for reading in (*better, *guardrails)):
        return False
    return all(r.margin is not None and r.margin.holds is True for r in guardrails)


def _effect_values(trial: Trial, reading: MetricReading) -> dict[str, object]:
    effect = reading.effect
    low, high = effect.ci_low or 0.0, effect.ci_high or 0.0
    return {
        "name": trial.metric(reading.metric.name),
        "effect": amount(
            trial, reading.metric.name, effect.estimate or 0.0, sureness=(high - low) / 2
        ),
        "range": interval(trial, reading.metric.name, low, high),
    }


def _better(trial: Trial, reading: MetricReading) -> Message:
    return Message("{name} is better: {effect} ({range}).", **_effect_values(trial, reading))


def _worse(trial: Trial, reading: MetricReading) -> Message:
    return Message("{name} is worse: {effect} ({range}).", **_effect_values(trial, reading))


def _harm(trial: Trial, reading: MetricReading) -> Message:
    name = reading.metric.name
    return Message(
        "{name} is clearly worse, at any look: {effect} (always-valid {range}).",
        name=trial.metric(name),
        effect=amount(
            trial,
            name,
            reading.found.planned.estimate or 0.0,
            sureness=((reading.harm_high or 0.0) - (reading.harm_low or 0.0)) / 2,
        ),
        range=interval(trial, name, reading.harm_low or 0.0, reading.harm_high or 0.0),
    )


def _past(trial: Trial, reading: MetricReading) -> Message:
    margin = reading.margin
    name = reading.metric.name
    return Message(
        "{name} is not shown to stay within its limit of {limit}: {effect} ({range}).",
        limit=amount(trial, name, margin.margin if margin else 0.0),
        **_effect_values(trial, reading),
    )


def _equivalent(trial: Trial, reading: MetricReading) -> Message:
    practical = reading.metric.practical or 0.0
    return Message(
        "{name} has no effect worth having: {effect} ({range}), under {practical} either way.",
        practical=amount(trial, reading.metric.name, practical, signed=False),
        **_effect_values(trial, reading),
    )


def _within(guardrails: Sequence[MetricReading]) -> list[Message]:
    if not guardrails:
        return [Message("The plan has no guardrails.")]
    n = len(guardrails)
    return [Message("{n:integer} of {n:integer} guardrails stay within their limits.", n=n)]


def _not_shipped(
    trial: Trial,
    better: Sequence[MetricReading],
    past: Sequence[MetricReading],
    unread: Sequence[MetricReading],
    unsure: Sequence[MetricReading],
) -> Message:
    if not better:
        return Message("No. No primary metric is better.")
    names = [trial.metric(reading.metric.name) for reading in (*past, *unread, *unsure)]
    if not names:
        return Message("No. A primary metric is worse.")
    return Message("No. In the way: {names}.", names=names)


def _mixed(
    trial: Trial,
    primary: Sequence[MetricReading],
    unread: Sequence[MetricReading],
    unsure: Sequence[MetricReading],
) -> list[Message]:
    """Say why no rule fits, the weightiest reason first."""
    reasons = [
        Message(
            "{name} could come from who answered: under the bounds it is {range}.",
            name=trial.metric(r.metric.name),
            range=interval(
                trial, r.metric.name, (r.bounds and r.bounds.ci_low) or 0.0,
                (r.bounds and r.bounds.ci_high) or 0.0,
            ),
        )
        for r in unsure
    ]  # fmt: skip
    reasons += [
        Message("{name} can’t be read against its limit.", name=trial.metric(r.metric.name))
        for r in unread
    ]
    for reading in primary:
        if reading.status == "unclear":
            reasons.append(
                Message(
                    "{name} shows no clear change: {effect} ({range}).",
                    **_effect_values(trial, reading),
                )
            )
        if reading.status == "none":
            reasons.append(
                Message("{name} has no interval.", name=trial.metric(reading.metric.name))
            )
    return reasons or [Message("The metrics point different ways.")]


def _remaining(progress: Progress) -> Message:
    if progress.planned_n and not progress.reached:
        return Message(
            "{n:integer} of {planned:integer} planned units are in.",
            n=progress.n,
            planned=progress.planned_n,
        )
    return Message("The end date has not come.")


def _complete(progress: Progress) -> Message:
    if not progress.final:
        return Message("No. A planned boundary is crossed.")
    if progress.planned_n:
        return Message(
            "No. {n:integer} of {planned:integer} planned units are in, and the end has come.",
            n=progress.n,
            planned=progress.planned_n,
        )
    return Message("No. The trial is complete.")


def overall(rulings: Sequence[Ruling], readings: Sequence[MetricReading]) -> Ruling:
    """Return the ruling that stands for the trial.

    A variant to ship comes first (of several, the one with the best primary estimate). Else the
    first that holds for any variant: invalid, harm, keep running, review; "don't ship" only when it
    holds for all. Harm of another variant stays among the reasons.
    """
    shipped = [ruling for ruling in rulings if ruling.verdict == "SHIP"]
    if shipped:
        return max(shipped, key=lambda ruling: _primary_gain(ruling.variant, readings))
    order = ("INVALID", "HARM_STOP", "KEEP_RUNNING", "REVIEW", "DONT_SHIP")
    return min(rulings, key=lambda ruling: order.index(ruling.verdict))


def _primary_gain(variant: str, readings: Sequence[MetricReading]) -> float:
    for reading in readings:
        if reading.variant == variant and reading.metric.role == "primary":
            return gain(reading.effect.estimate or 0.0, reading.metric.direction)
    return 0.0
