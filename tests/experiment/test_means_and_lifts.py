"""Means, lifts, adjustment, ratios, groups: other implementations and what holds for all data."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from workbench.experiment.adjustment import (
    adjusted_effect,
    covariate_gap,
    independent_columns,
    lin_from_rows,
)
from workbench.experiment.clusters import ClusterSums, cluster_effect, permutation_p
from workbench.experiment.effect import Level, fieller_lift, linear_lift, log_lift, of_levels
from workbench.experiment.means import mean_effect, skew_reading
from workbench.experiment.moments import moments_of
from workbench.experiment.ratios import adjusted_ratio_effect, denominator_moved, ratio_effect

RNG = np.random.default_rng(20260101)
N = 600
T = RNG.integers(0, 2, N)
X = RNG.normal(size=(N, 2))
Y = 1 + 0.5 * T + X @ [1, 0.5] + 0.3 * T * X[:, 0] + RNG.normal(size=N)
D = 3 + X[:, 0] ** 2 + RNG.poisson(2, N)


def arm(value, **columns):
    keep = value == T
    return moments_of({name: np.asarray(v)[keep] for name, v in columns.items()},
                      shift=dict.fromkeys(columns, 0.5))  # fmt: skip


ALL = {"y": Y, "x1": X[:, 0], "x2": X[:, 1], "d": D.astype(float)}


def test_welch_matches_scipy() -> None:
    found = mean_effect(arm(1, **ALL), arm(0, **ALL), "y")
    expected = stats.ttest_ind(Y[T == 1], Y[T == 0], equal_var=False)
    interval = expected.confidence_interval(0.95)
    assert found.p_value == pytest.approx(expected.pvalue, rel=1e-9)
    assert (found.ci_low, found.ci_high) == pytest.approx((interval.low, interval.high), rel=1e-9)


def test_lin_matches_the_interacted_regression_with_hc2() -> None:
    centred = X - X.mean(axis=0)
    design = np.column_stack([np.ones(N), T, centred, centred * T[:, None]])
    expected = sm.OLS(Y, design).fit(cov_type="HC2")
    rows = lin_from_rows(Y, T, X)
    assert rows.estimate == pytest.approx(expected.params[1], rel=1e-9)
    assert rows.standard_error == pytest.approx(expected.bse[1], rel=1e-9)
    moments = adjusted_effect(arm(1, **ALL), arm(0, **ALL), "y", ["x1", "x2"])
    assert moments.effect.estimate == pytest.approx(expected.params[1], rel=1e-9)
    assert moments.effect.standard_error == pytest.approx(expected.bse[1], rel=0.03)
    assert moments.variance_kept is not None
    assert moments.variance_kept < 0.6


def test_cuped_has_the_slope_within_the_variants() -> None:
    found = adjusted_effect(arm(1, **ALL), arm(0, **ALL), "y", ["x1"], slopes="cuped").effect
    design = np.column_stack([np.ones(N), T, X[:, 0]])
    slope = sm.OLS(Y, design).fit().params[2]
    level = [Y[v == T].mean() - slope * X[v == T, 0].mean() for v in (1, 0)]
    assert found.estimate == pytest.approx(level[0] - level[1], rel=1e-9)


def test_collinear_and_constant_covariates_are_dropped_by_name() -> None:
    columns = ALL | {"twice": 2 * X[:, 0] + 1, "one": np.ones(N)}
    kept, dropped = independent_columns(
        [arm(1, **columns), arm(0, **columns)], ["x1", "twice", "one", "x2"]
    )
    assert kept == ["x1", "x2"]
    assert dropped == ["twice", "one"]
    only = adjusted_effect(arm(1, **columns), arm(0, **columns), "y", ["one"])
    assert only.used == ()
    assert only.effect.method == "welch"


def test_a_covariate_that_the_treatment_touched_is_a_leak() -> None:
    touched = X[:, 0] + 0.5 * T
    assert covariate_gap(arm(1, x=touched), arm(0, x=touched), "x").is_leak
    assert not covariate_gap(arm(1, x=X[:, 0]), arm(0, x=X[:, 0]), "x").is_leak


def test_the_ratio_matches_the_delta_method_by_hand() -> None:
    found = ratio_effect(arm(1, **ALL), arm(0, **ALL), "y", "d")
    parts = []
    for value in (1, 0):
        y, d = Y[value == T], D[value == T]
        ratio = y.sum() / d.sum()
        parts.append((ratio, np.var(y - ratio * d, ddof=1) / (len(y) * d.mean() ** 2)))
    assert found.estimate == pytest.approx(parts[0][0] - parts[1][0], rel=1e-9)
    assert found.standard_error == pytest.approx(np.sqrt(parts[0][1] + parts[1][1]), rel=1e-9)


def test_the_adjusted_ratio_is_lin_on_linearised_units() -> None:
    found = adjusted_ratio_effect(arm(1, **ALL), arm(0, **ALL), "y", "d", ["x1", "x2"])
    linear = np.empty(N)
    for value in (1, 0):
        keep = value == T
        ratio = Y[keep].sum() / D[keep].sum()
        linear[keep] = (Y[keep] - ratio * D[keep]) / D[keep].mean() + ratio
    expected = lin_from_rows(linear, T, X)
    assert found.effect.estimate == pytest.approx(expected.estimate, rel=1e-9)
    assert found.effect.standard_error == pytest.approx(expected.standard_error, rel=0.03)


def test_a_denominator_of_zero_has_a_reason() -> None:
    zero = {"n": np.zeros(20), "d": np.zeros(20)}
    found = ratio_effect(moments_of(zero), moments_of(zero), "n", "d")
    assert found.reason == "DENOMINATOR_ZERO"
    assert found.estimate is None


def test_a_moved_denominator_is_said() -> None:
    more = {"d": D + 1.0 * T}
    assert denominator_moved(arm(1, **more), arm(0, **more), "d") < 0.01
    assert denominator_moved(arm(1, d=D * 1.0), arm(0, d=D * 1.0), "d") is None


def test_a_metric_that_rises_from_a_negative_level_rises() -> None:  # a peer says -18 %
    found = of_levels(Level(-0.82, 1e-4, 99, 100), Level(-1.0, 1e-4, 99, 100))
    assert found.lift.estimate == pytest.approx(0.18)
    assert 0 < found.lift.ci_low < 0.18 < found.lift.ci_high


def test_an_unclear_control_has_no_bounded_lift() -> None:
    found = of_levels(Level(1.0, 0.01, 99, 100), Level(0.1, 0.04, 99, 100))
    assert found.lift.reason == "LIFT_NOT_ESTIMABLE"
    assert found.lift.ci_low is None
    assert found.ci_low is not None


def test_fieller_covers_where_the_linear_interval_does_not() -> None:
    rng = np.random.default_rng(5)
    n, low, high = 4000, 0, 0
    for _ in range(n):
        levels = [Level(m + 0.2 * rng.standard_normal(), 0.04, np.inf, 100) for m in (3.0, 1.0)]
        lift = fieller_lift(*levels, 0.0, 1.959964)
        low += lift.ci_low is not None and lift.ci_low > 2.0
        linear = linear_lift(*levels, 0.0, 1.959964)
        high += linear.ci_high < 2.0
    assert low / n == pytest.approx(0.025, abs=0.009)  # one end; the other may be unbounded
    assert high / n > 0.04
    assert log_lift(*levels, 0.0, 1.96).estimate == pytest.approx(
        levels[0].value / levels[1].value - 1
    )


def test_zero_variance_and_too_few_have_reasons() -> None:
    flat = moments_of({"y": np.full(10, 3.0)})
    assert mean_effect(flat, flat, "y").reason == "ZERO_VARIANCE"
    assert mean_effect(flat, flat, "y").ci_low is None
    one = moments_of({"y": np.array([1.0])})
    assert mean_effect(one, flat, "y").reason == "TOO_FEW"


def test_large_means_keep_their_digits() -> None:  # a peer says zero variance, p = 1
    rng = np.random.default_rng(1)
    a, b = 1e9 + rng.standard_normal(100), 1e9 + rng.standard_normal(100)
    arms = [moments_of({"y": values}, shift={"y": 1e9}) for values in (a, b)]
    expected = stats.ttest_ind(a, b, equal_var=False).pvalue
    assert mean_effect(*arms, "y").p_value == pytest.approx(expected, rel=1e-6)


def test_hall_corrects_one_sided_errors_of_a_skewed_mean() -> None:
    rng = np.random.default_rng(3)
    misses = np.zeros((2, 2))
    for _ in range(3000):
        a, b = np.exp(rng.standard_normal(60)), np.exp(rng.standard_normal(600))
        arms = [moments_of({"y": values}) for values in (a, b)]
        plain, skew = mean_effect(*arms, "y"), skew_reading(*arms, "y")
        for row, (low, high) in enumerate(
            [(plain.ci_low, plain.ci_high), (skew.ci_low, skew.ci_high)]
        ):
            misses[row] += [low > 0, high < 0]
    plain_gap, corrected_gap = np.abs(misses[:, 0] - misses[:, 1])
    assert corrected_gap < 0.7 * plain_gap


def _cr2_by_matrices(y, treated, group):
    n = len(y)
    design = np.column_stack([np.ones(n), treated])
    bread = np.linalg.inv(design.T @ design)
    residual = y - design @ bread @ design.T @ y
    hat = design @ bread @ design.T
    meat, columns = np.zeros((2, 2)), []
    for g in np.unique(group):
        rows = np.flatnonzero(group == g)
        values, vectors = np.linalg.eigh(np.eye(len(rows)) - hat[np.ix_(rows, rows)])
        root = vectors @ np.diag(values**-0.5) @ vectors.T
        score = design[rows].T @ root @ residual[rows]
        meat += np.outer(score, score)
        columns.append((np.eye(n) - hat)[:, rows] @ root @ design[rows] @ bread @ [0, 1])
    eigen = np.linalg.eigvalsh(np.array(columns) @ np.array(columns).T)
    return np.sqrt((bread @ meat @ bread)[1, 1]), eigen.sum() ** 2 / (eigen**2).sum()


@pytest.mark.parametrize("nested", [False, True])
def test_cluster_errors_match_cr2_by_matrices(nested) -> None:
    rng = np.random.default_rng(7)
    group = rng.integers(0, 24, 300)
    treated = group % 2 if nested else rng.integers(0, 2, 300)
    y = rng.standard_normal(24)[group] + 0.3 * treated + rng.standard_normal(300)

    def total(value, weights=None):
        keep = treated == value
        weights = None if weights is None else weights[keep]
        return np.bincount(group[keep], weights=weights, minlength=24).astype(float)

    found = cluster_effect(ClusterSums(total(1), total(1, y), total(0), total(0, y)))
    error, df = _cr2_by_matrices(y, treated, group)
    assert found.standard_error == pytest.approx(error, rel=1e-9)
    assert found.df == pytest.approx(df, rel=1e-9)
    assert found.estimate == pytest.approx(y[treated == 1].mean() - y[treated == 0].mean())


def test_few_groups_are_tested_by_all_re_assignments() -> None:
    sums = ClusterSums(
        np.array([10.0, 10, 10, 0, 0, 0]), np.array([30.0, 31, 32, 0, 0, 0]),
        np.array([0.0, 0, 0, 10, 10, 10]), np.array([0.0, 0, 0, 10, 11, 12]),
    )  # fmt: skip
    assert permutation_p(sums) == pytest.approx(2 / 20)
    assert cluster_effect(sums).method == "cluster_permutation"


def test_one_group_per_variant_cannot_be_compared() -> None:
    sums = ClusterSums(np.array([10.0, 0]), np.array([5.0, 0]), np.array([0.0, 9]),
                       np.array([0.0, 4]))  # fmt: skip
    assert cluster_effect(sums).reason == "TOO_FEW_CLUSTERS"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=40), st.floats(-100, 100))
def test_a_constant_added_to_all_changes_no_effect(values, constant) -> None:
    half = len(values) // 2
    if half < 2:
        return
    a, b = np.array(values[:half]), np.array(values[half:])
    plain = mean_effect(moments_of({"y": a}), moments_of({"y": b}), "y")
    moved = mean_effect(moments_of({"y": a + constant}), moments_of({"y": b + constant}), "y")
    assert moved.estimate == pytest.approx(plain.estimate, rel=1e-6, abs=1e-6)
