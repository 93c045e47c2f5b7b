"""Effects by segment, for the columns the plan names and no other, behind a test."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.experiment.layout import VARIANT
from workbench.experiment.multiplicity import holm
from workbench.experiment.segment_effects import detectable_gap, heterogeneity
from workbench.language import Message
from workbench.results.experiment import SegmentEffectsResult

if TYPE_CHECKING:
    from workbench.experiment.effect import Effect
    from workbench.experiment.metric_effects import Estimator
    from workbench.experiment.readings import MetricReading
    from workbench.experiment.segment_effects import Heterogeneity
    from workbench.results.trial import Trial

__all__ = ["segment_result"]

TESTS = ["segment", "groups", "statistic", "df", "p_value", "p_adjusted", "shown", "between",
         "detectable", "reason"]  # fmt: skip
EFFECTS = ["segment", "value", "n", "estimate", "ci_low", "ci_high", "raw"]


def segment_result(
    estimator: Estimator, trial: Trial, reading: MetricReading, *, floor: int = 7
) -> SegmentEffectsResult | None:
    """Test every segment of the plan on a primary effect; None when the plan names none.

    Groups with fewer than ``floor`` units in a variant take no part. Effects are shown only for
    columns whose test passes after Holm's correction, and then pulled to the common effect.
    """
    model = estimator.plan.model
    if not model.segments or reading.metric.kind in {"ordinal", "quantile"}:
        return None
    found = {column: _effects(estimator, reading, column, floor) for column in model.segments}
    tests = {
        column: heterogeneity(
            [effect.estimate or 0.0 for effect in effects.values()],
            [effect.standard_error or 1.0 for effect in effects.values()],
            confidence=1 - model.alpha,
        )
        for column, effects in found.items()
    }
    adjusted = holm([test.p_value if test else None for test in tests.values()])
    rows: list[dict[str, Any]] = []
    shown: list[dict[str, Any]] = []
    for (column, test), p in zip(tests.items(), adjusted, strict=True):
        passes = p is not None and p < model.alpha
        rows.append(_test_row(column, test, p, passes, found[column], model.alpha, model.power))
        if passes and test is not None:
            shown += _effect_rows(column, test, found[column])
    names = [row["segment"] for row in rows if row["shown"]]
    return SegmentEffectsResult(
        table=pd.DataFrame(rows, columns=TESTS),
        method=Message(
            "Segments: Wald test for interaction, Holm over the columns; effects pulled to the "
            "common one (DerSimonian-Laird)."
        ),
        trial=trial,
        sentence=_sentence(names, rows),
        metric=reading.metric.name,
        variant=reading.variant,
        effects=pd.DataFrame(shown, columns=EFFECTS) if shown else None,
    )


def _effects(
    estimator: Estimator, reading: MetricReading, column: str, floor: int
) -> dict[str, Effect]:
    """Return the plain effect in every group that is large enough for one."""
    values = estimator.cells.keys[column]
    found: dict[str, Effect] = {}
    for value in sorted({str(v) for v in values if v is not None}):
        cells = estimator.cells.subset(np.array([str(v) == value for v in values]))
        part = replace(estimator, cells=cells, design=estimator.design or {})
        effect = part.effect(reading.metric, reading.variant).planned
        smallest = min(
            cells.count(cells.where(**{VARIANT: variant}))
            for variant in (reading.variant, estimator.plan.model.control)
        )
        if effect.standard_error and effect.estimate is not None and smallest >= floor:
            found[value] = effect
    return found


def _test_row(
    column: str,
    test: Heterogeneity | None,
    p_adjusted: float | None,
    passes: bool,
    effects: dict[str, Effect],
    alpha: float,
    power: float,
) -> dict[str, Any]:
    if test is None:
        return dict.fromkeys(TESTS) | {
            "segment": column, "groups": len(effects), "shown": False, "reason": "TOO_FEW",
        }  # fmt: skip
    errors = [effect.standard_error or 0.0 for effect in effects.values()]
    return {
        "segment": column,
        "groups": len(effects),
        "statistic": test.statistic,
        "df": test.df,
        "p_value": test.p_value,
        "p_adjusted": p_adjusted,
        "shown": passes,
        "between": test.between,
        "detectable": detectable_gap(errors, alpha=alpha, power=power),
        "reason": "",
    }


def _effect_rows(
    column: str, test: Heterogeneity, effects: dict[str, Effect]
) -> list[dict[str, Any]]:
    return [
        {
            "segment": column,
            "value": value,
            "n": effect.n_treatment + effect.n_control,
            "estimate": float(test.shrunk[i]),
            "ci_low": float(test.ci_low[i]),
            "ci_high": float(test.ci_high[i]),
            "raw": effect.estimate,
        }
        for i, (value, effect) in enumerate(effects.items())
    ]


def _sentence(names: list[str], rows: list[dict[str, Any]]) -> Message:
    if names:
        return Message("The effect differs by {names}.", names=names)
    if all(row["p_value"] is None for row in rows):
        return Message("No segment is large enough for a test.")
    return Message(
        "No segment is shown to gain more or less than another ({n:integer} way of splitting "
        "looked at).",
        "No segment is shown to gain more or less than another ({n:integer} ways of splitting "
        "looked at).",
        n=len(rows),
    )
