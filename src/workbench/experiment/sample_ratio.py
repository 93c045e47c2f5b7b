"""Did the split come out as planned? The first question, before any effect."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from workbench.errors import DataError
from workbench.experiment.distributions import chi_square_tail

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ALARM", "SampleRatio", "sample_ratio", "sequential_sample_ratio"]

ALARM = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRatio:
    """Chi-square test of the observed split against the planned one.

    ``passed`` is None where nothing could be tested (no units, or one variant only).
    """

    statistic: float
    df: int
    p_value: float
    passed: bool | None
    expected: tuple[float, ...]
    threshold: float


def sample_ratio(
    counts: Sequence[float] | Mapping[str, float],
    weights: Sequence[float] | Mapping[str, float],
    *,
    threshold: float = ALARM,
) -> SampleRatio:
    """Test whether the variants got the shares of units that were planned.

    A broken split means that someone is missing from one variant and not from the other, so no
    effect can be trusted [1]_.

    Parameters
    ----------
    counts
        Units per variant, as a list or a dict by variant.
    weights
        Planned shares in the same order or by the same names; they need not sum to 1. A variant
        with weight 0 does not take part.
    threshold
        Alarm below this p-value.

    Raises
    ------
    DataError
        If names or lengths differ, counts or weights are negative, or no weight is positive.

    References
    ----------
    .. [1] Fabijan, A., et al. (2019). Diagnosing sample ratio mismatch in online controlled
       experiments. KDD 2019, 2156-2164.

    Examples
    --------
    >>> result = sample_ratio([821588, 815482], [0.5, 0.5])
    >>> round(result.statistic, 3), round(result.p_value, 7), result.passed
    (22.774, 1.8e-06, False)
    """
    observed, planned = _aligned(counts, weights)
    taking_part = planned > 0
    observed, share = observed[taking_part], planned[taking_part] / planned.sum()
    expected = observed.sum() * share
    df = len(observed) - 1
    if df < 1 or observed.sum() == 0:
        return SampleRatio(
            statistic=0.0,
            df=max(df, 0),
            p_value=1.0,
            passed=None,
            expected=tuple(expected),
            threshold=threshold,
        )
    statistic = float(((observed - expected) ** 2 / expected).sum())
    p_value = chi_square_tail(statistic, df)
    return SampleRatio(
        statistic=statistic,
        df=df,
        p_value=p_value,
        passed=p_value >= threshold,
        expected=tuple(float(value) for value in expected),
        threshold=threshold,
    )


def _aligned(
    counts: Sequence[float] | Mapping[str, float], weights: Sequence[float] | Mapping[str, float]
) -> tuple[np.ndarray, np.ndarray]:
    if isinstance(counts, Mapping) and isinstance(weights, Mapping):
        if set(counts) - set(weights):
            raise DataError(
                "Every variant that has units needs a planned weight; "
                f"{len(set(counts) - set(weights))} has none. Add it to the weights, with 0 if it "
                "should not take part."
            )
        counts, weights = [counts.get(name, 0) for name in weights], list(weights.values())
    elif isinstance(counts, Mapping) or isinstance(weights, Mapping):
        raise DataError("Counts and weights must both be lists, or both be dicts by variant.")
    observed, planned = np.asarray(counts, dtype=float), np.asarray(weights, dtype=float)
    if observed.ndim != 1 or observed.shape != planned.shape:
        raise DataError(
            f"Counts and weights must be lists of one length; found {observed.shape} and "
            f"{planned.shape}."
        )
    numbers = np.concatenate([observed, planned])
    if not np.all(np.isfinite(numbers)) or np.any(numbers < 0) or not planned.sum() > 0:
        raise DataError(
            "Counts and weights must be numbers from 0, and some weight above 0; found others. "
            "Count units per variant, and give the planned shares."
        )
    return observed, planned


def sequential_sample_ratio(
    cumulative_counts: np.ndarray, weights: Sequence[float], *, concentration: float = 1000.0
) -> np.ndarray:
    """Return p-values of the split that hold however often one looks, one per look [1]_.

    A Dirichlet mixture around the planned shares is weighed against them; the p-value is one over
    the largest weight of evidence so far.

    Parameters
    ----------
    cumulative_counts
        A row per look, a column per variant: units assigned so far.
    weights
        Planned shares.
    concentration
        How near to the plan a mismatch is looked for; larger finds smaller ones, later.

    References
    ----------
    .. [1] Lindon, M., & Malek, A. (2022). Anytime-valid inference for multinomial count data.
       Advances in Neural Information Processing Systems, 35.
    """
    counts = np.atleast_2d(np.asarray(cumulative_counts, dtype=float))
    share = np.asarray(weights, dtype=float)
    counts, share = counts[:, share > 0], share[share > 0] / share[share > 0].sum()
    prior = concentration * share
    log_evidence = (
        special.gammaln(prior.sum())
        - special.gammaln(prior.sum() + counts.sum(axis=1))
        + (special.gammaln(prior + counts) - special.gammaln(prior)).sum(axis=1)
        - counts @ np.log(share)
    )
    largest = np.maximum.accumulate(log_evidence)
    return np.exp(-np.maximum(largest, 0.0))


def leave_one_out(
    tables: Mapping[str, Sequence[float]], weights: Sequence[float]
) -> dict[str, SampleRatio]:
    """Return, per group, the test of all units outside it: without the cause it passes."""
    arrays = {name: np.asarray(counts, dtype=float) for name, counts in tables.items()}
    total = sum(arrays.values(), np.zeros(len(list(weights))))
    return {
        name: sample_ratio(list(total - counts), list(weights)) for name, counts in arrays.items()
    }


def share_interval(x: float, n: float, *, confidence: float = 0.95) -> tuple[float, float] | None:
    """Return Wilson's interval of a variant's share of units; None without units."""
    from workbench.experiment.distributions import quantile
    from workbench.experiment.proportions import wilson

    if not n > 0 or not math.isfinite(n):
        return None
    return wilson(int(x), int(n), quantile(0.5 + confidence / 2))
