"""Quantiles: exact order statistics, intervals without a density, groups."""

import numpy as np
import pandas as pd
import pytest

from workbench.experiment import order_statistics as order_statistics_module
from workbench.experiment.calibration import binomial_band
from workbench.experiment.order_statistics import order_statistics
from workbench.experiment.quantile_effects import quantile_effect, quantile_reading
from workbench.experiment.source import open_source


def test_order_statistics_cover_a_quantile() -> None:
    rng = np.random.default_rng(2)
    hits = 0
    for _ in range(1500):
        arms = [rng.exponential(size=300), rng.exponential(size=300)]
        readings = [quantile_reading(values, 0.9) for values in arms]
        effect = quantile_effect(*readings, (300, 300), 0.9)
        hits += effect.ci_low <= 0 <= effect.ci_high
        assert readings[0].value == np.sort(arms[0])[269]
    assert 0.93 <= hits / 1500 <= 0.98


def test_a_quantile_is_covered_when_the_variants_are_spread_differently() -> None:
    rng = np.random.default_rng(4)
    hits, n = 0, 2000
    for _ in range(n):
        arms = [3 * rng.standard_normal(400) + 1.0, rng.standard_normal(800)]
        readings = [quantile_reading(values, 0.5) for values in arms]
        effect = quantile_effect(*readings, (400, 800), 0.5)
        hits += effect.ci_low <= 1.0 <= effect.ci_high
        assert (effect.p_value < 0.05) == (effect.ci_low > 0 or effect.ci_high < 0)
    low, high = binomial_band(0.95, n)
    assert low <= hits / n <= high


@pytest.mark.parametrize("seed", range(4))
def test_values_at_ranks_are_those_of_a_sort(seed, monkeypatch) -> None:
    monkeypatch.setattr(order_statistics_module, "VALUES_AT_ONCE", 50)
    rng = np.random.default_rng(seed)
    values = np.concatenate(
        [
            np.exp(3 * rng.standard_normal(700)),
            -np.exp(3 * rng.standard_normal(300)),
            np.repeat(rng.integers(0, 5, 20).astype(float), 20),
            [1e300, -1e300, 5e-324, 0.0, -0.0],
        ]
    )
    frame = pd.DataFrame({"v": np.concatenate([values, [np.nan, np.inf, -np.inf]])})
    ranks = [0, 1, 17, 500, 700, 900, 1200, len(values) - 2, len(values) - 1]
    found = order_statistics(open_source(frame.sample(frac=1, random_state=seed)), '"v"', ranks)
    assert found == np.sort(values)[ranks].tolist()


def test_clusters_widen_the_interval_of_a_quantile() -> None:
    rng = np.random.default_rng(3)
    group = np.repeat(np.arange(40), 25)
    values = np.repeat(rng.standard_normal(40), 25) + 0.3 * rng.standard_normal(1000)
    plain, wide = quantile_reading(values, 0.5), quantile_reading(values, 0.5, clusters=group)
    assert wide.design > 5
    assert wide.ci_high - wide.ci_low > 1.5 * (plain.ci_high - plain.ci_low)
    assert quantile_reading(np.array([1.0, 2.0]), 0.99) is None
