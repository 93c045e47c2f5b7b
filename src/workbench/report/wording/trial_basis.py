"""What the conclusions of an experiment are made from: its numbers in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.language import Message
from workbench.results.amounts import amount, interval
from workbench.results.rows import plain_rows

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

    def short(self) -> tuple[tuple[str, str], str, int] | None:
        """Return the group that broke the split, its shortest variant and by how many units.

        As many as the other variants' units and the planned shares would have given.
        """
        split = self.readout.split
        if split.culprit is None:
            return None
        column, group = split.culprit
        rows = [
            row
            for row in plain_rows(split.table)
            if row["scope"] == "segment" and row["column"] == column and row["value"] == group
        ]
        total = sum(row["n"] for row in rows)
        gaps = {
            row["variant"]: (total - row["n"]) * row["planned"] / (1 - row["planned"]) - row["n"]
            for row in rows
            if 0 < row["planned"] < 1
        }
        if not gaps:
            return None
        worst = max(gaps, key=lambda variant: gaps[variant])
        return split.culprit, worst, round(gaps[worst])

    def departures(self) -> list[Message]:
        """Name the points of the plan that were not kept; nothing where all were."""
        kept = self.readout.plan_kept
        if kept.words is None:
            return []
        broken = set(kept.table.loc[kept.table["kept"] == False, "point"])  # noqa: E712 - three values
        rows = plain_rows(kept.words)
        points = [Message("“{point}”", point=row["point"]) for row in rows if row["row"] in broken]
        return [Message("Not kept of the plan: {points}.", points=points)] if points else []

    def chance_below(self) -> float | None:
        """Return the chance that the gain is below the least worth having."""
        risk = self.readout.risk
        if risk is None:
            return None
        rows = {(r["quantity"], r["prior"]): r["value"] for r in plain_rows(risk.table)}
        return rows.get(("below_margin", "past"), rows.get(("below_margin", "flat")))

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
