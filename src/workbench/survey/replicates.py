"""Replicate weights: samples like this one, weighted again, for the error of any estimate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from workbench.errors import DataError
from workbench.results.weights import ReplicateWeights
from workbench.survey.design import read_design
from workbench.survey.margins import Margin, base_weights, rake_once, read_margins

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["replicate_weights"]

_MOST_DROPPED = 0.1


def replicate_weights(
    answers: pd.DataFrame,
    margins: Mapping[Any, Mapping[Any, float]] | None = None,
    *,
    weight: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    kind: Literal["jackknife", "bootstrap"] = "jackknife",
    draws: int = 200,
    groups: int | None = None,
    cap: float | None = 5.0,
    missing: Literal["refuse", "keep"] = "refuse",
    tolerance: float = 1e-9,
    seed: int = 0,
) -> ReplicateWeights:
    """Make replicate weights, each raked anew, so that errors know of the weighting.

    The jackknife leaves out one cluster at a time (JK1, within strata JKn); the bootstrap draws
    one cluster fewer than each stratum has, with replacement [1]_.

    Parameters
    ----------
    answers
        One row per respondent.
    margins
        As in :func:`rake`; None: the weights are replicated as they are.
    weight, strata, cluster
        Columns of the sampling design. Without clusters each respondent is one.
    kind
        ``jackknife`` or ``bootstrap``.
    draws
        Bootstrap samples.
    groups
        Random groups of clusters for the jackknife, so that large samples need not leave out each
        respondent. Default: every cluster, and 100 groups from 200 clusters on.
    cap, missing, tolerance
        As in :func:`rake`.
    seed
        Of the bootstrap and the random groups.

    Returns
    -------
    ReplicateWeights
        ``.weights`` has a column per replicate; ``.standard_error(statistic)``.

    Raises
    ------
    DataError
        As :func:`rake`; if a stratum has one cluster; if a jackknife sample, or more than a tenth
        of the bootstrap samples, cannot be weighted.

    References
    ----------
    .. [1] Rao, J. N. K., Wu, C. F. J., & Yue, K. (1992). Some recent work on resampling methods
       for complex surveys. Survey Methodology, 18(2), 209-217.

    Examples
    --------
    >>> answers = pd.DataFrame({"nki": [60.0, 70, 80, 90]})
    >>> replicates = replicate_weights(answers)
    >>> points = answers["nki"].to_numpy()
    >>> round(replicates.standard_error(lambda w: w @ points / w.sum()), 4)  # sd / sqrt(n)
    6.455
    """
    base = base_weights(answers, weight)
    design = read_design(answers, strata=strata, cluster=cluster)
    stratum = np.zeros(base.size, np.intp) if design.strata is None else design.strata
    unit = np.arange(base.size, dtype=np.intp) if design.clusters is None else design.clusters
    rng = np.random.default_rng(seed)
    if kind == "jackknife":
        unit = _grouped(unit, stratum, groups, rng)
    unit_stratum = np.zeros(int(unit.max()) + 1, np.intp)
    unit_stratum[unit] = stratum
    sizes = np.bincount(unit_stratum)
    if (sizes < 2).any():
        raise DataError(
            f"Every stratum of '{strata}' must have at least two clusters; "
            f"{int((sizes < 2).sum())} have fewer. Merge strata."
            if strata
            else "Replicate weights need at least two answers."
        )
    if kind == "jackknife":
        factors, scale = _jackknife(unit_stratum, sizes)
    elif kind == "bootstrap":
        factors, scale = _bootstrap(unit_stratum, sizes, _checked_draws(draws), rng)
    else:
        raise DataError(f"kind must be jackknife or bootstrap; found '{kind}'.")
    total, known = (
        (base.sum(), [])
        if margins is None
        else read_margins(answers, margins, base, missing=missing)
    )
    full = (
        base if not known else rake_once(base, total, known, cap=cap, tolerance=tolerance).weights
    )
    columns, kept = _raked(base, factors[unit], total, known, cap=cap, tolerance=tolerance)
    dropped = factors.shape[1] - len(kept)
    if kind == "bootstrap":
        scale = np.full(len(kept), 1 / max(len(kept), 1))
    if dropped and (kind == "jackknife" or dropped > _MOST_DROPPED * factors.shape[1]):
        raise DataError(
            f"{dropped} of {factors.shape[1]} replicates cannot be weighted: a category is too "
            f"small to be left out, or to be drawn every time. Merge small categories of the "
            f"margins."
        )
    return ReplicateWeights(
        weights=pd.DataFrame(columns, index=answers.index),
        full=pd.Series(full, index=answers.index, name="weight"),
        scale=scale,
        kind=kind,
        df=int(sizes.sum() - np.count_nonzero(sizes)),
        dropped=dropped,
    )


def _grouped(
    unit: NDArray[np.intp],
    stratum: NDArray[np.intp],
    groups: int | None,
    rng: np.random.Generator,
) -> NDArray[np.intp]:
    """Put clusters of a stratum into random groups of near equal size."""
    n_units = int(unit.max()) + 1
    wanted = (100 if n_units >= 200 else n_units) if groups is None else groups
    if wanted < 2:
        raise DataError(f"groups must be at least 2; found {groups}.")
    if wanted >= n_units:
        return unit
    unit_stratum = np.zeros(n_units, np.intp)
    unit_stratum[unit] = stratum
    joined = np.zeros(n_units, np.intp)
    start = 0
    for name in np.unique(unit_stratum):
        members = rng.permutation(np.flatnonzero(unit_stratum == name))
        count = min(members.size, max(2, round(wanted * members.size / n_units)))
        joined[members] = start + np.arange(members.size) % count
        start += count
    return joined[unit]


def _checked_draws(draws: int) -> int:
    if isinstance(draws, bool) or draws != int(draws) or draws < 2:
        raise DataError(f"draws must be a whole number of at least 2; found {draws}.")
    return int(draws)


def _jackknife(
    unit_stratum: NDArray[np.intp], sizes: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return each unit's factor in each replicate, and the replicates' scale."""
    n_units = unit_stratum.size
    factors = np.ones((n_units, n_units))
    size = sizes[unit_stratum].astype(float)
    same = unit_stratum[:, None] == unit_stratum[None, :]
    factors = np.where(same, (size / (size - 1))[None, :], factors)
    np.fill_diagonal(factors, 0.0)
    return factors, (size - 1) / size


