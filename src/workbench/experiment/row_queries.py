"""Questions that need rows once more: values counted, sums per group, order statistics."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.experiment.cells import keys_of
from workbench.experiment.clusters import ClusterSums
from workbench.experiment.order_statistics import order_statistics
from workbench.experiment.quantile_effects import QuantileReading, order_ranks
from workbench.experiment.source import literal, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.experiment.layout import Layout, MetricColumns
    from workbench.experiment.plan import Plan
    from workbench.experiment.source import Source

__all__ = ["ValueCounts", "ask_quantile", "cluster_sums", "count_values"]


@dataclass(frozen=True, eq=False)
class ValueCounts:
    """How many units gave each value of a metric, per cell."""

    keys: dict[str, np.ndarray]
    values: np.ndarray
    counts: np.ndarray

    def table(self, mask: np.ndarray, support: np.ndarray) -> np.ndarray:
        """Return counts in the order of ``support``."""
        place = np.searchsorted(support, self.values[mask])
        return np.bincount(place, weights=self.counts[mask], minlength=len(support))


def count_values(source: Source, layout: Layout, value: str) -> ValueCounts:
    """Count units by cell and value; missing and infinite values are left out."""
    inner = ", ".join(f"{sql} AS k{i}" for i, sql in enumerate(layout.keys.values()))
    arrays = source.arrays(
        f"SELECT *, count(*) AS n FROM (SELECT {inner}, {value} AS value FROM {{data}}) "  # noqa: S608
        "WHERE isfinite(value) GROUP BY ALL ORDER BY ALL"
    )
    return ValueCounts(
        {name: keys_of(arrays[f"k{i}"]) for i, name in enumerate(layout.keys)},
        np.asarray(arrays["value"], dtype=float),
        np.asarray(arrays["n"], dtype=float),
    )


def cluster_sums(
    plan: Plan,
    source: Source,
    layout: Layout,
    columns: MetricColumns,
    variants: tuple[str, str],
    covariates: list[str],
    slopes: list[np.ndarray],
    centre: np.ndarray,
) -> ClusterSums:
    """Return sums per group and variant of a metric, its covariates taken out row by row.

    A ratio, or a weighted mean, counts its denominator where a mean counts rows: the ratio is the
    mean of numerators weighted by denominators.
    """
    outcome = layout.columns[columns.outcome]
    below = "1.0" if columns.denominator is None else layout.columns[columns.denominator]
    text = source.text(plan.model.variant)
    corrected: list[str] = []
    for value, slope in zip(variants, slopes, strict=True):
        moved = "".join(
            f" - ({float(b)!r}) * (coalesce({layout.columns[name]}, {float(c)!r}) - "
            f"({float(c)!r})) * ({below})"
            for name, b, c in zip(covariates, slope, centre, strict=True)
        )
        corrected.append(f"WHEN {text} = {literal(value)} THEN ({outcome}){moved}")
    adjusted = f"CASE {' '.join(corrected)} END"
    group = quoted(str(plan.model.cluster))
    arrays = source.arrays(
        f"SELECT {group} AS g, {text} AS v, sum(b) AS n, sum(y) AS s FROM (SELECT *, "  # noqa: S608 - quoted names
        f"{adjusted} AS y, {below} AS b FROM {{data}}) WHERE isfinite(y) AND isfinite(b) "
        f"AND {group} IS NOT NULL GROUP BY ALL ORDER BY ALL"
    )
    return _by_group(arrays, variants)


def _by_group(arrays: dict[str, Any], variants: tuple[str, str]) -> ClusterSums:
    groups, place = np.unique(np.asarray(arrays["g"]).astype(str), return_inverse=True)
    variant = np.asarray(arrays["v"]).astype(str)

    def total(values: Any, name: str) -> np.ndarray:
        mask = variant == name
        numbers = np.asarray(values, dtype=float)[mask]
        return np.bincount(place[mask], weights=numbers, minlength=len(groups))

    treated, control = variants
    return ClusterSums(
        total(arrays["n"], treated),
        total(arrays["s"], treated),
        total(arrays["n"], control),
        total(arrays["s"], control),
    )


def ask_quantile(
    plan: Plan, source: Source, value: str, variant: str, share: float, confidence: float
) -> tuple[QuantileReading | None, int]:
    """Return a variant's quantile from order statistics, and how many values it has."""
    own = source.restricted(f"{source.text(plan.model.variant)} = {literal(variant)}")
    n = int(own.rows(f"SELECT count(*) FROM {{data}} WHERE isfinite({value})")[0][0])  # noqa: S608
    design = 1.0
    if plan.model.cluster and n:
        design = _quantile_design(plan, own, value, n, share)
    ranks = order_ranks(n, share, confidence=confidence, design=design)
    if ranks is None:
        return None, n

    def at(places: Sequence[int]) -> list[float]:
        return order_statistics(own, value, places)

    middle, low, high = at(ranks)
    return QuantileReading(middle, low, high, n, at, design), n


def _quantile_design(plan: Plan, source: Source, value: str, n: int, share: float) -> float:
    """Return how much groups widen the variance of the share below the quantile."""
    cut = order_statistics(source, value, [max(0, math.ceil(n * share) - 1)])[0]
    group = quoted(str(plan.model.cluster))
    arrays = source.arrays(
        f"SELECT {group} AS g, count(*) AS n, count(*) FILTER ({value} <= {cut!r}) AS hits "  # noqa: S608 - quoted names
        f"FROM {{data}} WHERE isfinite({value}) GROUP BY 1 ORDER BY 1"
    )
    sizes, hits = arrays["n"].astype(float), arrays["hits"].astype(float)
    below = hits.sum() / sizes.sum()
    plain = below * (1 - below) / sizes.sum()
    if len(sizes) < 2 or plain <= 0:
        return 1.0
    between = ((hits - below * sizes) ** 2).sum() * len(sizes) / (len(sizes) - 1)
    return max(1.0, float(between / sizes.sum() ** 2 / plain))
