"""What the conclusions of an experiment are made from: its numbers in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.language import Message
from workbench.report.rows import plain_rows
from workbench.results.amounts import amount, interval

if TYPE_CHECKING:
    from workbench.results.readout import Readout

__all__ = ["TrialBasis"]


@dataclass(frozen=True, kw_only=True)
class TrialBasis:
    """A readout and its numbers in words."""

    readout: Readout

    def primary(self) -> dict[str, Any] | None:
        """Return the primary effect the verdict is about; None without an interval."""
        rows = [r for r in plain_rows(self.readout.effects) if r["role"] == "primary"]
        variant = self.readout.decision.variant
        rows = [r for r in rows if variant in {None, r["variant"]}]
        known = [r for r in rows if r["ci_low"] is not None]
        return known[0] if known else None

    def difference(
        self, metric: str, value: float, *, signed: bool = True, sureness: float | None = None
    ) -> Message:
        """Return a difference with its unit."""
        return amount(self.readout.trial, metric, value, signed=signed, sureness=sureness)

    def between(self, metric: str, low: float, high: float) -> Message:
        """Return an interval without its unit."""
        return interval(self.readout.trial, metric, low, high)

    def silent(self) -> float | None:
        """Return the share that did not answer, where it is more than one in twenty."""
        if self.readout.response is None:
            return None
        rates = self.readout.response.rates
        asked = float(rates["n_asked"].sum())
        share = 1 - float(rates["n_answered"].sum()) / asked if asked else 0.0
        return share if share > 0.05 else None

    def turning(self, metric: str, value: float) -> Message:
        """Return the effect among the silent that would turn a guardrail."""
        return Message(
            "An effect on {name} of {value} or worse among those who did not answer.",
            name=self.readout.trial.metric(metric),
            value=self.difference(metric, value),
        )

    def visible(self, row: dict[str, Any] | None) -> Message | None:
        """Return what more units would show."""
        rows = plain_rows(self.readout.visible.table)
        own = [r for r in rows if row is not None and r["metric"] == row["metric"]]
        if not own or own[0]["detectable"] is None:
            return None
        return Message(
            "More units: this trial could have seen {effect}.",
            effect=self.difference(own[0]["metric"], own[0]["detectable"], signed=False),
        )
