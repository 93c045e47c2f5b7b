"""Cut a paragraph where codings begin and end, so that any overlap can be drawn."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["Mark", "marks_on", "stretches"]


@dataclass(frozen=True)
class Mark:
    """A coding cut to one paragraph, with a lane that no overlapping one shares."""

    coding: Mapping[str, Any]
    start: int
    end: int
    lane: int


def marks_on(codings: Iterable[Mapping[str, Any]], start: int, end: int) -> list[Mark]:
    """Return what stands on ``[start, end)``, first and longest first.

    Examples
    --------
    >>> spans = [{"start": 2, "end": 9}, {"start": 0, "end": 5}, {"start": 5, "end": 7}]
    >>> [(mark.start, mark.end, mark.lane) for mark in marks_on(spans, 0, 8)]
    [(0, 5, 0), (2, 8, 1), (5, 7, 0)]
    """
    inside = [one for one in codings if one["start"] < end and start < one["end"]]
    inside.sort(key=lambda one: (max(one["start"], start), -min(one["end"], end)))
    reach: list[int] = []
    found: list[Mark] = []
    for one in inside:
        first, last = max(one["start"], start), min(one["end"], end)
        lane = next((n for n, at in enumerate(reach) if at <= first), len(reach))
        reach[lane : lane + 1] = [last]
        found.append(Mark(one, first, last, lane))
    return found


def stretches(block: Mapping[str, Any], marks: list[Mark]) -> Iterator[tuple[int, int, list[Mark]]]:
    """Yield ``(start, end, marks on it)``, innermost mark first."""
    cuts = {block["start"], block["end"]}
    cuts |= {place for mark in marks for place in (mark.start, mark.end)}
    for start, end in pairwise(sorted(cuts)):
        on = [mark for mark in marks if mark.start <= start and end <= mark.end]
        yield start, end, sorted(on, key=lambda mark: mark.lane)
