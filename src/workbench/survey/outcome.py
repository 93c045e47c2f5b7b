"""An outcome column in points, what kind of number it is, and the estimate of a group."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from scipy.special import ndtr, ndtri, stdtrit

from workbench.errors import DataError
from workbench.estimates import (
    bounded_mean_interval,
    net_share_interval,
    share_interval,
    weighted_mean,
)
from workbench.survey.design import MeanError, read_numbers
from workbench.survey.interval import IntervalBasis, interval_basis
from workbench.survey.measure import Reading

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from workbench.survey.design import Design

__all__ = [
    "GroupEstimate",
    "Outcome",
    "OutcomeKind",
    "estimate_group",
    "outcome_label",
    "read_outcome",
]

OutcomeKind = Literal["net", "share", "mean"]
"""``net``: -100, 0 or 100 (NPS); ``share``: 0 or 100 (CSAT); ``mean``: any number (NKI)."""

Ends = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Outcome:
    """One number per row.

    Parameters
    ----------
    name
        Its column.
    points
        Missing as ``nan``.
    kind
        How its interval is made.
    scale
        Ends in points; infinite when it has none.
    """

    name: str
    points: NDArray[np.float64]
    kind: OutcomeKind
    scale: Ends

    @cached_property
    def answered(self) -> NDArray[np.bool_]:
        """Rows with a value."""
        return ~np.isnan(self.points)

    def reading(self) -> Reading:
        """Return the answers as the disclosure audit bounds them."""
        answered = self.answered
        values = np.where(answered, self.points, 0.0)
        low, high = self.scale
        if not np.isfinite([low, high]).all():
            return Reading(answered, np.zeros((values.size, 0)))
        parts = np.column_stack([values - low, high - values]) * answered[:, None]
        if self.kind == "net":
            parts = np.column_stack([self.points == kind for kind in (100, 0, -100)])
        return Reading(answered, parts.astype(float))


def outcome_label(column: str) -> str:
    """Return what a report calls an outcome that has no label: NKI, NPS, CSAT, or its column."""
    return column.upper() if column in {"nki", "nps", "csat"} else column


def read_outcome(
    answers: pd.DataFrame, column: str, kind: OutcomeKind | Literal["auto"] = "auto"
) -> Outcome:
    """Read an outcome; ``auto`` tells a net score, a share and a mean apart by their values.

    Raises
    ------
    DataError
        If the column is not numeric, or its values do not fit the kind.
    """
    if kind not in ("auto", *get_args(OutcomeKind)):
        raise DataError(f"kind must be auto, net, share or mean; found '{kind}'.")
    values = read_numbers(answers, column)
    present = values[~np.isnan(values)]
    is_net = bool(np.isin(present, (-100, 0, 100)).all())
    is_share = bool(np.isin(present, (0, 100)).all())
    if kind == "net" and not is_net:
        raise DataError(f"Column '{column}' of kind net must hold only -100, 0 and 100.")
    if kind == "share" and not is_share:
        raise DataError(f"Column '{column}' of kind share must hold only 0 and 100.")
    if kind == "auto":
        kind = "mean" if not is_net or present.size == 0 else "share" if is_share else "net"
    inside = present.size == 0 or (present.min() >= 0 and present.max() <= 100)
    scale = (-100.0, 100.0) if kind == "net" else (0.0, 100.0) if inside else (-np.inf, np.inf)
    return Outcome(column, values, kind, scale)


@dataclass(frozen=True, eq=False)
class GroupEstimate:
    """The outcome of one group of rows.

    Parameters
    ----------
    estimate, ci_low, ci_high
        Points.
    basis
        Effective answers and sampling error.
    reason
        Why there is no interval.
    ends
        Normal quantile -> interval, for net scores and shares; None for means.
    """

    rows: NDArray[np.intp]
    estimate: float
    ci_low: float
    ci_high: float
    basis: IntervalBasis
    reason: str
    shares: Ends | None

    @property
    def error(self) -> MeanError:
        """Sampling error of the mean."""
        return self.basis.error

    def ends(self, quantile: float) -> Ends:
        """Return the interval of a share or net score at a normal quantile."""
        n = self.basis.n_interval
        if self.basis.is_complex and self.error.df > 0:
            n = self.basis.n_effective
            student = float(stdtrit(self.error.df, ndtr(quantile)))
            n *= (quantile / student) ** 2 if student > 0 else 1.0
        return _share_ends(self.shares or (0.0, 0.0), n, quantile)


def _share_ends(shares: Ends, n: float, quantile: float) -> Ends:
    confidence = 2 * float(ndtr(quantile)) - 1
    if np.isnan(shares[1]):
        low, high = share_interval(shares[0], n, confidence=confidence)
    else:
        low, high = net_share_interval(shares[0], shares[1], n, confidence=confidence)
    return 100 * float(low), 100 * float(high)


def estimate_group(
    outcome: Outcome, design: Design, rows: NDArray[np.intp], *, confidence: float
) -> GroupEstimate:
    """Estimate the outcome of the answered rows of one group, with its interval."""
    inside = rows[outcome.answered[rows]]
    nothing = MeanError(None, 0.0, None, None, "NO_ANSWERS")
    if not inside.size:
        basis = IntervalBasis(0.0, 0.0, nothing, design.is_complex, "NO_ANSWERS")
        return GroupEstimate(inside, np.nan, np.nan, np.nan, basis, "NO_ANSWERS", None)
    basis = interval_basis(design, outcome.points, inside, outcome.answered, confidence)
    if basis.reason == "NO_WEIGHT":
        return GroupEstimate(inside, np.nan, np.nan, np.nan, basis, basis.reason, None)
    values, weights = outcome.points[inside], design.weights[inside]
    estimate = weighted_mean(values, weights)
    if outcome.kind == "mean":
        low, high = _mean_ends(estimate, basis.error, outcome.scale, confidence)
        return GroupEstimate(inside, estimate, low, high, basis, basis.error.reason, None)
    first = weighted_mean(values == 100, weights)
    second = weighted_mean(values == -100, weights) if outcome.kind == "net" else np.nan
    if basis.reason:
        return GroupEstimate(inside, estimate, np.nan, np.nan, basis, basis.reason, (first, second))
    low, high = _share_ends((first, second), basis.n_interval, float(ndtri((1 + confidence) / 2)))
    return GroupEstimate(inside, estimate, low, high, basis, "", (first, second))


def _mean_ends(estimate: float, error: MeanError, scale: Ends, confidence: float) -> Ends:
    if error.variance is None:
        return np.nan, np.nan
    if np.isfinite(scale).all():
        return bounded_mean_interval(
            estimate, error.variance, error.df, low=scale[0], high=scale[1], confidence=confidence
        )
    half = float(stdtrit(error.df, (1 + confidence) / 2) * np.sqrt(error.variance))
    return estimate - half, estimate + half
