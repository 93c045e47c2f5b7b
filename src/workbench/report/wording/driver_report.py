"""The conclusions of the drivers report: one answer, what can't be said, the method."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.language import Message
from workbench.report.labels import report_labels
from workbench.report.wording.drivers import leading_tie
from workbench.results.priority import quadrant_name
from workbench.results.report import Answer, KeyFigure, Statements
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from workbench.results.drivers import DriversResult
    from workbench.results.effects import (
        EffectChangesResult,
        OppositesResult,
        SegmentEffectsResult,
    )
    from workbench.results.priority import ActionsResult, PriorityResult
    from workbench.results.survey import MeasureResult

__all__ = ["DriverReport", "report_labels"]


@dataclass(frozen=True, kw_only=True, eq=False)
class DriverReport:
    """What the conclusions rest on.

    Parameters
    ----------
    study, wave, market
        As in the notebook.
    drivers, matrix, actions
        Of all answers in the report.
    changes, segments, opposites
        None where the study has no earlier wave or no segments.
    waves
        The reader's table of waves, for the response rate.
    unmapped
        Drivers that belong to no touchpoint.
    level
        The outcome measured with its interval, of the same answers; None where the study does not
        say how it is measured.
    """

    study: Any
    wave: str
    drivers: DriversResult
    matrix: PriorityResult
    actions: ActionsResult
    changes: EffectChangesResult | None = None
    segments: SegmentEffectsResult | None = None
    opposites: OppositesResult | None = None
    waves: pd.DataFrame = field(default_factory=pd.DataFrame)
    market: str = ""
    unmapped: tuple[str, ...] = ()
    level: MeasureResult | None = None

    def answer(self) -> Answer:
        """Return the answer: finding, four rows, key figures."""
        return Answer(
            title=self._title(),
            happened=self._happened(),
            real=self._real(),
            now=self._now(),
            unsaid=self._unsaid_in_short(),
            figures=self._figures(),
        )

    def _label(self, name: str) -> Any:
        return self.drivers.label(name)

    def _names(self, rows: list[dict[str, Any]]) -> list[Any]:
        return [self._label(row["driver"]) for row in rows]

    @property
    def _outcome(self) -> Any:
        return self._label(self.drivers.outcome)

    def _first_actions(self) -> list[dict[str, Any]]:
        acts = [row for row in plain_rows(self.actions.table) if row["kind"] == "act"]
        if not acts:
            return []
        first = [row for row in acts if row["position"] == acts[0]["position"]]
        seen: dict[str, dict[str, Any]] = {}
        for row in first:
            seen.setdefault(row["driver"], row)
        return list(seen.values())

    def _title(self) -> Message:
        first = self._first_actions()
        values = {"outcome": self._outcome, "names": self._names(first)}
        if not first:
            return Message("Nothing stands out as the first to mend for {outcome}", **values)
        if first[0]["quadrant"] != "prioritise":
            return Message(
                "{outcome} is most strongly linked to {names}, where grades are high already",
                **values,
            )
        if len(first) > 1:
            return Message(
                "Mend {names} first: they are most strongly linked to {outcome} and can’t be "
                "told apart",
                **values,
            )
        return Message("Mend {names} first: low grade, strong link to {outcome}", **values)

    def _happened(self) -> Message:
        leaders = leading_tie(self.drivers)
        values = {"outcome": self._outcome, "names": self._names(leaders)}
        parts: list[Message] = []
        if len(leaders) == 1:
            parts.append(
                Message(
                    "**{names}** is most strongly linked to {outcome}: {share:percent} of what "
                    "the drivers explain.",
                    share=leaders[0]["share"],
                    **values,
                )
            )
        elif leaders:
            parts.append(Message("**{names}** are most strongly linked to {outcome}.", **values))
        parts += self._fallen_grade()
        return _sentences(parts)

    def _fallen_grade(self) -> list[Message]:
        if self.changes is None:
            return []
        rows = [
            row
            for row in plain_rows(self.changes.table)
            if row["performance_high"] is not None and row["performance_high"] < 0
        ]
        rows = [row for row in rows if row["wave"] == self.wave]
        if not rows:
            return []
        worst = min(rows, key=lambda row: row["performance_change"])
        return [
            Message(
                "The grade of {driver} fell most, from {before:number} to {after:number}.",
                driver=self._label(worst["driver"]),
                before=worst["performance_previous"],
                after=worst["performance"],
            )
        ]

    def _real(self) -> Message:
        leaders = leading_tie(self.drivers)
        parts: list[Message] = []
        if leaders and leaders[0]["p_first"] is not None:
            chance = sum(row["p_first"] for row in leaders)
            if len(leaders) == 1:
                parts.append(
                    Message(
                        "**Yes:** it came first in {chance:percent} of the resamples.",
                        chance=chance,
                    )
                )
            else:
                parts.append(
                    Message(
                        "**That one of them is first: yes**, in {chance:percent} of the "
                        "resamples. **Which: not certain.**",
                        chance=chance,
                    )
                )
        sure = [
            row
            for row in plain_rows(self.matrix.table)
            if row["quadrant"] == "prioritise" and row["sure"]
        ]
        quadrant = quadrant_name("prioritise", self.matrix.quadrant_names)
        if sure:
            parts.append(
                Message(
                    "Clearly in {quadrant}: {names}.", quadrant=quadrant, names=self._names(sure)
                )
            )
        elif self.matrix.table["p_quadrant"].notna().any():
            parts.append(Message("No driver clearly lies in {quadrant}.", quadrant=quadrant))
        else:
            parts.append(Message("How certainly has not been computed: no resamples were drawn."))
        return _sentences(parts)

    def _now(self) -> Message | None:
        first = self._first_actions()
        if not first:
            return Message("Keep the grades up, and follow them in the next wave.")
        texts = [row["action"] or self._label(row["driver"]) for row in first]
        if len(first) > 1:
            return (
                Message("**{actions}.** They can’t be told apart, so take both.", actions=texts)
                if len(first) == 2
                else Message(
                    "**{actions}.** They can’t be told apart, so take them together.", actions=texts
                )
            )
        return Message("**{actions}.**", actions=texts)

    def _unsaid_in_short(self) -> Message:
        silent = self._silent_share()
        if silent is None:
            return Message(
                "That {outcome} rises if we do it: these are associations.", outcome=self._outcome
            )
        return Message(
            "That {outcome} rises if we do it: these are associations. And nothing about the "
            "{silent:percent} who did not answer.",
            outcome=self._outcome,
            silent=silent,
        )

    def _silent_share(self) -> float | None:
        if self.market or self.waves.empty:
            return None
        rows = [row for row in plain_rows(self.waves) if row["wave"] == self.wave]
        if not rows or not rows[0].get("invited") or not rows[0].get("n"):
            return None
        share = 1 - rows[0]["n"] / rows[0]["invited"]
        return share if 0 <= share <= 1 else None

    def _figures(self) -> tuple[KeyFigure, ...]:
        fit = plain_rows(self.drivers.fit)[0]
        figures = [self._level_figure(fit["outcome_mean"])]
        interval = None
        if fit["r2_low"] is not None:
            interval = Message(
                "{low:percent} to {high:percent}", low=fit["r2_low"], high=fit["r2_high"]
            )
        figures.append(
            KeyFigure(
                label=Message("Explained by the drivers"),
                value=Message("{value:percent}", value=fit["r2"]),
                interval=interval,
            )
        )
        first = self._first_actions()
        if first:
            figures.append(self._gain_figure(first))
        notes = [
            Message(
                "Had every question been required, {complete:integer} would be left",
                complete=fit["n_complete"],
            )
        ]
        figures.append(
            KeyFigure(
                label=Message("Answers"),
                value=Message("{n:integer}", n=fit["n"]),
                notes=tuple(notes),
            )
        )
        return tuple(figures)

    def _level_figure(self, mean: float | None) -> KeyFigure:
        """Return the outcome itself: measured with its interval, else the mean of the model."""
        row = plain_rows(self.level.table)[0] if self.level is not None else {}
        interval = None
        if row.get("estimate") is not None and row["ci_low"] is not None:
            mean = row["estimate"]
            interval = Message(
                "{low:number} to {high:number}", low=row["ci_low"], high=row["ci_high"]
            )
        return KeyFigure(
            label=Message("{outcome}, mean", outcome=self._outcome),
            value=Message("{value:number}", value=mean),
            interval=interval,
        )

    def _gain_figure(self, first: list[dict[str, Any]]) -> KeyFigure:
        row = first[0]
        gain, low, high = (
            row["associated_gain"],
            row["associated_gain_low"],
            row["associated_gain_high"],
        )
        if self.actions.ties is not None and row["tie"] is not None:
            tie = next(t for t in plain_rows(self.actions.ties) if t["tie"] == row["tie"])
            gain, low, high = (
                tie["associated_gain"],
                tie["associated_gain_low"],
                tie["associated_gain_high"],
            )
        label = Message(
            "Linked to +5 points of grade in the first {count:integer}", count=len(first)
        )
        if len(first) == 1:
            label = Message("Linked to +5 points of grade in the first")
        interval = None
        if low is not None:
            interval = Message("{low:number} to {high:number}", low=low, high=high)
        return KeyFigure(
            label=label,
            value=Message("{gain:points}", gain=gain),
            interval=interval,
            notes=(Message("points of {outcome}; an association", outcome=self._outcome),),
        )

    # -- what can't be said --------------------------------------------------------------------

    def unsaid(self) -> Statements:
        """Return what this report can't say, each with its reason."""
        items = [
            Message(
                "**That {outcome} rises when the grade does.** All questions were asked at the "
                "same time, and nothing was tried against a group to compare with.",
                outcome=self._outcome,
            )
        ]
        items += self._about_ties()
        items += self._about_opposites()
        items += self._about_the_null_band()
        items += self._about_segments()
        silent = self._silent_share()
        if silent is not None:
            items.append(
                Message(
                    "**How the {silent:percent} who did not answer would have answered.** Weights "
                    "mend the make-up, not that the dissatisfied may be silent.",
                    silent=silent,
                )
            )
        if self.unmapped:
            items.append(
                Message(
                    "**Whose {names} are.** They belong to no touchpoint, so nobody owns them.",
                    names=[self._label(name) for name in self.unmapped],
                )
            )
        return Statements(role="unsaid", items=tuple(items))

    def _about_ties(self) -> list[Message]:
        leaders = leading_tie(self.drivers)
        if len(leaders) < 2 or self.drivers.differences is None:
            return []
        names = [leaders[0]["driver"], leaders[1]["driver"]]
        for row in plain_rows(self.drivers.differences):
            if {row["driver"], row["other"]} == set(names):
                return [
                    Message(
                        "**Which of {names} means most.** The difference in share is "
                        "{difference:percent_points} percentage points ({low:percent_points} to "
                        "{high:percent_points}).",
                        names=[self._label(name) for name in names],
                        difference=row["difference"],
                        low=row["ci_low"],
                        high=row["ci_high"],
                    )
                ]
        return []

    def _about_opposites(self) -> list[Message]:
        if self.opposites is None or self.opposites.flagged.empty:
            return []
        row = plain_rows(self.opposites.flagged)[0]
        return [
            Message(
                "**How much {driver} means in total.** {pooled:points} with groups thrown "
                "together, but {within:points} with {variable} held constant.",
                driver=self._label(row["driver"]),
                variable=self.opposites.label(row["variable"]),
                pooled=row["pooled"],
                within=row["within"],
            )
        ]

    def _about_the_null_band(self) -> list[Message]:
        inside = [row for row in plain_rows(self.drivers.table) if row["beyond_null"] is False]
        if not inside:
            return []
        return [
            Message(
                "**Whether {names} mean anything.** They lie inside the null band. That does not "
                "show that they mean nothing.",
                names=self._names(inside),
            )
        ]

    def _about_segments(self) -> list[Message]:
        if self.segments is None:
            return []
        hidden = [row for row in plain_rows(self.segments.table) if row["suppressed"]]
        count = len({row["segment"] for row in hidden})
        if not count:
            return []
        return [
            Message(
                "**Anything about the smallest groups.** {n:integer} group is not shown, so "
                "that nobody can be recognised.",
                "**Anything about the smallest groups.** {n:integer} groups are not shown, so "
                "that nobody can be recognised.",
                n=count,
            )
        ]

    def method(self) -> Statements:
        """Return the checks that say when not to trust it; the page prints the methods itself."""
        checks = [check for check in self.drivers.checks if check.passed is not True]
        items = [Message("**To keep in mind.** {text}", text=check.text) for check in checks]
        return Statements(role="method", items=tuple(items))


def _sentences(parts: list[Message]) -> Message:
    """Join sentences with spaces."""
    if not parts:
        return Message("Nothing can be shown.")
    joined = parts[0]
    for part in parts[1:]:
        joined = Message("{first} {second}", first=joined, second=part)
    return joined
