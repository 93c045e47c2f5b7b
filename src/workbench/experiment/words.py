"""The tables a reader sees: the same rows as the records, with numbers in units a reader knows.

A cell is a text in both languages; nothing is computed here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.language import Message
from workbench.results.amounts import SHARE_KINDS, bare, interval, level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.experiment.decision import Ruling
    from workbench.experiment.effect import Effect
    from workbench.experiment.health import Finding
    from workbench.experiment.plan_points import Point
    from workbench.experiment.readings import MetricReading
    from workbench.language import LocalizedText
    from workbench.results.trial import Trial, Verdict

__all__ = [
    "NONE",
    "ROLES",
    "VERDICTS",
    "WAYS",
    "check_words",
    "effect_words",
    "plan_words",
    "reading_word",
    "rule_words",
    "sensitivity_words",
    "unit_word",
    "word_row",
]

NONE = Message("–")
ROLES = {
    "primary": Message("Primary"),
    "guardrail": Message("Guardrail"),
    "secondary": Message("Secondary"),
    "exploratory": Message("Exploratory"),
}
VERDICTS: dict[Verdict, Message] = {
    "SHIP": Message("SHIP"),
    "DONT_SHIP": Message("DON’T SHIP"),
    "KEEP_RUNNING": Message("KEEP RUNNING"),
    "INVALID": Message("INVALID"),
    "HARM_STOP": Message("HARM STOP"),
    "REVIEW": Message("REVIEW"),
}
CONDITIONS: dict[Verdict, Message] = {
    "INVALID": Message(
        "Sample ratio p < 0.001, a covariate touched, or duplicates or crossing units over the "
        "limit"
    ),
    "HARM_STOP": Message(
        "A primary metric or a guardrail clearly worse on the always-valid interval, and not "
        "shown to be within its limit"
    ),
    "KEEP_RUNNING": Message("End not reached, and no planned boundary crossed"),
    "SHIP": Message(
        "A primary metric better, none worse, all guardrails within their limits, also under the "
        "bounds where responses are unequal"
    ),
    "DONT_SHIP": Message(
        "No effect worth having, a primary metric worse, or a guardrail not within its limit"
    ),
    "REVIEW": Message("Anything else"),
}
WAYS = {
    "as_planned": Message("As planned"),
    "unadjusted": Message("Without adjustment for what was known before"),
    "uncapped": Message("Without caps"),
    "without_first_days": Message("First three days left out"),
    "without_late_units": Message("Units assigned after the planned last day left out"),
    "exposed_only": Message("Only those who got what they were assigned"),
    "without_group": Message("Without {detail}, where the split stands out"),
    "rollout_mix": Message("Weighted to the mix at full roll-out"),
    "skewness_corrected": Message("Intervals corrected for skewness"),
    "lee_bounds": Message("{detail}: trimming bounds for unequal response"),
    "worst_case": Message("{detail}: worst case for all who did not answer"),
}
POINTS = {
    "metric": Message("Metric"),
    "margin": Message("Margin"),
    "alpha": Message("Alpha, power and looks"),
    "dates": Message("Dates"),
    "arms": Message("Variants and split"),
    "filter": Message("Filter"),
    "cap": Message("Cap"),
    "covariate": Message("Covariates"),
    "unit": Message("Unit"),
    "early_stop": Message("No early stop"),
    "late_extension": Message("No late extension"),
    "dropped_arm": Message("No dropped variant"),
    "added_segment": Message("No added segment"),
    "exposure": Message("Exposure and stages"),
    "rerun": Message("One round"),
}


def effect_words(trial: Trial, readings: Sequence[MetricReading]) -> pd.DataFrame:
    """Return the effects for the eye, in the order of the table."""
    rows = [_effect_row(trial, reading) for reading in readings]
    return pd.DataFrame(rows)


def _effect_row(trial: Trial, reading: MetricReading) -> dict[str, Any]:
    name = reading.metric.name
    effect = reading.effect
    half = None
    if effect.ci_low is not None and effect.ci_high is not None:
        half = (effect.ci_high - effect.ci_low) / 2
    levels = Message(
        "{control} → {treatment}",
        control=_level(trial, name, effect.control, half),
        treatment=_level(trial, name, effect.treatment, half),
    )
    title: Message = Message("{name}", name=trial.metric(name))
    if len(trial.treatments) > 1:
        title = Message(
            "{name}, {variant}", name=trial.metric(name), variant=trial.label(reading.variant)
        )
    p = effect.p_value if reading.p_adjusted is None else reading.p_adjusted
    p_word = NONE if p is None else Message("{p:p_value}", p=p)
    n = Message("{a:integer} / {b:integer}", a=effect.n_control, b=effect.n_treatment)
    cells = {
        "name": title,
        "role": ROLES[reading.metric.role],
        "n_each": n,
        "levels": levels if effect.control is not None else NONE,
        "adjusted": _with_interval(trial, name, effect),
        "unadjusted": _with_interval(trial, name, reading.unadjusted),
        "p": p_word,
        "unit": unit_word(trial, name),
        "said": reading_word(reading),
        "agreed": agreed_word(trial, reading),
    }
    return word_row(f"{name}/{reading.variant}", cells)


def word_row(key: str, cells: dict[str, Message]) -> dict[str, Any]:
    """Return a row for the eye: its key, and each cell in both languages."""
    return {"row": key} | {name: cell.both() for name, cell in cells.items()}


def _level(trial: Trial, name: str, value: float | None, half: float | None) -> Message:
    return NONE if value is None else level(trial, name, value, sureness=half)


def _with_interval(trial: Trial, name: str, effect: Effect) -> Message:
    if effect.estimate is None:
        return NONE
    if effect.ci_low is None or effect.ci_high is None:
        return bare(trial, name, effect.estimate)
    half = (effect.ci_high - effect.ci_low) / 2
    number = bare(trial, name, effect.estimate, sureness=half)
    ends = interval(trial, name, effect.ci_low, effect.ci_high)
    return Message("{number} ({ends})", number=number, ends=ends)


def unit_word(trial: Trial, metric: str) -> Message:
    """Return the unit of a metric's differences."""
    kind = trial.kinds[metric]
    if kind in SHARE_KINDS:
        return Message("percentage points")
    if kind in {"nps", "nki"}:
        return Message("points")
    unit = trial.unit(metric)
    return Message("{unit}", unit=unit) if unit else NONE


