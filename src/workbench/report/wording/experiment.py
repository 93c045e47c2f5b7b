"""Headings and sentences for the records of experiments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.language import Message
from workbench.report.rows import plain_rows

if TYPE_CHECKING:
    from workbench.results.comparison import DecisionLogResult, DidResult
    from workbench.results.experiment import (
        DecisionResult,
        EffectsResult,
        LooksResult,
        ScoreReadingsResult,
        SegmentEffectsResult,
        SensitivityResult,
        VisibleEffectsResult,
    )
    from workbench.results.trial_checks import (
        CalibrationResult,
        PlanKeptResult,
        ResponseResult,
        SplitResult,
        TrustResult,
    )

__all__ = [
    "headline_calibration",
    "headline_decision",
    "headline_decision_log",
    "headline_difference_in_differences",
    "headline_effects",
    "headline_looks",
    "headline_plan_kept",
    "headline_response",
    "headline_score_readings",
    "headline_sensitivity",
    "headline_split",
    "headline_trial_segments",
    "headline_trust",
    "headline_visible_effects",
    "lead_difference_in_differences",
    "lead_response",
    "lead_score_readings",
    "lead_sensitivity",
    "lead_trial_segments",
    "subtitle_effects",
    "subtitle_looks",
    "subtitle_response",
    "subtitle_split",
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


def headline_split(result: SplitResult) -> Message:
    """Say whether the split is as planned, and where it broke."""
    if result.culprit is not None:
        return Message("The split is broken in {group}", group=result.culprit[1])
    if result.passed is False:
        return Message("The split is broken, in no one group")
    return Message("The split is as planned")


def subtitle_split(result: SplitResult) -> Message:
    """Say how to read the figure, and what the split is without the group that broke."""
    rows = plain_rows(result.table)
    if result.culprit is not None:
        own = next(r for r in rows if r["scope"] == "segment" and r["value"] == result.culprit[1])
        return Message(
            "Share of units with its interval; groups in order of their part in the imbalance. "
            "Without {group} the split has {p:p_is}.",
            group=result.culprit[1],
            p=own["p_without"],
        )
    return Message("Share of units with its interval; groups in order of their distance.")


def headline_trust(result: TrustResult) -> Message:
    """Say whether the test can be trusted."""
    failed = int((result.table["passed"] == False).fillna(False).sum())  # noqa: E712 - three values
    if not result.valid:
        return Message("The test can’t be trusted")
    if failed == 0:
        return Message("The test can be trusted: every check passed")
    if failed == 1:
        return Message("The test can be trusted, with one note")
    return Message("The test can be trusted, with {n:integer} notes", n=failed)


def headline_decision(result: DecisionResult) -> Message:
    """Say which rule decided."""
    return Message("Rule {rule:integer} of 6 decided", rule=result.rule)


def headline_plan_kept(result: PlanKeptResult) -> Message:
    """Say how much of the plan was kept."""
    if result.kept == result.points:
        return Message("The plan was kept: {n:integer} of {n:integer} points", n=result.points)
    return Message(
        "{kept:integer} of {n:integer} points of the plan were kept",
        kept=result.kept,
        n=result.points,
    )


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
            "{n:integer} of the ways can’t move the primary effect; they are counted because the "
            "plan or the data allow them.",
            n=still,
        )
    ]


def headline_response(result: ResponseResult) -> Message:
    """Say whether the conclusion rests on who answered."""
    rows = plain_rows(result.table)
    unequal = set(result.alarms)
    if not unequal:
        return Message("As many answered with both variants")
    held = [r["holds"] for r in rows if r["metric"] in unequal and r["assumption"] == "lee"]
    if all(held):
        return Message("Responses are unequal, and the conclusion holds under the bounds")
    return Message("Responses are unequal, and the conclusion could come from who answered")


def lead_response(result: ResponseResult) -> list[Message]:
    """Give the response rates, and the effect among the silent that would turn a conclusion."""
    leads = [result.sentence]
    for metric, value in result.turning.items():
        scale = 100.0 if result.trial.kinds[metric] in {"proportion", "csat"} else 1.0
        leads.append(
            Message(
                "{name} stays within its limit unless the effect among those who did not answer is "
                "{value:points} points or worse.",
                name=result.trial.metric(metric),
                value=scale * value,
            )
        )
    return leads


def subtitle_response(result: ResponseResult) -> Message:
    """Say how to read the figure."""
    del result
    return Message(
        "The dot is the effect among those who answered; the thick bar the bounds, the thin line "
        "their interval."
    )


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
            "{high:number2}), and the chance that a random unit with {variant} scores higher than "
            "one with {control} is {chance:percent1} ({chance_low:percent1} to "
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
                "{name} a difference would have had to be {gap:number} percentage points to be "
                "found.",
                **values,
            )
        ]
    return [
        Message(
            "This does not prove that all gain alike: between the two best-measured groups of "
            "{name} a difference would have had to be {gap:adaptive} to be found.",
            **values,
        )
    ]


def headline_looks(result: LooksResult) -> Message:
    """Say what the looks together show."""
    last = plain_rows(result.table)[-1]
    if last["ci_low"] is None:
        return Message("Too few units for an interval that holds at every look")
    if last["ci_low"] > 0 or last["ci_high"] < 0:
        return Message("The effect is clear at any look by the last day of assignment")
    return Message("The effect is not clear when every day is a look")


def subtitle_looks(result: LooksResult) -> Message:
    """Say how to read the figure."""
    del result
    return Message("The band holds at all looks together, however often one looks.")


def headline_visible_effects(result: VisibleEffectsResult) -> Message:
    """Say what could have been seen."""
    del result
    return Message("What this trial could have seen")


def headline_decision_log(result: DecisionLogResult) -> Message:
    """Say how printed effects kept."""
    if result.later_share is None:
        return Message("Decisions so far")
    return Message("What we promised and what came later")


def headline_calibration(result: CalibrationResult) -> Message:
    """Say whether false alarms are as many as planned."""
    failed = [result.trial.metric(r["metric"]) for r in plain_rows(result.table)
              if r["passed"] is False]  # fmt: skip
    if failed:
        return Message("False alarms of {names} are not as many as planned", names=failed)
    return Message("On these data every metric gives as many false alarms as it should")


def headline_difference_in_differences(result: DidResult) -> Message:
    """Say the change, without calling it an experiment's effect."""
    if result.ci_low is None:
        return Message("The change can’t be given an interval")
    if result.ci_low > 0 or (result.ci_high or 0.0) < 0:
        return Message("The treated changed more than the others")
    return Message("The treated did not surely change more than the others")


def lead_difference_in_differences(result: DidResult) -> list[Message]:
    """List the assumptions it rests on."""
    return [result.message, *result.assumptions]
