"""Goals: met, missed, or can't tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from workbench.errors import DataError
from workbench.inputs.disclosure import FLOOR
from workbench.inputs.segments import group_name
from workbench.language import Message
from workbench.results.goals import GoalResult
from workbench.survey.measure import checked_confidence
from workbench.survey.outcomes import measure

if TYPE_CHECKING:
    import pandas as pd

    from workbench.inputs.disclosure import SuppressionPattern
    from workbench.inputs.study import Study
    from workbench.results.survey import MeasureResult

__all__ = ["judge_goals", "judge_study_goals"]


def judge_goals(
    result: MeasureResult,
    target: float | Mapping[str, float],
    *,
    direction: Literal["at_least", "at_most"] = "at_least",
) -> GoalResult:
    """Judge each segment against its goal, by its interval rather than its estimate.

    Parameters
    ----------
    result
        Of :func:`nps`, :func:`nki` or :func:`csat`.
    target
        Points to reach, for every segment or per segment.
    direction
        Whether the target is to be reached from below or not to be passed.

    Returns
    -------
    GoalResult
        A row per segment: ``segment n estimate ci_low ci_high target distance verdict``; ``met``
        when the whole interval is on the right side, ``missed`` when it is on the wrong one,
        ``cannot_tell`` between, ``hidden``, ``no_goal``.

    Raises
    ------
    DataError
        If a target is off the measure's scale, or names a segment that is not there.

    Examples
    --------
    >>> import pandas as pd
    >>> from workbench.survey.nps import nps
    >>> answers = pd.DataFrame({"q": [10] * 60 + [8] * 25 + [3] * 15})
    >>> judge_goals(nps(answers, "q"), 25).table[["estimate", "ci_low", "verdict"]].round(1)
       estimate  ci_low verdict
    0      45.0    29.3     met
    """
    checked_confidence(result.confidence)
    if direction not in ("at_least", "at_most"):
        raise DataError(f"direction must be at_least or at_most; found '{direction}'.")
    low, high = result.scale
    names = [group_name(name) for name in result.table["segment"]]
    targets = (
        dict(target) if isinstance(target, Mapping) else dict.fromkeys(map(str, names), target)
    )
    unknown = [name for name in targets if name not in map(str, names)]
    if unknown:
        raise DataError(
            f"{len(unknown)} of {len(targets)} goals are for segments that are not in the table. "
            f"Name segments as the table does."
        )
    for value in targets.values():
        if not low <= float(value) <= high:
            raise DataError(
                f"A goal must lie on the measure's scale, {low:g} to {high:g}; found {value:g}."
            )
    table = result.table.drop(columns=["n_missing", "n_effective"], errors="ignore")
    table = table.drop(columns=["promoters", "passives", "detractors"], errors="ignore")
    wanted = np.array([float(targets.get(str(name), np.nan)) for name in names])
    sign = 1.0 if direction == "at_least" else -1.0
    table = table.assign(
        target=wanted,
        distance=table["estimate"] - wanted,
        verdict=[
            _verdict(sign * (edge_low - goal), sign * (edge_high - goal), hidden, goal)
            for edge_low, edge_high, goal, hidden in zip(
                table["ci_low"], table["ci_high"], wanted, table["suppressed"], strict=True
            )
        ],
    )
    order = [column for column in table if column not in ("suppressed", "reason")]
    return GoalResult(
        table=table[[*order, "suppressed", "reason"]].astype({"verdict": "str"}),
        method=Message(
            "Goal against the {confidence:percent} interval: met or missed only when all of it is "
            "on one side.",
            confidence=result.confidence,
        ),
        measured=result.name,
        measure=result.measure,
        by=result.by,
        direction=direction,
        signed=result.scale[0] < 0,
    )


def judge_study_goals(
    study: Study,
    answers: pd.DataFrame,
    *,
    market: str = "",
    confidence: float = 0.95,
    floor: int = FLOOR,
    protect: SuppressionPattern | None = None,
) -> dict[str, GoalResult]:
    """Judge the goals that a study names, on the answers of one wave.

    Parameters
    ----------
    study
        As :func:`workbench.load_study` returns it.
    answers
        Of the wave, and of the market where there is one.
    market
        The market the answers are from; empty for all. Goals for everyone are not judged on one
        market, and goals by market are judged on its own.
    confidence, floor, protect
        As in :func:`nps`.

    Returns
    -------
    dict
        Address in the report -> verdicts, in the study's order.
    """
    survey = study.survey_model()
    choices: dict[str, Any] = {"confidence": confidence, "floor": floor, "protect": protect}
    found: dict[str, GoalResult] = {}
    for goal in study.goals:
        target, by = goal.target, goal.segment
        if market:
            own = target.get(market) if isinstance(target, dict) and by == "market" else None
            if own is None:
                continue
            target, by = own, None
        measured = measure(answers, survey, goal.measure, by=by, **choices)
        judged = judge_goals(measured, target, direction=goal.direction)
        address = f"goal_{goal.measure}" + (f"_by_{by}" if by else "")
        if address in found:
            address = f"{address}_{len(found) + 1}"
        found[address] = replace(judged, due=goal.by, set_on=goal.set_on)
    return found


def _verdict(first: float, second: float, hidden: str, goal: float) -> str:
    if hidden:
        return "hidden"
    if np.isnan(goal):
        return "no_goal"
    if np.isnan(first) or np.isnan(second):
        return "cannot_tell"
    if min(first, second) >= 0:
        return "met"
    return "missed" if max(first, second) < 0 else "cannot_tell"
