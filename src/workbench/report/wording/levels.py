"""Sentences about levels: for management, and for one segment's own page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.language import LocalizedText, Message
from workbench.results.report import Answer, KeyFigure, Statements
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workbench.results.levels import LevelsResult

__all__ = ["LevelsConclusions", "headline_levels", "lead_levels", "level_rows", "level_title"]


def headline_levels(result: LevelsResult) -> Message:
    """Return what each segment brings, in one line."""
    shown = [row for row in plain_rows(result.table) if row["contribution"] is not None]
    total = float(result.total["estimate"].iloc[0])
    parts = [_brings(row) for row in sorted(shown, key=lambda row: -row["contribution"])]
    return Message(
        "{outcome} {total:number}: {parts}", outcome=result.label, total=total, parts=parts
    )


def lead_levels(result: LevelsResult) -> list[Message]:
    """Return that the parts sum to the total, and what is not shown."""
    total = plain_rows(result.total)[0]
    if not total["hidden_segments"]:
        return [
            Message(
                "The contributions of the segments sum to the total, {total:number} points.",
                total=total["estimate"],
            )
        ]
    return [
        Message(
            "The segments shown contribute {shown:number} of {total:number} points; "
            "{hidden:integer} that are not shown contribute {rest:number} together.",
            shown=total["shown"],
            total=total["estimate"],
            hidden=total["hidden_segments"],
            rest=total["hidden"],
        )
    ]


def _brings(row: Mapping[str, Any]) -> Message:
    return Message("{segment} {part:number}", segment=_name(row), part=row["contribution"])


def _name(row: Mapping[str, Any]) -> Any:
    return Message("no answer") if row["segment"] is None else row["segment"]


@dataclass(frozen=True, kw_only=True, eq=False)
class LevelsConclusions:
    """What the management summary says.

    Parameters
    ----------
    levels
        Of all answers in the report.
    labels
        Names of segments, drivers and outcome.
    """

    levels: LevelsResult
    labels: Mapping[str, LocalizedText]

    def _label(self, name: str | None) -> Any:
        return Message("no answer") if name is None else self.labels.get(name, name)

    def answer(self) -> Answer:
        """Return the answer: finding, four rows, key figures."""
        levels = self.levels
        rows = [row for row in plain_rows(levels.table) if row["contribution"] is not None]
        ordered = sorted(rows, key=lambda row: -row["contribution"])
        parts = [
            Message(
                "{segment} {part:number}",
                segment=self._label(row["segment"]),
                part=row["contribution"],
            )
            for row in ordered
        ]
        total = plain_rows(levels.total)[0]
        if total["hidden_segments"]:
            parts.append(Message("not shown {part:number}", part=total["hidden"]))
        happened = Message(
            "{outcome} is **{total:number}**. Of it: {parts}.",
            outcome=levels.label,
            total=total["estimate"],
            parts=parts,
        )
        return Answer(
            title=self._title(ordered, total["estimate"]),
            happened=happened,
            real=self._real(rows),
            now=self._now(),
            unsaid=Message(
                "Why a segment lies where it does: the segments differ in more than what was asked."
            ),
            figures=self._figures(total, ordered),
        )

    def _title(self, ordered: Sequence[Mapping[str, Any]], total: float) -> Message:
        apart = [row for row in ordered if row["verdict"] in ("higher", "lower")]
        if apart:
            furthest = max(apart, key=lambda row: abs(row["difference"]))
            values = {
                "segment": self._label(furthest["segment"]),
                "difference": abs(furthest["difference"]),
                "outcome": self.levels.label,
            }
            if furthest["difference"] > 0:
                return Message(
                    "{segment} is clearly {difference:number} points above the others in {outcome}",
                    **values,
                )
            return Message(
                "{segment} is clearly {difference:number} points below the others in {outcome}",
                **values,
            )
        if not ordered:
            return Message(
                "{outcome} is {total:number}; no segment can be shown",
                outcome=self.levels.label,
                total=total,
            )
        return Message(
            "No segment clearly differs in {outcome}; {segment} contributes most, {part:number} "
            "of {total:number} points",
            outcome=self.levels.label,
            segment=self._label(ordered[0]["segment"]),
            part=ordered[0]["contribution"],
            total=total,
        )

    def _real(self, rows: Sequence[Mapping[str, Any]]) -> Message:
        apart = [self._label(r["segment"]) for r in rows if r["verdict"] in ("higher", "lower")]
        tested = int(self.levels.drivers["p_value"].notna().sum())
        sure = self._sure_grades()
        first = Message("**No segment’s level clearly differs from the others’.**")
        if apart:
            first = Message("**{segments}: clearly apart from the others.**", segments=apart)
        if not tested:
            return first
        if not sure:
            return Message(
                "{first} None of {tested:integer} grades clearly differs, corrected for all that "
                "were looked at.",
                first=first,
                tested=tested,
            )
        return Message(
            "{first} {sure:integer} of {tested:integer} grades clearly differ, corrected for all "
            "that were looked at.",
            first=first,
            sure=len(sure),
            tested=tested,
        )

    def _sure_grades(self) -> list[dict[str, Any]]:
        rows = plain_rows(self.levels.drivers)
        return [row for row in rows if row["place"] in ("strength", "weakness")]

    def _now(self) -> Message:
        weak = [row for row in self._sure_grades() if row["place"] == "weakness"]
        if not weak and self.levels.drivers.empty:
            return Message("Give each segment its own page below.")
        if not weak:
            return Message(
                "Give each segment its own page below. None has a clear weakness of its own, so "
                "mend what the drivers report puts first, everywhere."
            )
        worst = sorted(weak, key=lambda row: row["difference"])[:3]
        parts = [
            Message(
                "{driver} in {segment} ({difference:points})",
                driver=self._label(row["driver"]),
                segment=self._label(row["segment"]),
                difference=row["difference"],
            )
            for row in worst
        ]
        return Message(
            "Give each segment its own page below, and begin with **{parts}**.", parts=parts
        )

    def _figures(
        self, total: Mapping[str, Any], ordered: Sequence[Mapping[str, Any]]
    ) -> tuple[KeyFigure, ...]:
        figures = [
            KeyFigure(
                label=Message("{outcome}, all together", outcome=self.levels.label),
                value=Message("{value:number}", value=total["estimate"]),
                interval=_interval(total["ci_low"], total["ci_high"]),
                notes=(Message("{n:integer} answer", "{n:integer} answers", n=total["n"]),),
            )
        ]
        figures += [
            KeyFigure(
                label=self._brings_label(row),
                value=Message("{part:number}", part=row["contribution"]),
                notes=(
                    Message(
                        "{share:percent} of the answers, level {estimate:number}",
                        share=row["share"],
                        estimate=row["estimate"],
                    ),
                ),
            )
            for row in ordered[:3]
        ]
        return tuple(figures)

    def _brings_label(self, row: Mapping[str, Any]) -> Message:
        return Message("{segment} contributes", segment=self._label(row["segment"]))

    def unsaid(self) -> Statements:
        """Return what this report can't say, each with its reason."""
        items = [
            Message(
                "**Why a segment lies where it does.** Everyone was asked at the same time, and "
                "segments differ in age, channel and more."
            ),
            Message(
                "**That a segment which contributes much does well.** It contributes much when "
                "it is large; its level says how well it does."
            ),
        ]
        hidden = int(self.levels.total["hidden_segments"].iloc[0])
        if hidden:
            items.append(
                Message(
                    "**Anything about {n:integer} small segment.** It has no page, so that "
                    "nobody can be recognised.",
                    "**Anything about {n:integer} small segments.** They have no page, so "
                    "that nobody can be recognised.",
                    n=hidden,
                )
            )
        return Statements(role="unsaid", items=tuple(items))


