"""What the journey says: how much and why, step by step, and where the two disagree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.language import Message
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from workbench.results.touchpoints import TouchpointsResult

__all__ = ["headline_touchpoints", "lead_touchpoints", "subtitle_touchpoints"]


def headline_touchpoints(result: TouchpointsResult) -> Message:
    """Return where most say what hinders, with the grade beside."""
    row = result.most_hindered
    if row is None:
        return Message("Too few say what hinders to show it step by step")
    step = result.label(str(row["touchpoint"]))
    if row["performance"] != row["performance"]:
        return Message(
            "{step}: {barrier:percent} of those who wrote say what hinders",
            step=step,
            barrier=float(row["barrier"]),
        )
    return Message(
        "{step}: graded {grade:number}, and {barrier:percent} of those who wrote say what hinders",
        step=step,
        grade=float(row["performance"]),
        barrier=float(row["barrier"]),
    )


def lead_touchpoints(result: TouchpointsResult) -> list[Message]:
    """Return which steps are surely graded lower, and whether numbers and voices disagree."""
    found: list[Message] = []
    rows = plain_rows(result.table)
    below = [result.label(row["touchpoint"]) for row in rows if row["grade"] == "below"]
    if below:
        found.append(Message("Clearly graded below the other steps: {names}.", names=below))
    if result.disagreements.empty:
        found.append(
            Message(
                "**Numbers and voices agree:** of {n:integer} tests, none sets a grade against "
                "what is said.",
                n=result.family,
            )
        )
        return found
    for row in plain_rows(result.disagreements):
        found.append(_disagreement(result, row))
    return found


def _disagreement(result: TouchpointsResult, row: dict[str, object]) -> Message:
    name = str(row["about"])
    about = result.theme_label(name) if row["kind"] == "opposite" else result.label(name)
    match row["kind"]:
        case "graded_high_said_barrier":
            return Message(
                "**{about}** is graded above the other steps ({grade:number}), yet more say what "
                "hinders ({barrier:percent}) than what helps.",
                about=about,
                grade=row["performance"],
                barrier=row["barrier"],
            )
        case "graded_low_said_success":
            return Message(
                "**{about}** is graded below the other steps ({grade:number}), yet more say what "
                "helps ({success:percent}) than what hinders.",
                about=about,
                grade=row["performance"],
                success=row["success"],
            )
        case "graded_low_unsaid":
            return Message(
                "**{about}** is graded below the other steps ({grade:number}), yet fewer than "
                "elsewhere say what hinders ({barrier:percent}): the comments do not tell why.",
                about=about,
                grade=row["performance"],
                barrier=row["barrier"],
            )
        case _:
            return Message(
                "**{about}**: the score differs by {difference:points} points, against what it is "
                "said to be.",
                about=about,
                difference=row["difference"],
            )


def subtitle_touchpoints(result: TouchpointsResult) -> Message:
    """Return how to read the figure."""
    return Message(
        "Left, the grade with its {confidence:percent} interval. Right, shares of those who wrote: "
        "▼ say what hinders, ▲ what helps, on one scale; below each, what most bring up.",
        confidence=result.confidence,
    )
