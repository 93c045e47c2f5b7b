"""Alternative readings in words: whether the conclusion stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.language import Message
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from workbench.results.readings import ReadingsResult

__all__ = ["headline_readings", "lead_readings", "turned", "way_of_reading"]

_NAMES = {
    "mean": Message("the mean"),
    "median": Message("the median"),
    "top": Message("the share of high answers"),
    "net": Message("the net score"),
    "share": Message("the share"),
    "promoters": Message("the share of promoters"),
    "not_detractors": Message("the share who are not detractors"),
}


def turned(result: ReadingsResult) -> list[dict[str, Any]]:
    """Return the readings that say something else than the first of their segment."""
    return [row for row in plain_rows(result.table) if row["turn"] in {"reverses", "appears"}]


def way_of_reading(row: dict[str, Any]) -> Message:
    """Return how a row was read: "the median, without weights"."""
    values = {"reading": _NAMES[row["reading"]]}
    if row["weighted"]:
        return Message("{reading}, with weights", **values)
    return Message("{reading}, without weights", **values)


def headline_readings(result: ReadingsResult) -> Message:
    """Return whether the conclusion stands however it is read."""
    values = {"outcome": result.label}
    if turned(result):
        return Message("The conclusion on {outcome} turns when it is read another way", **values)
    if (result.table["turn"] == "fades").any():
        return Message("{outcome} moves the same way in every reading, clearly in some", **values)
    return Message("The conclusion on {outcome} is the same however it is read", **values)


def lead_readings(result: ReadingsResult) -> list[Message]:
    """Name the readings that turn."""
    return [
        Message(
            "**{way}:** {change:points} points, which the first reading does not say.",
            way=way_of_reading(row),
            change=row["change"],
        )
        for row in turned(result)[:2]
    ]
