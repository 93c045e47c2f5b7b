"""A study's outcome measured as the study says: its kind, items, scale and codes."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from workbench.inputs.disclosure import FLOOR
from workbench.results.survey import MeanResult
from workbench.survey.csat import csat
from workbench.survey.nki import nki
from workbench.survey.nps import nps

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from workbench.inputs.disclosure import SuppressionPattern
    from workbench.inputs.models.survey import SurveyModel
    from workbench.results.survey import MeasureResult

__all__ = ["measure"]


def measure(
    answers: pd.DataFrame,
    survey: SurveyModel,
    outcome: str,
    *,
    by: str | Sequence[str] | None = None,
    confidence: float = 0.95,
    floor: int = FLOOR,
    protect: SuppressionPattern | None = None,
    missing: pd.DataFrame | None = None,
) -> MeasureResult:
    """Measure an outcome of a study, with the weights, strata and clusters the study names.

    Parameters
    ----------
    answers
        As ``study.survey()`` returns them; filtered, or not.
    survey
        ``study.survey_model()``.
    outcome
        Name of the outcome.
    by, confidence, floor, protect, missing
        As in :func:`nps`.

    Returns
    -------
    MeasureResult
        An ``NpsResult``, ``NkiResult``, ``CsatResult``, or a ``MeanResult`` for a plain mean.

    Raises
    ------
    DataError
        As the measure does.
    """
    model = survey.outcomes[outcome]
    choices: dict[str, Any] = {
        "by": by,
        "weight": "weight" if survey.weight else None,
        "strata": survey.strata,
        "cluster": survey.cluster,
        "confidence": confidence,
        "floor": floor,
        "protect": protect,
        "missing": missing,
    }
    match model.kind:
        case "nps":
            return nps(answers, model.columns[0], **choices)
        case "csat":
            top = model.top or (9, 10)
            return csat(answers, model.columns[0], top=top, scale=model.scale, **choices)
        case _:
            found = nki(
                answers,
                list(model.columns),
                scale=model.scale or (1, 10),
                min_items=model.needed,
                **choices,
            )
            if model.kind == "nki":
                return found
            parts = {field.name: getattr(found, field.name) for field in fields(found)}
            return MeanResult(**parts, label=model.label or outcome)