def _interval(low: float | None, high: float | None) -> Message | None:
    if low is None or high is None:
        return None
    return Message("{low:number} to {high:number}", low=low, high=high)


def level_title(row: Mapping[str, Any], outcome: LocalizedText) -> Message:
    """Return the title of one segment's page: its level, and whether it is apart."""
    values = {
        "segment": _name(row),
        "outcome": outcome,
        "estimate": row["estimate"],
        "difference": row["difference"],
    }
    if row["verdict"] in ("higher", "lower"):
        return Message(
            "{segment}: {outcome} {estimate:number}, clearly {difference:points} from the others",
            **values,
        )
    return Message(
        "{segment}: {outcome} {estimate:number}, not clearly apart from the others", **values
    )


def level_rows(
    row: Mapping[str, Any],
    grades: Sequence[Mapping[str, Any]],
    total: Mapping[str, Any],
    outcome: LocalizedText,
) -> dict[str, Message]:
    """Return the rows of one segment's first screen, by the names of an answer's rows.

    Parameters
    ----------
    row
        Of the table of levels, with the segment's label.
    grades
        Its rows of the table of drivers, with labels.
    total
        The one row of the total.
    outcome
        What it is called.
    """
    strong = [g for g in grades if g["place"] == "strength"]
    weak = [g for g in grades if g["place"] == "weakness"]
    happened = Message(
        "{outcome} is **{estimate:number}** ({n:integer} answers). The segment contributes "
        "**{part:number}** of the total’s {total:number} points: {share:percent} of the answers "
        "times its level.",
        outcome=outcome,
        estimate=row["estimate"],
        n=row["n"],
        part=row["contribution"],
        total=total["estimate"],
        share=row["share"],
    )
    return {
        "happened": happened,
        "real": _apart(row),
        "strengths": _listed(strong, grades, best=True),
        "weaknesses": _listed(weak, grades, best=False),
        "now": _next_step(weak),
        "unsaid": Message(
            "Why: the grades show where the segment differs, not what lies behind it."
        ),
    }


