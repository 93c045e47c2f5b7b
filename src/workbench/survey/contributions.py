"""Where the total's change comes from, and which segments it hides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from workbench.errors import DataError
from workbench.estimates import benjamini_hochberg
from workbench.inputs.disclosure import FLOOR, checked_floor
from workbench.inputs.segments import Segment, by_columns
from workbench.language import Message
from workbench.results import Check
from workbench.results.contributions import ContributionResult
from workbench.results.typed import typed_table
from workbench.survey.design import read_design
from workbench.survey.measure import TAGGED_REASON, checked_confidence
from workbench.survey.outcome import outcome_label, read_outcome
from workbench.survey.tracker import Level, Tracker, mix_groups, person_numbers
from workbench.survey.wave_order import compared_pairs, read_waves

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from workbench.inputs.disclosure import SuppressionPattern
    from workbench.language import LocalizedText
    from workbench.survey.mix import MixSplit
    from workbench.survey.outcome import OutcomeKind
    from workbench.survey.tracker import Change

__all__ = ["explain_change"]


def explain_change(
    answers: pd.DataFrame,
    outcome: str,
    *,
    by: str | Sequence[str],
    wave: str = "wave",
    at: str = "latest",
    against: str = "previous",
    order: Sequence[str] | None = None,
    respondent: str = "respondent_id",
    weight: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    kind: OutcomeKind | Literal["auto"] = "auto",
    label: LocalizedText = "",
    confidence: float = 0.95,
    alpha: float = 0.05,
    floor: int = FLOOR,
    protect: SuppressionPattern | None = None,
) -> ContributionResult:
    """Split the total's change between two waves into what each segment brought.

    A segment brings its own change times its share (*real*), and its distance from the total times
    the change of its share (*mix*); over all segments both sum to the total's change [1]_. It is
    *against the total* when its own change is sure and goes the other way.

    Parameters
    ----------
    answers
        One row per respondent and wave.
    outcome
        Column in points, as in :func:`compare_waves`.
    by
        Column, or list of columns, whose segments make up the total.
    wave, at, against, order, respondent, weight, strata, cluster, kind, label, confidence
        As in :func:`compare_waves`; ``at`` names one wave.
    alpha
        Largest adjusted p-value (over all segments) of a sure change.
    floor, protect
        As in :func:`compare_waves`.

    Returns
    -------
    ContributionResult
        A row per segment: ``segment share share_previous change ci_low ci_high p_adjusted real mix
        total against_total suppressed reason``.

    Raises
    ------
    DataError
        If a column is absent, or there is no earlier wave.

    References
    ----------
    .. [1] Kitagawa, E. M. (1955). Components of a difference between two rates. Journal of the
       American Statistical Association, 50(272), 1168-1194.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({
    ...     "wave": [1] * 40 + [2] * 40, "m": (["a"] * 30 + ["b"] * 10) * 2,
    ...     "nki": [70.0, 71] * 15 + [50, 51] * 5 + [70.0, 71] * 15 + [70, 71] * 5})
    >>> explain_change(answers, "nki", by="m").table[["segment", "change", "real"]].round(2)
      segment  change  real
    0       a     0.0   0.0
    1       b    20.0   5.0
    """
    columns = by_columns(by)
    if not columns:
        raise DataError("by must name the column whose segments make up the total.")
    if at == "all":
        raise DataError("at must name one wave, or 'latest': a change is explained one at a time.")
    level = checked_confidence(confidence)
    measured = read_outcome(answers, outcome, kind)
    codes, names = read_waves(answers, wave, order)
    tracker = Tracker(
        answers=answers,
        outcome=measured,
        design=read_design(answers, weight=weight, strata=strata, cluster=cluster),
        persons=person_numbers(answers, respondent),
        wave=wave,
        codes=codes,
        waves=names,
        groups=mix_groups(answers, columns),
        confidence=level,
        kind=measured.kind,
        floor=protect.floor if protect is not None else checked_floor(floor),
        protect=protect,
    )
    pairs = compared_pairs(names, at=at, against=against)
    if not pairs:
        raise DataError("A change needs two waves with answers; there is only one.")
    levels = tracker.levels(columns)
    changes = {_key(change.after): change for change in tracker.changes(levels, pairs)}
    totals = tracker.changes(tracker.levels(()), pairs)
    total = totals[0] if totals else None
    if total is None or total.split is None:
        raise DataError(
            "The total has no answers in one of the two waves, so there is no change to explain."
        )
    later, earlier = pairs[0]
    rows = _rows(levels, changes, total, tracker, later, earlier)
    table = _table(rows, columns, alpha, total.change.change)
    return ContributionResult(
        table=table,
        method=_method(tracker, len(table)),
        checks=_checks(table, total.change.change, total.split.real),
        outcome=outcome,
        label=label or outcome_label(outcome),
        by=columns,
        wave=names[later],
        previous=names[earlier],
        confidence=level,
        alpha=alpha,
        floor=tracker.floor,
        change=total.change.change,
        change_low=total.change.ci_low,
        change_high=total.change.ci_high,
        p_value=total.change.p_value,
        real=total.split.real,
        mix=total.split.mix,
        p_real=total.split.p_value,
    )


def _key(level: Level) -> tuple[object, ...]:
    return (level.segment.name, *level.segment.cell.values())


def _rows(
    levels: list[Level],
    changes: dict[tuple[object, ...], Change],
    total: Change,
    tracker: Tracker,
    later: int,
    earlier: int,
) -> list[dict[str, Any]]:
    by_key: dict[tuple[object, ...], dict[int, Level]] = {}
    for level in levels:
        if level.wave in (later, earlier):
            by_key.setdefault(_key(level), {})[level.wave] = level
    centre = (total.after.found.estimate + total.before.found.estimate) / 2
    split = total.split
    rows: list[dict[str, Any]] = []
    for key, pair in by_key.items():
        segment = next(iter(pair.values())).segment
        rows.append(
            {
                **(segment.cell if len(segment.cell) > 1 else {}),
                "segment": segment.name,
                **_part(segment, pair, changes.get(key), split, tracker, centre, later, earlier),
            }
        )
    return rows


def _part(
    segment: Segment,
    pair: dict[int, Level],
    change: Change | None,
    split: MixSplit | None,
    tracker: Tracker,
    centre: float,
    later: int,
    earlier: int,
) -> dict[str, Any]:
    """Return what one segment brought to the total's change."""
    tags = [level.tag for level in pair.values() if level.tag]
    if tags:
        return {"suppressed": tags[0], "reason": TAGGED_REASON[tags[0]]}
    code = int(tracker.groups[segment.rows[0]])
    part = next((p for p in (split.groups if split else ()) if p.group == code), None)
    if part is None:
        return {"suppressed": "floor", "reason": "NO_ANSWERS"}
    means = [
        pair[wave].found.estimate if wave in pair and pair[wave].found.rows.size else np.nan
        for wave in (earlier, later)
    ]
    whole = sum(
        share * (mean - centre)
        for share, mean in zip((-part.share_before, part.share_after), means, strict=True)
        if not np.isnan(mean)
    )
    found = None if change is None else change.change
    return {
        "n": pair[later].found.rows.size if later in pair else 0,
        "n_previous": pair[earlier].found.rows.size if earlier in pair else 0,
        "share": part.share_after,
        "share_previous": part.share_before,
        "change": np.nan if found is None else found.change,
        "ci_low": np.nan if found is None else found.ci_low,
        "ci_high": np.nan if found is None else found.ci_high,
        "p_value": np.nan if found is None else found.p_value,
        "real": part.real,
        "mix": whole - part.real,
        "total": whole,
        "suppressed": "",
        "reason": "ONE_WAVE_ONLY" if found is None else found.reason,
    }


