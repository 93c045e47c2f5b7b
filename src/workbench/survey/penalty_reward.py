"""Penalty and reward: drivers that hurt when low are not always those that please when high."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import stdtr

from workbench.errors import DataError
from workbench.estimates import holm
from workbench.estimates.bootstrap import Resampled, score_covariance
from workbench.inputs.disclosure import FLOOR
from workbench.language import LocalizedText, Message
from workbench.results.asymmetry import CLASSES, PenaltyRewardResult
from workbench.survey.design import read_design
from workbench.survey.driver_data import Scale, SegmentData, read_drivers
from workbench.survey.driver_limits import refusal
from workbench.survey.driver_tables import student_reach, typed
from workbench.survey.effects import STEP, LinearFit, effects, fit_linear
from workbench.survey.measure import checked_confidence
from workbench.survey.moments import moments

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from workbench.survey.subsets import Floats

__all__ = ["penalty_reward"]

LEAST = 10
"""Fewer low or high grades than this, and a driver cannot be judged."""

_TABLE = (
    *("driver", "n_low", "n_middle", "n_high", "penalty", "penalty_low", "penalty_high", "reward"),
    *("reward_low", "reward_high", "range", "asymmetry", "class", "p_class", "bend", "bend_low"),
    *("bend_high", "p_value", "p_adjusted", "reason"),
)


def penalty_reward(
    answers: pd.DataFrame,
    outcome: str,
    drivers: Sequence[str],
    *,
    scale: Scale = None,
    low: float = 100 / 3,
    high: float = 800 / 9,
    cuts: tuple[float, float] = (0.1, 0.7),
    weight: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    bootstrap: int = 1000,
    seed: int = 0,
    confidence: float = 0.95,
    labels: Mapping[str, LocalizedText] | None = None,
) -> PenaltyRewardResult:
    """Estimate what a low grade costs and what a high one brings, the other drivers equal.

    The outcome is fitted on two yes/no columns per driver, low and high, against the middle [1]_.
    Beside it, a bend at the middle of each driver's grades is tested against a straight line,
    which needs no groups of grades.

    Parameters
    ----------
    answers, outcome, drivers, scale, weight, strata, cluster
        As in :func:`drivers`; each driver on 0-100.
    low, high
        Grades at or below ``low`` and at or above ``high`` (0-100): 1-4 and 9-10 of 1-10.
    cuts
        Asymmetry within the first of zero is hybrid, beyond the second frustrator or delighter
        [2]_. The literature varies; (0.2, 0.6) is another choice.
    bootstrap, seed
        Draws for the probability of the class; 0: none.

    Returns
    -------
    PenaltyRewardResult

    Raises
    ------
    DataError
        As :func:`drivers`, and if ``low`` is not below ``high``.

    References
    ----------
    .. [1] Brandt, R. D. (1987). A procedure for identifying value-enhancing service components
       using customer satisfaction survey data. In Add Value to Your Service, 61-65. AMA.
    .. [2] Mikulić, J. & Prebežac, D. (2008). Prioritizing improvement of service attributes using
       impact range-performance analysis and impact-asymmetry analysis. Managing Service Quality,
       18(6), 559-576.
    """
    if not low < high or not 0 < cuts[0] < cuts[1] < 1:
        raise DataError(
            Message("low must be below high, and cuts two rising numbers between 0 and 1.")
        )
    level = checked_confidence(confidence)
    design = read_design(answers, weight=weight, strata=strata, cluster=cluster)
    data = read_drivers(answers, outcome, drivers, scale=scale, always=(), design=design)
    part = data.segment(np.arange(len(answers)), floor=FLOOR, missing="pairwise")
    problem = refusal(part, "")[1]
    if problem is not None:
        raise DataError(problem)
    model = _Model(part, low, high)
    if len(part.rows) <= 2 * len(part.kept) + 1:
        raise DataError(
            Message(
                "Penalties and rewards of {drivers:integer} drivers need more than {least:integer} "
                "answers; there are {n:integer}.",
                drivers=len(part.kept),
                least=2 * len(part.kept) + 1,
                n=len(part.rows),
            )
        )
    drawn = model.drawn(bootstrap, seed) if bootstrap else None
    rows = model.rows(drawn, cuts, level)
    model.add_bends(rows, level)
    classes = model.class_rows(drawn, cuts)
    return PenaltyRewardResult(
        table=typed(rows, _TABLE),
        classes=typed(classes, ["driver", "class", "p"]) if classes else None,
        method=Message(
            "Low is a grade of at most {low:number}, high of at least {high:number} on 0–100; both "
            "against the middle, all drivers in one model. Classes by asymmetry, cut at "
            "{first:number2} and {second:number2}; their probability from {draws:integer} "
            "resamples.",
            low=low,
            high=high,
            first=cuts[0],
            second=cuts[1],
            draws=bootstrap,
        ),
        checks=(),
        outcome=outcome,
        low=low,
        high=high,
        confidence=level,
        labels=dict(labels or {}),
    )


class _Model:
    """Low and high columns of the drivers that can be judged, and the model on them."""

    def __init__(self, part: SegmentData, low: float, high: float) -> None:
        self.part = part
        self.names = part.data.drivers
        grades = part.data.grades[part.rows]
        known = ~np.isnan(grades)
        self.is_low, self.is_high = known & (grades <= low + 1e-9), known & (grades >= high - 1e-9)
        self.counts = np.stack(
            [self.is_low.sum(axis=0), (known & ~self.is_low & ~self.is_high).sum(axis=0)]
        )
        self.n_high = self.is_high.sum(axis=0)
        self.judged = [place for place in part.kept if self._reason(place) == ""]
        self.grades = grades
        columns: list[Floats] = []
        for place in self.judged:
            for group in (self.is_low, self.is_high):
                columns.append(np.where(known[:, place], group[:, place].astype(float), np.nan))
        self.values = np.column_stack([*columns, part.answers[:, -1]])
        self.units = part.sampling()

    def _counts(self, place: int) -> dict[str, int | None]:
        """Return the three counts, or none of them where one is too small to show."""
        counts = [self.counts[0, place], self.counts[1, place], self.n_high[place]]
        hidden = any(0 < count < FLOOR for count in counts)
        names = ("n_low", "n_middle", "n_high")
        return {n: None if hidden else int(c) for n, c in zip(names, counts, strict=True)}

    def _reason(self, place: int) -> str:
        if self.part.reasons[place]:
            return self.part.reasons[place]
        if not self.part.data.is_graded[place]:
            return "SCALE"
        if self.counts[0, place] < LEAST:
            return "FEW_LOW"
        if self.n_high[place] < LEAST:
            return "FEW_HIGH"
        return "FEW_MIDDLE" if self.counts[1, place] < LEAST else ""

    def drawn(self, draws: int, seed: int) -> Floats:
        """Return penalties and rewards in each draw, ``(2 judged, draws)``."""
        ways = Resampled(self.units, draws, seed)
        return effects(moments(self.values, self.part.weights, "pairwise", ways)) / STEP

    def rows(
        self, drawn: Floats | None, cuts: tuple[float, float], level: float
    ) -> list[dict[str, Any]]:
        """Return one row per driver."""
        rows: list[dict[str, Any]] = [
            {
                "driver": name,
                **self._counts(place),
                "reason": self._reason(place),
            }
            for place, name in enumerate(self.names)
        ]
        if not self.judged:
            return rows
        fit = fit_linear(self.values, self.part.weights)
        half = _half_widths(fit, self.units, level) / STEP
        effect = fit.effect / STEP
        for i, place in enumerate(self.judged):
            penalty, reward = effect[2 * i], effect[2 * i + 1]
            span, asymmetry = _span_and_asymmetry(penalty, reward)
            own = _class_of(asymmetry, cuts)
            row = rows[place]
            row |= {
                "penalty": penalty,
                "penalty_low": penalty - half[2 * i],
                "penalty_high": penalty + half[2 * i],
                "reward": reward,
                "reward_low": reward - half[2 * i + 1],
                "reward_high": reward + half[2 * i + 1],
                "range": span,
                "asymmetry": asymmetry,
                "class": None if own is None else CLASSES[own],
                "reason": "NO_DRAWS" if drawn is None else "",
            }
            if drawn is not None and own is not None:
                row["p_class"] = _class_shares(drawn[2 * i : 2 * i + 2], cuts)[own]
        return rows

    def add_bends(self, rows: list[dict[str, Any]], level: float) -> None:
        """Test a bend at the middle of each driver's grades."""
        places = [p for p in self.part.kept if self.part.data.is_graded[p]]
        columns: list[Floats] = []
        kept: list[int] = []
        for place in places:
            own = self.grades[:, place]
            knot = float(np.nanmedian(own))
            above = np.where(np.isnan(own), np.nan, np.maximum(own - knot, 0))
            below = np.where(np.isnan(own), np.nan, np.minimum(own - knot, 0))
            if min(np.nanmax(above), -np.nanmin(below)) > 0:
                columns += [own, above]
                kept.append(place)
        if not kept or len(self.grades) <= 2 * len(kept) + 3:
            return
        fit = fit_linear(np.column_stack([*columns, self.part.answers[:, -1]]), self.part.weights)
        half = _half_widths(fit, self.units, level)
        df = max(self.units.degrees_of_freedom - len(columns), 1)
        reach = student_reach(df, level)
        p_values: list[float] = []
        for i, place in enumerate(kept):
            bend, width = fit.effect[2 * i + 1], half[2 * i + 1]
            p_values.append(float(2 * stdtr(df, -abs(bend) * reach / width)))
            rows[place] |= {
                "bend": bend,
                "bend_low": bend - width,
                "bend_high": bend + width,
                "p_value": p_values[-1],
            }
        for place, adjusted in zip(kept, holm(p_values), strict=True):
            rows[place]["p_adjusted"] = adjusted

    def class_rows(self, drawn: Floats | None, cuts: tuple[float, float]) -> list[dict[str, Any]]:
        """Return the probability of every class."""
        if drawn is None:
            return []
        return [
            {"driver": self.names[place], "class": name, "p": share}
            for i, place in enumerate(self.judged)
            for name, share in zip(
                CLASSES, _class_shares(drawn[2 * i : 2 * i + 2], cuts), strict=True
            )
        ]


