"""What weights, strata and clusters do to a mean: effective n and linearised variance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["LinearisedVariance", "kish_effective_n", "linearised_variance", "weighted_mean"]

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]


def kish_effective_n(weights: ArrayLike) -> float:
    """Answers of equal weight that would be as precise: ``(sum w)^2 / sum w^2``.

    Zero when no weight is positive. A common factor of the weights changes nothing.

    Examples
    --------
    >>> kish_effective_n([1, 1, 1, 1]), round(kish_effective_n([1, 3]), 2)
    (4.0, 1.6)
    """
    positive = np.asarray(weights, float)
    largest = positive.max(initial=0.0)
    if largest <= 0:
        return 0.0
    positive = positive / largest
    return float(positive.sum() ** 2 / (positive**2).sum())


def weighted_mean(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Mean of the values, each counted by its weight; ``nan`` without positive weight.

    Never outside the values: rounding does not take a mean of 100s above 100.
    """
    numbers = np.asarray(values, float)
    if numbers.size == 0:
        return float("nan")
    counted = np.ones(numbers.size) if weights is None else np.asarray(weights, float)
    total = counted.sum()
    if not total > 0:
        return float("nan")
    mean = (counted * numbers).sum() / total
    used = numbers[counted > 0]
    return float(min(max(mean, used.min()), used.max()))


@dataclass(frozen=True)
class LinearisedVariance:
    """A variance and what it rests on.

    Parameters
    ----------
    variance
        Sampling variance of the estimate; None when a stratum has a single cluster.
    df
        Clusters minus strata, counted among those that have an answer in the domain.
    strata, clusters
        How many strata and clusters have an answer in the domain.
    lonely
        Strata (codes) with one cluster only, so that no variance can be seen.
    """

    variance: float | None
    df: float
    strata: int
    clusters: int
    lonely: tuple[int, ...] = ()


def linearised_variance(
    scores: ArrayLike,
    *,
    strata: Codes | None = None,
    clusters: Codes | None = None,
    domain: NDArray[np.bool_] | None = None,
    sampled_fraction: Floats | None = None,
) -> LinearisedVariance:
    """Variance of a sum of linearised scores under strata and clusters, with replacement.

    ``sum over strata (1 - f) n/(n-1) sum over clusters (e - mean e)^2``: rows outside the domain
    take part with score zero, as they must when a domain cuts across strata.

    Parameters
    ----------
    scores
        One linearised score per sampled row; for a weighted mean ``w (y - mean) / sum w`` in the
        domain and zero outside.
    strata, clusters
        Codes 0, 1, ... per row; clusters are numbered within the whole sample. None: one stratum;
        each row its own cluster.
    domain
        Rows the estimate is about; None: all.
    sampled_fraction
        Share of the population that was sampled, one value per stratum code; None: zero.

    Returns
    -------
    LinearisedVariance
    """
    row_scores = np.asarray(scores, float)
    n_rows = row_scores.size
    stratum = np.zeros(n_rows, np.intp) if strata is None else strata
    cluster = np.arange(n_rows, dtype=np.intp) if clusters is None else clusters
    inside = np.ones(n_rows, bool) if domain is None else domain
    if n_rows == 0:
        return LinearisedVariance(None, 0.0, 0, 0)
    totals = np.bincount(cluster, row_scores)
    cluster_stratum = np.zeros(totals.size, np.intp)
    cluster_stratum[cluster] = stratum
    n_strata = int(stratum.max()) + 1
    sizes = np.bincount(cluster_stratum, minlength=n_strata)
    means = np.bincount(cluster_stratum, totals, minlength=n_strata) / np.maximum(sizes, 1)
    squares = np.bincount(
        cluster_stratum, (totals - means[cluster_stratum]) ** 2, minlength=n_strata
    )
    fraction = np.zeros(n_strata) if sampled_fraction is None else sampled_fraction
    touched = np.unique(stratum[inside])
    counted = np.unique(cluster[inside]).size
    lonely = tuple(int(code) for code in touched if sizes[code] == 1 and fraction[code] < 1)
    if lonely:
        return LinearisedVariance(None, 0.0, touched.size, counted, lonely)
    scale = (1 - fraction) * sizes / np.maximum(sizes - 1, 1)
    return LinearisedVariance(
        float((scale * squares).sum()), float(counted - touched.size), touched.size, counted
    )
