"""Intervals of many splits at once are those of the estimators, split by split."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.experiment.calibration import AaMetric, aa_effects, aa_intervals, calibrate


def _assert_same(metrics, **choices) -> None:
    effects = aa_effects(metrics, **choices)
    intervals = aa_intervals(metrics, **choices)
    for metric, series, ends in zip(metrics, effects, intervals, strict=True):
        expected = np.array([(e.ci_low, e.ci_high) for e in series], dtype=float)
        np.testing.assert_allclose(ends, expected, rtol=1e-9, atol=1e-12, err_msg=metric.name)


def _columns(n, seed):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, 3))
    visits = 1.0 + rng.poisson(3, n)
    return {
        "x": x,
        "money": np.exp(rng.standard_normal(n) + 0.5 * x[:, 0]),
        "bought": (rng.random(n) < 0.3).astype(float),
        "visits": visits,
        "orders": rng.binomial(visits.astype(int), 0.2).astype(float),
        "silent": np.where(rng.random(n) < 0.4, np.nan, rng.standard_normal(n) + x[:, 1]),
    }


def _metrics(columns, x):
    counts = {"outcome": columns["orders"], "denominator": columns["visits"]}
    return [
        AaMetric(name="share", kind="share", outcome=columns["bought"], covariates=x),
        AaMetric(name="mean", kind="mean", outcome=columns["money"], covariates=x),
        AaMetric(name="silent", kind="mean", outcome=columns["silent"], covariates=x),
        AaMetric(name="ratio", kind="ratio", covariates=x, **counts),
    ]


@pytest.mark.parametrize("n", [12, 40, 2000])
@pytest.mark.parametrize("covariates", [0, 1, 3])
def test_every_kind_of_metric_has_the_estimators_intervals(n, covariates) -> None:
    columns = _columns(n, seed=n)
    x = columns["x"][:, :covariates] if covariates else None
    _assert_same(_metrics(columns, x), replications=60, treatment_share=0.4, seed=3)


@pytest.mark.parametrize("second", ["constant", "double", "rare"])
def test_covariates_that_add_nothing_are_left_to_the_estimator(second) -> None:
    columns = _columns(60, seed=4)
    first = columns["x"][:, 0]
    rare = (np.arange(60) < 2).astype(float)
    other = {"constant": np.full(60, 7.0), "double": 2 * first, "rare": rare}[second]
    x = np.column_stack([first, other])
    _assert_same(_metrics(columns, x), replications=80, seed=5)


def test_a_constant_outcome_and_a_denominator_of_zero_have_no_interval() -> None:
    x = _columns(30, seed=6)["x"][:, :1]
    metrics = [
        AaMetric(name="mean", kind="mean", outcome=np.ones(30), covariates=x),
        AaMetric(name="ratio", kind="ratio", outcome=np.ones(30), denominator=np.zeros(30)),
        AaMetric(name="all", kind="ratio", outcome=np.ones(30), denominator=np.ones(30)),
        AaMetric(name="none", kind="mean", outcome=np.full(30, np.nan)),
    ]
    _assert_same(metrics, replications=20)
    assert [found.undecided for found in calibrate(metrics, replications=20)] == [20] * 4


def test_alarms_are_the_effects_whose_interval_leaves_zero_out() -> None:
    columns = _columns(400, seed=7)
    metrics = _metrics(columns, columns["x"][:, :1])
    effects = aa_effects(metrics, replications=500, confidence=0.8, seed=8)
    expected = [sum(not e.ci_low <= 0 <= e.ci_high for e in series) for series in effects]
    found = calibrate(metrics, replications=500, alpha=0.2, seed=8)
    assert [one.alarms for one in found] == expected
    assert all(alarms > 0 for alarms in expected)


@settings(max_examples=30, deadline=None)
@given(
    rows=st.lists(
        st.tuples(*[st.integers(-3, 3).map(float) | st.just(np.nan)] * 3), min_size=10, max_size=25
    ),
    share=st.sampled_from([0.5, 0.3, 0.9]),
)
def test_small_hostile_data_have_the_estimators_intervals(rows, share) -> None:
    outcome, denominator, x = np.array(rows).T
    x = np.nan_to_num(x)[:, None]
    metrics = [
        AaMetric(name="mean", kind="mean", outcome=outcome),
        AaMetric(name="adjusted", kind="mean", outcome=outcome, covariates=x),
        AaMetric(name="ratio", kind="ratio", outcome=outcome, denominator=denominator),
        AaMetric(name="both", kind="ratio", outcome=outcome, denominator=denominator,
                 covariates=x),
    ]  # fmt: skip
    _assert_same(metrics, replications=15, treatment_share=share)
