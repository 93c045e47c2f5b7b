"""Records of effects by segment and wave: pooled, hidden opposites, changes, item differences."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from workbench.language import LocalizedText, Message
from workbench.results.base import Result, TableSpec

if TYPE_CHECKING:
    import pandas as pd

    from workbench.results.drivers import Labels

__all__ = [
    "EffectChangesResult",
    "ItemDifferencesResult",
    "OppositesResult",
    "SegmentEffectsResult",
]


def _shown(name: object) -> Message | str:
    return Message("no group given") if name is None or name != name else str(name)


@dataclass(frozen=True, kw_only=True, eq=False)
class SegmentEffectsResult(Result):
    """Effects by segment, raw and drawn towards the others where a segment's own answers are few.

    ``table``, one row per segment and driver: n, estimate (drawn towards the others) with ci_low
    and ci_high, raw with raw_low and raw_high (the segment's own), weight (of its own answers,
    0-1; below 0.5 more than half is borrowed), suppressed, reason. Points of outcome per +5.

    ``drivers``, one row per driver: mean over segments with mean_low and mean_high, spread
    (standard deviation of true effects between segments), segments, p_value and p_adjusted (of no
    difference between segments), verdict (no_difference differs opposite), odd (the segment
    furthest from the others where they differ).
    """

    kind: ClassVar[str] = "segment_effects"
    digits: ClassVar[int] = 8

    drivers: pd.DataFrame
    by: tuple[str, ...]
    outcome: str
    confidence: float
    labels: Labels = field(default_factory=dict[str, LocalizedText])

    def label(self, name: str) -> LocalizedText:
        """Return what a report calls a driver or the outcome."""
        return self.labels.get(name, name)

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Keys and captions of the two tables."""
        return {
            "table": TableSpec(
                key=("segment", "driver"),
                caption=Message(
                    "Points of {outcome} per +5 points of each driver, by segment: own answers, "
                    "and drawn towards the others.",
                    outcome=self.label(self.outcome),
                ),
                sums_over=("segment",),
            ),
            "drivers": TableSpec(
                key=("driver",),
                caption=Message("Do the segments differ? One test per driver, corrected."),
                counts=(),
            ),
        }

    @property
    def message(self) -> Message:
        """Which drivers differ between segments."""
        differ = self.drivers[self.drivers["verdict"].isin(["differs", "opposite"])]
        total = len(self.drivers)
        if differ.empty:
            return Message(
                "No clear difference between segments in any of {total:integer} drivers.",
                total=total,
            )
        names = [self.label(str(name)) for name in differ["driver"]]
        opposite = self.drivers[self.drivers["verdict"] == "opposite"]
        if opposite.empty:
            return Message(
                "{names} differ between segments more than chance explains; {n:integer} "
                "driver does not.",
                "{names} differ between segments more than chance explains; {n:integer} "
                "drivers do not.",
                names=names,
                n=total - len(differ),
            )
        first = opposite.iloc[0]
        return Message(
            "{names} differ between segments more than chance explains; for {driver}, {segment} "
            "goes against the others.",
            names=names,
            driver=self.label(str(first["driver"])),
            segment=_shown(first["odd"]),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class OppositesResult(Result):
    """Where the total hides the opposite of what holds within groups (Simpson's paradox).

    ``table``, one row per segment, driver, variable and model (``alone`` or ``others_equal``):
    pooled (points of outcome per +5 of the driver, groups thrown together) and within (the same
    with the group held constant), each with interval, difference with ci_low and ci_high, p_value,
    p_adjusted (over the whole table), flag (``""``, ``reversed``: opposite signs; ``hidden``: none
    in the total, one within; ``borrowed``: one in the total, none within).

    ``groups``, for flagged rows, one row per group: n, performance and outcome (means), slope
    (per +5) with slope_low and slope_high.  ``points``: mean outcome by grade within each group,
    for the figure.
    """

    kind: ClassVar[str] = "opposites"
    digits: ClassVar[int] = 8

    groups: pd.DataFrame | None
    points: pd.DataFrame | None
    outcome: str
    confidence: float
    labels: Labels = field(default_factory=dict[str, LocalizedText])

    def label(self, name: str) -> LocalizedText:
        """Return what a report calls a driver or the outcome."""
        return self.labels.get(name, name)

    @property
    def flagged(self) -> pd.DataFrame:
        """Rows with a flag, the surest first."""
        return self.table[self.table["flag"] != ""].sort_values("p_adjusted", kind="stable")

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Keys and captions of the three tables."""
        key = ("segment", "driver", "variable", "model")
        found = {
            "table": TableSpec(
                key=key,
                caption=Message(
                    "Points of {outcome} per +5 points of the driver: groups thrown together, and "
                    "with the group held constant.",
                    outcome=self.label(self.outcome),
                ),
                sums_over=("segment",),
            ),
            "groups": TableSpec(
                key=("segment", "driver", "variable", "group"),
                caption=Message("The groups behind each warning."),
            ),
            "points": TableSpec(
                key=("segment", "driver", "variable", "group", "bin"),
                caption=Message("Mean of {outcome} by grade.", outcome=self.label(self.outcome)),
            ),
        }
        return {name: spec for name, spec in found.items() if getattr(self, name) is not None}

    @property
    def message(self) -> Message:
        """The surest warning."""
        flagged = self.flagged
        if flagged.empty:
            return Message(
                "The total hides no opposite: {count:integer} comparisons of pooled and "
                "within-group effects.",
                count=len(self.table),
            )
        row = flagged.iloc[0]
        values = {
            "driver": self.label(str(row["driver"])),
            "variable": self.label(str(row["variable"])),
            "where": _shown(row["segment"]),
            "outcome": self.label(self.outcome),
            "pooled": float(row["pooled"]),
            "within": float(row["within"]),
        }
        if row["flag"] == "reversed":
            return Message(
                "In {where}, {driver} and {outcome} go together one way in the total "
                "({pooled:points} per +5 points) and the opposite way within each {variable} "
                "({within:points}).",
                **values,
            )
        if row["flag"] == "hidden":
            return Message(
                "In {where}, {driver} seems to have nothing to do with {outcome} ({pooled:points} "
                "per +5 points), but within each {variable} it has ({within:points}).",
                **values,
            )
        return Message(
            "In {where}, {driver} seems to go with {outcome} ({pooled:points} per +5 points), but "
            "within each {variable} it does not ({within:points}).",
            **values,
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class EffectChangesResult(Result):
    """Whether a driver's effect, or its grade, changed between waves.

    ``table``, one row per wave and driver: wave, previous, n, effect and effect_previous, change
    with ci_low and ci_high, p_value, p_adjusted (over the table), real, performance and
    performance_previous (grades), performance_change with performance_low and performance_high,
    verdict (effect_up effect_down no_sure_change).
    """

    kind: ClassVar[str] = "effect_changes"
    digits: ClassVar[int] = 8

    outcome: str
    confidence: float
    labels: Labels = field(default_factory=dict[str, LocalizedText])

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Key and caption of the table."""
        return {
            "table": TableSpec(
                key=("wave", "driver"),
                caption=Message(
                    "Change since the previous wave in what +5 points of each driver go with, "
                    "corrected for how many were looked at."
                ),
                sums_over=(),
            )
        }

    @property
    def message(self) -> Message:
        """Which effects changed."""
        real = self.table[self.table["real"].fillna(value=False).astype(bool)]
        if real.empty:
            return Message(
                "No driver’s effect changed more than chance explains ({n:integer} change "
                "looked at).",
                "No driver’s effect changed more than chance explains ({n:integer} changes "
                "looked at).",
                n=int(self.table["change"].notna().sum()),
            )
        row = real.sort_values("p_adjusted", kind="stable").iloc[0]
        name = str(row["driver"])
        return Message(
            "{driver} goes with {outcome} differently in {wave}: {change:points} per +5 "
            "points ({low:points} to {high:points}); {n:integer} other change is real.",
            "{driver} goes with {outcome} differently in {wave}: {change:points} per +5 "
            "points ({low:points} to {high:points}); {n:integer} other changes are real.",
            driver=self.labels.get(name, name),
            outcome=self.labels.get(self.outcome, self.outcome),
            wave=str(row["wave"]),
            change=float(row["change"]),
            low=float(row["ci_low"]),
            high=float(row["ci_high"]),
            n=len(real) - 1,
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class ItemDifferencesResult(Result):
    """Questions that are answered differently in one segment by people who are alike otherwise.

    ``table``, one row per item and segment: n, difference (grade in the segment minus grade
    elsewhere, at the same mean of the other items) with ci_low and ci_high, slope (how much faster
    the item rises with the other items there), p_value, p_adjusted (over the table), flag (``""``,
    ``level``, ``slope``), suppressed, reason.
    """

    kind: ClassVar[str] = "item_differences"
    digits: ClassVar[int] = 8

    by: tuple[str, ...]
    least: float
    confidence: float
    labels: Labels = field(default_factory=dict[str, LocalizedText])

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Key and caption of the table."""
        return {
            "table": TableSpec(
                key=("item", "segment"),
                caption=Message(
                    "Grade in the segment minus grade elsewhere, at the same mean of the other "
                    "questions, points."
                ),
                sums_over=("segment",),
            )
        }

    @property
    def message(self) -> Message:
        """Which items behave differently where."""
        flagged = self.table[self.table["flag"] != ""]
        if flagged.empty:
            return Message(
                "No question is answered differently in any segment by people who are "
                "otherwise alike ({n:integer} comparison looked at).",
                "No question is answered differently in any segment by people who are "
                "otherwise alike ({n:integer} comparisons looked at).",
                n=len(self.table),
            )
        row = flagged.sort_values("p_adjusted", kind="stable").iloc[0]
        name = str(row["item"])
        return Message(
            "{item} is answered differently in {segment}: {difference:points} points at the "
            "same grades otherwise; {n:integer} more such case. Compare its grades with care.",
            "{item} is answered differently in {segment}: {difference:points} points at the "
            "same grades otherwise; {n:integer} more such cases. Compare its grades with "
            "care.",
            item=self.labels.get(name, name),
            segment=_shown(row["segment"]),
            difference=float(row["difference"]),
            n=len(flagged) - 1,
        )
