"""Record of penalties and rewards: what a low grade costs and what a high one brings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from workbench.language import LocalizedText, Message
from workbench.results.base import Result, TableSpec

if TYPE_CHECKING:
    import pandas as pd

    from workbench.results.drivers import Labels

__all__ = ["CLASSES", "PenaltyRewardResult", "class_name"]

CLASSES = ("frustrator", "dissatisfier", "hybrid", "satisfier", "delighter")
"""From "only hurts when low" to "only pleases when high"."""

_NAMES = {
    "frustrator": Message("shows only when low"),
    "dissatisfier": Message("shows most when low"),
    "hybrid": Message("shows both ways"),
    "satisfier": Message("shows most when high"),
    "delighter": Message("shows only when high"),
}


def class_name(name: str) -> Message:
    """Return what a report calls a class of drivers."""
    return _NAMES[name]


@dataclass(frozen=True, kw_only=True, eq=False)
class PenaltyRewardResult(Result):
    """What a low and a high grade go with, against a grade in the middle.

    ``table``, one row per driver: n_low, n_middle, n_high, penalty (points of outcome of a low
    grade against the middle, the other drivers equal; usually negative) with penalty_low and
    penalty_high, reward (of a high grade) with reward_low and reward_high, range (both together),
    asymmetry (-1: only penalty, 1: only reward), class (frustrator dissatisfier hybrid satisfier
    delighter) with p_class (share of draws in it), bend (slope above the middle minus slope below,
    per +5 points) with bend_low and bend_high, p_value and p_adjusted (of no bend), reason.

    ``classes``, one row per driver and class: p (share of draws).
    """

    kind: ClassVar[str] = "penalty_reward"
    digits: ClassVar[int] = 8

    classes: pd.DataFrame | None
    outcome: str
    low: float
    high: float
    confidence: float
    labels: Labels = field(default_factory=dict[str, LocalizedText])

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Keys and captions of the two tables."""
        found = {
            "table": TableSpec(
                key=("driver",),
                caption=Message(
                    "Points of {outcome} that a low and a high grade go with, against the middle.",
                    outcome=self.labels.get(self.outcome, self.outcome),
                ),
                counts=("n_low", "n_middle", "n_high"),
            ),
            "classes": TableSpec(
                key=("driver", "class"),
                caption=Message("How certainly each driver belongs to each class."),
                counts=(),
            ),
        }
        return {name: spec for name, spec in found.items() if getattr(self, name) is not None}

    @property
    def message(self) -> Message:
        """Which drivers hurt when low, and which please when high."""
        known = self.table[self.table["class"].notna()]
        if known.empty:
            return Message("No driver can be judged: too few low or high grades.")
        hurts = known[known["class"].isin(["frustrator", "dissatisfier"])]
        pleases = known[known["class"].isin(["satisfier", "delighter"])]
        return Message(
            "Drivers whose link shows most when the grade is low: {hurts:integer}; when it is "
            "high: {pleases:integer}; both ways: {both:integer}; cannot be judged: "
            "{unknown:integer}.",
            hurts=len(hurts),
            pleases=len(pleases),
            both=len(known) - len(hurts) - len(pleases),
            unknown=len(self.table) - len(known),
        )
