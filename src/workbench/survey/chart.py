"""Control chart of a tracker: limits that know chance and the tracker's own unrest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from workbench.errors import DataError
from workbench.inputs.disclosure import FLOOR, checked_floor
from workbench.inputs.segments import by_columns
from workbench.language import Message
from workbench.results.chart import ControlChartResult
from workbench.results.typed import typed_table
from workbench.survey.design import read_design
from workbench.survey.measure import TAGGED_REASON, checked_confidence
from workbench.survey.outcome import outcome_label, read_outcome
from workbench.survey.tracker import Level, Tracker, WaveMarks, mix_groups, person_numbers
from workbench.survey.wave_order import read_waves

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import pandas as pd

    from workbench.inputs.disclosure import SuppressionPattern
    from workbench.language import LocalizedText
    from workbench.survey.outcome import OutcomeKind

__all__ = ["Rule", "control_chart", "rule_signals"]

Rule = Literal["beyond", "two_of_three", "four_of_five", "run_of_eight"]
"""``beyond``: past a limit (three sigma); ``two_of_three`` past two sigma on one side;
``four_of_five`` past one sigma on one side; ``run_of_eight`` on one side of the centre."""

_FEWEST_WAVES = 6
_RANGE_TO_SIGMA = 1.128  # expected range of two values, in sigmas


def control_chart(
    answers: pd.DataFrame,
    outcome: str,
    *,
    by: str | Sequence[str] | None = None,
    rules: Sequence[Rule] = ("beyond",),
    wave: str = "wave",
    order: Sequence[str] | None = None,
    weight: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    preliminary: Collection[str] = (),
    broken: Collection[str] = (),
    kind: OutcomeKind | Literal["auto"] = "auto",
    label: LocalizedText = "",
    confidence: float = 0.95,
    floor: int = FLOOR,
    protect: SuppressionPattern | None = None,
) -> ControlChartResult:
    """Draw limits around a tracker's own level that know how few or many answered each wave.

    Laney's chart [1]_: limits are three standard errors of the wave from the centre, widened by how
    much more than sampling the earlier waves moved (never narrowed). Centre and unrest come from
    the waves before the newest, so a new wave does not hide itself.

    Parameters
    ----------
    answers
        One row per respondent and wave.
    outcome
        Column in points, as in :func:`compare_waves`.
    by
        Column, or list of columns: one chart per segment.
    rules
        Which signals count; more rules, more false alarms.
    wave, order, weight, strata, cluster, kind, label, confidence, floor, protect
        As in :func:`compare_waves`.
    preliminary
        Waves that are not closed: drawn, and not judged.
    broken
        Waves from which on the outcome was worded otherwise: the line starts anew.

    Returns
    -------
    ControlChartResult
        A row per segment and wave: ``estimate centre limit_low limit_high z signal``; a stretch of
        fewer than six waves has no limits, with ``reason`` ``TOO_FEW_WAVES``.

    References
    ----------
    .. [1] Laney, D. B. (2002). Improved control charts for attributes. Quality Engineering, 14(4),
       531-537.

    Examples
    --------
    >>> import pandas as pd
    >>> rng = np.random.default_rng(3)
    >>> answers = pd.DataFrame({"wave": np.repeat(range(10), 200)})
    >>> answers["nki"] = np.clip(rng.normal(70, 17, 2000) - 9 * (answers["wave"] == 9), 0, 100)
    >>> chart = control_chart(answers, "nki", order=[str(wave) for wave in range(10)])
    >>> chart.table.loc[chart.table["signal"] != "", ["wave", "signal"]].to_numpy().tolist()
    [['9', 'beyond']]
    """
    columns = by_columns(by)
    unknown = [rule for rule in rules if rule not in get_args(Rule)]
    if unknown:
        raise DataError(f"rules must be among {', '.join(get_args(Rule))}; found '{unknown[0]}'.")
    level = checked_confidence(confidence)
    measured = read_outcome(answers, outcome, kind)
    codes, names = read_waves(answers, wave, order)
    tracker = Tracker(
        answers=answers,
        outcome=measured,
        design=read_design(answers, weight=weight, strata=strata, cluster=cluster),
        persons=person_numbers(answers, "respondent_id"),
        wave=wave,
        codes=codes,
        waves=names,
        groups=mix_groups(answers, ()),
        confidence=level,
        kind=measured.kind,
        floor=protect.floor if protect is not None else checked_floor(floor),
        protect=protect,
    )
    marks = WaveMarks.read(names, preliminary, broken)
    by_segment: dict[tuple[object, ...], list[Level]] = {}
    for one in tracker.levels(columns):
        by_segment.setdefault((one.segment.name, *one.segment.cell.values()), []).append(one)
    rows: list[dict[str, Any]] = []
    for series in by_segment.values():
        series.sort(key=lambda one: one.wave)
        for stretch in _stretches(series, marks):
            rows += _stretch_rows(stretch, marks, names, tuple(rules))
    return ControlChartResult(
        table=_table(rows, columns),
        method=_method(tuple(rules), tracker),
        outcome=outcome,
        label=label or outcome_label(outcome),
        by=columns,
        rules=tuple(rules),
        confidence=level,
        floor=tracker.floor,
    )


def _stretches(series: list[Level], marks: WaveMarks) -> list[list[Level]]:
    """Cut the line where the wording changed."""
    stretches: list[list[Level]] = []
    for level in series:
        if not stretches or marks.breaks(level.wave, stretches[-1][-1].wave):
            stretches.append([])
        stretches[-1].append(level)
    return stretches


def _stretch_rows(
    stretch: list[Level], marks: WaveMarks, waves: list[str], rules: tuple[Rule, ...]
) -> list[dict[str, Any]]:
    judged = [
        level
        for level in stretch
        if not level.tag
        and level.found.error.variance is not None
        and waves[level.wave] not in marks.preliminary
    ]
    limits = _limits(judged)
    signals: dict[int, str] = {}
    scores: dict[int, float] = {}
    if limits is not None:
        centre, unrest = limits
        for level in judged:
            error = float(np.sqrt(level.found.error.variance or np.nan))
            scores[level.wave] = (level.found.estimate - centre) / (error * unrest)
        found = rule_signals(list(scores.values()), rules)
        signals = dict(zip(scores, found, strict=True))
    return [_row(level, waves, limits, scores, signals, marks) for level in stretch]


def _limits(judged: list[Level]) -> tuple[float, float] | None:
    """Return the centre and how much more than sampling the waves before the newest moved."""
    if len(judged) < _FEWEST_WAVES:
        return None
    known = judged[:-1]
    estimates = np.array([level.found.estimate for level in known])
    variances = np.array([float(level.found.error.variance or np.nan) for level in known])
    centre = float(np.average(estimates, weights=1 / variances))
    standard = (estimates - centre) / np.sqrt(variances)
    unrest = float(np.abs(np.diff(standard)).mean()) / _RANGE_TO_SIGMA
    return centre, max(unrest, 1.0)


def rule_signals(scores: Sequence[float], rules: Sequence[Rule] = ("beyond",)) -> list[str]:
    """Return the first rule that each point breaks, or ``""``.

    Parameters
    ----------
    scores
        Distances from the centre in sigmas, by wave.
    rules
        Which rules count, the first named wins.

    Examples
    --------
    >>> rule_signals([0.1, -3.2, 2.1, 0.0, 2.2], ["beyond", "two_of_three"])
    ['', 'beyond', '', '', 'two_of_three']
    """
    found: list[str] = []
    for place in range(len(scores)):
        so_far = np.array(scores[: place + 1])
        broken = [rule for rule in rules if _breaks(so_far, rule)]
        found.append(broken[0] if broken else "")
    return found


def _breaks(scores: np.ndarray, rule: Rule) -> bool:
    """Whether the newest point completes a rule's pattern, on its own side."""
    newest = scores[-1]
    if rule == "beyond":
        return bool(abs(newest) > 3)
    window, needed, distance = {
        "two_of_three": (3, 2, 2.0),
        "four_of_five": (5, 4, 1.0),
        "run_of_eight": (8, 8, 0.0),
    }[rule]
    side = np.sign(newest)
    same = side * scores[-window:] > distance
    return bool(len(same) >= needed and same.sum() >= needed and same[-1])


