"""Record of what weights do to a wave's outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from workbench.language import Message
from workbench.results.base import Result, TableSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from workbench.language import LocalizedText

__all__ = ["WeightingResult"]


@dataclass(frozen=True, kw_only=True, eq=False)
class WeightingResult(Result):
    """Each outcome with and without weights, and what the weights cost.

    ``table`` has a row per outcome: ``outcome``, ``n``, ``n_effective``, ``estimate ci_low
    ci_high`` (points, weighted), ``unweighted unweighted_low unweighted_high``, ``difference``
    (weighted minus unweighted), ``turns`` (whether the unweighted value lies outside the weighted
    interval), ``suppressed``, ``reason``.

    Parameters
    ----------
    weights
        A row per wave: ``wave n n_effective design_effect smallest largest`` (weights over their
        mean) and ``n_zero``.
    wave
        The wave of ``table``.
    labels
        Outcome -> what a report calls it.
    confidence
        Level of the intervals.
    """

    kind: ClassVar[str] = "weighting"

    weights: pd.DataFrame
    wave: str
    labels: Mapping[str, LocalizedText | Message]
    confidence: float

    def label(self, outcome: str) -> LocalizedText | Message:
        """Return what a report calls an outcome."""
        return self.labels.get(outcome) or outcome

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Outcomes, and weights by wave."""
        return {
            "table": TableSpec(
                key=("outcome",),
                caption=Message("Outcomes with and without weights, points"),
            ),
            "weights": TableSpec(
                key=("wave",),
                caption=Message("The weights by wave, as multiples of their mean"),
            ),
        }

    @property
    def message(self) -> Message:
        """What the weights move most, and what they cost."""
        found = self.weights[self.weights["wave"] == self.wave]
        if found.empty:
            return Message("{wave} has too few answers to show what weights do.", wave=self.wave)
        now = found.iloc[0]
        values = {"n": int(now["n"]), "effective": now["n_effective"], "wave": self.wave}
        shown = self.table[self.table["difference"].notna()]
        if shown.empty:
            return Message(
                "In {wave}, {n:integer} weighted answers count as {effective:integer}.", **values
            )
        most = shown.iloc[int(shown["difference"].abs().argmax())]
        return Message(
            "In {wave}, {n:integer} weighted answers count as {effective:integer}; weights move "
            "{outcome} most, from {unweighted:number} to {estimate:number}.",
            outcome=self.label(str(most["outcome"])),
            unweighted=most["unweighted"],
            estimate=most["estimate"],
            **values,
        )
