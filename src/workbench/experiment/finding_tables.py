"""What the tables of a trial's findings say to a reader: scores, looks, visible effects, risk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.experiment.words import NONE, ROLES, word_row
from workbench.language import Message
from workbench.results.amounts import SHARE_KINDS, amount, with_interval
from workbench.results.rows import plain_rows

if TYPE_CHECKING:
    from workbench.language import LocalizedText
    from workbench.results.trial import Trial

__all__ = ["looks_words", "risk_words", "score_words", "visible_words"]

QUANTITIES = {
    "effect": Message("Gain"),
    "below_margin": Message("Chance it is below the margin"),
    "loss_ship": Message("Expected loss if we ship"),
    "loss_stay": Message("Expected loss if we don’t"),
}
PRIORS = {"flat": Message("these data alone"), "past": Message("with past experiments")}


def score_words(table: pd.DataFrame) -> pd.DataFrame:
    """Return the three readings of the same scores."""
    rows: list[dict[str, Any]] = []
    for record in plain_rows(table):
        p = record["p_value"]
        cells = {
            "read_as": _reading(record["reading"]),
            "printed": _read(record),
            "without_difference": _number(record["reading"], record["no_difference"]),
            "p": NONE if p is None else Message("{p:p_value}", p=p),
        }
        rows.append(word_row(record["reading"], cells))
    return pd.DataFrame(rows)


def _reading(name: str) -> Message:
    return {
        "difference": Message("Difference in NPS, points"),
        "odds_ratio": Message("Odds of a higher score, times"),
        "chance_higher": Message("Chance that a treated unit scores higher"),
    }[name]


def _number(reading: str, value: float | None) -> Message:
    if value is None:
        return NONE
    if reading == "odds_ratio":
        return Message("{value:number2}", value=value)
    if reading == "chance_higher":
        return Message("{value:percent1}", value=value)
    return Message("{value:number}", value=value)


def _read(record: dict[str, Any]) -> Message:
    names = ("estimate", "ci_low", "ci_high")
    number, low, high = (_number(record["reading"], record[name]) for name in names)
    if record["ci_low"] is None:
        return number
    return Message("{effect} ({low} to {high})", effect=number, low=low, high=high)


def looks_words(trial: Trial, metric: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return the effect as units came in."""
    kind = trial.kinds[metric]
    rows: list[dict[str, Any]] = []
    for record in plain_rows(table):
        value = record["estimate"]
        effect = NONE
        if value is not None:
            effect = with_interval(kind, value, record["ci_low"], record["ci_high"])
        cells = {
            "by_day": Message("{day:date}", day=record["day"]),
            "split_units": Message("{n:integer}", n=record["n"]),
            "at_any_look": effect,
        }
        rows.append(word_row(str(record["day"]), cells))
    return pd.DataFrame(rows)


def visible_words(trial: Trial, table: pd.DataFrame) -> pd.DataFrame:
    """Return what could have been seen, per metric and variant."""
    rows: list[dict[str, Any]] = []
    for record in plain_rows(table):
        metric, variant = record["metric"], record["variant"]
        found, power = record["detectable"], record["power"]
        title = Message("{name}", name=trial.metric(metric))
        if len(trial.treatments) > 1:
            title = Message(
                "{name}, {variant}", name=trial.metric(metric), variant=trial.label(variant)
            )
        cells = {
            "name": title,
            "role": ROLES[record["role"]],
            "could_see": NONE if found is None else amount(trial, metric, found, signed=False),
            "had_power": NONE if power is None else Message("{power:percent}", power=power),
            "needed_power": _share(record["power_needed"]),
        }
        rows.append(word_row(f"{metric}/{variant}", cells))
    return pd.DataFrame(rows)


def _share(value: float | None) -> Message:
    return NONE if value is None else Message("{value:percent}", value=value)


def risk_words(
    trial: Trial, metric: str, table: pd.DataFrame, *, units: float | None, what: LocalizedText
) -> pd.DataFrame:
    """Return size and risk, in what is counted at full roll-out where the plan says so."""
    rows: list[dict[str, Any]] = []
    for record in plain_rows(table):
        value = record["value"]
        if record["quantity"] == "below_margin":
            size = Message("{value:percent1}", value=value)
        elif units is None:
            size = with_interval(trial.kinds[metric], value, record["ci_low"], record["ci_high"])
        else:
            size = _counted(record)
        unit: Message = NONE
        if record["quantity"] != "below_margin" and units is not None:
            unit = Message("{what}", what=what)
        elif record["quantity"] != "below_margin" and trial.kinds[metric] not in SHARE_KINDS:
            unit = Message("{unit}", unit=trial.unit(metric) or "–")
        cells = {
            "what_counts": QUANTITIES[record["quantity"]],
            "judged_by": PRIORS[record["prior"]],
            "risk_size": size,
            "unit": unit,
        }
        rows.append(word_row(f"{record['quantity']}/{record['prior']}", cells))
    return pd.DataFrame(rows)


def _counted(record: dict[str, Any]) -> Message:
    number = Message("{n:integer}", n=round(record["value"]))
    if record["ci_low"] is None:
        return number
    ends = [Message("{n:integer}", n=round(record[name])) for name in ("ci_low", "ci_high")]
    return Message("{effect} ({low} to {high})", effect=number, low=ends[0], high=ends[1])
