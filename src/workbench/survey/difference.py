"""Difference between two groups of rows: other people, the same people, or some of both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from workbench.estimates import linearised_variance, mean_difference, recovered_difference, welch_df

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from workbench.estimates.design import LinearisedVariance
    from workbench.survey.design import Design
    from workbench.survey.outcome import GroupEstimate, Outcome

__all__ = ["Difference", "difference", "leverage_scores", "person_codes"]


@dataclass(frozen=True)
class Difference:
    """First group minus second, in points; ``nan`` and a reason where it cannot be judged."""

    change: float
    ci_low: float
    ci_high: float
    p_value: float
    correlation: float
    reason: str = ""


def person_codes(persons: NDArray[np.intp] | None, n_rows: int) -> NDArray[np.intp]:
    """Return a code per row; without persons every row is someone else."""
    return np.arange(n_rows, dtype=np.intp) if persons is None else persons


def leverage_scores(
    values: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return one score per answer whose squares sum to the variance of the weighted mean."""
    total = weights.sum()
    if np.count_nonzero(weights) < 2 or not total > 0:
        return np.zeros(values.size)
    share = weights / total
    return share * (values - share @ values) / np.sqrt(1 - share)


def difference(
    first: GroupEstimate,
    second: GroupEstimate,
    *,
    outcome: Outcome,
    design: Design,
    persons: NDArray[np.intp],
    confidence: float,
) -> Difference:
    """Compare two groups.

    A net score or share: recovered from the two score intervals, so that small groups that agree
    wholly still have a width. A mean: Student's t with Welch's degrees of freedom. Respondents in
    both groups enter through the covariance; with strata or clusters both groups are linearised
    together.

    Parameters
    ----------
    persons
        A code per row of the answers; equal codes are the same respondent.
    """
    change = first.estimate - second.estimate
    for side in (first, second):
        if side.reason and not (side.reason == "ALL_EQUAL" and outcome.kind == "mean"):
            return Difference(change, np.nan, np.nan, np.nan, 0.0, side.reason)
    variance, df, covariance = _variance(first, second, outcome, design, persons)
    if outcome.kind == "mean":
        low, high, p_value = mean_difference(change, variance, df, confidence=confidence)
        reason = "" if variance > 1e-18 else "ALL_EQUAL"
        if reason:
            low, high, p_value = np.nan, np.nan, np.nan
        return Difference(change, low, high, p_value, covariance, reason)
    spread = np.sqrt((first.error.variance or np.inf) * (second.error.variance or np.inf))
    correlation = float(np.clip(covariance / spread, -1, 1))
    low, high, p_value = recovered_difference(
        first.estimate,
        second.estimate,
        first.ends,
        second.ends,
        correlation=correlation,
        confidence=confidence,
    )
    return Difference(change, low, high, p_value, correlation)


def _variance(
    first: GroupEstimate,
    second: GroupEstimate,
    outcome: Outcome,
    design: Design,
    persons: NDArray[np.intp],
) -> tuple[float, float, float]:
    """Return variance and degrees of freedom of the difference, and the covariance of the two."""
    variances = (first.error.variance or 0.0, second.error.variance or 0.0)
    if design.is_complex:
        joint = _linearised_together(first, second, outcome, design, persons)
        variance = joint.variance if joint.variance is not None else 0.0
        return variance, joint.df, (sum(variances) - variance) / 2
    dfs = (max(first.error.df, 0.0), max(second.error.df, 0.0))
    both, covariance = _shared(first, second, outcome, design, persons)
    variance = sum(variances) - 2 * covariance
    if not both:
        return variance, welch_df(variances, dfs), 0.0
    share = 2 * both / (first.rows.size + second.rows.size)
    df = (1 - share) * welch_df(variances, dfs) + share * max(both - 1, 1)
    return variance, df, covariance


def _shared(
    first: GroupEstimate,
    second: GroupEstimate,
    outcome: Outcome,
    design: Design,
    persons: NDArray[np.intp],
) -> tuple[int, float]:
    """Return how many respondents are in both groups, and the covariance they bring."""
    shared = np.intersect1d(persons[first.rows], persons[second.rows])
    if not shared.size:
        return 0, 0.0
    sums: list[NDArray[np.float64]] = []
    for side in (first, second):
        scores = leverage_scores(outcome.points[side.rows], design.weights[side.rows])
        place = np.searchsorted(shared, persons[side.rows])
        inside = shared[np.minimum(place, shared.size - 1)] == persons[side.rows]
        counted = np.bincount(place[inside], scores[inside], minlength=shared.size)
        sums.append(np.asarray(counted, dtype=float))
    return shared.size, float(sums[0] @ sums[1])


def _linearised_together(
    first: GroupEstimate,
    second: GroupEstimate,
    outcome: Outcome,
    design: Design,
    persons: NDArray[np.intp],
) -> LinearisedVariance:
    used = np.union1d(first.rows, second.rows)
    scores = np.zeros(used.size)
    for side, sign in ((first, 1.0), (second, -1.0)):
        share = design.weights[side.rows] / design.weights[side.rows].sum()
        mean = share @ outcome.points[side.rows]
        place = np.searchsorted(used, side.rows)
        scores[place] += sign * share * (outcome.points[side.rows] - mean)
    clusters = persons if design.clusters is None else design.clusters
    inner = np.unique(clusters[used], return_inverse=True)[1].astype(np.intp)
    return linearised_variance(
        scores,
        strata=None if design.strata is None else design.strata[used],
        clusters=inner,
    )
