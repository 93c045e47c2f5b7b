"""When groups were assigned, or share a fate: errors that count groups, not rows.

Works from sums per group and variant, so that groups may lie within a variant (schools, stores) or
across both (job advertisements that got letters of both kinds).
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from workbench.experiment.distributions import quantile, two_sided_p
from workbench.experiment.effect import Effect, Level, fieller_lift, no_effect

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["FEW_CLUSTERS", "ClusterSums", "cluster_effect", "design_effect", "permutation_p"]

FEW_CLUSTERS = 20


@dataclass(frozen=True, slots=True)
class ClusterSums:
    """Rows and sums of the outcome per group; one array entry a group, zeros where it has none."""

    n_treatment: npt.NDArray[np.float64]
    sum_treatment: npt.NDArray[np.float64]
    n_control: npt.NDArray[np.float64]
    sum_control: npt.NDArray[np.float64]

    @property
    def crosses(self) -> bool:
        """Return whether some group has rows in both variants."""
        return bool(np.any((self.n_treatment > 0) & (self.n_control > 0)))


def cluster_effect(
    sums: ClusterSums, *, confidence: float = 0.95, lift: str = "fieller", seed: int = 0
) -> Effect:
    """Difference of means with errors by group: CR2 with Satterthwaite's degrees of freedom [1]_.

    With fewer than ``FEW_CLUSTERS`` groups that lie within variants, the p-value is that of all (or
    20,000 random) re-assignments of groups.

    References
    ----------
    .. [1] Bell, R. M., & McCaffrey, D. F. (2002). Bias reduction in standard errors for linear
       regression with multi-stage samples. Survey Methodology, 28(2), 169-181.
    """
    n_t, n_c = float(sums.n_treatment.sum()), float(sums.n_control.sum())
    counts = (int(n_t), int(n_c))
    groups = [int((side > 0).sum()) for side in (sums.n_treatment, sums.n_control)]
    if min(counts) < 1 or min(groups) < 2:
        return no_effect("cluster_cr2", "TOO_FEW_CLUSTERS", *counts)
    mean_t, mean_c = sums.sum_treatment.sum() / n_t, sums.sum_control.sum() / n_c
    part_t = _adjusted_share(sums.sum_treatment - mean_t * sums.n_treatment, sums.n_treatment, n_t)
    part_c = _adjusted_share(sums.sum_control - mean_c * sums.n_control, sums.n_control, n_c)
    variance = float(((part_t - part_c) ** 2).sum())
    effect = Effect(
        estimate=float(mean_t - mean_c),
        treatment=float(mean_t),
        control=float(mean_c),
        n_treatment=counts[0],
        n_control=counts[1],
        method="cluster_cr2",
        reason="ZERO_VARIANCE",
    )
    if variance <= 1e-300:
        return effect
    error, df = math.sqrt(variance), _satterthwaite_df(sums)
    half = quantile(0.5 + confidence / 2, df) * error
    levels = [
        Level(float(mean), float((part**2).sum()), df, n)
        for mean, part, n in ((mean_t, part_t, counts[0]), (mean_c, part_c, counts[1]))
    ]
    covariance = float((part_t * part_c).sum())
    z = quantile(0.5 + confidence / 2, df)
    effect = replace(
        effect,
        reason="",
        standard_error=error,
        df=df,
        ci_low=effect.estimate - half if effect.estimate is not None else None,
        ci_high=effect.estimate + half if effect.estimate is not None else None,
        p_value=two_sided_p(float(mean_t - mean_c) / error, df),
    )
    if lift == "fieller":
        effect = replace(effect, lift=fieller_lift(levels[0], levels[1], covariance, z))
    if not sums.crosses and sum(groups) < FEW_CLUSTERS:
        p_value = permutation_p(sums, seed=seed)
        effect = replace(effect, p_value=p_value, method="cluster_permutation")
    return effect


def _adjusted_share(residual: np.ndarray, rows: np.ndarray, n: float) -> np.ndarray:
    """Return each group's part of the mean's error, inflated for its own pull on the mean (CR2)."""
    own = np.clip(1 - rows / n, 1e-12, None)
    return residual / np.sqrt(own) / n


def _satterthwaite_df(sums: ClusterSums) -> float:
    """Return Bell and McCaffrey's degrees of freedom under independent, equal errors."""
    diagonal = np.zeros(len(sums.n_treatment))
    vectors: list[np.ndarray] = []
    totals: list[float] = []
    for rows in (sums.n_treatment, sums.n_control):
        n = float(rows.sum())
        weight = 1 / np.sqrt(np.clip(1 - rows / n, 1e-12, None)) / n
        diagonal += rows * weight**2
        vectors.append(rows * weight)
        totals.append(n)
    trace = diagonal.sum() - sum((v**2).sum() / n for v, n in zip(vectors, totals, strict=True))
    square = (diagonal**2).sum()
    square -= 2 * sum((diagonal * v**2).sum() / n for v, n in zip(vectors, totals, strict=True))
    for (v, n), (w, m) in itertools.product(zip(vectors, totals, strict=True), repeat=2):
        square += float(v @ w) ** 2 / (n * m)
    return float(trace**2 / square)


def permutation_p(sums: ClusterSums, *, seed: int = 0, most: int = 20_000) -> float:
    """Return the two-sided p-value of the difference over re-assignments of whole groups.

    All of them when they are at most ``most``, else that many random ones (the observed counted).
    """
    rows = sums.n_treatment + sums.n_control
    total = sums.sum_treatment + sums.sum_control
    treated = sums.n_treatment > 0
    groups, chosen = len(rows), int(treated.sum())

    def difference(mask: np.ndarray) -> np.ndarray:
        n_t, s_t = mask @ rows, mask @ total
        return np.abs(s_t / n_t - (total.sum() - s_t) / (rows.sum() - n_t))

    observed = difference(treated[None, :].astype(float))[0]
    if math.comb(groups, chosen) <= most:
        picks = np.array(list(itertools.combinations(range(groups), chosen)))
        masks = np.zeros((len(picks), groups))
        np.put_along_axis(masks, picks, 1.0, axis=1)
        return float(np.mean(difference(masks) >= observed * (1 - 1e-12)))
    generator = np.random.default_rng(seed)
    order = generator.random((most, groups)).argsort(axis=1)
    masks = (order < chosen).astype(float)
    hits = int((difference(masks) >= observed * (1 - 1e-12)).sum())
    return (hits + 1) / (most + 1)


def design_effect(effect: Effect, plain_standard_error: float | None) -> float | None:
    """Return how many times larger the variance is by groups than by rows."""
    if effect.standard_error is None or not plain_standard_error:
        return None
    return (effect.standard_error / plain_standard_error) ** 2
