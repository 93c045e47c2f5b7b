"""Two shares: published values, SciPy, and what holds for all counts."""

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

import workbench as wb
from workbench.experiment import proportions
from workbench.experiment.proportions import (
    boschloo,
    fisher,
    miettinen_nurminen,
    newcombe,
    pooled_z,
    proportion_effect,
    ratio_interval,
    score_statistic,
)

NEWCOMBE_1998 = (56, 70, 48, 80)


def test_difference_of_shares_matches_newcombe_1998() -> None:
    result = wb.compare_proportions(*NEWCOMBE_1998)
    assert result.estimate == pytest.approx(0.2, abs=1e-12)
    assert (result.ci_low, result.ci_high) == pytest.approx((0.05283, 0.33817), abs=5e-6)
    assert result.p_value == pytest.approx(0.00884, abs=5e-6)
    assert result.table["p_exact"].iloc[0] == pytest.approx(0.01252, abs=5e-6)


def test_newcombe_interval_matches_newcombe_1998() -> None:
    result = wb.compare_proportions(*NEWCOMBE_1998, interval="newcombe")
    assert (result.ci_low, result.ci_high) == pytest.approx((0.05243, 0.33387), abs=5e-6)


@pytest.mark.parametrize(  # Newcombe (1998), table II, method 5 (Miettinen-Nurminen)
    ("counts", "low", "high"),
    [((9, 10, 3, 10), 0.1700, 0.8406), ((10, 10, 0, 20), 0.7156, 1.0), ((5, 56, 0, 29), -0.0326,
                                                                       0.1933)],
)  # fmt: skip
def test_miettinen_nurminen_matches_newcombes_table(counts, low, high) -> None:
    assert miettinen_nurminen(*counts) == pytest.approx((low, high), abs=6e-5)


def test_resume_call_backs_match_the_published_test() -> None:
    assert pooled_z(157, 2435, 235, 2435) == pytest.approx(-4.108, abs=5e-4)
    result = wb.compare_proportions(157, 2435, 235, 2435)
    assert result.p_value == pytest.approx(3.98e-5, rel=2e-3)
    assert result.estimate == pytest.approx(-0.0320, abs=5e-5)


@pytest.mark.parametrize("counts", [(5, 50, 3, 40), (0, 10, 5, 12), (20, 30, 10, 45), (1, 9, 9, 9)])
def test_exact_tests_match_scipy(counts) -> None:
    table = [[counts[0], counts[2]], [counts[1] - counts[0], counts[3] - counts[2]]]
    exact = stats.boschloo_exact(table, n=128).pvalue
    assert boschloo(*counts) == pytest.approx(exact, rel=1e-6)
    assert fisher(*counts) == pytest.approx(stats.fisher_exact(table).pvalue, rel=1e-9)


def test_no_conversions_in_control_gives_a_difference_and_no_lift() -> None:  # a peer says 0, p 1
    result = wb.compare_proportions(40, 1000, 0, 1000)
    assert result.estimate == pytest.approx(0.04)
    assert result.ci_low > 0.02
    assert result.p_value < 1e-9
    assert result.lift is None
    assert result.table["reason"].iloc[0] == "CONTROL_ZERO"


counts = st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@settings(max_examples=60, deadline=None)
@given(counts, counts)
def test_intervals_hold_the_estimate_and_stay_on_the_scale(treatment, control) -> None:
    for method in (miettinen_nurminen, newcombe):
        low, high = method(*treatment, *control)
        difference = treatment[0] / treatment[1] - control[0] / control[1]
        assert -1 <= low <= difference + 1e-9
        assert difference - 1e-9 <= high <= 1
        assert low < high


@settings(max_examples=60, deadline=None)
@given(counts, counts)
def test_swapping_the_variants_turns_the_interval(treatment, control) -> None:
    low, high = miettinen_nurminen(*treatment, *control)
    assert miettinen_nurminen(*control, *treatment) == pytest.approx((-high, -low), abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(counts, counts)
def test_the_ends_of_the_interval_are_just_not_rejected(treatment, control) -> None:
    low, high = miettinen_nurminen(*treatment, *control)
    if low > -1:
        assert score_statistic(*treatment, *control, low) == pytest.approx(1.95996, abs=1e-4)
    if high < 1:
        assert score_statistic(*treatment, *control, high) == pytest.approx(-1.95996, abs=1e-4)


@settings(max_examples=60, deadline=None)
@given(counts, counts)
def test_the_ratio_interval_holds_the_ratio(treatment, control) -> None:
    assume(control[0] > 0)
    low, high = ratio_interval(*treatment, *control)
    ratio = (treatment[0] / treatment[1]) / (control[0] / control[1])
    assert 0 <= low <= ratio + 1e-9
    assert high is not None
    assert ratio <= high * (1 + 1e-9)


def test_the_score_interval_covers_in_small_samples() -> None:
    """Exact coverage over all tables, for shares where Wald's interval fails."""
    covered = 0.0
    n, p_t, p_c = 20, 0.15, 0.05
    for x in range(n + 1):
        for y in range(n + 1):
            low, high = miettinen_nurminen(x, n, y, n)
            if low <= p_t - p_c <= high:
                covered += float(stats.binom.pmf(x, n, p_t) * stats.binom.pmf(y, n, p_c))
    assert 0.93 < covered < 0.98


@pytest.mark.parametrize("bad", [(-1, 10, 1, 10), (11, 10, 1, 10), (1.5, 10, 1, 10),
                                 (math.nan, 10, 1, 10), (1, math.inf, 1, 10)])  # fmt: skip
def test_counts_that_are_none_are_refused(bad) -> None:
    with pytest.raises(wb.DataError, match="whole numbers"):
        proportion_effect(*bad)


def test_no_units_gives_a_reason_and_no_numbers() -> None:
    result = wb.compare_proportions(0, 0, 3, 10)
    assert result.estimate is None
    assert result.reason == "TOO_FEW"


@given(
    st.tuples(st.integers(0, 300), st.integers(1, 300), st.integers(0, 300), st.integers(1, 300))
)
@settings(max_examples=60, deadline=None)
def test_ends_are_those_of_eighty_halvings(counts) -> None:
    """Halving stops where no number lies between: to go on would not move an end by one bit."""
    x_treatment, n_treatment, x_control, n_control = counts
    assume(x_treatment <= n_treatment and x_control <= n_control)

    def eighty(function, low, high):
        if function(low) <= 0:
            return low
        if function(high) >= 0:
            return high
        for _ in range(80):
            middle = (low + high) / 2
            low, high = (middle, high) if function(middle) > 0 else (low, middle)
        return (low + high) / 2

    found = miettinen_nurminen(*counts), ratio_interval(*counts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(proportions, "_falling_root", eighty)
        assert (miettinen_nurminen(*counts), ratio_interval(*counts)) == found
