"""Headings and sentences for priorities and actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.language import Message
from workbench.results.priority import SURE, quadrant_name
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from workbench.results.priority import ActionsResult, PriorityResult

__all__ = [
    "headline_actions",
    "headline_priority",
    "lead_actions",
    "lead_priority",
    "subtitle_priority",
]


def _names(result: Any, rows: list[dict[str, Any]]) -> list[Any]:
    return [result.label(row["driver"]) for row in rows]


def headline_priority(result: PriorityResult) -> Message:
    """Return how many drivers surely lie in the first quadrant."""
    rows = [row for row in plain_rows(result.table) if row["quadrant"] == "prioritise"]
    sure = [row for row in rows if row["sure"]]
    quadrant = quadrant_name("prioritise", result.quadrant_names)
    if not rows:
        return Message("No driver lies in {quadrant}", quadrant=quadrant)
    if all(row["p_quadrant"] is None for row in rows):
        return Message(
            "{count:Words} drivers lie in {quadrant}, how certainly was not computed",
            count=len(rows),
            quadrant=quadrant,
        )
    if not sure:
        return Message("No driver clearly lies in {quadrant}", quadrant=quadrant)
    if len(sure) <= 3:
        return Message(
            "{names} clearly lie in {quadrant}", names=_names(result, sure), quadrant=quadrant
        )
    return Message(
        "{count:Words} drivers clearly lie in {quadrant}", count=len(sure), quadrant=quadrant
    )


def lead_priority(result: PriorityResult) -> list[Message]:
    """Return what the place of the surest means, and whose place is unsure."""
    rows = plain_rows(result.table)
    first = [row for row in rows if row["quadrant"] == "prioritise" and row["sure"]]
    sentences: list[Message] = []
    if first:
        sentences.append(
            Message(
                "{names} have low grades and strong links to {outcome}.",
                names=_names(result, first),
                outcome=result.label(result.outcome),
            )
        )
    unsure = [row for row in rows if row["p_quadrant"] is not None and row["p_quadrant"] < SURE]
    if unsure:
        sentences.append(
            Message(
                "So near a border that the quadrant is unsure: {names}.",
                names=_names(result, unsure),
            )
        )
    return sentences


def subtitle_priority(result: PriorityResult) -> Message:
    """Say how to read the figure."""
    return Message(
        "The ring shows how sure the quadrant is: a full ring is 100%. An amber ring and the "
        "word “only” mean less than {sure:percent}. Lines: {confidence:percent} interval. The "
        "number is the rank by share in the next figure.",
        sure=SURE,
        confidence=result.confidence,
    )


def headline_actions(result: ActionsResult) -> Message:
    """Return what comes first."""
    rows = plain_rows(result.table)
    acts = [row for row in rows if row["kind"] == "act"]
    if not acts:
        return Message("No action follows from these answers")
    first = [row for row in acts if row["position"] == acts[0]["position"]]
    names = list(dict.fromkeys(row["driver"] for row in first))
    labels = [result.label(name) for name in names]
    if len(labels) > 1:
        return Message("To mend first, together: {names}", names=labels)
    return Message("To mend first: {names}", names=labels)


def lead_actions(result: ActionsResult) -> list[Message]:
    """Return the order, the joint gain of ties, and what is missing."""
    sentences = [
        Message(
            "{first} goes first, then the strength of the link. The link is what usually goes with "
            "five points more in grade, not a promised effect.",
            first=quadrant_name("prioritise", result.quadrant_names),
        )
    ]
    if result.ties is not None:
        for tie in plain_rows(result.ties):
            drivers = [
                row["driver"] for row in plain_rows(result.table) if row["tie"] == tie["tie"]
            ]
            names = [result.label(name) for name in dict.fromkeys(drivers)]
            if tie["associated_gain_low"] is None:
                continue
            sentences.append(
                Message(
                    "{names} can’t be told apart; together {gain:points} ({low:number} to "
                    "{high:number}) when all their grades are five points higher.",
                    names=names,
                    gain=tie["associated_gain"],
                    low=tie["associated_gain_low"],
                    high=tie["associated_gain_high"],
                )
            )
    missing = result.missing_owner
    if missing:
        sentences.append(
            Message(
                "{n:integer} action lacks an owner or a date.",
                "{n:integer} actions lack an owner or a date.",
                n=missing,
            )
        )
    return sentences
