"""Contributions to a change in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.language import Message
from workbench.results.survey import group_label

if TYPE_CHECKING:
    from workbench.results.contributions import ContributionResult

__all__ = ["headline_contributions", "lead_contributions", "subtitle_contributions"]

_MOST = 0.5


def headline_contributions(result: ContributionResult) -> Message:
    """Return who brought most of the change."""
    shown = result.table[result.table["total"].notna()]
    values = {"outcome": result.label, "change": result.change}
    if shown.empty or result.has_no_pair:
        return Message("Where the change in {outcome} comes from can’t be shown", **values)
    most = shown.iloc[int(shown["total"].abs().argmax())]
    values |= {"segment": group_label(most.segment), "part": most.total}
    if most.total * result.change > 0 and abs(most.total) >= _MOST * abs(result.change):
        return Message(
            "Most of the change in {outcome} comes from {segment}: {part:points} of "
            "{change:points}",
            **values,
        )
    return Message("No one group accounts for most of the change in {outcome}", **values)


def lead_contributions(result: ContributionResult) -> list[Message]:
    """Say what is real and what is mix, and name the groups that go against the total."""
    if result.has_no_pair:
        return [result.message]
    parts = [
        Message(
            "Of {change:points} points, {real:points} are changes within the groups and "
            "{mix:points} come from who answered.",
            change=result.change,
            real=result.real,
            mix=result.mix,
        )
    ]
    against = result.table[result.table["against_total"].fillna(value=False).astype(bool)]
    if len(against):
        names = [group_label(name) for name in against["segment"]]
        parts.append(
            Message("**The total hides the opposite:** {names} clearly went the other way.",
                    names=names)
        )  # fmt: skip
    return parts


def subtitle_contributions(result: ContributionResult) -> Message:
    """Say how to read the figure."""
    return Message(
        "Each group’s own change from {previous} to {wave}, and what it contributed to the "
        "total: its change times its share.",
        previous=result.previous,
        wave=result.wave,
    )
