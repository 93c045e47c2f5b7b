"""The split by segment and day: not to decide, but to find who is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.experiment.check_tables import split_words
from workbench.experiment.layout import DAY, VARIANT
from workbench.experiment.sample_ratio import leave_one_out, sample_ratio, share_interval
from workbench.language import Message
from workbench.results.trial_checks import SplitResult

if TYPE_CHECKING:
    from workbench.experiment.cells import Cells
    from workbench.experiment.plan import Plan
    from workbench.experiment.sample_ratio import SampleRatio
    from workbench.results.trial import Trial

__all__ = ["planned_shares", "split_result", "variant_counts"]

COLUMNS = [
    "scope", "column", "value", "variant", "n", "planned", "share", "ci_low", "ci_high",
    "statistic", "p_value", "p_without", "contribution",
]  # fmt: skip


def planned_shares(plan: Plan, variants: tuple[str, ...]) -> dict[str, float]:
    """Return the planned share of each variant; equal ones where the plan says nothing."""
    weights = plan.model.variants or dict.fromkeys(variants, 1.0)
    total = sum(weights.values())
    return {variant: weights.get(variant, 0.0) / total for variant in variants}


def variant_counts(cells: Cells, variants: tuple[str, ...]) -> dict[str, int]:
    """Return assigned units by variant."""
    return {variant: cells.count(cells.where(**{VARIANT: variant})) for variant in variants}


def split_result(
    plan: Plan, trial: Trial, cells: Cells, variants: tuple[str, ...], overall: SampleRatio
) -> SplitResult:
    """Return units per variant: all, by segment, and by day within the group that stands out."""
    shares = planned_shares(plan, variants)
    rows = _rows("all", "", {"": list(variant_counts(cells, variants).values())}, shares)
    culprit: tuple[str, str] | None = None
    for column in dict.fromkeys((*plan.model.segments, *plan.model.strata)):
        tables = _by(cells, column, variants)
        rows += _rows("segment", column, tables, shares)
        culprit = _worst(column, tables, shares, culprit, overall)
    within = cells
    if culprit is not None:
        within = cells.subset(np.array([str(v) == culprit[1] for v in cells.keys[culprit[0]]]))
    if DAY in cells.keys:
        rows += _rows("day", culprit[1] if culprit else "", _by(within, DAY, variants), shares)
    table = pd.DataFrame(rows, columns=COLUMNS)
    return SplitResult(
        table=table,
        method=Message("Sample ratio: chi-square against the planned split, alarm below 0.001."),
        trial=trial,
        words=split_words(trial, table, culprit),
        sentence=_sentence(trial, overall, variants, cells, culprit),
        passed=overall.passed,
        culprit=culprit,
    )


def _by(cells: Cells, column: str, variants: tuple[str, ...]) -> dict[str, list[int]]:
    values = cells.keys[column]
    names = sorted({str(value) for value in values if value is not None})
    found: dict[str, list[int]] = {}
    for name in names:
        mask = np.array([str(value) == name for value in values])
        found[name] = [
            cells.count(mask & cells.where(**{VARIANT: variant})) for variant in variants
        ]
    return found


def _rows(
    scope: str, column: str, tables: dict[str, list[int]], shares: dict[str, float]
) -> list[dict[str, Any]]:
    """Return a row per group and variant."""
    weights = list(shares.values())
    tests = {value: sample_ratio(counts, weights) for value, counts in tables.items()}
    without = leave_one_out(tables, weights) if scope == "segment" else {}
    total = sum(test.statistic for test in tests.values())
    rows: list[dict[str, Any]] = []
    for value, counts in tables.items():
        test = tests[value]
        for variant, n in zip(shares, counts, strict=True):
            ends = share_interval(n, sum(counts))
            rows.append(
                {
                    "scope": scope,
                    "column": column,
                    "value": value,
                    "variant": variant,
                    "n": n,
                    "planned": shares[variant],
                    "share": n / sum(counts) if sum(counts) else None,
                    "ci_low": ends[0] if ends else None,
                    "ci_high": ends[1] if ends else None,
                    "statistic": test.statistic,
                    "p_value": test.p_value if test.passed is not None else None,
                    "p_without": without[value].p_value if value in without else None,
                    "contribution": test.statistic / total if total > 0 else None,
                }
            )
    return rows


def _worst(
    column: str,
    tables: dict[str, list[int]],
    shares: dict[str, float],
    so_far: tuple[str, str] | None,
    overall: SampleRatio,
) -> tuple[str, str] | None:
    """Name the group whose own split is broken, where the whole is."""
    if overall.passed is not False or so_far is not None:
        return so_far
    tests = {value: sample_ratio(counts, list(shares.values())) for value, counts in tables.items()}
    broken = {value: test for value, test in tests.items() if test.passed is False}
    if not broken:
        return None
    return column, max(broken, key=lambda value: broken[value].statistic)


def _sentence(
    trial: Trial,
    overall: SampleRatio,
    variants: tuple[str, ...],
    cells: Cells,
    culprit: tuple[str, str] | None,
) -> Message:
    counts = variant_counts(cells, variants)
    parts = [
        Message("{n:integer} with “{label}”", n=counts[v], label=trial.label(v)) for v in variants
    ]
    if overall.passed is None:
        return Message("The split can’t be tested: {parts}.", parts=parts)
    if overall.passed:
        return Message(
            "The split is as planned: {parts} ({p:p_is}).", parts=parts, p=overall.p_value
        )
    if culprit is None:
        return Message("The split is broken: {parts} ({p:p_is}).", parts=parts, p=overall.p_value)
    return Message(
        "The split is broken: {parts} ({p:p_is}); it broke in {group}.",
        parts=parts,
        p=overall.p_value,
        group=trial.value(*culprit),
    )