def reading_word(reading: MetricReading) -> Message:
    """Return what may be said of a metric."""
    margin = reading.margin
    if margin is not None and margin.holds is False:
        return Message("Not within limit")
    if margin is not None and margin.holds is True and reading.status != "better":
        return Message("Within limit")
    return {
        "better": Message("Better"),
        "worse": Message("Worse"),
        "equivalent": Message("No effect worth having"),
        "unclear": Message("No clear change"),
        "none": Message("No interval"),
    }[reading.status]


def agreed_word(trial: Trial, reading: MetricReading) -> Message:
    """Return what was agreed for a metric: a guardrail's limit, or a gain worth having."""
    name, margin, practical = reading.metric.name, reading.margin, reading.metric.practical
    if margin is not None:
        return Message("limit: {limit}", limit=bare(trial, name, margin.margin))
    if practical is not None:
        sign = 1 if reading.metric.direction == "increase" else -1
        return Message("worth it: {worth}", worth=bare(trial, name, sign * practical))
    return NONE


def rule_words(ruling: Ruling, rules: Sequence[Verdict]) -> pd.DataFrame:
    """Return the rules in order, and what this trial gave."""
    rows: list[dict[str, Any]] = []
    for number, verdict in enumerate(rules, 1):
        found = ruling.findings.get(number, Message("Not tried"))
        label = Message("{number:integer} {verdict}", number=number, verdict=VERDICTS[verdict])
        cells = {"rule": label, "condition": CONDITIONS[verdict], "found": found}
        rows.append(word_row(verdict, cells))
    return pd.DataFrame(rows)


def check_words(findings: Sequence[Finding]) -> pd.DataFrame:
    """Return the checks: what was found, and how it stands."""
    states = {True: Message("✓ OK"), False: Message("▲ Note"), None: Message("○ Good to know")}
    rows: list[dict[str, Any]] = []
    for finding in findings:
        state = Message("✕ Stop") if finding.is_invalid else states[finding.passed]
        rows.append(word_row(finding.id, {"state": state, "found": finding.text}))
    return pd.DataFrame(rows)


def plan_words(points: Sequence[Point]) -> pd.DataFrame:
    """Return the plan point by point."""
    states = {True: Message("✓ Kept"), False: Message("▲ Changed"), None: Message("○ Not known")}
    rows: list[dict[str, Any]] = []
    for point in points:
        cells = {
            "point": POINTS[point.name],
            "state": states[point.kept],
            "planned": Message("{text}", text=point.planned or "–"),
            "happened": Message("{text}", text=point.happened or "–"),
        }
        rows.append(word_row(point.name, cells))
    return pd.DataFrame(rows)


def sensitivity_words(trial: Trial, metric: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return the verdict under each way of counting."""
    rows: list[dict[str, Any]] = []
    for record in table.astype(object).where(table.notna(), None).to_dict("records"):
        estimate, low, high = (record[name] for name in ("estimate", "ci_low", "ci_high"))
        effect: Message = NONE
        if estimate is not None:
            effect = bare(trial, metric, estimate)
        if estimate is not None and low is not None:
            number = bare(trial, metric, estimate, sureness=(high - low) / 2)
            ends = interval(trial, metric, low, high)
            effect = Message("{number} ({ends})", number=number, ends=ends)
        used, guardrail = record["margin_used"], record["guardrail"]
        limit: Message = NONE
        if used is not None and used < 10:
            limit = Message(
                "{name}: {used:percent}", name=trial.metric(str(guardrail)), used=max(used, 0.0)
            )
        elif used is not None:
            limit = Message("{name}: far past it", name=trial.metric(str(guardrail)))
        verdict: Verdict = record["verdict"]
        cells = {
            "way": way_word(trial, record["way"], record["detail"]),
            "primary": effect,
            "limit": limit,
            "ruling": VERDICTS[verdict],
        }
        rows.append(word_row(f"{record['way']}/{record['detail']}", cells))
    return pd.DataFrame(rows)


def way_word(trial: Trial, way: str, detail: str) -> Message:
    """Return a way of counting in words."""
    label: LocalizedText = detail
    if way in {"lee_bounds", "worst_case"}:
        label = trial.metric(detail)
    return WAYS[way].with_values(detail=label)
