"""Records of single questions: two variants, change without randomisation, past decisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from workbench.language import Message
from workbench.results.base import Result, TableSpec

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "ComparisonResult",
    "DecisionLogResult",
    "DidResult",
]


@dataclass(frozen=True, kw_only=True, eq=False)
class ComparisonResult(Result):
    """Two variants compared on one measure.

    ``table`` has one row: measure (what is compared), n_treatment, n_control, treatment, control
    (levels), estimate (treatment minus control: shares for shares, points for NPS), ci_low,
    ci_high, se, p_value, p_exact (shares: Fisher's, for those who ask), lift, lift_low, lift_high,
    method, reason.
    """

    kind: ClassVar[str] = "comparison"

    estimate: float | None
    ci_low: float | None
    ci_high: float | None
    se: float | None
    p_value: float | None
    lift: float | None
    lift_low: float | None
    lift_high: float | None
    reason: str
    confidence: float

    @property
    def specs(self) -> dict[str, TableSpec]:
        """One row."""
        caption = Message("Difference between treatment and control.")
        return {"table": TableSpec(key=("measure",), caption=caption, counts=())}

    @property
    def message(self) -> Message:
        """The difference with its interval."""
        if self.estimate is None or self.ci_low is None:
            return Message(
                "The difference can’t be given an interval: {reason}.", reason=self.reason
            )
        if str(self.table["measure"].iloc[0]) == "nps":
            return Message(
                "NPS differs by {estimate:points} points ({low:points} to {high:points}).",
                estimate=self.estimate,
                low=self.ci_low,
                high=self.ci_high,
            )
        return Message(
            "The share differs by {estimate:percent_points} percentage points "
            "({low:percent_points} to {high:percent_points}).",
            estimate=self.estimate,
            low=self.ci_low,
            high=self.ci_high,
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class DidResult(Result):
    """Change among the treated minus change among the others; nobody was assigned at random.

    ``table``: one row: term ("effect"), n_treated, n_untreated, estimate, ci_low, ci_high, se, df,
    p_value, reason. ``periods``: period, relative (to the start), difference between the groups,
    ci_low, ci_high. ``assumptions`` in words.
    """

    kind: ClassVar[str] = "difference_in_differences"

    estimate: float | None
    ci_low: float | None
    ci_high: float | None
    p_value: float | None
    trend_p: float | None
    periods: pd.DataFrame
    assumptions: tuple[Message, ...]

    @property
    def specs(self) -> dict[str, TableSpec]:
        """The estimate, then the groups' gap by period."""
        return {
            "table": TableSpec(
                key=("term",), caption=Message("Difference in differences."), counts=()
            ),
            "periods": TableSpec(
                key=("period",),
                caption=Message("Gap between the groups in each period."),
                counts=(),
            ),
        }

    @property
    def message(self) -> Message:
        """The estimate, with what it rests on."""
        if self.estimate is None or self.ci_low is None:
            return Message("The change can’t be given an interval.")
        return Message(
            "Nobody was assigned at random. If both groups would have changed alike, the change "
            "is {estimate:signed2} ({low:signed2} to {high:signed2}).",
            estimate=self.estimate,
            low=self.ci_low,
            high=self.ci_high,
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class DecisionLogResult(Result):
    """Past decisions, with what came later.

    ``table``: read_on, experiment, verdict, estimate, ci_low, ci_high, p_value, q_value (false
    discovery over all logged experiments), later, later_low, later_high. ``words`` is the same for
    the eye, cells in both languages.
    """

    kind: ClassVar[str] = "decision_log"

    later_share: float | None
    later_n: int
    words: pd.DataFrame | None = None

    @property
    def specs(self) -> dict[str, TableSpec]:
        """A row per decision."""
        caption = Message("Decisions so far, printed effect and what came later.")
        table = TableSpec(key=("read_on", "experiment"), caption=caption, counts=())
        if self.words is None:
            return {"table": table}
        return {"table": table, "words": TableSpec(key=("row",), caption=caption, counts=())}

    @property
    def message(self) -> Message:
        """How printed effects kept."""
        n = len(self.table)
        if self.later_share is None:
            return Message(
                "{n:integer} decision is logged; it has no later effect yet.",
                "{n:integer} decisions are logged; none has a later effect yet.",
                n=n,
            )
        return Message(
            "Of {n:integer} effects with a later reading, the later one was on average "
            "{share:number2} of the printed one.",
            n=self.later_n,
            share=self.later_share,
        )
