"""The conclusions of the experiment report: verdict, size, risk, reasons, what would turn it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.language import Message
from workbench.report.wording.trial_basis import TrialBasis
from workbench.report.wording.trial_figures import chance_words, trial_figures
from workbench.results.report import Answer, Statements, Tone
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from workbench.results.trial import Verdict

__all__ = ["TrialConclusions"]

TONES: dict[Verdict, Tone] = {
    "SHIP": "good",
    "DONT_SHIP": "unsure",
    "KEEP_RUNNING": "plain",
    "INVALID": "bad",
    "HARM_STOP": "bad",
    "REVIEW": "unsure",
}
WORDS: dict[Verdict, Message] = {
    "SHIP": Message("SHIP"),
    "DONT_SHIP": Message("DON’T SHIP"),
    "KEEP_RUNNING": Message("KEEP RUNNING"),
    "INVALID": Message("INVALID"),
    "HARM_STOP": Message("HARM STOP"),
    "REVIEW": Message("REVIEW"),
}
NOTES: dict[Verdict, Message] = {
    "INVALID": Message("Rule 1 of 6: the groups can’t be compared"),
    "HARM_STOP": Message("Rule 2 of 6: something is clearly worse"),
    "KEEP_RUNNING": Message("Rule 3 of 6: the end is not reached"),
    "SHIP": Message("Rule 4 of 6: primary better, no guardrail past its limit"),
    "DONT_SHIP": Message("Rule 5 of 6: no gain worth having, or a limit passed"),
    "REVIEW": Message("Rule 6 of 6: no other rule fits"),
}


BROKEN = 0.001
SHOWN_DAYS = 5


@dataclass(frozen=True, kw_only=True)
class TrialConclusions(TrialBasis):
    """The conclusions of one readout."""

    # -- the answer ----------------------------------------------------------------------------

    def answer(self) -> Answer:
        """Return the answer: verdict, finding, rows and key figures."""
        decision = self.readout.decision
        return Answer(
            title=self._title(),
            happened=self._happened(),
            real=self._real(),
            now=self._now(),
            unsaid=self._unsaid_in_short(),
            change=self._would_change(),
            figures=trial_figures(self),
            verdict=WORDS[decision.verdict],
            verdict_tone=TONES[decision.verdict],
            verdict_note=NOTES[decision.verdict],
            about=self._about(),
        )

    def _about(self) -> Message | None:
        """Name the trial, and the day it was read."""
        trial = self.readout.trial
        day = trial.dates["as_of"]
        if not trial.title:
            return None
        if day is None:
            return Message("{title}", title=trial.title)
        return Message("{title}, read on {day:date}", title=trial.title, day=day)

    def _title(self) -> Message:
        decision, trial = self.readout.decision, self.readout.trial
        row = self.primary()
        if decision.verdict == "INVALID":
            short = self.short()
            if short is not None:
                group, variant, n = short
                return Message(
                    "This trial can’t answer the question: in {group}, “{variant}” is {n:integer} "
                    "{units} short",
                    group=trial.value(*group),
                    variant=trial.label(variant),
                    n=n,
                    units=trial.units,
                )
            return Message("This trial can’t answer the question: the groups can’t be compared")
        if row is None:
            return Message("Nothing can be said of the effect yet")
        values = {
            "name": trial.metric(row["metric"]),
            "variant": trial.label(row["variant"]),
            "effect": self.difference(
                row["metric"], row["estimate"], sureness=(row["ci_high"] - row["ci_low"]) / 2
            ),
            "range": self.between(row["metric"], row["ci_low"], row["ci_high"]),
        }
        match decision.verdict:
            case "SHIP":
                return Message(
                    "{variant}: {name} {effect} ({range}), and no guardrail got worse than agreed",
                    **values,
                )
            case "HARM_STOP":
                return Message("{variant} does harm and is to be stopped", **values)
            case "KEEP_RUNNING":
                return Message("Too early to tell: the trial goes on", **values)
            case _:
                return Message("{variant}: {name} {effect} ({range})", **values)

    def _happened(self) -> Message:
        decision = self.readout.decision
        if decision.verdict != "INVALID":
            return _sentences(decision.reasons[:3])
        reasons = list(decision.reasons)
        if self.readout.split.passed is False:
            reasons[0] = self.readout.split.sentence
        return Message(
            "{reasons} No effect is printed, good or bad: it could come from who is missing.",
            reasons=_sentences(reasons),
        )

    def _real(self) -> Message:
        readout = self.readout
        decision, sensitivity = readout.decision, readout.sensitivity
        if decision.verdict == "INVALID":
            return Message("**Not known.** The groups are not alike.")
        n = int(readout.split.table.loc[readout.split.table["scope"] == "all", "n"].sum())
        counted = {"n": n, "units": readout.trial.units}
        if not decision.final:
            return Message(
                "**Too early.** {n:integer} {units} are in, and the groups match so far.", **counted
            )
        matched = Message("{n:integer} {units} were split at random, and the groups match.",
                          **counted)  # fmt: skip
        if decision.verdict in {"SHIP", "HARM_STOP"}:
            matched = Message("**Yes.** {matched}", matched=matched)
        said = [matched]
        if sensitivity is not None and sensitivity.ways:
            said.append(
                Message(
                    "The verdict holds in {holds:integer} of {ways:integer} other ways of "
                    "counting.",
                    holds=sensitivity.holds,
                    ways=sensitivity.ways,
                )
            )
        return _sentences([*said, *self._risk(), *self.departures()])

    def _risk(self) -> list[Message]:
        """Say the chance that a gain is too small, where one is to be shipped."""
        chance = self.chance_below()
        if chance is None or self.readout.decision.verdict != "SHIP":
            return []
        said = Message("{p}", p=chance_words(chance))
        if self.readout.risk is not None and self.readout.risk.margin:
            return [Message("The chance that it gains less than is worth having: {chance}.",
                            chance=said)]  # fmt: skip
        return [Message("The chance that it is worse: {chance}.", chance=said)]

    def _now(self) -> Message:
        decision = self.readout.decision
        if decision.verdict == "INVALID":
            return Message(
                "{cause}, mend it, and run again. Don’t choose the parts that look sound: that "
                "would change the plan.",
                cause=self._cause(),
            )
        said = {
            "SHIP": Message("Ship it."),
            "DONT_SHIP": Message("Keep the control."),
            "KEEP_RUNNING": Message("Let the trial go on."),
            "HARM_STOP": Message("Stop it now and go back to the control."),
            "REVIEW": Message("Weigh the metrics against each other before deciding."),
        }[decision.verdict]
        if decision.next_action:
            said = Message("{action}", action=decision.next_action)
        if decision.verdict == "KEEP_RUNNING" and decision.until is not None:
            return Message("{said} Read it on {day:date}.", said=said, day=decision.until)
        if decision.verdict == "SHIP" and decision.read_on is not None:
            return Message(
                "{said} Read the group held back on {day:date}.", said=said, day=decision.read_on
            )
        return said

    def _cause(self) -> Message:
        """Name the days of the group that stand out, where they are few."""
        split = self.readout.split
        days = [
            row["value"]
            for row in plain_rows(split.table)
            if row["scope"] == "day"
            and row["variant"] == self.readout.trial.control
            and row["p_value"] is not None
            and row["p_value"] < BROKEN
        ]
        if split.culprit is None or not 0 < len(days) <= SHOWN_DAYS:
            return Message("Find the cause")
        group = self.readout.trial.value(*split.culprit)
        first = dt.date.fromisoformat(str(days[0]))
        dates = [dt.date.fromisoformat(str(day)) for day in days]
        if len(days) == 1 or any((d.year, d.month) != (first.year, first.month) for d in dates):
            return Message("Find what happened in {group} on {days:date}", group=group, days=days)
        return Message(
            "Find what happened in {group} on {early} and {last:date}",
            group=group,
            early=", ".join(str(day.day) for day in sorted(dates)[:-1]),
            last=max(dates),
        )

    def _unsaid_in_short(self) -> Message:
        if self.readout.decision.verdict == "INVALID":
            return Message("Anything about any metric, in any group.")
        silent = self.silent()
        if silent is not None:
            return Message(
                "What the {share:percent} who did not answer think, whether the effect lasts, or "
                "that any group gains more than another.",
                share=silent,
            )
        return Message("Whether the effect lasts, or that any group gains more than another.")

    def _would_change(self) -> Message | None:
        decision, sensitivity = self.readout.decision, self.readout.sensitivity
        if decision.verdict == "INVALID":
            return Message("The assignments of the missing {units}: once they are restored, the "
                           "trial can be read again.", units=self.readout.trial.units)  # fmt: skip
        items: list[Message] = []
        if self.readout.response is not None:
            items += [self.turning(m, v) for m, v in self.readout.response.turning.items()]
        row = self.primary()
        if row is not None and self.readout.risk is not None and decision.verdict == "SHIP":
            items.append(
                Message("A later gain below {margin}.", margin=self.difference(
                    row["metric"], self.readout.risk.margin, signed=False))
                if self.readout.risk.margin
                else Message("A later effect that is gone.")
            )  # fmt: skip
        if not items and sensitivity is not None:
            turned = sensitivity.table.loc[~sensitivity.table["same"].astype(bool)]
            if len(turned):
                items.append(Message("{n:integer} of the other ways of counting.", n=len(turned)))
        if not items:
            visible = self.visible(row)
            items = [visible] if visible is not None else []
        return _sentences(items) if items else None

    # -- lists ---------------------------------------------------------------------------------

    def thresholds(self) -> Statements:
        """Return what would change our mind, each with its number."""
        items: list[Message] = []
        readout = self.readout
        if readout.response is not None and readout.risk is not None:
            items += [
                Message("**The silent.** {text}", text=self.turning(metric, value))
                for metric, value in readout.response.turning.items()
            ]
        for row in plain_rows(readout.effects):
            if row["margin"] is not None and row["margin_used"] is not None:
                worst = abs(row["margin"]) * max(row["margin_used"], 0.0)
                items.append(
                    Message(
                        "**Harm limit, “{name}”.** A limit below {worst} would have stopped it; "
                        "the agreed one is {limit}.",
                        name=readout.trial.metric(row["metric"]),
                        worst=self.difference(row["metric"], worst, signed=False),
                        limit=self.difference(row["metric"], abs(row["margin"]), signed=False),
                    )
                )
        if readout.risk is not None and readout.risk.winners_curse is not None:
            items.append(
                Message(
                    "**Winner’s curse.** Results that pass a test run high. Corrected for that, "
                    "the effect is {effect}.",
                    effect=self.difference(readout.risk.metric, readout.risk.winners_curse),
                )
            )
        visible = self.visible(self.primary())
        if visible is not None:
            items.append(Message("**What could have been seen.** {text}",
                                 text=readout.visible.sentence))  # fmt: skip
        return Statements(
            role="list", items=tuple(items) or (Message("Nothing that can be given a number."),),
            title=Message("What would change our mind"),
        )  # fmt: skip

    def unsaid(self) -> Statements:
        """Return what this report can't say, each with its reason."""
        items = [
            Message("**That it lasts.** The trial shows the time it ran; novelty fades, and habits "
                    "come late."),
            Message("**Who gains most.** Segments are tested for a difference first; without one, "
                    "no segment has an effect of its own."),
        ]  # fmt: skip
        silent = self.silent()
        if silent is not None:
            items.insert(
                0,
                Message(
                    "**What the silent think.** {share:percent} did not answer. Equal response "
                    "does not show that they think alike.",
                    share=silent,
                ),
            )
        if self.readout.decision.verdict == "INVALID":
            items = [
                Message("**Any effect.** The groups are not alike, so every difference could come "
                        "from who is missing.")
            ]  # fmt: skip
        return Statements(role="unsaid", items=tuple(items))


def _sentences(parts: Any) -> Message:
    """Return sentences one after the other."""
    parts = list(parts)
    if len(parts) == 1:
        return parts[0]
    return Message("{first} {rest}", first=parts[0], rest=_sentences(parts[1:]))
