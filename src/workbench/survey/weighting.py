"""What weights do: every outcome of a wave with them and without, and what they cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.errors import DataError
from workbench.estimates import kish_effective_n
from workbench.inputs.disclosure import FLOOR, checked_floor
from workbench.inputs.waves import LATEST, resolved_wave
from workbench.language import Message
from workbench.results.base import Check
from workbench.results.weighting import WeightingResult
from workbench.survey.outcomes import measure

if TYPE_CHECKING:
    from workbench.inputs.disclosure import SuppressionPattern
    from workbench.inputs.models.survey import SurveyModel
    from workbench.results.survey import MeasureResult

__all__ = ["weight_effects"]

_COSTLY = 2.0
_HEAVY = 5.0


def weight_effects(
    answers: pd.DataFrame,
    survey: SurveyModel,
    *,
    wave: str = LATEST,
    confidence: float = 0.95,
    floor: int = FLOOR,
    protect: SuppressionPattern | None = None,
) -> WeightingResult:
    """Measure every outcome of a wave with the study's weights and without.

    Parameters
    ----------
    answers
        As ``study.survey()`` returns them; filtered, or not.
    survey
        ``study.survey_model()``, with a ``weight``.
    wave
        The wave whose outcomes are measured; the weights of every wave are described.
    confidence, floor, protect
        As in :func:`nps`.

    Returns
    -------
    WeightingResult
        A row per outcome: weighted and unweighted estimate, each with its interval, and their
        difference; ``weights`` by wave: effective n and design effect (Kish) [1]_.

    Raises
    ------
    DataError
        If the study names no weight.

    References
    ----------
    .. [1] Kish, L. (1992). Weighting for unequal Pi. Journal of Official Statistics, 8(2), 183-200.
    """
    if survey.weight is None:
        raise DataError(
            "The study must name a weight to compare with none; `[survey]` has no `weight`. Name "
            "the column, or make weights with `wb.rake`."
        )
    waves = list(dict.fromkeys(answers["wave"].astype("str")))
    wave = resolved_wave(wave, waves)
    now = answers[answers["wave"] == wave]
    without = survey.model_copy(update={"weight": None})
    choices: dict[str, Any] = {"confidence": confidence, "floor": floor, "protect": protect}
    measured = {name: measure(now, survey, name, **choices) for name in survey.outcomes}
    rows = [
        _row(name, found, measure(now, without, name, **choices))
        for name, found in measured.items()
    ]
    weights = _by_wave(answers, waves, checked_floor(floor))
    return WeightingResult(
        table=_typed(rows),
        weights=weights,
        method=Message(
            "Weighted and unweighted estimates of the same answers, each with its own interval. "
            "Effective n: (sum of weights) squared over the sum of squared weights (Kish)."
        ),
        checks=tuple(_checks(weights, wave)),
        wave=wave,
        labels={
            name: survey.outcomes[name].label or found.name for name, found in measured.items()
        },
        confidence=confidence,
    )


def _row(name: str, weighted: MeasureResult, plain: MeasureResult) -> dict[str, Any]:
    one, other = (found.table.iloc[0].to_dict() for found in (weighted, plain))
    row = {
        "outcome": name,
        **{key: one[key] for key in ("n", "n_effective", "estimate", "ci_low", "ci_high")},
        "unweighted": other["estimate"],
        "unweighted_low": other["ci_low"],
        "unweighted_high": other["ci_high"],
        **{key: one[key] for key in ("suppressed", "reason")},
    }
    if pd.notna(one["estimate"]) and pd.notna(other["estimate"]):
        row["difference"] = one["estimate"] - other["estimate"]
    if pd.notna(one["ci_low"]) and pd.notna(other["estimate"]):
        row["turns"] = not one["ci_low"] <= other["estimate"] <= one["ci_high"]
    return row


_NUMBERS = (
    *("n_effective", "estimate", "ci_low", "ci_high"),
    *("unweighted", "unweighted_low", "unweighted_high", "difference"),
)


def _typed(rows: list[dict[str, Any]]) -> pd.DataFrame:
    columns = ["outcome", "n", *_NUMBERS, "turns", "suppressed", "reason"]
    frame = pd.DataFrame(rows, columns=columns)
    types = {"outcome": "str", "n": "Int64", "turns": "boolean", "suppressed": "str"}
    return frame.astype({**dict.fromkeys(_NUMBERS, "float64"), **types, "reason": "str"})


def _by_wave(answers: pd.DataFrame, waves: list[str], floor: int) -> pd.DataFrame:
    """Describe the weights of each wave that has enough rows to show."""
    rows: list[dict[str, Any]] = []
    for wave in waves:
        weights = answers.loc[answers["wave"] == wave, "weight"].to_numpy(dtype="float64")
        if len(weights) < floor or not weights.sum() > 0:
            continue
        effective = kish_effective_n(weights)
        rows.append(
            {
                "wave": wave,
                "n": len(weights),
                "n_effective": effective,
                "design_effect": len(weights) / effective,
                "smallest": float(weights.min() / weights.mean()),
                "largest": float(weights.max() / weights.mean()),
                "n_zero": int(np.sum(weights == 0)),
            }
        )
    columns = ["wave", "n", "n_effective", "design_effect", "smallest", "largest", "n_zero"]
    return pd.DataFrame(rows, columns=columns).astype({"wave": "str", "n": "int64"})


def _checks(weights: pd.DataFrame, wave: str) -> list[Check]:
    now = weights[weights["wave"] == wave]
    if now.empty:
        return []
    row = now.iloc[0]
    return [
        Check(
            id="design_effect",
            passed=bool(row["design_effect"] <= _COSTLY),
            text=Message(
                "The design effect of the weights is {effect:number2}; above {most:number} more "
                "than half of the answers are lost to unequal weights.",
                effect=row["design_effect"],
                most=_COSTLY,
            ),
        ),
        Check(
            id="largest_weight",
            passed=bool(row["largest"] <= _HEAVY),
            text=Message(
                "The largest weight is {largest:number} times the mean; above {most:number} a few "
                "answers can decide a number.",
                largest=row["largest"],
                most=_HEAVY,
            ),
        ),
    ]
