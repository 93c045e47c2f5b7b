"""Headings and sentences about whether a trial can be trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.language import Message
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from workbench.results.trial_checks import (
        CalibrationResult,
        PlanKeptResult,
        ResponseResult,
        SplitResult,
        TrustResult,
    )

__all__ = [
    "headline_calibration",
    "headline_plan_kept",
    "headline_response",
    "headline_split",
    "headline_trust",
    "lead_response",
    "subtitle_response",
    "subtitle_split",
]


def headline_split(result: SplitResult) -> Message:
    """Say whether the split is as planned, and where it broke."""
    if result.culprit is not None:
        return Message("The split is broken in {group}", group=result.trial.value(*result.culprit))
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
            group=result.trial.value(*result.culprit),
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
    return Message(
        "The test can be trusted, with one note",
        "The test can be trusted, with {n:integer} notes",
        n=failed,
    )


def headline_plan_kept(result: PlanKeptResult) -> Message:
    """Say how much of the plan was kept."""
    if result.kept == result.points:
        return Message("The plan was kept: {n:integer} of {n:integer} points", n=result.points)
    return Message(
        "{kept:integer} of {n:integer} points of the plan were kept",
        kept=result.kept,
        n=result.points,
    )


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


def headline_calibration(result: CalibrationResult) -> Message:
    """Say whether false alarms are as many as planned."""
    failed = [result.trial.metric(r["metric"]) for r in plain_rows(result.table)
              if r["passed"] is False]  # fmt: skip
    if failed:
        return Message("False alarms of {names} are not as many as planned", names=failed)
    return Message("On these data every metric gives as many false alarms as it should")
