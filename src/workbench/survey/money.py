"""Satisfaction and money: what one point more goes with, as a range and with a caution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.errors import DataError
from workbench.estimates.bootstrap import score_covariance
from workbench.inputs.disclosure import FLOOR, checked_floor
from workbench.inputs.segments import by_columns
from workbench.language import LocalizedText, Message
from workbench.results.money import MoneyKind, MoneyResult
from workbench.survey.cumulative import fit_cumulative, row_pieces
from workbench.survey.design import read_design
from workbench.survey.driver_data import DriverData, read_drivers, sampled_rows
from workbench.survey.driver_tables import student_reach, typed
from workbench.survey.effects import STEP, fit_linear
from workbench.survey.measure import checked_confidence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from workbench.survey.subsets import Floats

__all__ = ["money_association"]

LEAST_ANSWERS = 50
_TRIM = 0.99
_TABLE = ("reading", "n", "estimate", "ci_low", "ci_high", "reason")


def money_association(
    answers: pd.DataFrame,
    outcome: str,
    money: str,
    *,
    kind: MoneyKind = "amount",
    controls: str | Sequence[str] | None = None,
    unit: str = "",
    weight: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    confidence: float = 0.95,
    floor: int = FLOOR,
    labels: Mapping[str, LocalizedText] | None = None,
) -> MoneyResult:
    """Revenue or churn that goes with one point more of NKI or NPS.

    Several readings, because one would look surer than it is: plain; with controls held constant;
    for amounts with the largest 1 % brought down to the next; for churn by logit and by straight
    line. The range spans all their intervals.

    Parameters
    ----------
    answers, weight, strata, cluster
        As in :func:`drivers`.
    outcome
        Column of the satisfaction measure, in points.
    money
        Column of an amount per respondent, or of churn: 0 stayed, 1 left (or true and false).
    kind
        ``amount`` or ``churn``.
    controls
        Columns to hold constant: segment, product, how long a customer.
    unit
        What an amount is counted in, such as ``"kr"``.

    Returns
    -------
    MoneyResult

    Raises
    ------
    DataError
        If churn has other values than 0 and 1, or fewer than 50 have both.
    """
    level, floor = checked_confidence(confidence), checked_floor(floor)
    design = read_design(answers, weight=weight, strata=strata, cluster=cluster)
    names = by_columns(controls)
    data = read_drivers(
        answers,
        money,
        [outcome],
        scale=None,
        always=names,
        design=design,
        is_ordered=kind == "churn",
    )
    both = ~np.isnan(data.outcome) & ~np.isnan(data.columns[:, 0]) & (design.weights > 0)
    rows = np.flatnonzero(both)
    if rows.size < max(LEAST_ANSWERS, floor):
        raise DataError(
            Message(
                "'{outcome}' and '{money}' must both be known for at least {least:integer} "
                "respondents; {n:integer} have both.",
                outcome=outcome,
                money=money,
                least=max(LEAST_ANSWERS, floor),
                n=int(rows.size),
            )
        )
    reading = _Readings(data, rows, level)
    if kind == "churn":
        values = np.unique(data.outcome[rows])
        if not set(values.tolist()) <= {0.0, 1.0}:
            raise DataError(
                Message(
                    "Churn '{money}' must be 0 (stayed) or 1 (left); found {count:integer} "
                    "different values.",
                    money=money,
                    count=values.size,
                )
            )
        table = [reading.logit("logit", use_controls=False), reading.linear("linear")]
        if names:
            table.insert(1, reading.logit("controls", use_controls=True))
    else:
        table = [reading.linear("plain"), reading.linear("trimmed", trim=True)]
        if names:
            table.insert(1, reading.linear("controls", use_controls=True))
    frame = typed(table, _TABLE)
    ends = frame[["ci_low", "ci_high"]].dropna()
    return MoneyResult(
        table=frame,
        method=Message(
            "Slope of {money} on {outcome}, read in {count:integer} ways; the range spans all "
            "their {confidence:percent} intervals.",
            money=money,
            outcome=outcome,
            count=len(frame),
            confidence=level,
        ),
        checks=(),
        outcome=outcome,
        money=money,
        money_kind=kind,
        unit=unit,
        range_low=float(ends["ci_low"].min()) if len(ends) else float("nan"),
        range_high=float(ends["ci_high"].max()) if len(ends) else float("nan"),
        confidence=level,
        labels=dict(labels or {}),
    )


class _Readings:
    """The same slope, read in several ways."""

    def __init__(self, data: DriverData, rows: NDArray[np.intp], level: float) -> None:
        self.rows = rows
        self.level = level
        self.points = data.columns[rows, 0]
        self.money = data.outcome[rows]
        self.controls = data.controls[rows]
        weights = data.design.weights[rows]
        self.weights = weights * (weights.size / weights.sum())
        self.units = sampled_rows(data.design, rows, ~np.isnan(data.outcome))

    def _nothing(self, reading: str, reason: str) -> dict[str, Any]:
        return {"reading": reading, "n": int(self.rows.size), "reason": reason}

    def linear(
        self, reading: str, *, use_controls: bool = False, trim: bool = False
    ) -> dict[str, Any]:
        """Return the slope of a straight line."""
        money = self.money
        if trim:
            low, high = np.quantile(money, [1 - _TRIM, _TRIM])
            money = np.clip(money, low, high)
        if np.ptp(self.points) == 0 or np.ptp(money) == 0:
            return self._nothing(reading, "ALL_EQUAL")
        controls = self._usable_controls() if use_controls else self.controls[:, :0]
        values = np.column_stack([self.points, controls, money])
        fit = fit_linear(values, self.weights)
        error = float(np.sqrt(score_covariance(fit.influence[:, :1], self.units)[0, 0])) / STEP
        return self._row(reading, float(fit.effect[0]) / STEP, error, values.shape[1] - 1)

    def _usable_controls(self) -> Floats:
        varies = np.fmax.reduce(self.controls, axis=0) > np.fmin.reduce(self.controls, axis=0)
        return self.controls[:, varies]

    def logit(self, reading: str, *, use_controls: bool) -> dict[str, Any]:
        """Return the mean slope of the probability in a logit model."""
        controls = self._usable_controls() if use_controls else self.controls[:, :0]
        complete = ~np.isnan(controls).any(axis=1)
        columns = np.column_stack([self.points, controls])[complete]
        levels = self.money[complete].astype(np.intp)
        if np.ptp(levels) == 0 or (np.ptp(columns, axis=0) == 0).any():
            return self._nothing(reading, "ALL_EQUAL")
        spread = columns.std(axis=0)
        scaled = (columns - columns.mean(axis=0)) / spread
        weights = self.weights[complete]
        fit = fit_cumulative(levels, scaled, weights)
        if not fit.converged:
            return self._nothing(reading, "SEPARATED")
        share = weights / weights.sum()
        pieces = row_pieces(levels, scaled, fit.thresholds, fit.slopes)
        information = np.einsum("n,nij->ij", share, pieces.information)
        influence = (share[:, None] * pieces.gradient) @ np.linalg.inv(information)

        def rise(parameters: Floats) -> Floats:
            stay = 1 / (1 + np.exp(-(parameters[0] - scaled @ parameters[1:])))
            return stay * (1 - stay) * parameters[1] / spread[0]

        estimate = float(share @ rise(fit.parameters))
        turn = np.array(
            [
                share @ (rise(fit.parameters + step) - rise(fit.parameters - step)) / 2e-5
                for step in np.eye(fit.parameters.size) * 1e-5
            ]
        )
        scores = np.zeros(self.rows.size)
        scores[complete] = influence @ turn + share * (rise(fit.parameters) - estimate)
        error = float(np.sqrt(score_covariance(scores[:, None], self.units)[0, 0]))
        return self._row(reading, estimate, error, columns.shape[1]) | {"n": int(complete.sum())}

    def _row(self, reading: str, estimate: float, error: float, columns: int) -> dict[str, Any]:
        df = min(self.units.degrees_of_freedom, self.rows.size - 1) - columns
        if df < 1 or not error > 0:
            return self._nothing(reading, "TOO_FEW")
        half = student_reach(df, self.level) * error
        return {
            "reading": reading,
            "n": int(self.rows.size),
            "estimate": estimate,
            "ci_low": estimate - half,
            "ci_high": estimate + half,
            "reason": "",
        }
