"""Record of a sample plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from workbench.language import Message
from workbench.results.base import Result, TableSpec

__all__ = ["SamplePlan"]


@dataclass(frozen=True, kw_only=True, eq=False)
class SamplePlan(Result):
    """How many must answer.

    ``table`` has a row per aim: ``target`` (points), ``n`` answers (per wave or group),
    ``n_invited``, ``share_of_population`` (0-1).

    Parameters
    ----------
    measured
        ``nki``, ``nps``, ``share`` or ``mean``.
    aim
        ``margin`` or ``difference``.
    sd
        Standard deviation of one answer, points.
    confidence, power
        Of the interval, and the chance to find the difference.
    """

    kind: ClassVar[str] = "sample_plan"

    measured: str
    aim: str
    sd: float
    confidence: float
    power: float

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Key and caption of ``table``."""
        caption = Message("Answers needed, by the precision wanted in points")
        return {"table": TableSpec(key=("target",), caption=caption, counts=())}

    @property
    def message(self) -> Message:
        """The first aim and what it takes."""
        row = self.table.iloc[0]
        values = {"target": row.target, "n": row.n, "confidence": self.confidence}
        if self.aim == "margin":
            return Message(
                "An interval of ±{target:number} points takes {n:integer} answers "
                "({confidence:percent} confidence).",
                **values,
            )
        return Message(
            "Finding a difference of {target:number} points takes {n:integer} answers in each wave "
            "or group ({confidence:percent} confidence, {power:percent} power).",
            power=self.power,
            **values,
        )