def _half_widths(fit: LinearFit, units: Any, level: float) -> Floats:
    errors = np.sqrt(np.maximum(np.diag(score_covariance(fit.influence, units)), 0))
    return student_reach(max(units.degrees_of_freedom - fit.effect.size, 1), level) * errors


def _span_and_asymmetry(penalty: float, reward: float) -> tuple[float, float]:
    """Return both together, and -1 (all penalty) to 1 (all reward); wrong signs count as none."""
    cost, gain = max(-penalty, 0.0), max(reward, 0.0)
    span = cost + gain
    return span, (gain - cost) / span if span > 0 else float("nan")


def _class_of(asymmetry: float, cuts: tuple[float, float]) -> int | None:
    if np.isnan(asymmetry):
        return None
    return int(np.searchsorted([-cuts[1], -cuts[0], cuts[0], cuts[1]], asymmetry))


def _class_shares(drawn: Floats, cuts: tuple[float, float]) -> Floats:
    cost, gain = np.maximum(-drawn[0], 0), np.maximum(drawn[1], 0)
    span = cost + gain
    asymmetry = (gain - cost) / np.where(span > 0, span, 1.0)
    found = np.searchsorted([-cuts[1], -cuts[0], cuts[0], cuts[1]], asymmetry[span > 0])
    return np.bincount(found, minlength=len(CLASSES)) / drawn.shape[1]
