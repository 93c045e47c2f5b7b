"""The key figures of the experiment report: size, risk, regret, trust."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from workbench.language import Message
from workbench.results.report import KeyFigure
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from workbench.report.wording.trial_basis import TrialBasis

__all__ = ["chance_words", "trial_figures"]


def trial_figures(basis: TrialBasis) -> tuple[KeyFigure, ...]:
    """Return four figures: size, chance of too little, cost of an error, trust."""
    return (*_risk_figures(basis), _trust_figure(basis))


def _risk_figures(basis: TrialBasis) -> tuple[KeyFigure, ...]:
    risk = basis.readout.risk
    if risk is None:
        withheld = Message("Withheld")
        why = (Message("Needs a valid comparison"),)
        if basis.readout.decision.verdict != "INVALID":
            withheld, why = Message("Not yet"), (Message("No interval can be given"),)
        labels = (Message("Size of the effect"), Message("Chance it is below the margin"),
                  Message("Regret if wrong"))  # fmt: skip
        return tuple(KeyFigure(label=label, value=withheld, notes=why) for label in labels)
    rows = {(r["quantity"], r["prior"]): r for r in plain_rows(risk.table)}
    prior = "past" if ("below_margin", "past") in rows else "flat"
    return (
        _size_figure(basis, rows["effect", "flat"]),
        _chance_figure(basis, rows["below_margin", prior]["value"],
                            rows["below_margin", "flat"]["value"], prior),
        _regret_figure(basis, rows["loss_ship", prior]["value"],
                            rows["loss_stay", prior]["value"]),
    )  # fmt: skip


def _size_figure(basis: TrialBasis, row: dict[str, Any]) -> KeyFigure:
    risk, trial = basis.readout.risk, basis.readout.trial
    assert risk is not None  # noqa: S101 - asked by the caller
    metric, decreases = risk.metric, trial.directions[risk.metric] == "decrease"
    if risk.units is None:
        sign = -1.0 if decreases else 1.0
        ends = sorted(sign * row[name] for name in ("ci_low", "ci_high"))
        return KeyFigure(
            label=Message("{name}", name=trial.metric(metric)),
            value=basis.difference(metric, sign * row["value"], sureness=(ends[1] - ends[0]) / 2),
            interval=basis.between(metric, *ends),
        )
    label = Message("More {what} a {per}", what=risk.what, per=risk.per)
    if decreases:
        label = Message("Fewer {what} a {per}", what=risk.what, per=risk.per)
    return KeyFigure(
        label=label,
        value=Message("{n:integer}", n=_round(row["value"])),
        interval=Message(
            "{low:integer} to {high:integer}",
            low=_round(row["ci_low"]),
            high=_round(row["ci_high"]),
        ),
        notes=(
            Message("at full roll-out to {units:integer} a {per}", units=risk.units,
                    per=risk.per),
        ),
    )  # fmt: skip


def _chance_figure(basis: TrialBasis, chance: float, flat: float, prior: str) -> KeyFigure:
    risk = basis.readout.risk
    assert risk is not None  # noqa: S101 - asked by the caller
    label = Message("Chance it is below the margin")
    notes: list[Message] = []
    if risk.margin:
        notes.append(
            Message("Margin: a gain of {margin}, the least worth having",
                    margin=basis.difference(risk.metric, risk.margin, signed=False))
        )  # fmt: skip
    else:
        label = Message("Chance it is worse")
    if prior == "past":
        notes.append(Message("{flat:percent1} without past experiments", flat=flat))
    return KeyFigure(label=label, value=chance_words(chance), notes=tuple(notes))


def _regret_figure(basis: TrialBasis, ship: float, stay: float) -> KeyFigure:
    risk = basis.readout.risk
    assert risk is not None  # noqa: S101 - asked by the caller
    if risk.units is None:
        values = {"ship": basis.difference(risk.metric, ship, signed=False),
                  "stay": basis.difference(risk.metric, stay, signed=False)}  # fmt: skip
        return KeyFigure(
            label=Message("Regret if wrong"),
            value=values["ship"],
            notes=(Message("if we ship; {stay} if we don’t", stay=values["stay"]),),
        )
    return KeyFigure(
        label=Message("Regret if wrong"),
        value=Message("{ship:integer} / {stay:integer}", ship=_round(ship), stay=_round(stay)),
        notes=(
            Message("if we ship / if we don’t: {what} a {per}, expected loss from the margin",
                    what=risk.what, per=risk.per),
        ),
    )  # fmt: skip


def _trust_figure(basis: TrialBasis) -> KeyFigure:
    trust, kept = basis.readout.trust, basis.readout.plan_kept
    rows = plain_rows(trust.table)
    failed = [r for r in rows if r["passed"] is False]
    texts = {check.id: check.text for check in trust.checks}
    notes = [texts["sample_ratio"]]
    apart = {"sample_ratio", "sample_ratio_sequential", "plan_kept"}
    notes += [texts[row["check"]] for row in failed if row["check"] not in apart][:2]
    notes.append(
        Message("Plan kept: {kept:integer} of {n:integer} points.", kept=kept.kept, n=kept.points)
    )
    value, verdict = Message("Yes"), None
    if not trust.valid:
        value = Message("No")
    elif failed:
        verdict = Message("with one note", "with {n:integer} notes", n=len(failed))
    return KeyFigure(
        label=Message("Can the test be trusted?"),
        value=value,
        verdict=verdict,
        tone="unsure" if verdict else "plain",
        notes=tuple(notes),
    )


def _round(value: float) -> float:
    """Round a forecast to three digits that count: it is no count."""
    if value == 0:
        return 0.0
    return round(value, 2 - math.floor(math.log10(abs(value))))


def chance_words(value: float) -> Message:
    """Return a chance in words; never as certain as 0 or 100%."""
    if value < 0.001:
        return Message("under 0.1%")
    if value > 0.999:
        return Message("over 99.9%")
    return Message("{p:percent1}", p=value)
