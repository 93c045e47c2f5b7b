"""Headings and sentences for single questions: past decisions, change without randomisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.language import Message

if TYPE_CHECKING:
    from workbench.results.comparison import DecisionLogResult, DidResult

__all__ = [
    "headline_decision_log",
    "headline_difference_in_differences",
    "lead_difference_in_differences",
]


def headline_decision_log(result: DecisionLogResult) -> Message:
    """Say how printed effects kept."""
    if result.later_share is None:
        return Message("Decisions so far")
    return Message("What we promised and what came later")


def headline_difference_in_differences(result: DidResult) -> Message:
    """Say the change, without calling it an experiment's effect."""
    if result.ci_low is None:
        return Message("The change can’t be given an interval")
    if result.ci_low > 0 or (result.ci_high or 0.0) < 0:
        return Message("The treated changed more than the others")
    return Message("The treated did not clearly change more than the others")


def lead_difference_in_differences(result: DidResult) -> list[Message]:
    """List the assumptions it rests on."""
    return [result.message, *result.assumptions]
