"""Headings and sentences for the importance of drivers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.language import Message
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from workbench.results.drivers import DominanceResult, DriversResult

__all__ = [
    "driver_names",
    "headline_dominance",
    "headline_drivers",
    "lead_drivers",
    "leading_tie",
    "subtitle_drivers",
]

_MANY = 3


def driver_names(result: Any, drivers: list[str]) -> list[Any]:
    """Return what a report calls some drivers."""
    return [result.labels.get(name, name) for name in drivers]


def leading_tie(result: DriversResult) -> list[dict[str, Any]]:
    """Return the rows of the first driver and of those that cannot be told apart from it."""
    rows = [row for row in plain_rows(result.table) if row["rank"] is not None]
    rows.sort(key=lambda row: row["rank"])
    if not rows or rows[0]["tie"] is None:
        return rows[:1]
    return [row for row in rows if row["tie"] == rows[0]["tie"]]


def _is_single(result: DriversResult) -> bool:
    return result.table["segment"].nunique(dropna=False) == 1


def headline_drivers(result: DriversResult) -> Message | None:
    """Return who leads, and whether that can be told."""
    if not _is_single(result):
        return None
    leaders = leading_tie(result)
    outcome = result.label(result.outcome)
    if not leaders:
        return Message("What goes with {outcome} can’t be said", outcome=outcome)
    names = driver_names(result, [row["driver"] for row in leaders])
    shares = [row["share"] for row in leaders]
    if len(leaders) == 1:
        return Message(
            "{name} is most strongly linked to {outcome}, {share:percent} of what is explained",
            name=names[0],
            outcome=outcome,
            share=shares[0],
        )
    values = {"low": min(shares), "high": max(shares), "outcome": outcome}
    if len(leaders) <= _MANY:
        return Message(
            "{names} are most strongly linked to {outcome}, {low:percent} to {high:percent} each",
            names=names,
            **values,
        )
    return Message(
        "{count:Words} drivers are most strongly linked to {outcome} and can’t be told apart",
        count=len(leaders),
        outcome=outcome,
    )


def lead_drivers(result: DriversResult) -> list[Message]:
    """Return how sure the order is, and how much is explained."""
    if not _is_single(result):
        return []
    leaders = leading_tie(result)
    sentences: list[Message] = []
    if len(leaders) > 1 and leaders[0]["p_first"] is not None:
        sentences.append(
            Message(
                "The chance of being first is {chances}.",
                chances=[
                    Message(
                        "{p:percent} for {name}",
                        p=row["p_first"],
                        name=driver_names(result, [row["driver"]])[0],
                    )
                    for row in leaders[:_MANY]
                ],
            )
        )
        together = _correlation(result, leaders)
        if together is not None:
            sentences.append(
                Message(
                    "Who grades one of the two low mostly does the other too (correlation "
                    "{r:number2}), so the answers don’t suffice to tell them apart.",
                    r=together,
                )
            )
    fit = plain_rows(result.fit)[0]
    if fit["r2"] is not None:
        values = {
            "count": int((result.table["share"].notna()).sum()),
            "r2": fit["r2"],
            "outcome": result.label(result.outcome),
        }
        if fit["r2_low"] is None:
            sentences.append(
                Message(
                    "Together the {count:integer} drivers explain {r2:percent} of the differences "
                    "in {outcome} between respondents.",
                    **values,
                )
            )
        else:
            sentences.append(
                Message(
                    "Together the {count:integer} drivers explain {r2:percent} of the differences "
                    "in {outcome} between respondents ({low:percent} to {high:percent}).",
                    low=fit["r2_low"],
                    high=fit["r2_high"],
                    **values,
                )
            )
    return sentences


def _correlation(result: DriversResult, leaders: list[dict[str, Any]]) -> float | None:
    """Return how the two first go together, where they do so strongly."""
    if len(leaders) != 2:
        return None
    names = {row["driver"] for row in leaders}
    for pair in plain_rows(result.pairs):
        if {pair["driver"], pair["other"]} == names and (pair["correlation"] or 0) >= 0.4:
            return float(pair["correlation"])
    return None


def subtitle_drivers(result: DriversResult) -> Message | None:
    """Say how to read the figure."""
    if not _is_single(result):
        return None
    return Message(
        "Dot and {confidence:percent} interval. The grey null band is the share a driver without "
        "a link of its own gets just because it follows the others; a hollow dot lies inside it. "
        "Brackets: the difference to the first of the group has an interval that holds 0.",
        confidence=result.confidence,
    )


def headline_dominance(result: DominanceResult) -> Message:
    """Return which driver adds most whatever else is counted."""
    return result.message
