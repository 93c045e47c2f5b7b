"""Headings and sentences for satisfaction measures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.language import Message
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from workbench.results.survey import CsatResult, MeanResult, MeasureResult, NkiResult, NpsResult

__all__ = [
    "headline_csat",
    "headline_mean",
    "headline_nki",
    "headline_nps",
    "subtitle_csat",
    "subtitle_mean",
    "subtitle_nki",
    "subtitle_nps",
]

_SAME = 0.05


def headline_nki(result: NkiResult) -> Message | None:
    """Return the finding of an NKI table as a heading."""
    return _headline(result, "number")


def headline_mean(result: MeanResult) -> Message | None:
    """Return the finding of a table of means as a heading."""
    return _headline(result, "number")


def headline_csat(result: CsatResult) -> Message | None:
    """Return the finding of a CSAT table as a heading."""
    return _headline(result, "number")


def headline_nps(result: NpsResult) -> Message | None:
    """Return the finding of an NPS table as a heading."""
    return _headline(result, "points")


def _number(value: float, spec: str) -> Message:
    if spec == "points":
        return Message("{value:points}", value=value)
    return Message("{value:number}", value=value)


def _headline(result: MeasureResult, spec: str) -> Message | None:
    shown = [row for row in plain_rows(result.table) if row["estimate"] is not None]
    if not shown:
        return Message("{name} can’t be shown", name=result.name)
    if result.by == ("wave",):
        return _headline_waves(result, shown, spec)
    if result.by and len(shown) == 1 and len(result.table) > 1:
        return Message(
            "{name} is {value} in {group}; the other groups have too few answers",
            name=result.name,
            value=_number(shown[0]["estimate"], spec),
            group=shown[0]["segment"] or Message("the group without an answer"),
        )
    if not result.by or len(shown) == 1:
        return Message(
            "{name} is {value}", name=result.name, value=_number(shown[0]["estimate"], spec)
        )
    return _headline_groups(result, shown, spec)


def _headline_waves(result: MeasureResult, shown: list[Any], spec: str) -> Message:
    last = shown[-1]
    values = {
        "name": result.name,
        "value": _number(last["estimate"], spec),
        "wave": str(last["segment"]),
    }
    if len(shown) == 1:
        return Message("{name} is {value} in {wave}", **values)
    before = shown[-2]
    values |= {"before": _number(before["estimate"], spec), "earlier": str(before["segment"])}
    return Message("{name} is {value} in {wave}, against {before} in {earlier}", **values)


def _headline_groups(result: MeasureResult, shown: list[Any], spec: str) -> Message:
    """Name lowest and highest only where their intervals keep apart."""
    ordered = sorted(shown, key=lambda record: record["estimate"])
    low, high = ordered[0], ordered[-1]
    values = {
        "name": result.name,
        "low": _number(low["estimate"], spec),
        "high": _number(high["estimate"], spec),
        "lowest": low["segment"] or Message("the group without an answer"),
        "highest": high["segment"] or Message("the group without an answer"),
    }
    ends = low["ci_high"], high["ci_low"]
    if None not in ends and ends[0] < ends[1]:
        return Message("{name} is {low} in {lowest} and {high} in {highest}", **values)
    return Message("{name} runs from {low} to {high}; the groups’ intervals overlap", **values)


def subtitle_nki(result: NkiResult) -> Message:
    """Say how to read the figure."""
    return _subtitle(result)


def subtitle_mean(result: MeanResult) -> Message:
    """Say how to read the figure."""
    return _subtitle(result)


def subtitle_csat(result: CsatResult) -> Message:
    """Say how to read the figure."""
    return _subtitle(result)


def subtitle_nps(result: NpsResult) -> Message:
    """Say how to read the figure."""
    if result.by == ("wave",):
        return _subtitle(result)
    return Message(
        "Share of answers of each kind; the score is promoters minus detractors, with its "
        "{confidence:percent} interval in brackets.",
        confidence=result.confidence,
    )


def _subtitle(result: MeasureResult) -> Message:
    if result.by == ("wave",):
        return Message(
            "Dot and {confidence:percent} interval for each wave; the last one is filled. The "
            "axis is cut.",
            confidence=result.confidence,
        )
    return Message(
        "Dot and {confidence:percent} interval, lowest first. The axis is cut.",
        confidence=result.confidence,
    )
