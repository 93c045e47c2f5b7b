"""Record of the journey: how much and why, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from workbench.language import LocalizedText, Message
from workbench.results.base import Result, TableSpec

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TouchpointsResult"]


@dataclass(frozen=True, kw_only=True, eq=False)
class TouchpointsResult(Result):
    """Grade, weight and voices of each step of the journey.

    Parameters
    ----------
    table
        A row per step: ``touchpoint n performance performance_low performance_high`` (0-100),
        ``against_others`` (points against the person's mean of the other steps), ``importance
        importance_low importance_high rank`` (of what the drivers explain), ``n_written n_barrier
        barrier barrier_low barrier_high n_success success success_low success_high`` (shares 0-1 of
        the customers who wrote), ``most_barrier most_success`` (the theme most bring up),
        ``grade`` (``above below no_sure_difference``), ``voices`` (``barriers successes
        no_sure_difference``), ``said`` (``more fewer no_sure_difference``: barriers against the
        other steps), with ``p_grade p_signs p_said`` and the same ``_adjusted``, ``suppressed``
        (of voices), ``reason``.
    disagreements
        ``about kind performance barrier success difference outcome``; ``kind`` is
        ``graded_high_said_barrier``, ``graded_low_said_success``, ``graded_low_unsaid`` or
        ``opposite``.
    themes
        The themes of each step, the most said first: ``touchpoint theme polarity n_customers share
        share_low share_high suppressed``.
    labels, theme_labels, owners
        Names of steps and of themes; owners of steps.
    """

    kind: ClassVar[str] = "touchpoints"

    disagreements: pd.DataFrame
    themes: pd.DataFrame
    labels: dict[str, LocalizedText]
    theme_labels: dict[str, LocalizedText]
    owners: dict[str, LocalizedText]
    confidence: float
    alpha: float
    floor: int
    family: int

    def label(self, step: str) -> LocalizedText:
        """Return the name of a step."""
        return self.labels.get(step, step)

    def theme_label(self, theme: str) -> LocalizedText:
        """Return the name of a theme."""
        return self.theme_labels.get(theme, theme)

    @property
    def most_hindered(self) -> pd.Series | None:
        """The step at which most bring up a barrier; None where none may be shown."""
        known = self.table.dropna(subset=["barrier"])
        known = known[known["n_barrier"] > 0]
        return None if known.empty else known.iloc[int(known["barrier"].argmax())]

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Keys and captions."""
        return {
            "table": TableSpec(
                key=("touchpoint",),
                caption=Message(
                    "How much and why, step by step: grade 0–100 and shares of those who wrote, "
                    "with {confidence:percent} intervals",
                    confidence=self.confidence,
                ),
                counts=(),
            ),
            "themes": TableSpec(
                key=("touchpoint", "theme"),
                caption=Message("What they say at each step, the most said first"),
                counts=(),
            ),
            "disagreements": TableSpec(
                key=("about", "kind", "outcome"),
                caption=Message("Where numbers and voices disagree"),
                counts=(),
            ),
        }

    @property
    def message(self) -> Message:
        """Where most is said to hinder, with its grade and theme."""
        row = self.most_hindered
        if row is None:
            return Message("At no step do enough customers say what hinders to show it.")
        values = {
            "step": self.label(str(row["touchpoint"])),
            "barrier": float(row["barrier"]),
            "low": float(row["barrier_low"]),
            "high": float(row["barrier_high"]),
            "n": int(row["n_written"]),
        }
        if row["performance"] != row["performance"]:
            return Message(
                "{step}: {barrier:percent} of {n:integer} who wrote say what hinders ({low:percent}"
                " to {high:percent}).",
                **values,
            )
        return Message(
            "{step}: {barrier:percent} of {n:integer} who wrote say what hinders ({low:percent} to "
            "{high:percent}); its grade is {grade:number}.",
            grade=float(row["performance"]),
            **values,
        )
