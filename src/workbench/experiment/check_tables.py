"""What the tables of a trial's checks say to a reader: split, answers, false alarms, decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.experiment.words import NONE, VERDICTS, unit_word, word_row
from workbench.language import Message
from workbench.results.amounts import bare, interval, with_interval
from workbench.results.rows import plain_rows
from workbench.results.trial import as_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbench.language import LocalizedText
    from workbench.results.trial import Trial

__all__ = ["calibration_words", "log_words", "response_words", "split_words"]

ASSUMPTIONS = {
    "answered": Message("Those who answered"),
    "lee": Message("Trimming bounds (Lee)"),
    "worst_case": Message("Worst case (Manski)"),
}
HOLDS = {True: Message("yes"), False: Message("no"), None: NONE}


def split_words(
    trial: Trial, table: pd.DataFrame, culprit: tuple[str, str] | None = None
) -> pd.DataFrame:
    """Return units per group and variant against the plan."""
    rows: list[dict[str, Any]] = []
    for record in plain_rows(table):
        share, p = record["share"], record["p_value"]
        own = Message("–")
        if share is not None:
            own = Message(
                "{share:percent1} ({low:percent1} to {high:percent1})",
                share=share,
                low=record["ci_low"],
                high=record["ci_high"],
            )
        cells = {
            "split_group": _group(record, trial, culprit),
            "given": Message("{label}", label=trial.label(record["variant"])),
            "split_units": Message("{n:integer}", n=record["n"]),
            "own_share": own,
            "planned_share": Message("{share:percent1}", share=record["planned"]),
            "p": NONE if p is None else Message("{p:p_value}", p=p),
        }
        key = "/".join(str(record[name]) for name in ("scope", "column", "value", "variant"))
        rows.append(word_row(key, cells))
    return pd.DataFrame(rows)


def _group(record: dict[str, Any], trial: Trial, culprit: tuple[str, str] | None) -> Message:
    if record["scope"] == "all":
        return Message("All")
    if record["scope"] == "segment":
        return Message("{value}", value=trial.value(record["column"], record["value"]))
    if culprit is not None:
        return Message("{group}, {day:date}", group=trial.value(*culprit), day=record["value"])
    return Message("{day:date}", day=record["value"])


def response_words(trial: Trial, bounds: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """Return effects under each assumption, with who answered beside the first."""
    answered = {(r["metric"], r["variant"]): r for r in plain_rows(rates)}
    rows: list[dict[str, Any]] = []
    for record in plain_rows(bounds):
        metric, variant = record["metric"], record["variant"]
        title = Message("{name}", name=trial.metric(metric))
        if len(trial.treatments) > 1:
            title = Message(
                "{name}, {variant}", name=trial.metric(metric), variant=trial.label(variant)
            )
        who = NONE
        if record["assumption"] == "answered":
            parts = [_rate(answered.get((metric, arm))) for arm in (trial.control, variant)]
            who = Message("{control} / {treatment}", control=parts[0], treatment=parts[1])
        cells = {
            "name": title,
            "supposed": ASSUMPTIONS[record["assumption"]],
            "who_answered": who,
            "bounds": _bounds(trial, metric, record),
            "sure": _ends(trial, metric, record["ci_low"], record["ci_high"]),
            "unit": unit_word(trial, metric),
            "still_holds": HOLDS[record["holds"]],
        }
        rows.append(word_row(f"{metric}/{variant}/{record['assumption']}", cells))
    return pd.DataFrame(rows)


def _rate(record: dict[str, Any] | None) -> Message:
    if record is None or record["rate"] is None:
        return NONE
    return Message("{rate:percent1} of {n:integer}", rate=record["rate"], n=record["n_asked"])


def _bounds(trial: Trial, metric: str, record: dict[str, Any]) -> Message:
    low, high = record["low"], record["high"]
    if low is None or high is None:
        return NONE
    if low == high:
        return bare(trial, metric, low)
    return Message("{low} to {high}", low=bare(trial, metric, low), high=bare(trial, metric, high))


def _ends(trial: Trial, metric: str, low: float | None, high: float | None) -> Message:
    return NONE if low is None or high is None else interval(trial, metric, low, high)


def calibration_words(trial: Trial, table: pd.DataFrame) -> pd.DataFrame:
    """Return false alarms per metric and what chance allows."""
    rows: list[dict[str, Any]] = []
    for record in plain_rows(table):
        rate = record["rate"]
        alarms = NONE
        if rate is not None:
            alarms = Message(
                "{alarms:integer} of {n:integer} ({rate:percent1})",
                alarms=record["alarms"],
                n=record["replications"],
                rate=rate,
            )
        cells = {
            "name": Message("{name}", name=trial.metric(record["metric"])),
            "false_alarms": alarms,
            "allowed": Message(
                "{low:percent1} to {high:percent1}",
                low=record["band_low"],
                high=record["band_high"],
            ),
            "as_planned": HOLDS[record["passed"]],
        }
        rows.append(word_row(record["metric"], cells))
    return pd.DataFrame(rows)


def log_words(
    table: pd.DataFrame, kinds: Mapping[str, str], titles: Mapping[str, LocalizedText]
) -> pd.DataFrame:
    """Return past decisions for the eye, in the order of the table.

    Parameters
    ----------
    kinds
        Kind of each experiment's primary metric.
    titles
        Of the experiments, where they are logged.
    """
    rows: list[dict[str, Any]] = []
    for record in plain_rows(table):
        name, day = str(record["experiment"]), record["read_on"]
        printed = [record[part] for part in ("estimate", "ci_low", "ci_high")]
        later = [record[part] for part in ("later", "later_low", "later_high")]
        effects = [
            NONE if value is None else with_interval(kinds[name], value, low, high)
            for value, low, high in (printed, later)
        ]
        verdict = VERDICTS.get(record["verdict"], NONE)
        q = record["q_value"]
        cells = {
            "read": NONE if day is None else Message("{day:date}", day=day),
            "trial": Message("{name}", name=titles.get(name) or as_words(name.replace("-", " "))),
            "ruling": verdict,
            "printed": effects[0],
            "came_later": effects[1],
            "false_discovery": NONE if q is None else Message("{q:p_value}", q=q),
        }
        rows.append(word_row(f"{day}/{name}", cells))
    return pd.DataFrame(rows)
