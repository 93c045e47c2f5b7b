"""Record of how satisfaction and money go together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Literal

from workbench.language import LocalizedText, Message
from workbench.results.base import Result, TableSpec

if TYPE_CHECKING:
    from workbench.results.drivers import Labels

__all__ = ["MoneyKind", "MoneyResult"]

MoneyKind = Literal["amount", "churn"]


@dataclass(frozen=True, kw_only=True, eq=False)
class MoneyResult(Result):
    """What one point more of satisfaction goes with in money or churn.

    ``table``, one row per reading (plain, controls, trimmed, logit or linear): reading, n,
    estimate with ci_low and ci_high, per +1 point of the outcome; an amount in its own unit, churn
    as a share. ``range_low`` and ``range_high``: from the lowest to the highest end of all
    readings.
    """

    kind: ClassVar[str] = "money"
    digits: ClassVar[int] = 8

    outcome: str
    money: str
    money_kind: MoneyKind
    unit: str
    range_low: float
    range_high: float
    confidence: float
    labels: Labels = field(default_factory=dict[str, LocalizedText])

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Key and caption of the table."""
        return {
            "table": TableSpec(
                key=("reading",),
                caption=Message(
                    "{money} that goes with one point more of {outcome}, read in several ways.",
                    money=self.labels.get(self.money, self.money),
                    outcome=self.labels.get(self.outcome, self.outcome),
                ),
            )
        }

    @property
    def caution(self) -> Message:
        """What the number must not be used for."""
        return Message(
            "This is an association among customers asked once: who is satisfied may differ in "
            "ways nobody measured, and money may come before satisfaction. Do not multiply it by "
            "a planned improvement."
        )

    @property
    def message(self) -> Message:
        """The plain reading and the range of all."""
        values = {
            "outcome": self.labels.get(self.outcome, self.outcome),
            "money": self.labels.get(self.money, self.money),
            "unit": self.unit,
        }
        plain = self.table.iloc[0]
        if self.range_low != self.range_low:
            return Message("How {money} goes with {outcome} cannot be said.", **values)
        if self.money_kind == "churn":
            return Message(
                "One point more of {outcome} goes with {estimate:percent_points} percentage points "
                "of {money}; all readings together {low:percent_points} to {high:percent_points}. "
                "An association, not an effect.",
                estimate=float(plain["estimate"]),
                low=self.range_low,
                high=self.range_high,
                **values,
            )
        return Message(
            "One point more of {outcome} goes with {estimate:points} {unit} of {money}; all "
            "readings together {low:points} to {high:points}. An association, not an effect.",
            estimate=float(plain["estimate"]),
            low=self.range_low,
            high=self.range_high,
            **values,
        )
