"""Goals in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.language import Message
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from workbench.results.goals import GoalResult

__all__ = ["goal_sentence", "headline_goals", "subtitle_goals"]


def headline_goals(result: GoalResult) -> Message:
    """Return how many goals are met."""
    rows = plain_rows(result.table)
    values = {"measure": result.measured}
    if len(rows) == 1 and rows[0]["target"] is not None:
        values |= {"target": result.worded(rows[0]["target"])}
        match rows[0]["verdict"]:
            case "met":
                return Message("{measure} has met its goal of {target}", **values)
            case "missed":
                return Message("{measure} has not reached its goal of {target}", **values)
            case _:
                return Message(
                    "Whether {measure} has met its goal of {target} can’t be said", **values
                )
    verdicts = [row["verdict"] for row in rows]
    return Message(
        "{measure}: goals met {met:integer}, not reached {missed:integer}, undecided "
        "{open:integer}",
        met=verdicts.count("met"),
        missed=verdicts.count("missed"),
        open=verdicts.count("cannot_tell"),
        **values,
    )


def subtitle_goals(result: GoalResult) -> Message:
    """Say how to read the figure."""
    text = Message(
        "Met, or not reached, only when the whole interval lies on one side of the goal."
    )
    if result.due is None:
        return text
    return Message("To be reached by {due:date}. {text}", due=result.due, text=text)


def goal_sentence(result: GoalResult) -> Message:
    """Return the verdicts as a sentence for the conclusions."""
    return Message("{headline}.", headline=headline_goals(result))
