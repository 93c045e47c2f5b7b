"""Headings and sentences for effects by segment and wave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.language import Message
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from workbench.results.effects import (
        EffectChangesResult,
        ItemDifferencesResult,
        OppositesResult,
        SegmentEffectsResult,
    )

__all__ = [
    "headline_effect_changes",
    "headline_item_differences",
    "headline_opposites",
    "headline_segment_effects",
    "lead_effect_changes",
    "lead_opposites",
    "lead_segment_effects",
    "subtitle_effect_changes",
    "subtitle_opposites",
    "subtitle_segment_effects",
]

_FAR = 5.0


def headline_segment_effects(result: SegmentEffectsResult) -> Message:
    """Return whether segments differ, and in what."""
    tests = plain_rows(result.drivers)
    differ = [test for test in tests if test["verdict"] in ("differs", "opposite")]
    if not differ:
        return Message(
            "What goes with {outcome} is the same in all segments, as far as can be seen",
            outcome=result.label(result.outcome),
        )
    names = [result.label(test["driver"]) for test in differ[:3]]
    if len(differ) > 3:
        return Message(
            "{n:integer} driver goes differently with {outcome} in different segments",
            "{n:integer} drivers go differently with {outcome} in different segments",
            n=len(differ),
            outcome=result.label(result.outcome),
        )
    return Message(
        "{names} go differently with {outcome} in different segments",
        names=names,
        outcome=result.label(result.outcome),
    )


def lead_segment_effects(result: SegmentEffectsResult) -> list[Message]:
    """Return the number of tests, and who goes against the others."""
    tests = plain_rows(result.drivers)
    sentences = [
        Message(
            "Differences between segments are tested once per driver and corrected for "
            "{count:integer} comparisons.",
            count=len(tests),
        )
    ]
    sentences += [
        Message(
            "For {driver}, {segment} goes **against** the others.",
            driver=result.label(test["driver"]),
            segment=test["odd"] if test["odd"] is not None else Message("no answer"),
        )
        for test in tests
        if test["verdict"] == "opposite"
    ]
    return sentences


def subtitle_segment_effects(result: SegmentEffectsResult) -> Message:
    """Say how to read the figure."""
    return Message(
        "Points of {outcome} per +5 points of grade. Dot: the segment’s effect drawn towards the "
        "others, with {confidence:percent} interval; hollow where more than half is borrowed. "
        "Small ring: the segment’s own number. Dotted line: all segments.",
        outcome=result.label(result.outcome),
        confidence=result.confidence,
    )


def headline_opposites(result: OppositesResult) -> Message:
    """Return the surest warning, or that there is none."""
    flagged = plain_rows(result.flagged)
    if not flagged:
        return Message("The total hides no opposite")
    row = flagged[0]
    values = {
        "driver": result.label(row["driver"]),
        "outcome": result.label(result.outcome),
        "variable": result.label(row["variable"]),
    }
    if row["flag"] == "reversed":
        return Message("Warning: within each {variable}, {driver} points the other way", **values)
    if row["flag"] == "hidden":
        return Message(
            "Warning: the total hides that {driver} goes with {outcome} within each {variable}",
            **values,
        )
    return Message("Warning: within each {variable}, {driver} does not go with {outcome}", **values)


def lead_opposites(result: OppositesResult) -> list[Message]:
    """Return what was compared, and what not to conclude."""
    flagged = plain_rows(result.flagged)
    if not flagged:
        return [
            Message(
                "{n:integer} comparison of the total with what holds within groups; it does "
                "not turn.",
                "{n:integer} comparisons of the total with what holds within groups, "
                "corrected for how many there are; none turns.",
                n=len(result.table),
            )
        ]
    row = flagged[0]
    return [
        Message(
            "Groups thrown together: {pooled:points} per +5 points. With the group held constant: "
            "{within:points} ({low:number} to {high:number}).",
            pooled=row["pooled"],
            within=row["within"],
            low=row["within_low"],
            high=row["within_high"],
        ),
        Message(
            "Do not strike {driver} off the list for the total’s sake; find out why the groups "
            "differ in {outcome}.",
            driver=result.label(row["driver"]),
            outcome=result.label(result.outcome),
        ),
    ]


def subtitle_opposites(result: OppositesResult) -> Message | None:
    """Say how to read the figure."""
    if result.flagged.empty:
        return None
    return Message(
        "Points: means with {confidence:percent} interval. Numbers: {outcome} per +5 points of "
        "grade. Groups and points with few answers are not shown.",
        confidence=result.confidence,
        outcome=result.label(result.outcome),
    )


def headline_effect_changes(result: EffectChangesResult) -> Message:
    """Return which effects changed."""
    rows = plain_rows(result.table)
    real = [row for row in rows if row["real"]]
    if not real:
        return Message("No driver’s link has clearly changed")
    names = [result.labels.get(row["driver"], row["driver"]) for row in real[:3]]
    return Message("What {names} go with has changed", names=names)


def lead_effect_changes(result: EffectChangesResult) -> list[Message]:
    """Return the grades that moved most in the last wave."""
    rows = plain_rows(result.table)
    last = rows[-1]["wave"] if rows else None
    moved = [
        row
        for row in rows
        if row["wave"] == last
        and row["performance_high"] is not None
        and row["performance_low"] * row["performance_high"] > 0
        and abs(row["performance_change"]) >= _FAR
    ]
    moved.sort(key=lambda row: -abs(row["performance_change"]))
    return [
        Message(
            "The grade of {driver} went from {before:number} to **{after:number}**: "
            "{change:points} points ({low:number} to {high:number}).",
            driver=result.labels.get(row["driver"], row["driver"]),
            before=row["performance_previous"],
            after=row["performance"],
            change=row["performance_change"],
            low=row["performance_low"],
            high=row["performance_high"],
        )
        for row in moved[:2]
    ]


def subtitle_effect_changes(result: EffectChangesResult) -> Message:
    """Say how to read the figure."""
    return Message(
        "The six surest changes; all stand in the table. Dot and {confidence:percent} interval.",
        confidence=result.confidence,
    )


def headline_item_differences(result: ItemDifferencesResult) -> Message:
    """Return which questions behave differently where."""
    flagged = [row for row in plain_rows(result.table) if row["flag"]]
    if not flagged:
        return Message("No question behaves differently in one segment")
    names = list(dict.fromkeys(row["item"] for row in flagged))[:3]
    return Message(
        "Compare grades of {names} between segments with care",
        names=[result.labels.get(name, name) for name in names],
    )