def _row(
    level: Level,
    waves: list[str],
    limits: tuple[float, float] | None,
    scores: dict[int, float],
    signals: dict[int, str],
    marks: WaveMarks,
) -> dict[str, Any]:
    cell = level.segment.cell if len(level.segment.cell) > 1 else {}
    named = {**cell, "segment": level.segment.name, "wave": waves[level.wave]}
    is_preliminary = waves[level.wave] in marks.preliminary
    shared = {"preliminary": is_preliminary, "broken": level.wave in marks.broken, "signal": ""}
    if level.tag or not level.found.rows.size:
        tag = level.tag or "floor"
        reason = TAGGED_REASON[tag] if level.tag else "NO_ANSWERS"
        return {**named, **shared, "suppressed": tag, "reason": reason}
    found = level.found
    row: dict[str, Any] = {
        **named,
        **shared,
        "n": found.rows.size,
        "estimate": found.estimate,
        "ci_low": found.ci_low,
        "ci_high": found.ci_high,
        "suppressed": "",
        "reason": found.error.reason or ("" if limits else "TOO_FEW_WAVES"),
    }
    if limits is not None and found.error.variance is not None:
        reach = 3 * limits[1] * float(np.sqrt(found.error.variance))
        row |= {
            "centre": limits[0],
            "limit_low": limits[0] - reach,
            "limit_high": limits[0] + reach,
            "z": scores.get(level.wave, np.nan),
            "signal": signals.get(level.wave, ""),
        }
        if is_preliminary:
            row["reason"] = "PRELIMINARY"
    return row


def _table(rows: list[dict[str, Any]], by: tuple[str, ...]) -> pd.DataFrame:
    keys = [*(by if len(by) > 1 else ()), "segment", "wave"]
    numbers = ["estimate", "ci_low", "ci_high", "centre", "limit_low", "limit_high", "z"]
    return typed_table(
        rows,
        {
            **dict.fromkeys(keys, "str"),
            "n": "Int64",
            **dict.fromkeys(numbers, "float64"),
            "signal": "str",
            **dict.fromkeys(["preliminary", "broken"], "bool"),
            **dict.fromkeys(["suppressed", "reason"], "str"),
        },
    )


def _method(rules: tuple[Rule, ...], tracker: Tracker) -> Message:
    named = {
        "beyond": Message("a wave past a limit"),
        "two_of_three": Message("two of three past two sigma"),
        "four_of_five": Message("four of five past one sigma"),
        "run_of_eight": Message("eight on one side"),
    }
    return Message(
        "Control chart (Laney): three standard errors of each wave, widened by the unrest of the "
        "waves before the newest; signals: {rules}; {design}.",
        rules=[named[rule] for rule in rules],
        design=tracker.design.words(),
    )
