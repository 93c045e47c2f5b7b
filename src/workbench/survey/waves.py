"""Change since an earlier wave: real, mix, or noise."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from workbench.errors import DataError
from workbench.estimates import benjamini_hochberg
from workbench.inputs.disclosure import FLOOR, checked_floor
from workbench.inputs.segments import by_columns
from workbench.language import Message
from workbench.results.waves import WaveChangeResult
from workbench.survey.design import read_design
from workbench.survey.measure import checked_confidence
from workbench.survey.outcome import outcome_label, read_outcome
from workbench.survey.tracker import Tracker, WaveMarks, mix_groups, person_numbers
from workbench.survey.wave_order import compared_pairs, read_waves
from workbench.survey.wave_tables import (
    P_VALUES,
    change_table,
    judged,
    levels_table,
    thumb_table,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from workbench.inputs.disclosure import SuppressionPattern
    from workbench.language import LocalizedText
    from workbench.survey.outcome import OutcomeKind

__all__ = ["adjust_together", "compare_waves", "weighted_p_values"]

BUDGET = (0.5, 0.3, 0.2)  # of the error, for the first table, others of its outcome, and the rest


def compare_waves(
    answers: pd.DataFrame,
    outcome: str,
    *,
    by: str | Sequence[str] | None = None,
    wave: str = "wave",
    at: str = "latest",
    against: str = "previous",
    order: Sequence[str] | None = None,
    dates: Mapping[str, dt.date] | None = None,
    mix_by: str | Sequence[str] | None = None,
    respondent: str = "respondent_id",
    weight: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    preliminary: Collection[str] = (),
    broken: Collection[str] = (),
    kind: OutcomeKind | Literal["auto"] = "auto",
    label: LocalizedText = "",
    confidence: float = 0.95,
    alpha: float = 0.05,
    rule_of_thumb: float = 2.0,
    floor: int = FLOOR,
    protect: SuppressionPattern | None = None,
) -> WaveChangeResult:
    """Say of each segment whether it changed: more than noise, a change of mix, or neither.

    A change is *real* when its p-value, adjusted for every row of the table (Benjamini and
    Hochberg), is at most ``alpha`` and the part that the composition does not explain is beyond
    noise as well. It is *masked* when that part alone is sure: the groups changed, and who answered
    hid it. Respondents found in both waves enter through their covariance.

    Parameters
    ----------
    answers
        One row per respondent and wave.
    outcome
        Column in points: NPS as -100, 0, 100; CSAT as 0, 100; an index 0 to 100; or any number.
    by
        Column, or list of columns, that splits the respondents. Default: everyone.
    wave, order, dates
        Column of the wave; the waves by date (default: sorted); their dates, for ``year_before``.
    at
        Which waves to judge: ``latest``, ``all`` or a wave. All of them share one correction, so
        judging old waves again makes it harder for the newest.
    against
        ``previous``, ``year_before`` or a wave.
    mix_by
        Columns whose composition is held still in ``real``; what it explains is ``mix``. With
        none, all of a change is real.
    respondent
        Column that knows a respondent again; without it, the waves are taken as other people.
    weight, strata, cluster
        Columns of the sampling design.
    preliminary
        Waves that are not closed: their change is shown, and not judged.
    broken
        Waves from which on the outcome was worded otherwise: no change across them is computed.
    kind
        ``net``, ``share`` or ``mean``; ``auto`` tells by the values.
    label
        What a report calls the outcome; default: NKI, NPS, CSAT, or its column.
    confidence, alpha
        Level of the intervals; largest adjusted p-value called real.
    rule_of_thumb
        Points that a popular rule calls a significant change; ``thumb`` shows how often it would
        call one by chance alone.
    floor, protect
        As in :func:`nps`; waves are never summed.

    Returns
    -------
    WaveChangeResult
        ``segment wave previous change ci_low ci_high p_value p_adjusted real mix verdict`` and
        what they rest on; ``total``, ``levels`` and ``thumb`` beside.

    Raises
    ------
    DataError
        If a column is absent, a row has no wave, or a wave named is not there.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"wave": [1] * 50 + [2] * 50, "nki": [60, 70] * 25 + [70, 80] * 25})
    >>> compare_waves(answers, "nki").table[["segment", "wave", "change", "real", "verdict"]]
      segment wave  change  real verdict
    0     all    2    10.0  10.0    real
    """
    level = checked_confidence(confidence)
    checked_confidence(1 - alpha)
    columns = by_columns(by)
    if wave in columns:
        raise DataError(f"by must not name the wave column '{wave}': waves are compared anyway.")
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
        groups=mix_groups(answers, by_columns(mix_by)),
        confidence=level,
        kind=measured.kind,
        floor=protect.floor if protect is not None else checked_floor(floor),
        protect=protect,
    )
    pairs = compared_pairs(names, at=at, against=against, dates=dates)
    marks = WaveMarks.read(names, preliminary, broken)
    levels = tracker.levels(columns)
    rows = tracker.changes(levels, pairs)
    table = total = change_table(rows, columns, marks, names, alpha=alpha)
    if columns:
        whole = replace(tracker, groups=mix_groups(answers, columns))
        together = whole.changes(whole.levels(()), pairs)
        total = change_table(together, (), marks, names, alpha=alpha)
    return WaveChangeResult(
        table=table,
        thumb=thumb_table(table, columns, rule_of_thumb, level),
        total=total,
        levels=levels_table(levels, columns, marks, names),
        method=_method(tracker, len(rows)),
        outcome=outcome,
        label=label or outcome_label(outcome),
        by=columns,
        mix_by=by_columns(mix_by),
        confidence=level,
        alpha=alpha,
        rule_of_thumb=rule_of_thumb,
        floor=tracker.floor,
        family=len(rows),
    )


def adjust_together(*results: WaveChangeResult) -> tuple[WaveChangeResult, ...]:
    """Correct the changes of several tables for all that were looked at, as one report does.

    The false-discovery rate is held over all rows of all tables, with half of the error budget for
    the first table, three tenths for other tables of its outcome and the rest for the others
    (weighted Benjamini and Hochberg [1]_). So the question a report is about is not drowned by
    what is shown beside it, and a report on a tracker that stands still is called changed no more
    often.

    Parameters
    ----------
    results
        Every table of changes that a report shows, the one it is about first.

    Returns
    -------
    tuple
        The same results with ``p_adjusted`` and ``verdict`` over all rows of all tables. Where one
        of them is of everyone, it is also the ``total`` of those that split its outcome.

    References
    ----------
    .. [1] Genovese, C. R., Roeder, K., & Wasserman, L. (2006). False discovery control with
       p-value weighting. Biometrika, 93(3), 509-524.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"wave": [1] * 50 + [2] * 50, "a": [60, 70] * 25 + [70, 80] * 25})
    >>> one, other = adjust_together(compare_waves(frame, "a"), compare_waves(frame, "a"))
    >>> one.family
    2
    """
    if not results:
        return ()
    classes = np.concatenate(
        [
            np.full(len(result.table), 0 if place == 0 else 1 if _same(result, results[0]) else 2)
            for place, result in enumerate(results)
        ]
    )
    adjusted = {
        name: benjamini_hochberg(
            weighted_p_values(
                np.concatenate([result.table[name].to_numpy(dtype=float) for result in results]),
                classes,
            )
        )
        for name in P_VALUES
    }
    looked_at = sum(int(result.table["p_value"].notna().sum()) for result in results)
    corrected: list[WaveChangeResult] = []
    start = 0
    for result in results:
        end = start + len(result.table)
        table = result.table.assign(
            p_adjusted=adjusted["p_value"][start:end], p_real_adjusted=adjusted["p_real"][start:end]
        )
        method = result.method.with_values(family=looked_at)
        judged_table = judged(table, result.alpha)
        corrected.append(replace(result, table=judged_table, family=looked_at, method=method))
        start = end
    return tuple(_with_shared_total(result, corrected) for result in corrected)


def _with_shared_total(
    result: WaveChangeResult, corrected: Sequence[WaveChangeResult]
) -> WaveChangeResult:
    """Judge everyone together as the table of everyone does: one number has one verdict."""
    if not result.by:
        return replace(result, total=result.table)
    pairs = ["wave", "previous"]
    for other in corrected:
        is_everyone = not other.by and _same(result, other)
        if is_everyone and other.table[pairs].equals(result.total[pairs]):
            return replace(result, total=other.table)
    return result


def _same(one: WaveChangeResult, other: WaveChangeResult) -> bool:
    return one.outcome == other.outcome


def weighted_p_values(
    p_values: NDArray[np.float64], classes: NDArray[np.int_]
) -> NDArray[np.float64]:
    """Divide p-values by weights that average 1 over what was looked at, shared by class."""
    looked_at = ~np.isnan(p_values)
    counts = np.bincount(classes[looked_at], minlength=len(BUDGET))
    budget = np.where(counts > 0, BUDGET, 0.0)
    if not budget.any():
        return p_values
    weights = budget / budget.sum() * counts.sum() / np.maximum(counts, 1)
    return p_values / np.where(weights > 0, weights, 1.0)[classes]


def _method(tracker: Tracker, family: int) -> Message:
    tests = {
        "net": Message("difference recovered from the two score intervals"),
        "share": Message("difference recovered from the two score intervals"),
        "mean": Message("Welch’s t interval"),
    }[tracker.kind]
    return Message(
        "Change between waves: {test}; {design}; respondents in both waves through their "
        "covariance; false-discovery rate over {family:integer} changes (Benjamini and Hochberg).",
        test=tests,
        design=tracker.design.words(),
        family=family,
    )