def _table(
    rows: list[dict[str, Any]], by: tuple[str, ...], alpha: float, change: float
) -> pd.DataFrame:
    keys = [*(by if len(by) > 1 else ()), "segment"]
    numbers = ["share", "share_previous", "change", "ci_low", "ci_high", "p_value", "p_adjusted"]
    parts = ["real", "mix", "total"]
    table = typed_table(
        rows,
        {
            **dict.fromkeys(keys, "str"),
            **dict.fromkeys(["n", "n_previous"], "Int64"),
            **dict.fromkeys([*numbers, *parts], "float64"),
            "against_total": "bool",
            **dict.fromkeys(["suppressed", "reason"], "str"),
        },
    )
    table["p_adjusted"] = benjamini_hochberg(table["p_value"].to_numpy())
    opposite = np.sign(table["change"]) != np.sign(change)
    table["against_total"] = (table["p_adjusted"] <= alpha) & opposite
    return table


def _checks(table: pd.DataFrame, change: float, real: float) -> tuple[Check, ...]:
    checks: list[Check] = []
    turned = bool(np.sign(change) * np.sign(real) < 0)
    text = Message(
        "The total moved {change:points}, the segments themselves {real:points}: who answered "
        "turned the sign (Simpson’s paradox).",
        change=change,
        real=real,
    )
    if turned:
        checks.append(Check(id="simpson", passed=False, text=text))
    against = table[table["against_total"]]
    if not against.empty:
        text = Message(
            "{n:integer} segment clearly changed against the total: {worst} ({change:points} "
            "points).",
            "{n:integer} segments clearly changed against the total, {worst} most "
            "({change:points} points).",
            n=len(against),
            worst=str(against.iloc[int(against["change"].abs().argmax())]["segment"]),
            change=float(against.iloc[int(against["change"].abs().argmax())]["change"]),
        )
        checks.append(Check(id="segments_against_the_total", passed=False, text=text))
    return tuple(checks)


def _method(tracker: Tracker, family: int) -> Message:
    return Message(
        "Change split into the segments’ own change and the change of their shares (Kitagawa); "
        "{design}; false-discovery rate over {family:integer} segments.",
        design=tracker.design.words(),
        family=family,
    )
