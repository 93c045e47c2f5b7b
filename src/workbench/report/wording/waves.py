"""Headings and sentences for changes between waves, and for segments against the others."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from workbench.language import Message
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbench.results.waves import SegmentDifferenceResult, WaveChangeResult

__all__ = [
    "headline_segment_difference",
    "headline_wave_change",
    "lead_wave_change",
    "masked_segments",
    "subtitle_segment_difference",
    "subtitle_wave_change",
    "verdict_words",
]

_NAMED = 3


def verdict_words(record: Mapping[str, Any], column: str = "change") -> Message:
    """Return how a row of changes, or of differences, is read.

    Parameters
    ----------
    record
        A row with ``verdict`` and the value.
    column
        Name of the value.
    """
    value = record[column]
    rose = value is not None and value > 0
    match record["verdict"]:
        case "real":
            return Message("a real rise") if rose else Message("a real fall")
        case "mix":
            return Message("other groups answered")
        case "masked":
            return _masked_words(record["real"], value)
        case "noise":
            return Message("no clear change")
        case "preliminary":
            return Message("preliminary")
        case "broken":
            return Message("question reworded")
        case "higher":
            return Message("clearly higher")
        case "lower":
            return Message("clearly lower")
        case "no_sure_difference":
            return Message("no clear difference")
        case "hidden" if record.get("suppressed") == "complement":
            return Message("protects another group")
        case "hidden":
            return Message("too few answers")
        case _:
            return Message("can’t be said")


def _masked_words(real: float, value: float | None) -> Message:
    """Return what the groups did, and whether the total hides it or only goes less far."""
    if value is not None and value * real > 0:
        return Message("a fall within groups") if real < 0 else Message("a rise within groups")
    return Message("hides a fall") if real < 0 else Message("hides a rise")


@functools.lru_cache(maxsize=16)
def newest_rows(result: WaveChangeResult) -> list[dict[str, Any]]:
    """Return the rows of the newest wave; they are shared, so do not change them."""
    rows = plain_rows(result.table)
    return [row for row in rows if row["wave"] == rows[-1]["wave"]]


def masked_segments(result: WaveChangeResult) -> list[dict[str, Any]]:
    """Return the segments whose total stands still while their parts surely moved."""
    return [row for row in newest_rows(result) if row["verdict"] == "masked"]


def headline_wave_change(result: WaveChangeResult) -> Message | None:
    """Return what changed for real, as a heading."""
    rows = newest_rows(result)
    if result.has_no_pair:
        return Message("{outcome}: no group is in both waves", outcome=result.label)
    if not rows:
        return Message("{outcome}: one wave, so no change to judge", outcome=result.label)
    if not result.by or all(row["change"] is None for row in rows):
        return _headline_total(result, rows[0])
    fell = [row["segment"] for row in rows if row["verdict"] == "real" and row["change"] < 0]
    rose = [row["segment"] for row in rows if row["verdict"] == "real" and row["change"] > 0]
    if fell and rose:
        return Message(
            "{outcome} clearly fell in {fell}, and rose in {rose}",
            outcome=result.label,
            fell=_listed(fell),
            rose=_listed(rose),
        )
    if fell:
        return Message("{outcome} clearly fell in {fell}", outcome=result.label, fell=_listed(fell))
    if rose:
        return Message("{outcome} clearly rose in {rose}", outcome=result.label, rose=_listed(rose))
    return Message("No group’s change in {outcome} is more than noise", outcome=result.label)


def _headline_total(result: WaveChangeResult, row: dict[str, Any]) -> Message:
    values = {"outcome": result.label, "previous": row["previous"], "wave": row["wave"]}
    match row["verdict"]:
        case "real":
            values |= {"points": abs(row["change"])}
            if row["change"] < 0:
                return Message("{outcome} fell {points:number} points since {previous}", **values)
            return Message("{outcome} rose {points:number} points since {previous}", **values)
        case "mix":
            return Message("{outcome} moved since {previous}, but only the mix changed", **values)
        case "masked":
            return Message("{outcome} stands still in total, but moved within the groups", **values)
        case "noise":
            return Message("{outcome}: no clear change since {previous}", **values)
        case _:
            return Message("{outcome}: the change since {previous} can’t be judged", **values)


def _listed(segments: list[Any]) -> list[Any] | Message:
    names = [Message("the group without an answer") if s is None else s for s in segments]
    if len(names) <= _NAMED:
        return names
    return Message("{n:integer} group", "{n:integer} groups", n=len(names))


def lead_wave_change(result: WaveChangeResult) -> list[Message]:
    """Say where a total hides a movement."""
    return [
        Message(
            "**{name}: the total hides a movement.** It moved {change:points} points, but with the "
            "make-up held still {outcome} moved {real:points} points.",
            name=row["segment"],
            change=row["change"],
            real=row["real"],
            outcome=result.label,
        )
        for row in masked_segments(result)
    ]


def subtitle_wave_change(result: WaveChangeResult) -> Message:
    """Say how to read the figure."""
    rows = newest_rows(result)
    values = {
        "wave": rows[0]["wave"] if rows else "",
        "previous": rows[0]["previous"] if rows else "",
        "confidence": result.confidence,
        "family": result.family,
    }
    return Message(
        "{wave} minus {previous}, with {confidence:percent} interval. A filled mark is a real "
        "change: it stands after correcting for all {family:integer} that were looked at.",
        **values,
    )


def headline_segment_difference(result: SegmentDifferenceResult) -> Message:
    """Return which segments stand out, as a heading."""
    rows = plain_rows(result.table)
    lower = [row["segment"] for row in rows if row["verdict"] == "lower"]
    higher = [row["segment"] for row in rows if row["verdict"] == "higher"]
    values = {"outcome": result.label, "lower": _listed(lower), "higher": _listed(higher)}
    if lower and higher:
        return Message("{outcome} is clearly lower in {lower}, and higher in {higher}", **values)
    if lower:
        return Message("{outcome} is clearly lower in {lower} than among the others", **values)
    if higher:
        return Message("{outcome} is clearly higher in {higher} than among the others", **values)
    return Message("No group’s {outcome} clearly differs from the others’", **values)


def subtitle_segment_difference(result: SegmentDifferenceResult) -> Message:
    """Say how to read the figure."""
    return Message(
        "Each group minus all other respondents, with {confidence:percent} interval. A filled "
        "mark is a clear difference, a ring is not.",
        confidence=result.confidence,
    )
