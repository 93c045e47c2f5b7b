"""NPS and ranks from counts: other implementations and invariances."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.miscmodels.ordinal_model import OrderedModel

import workbench as wb
from workbench.experiment.scores import (
    brunner_munzel,
    mann_whitney,
    parallel_odds_p,
    proportional_odds,
)

RNG = np.random.default_rng(9)
WEIGHTS = np.array([3, 1, 1, 2, 2, 4, 6, 14, 20, 20, 27]) / 100
A = RNG.choice(11, 700, p=WEIGHTS)
B = RNG.choice(11, 900, p=np.roll(WEIGHTS, -1) * 0.3 + WEIGHTS * 0.7)
COUNTS = tuple(np.bincount(x, minlength=11) for x in (A, B))


def test_nps_difference_is_a_difference_of_trinomials() -> None:
    result = wb.compare_nps(*COUNTS)
    values = [np.select([x >= 9, x >= 7], [100.0, 0.0], -100.0) for x in (A, B)]
    assert result.estimate == pytest.approx(values[0].mean() - values[1].mean())
    assert result.se == pytest.approx(np.sqrt(sum(v.var() / len(v) for v in values)))
    assert result.lift is None


def test_brunner_munzel_matches_scipy() -> None:
    found = brunner_munzel(*COUNTS)
    expected = stats.brunnermunzel(B, A)
    assert found.p_value == pytest.approx(expected.pvalue, rel=1e-9)
    larger = (A[:, None] > B[None, :]).mean() + 0.5 * (A[:, None] == B[None, :]).mean()
    assert found.estimate == pytest.approx(larger)


def test_mann_whitney_matches_scipy() -> None:
    u, p = mann_whitney(*COUNTS)
    expected = stats.mannwhitneyu(A, B, method="asymptotic")
    assert (u, p) == pytest.approx((expected.statistic, expected.pvalue), rel=1e-9)


def test_proportional_odds_match_statsmodels() -> None:
    y, x = np.concatenate([A, B]), np.repeat([1.0, 0.0], [len(A), len(B)])[:, None]
    expected = OrderedModel(y, x, distr="logit").fit(method="bfgs", disp=0, gtol=1e-8)
    found = proportional_odds(*COUNTS)
    assert np.log(found.estimate) == pytest.approx(expected.params[0], abs=1e-6)
    assert found.standard_error == pytest.approx(expected.bse[0], rel=5e-3)


def test_parallel_odds_are_rejected_as_often_as_they_should() -> None:
    rng = np.random.default_rng(2)
    p = [
        parallel_odds_p(rng.multinomial(800, WEIGHTS), rng.multinomial(900, WEIGHTS))
        for _ in range(600)
    ]
    assert np.mean(np.array(p) < 0.05) == pytest.approx(0.05, abs=0.03)


def test_scores_that_part_completely_have_a_reason() -> None:
    low, high = np.zeros(11), np.zeros(11)
    low[0], high[10] = 50, 50
    assert proportional_odds(high, low).reason == "SEPARATED"
    assert brunner_munzel(high, low).reason == "ZERO_VARIANCE"
    assert proportional_odds(low, low).reason == "ZERO_VARIANCE"


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=11, max_size=11),
       st.lists(st.integers(0, 40), min_size=11, max_size=11))  # fmt: skip
def test_swapping_variants_mirrors_every_reading(a, b) -> None:
    if min(sum(a), sum(b)) < 2:
        return
    a, b = np.array(a), np.array(b)
    assert wb.compare_nps(a, b).estimate == pytest.approx(-wb.compare_nps(b, a).estimate)
    there, back = brunner_munzel(a, b), brunner_munzel(b, a)
    assert there.estimate == pytest.approx(1 - back.estimate)
    odds, inverse = proportional_odds(a, b), proportional_odds(b, a)
    if odds.reason == "" and abs(np.log(odds.estimate)) < 5:
        assert odds.estimate * inverse.estimate == pytest.approx(1, rel=1e-4)


@pytest.mark.parametrize("bad", [[1] * 10, [1] * 12, [-1] + [1] * 10, [0.5] * 11,
                                 [float("nan")] * 11])  # fmt: skip
def test_counts_that_are_no_counts_are_refused(bad) -> None:
    with pytest.raises(wb.DataError, match="Counts of the treatment"):
        wb.compare_nps(bad, [1] * 11)
