"""The conclusions of the satisfaction report: one answer, and what can't be said."""

from __future__ import annotations

from typing import Any

from workbench.language import Message
from workbench.report.wording.goals import goal_sentence
from workbench.report.wording.key_figures import key_figures
from workbench.report.wording.readings import turned, way_of_reading
from workbench.report.wording.satisfaction_basis import SatisfactionBasis, estimate_of, worded
from workbench.results.report import Answer, Statements
from workbench.results.rows import plain_rows

__all__ = ["Satisfaction"]


class Satisfaction(SatisfactionBasis):
    """The conclusions: an answer, and what can't be said. Fields: :class:`SatisfactionBasis`."""

    def answer(self) -> Answer:
        """Return the answer: finding, four rows, key figures."""
        return Answer(
            title=self._title(),
            happened=_sentences(
                [
                    *(self._happened(name) for name in self.now),
                    *(goal_sentence(goal) for goal in self.goals.values()),
                    self._sides(),
                ]
            ),
            real=_sentences(
                [
                    *(self._real(name) for name in self.now),
                    self._masked_in_short(),
                    self._turned_in_short(),
                ]
            ),
            now=self._next_step(),
            unsaid=self._unsaid_in_short(),
            figures=key_figures(self),
        )

    def unsaid(self) -> Statements:
        """Return what this report can't say, each with its reason."""
        why = Message(
            "**Why.** The answers show that satisfaction differs, not why; only an experiment "
            "shows what moves it."
        )
        if self.has_drivers:
            why = Message(
                "**Why.** The answers show that satisfaction differs, not why; the drivers report "
                "shows what goes with it, and only an experiment shows what moves it."
            )
        items = [why]
        items += self._silent()
        if any(self.is_noise(name) for name in self.total):
            items.append(
                Message(
                    "**That nothing changed.** Where no clear change is found, a change smaller "
                    "than the interval may still be there."
                )
            )
        items += [self._masked(row) for row in self.masked_rows()[:1]]
        items += self._turned()
        hidden = self.n_hidden()
        if hidden:
            items.append(
                Message(
                    "**Anything about the smallest groups.** {n:integer} group is not shown, "
                    "so that nobody can be recognised.",
                    "**Anything about the smallest groups.** {n:integer} groups are not "
                    "shown, so that nobody can be recognised.",
                    n=hidden,
                )
            )
        return Statements(role="unsaid", items=tuple(items))

    # -- the finding ---------------------------------------------------------------------------

    def _title(self) -> Message:
        main = next(iter(self.now))
        values = {"outcome": self.label(main), "where": self.place()}
        row = self.change(main)
        estimate = estimate_of(self.now[main])
        if estimate is None:
            return Message("{outcome}{where} can’t be shown: too few answers", **values)
        values |= {"value": worded(main, estimate)}
        if row is None:
            return Message("{outcome}{where} is {value}", **values)
        values |= {
            "previous": self.label(row["previous"]),
            "points": abs(row["change"] or 0.0),
        }
        fallen, risen = self.moved(main, -1), self.moved(main, 1)
        if row["verdict"] == "real":
            return self._title_of_real(row["change"], fallen, risen, values)
        if fallen:
            return Message(
                "{outcome}{where} is {value} in total, but fell in {fallen}",
                fallen=fallen,
                **values,
            )
        if risen:
            return Message(
                "{outcome}{where} is {value} in total, but rose in {risen}", risen=risen, **values
            )
        if row["verdict"] == "mix":
            return Message(
                "{outcome}{where} is {value}; it moved only because other groups answered", **values
            )
        return Message(
            "{outcome}{where} is {value}, with no clear change since {previous}", **values
        )

    def _title_of_real(
        self, change: float, fallen: list[Any], risen: list[Any], values: dict[str, Any]
    ) -> Message:
        if change < 0 and fallen:
            return Message(
                "{outcome}{where} fell {points:number} points to {value}; the fall is clear in "
                "{fallen}",
                fallen=fallen,
                **values,
            )
        if change < 0:
            return Message("{outcome}{where} fell {points:number} points to {value}", **values)
        if risen:
            return Message(
                "{outcome}{where} rose {points:number} points to {value}; the rise is clear in "
                "{risen}",
                risen=risen,
                **values,
            )
        return Message("{outcome}{where} rose {points:number} points to {value}", **values)

    def _happened(self, name: str) -> Message | None:
        estimate = estimate_of(self.now[name])
        if estimate is None:
            return None
        values = {"outcome": self.label(name), "value": worded(name, estimate)}
        row = self.change(name)
        before = row["estimate_previous"] if row else None
        if row is None or before is None:
            return Message("{outcome} is **{value}**.", **values)
        return Message(
            "{outcome} went from {before} to **{value}**.", before=worded(name, before), **values
        )

    def _real(self, name: str) -> Message | None:
        row = self.change(name)
        values = {"outcome": self.label(name)}
        if row is None or row["change"] is None:
            return Message(
                "**{outcome}: can’t be said**, there is nothing to compare with.", **values
            )
        values |= {"change": row["change"], "low": row["ci_low"], "high": row["ci_high"]}
        match row["verdict"]:
            case "real":
                return Message(
                    "**{outcome}: yes.** {change:points} ({low:number} to {high:number}).", **values
                )
            case "mix":
                return Message(
                    "**{outcome}: only the mix.** {change:points}, because other groups answered.",
                    **values,
                )
            case "masked":
                return Message(
                    "**{outcome}: yes, within the groups.** {real:points} with the make-up held "
                    "still; the total, {change:points}, is not clear by itself.",
                    real=row["real"],
                    **values,
                )
            case "preliminary":
                return Message("**{outcome}: too early**, the wave is still open.", **values)
            case _:
                return Message(
                    "**{outcome}: not certain.** {change:points} ({low:number} to {high:number}).",
                    **values,
                )

    def _sides(self) -> Message | None:
        """Say which groups surely differ from the others."""
        if self.where is None:
            return None
        rows = plain_rows(self.where.table)
        lower, higher = (
            [self.label(row["segment"]) for row in rows if row["verdict"] == side]
            for side in ("lower", "higher")
        )
        values = {"outcome": self.where.label, "lower": lower, "higher": higher}
        if lower and higher:
            return Message(
                "{outcome} is clearly lower in {lower}, and higher in {higher}.", **values
            )
        if lower:
            return Message(
                "{outcome} is clearly lower in **{lower}** than among the others.", **values
            )
        if higher:
            return Message(
                "{outcome} is clearly higher in **{higher}** than among the others.", **values
            )
        return Message("No group’s {outcome} clearly differs from the others’.", **values)

    def _masked_in_short(self) -> Message | None:
        rows = self.masked_rows()
        if not rows:
            return None
        segments = list(dict.fromkeys(row["segment"] for row in rows))
        return Message(
            "**The total hides a movement in {segments}.**",
            segments=[self.label(segment) for segment in segments],
        )

    def _turned_in_short(self) -> Message | None:
        if self.readings is None or not turned(self.readings):
            return None
        return Message(
            "**Read another way the conclusion turns:** {way}.",
            way=way_of_reading(turned(self.readings)[0]),
        )

    def _turned(self) -> list[Message]:
        """Say that the conclusion hangs on how the answers are read."""
        if self.readings is None:
            return []
        return [
            Message(
                "**That the conclusion stands however it is read.** By {way} {outcome} moved "
                "{change:points} points ({low:number} to {high:number}).",
                way=way_of_reading(row),
                outcome=self.readings.label,
                change=row["change"],
                low=row["ci_low"],
                high=row["ci_high"],
            )
            for row in turned(self.readings)[:1]
        ]

    def _next_step(self) -> Message:
        main = next(iter(self.now))
        fallen = self.moved(main, -1)
        masked = self.masked_rows()
        if fallen:
            text = Message(
                "Find out what lies behind the fall in **{fallen}**: read its open answers before "
                "anything is decided.",
                fallen=fallen,
            )
            if not self.has_drivers:
                return text
            return Message(
                "Find out what lies behind the fall in **{fallen}**: read the drivers report for "
                "it, and its open answers, before anything is decided.",
                fallen=fallen,
            )
        if masked:
            return Message(
                "Look inside **{segment}** before anything is decided: its total hides a movement.",
                segment=self.label(masked[0]["segment"]),
            )
        row = self.change(main)
        if row is not None and row["verdict"] == "real" and row["change"] < 0:
            if not self.has_drivers:
                return Message(
                    "Find out what lies behind the fall: read the open answers before anything is "
                    "decided."
                )
            return Message(
                "Find out what lies behind the fall: read the drivers report and the open answers "
                "before anything is decided."
            )
        if row is not None and row["verdict"] == "real":
            return Message("Keep what was done since the last wave, and follow up in the next.")
        if not self.has_drivers:
            return Message("Change nothing on these numbers alone.")
        return Message(
            "Change nothing on these numbers alone. Read the drivers report for what to mend first."
        )

    def _unsaid_in_short(self) -> Message:
        silent = self.silent_share()
        if silent is None:
            return Message("Why: the survey shows that it is so, not why.")
        return Message(
            "Why: the survey shows that it is so, not why. And nothing about the "
            "{silent:percent} who did not answer.",
            silent=silent,
        )

    def _masked(self, row: dict[str, Any]) -> Message:
        return Message(
            "**That {segment} stands still.** Its total in {outcome} moved {change:points} points, "
            "but with the make-up held still it moved {real:points}: the total hides a movement.",
            segment=self.label(row["segment"]),
            outcome=self.label(row["outcome"]),
            change=row["change"],
            real=row["real"],
        )

    def _silent(self) -> list[Message]:
        silent = self.silent_share()
        if silent is None:
            return [
                Message(
                    "**How those would have answered who did not.** How many were invited is not "
                    "known here."
                )
            ]
        return [
            Message(
                "**How the {silent:percent} who did not answer would have answered.** Weights mend "
                "the make-up, not that the dissatisfied may be silent.",
                silent=silent,
            )
        ]


def _sentences(parts: list[Message | None]) -> Message:
    """Join sentences with spaces."""
    kept = [part for part in parts if part is not None]
    if not kept:
        return Message("Nothing can be shown.")
    joined = kept[0]
    for part in kept[1:]:
        joined = Message("{first} {second}", first=joined, second=part)
    return joined
