"""Where in the interviews a passage stands: its part, its respondent, its guide question."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.coding.documents import Part

__all__ = ["PartIndex"]


@dataclass
class PartIndex:
    """The parts of one document, ready for many look-ups.

    A passage belongs to the part it shares most code points with; parts that are someone's words
    come before those of the interviewer. Where an account names several respondents at once, the
    parts have the same place, and the passage belongs to all of them.
    """

    def __init__(self, parts: tuple[Part, ...]) -> None:
        self._parts = sorted(parts, key=lambda part: (part.start, part.end, part.part))
        self._starts = [part.start for part in self._parts]
        self._longest = max((part.end - part.start for part in parts), default=0)

    def overlapping(self, start: int, end: int) -> list[Part]:
        """Return the parts that share at least one code point with ``[start, end)``."""
        low = bisect_right(self._starts, start - self._longest)
        high = bisect_right(self._starts, end - 1)
        return [part for part in self._parts[max(low - 1, 0) : high] if part.end > start]

    def owners(self, start: int, end: int) -> list[Part]:
        """Return the part a passage belongs to, or several parts with the same place."""
        best: list[Part] = []
        score = (False, 0)
        for part in self.overlapping(start, end):
            shared = min(end, part.end) - max(start, part.start)
            found = (part.respondent is not None, shared)
            if found > score:
                best, score = [part], found
            elif best and (part.start, part.end) == (best[0].start, best[0].end):
                best.append(part)
        return best
