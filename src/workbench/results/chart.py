"""Record of a control chart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from workbench.language import Message
from workbench.results.base import BySegment, Result, TableSpec
from workbench.results.survey import group_label

if TYPE_CHECKING:
    from workbench.language import LocalizedText

__all__ = ["ControlChartResult"]


@dataclass(frozen=True, kw_only=True, eq=False)
class ControlChartResult(BySegment, Result):
    """A tracker with limits that know its noise.

    ``table`` has a row per segment and wave: ``n estimate ci_low ci_high``, ``centre limit_low
    limit_high`` (points), ``z`` (distance from the centre in sigmas of the chart), ``signal`` (the
    rule that was broken, else ``""``), ``preliminary``, ``broken``, ``suppressed``, ``reason``.

    Parameters
    ----------
    outcome, label
        Column, and what a report calls it.
    by, rules, confidence, floor
        Columns that split; rules that count; level of the intervals; fewest answers shown.
    """

    kind: ClassVar[str] = "control_chart"

    outcome: str
    label: LocalizedText
    by: tuple[str, ...]
    rules: tuple[str, ...]
    confidence: float
    floor: int

    @property
    def measure(self) -> str:
        """What is measured, for the disclosure audit."""
        return self.outcome

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Key and caption of ``table``."""
        key = (*self.key, "wave")
        caption = Message("{outcome} by wave, with limits, points", outcome=self.label)
        return {"table": TableSpec(key=key, caption=caption)}

    @property
    def message(self) -> Message:
        """How many waves are outside, and the newest of them."""
        outside = self.table[self.table["signal"] != ""]
        if self.table["centre"].isna().all():
            return Message(
                "{outcome} has too few waves for limits: six are needed.", outcome=self.label
            )
        if outside.empty:
            return Message(
                "No wave of {outcome} is outside what chance and its own unrest give.",
                outcome=self.label,
            )
        newest = outside.iloc[-1]
        values = {
            "outcome": self.label,
            "n": len(outside),
            "wave": newest.wave,
            "estimate": newest.estimate,
            "low": newest.limit_low,
            "high": newest.limit_high,
        }
        if self.by:
            return Message(
                "Points of {outcome} outside their limits: {n:integer}, last {segment} in {wave} "
                "({estimate:number}; limits {low:number} to {high:number}).",
                segment=group_label(newest.segment),
                **values,
            )
        return Message(
            "Waves of {outcome} outside the limits: {n:integer}, last {wave} ({estimate:number}; "
            "limits {low:number} to {high:number}).",
            **values,
        )
