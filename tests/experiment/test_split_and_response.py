"""Sample ratio and non-response: published values, power, bounds that cover."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import workbench as wb
from workbench.experiment.calibration import binomial_band
from workbench.experiment.response import (
    Counted,
    lee_bounds,
    response_rates,
    turning_point,
    worst_case_bounds,
)
from workbench.experiment.sample_ratio import leave_one_out, sequential_sample_ratio


def test_a_published_broken_split_is_found() -> None:
    found = wb.sample_ratio([821588, 815482], [0.5, 0.5])
    assert found.statistic == pytest.approx(22.774, abs=5e-4)
    assert found.p_value == pytest.approx(1.8e-6, rel=0.02)
    assert found.passed is False


def test_a_variant_without_weight_is_no_degree_of_freedom() -> None:  # a peer says p = 0.0925
    found = wb.sample_ratio([1000, 1100, 0], [0.5, 0.5, 0])
    assert found.p_value == pytest.approx(0.0291, abs=5e-5)
    assert found.df == 1


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(1, 10_000), min_size=2, max_size=5))
def test_the_split_is_scipys_chi_square_by_list_or_by_name(counts) -> None:
    weights = [1 + i for i in range(len(counts))]
    expected = np.array(weights) / sum(weights) * sum(counts)
    found = wb.sample_ratio(counts, weights)
    assert found.p_value == pytest.approx(stats.chisquare(counts, expected).pvalue, abs=1e-12)
    names = [f"v{i}" for i in range(len(counts))]
    named = wb.sample_ratio(dict(zip(names, counts, strict=True)),
                            dict(zip(reversed(names), reversed(weights), strict=True)))  # fmt: skip
    assert named.p_value == pytest.approx(found.p_value)


@pytest.mark.parametrize(
    ("counts", "weights"),
    [([1, 2], [1]), ([-1, 2], [1, 1]), ([1, 2], [0, 0]), ({"A": 1, "B": 2}, {"A": 1}),
     ({"A": 1}, [1]), ([float("nan"), 2], [1, 1])],
)  # fmt: skip
def test_counts_without_a_plan_are_refused(counts, weights) -> None:
    with pytest.raises(wb.DataError):
        wb.sample_ratio(counts, weights)


def test_no_units_and_one_variant_can_not_be_tested() -> None:
    assert wb.sample_ratio([0, 0], [1, 1]).passed is None
    assert wb.sample_ratio([10], [1]).passed is None


def test_a_half_percent_imbalance_in_a_million_is_caught() -> None:
    rng = np.random.default_rng(1)
    treated = rng.binomial(1_000_000, 0.505, 400)
    caught = [wb.sample_ratio([1_000_000 - k, k], [1, 1]).passed is False for k in treated]
    assert np.mean(caught) >= 0.99


def test_a_fair_split_rarely_alarms() -> None:
    rng = np.random.default_rng(2)
    treated = rng.binomial(10_000, 0.5, 5000)
    alarms = [wb.sample_ratio([10_000 - k, k], [1, 1]).passed is False for k in treated]
    assert np.mean(alarms) <= binomial_band(0.001, 5000)[1]


def test_daily_looks_at_a_fair_split_keep_the_error() -> None:
    rng = np.random.default_rng(3)
    alarms = 0
    for _ in range(500):
        treated = rng.binomial(500, 0.5, 60).cumsum()
        counts = np.column_stack([np.arange(1, 61) * 500 - treated, treated])
        p = sequential_sample_ratio(counts, [1, 1])
        assert np.all(np.diff(p) <= 0)
        alarms += p[-1] < 0.05
    assert alarms / 500 <= binomial_band(0.05, 500)[1]
    broken = np.array([[50_500, 49_500], [505_000, 495_000]])
    assert sequential_sample_ratio(broken, [1, 1])[-1] < 0.001


def test_without_the_cause_the_split_passes() -> None:
    found = leave_one_out({"FI": [3337, 2473], "SE": [11011, 10989]}, [0.5, 0.5])
    assert found["FI"].passed
    assert not found["SE"].passed


SCORES = np.array([-100.0, 0.0, 100.0])


def counted(counts, asked):
    return Counted(SCORES, np.array(counts, dtype=float), asked)


def test_unequal_response_is_alarming() -> None:
    equal = response_rates(counted([100, 100, 110], 1000), counted([100, 100, 108], 1000))
    unequal = response_rates(counted([100, 100, 150], 1000), counted([100, 100, 108], 1000))
    assert not equal.alarm
    assert unequal.alarm


def test_worst_case_bounds_let_the_silent_answer_anything() -> None:
    found = worst_case_bounds(
        counted([20, 30, 50], 200), counted([25, 30, 45], 200), (-100, 100), confidence=0.95
    )
    assert found.low == pytest.approx((30 - 100) / 2 - (20 + 100) / 2)
    assert found.high == pytest.approx((30 + 100) / 2 - (20 - 100) / 2)
    assert found.ci_low < found.low < found.high < found.ci_high


def test_lee_trims_the_surplus_from_either_end() -> None:
    treatment, control = counted([20, 30, 50], 100), counted([20, 20, 40], 100)
    found = lee_bounds(treatment, control)
    assert found.trimmed == pytest.approx(0.2)
    top_cut = (-20 + 0 + 30) * 100 / 80
    bottom_cut = 50 * 100 / 80
    assert found.low == pytest.approx(top_cut - 25)
    assert found.high == pytest.approx(bottom_cut - 25)
    mirrored = lee_bounds(control, treatment)
    assert (mirrored.low, mirrored.high) == pytest.approx((-found.high, -found.low))


def test_equal_response_leaves_lee_nothing_to_trim() -> None:
    arm = counted([20, 30, 50], 120)
    found = lee_bounds(arm, arm)
    assert found.low == found.high == 0
    assert found.ci_low < 0 < found.ci_high


def _lee_coverage(replications, rng):
    values, hits = np.arange(11.0), 0
    for _ in range(replications):
        arms = []
        for treated in (0, 1):
            mood = rng.standard_normal(2500)
            score = np.clip(np.rint(7 + 2 * mood + 0.4 * treated), 0, 10)
            answers = rng.random(2500) < 0.3
            if treated:
                answers |= (rng.random(2500) < 0.05) & (mood > 0)
            counts = np.bincount(score[answers].astype(int), minlength=11).astype(float)
            arms.append(Counted(values, counts, 2500))
        found = lee_bounds(arms[1], arms[0])
        hits += found.ci_low <= TRUE_LEE <= found.ci_high
    return hits


def _true_effect():
    rng = np.random.default_rng(99)
    mood = rng.standard_normal(2_000_000)
    scores = [np.clip(np.rint(7 + 2 * mood + 0.4 * t), 0, 10).mean() for t in (0, 1)]
    return scores[1] - scores[0]


TRUE_LEE = _true_effect()


def test_lee_bounds_cover_the_effect_among_those_who_always_answer() -> None:
    hits = _lee_coverage(400, np.random.default_rng(5))
    assert hits / 400 >= binomial_band(0.95, 400)[0]


@pytest.mark.prove
def test_lee_bounds_cover_at_full_size() -> None:
    hits = _lee_coverage(5000, np.random.default_rng(6))
    assert hits / 5000 >= binomial_band(0.95, 5000)[0]


def test_the_turning_point_undoes_the_conclusion() -> None:
    treatment, control = counted([150, 150, 200], 1000), counted([170, 150, 180], 1000)
    effect = response_rates(treatment, control).effect
    from dataclasses import replace

    among = replace(effect, estimate=8.0, ci_low=2.0, ci_high=14.0, standard_error=3.0)
    point = turning_point(among, treatment, control, lambda shift: 2.0 + shift > -3.0)
    overall = 0.5 * 8.0 + 0.5 * point
    assert 2.0 + (overall - 8.0) == pytest.approx(-3.0, abs=1e-6)
    assert turning_point(among, treatment, control, lambda _: False) is None