def _bootstrap(
    unit_stratum: NDArray[np.intp],
    sizes: NDArray[np.intp],
    draws: int,
    rng: np.random.Generator,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    factors = np.zeros((unit_stratum.size, draws))
    for stratum, size in enumerate(sizes):
        members = np.flatnonzero(unit_stratum == stratum)
        counts = rng.multinomial(size - 1, np.full(size, 1 / size), size=draws)
        factors[members] = counts.T * size / (size - 1)
    return factors, np.full(draws, 1 / draws)


def _raked(
    base: NDArray[np.float64],
    factors: NDArray[np.float64],
    total: float,
    margins: list[Margin],
    *,
    cap: float | None,
    tolerance: float,
) -> tuple[NDArray[np.float64], list[int]]:
    """Rake every replicate on the rows that are in it; leave out those that cannot be."""
    columns: list[NDArray[np.float64]] = []
    kept: list[int] = []
    for number, factor in enumerate(factors.T):
        weights = base * factor
        inside = weights > 0
        if margins:
            left = [
                Margin(margin.name, margin.categories, margin.codes[inside], margin.shares)
                for margin in margins
            ]
            if any((np.bincount(m.codes, minlength=m.shares.size) == 0).any() for m in left):
                continue
            try:
                raked = rake_once(weights[inside], total, left, cap=cap, tolerance=tolerance)
            except DataError:
                continue
            weights = np.zeros(base.size)
            weights[inside] = raked.weights
        columns.append(weights)
        kept.append(number)
    return np.column_stack(columns) if columns else np.zeros((base.size, 0)), kept
