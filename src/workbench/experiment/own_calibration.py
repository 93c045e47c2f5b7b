"""A/A calibration of a trial: its own units, assigned at random again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.experiment.calibration import AaMetric, calibrate
from workbench.experiment.check_tables import calibration_words
from workbench.experiment.gathering import gather
from workbench.experiment.plan import Plan, load_plan
from workbench.language import Message
from workbench.results.base import Check
from workbench.results.trial_checks import CalibrationResult

if TYPE_CHECKING:
    from pathlib import Path

    from workbench.experiment.gathering import Gathered
    from workbench.experiment.layout import MetricColumns

__all__ = ["calibrate_experiment"]

NOT_CALIBRATED = frozenset({"ordinal", "quantile"})


def calibrate_experiment(
    data: object, plan: Plan | str | Path, *, replications: int = 1000, seed: int = 0
) -> CalibrationResult:
    """Assign a trial's units at random again, and count false alarms of every metric.

    The outcomes stay as they are and the variants are drawn anew, so the true effect is zero: at
    95 % five intervals in a hundred should miss it, give or take what chance allows.

    Parameters
    ----------
    data, plan
        As in :func:`read_experiment`.
    replications
        Random re-assignments.
    seed
        Of the re-assignments.

    Returns
    -------
    CalibrationResult
        A row per metric. Ranks and quantiles are not calibrated.

    Raises
    ------
    PlanError, DataError
        As in :func:`read_experiment`.
    """
    plan = plan if isinstance(plan, Plan) else load_plan(plan)
    found = gather(plan.data_path if data is None else data, plan)
    chosen = [
        columns
        for columns in found.layout.metrics.values()
        if columns.metric.kind not in NOT_CALIBRATED
    ]
    values = _values(found, chosen)
    share = found.shares[found.treatments[0]]
    share = share / (share + found.shares[plan.model.control])
    results = calibrate(
        [_metric(values, columns) for columns in chosen],
        replications=replications,
        treatment_share=share,
        alpha=plan.model.alpha,
        seed=seed,
    )
    rows = [
        {name: getattr(result, name) for name in
         ("replications", "undecided", "alarms", "rate", "band_low", "band_high", "passed")}
        | {"metric": result.name}
        for result in results
    ]  # fmt: skip
    table = pd.DataFrame(rows).set_index("metric").reset_index()
    failed = [result.name for result in results if result.passed is False]
    return CalibrationResult(
        table=table.astype({"passed": "boolean"}),
        words=calibration_words(found.trial, table),
        method=Message("A/A: the same units, assigned at random again; the true effect is zero."),
        trial=found.trial,
        sentence=_sentence(failed, replications),
        alpha=plan.model.alpha,
        checks=tuple(_check(found, name) for name in failed),
    )


def _values(found: Gathered, metrics: list[MetricColumns]) -> dict[str, np.ndarray]:
    """Return the metrics' columns over all units; missing values are NaN.

    In the order of the values: units are drawn by their place, and neither the order of a file's
    rows nor the thread that read them first may decide who is drawn.
    """
    names = dict.fromkeys(name for one in metrics for name in (*one.outcomes, *one.covariates))
    columns = [f"{found.layout.columns[name]} AS c{i}" for i, name in enumerate(names)]
    arrays = found.source.arrays(
        f"SELECT {', '.join(columns)} FROM {{data}} ORDER BY ALL"  # noqa: S608 - quoted names
    )
    return {
        name: np.ma.filled(np.ma.asarray(arrays[f"c{i}"]).astype(float), np.nan)
        for i, name in enumerate(names)
    }


def _metric(values: dict[str, np.ndarray], columns: MetricColumns) -> AaMetric:
    """Return the columns of one metric over all units."""
    kind: Any = "share" if columns.metric.kind in {"proportion", "csat"} else "mean"
    kind = "ratio" if columns.denominator else kind
    covariates = [values[name] for name in columns.covariates]
    return AaMetric(
        name=columns.metric.name,
        kind=kind,
        outcome=values[columns.outcome],
        denominator=values[columns.denominator] if columns.denominator else None,
        covariates=_filled(covariates) if covariates else None,
    )


def _filled(covariates: list[np.ndarray]) -> np.ndarray | None:
    """Return covariates with missing values at the mean; None when there are none that vary."""
    filled: list[np.ndarray] = []
    for column in covariates:
        known = np.isfinite(column)
        if known.any() and float(np.ptp(column[known])) > 0:
            filled.append(np.where(known, column, column[known].mean()))
    return np.column_stack(filled) if filled else None


def _sentence(failed: list[str], replications: int) -> Message:
    if failed:
        return Message(
            "Over {n:integer} re-assignments, false alarms of {names} are not what chance allows.",
            n=replications,
            names=failed,
        )
    return Message(
        "Over {n:integer} re-assignments of the same units, every metric gave as many false "
        "alarms as it should.",
        n=replications,
    )


def _check(found: Gathered, name: str) -> Check:
    return Check(
        id=f"calibration:{name}",
        passed=False,
        text=Message(
            "{name} gives other than the planned share of false alarms on these data.",
            name=found.trial.metric(name),
        ),
    )
