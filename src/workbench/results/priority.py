"""Records of priorities: where each driver lies, and what to do in which order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Literal

from workbench.language import LocalizedText, Message
from workbench.results.base import Result, TableSpec

if TYPE_CHECKING:
    import pandas as pd

    from workbench.results.drivers import Labels

__all__ = ["ActionsResult", "PriorityResult", "QuadrantNames", "quadrant_name"]

QuadrantNames = Literal["scb", "classic"]

SURE = 0.8
"""Below this probability of its quadrant, a driver's place is unsure."""

_SCB = {
    "prioritise": Message("Prioritise"),
    "improve": Message("Improve if possible"),
    "maintain": Message("Maintain"),
    "low": Message("Lower priority"),
}
_CLASSIC = {
    "prioritise": Message("Concentrate here"),
    "improve": Message("Keep up the good work"),
    "maintain": Message("Possible overkill"),
    "low": Message("Low priority"),
}


def quadrant_name(quadrant: str, names: QuadrantNames = "scb") -> Message:
    """Return what a report calls a quadrant: Statistics Sweden's words, or the classic grid's."""
    return (_SCB if names == "scb" else _CLASSIC)[quadrant]


@dataclass(frozen=True, kw_only=True, eq=False)
class PriorityResult(Result):
    """Grade by effect, with the probability of each quadrant.

    ``table``, one row per driver: driver, rank and tie (of its share), effect with effect_low and
    effect_high, performance with performance_low and performance_high, quadrant, p_quadrant, sure
    (at least 80 %), p_prioritise p_improve p_maintain p_low (share of draws in each),
    distance_effect and distance_performance (signed, from the borders, in the units of the axes),
    beyond_null, reason.
    """

    kind: ClassVar[str] = "priority"
    digits: ClassVar[int] = 8

    outcome: str
    segment: str | None
    n: int
    cut: str
    cut_effect: float
    cut_performance: float
    quadrant_names: QuadrantNames
    confidence: float
    labels: Labels = field(default_factory=dict[str, LocalizedText])

    def label(self, name: str) -> LocalizedText:
        """Return what a report calls a driver or the outcome."""
        return self.labels.get(name, name)

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Key and caption of the table."""
        return {
            "table": TableSpec(
                key=("driver",),
                caption=Message(
                    "Grade 0–100, points of {outcome} per +5 points, and how certainly each "
                    "driver lies in its quadrant.",
                    outcome=self.label(self.outcome),
                ),
                counts=(),
            )
        }

    @property
    def message(self) -> Message:
        """Which drivers lie in the first quadrant, and how surely."""
        first = self.table[self.table["quadrant"] == "prioritise"]
        name = quadrant_name("prioritise", self.quadrant_names)
        if first.empty:
            return Message("No driver lies in {quadrant}.", quadrant=name)
        sure = first[first["p_quadrant"] >= SURE].sort_values("effect", ascending=False)
        unsure = len(first) - len(sure)
        names = [self.label(str(driver)) for driver in sure["driver"]]
        if first["p_quadrant"].isna().all():
            return Message(
                "{n:integer} driver lies in {quadrant}; how certainly has not been computed.",
                "{n:integer} drivers lie in {quadrant}; how certainly has not been computed.",
                n=len(first),
                quadrant=name,
            )
        if not names:
            return Message(
                "{n:integer} driver lies in {quadrant}, not clearly.",
                "{n:integer} drivers lie in {quadrant}, none of them clearly.",
                n=len(first),
                quadrant=name,
            )
        least = min(float(sure["p_quadrant"].min()), 0.99)
        if not unsure:
            return Message(
                "In {quadrant}, with at least {least:percent} probability: {names}.",
                names=names,
                quadrant=name,
                least=least,
            )
        return Message(
            "In {quadrant}, with at least {least:percent} probability: {names}; {unsure:integer} "
            "more may be.",
            names=names,
            quadrant=name,
            least=least,
            unsure=unsure,
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class ActionsResult(Result):
    """What to do in which order: unknowns first, then priorities, ties together.

    ``table``, one row per action: position ("A" for what must be found out, "1", "1–2" for a tie),
    kind (find_out act), tie, driver, action and detail (entered by people), quadrant, p_quadrant,
    n_low and concerned (share of those who answered who give a low grade) with concerned_low and
    concerned_high, associated_gain (points of outcome that +5 points of the driver go with) with
    associated_gain_low and associated_gain_high, cost, effort, feasibility, owner, due, status
    (entered by people; missing where nobody has), reason.

    ``ties``, one row per tie: tie, drivers, associated_gain of all together, with interval.
    """

    kind: ClassVar[str] = "actions"
    digits: ClassVar[int] = 8

    ties: pd.DataFrame | None
    outcome: str
    quadrant_names: QuadrantNames
    labels: Labels = field(default_factory=dict[str, LocalizedText])

    def label(self, name: str) -> LocalizedText:
        """Return what a report calls a driver or the outcome."""
        return self.labels.get(name, name)

    @property
    def missing_owner(self) -> int:
        """How many actions nobody owns."""
        return int((self.table["owner"].isna() | self.table["due"].isna()).sum())

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Keys and captions of the two tables."""
        found = {
            "table": TableSpec(
                key=("position", "driver", "action"),
                caption=Message(
                    "Actions in order; associated gain: points of {outcome} that usually go with "
                    "five points more on the driver, not a promise.",
                    outcome=self.label(self.outcome),
                ),
                counts=("n_low",),
            ),
            "ties": TableSpec(
                key=("tie",),
                caption=Message("Drivers that cannot be told apart, taken together."),
                counts=(),
            ),
        }
        return {name: spec for name, spec in found.items() if getattr(self, name) is not None}

    @property
    def message(self) -> Message:
        """What comes first."""
        acts = self.table[self.table["kind"] == "act"]
        unknown = len(self.table) - len(acts)
        if acts.empty:
            return Message("No action follows from these answers.")
        first = acts[acts["position"] == acts["position"].iloc[0]]
        names = [self.label(str(driver)) for driver in first["driver"]]
        if unknown:
            return Message(
                "First {things} to find out; then {names}. {actions} no owner or no date.",
                things=Message("{n:integer} thing", "{n:integer} things", n=unknown),
                names=names,
                actions=Message(
                    "{n:integer} action has", "{n:integer} actions have", n=self.missing_owner
                ),
            )
        return Message(
            "{names} first. {n:integer} action has no owner or no date.",
            "{names} first. {n:integer} actions have no owner or no date.",
            names=names,
            n=self.missing_owner,
        )
