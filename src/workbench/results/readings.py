"""Record of a conclusion read in several ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from workbench.language import Message
from workbench.results.base import BySegment, Result, TableSpec

if TYPE_CHECKING:
    from workbench.language import LocalizedText

__all__ = ["ReadingsResult"]


@dataclass(frozen=True, kw_only=True, eq=False)
class ReadingsResult(BySegment, Result):
    """The change between two waves, read in several ways.

    ``table`` has a row per segment and reading: ``reading`` (``mean median top``, or ``net
    promoters not_detractors``, or ``share``), ``weighted``, ``n estimate previous_estimate change
    ci_low ci_high`` (points; shares in points too), ``p_value``, ``direction`` (``up down none``),
    ``turn`` (``""``, ``reverses``, ``appears``, ``fades``: against the segment's first reading),
    ``suppressed``, ``reason``.

    Parameters
    ----------
    outcome, label
        Column, and what a report calls it.
    by, wave, previous, top, confidence, alpha, floor
        Columns that split; the two waves; points from which an answer is high; level of intervals;
        largest p-value of a sure change; fewest answers shown.
    """

    kind: ClassVar[str] = "readings"

    outcome: str
    label: LocalizedText
    by: tuple[str, ...]
    wave: str
    previous: str
    top: float
    confidence: float
    alpha: float
    floor: int

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Key and caption of ``table``."""
        key = (*self.key, "reading", "weighted")
        caption = Message(
            "The change in {outcome}, read in several ways, points", outcome=self.label
        )
        return {"table": TableSpec(key=key, caption=caption)}

    @property
    def message(self) -> Message:
        """Whether every reading agrees."""
        judged = self.table[self.table["direction"] != ""]
        values = {"outcome": self.label, "readings": len(judged)}
        if judged.empty:
            return Message("The change in {outcome} cannot be read.", outcome=self.label)
        turned = judged["turn"].isin(["reverses", "appears"]).sum()
        faded = (judged["turn"] == "fades").sum()
        if turned:
            return Message(
                "The conclusion on {outcome} turns in {turned:integer} of {readings:integer} "
                "readings.",
                turned=int(turned),
                **values,
            )
        if faded:
            return Message(
                "The change in {outcome} keeps its direction in every reading, but is not clear "
                "in {faded:integer} of {readings:integer}.",
                faded=int(faded),
                **values,
            )
        return Message(
            "The conclusion on {outcome} is the same in all {readings:integer} readings.", **values
        )
