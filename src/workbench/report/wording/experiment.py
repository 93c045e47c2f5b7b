"""Headings and sentences for the records of experiments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.language import Message
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from workbench.results.experiment import (
        DecisionResult,
        EffectsResult,
        LooksResult,
        ScoreReadingsResult,
        SegmentEffectsResult,
        SensitivityResult,
        VisibleEffectsResult,
    )

__all__ = [
    "headline_decision",
    "headline_effects",
    "headline_looks",
    "headline_score_readings",
    "headline_sensitivity",
    "headline_trial_segments",
    "headline_visible_effects",
    "lead_score_readings",
    "lead_sensitivity",
    "lead_trial_segments",
    "subtitle_effects",
    "subtitle_looks",
]


def headline_effects(result: EffectsResult) -> Message:
    """Say how many metrics are better and how near a guardrail comes to its limit."""
    if result.withheld:
        return Message("Effects are withheld")
    records = plain_rows(result.table)
    better = sum(r["role"] == "primary" and r["reading"] == "better" for r in records)
    used = [r["margin_used"] for r in records if r["margin_used"] is not None]
    past = [r for r in records if (r["margin_used"] or 0) >= 1]
    if past:
        names = [result.trial.metric(r["metric"]) for r in past]
        return Message("{names} may pass the harm limit", names=names)
    if better and used:
        return Message(
            "The primary metric is better, and no guardrail uses more than {used:percent} of its "
            "limit",
            used=max(0.0, *used),
        )
    if better:
        return Message("The primary metric is better")
    return Message("The primary metric shows no gain")


def subtitle_effects(result: EffectsResult) -> Message:
    """Say how to read the figure."""
    return Message(
        "Treatment minus control with {confidence:percent} intervals, corrected within each role. "
        "Right is better in every row. Where nothing was agreed, 1 is what the trial could have "
        "found.",
        confidence=result.trial.confidence,
    )


def headline_decision(result: DecisionResult) -> Message:
    """Say which rule decided."""
    return Message("Rule {rule:integer} of 6 decided", rule=result.rule)


def headline_sensitivity(result: SensitivityResult) -> Message:
    """Say in how many other ways of counting the verdict holds."""
    if result.ways == 0:
        return Message("There is no other way of counting these data")
    return Message(
        "The verdict holds in {holds:integer} of {ways:integer} other ways of counting",
        holds=result.holds,
        ways=result.ways,
    )


def lead_sensitivity(result: SensitivityResult) -> list[Message]:
    """Say which ways cannot move the primary effect."""
    still = int((~result.table["moves"].astype(bool)).sum())
    if not still:
        return []
    return [
        Message(
            "{n:integer} of the ways can’t move the primary effect; it is counted because the "
            "plan or the data allow it.",
            "{n:integer} of the ways can’t move the primary effect; they are counted because "
            "the plan or the data allow them.",
            n=still,
        )
    ]


def headline_score_readings(result: ScoreReadingsResult) -> Message:
    """Say the NPS difference, and whether three readings agree."""
    row = plain_rows(result.table)[0]
    if not result.agree:
        return Message("The scores read differently in three ways")
    if row["estimate"] is None:
        return Message("The scores can’t be compared")
    return Message("NPS differs by {value:points} points among those who answered",
                   value=row["estimate"])  # fmt: skip


def lead_score_readings(result: ScoreReadingsResult) -> list[Message]:
    """Give the three readings of the same scores."""
    rows = {r["reading"]: r for r in plain_rows(result.table)}
    odds, chance = rows["odds_ratio"], rows["chance_higher"]
    if odds["ci_low"] is None or chance["ci_low"] is None:
        return []
    leads = [
        Message(
            "The odds of a higher score are {odds:number2} times as high ({low:number2} to "
            "{high:number2}), and the chance that someone with “{variant}” scores higher than "
            "someone with “{control}” is {chance:percent1} ({chance_low:percent1} to "
            "{chance_high:percent1}); 50% is no difference.",
            odds=odds["estimate"],
            low=odds["ci_low"],
            high=odds["ci_high"],
            variant=result.trial.label(result.variant),
            control=result.trial.label(result.trial.control),
            chance=chance["estimate"],
            chance_low=chance["ci_low"],
            chance_high=chance["ci_high"],
        )
    ]
    if result.parallel_p is not None and result.parallel_p < 0.05:
        leads.append(
            Message(
                "The odds differ along the scale ({p:p_is}): one ratio does not tell it all.",
                p=result.parallel_p,
            )
        )
    return leads


def headline_trial_segments(result: SegmentEffectsResult) -> Message:
    """Say who differs."""
    rows = plain_rows(result.table)
    shown = [r["segment"] for r in rows if r["shown"]]
    if shown:
        return Message("The effect differs by {names}", names=shown)
    return Message("Who differs: no one, as far as this trial can tell")


def lead_trial_segments(result: SegmentEffectsResult) -> list[Message]:
    """Say what a difference would have had to be to be found."""
    shares = result.trial.kinds[result.metric] in {"proportion", "csat"}
    gaps = [(r["segment"], r["detectable"]) for r in plain_rows(result.table)
            if r["detectable"] is not None]  # fmt: skip
    if not gaps or result.effects is not None:
        return []
    name, gap = gaps[0]
    values: dict[str, Any] = {"name": name, "gap": (100.0 if shares else 1.0) * gap}
    if shares:
        return [
            Message(
                "This does not prove that all gain alike: between the two best-measured groups of "
                "“{name}” a difference would have had to be {gap:number} percentage points to be "
                "found.",
                **values,
            )
        ]
    return [
        Message(
            "This does not prove that all gain alike: between the two best-measured groups of "
            "“{name}” a difference would have had to be {gap:adaptive} to be found.",
            **values,
        )
    ]


def headline_looks(result: LooksResult) -> Message:
    """Say what the looks together show."""
    last = plain_rows(result.table)[-1]
    if last["ci_low"] is None:
        return Message("Too few units for an interval that holds at every look")
    if last["ci_low"] > 0 or last["ci_high"] < 0:
        return Message("By the last day of assignment the effect is clear, however often one looks")
    return Message("The effect is not clear when every day is a look")


def subtitle_looks(result: LooksResult) -> Message:
    """Say how to read the figure."""
    del result
    return Message("The band holds at all looks together, however often one looks.")


def headline_visible_effects(result: VisibleEffectsResult) -> Message:
    """Say what could have been seen."""
    del result
    return Message("What this trial could have seen")
