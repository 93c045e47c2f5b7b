"""Record of goals judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from workbench.language import Message
from workbench.results.base import BySegment, Result, TableSpec
from workbench.results.survey import group_label

if TYPE_CHECKING:
    import datetime as dt

__all__ = ["GoalResult"]


@dataclass(frozen=True, kw_only=True, eq=False)
class GoalResult(BySegment, Result):
    """Goals met, missed, or undecided.

    ``table`` has a row per segment: ``n estimate ci_low ci_high target distance`` (points),
    ``verdict`` (``met``, ``missed``, ``cannot_tell``, ``hidden``, ``no_goal``), ``suppressed``,
    ``reason``.

    Parameters
    ----------
    measured
        Name of the measure.
    measure
        What is measured, for the disclosure audit.
    by
        Columns that split.
    direction
        ``at_least`` or ``at_most``.
    due, set_on
        When the goal is to be reached, and when it was set; None: not said.
    signed
        True for a scale that goes below zero.
    """

    kind: ClassVar[str] = "goals"

    measured: Message
    measure: str
    by: tuple[str, ...]
    direction: str
    due: dt.date | None = None
    set_on: dt.date | None = None
    signed: bool = False

    def worded(self, value: float) -> Message:
        """Return a value as the measure is written: NPS has a sign."""
        if self.signed:
            return Message("{value:points}", value=value)
        return Message("{value:number}", value=value)

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Key and caption of ``table``."""
        caption = Message("{measure} against its goal, points", measure=self.measured)
        if self.due is not None:
            caption = Message(
                "{measure} against its goal for {due:date}, points",
                measure=self.measured,
                due=self.due,
            )
        return {"table": TableSpec(key=self.key, caption=caption, sums_over=self.key)}

    @property
    def message(self) -> Message:
        """How many goals are met, missed and undecided."""
        counts = self.table["verdict"].value_counts()
        if len(self.table) == 1:
            return self._message_of_one()
        return Message(
            "{measure} against its goals: met {met:integer}, missed {missed:integer}, cannot be "
            "said {open:integer}.",
            measure=self.measured,
            met=int(counts.get("met", 0)),
            missed=int(counts.get("missed", 0)),
            open=int(counts.get("cannot_tell", 0)),
        )

    def _message_of_one(self) -> Message:
        row = self.table.iloc[0]
        values = {
            "measure": self.measured,
            "estimate": row.estimate,
            "low": row.ci_low,
            "high": row.ci_high,
            "target": row.target,
            "segment": group_label(row.segment),
        }
        if row.verdict == "met":
            return Message(
                "{measure} has met its goal of {target:number}: {estimate:number} ({low:number} to "
                "{high:number}).",
                **values,
            )
        if row.verdict == "missed":
            return Message(
                "{measure} has missed its goal of {target:number}: {estimate:number} ({low:number} "
                "to {high:number}).",
                **values,
            )
        return Message(
            "Whether {measure} has met its goal of {target:number} cannot be said: "
            "{estimate:number} ({low:number} to {high:number}).",
            **values,
        )
