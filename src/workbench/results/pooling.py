"""Record of partial pooling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from workbench.language import Message
from workbench.results.base import BySegment, Result, TableSpec
from workbench.results.survey import group_label

if TYPE_CHECKING:
    from workbench.language import LocalizedText

__all__ = ["PooledResult"]


@dataclass(frozen=True, kw_only=True, eq=False)
class PooledResult(BySegment, Result):
    """Estimates of segments, raw and shrunk towards each other.

    ``table`` has a row per segment: ``n``, ``raw raw_low raw_high`` (the segment's own answers),
    ``estimate ci_low ci_high`` (shrunk), ``weight`` (share of the own estimate that is kept, 0-1),
    ``suppressed``, ``reason``.

    Parameters
    ----------
    outcome, label
        Column, and what a report calls it.
    by, confidence, floor
        Columns that split; level of intervals; fewest answers shown.
    between_sd
        Standard deviation between segments beyond sampling, in points.
    """

    kind: ClassVar[str] = "pooled"

    outcome: str
    label: LocalizedText
    by: tuple[str, ...]
    confidence: float
    floor: int
    between_sd: float

    @property
    def measure(self) -> str:
        """What is measured, for the disclosure audit."""
        return self.outcome

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Key and caption of ``table``."""
        caption = Message(
            "{outcome} by segment: raw, and shrunk towards all segments, points", outcome=self.label
        )
        return {"table": TableSpec(key=self.key, caption=caption, sums_over=self.key)}

    @property
    def message(self) -> Message:
        """How much segments differ beyond chance, and who moved most."""
        shown = self.table[self.table["estimate"].notna()]
        if shown.empty:
            return Message("No segment of {outcome} can be shown.", outcome=self.label)
        moved = shown.iloc[int((shown["estimate"] - shown["raw"]).abs().argmax())]
        return Message(
            "Segments differ in {outcome} by {spread:number} points beyond chance (standard "
            "deviation); {segment} moves most when pooled, from {raw:number} to {estimate:number} "
            "(n = {n:integer}).",
            outcome=self.label,
            spread=self.between_sd,
            segment=group_label(moved.segment),
            raw=moved.raw,
            estimate=moved.estimate,
            n=moved.n,
        )
