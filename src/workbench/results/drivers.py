"""Records of driver analysis: what goes with the outcome, how sure that is, how drivers combine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from workbench.language import LocalizedText, Message
from workbench.results.base import BySegment, Result, TableSpec

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["DominanceResult", "DriverDraws", "DriversResult", "Labels"]

Labels = Mapping[str, LocalizedText]
"""What a report calls each driver; a driver without a label goes by its name."""


@dataclass(frozen=True, kw_only=True, eq=False)
class DriverDraws:
    """The draws behind one segment's intervals, so that priorities can be read off them later.

    Parameters
    ----------
    drivers
        Names, in the order of the columns.
    share, effect, performance
        ``(draws, drivers)``: shares sum to 1; points of outcome per +5 points; 0-100.
    outcome
        ``(draws,)``: mean of the outcome, in its own points.
    """

    drivers: tuple[str, ...]
    share: NDArray[np.float64]
    effect: NDArray[np.float64]
    performance: NDArray[np.float64]
    outcome: NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class DriversResult(BySegment, Result):
    """Drivers of an outcome, by segment.

    ``table``, one row per segment and driver: segment, driver, n (answers to the driver and the
    outcome), importance (R2), share (of what the drivers explain, sums to 1), ci_low and ci_high
    (of the share), rank, p_first (share of draws in which it came first), tie (drivers with the
    same number cannot be told apart), effect with effect_low and effect_high (points of outcome
    per +5 points of the driver, the other drivers equal), performance (0-100), quadrant
    (prioritise improve maintain low) and p_quadrant, suppressed, reason; then null_high (the
    largest share that a driver without a link of its own to the outcome gets in 95 of 100 cases),
    beyond_null, correlation, vif, p_value and p_adjusted (of the effect; adjusted for all drivers),
    performance_low, performance_high, n_missing.

    ``fit``, one row per segment: n, n_missing (without the outcome), n_effective, n_complete
    (answered everything), r2, r2_low, r2_high, r2_adjusted, r2_controls (what the controls explain
    alone), outcome_mean.

    ``grades``, one row per segment and driver: n, performance with interval, low_share (of those
    who answered, below ``low_grade``) with interval, n_low.

    ``differences``: share of a driver minus another's, with interval. ``pairs``: how many answered
    both questions, and their correlation. ``groups``: the same as ``table`` for groups of drivers.
    """

    kind: ClassVar[str] = "drivers"
    digits: ClassVar[int] = 8

    fit: pd.DataFrame
    grades: pd.DataFrame
    differences: pd.DataFrame | None
    pairs: pd.DataFrame
    groups: pd.DataFrame | None = None
    outcome: str
    importance_method: str
    confidence: float
    low_grade: float
    by: tuple[str, ...] = ()
    labels: Labels = field(default_factory=dict[str, LocalizedText])
    draws: Mapping[str | None, DriverDraws] = field(default_factory=dict[str | None, DriverDraws])

    def label(self, name: str) -> LocalizedText:
        """Return what a report calls a driver, a group or the outcome."""
        return self.labels.get(name, name)

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Keys and captions of the six tables."""
        outcome, segment = self.label(self.outcome), self.key
        found = {
            "table": TableSpec(
                key=(*segment, "driver"),
                caption=Message(
                    "What goes with {outcome}: each driver’s share of what the drivers explain, "
                    "and points of {outcome} per +5 points of the driver.",
                    outcome=outcome,
                ),
                sums_over=segment,
            ),
            "fit": TableSpec(
                key=segment,
                caption=Message("How much the drivers explain together (R²), and of how many."),
                counts=("n", "n_missing", "n_complete"),
                sums_over=segment,
            ),
            "grades": TableSpec(
                key=(*segment, "driver"),
                caption=Message(
                    "Grade 0–100, and the share of answers below {low:integer}.", low=self.low_grade
                ),
                counts=("n", "n_low"),
                sums_over=segment,
            ),
            "differences": TableSpec(
                key=(*segment, "driver", "other"),
                caption=Message("Share of one driver minus share of another."),
                counts=(),
            ),
            "pairs": TableSpec(
                key=(*segment, "driver", "other"),
                caption=Message("How many answered both questions, and how they go together."),
                sums_over=segment,
            ),
            "groups": TableSpec(
                key=(*segment, "group"),
                caption=Message("Share of each group of drivers in what the drivers explain."),
                counts=(),
            ),
        }
        return {name: spec for name, spec in found.items() if getattr(self, name) is not None}

    @property
    def measure(self) -> str:
        """What is counted, for the disclosure audit: answers to the outcome and a driver."""
        return f"drivers:{self.outcome}"

    def leaders(self, segment: str | None = "all") -> list[str]:
        """Return the first driver and all that cannot be told apart from it, in order of rank."""
        rows = self._of(segment)
        first = rows.loc[rows["rank"] == 1]
        if first.empty:
            return []
        tied = rows.loc[(rows["tie"] == first["tie"].iloc[0]).fillna(value=False)]
        leaders = first if tied.empty else tied.sort_values("rank")
        return leaders["driver"].tolist()

    def _of(self, segment: str | None) -> pd.DataFrame:
        column = self.table["segment"]
        return self.table[column.isna() if segment is None else column == segment]

    @property
    def message(self) -> Message:
        """Who leads, and whether that can be told."""
        segments = list(dict.fromkeys(self.table["segment"].tolist()))
        if len(segments) != 1:
            return self._message_by_segment(len(segments))
        if self.groups is not None and self.groups["share"].notna().any():
            return self._message_of_groups(self.groups)
        segment = segments[0]
        leaders = self.leaders(segment)
        outcome = self.label(self.outcome)
        if not leaders:
            return Message("Nothing can be said about what goes with {outcome}.", outcome=outcome)
        fit = self.fit.iloc[0]
        names = [self.label(name) for name in leaders]
        rows = self._of(segment)
        first = rows.set_index("driver").loc[leaders[0]]
        if len(leaders) > 1:
            return Message(
                "{names} are most strongly linked to {outcome} and cannot be told apart; the "
                "drivers together explain {r2:percent} of the differences between respondents (n "
                "= {n:integer}).",
                names=names,
                outcome=outcome,
                r2=fit["r2"],
                n=int(fit["n"]),
            )
        if rows["ci_low"].isna().all():
            return Message(
                "{name} is most strongly linked to {outcome}: {share:percent} of what the "
                "drivers explain, how certainly has not been computed (n = {n:integer}).",
                name=names[0],
                outcome=outcome,
                share=first["share"],
                n=int(fit["n"]),
            )
        return Message(
            "{name} is most strongly linked to {outcome}: {share:percent} ({low:percent} to "
            "{high:percent}) of what the drivers explain; first in {sure:percent} of the draws "
            "(n = {n:integer}).",
            name=names[0],
            outcome=outcome,
            share=first["share"],
            low=first["ci_low"],
            high=first["ci_high"],
            sure=first["p_first"],
            n=int(fit["n"]),
        )

    def _message_of_groups(self, groups: pd.DataFrame) -> Message:
        first = groups.sort_values("share", ascending=False, kind="stable").iloc[0]
        values = {"name": self.label(str(first["group"])), "share": first["share"]}
        if first[["ci_low"]].isna().any():
            return Message(
                "Of the groups of drivers, {name} has the largest share of what the drivers "
                "explain: {share:percent}.",
                **values,
            )
        return Message(
            "Of the groups of drivers, {name} has the largest share of what the drivers explain: "
            "{share:percent} ({low:percent} to {high:percent}).",
            low=first["ci_low"],
            high=first["ci_high"],
            **values,
        )

    def _message_by_segment(self, count: int) -> Message:
        first = self.table[self.table["rank"] == 1]
        if first.empty:
            return Message("No segment has answers enough to say what goes with the outcome.")
        often = first["driver"].value_counts()
        return Message(
            "{name} comes first in {times:integer} of {count:integer} segments.",
            name=self.label(str(often.index[0])),
            times=int(often.iloc[0]),
            count=count,
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class DominanceResult(Result):
    """Which driver beats which, however many others are already counted.

    ``table``: driver, general (mean gain in R2; equals LMG), rank. ``conditional``: driver, others
    (how many are already in), gain (mean gain in R2). ``complete``: driver, other, share (of
    subsets in which the driver adds at least the other), sure (share of draws in which it
    dominates completely), level (complete conditional general none). ``interaction``: driver,
    other, index (below 0: they tell the same story).
    """

    kind: ClassVar[str] = "dominance"
    digits: ClassVar[int] = 8

    conditional: pd.DataFrame
    complete: pd.DataFrame
    interaction: pd.DataFrame
    outcome: str
    labels: Labels = field(default_factory=dict[str, LocalizedText])

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Keys and captions of the four tables."""
        return {
            "table": TableSpec(
                key=("driver",), caption=Message("Mean gain in R² over all orders of entry.")
            ),
            "conditional": TableSpec(
                key=("driver", "others"),
                caption=Message("Mean gain in R² by how many other drivers are already in."),
                counts=(),
            ),
            "complete": TableSpec(
                key=("driver", "other"),
                caption=Message("Share of subsets in which one driver adds at least the other."),
                counts=(),
            ),
            "interaction": TableSpec(
                key=("driver", "other"),
                caption=Message(
                    "Shapley interaction in R²: below 0 the two tell the same story, above 0 "
                    "they explain more together than apart."
                ),
                counts=(),
            ),
        }

    @property
    def message(self) -> Message:
        """Who dominates whom."""
        first = str(self.table.sort_values("rank")["driver"].iloc[0])
        beaten = self.complete[
            (self.complete["driver"] == first) & (self.complete["level"] == "complete")
        ]
        return Message(
            "{name} adds most on average, and at least as much as {beaten:integer} of "
            "{others:integer} other drivers whichever others are counted in.",
            name=self.labels.get(first, first),
            beaten=len(beaten),
            others=len(self.table) - 1,
        )
