"""Small markets borrow strength from all: raw, shrunk, and how much of the own is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from scipy.special import ndtri

from workbench.errors import DataError
from workbench.estimates.small_areas import fay_herriot
from workbench.inputs.disclosure import FLOOR, checked_floor
from workbench.inputs.segments import by_columns, split
from workbench.language import Message
from workbench.results import Check
from workbench.results.pooling import PooledResult
from workbench.survey.design import Design, read_design, read_numbers
from workbench.survey.measure import TAGGED_REASON, checked_confidence, suppression_tags
from workbench.survey.outcome import (
    GroupEstimate,
    Outcome,
    estimate_group,
    outcome_label,
    read_outcome,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from workbench.inputs.disclosure import SuppressionPattern
    from workbench.language import LocalizedText
    from workbench.survey.outcome import OutcomeKind

__all__ = ["pool_segments"]

_FEWEST_GROUPS = 4


def pool_segments(
    answers: pd.DataFrame,
    outcome: str,
    *,
    by: str | Sequence[str],
    predictors: Sequence[str] = (),
    weight: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    kind: OutcomeKind | Literal["auto"] = "auto",
    label: LocalizedText = "",
    confidence: float = 0.95,
    floor: int = FLOOR,
    protect: SuppressionPattern | None = None,
) -> PooledResult:
    """Shrink each segment's estimate towards what all segments say, the more the fewer answers.

    Fay and Herriot's model: a segment keeps ``weight = between / (between + sampling variance)`` of
    its own estimate. Sampling variances come from the spread of answers over all segments, since
    that of a small one is itself mostly noise; intervals know that the variance between segments is
    unsure too. The raw estimate stands beside: use the shrunk one
    to compare and rank many small markets, the raw one to say what these respondents answered.

    Parameters
    ----------
    answers
        One row per respondent, of one wave.
    outcome
        Column in points, as in :func:`compare_waves`.
    by
        Column, or list of columns, that splits the respondents; at least four segments.
    predictors
        Columns whose segment means explain differences between segments.
    weight, strata, cluster, kind, label, confidence, floor, protect
        As in :func:`compare_waves`.

    Returns
    -------
    PooledResult
        A row per segment: ``segment n raw raw_low raw_high estimate ci_low ci_high weight
        suppressed reason``; ``estimate`` is the shrunk one.

    Raises
    ------
    DataError
        If a column is absent, or fewer than four segments have answers.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> answers = pd.DataFrame({"market": np.repeat(list("abcdef"), [200, 150, 90, 60, 20, 9])})
    >>> answers["nki"] = np.clip(rng.normal(70, 17, len(answers)), 0, 100)
    >>> pooled = pool_segments(answers, "nki", by="market")
    >>> bool((pooled.table["weight"] < 1).all())
    True
    """
    columns = by_columns(by)
    if not columns:
        raise DataError("by must name the column whose segments are pooled.")
    level = checked_confidence(confidence)
    floor = protect.floor if protect is not None else checked_floor(floor)
    measured = read_outcome(answers, outcome, kind)
    design = read_design(answers, weight=weight, strata=strata, cluster=cluster)
    segments = split(answers, columns)
    tags = suppression_tags(
        answers,
        segments,
        lambda frame: read_outcome(frame, outcome, measured.kind).reading(),
        by=columns,
        floor=floor,
        protect=protect,
    )
    found = [estimate_group(measured, design, group.rows, confidence=level) for group in segments]
    used = [place for place, group in enumerate(found) if not np.isnan(group.estimate)]
    if len(used) < _FEWEST_GROUPS:
        raise DataError(
            f"Pooling needs at least {_FEWEST_GROUPS} segments with answers; found {len(used)}. "
            f"Show the raw estimates instead."
        )
    variances = _smoothed_variances([found[place] for place in used], measured, design)
    covariates = _covariates(answers, predictors, [segments[place].rows for place in used], design)
    fit = fay_herriot([found[place].estimate for place in used], variances, covariates)
    low, high = measured.scale
    half = ndtri((1 + level) / 2) * fit.standard_errors
    shrunk = np.clip(fit.estimates, low, high)
    rows: list[dict[str, Any]] = []
    for place, (segment, tag, group) in enumerate(zip(segments, tags, found, strict=True)):
        cell = segment.cell if len(columns) > 1 else {}
        row: dict[str, Any] = {**cell, "segment": segment.name, "suppressed": tag, "reason": ""}
        if place not in used:
            row |= {"suppressed": "floor", "reason": group.reason}
        elif tag:
            row["reason"] = TAGGED_REASON[tag]
        else:
            at = used.index(place)
            row |= {
                "n": group.rows.size,
                "raw": group.estimate,
                "raw_low": group.ci_low,
                "raw_high": group.ci_high,
                "estimate": shrunk[at],
                "ci_low": max(shrunk[at] - half[at], low),
                "ci_high": min(shrunk[at] + half[at], high),
                "weight": fit.weights[at],
            }
        rows.append(row)
    return PooledResult(
        table=_table(rows, columns),
        method=_method(design, predictors),
        checks=_checks(fit.between_variance),
        outcome=outcome,
        label=label or outcome_label(outcome),
        by=columns,
        confidence=level,
        floor=floor,
        between_sd=float(np.sqrt(fit.between_variance)),
    )


def _smoothed_variances(
    groups: list[GroupEstimate], outcome: Outcome, design: Design
) -> NDArray[np.float64]:
    """Return sampling variances from one spread of answers over all groups."""
    spread, freedom = 0.0, 0.0
    for group in groups:
        weights = design.weights[group.rows]
        share = weights / weights.sum()
        residual = outcome.points[group.rows] - group.estimate
        left = max(group.rows.size - 1, 0)
        spread += left * float(share @ residual**2) / max(1 - float(share @ share), 1e-12)
        freedom += left
    pooled = spread / freedom if freedom > 0 else 0.0
    smallest = 1e-9 * (1 + float(np.nanvar(outcome.points)))
    effective = np.array([max(group.basis.n_effective, 1e-9) for group in groups])
    return np.maximum(pooled / effective, smallest)


def _covariates(
    answers: pd.DataFrame,
    predictors: Sequence[str],
    rows: list[NDArray[np.intp]],
    design: Design,
) -> NDArray[np.float64] | None:
    """Return each group's weighted mean of each predictor."""
    if not predictors:
        return None
    if len(predictors) + 2 > len(rows):
        raise DataError(
            f"{len(predictors)} predictors are too many for {len(rows)} segments. Use fewer."
        )
    columns: list[list[float]] = []
    for predictor in predictors:
        values = read_numbers(answers, predictor)
        means: list[float] = []
        for group in rows:
            known = group[~np.isnan(values[group])]
            if not design.weights[known].sum() > 0:
                raise DataError(
                    f"Predictor '{predictor}' is missing for a whole segment. Leave it out."
                )
            means.append(float(np.average(values[known], weights=design.weights[known])))
        columns.append(means)
    return np.array(columns).T


def _table(rows: list[dict[str, Any]], by: tuple[str, ...]) -> pd.DataFrame:
    keys = [*(by if len(by) > 1 else ()), "segment"]
    numbers = ["raw", "raw_low", "raw_high", "estimate", "ci_low", "ci_high", "weight"]
    return pd.DataFrame(rows, columns=[*keys, "n", *numbers, "suppressed", "reason"]).astype(
        {
            **dict.fromkeys([*keys, "suppressed", "reason"], "str"),
            **dict.fromkeys(numbers, "float64"),
            "n": "Int64",
        }
    )


def _checks(between: float) -> tuple[Check, ...]:
    if between > 0:
        return ()
    text = Message(
        "The segments differ no more than chance would have them: all are shrunk to one value."
    )
    return (Check(id="no_difference_between_segments", passed=None, text=text),)


def _method(design: Design, predictors: Sequence[str]) -> Message:
    if predictors:
        return Message(
            "Fay-Herriot model with {predictors}; restricted maximum likelihood; {design}.",
            predictors=list(predictors),
            design=design.words(),
        )
    return Message(
        "Fay-Herriot model around the mean of the segments; restricted maximum likelihood; "
        "{design}.",
        design=design.words(),
    )
