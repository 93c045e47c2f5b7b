"""Record of a PLS path model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from workbench.language import LocalizedText, Message
from workbench.results.base import Result, TableSpec

if TYPE_CHECKING:
    import pandas as pd

    from workbench.results.drivers import Labels

__all__ = ["PathsResult"]


@dataclass(frozen=True, kw_only=True, eq=False)
class PathsResult(Result):
    """A PLS path model: constructs, what they are made of, and how they go together.

    Every table has ``estimate ci_low ci_high reason``; intervals need ``bootstrap``.

    ``table``, the importance-performance map of the last construct: construct, effect (points of
    the last construct's index per +5 points of this one's, direct and indirect) with effect_low
    and effect_high, performance (0-100) with performance_low and performance_high.
    ``paths``: from, to, standardised. ``loadings`` and ``outer_weights``: construct, item.
    ``r2``: construct. ``total_effects``: from, to, standardised, and effect (points of the one
    index per +5 points of the other). ``index_weights``: construct, item; sum to 1 within a
    construct; missing with a reason where a weight is negative. ``indices``: construct, n,
    estimate (0-100 with PLS weights), equal (0-100 with equal weights), difference.
    """

    kind: ClassVar[str] = "paths"
    digits: ClassVar[int] = 8

    paths: pd.DataFrame
    loadings: pd.DataFrame
    outer_weights: pd.DataFrame
    r2: pd.DataFrame
    total_effects: pd.DataFrame
    index_weights: pd.DataFrame
    indices: pd.DataFrame
    outcome: str
    n: int
    iterations: int
    confidence: float
    labels: Labels = field(default_factory=dict[str, LocalizedText])

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Keys and captions of the eight tables."""
        outcome = self.labels.get(self.outcome, self.outcome)
        return {
            "table": TableSpec(
                key=("construct",),
                caption=Message(
                    "Points of {outcome} per +5 points of each construct, and its grade 0–100.",
                    outcome=outcome,
                ),
            ),
            "paths": TableSpec(
                key=("from", "to"), caption=Message("Paths, standardised."), counts=()
            ),
            "total_effects": TableSpec(
                key=("from", "to"),
                caption=Message("Direct and indirect effects together."),
                counts=(),
            ),
            "r2": TableSpec(
                key=("construct",),
                caption=Message("How much of each construct the model explains."),
                counts=(),
            ),
            "loadings": TableSpec(
                key=("construct", "item"),
                caption=Message("Correlation of each question with its construct."),
                counts=(),
            ),
            "outer_weights": TableSpec(
                key=("construct", "item"),
                caption=Message("Weights of the standardised questions."),
                counts=(),
            ),
            "index_weights": TableSpec(
                key=("construct", "item"),
                caption=Message("Weights of the questions in each index; they sum to 1."),
                counts=(),
            ),
            "indices": TableSpec(
                key=("construct",),
                caption=Message(
                    "Each construct as an index 0–100, with PLS and with equal weights."
                ),
            ),
        }

    @property
    def message(self) -> Message:
        """The construct with the strongest total effect, and how much is explained."""
        outcome = self.labels.get(self.outcome, self.outcome)
        known = self.table[self.table["effect"].notna()].sort_values("effect", ascending=False)
        names = {self.outcome, *([outcome] if isinstance(outcome, str) else outcome.values())}
        explained = self.r2.loc[self.r2["construct"].isin(names), "estimate"]
        if known.empty or explained.empty:
            return Message("The path model says nothing about {outcome}.", outcome=outcome)
        first = known.iloc[0]
        return Message(
            "{name} is most strongly linked to {outcome}: {effect:points} points per +5 points, "
            "direct and indirect; the model explains {r2:percent} (n = {n:integer}).",
            name=self.labels.get(str(first["construct"]), str(first["construct"])),
            outcome=outcome,
            effect=float(first["effect"]),
            r2=float(explained.iloc[0]),
            n=self.n,
        )
