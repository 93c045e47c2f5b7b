"""Intervals, design variances and corrections, against published values and other code."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from workbench import estimates
from workbench.estimates.means import _satterthwaite_df


@pytest.mark.parametrize(
    ("promoters", "detractors", "n", "method", "expected"),
    [  # counts and ends worked through in the literature on NPS intervals
        (19, 10, 36, "wald", (-3.16, 53.16)),
        (19, 10, 36, "adjusted_wald", (-3.72, 49.87)),
        (19, 10, 36, "score", (-4.34, 50.07)),
        (60, 15, 100, "wald", (30.50, 59.50)),
        (60, 15, 100, "adjusted_wald", (29.34, 58.04)),
        (60, 15, 100, "score", (29.26, 58.13)),
    ],
)
def test_net_share_intervals_match_worked_examples(promoters, detractors, n, method, expected):
    ends = estimates.net_share_interval(promoters / n, detractors / n, n, method=method)
    assert [100 * float(end) for end in ends] == pytest.approx(expected, abs=5e-3)


@pytest.mark.parametrize(
    ("x", "n", "expected"),
    [  # Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3
        (81, 263, (0.2553, 0.3662)),
        (15, 148, (0.0624, 0.1605)),
        (0, 20, (0.0000, 0.1611)),
        (1, 29, (0.0061, 0.1718)),
    ],
)
def test_wilson_intervals_match_newcombe_1998(x, n, expected):
    ends = estimates.share_interval(x / n, n)
    assert [float(end) for end in ends] == pytest.approx(expected, abs=5e-5)


def test_all_promoters_have_a_width_and_stay_on_the_scale():
    low, high = estimates.net_share_interval(1.0, 0.0, 10)
    z2 = stats.norm.ppf(0.975) ** 2
    assert float(high) == pytest.approx(1)
    assert float(low) == pytest.approx((10 - z2) / (10 + z2))  # the test solved by hand
    low, high = estimates.net_share_interval(1.0, 0.0, 10, method="adjusted_wald")
    assert (100 * float(low), float(high)) == (pytest.approx(47.5, abs=0.05), 1.0)


def test_no_answers_have_no_interval():
    assert np.isnan(estimates.net_share_interval(0.5, 0.2, 0)).all()
    assert np.isnan(estimates.share_interval(0.5, 0)).all()


shares = st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40)).filter(sum)


@given(shares, st.sampled_from(["score", "adjusted_wald", "wald"]), st.floats(0.5, 0.999))
def test_net_share_interval_is_ordered_on_scale_and_mirrored(counts, method, confidence):
    n = sum(counts)
    first, second = counts[0] / n, counts[1] / n
    low, high = map(
        float,
        estimates.net_share_interval(first, second, n, confidence=confidence, method=method),
    )
    mirror = estimates.net_share_interval(second, first, n, confidence=confidence, method=method)
    assert -1 <= low <= high <= 1
    assert (low, high) == pytest.approx((-float(mirror[1]), -float(mirror[0])), abs=1e-9)
    if method == "score":
        assert low <= first - second + 1e-12
        assert high >= first - second - 1e-12
        assert high - low > 0


@given(shares)
def test_one_pair_and_many_pairs_agree(counts):
    n = sum(counts)
    one = estimates.net_share_interval(counts[0] / n, counts[1] / n, n)
    many = estimates.net_share_interval([counts[0] / n], [counts[1] / n], [n])
    assert [float(end) for end in one] == pytest.approx([float(end[0]) for end in many], abs=1e-12)


def test_kish_counts_answers_of_equal_weight():
    assert estimates.kish_effective_n([2, 2, 2]) == pytest.approx(3)
    assert estimates.kish_effective_n([0, 0]) == 0
    assert estimates.kish_effective_n([1e-300, 1e-300]) == pytest.approx(2)


@settings(max_examples=50)
@given(st.lists(st.floats(0.1, 10), min_size=3, max_size=12), st.integers(0, 2**32 - 1))
def test_mean_variance_is_hc2_of_a_weighted_regression(weights, seed):
    values = np.random.default_rng(seed).normal(70, 17, len(weights))
    variance, df = estimates.mean_variance(values, weights)
    fit = sm.WLS(values, np.ones(len(weights)), weights=weights).fit(cov_type="HC2")
    assert variance == pytest.approx(fit.bse[0] ** 2, rel=1e-9)
    assert 0 < df <= len(weights) - 1 + 1e-9


@given(st.lists(st.floats(0.1, 10), min_size=2, max_size=8))
def test_satterthwaite_df_matches_the_matrices(weights):
    share = np.array(weights) / np.sum(weights)
    leverage = share**2 / (1 - share)
    centre = np.eye(share.size) - np.outer(np.ones(share.size), share)
    form = centre.T @ np.diag(leverage) @ centre
    expected = np.trace(form) ** 2 / np.trace(form @ form)
    assert _satterthwaite_df(share, leverage) == pytest.approx(expected, rel=1e-6)


def test_equal_weights_give_the_textbook_variance():
    values = np.array([40.0, 60, 70, 95])
    variance, df = estimates.mean_variance(values, np.full(4, 3.7))
    assert (variance, df) == (pytest.approx(values.var(ddof=1) / 4), 3)
    assert np.isnan(estimates.mean_variance([1.0])[0])


def _variance_by_loops(scores, strata, clusters):
    total = 0.0
    for stratum in set(strata):
        sums = {}
        for score, s, c in zip(scores, strata, clusters, strict=True):
            if s == stratum:
                sums[c] = sums.get(c, 0.0) + score
        values = list(sums.values())
        mean = sum(values) / len(values)
        total += len(values) / (len(values) - 1) * sum((v - mean) ** 2 for v in values)
    return total


@settings(max_examples=50)
@given(st.integers(0, 2**32 - 1))
def test_linearised_variance_matches_the_formula_written_out(seed):
    rng = np.random.default_rng(seed)
    strata = np.repeat([0, 1], 20)
    clusters = np.concatenate([rng.integers(0, 4, 20), 4 + rng.integers(0, 4, 20)])
    clusters[[0, 1, 20, 21]] = [0, 1, 4, 5]  # at least two clusters in each stratum
    clusters = np.unique(clusters, return_inverse=True)[1]
    scores = rng.normal(size=40)
    found = estimates.linearised_variance(scores, strata=strata, clusters=clusters)
    assert found.variance == pytest.approx(_variance_by_loops(scores, strata, clusters))
    assert found.df == found.clusters - 2


def test_a_stratum_with_one_cluster_has_no_variance_and_says_which():
    found = estimates.linearised_variance(
        [1.0, 2, 3], strata=np.array([0, 0, 1]), clusters=np.array([0, 1, 2])
    )
    assert (found.variance, found.lonely) == (None, (1,))


def test_a_fully_sampled_stratum_adds_no_variance():
    scores, strata = [1.0, -1, 5], np.array([0, 0, 1])
    found = estimates.linearised_variance(
        scores, strata=strata, sampled_fraction=np.array([0.0, 1.0])
    )
    assert found.variance == pytest.approx(4.0)


@given(st.floats(0.5, 99.5), st.floats(0.01, 400), st.floats(1, 500))
def test_bounded_interval_stays_inside_and_holds_the_estimate(estimate, variance, df):
    low, high = estimates.bounded_mean_interval(estimate, variance, df)
    assert 0 <= low < estimate < high <= 100
    mirror = estimates.bounded_mean_interval(100 - estimate, variance, df)
    assert (low, high) == pytest.approx((100 - mirror[1], 100 - mirror[0]), abs=1e-6)


def test_bounded_interval_is_the_t_interval_in_the_middle_of_the_scale():
    low, high = estimates.bounded_mean_interval(50, 1.0, 399)
    half = stats.t.ppf(0.975, 399)
    assert (low, high) == pytest.approx((50 - half, 50 + half), abs=0.002)


@pytest.mark.parametrize("place", [0.0, 100.0])
def test_at_an_end_of_the_scale_there_is_no_interval(place):
    assert np.isnan(estimates.bounded_mean_interval(place, 1.0, 10)).all()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_benjamini_hochberg_matches_scipy(p_values):
    expected = stats.false_discovery_control(p_values)
    assert estimates.benjamini_hochberg(p_values) == pytest.approx(expected)


def test_corrections_leave_missing_p_values_out():
    assert estimates.benjamini_hochberg([np.nan, 0.04]).tolist()[1] == 0.04
    assert estimates.holm([0.04, np.nan, 0.01]).tolist()[0] == 0.04
    assert estimates.benjamini_hochberg([]).size == 0


def test_mean_difference_matches_welch():
    rng = np.random.default_rng(3)
    first, second = rng.normal(70, 17, 50), rng.normal(74, 12, 80)
    parts = [estimates.mean_variance(side) for side in (first, second)]
    df = estimates.welch_df((parts[0][0], parts[1][0]), (parts[0][1], parts[1][1]))
    found = estimates.mean_difference(first.mean() - second.mean(), parts[0][0] + parts[1][0], df)
    expected = stats.ttest_ind(first, second, equal_var=False)
    interval = expected.confidence_interval()
    assert found == pytest.approx((interval.low, interval.high, expected.pvalue))


def test_recovered_difference_matches_newcombe_1998():
    # Statistics in Medicine 17, 873-890, table II, method 10, without correction: 56/70 - 48/80
    def ends(x, n):
        return lambda z: tuple(
            float(end)
            for end in estimates.share_interval(x / n, n, confidence=2 * stats.norm.cdf(z) - 1)
        )

    low, high, p = estimates.recovered_difference(56 / 70, 48 / 80, ends(56, 70), ends(48, 80))
    assert (low, high) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    edge = estimates.recovered_difference(
        56 / 70, 48 / 80, ends(56, 70), ends(48, 80), confidence=1 - p
    )
    assert edge[0] == pytest.approx(0, abs=1e-6)


def test_no_difference_has_p_one_and_a_vast_one_a_tiny_p():
    def ends(share):
        return lambda z: tuple(
            float(e)
            for e in estimates.share_interval(share, 5000, confidence=2 * stats.norm.cdf(z) - 1)
        )

    assert estimates.recovered_difference(0.5, 0.5, ends(0.5), ends(0.5))[2] == 1
    assert estimates.recovered_difference(0.9, 0.1, ends(0.9), ends(0.1))[2] < 1e-14