def _apart(row: Mapping[str, Any]) -> Message:
    if row["difference_low"] is None:
        return Message("Can’t be tested: too few or equal answers.")
    values = {
        "difference": row["difference"],
        "low": row["difference_low"],
        "high": row["difference_high"],
    }
    if row["verdict"] in ("higher", "lower"):
        return Message(
            "**Yes.** {difference:points} points from all others ({low:number} to {high:number}).",
            **values,
        )
    return Message(
        "**Not certain.** {difference:points} points from all others ({low:number} to "
        "{high:number}); that may be noise.",
        **values,
    )


def _listed(
    sure: Sequence[Mapping[str, Any]], grades: Sequence[Mapping[str, Any]], *, best: bool
) -> Message:
    """Name the sure ones, the largest first; else the furthest one, and that it may be noise."""
    if sure:
        ordered = sorted(sure, key=lambda g: -g["difference"] if best else g["difference"])
        parts = [
            Message(
                "**{driver}** {grade:number} ({difference:points})",
                driver=grade["driver"],
                grade=grade["performance"],
                difference=grade["difference"],
            )
            for grade in ordered
        ]
        return Message("{parts}.", parts=parts)
    known = [g for g in grades if g["difference"] is not None]
    if not known:
        return Message("Can’t be said: too few answers to compare grades.")
    choose = max if best else min
    furthest = choose(known, key=lambda g: g["difference"])
    return Message(
        "None that is clear, corrected for all that were looked at. Furthest: {driver}, "
        "{difference:points} ({low:number} to {high:number}).",
        driver=furthest["driver"],
        difference=furthest["difference"],
        low=furthest["ci_low"],
        high=furthest["ci_high"],
    )


def _next_step(weak: Sequence[Mapping[str, Any]]) -> Message:
    if not weak:
        return Message(
            "No weakness of its own is clear: follow the common plan, and look again next wave."
        )
    worst = min(weak, key=lambda grade: grade["difference"])
    return Message(
        "Find out what lies behind **{driver}** ({difference:points}): read the comments about it "
        "before anything is decided.",
        driver=worst["driver"],
        difference=worst["difference"],
    )
