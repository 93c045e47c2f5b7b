"""Where it differs: each segment against all other respondents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from workbench.errors import DataError
from workbench.estimates import benjamini_hochberg
from workbench.inputs.disclosure import FLOOR, checked_floor
from workbench.inputs.segments import Segment, by_columns, split
from workbench.language import Message
from workbench.results.survey import RANK_FLOOR
from workbench.results.typed import typed_table
from workbench.results.waves import SegmentDifferenceResult
from workbench.survey.design import Design, read_design
from workbench.survey.difference import Difference, difference
from workbench.survey.measure import TAGGED_REASON, checked_confidence, suppression_tags
from workbench.survey.outcome import (
    GroupEstimate,
    Outcome,
    estimate_group,
    outcome_label,
    read_outcome,
)
from workbench.survey.tracker import person_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from workbench.inputs.disclosure import SuppressionPattern
    from workbench.language import LocalizedText
    from workbench.survey.outcome import OutcomeKind

__all__ = ["compare_segments"]


def compare_segments(
    answers: pd.DataFrame,
    outcome: str,
    *,
    by: str | Sequence[str],
    respondent: str = "respondent_id",
    weight: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    kind: OutcomeKind | Literal["auto"] = "auto",
    label: LocalizedText = "",
    confidence: float = 0.95,
    alpha: float = 0.05,
    floor: int = FLOOR,
    rank_floor: int = RANK_FLOOR,
    protect: SuppressionPattern | None = None,
) -> SegmentDifferenceResult:
    """Compare each segment with all other respondents; call a difference only when it is sure.

    Parameters
    ----------
    answers
        One row per respondent, of one wave.
    outcome
        Column in points, as in :func:`compare_waves`.
    by
        Column, or list of columns, that splits the respondents.
    respondent
        Column that knows a respondent again, where one is in several rows.
    weight, strata, cluster, kind, label, confidence, floor, protect
        As in :func:`compare_waves`.
    alpha
        Largest adjusted p-value (Benjamini and Hochberg over all segments) called sure.
    rank_floor
        Fewest answers for a place in the ranking.

    Returns
    -------
    SegmentDifferenceResult
        A row per segment: ``segment n estimate rest difference ci_low ci_high p_value p_adjusted
        verdict rank suppressed reason``.

    Raises
    ------
    DataError
        If a column is absent, or ``by`` is empty.

    Examples
    --------
    >>> import pandas as pd
    >>> points = [60, 70] * 20 + [70, 80] * 20
    >>> answers = pd.DataFrame({"market": ["SE"] * 40 + ["NO"] * 40, "nki": points})
    >>> compare_segments(answers, "nki", by="market").table[["segment", "difference", "verdict"]]
      segment  difference verdict
    0      NO        10.0  higher
    1      SE       -10.0   lower
    """
    columns = by_columns(by)
    if not columns:
        raise DataError("by must name the column whose segments are compared.")
    level = checked_confidence(confidence)
    measured = read_outcome(answers, outcome, kind)
    design = read_design(answers, weight=weight, strata=strata, cluster=cluster)
    persons = person_numbers(answers, respondent)
    floor = protect.floor if protect is not None else checked_floor(floor)
    segments = split(answers, columns)
    tags = suppression_tags(
        answers,
        segments,
        lambda frame: read_outcome(frame, outcome, measured.kind).reading(),
        by=columns,
        floor=floor,
        protect=protect,
    )
    rows: list[dict[str, Any]] = []
    everyone = np.arange(len(answers), dtype=np.intp)
    for segment, tag in zip(segments, tags, strict=True):
        own = estimate_group(measured, design, segment.rows, confidence=level)
        rest = estimate_group(
            measured, design, np.setdiff1d(everyone, segment.rows), confidence=level
        )
        compared = difference(
            own, rest, outcome=measured, design=design, persons=persons, confidence=level
        )
        rows.append(_row(segment, own, rest, compared, tag))
    return SegmentDifferenceResult(
        table=_table(rows, columns, alpha, rank_floor),
        method=_method(measured, design, len(rows)),
        outcome=outcome,
        label=label or outcome_label(outcome),
        by=columns,
        confidence=level,
        alpha=alpha,
        floor=floor,
        rank_floor=rank_floor,
    )


def _row(
    segment: Segment, own: GroupEstimate, rest: GroupEstimate, compared: Difference, tag: str
) -> dict[str, Any]:
    cell = segment.cell if len(segment.cell) > 1 else {}
    named = {**cell, "segment": segment.name}
    if not own.rows.size:
        return {**named, "suppressed": "floor", "reason": "NO_ANSWERS"}
    if tag:
        return {**named, "suppressed": tag, "reason": TAGGED_REASON[tag]}
    return {
        **named,
        "n": own.rows.size,
        "estimate": own.estimate,
        "rest": rest.estimate,
        "difference": compared.change,
        "ci_low": compared.ci_low,
        "ci_high": compared.ci_high,
        "p_value": compared.p_value,
        "suppressed": "",
        "reason": compared.reason,
    }


def _table(
    rows: list[dict[str, Any]], by: tuple[str, ...], alpha: float, rank_floor: int
) -> pd.DataFrame:
    keys = [*(by if len(by) > 1 else ()), "segment"]
    numbers = ["estimate", "rest", "difference", "ci_low", "ci_high", "p_value", "p_adjusted"]
    table = typed_table(
        rows,
        {
            **dict.fromkeys(keys, "str"),
            "n": "Int64",
            **dict.fromkeys(numbers, "float64"),
            "verdict": "str",
            "rank": "Int64",
            **dict.fromkeys(["suppressed", "reason"], "str"),
        },
    )
    table["p_adjusted"] = benjamini_hochberg(table["p_value"].to_numpy())
    table["verdict"] = [
        _verdict(suppressed, p_adjusted, change, alpha)
        for suppressed, p_adjusted, change in zip(
            table["suppressed"], table["p_adjusted"], table["difference"], strict=True
        )
    ]
    ranked = table["estimate"].where((table["n"] >= rank_floor).fillna(False).astype(bool))
    table["rank"] = ranked.rank(ascending=False, method="min").astype("Int64")
    return table


def _verdict(suppressed: str, p_adjusted: float, change: float, alpha: float) -> str:
    if suppressed:
        return "hidden"
    if np.isnan(p_adjusted):
        return "unknown"
    if p_adjusted > alpha:
        return "no_sure_difference"
    return "higher" if change > 0 else "lower"


def _method(outcome: Outcome, design: Design, family: int) -> Message:
    tests = {
        "net": Message("difference recovered from the two score intervals"),
        "share": Message("difference recovered from the two score intervals"),
        "mean": Message("Welch’s t interval"),
    }[outcome.kind]
    return Message(
        "Each segment against all others: {test}; {design}; false-discovery rate over "
        "{family:integer} segments (Benjamini and Hochberg).",
        test=tests,
        design=design.words(),
        family=family,
    )
