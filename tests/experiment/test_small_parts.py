"""Bayes, corrections, margins, segments, selection, power: published values and definitions."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

import workbench as wb
from workbench.experiment.bayes import Prior, normal_posterior, prior_from
from workbench.experiment.effect import Level, of_levels
from workbench.experiment.margins import equivalence, non_inferiority, relative_margin_test
from workbench.experiment.multiplicity import (
    benjamini_hochberg,
    dunnett_critical,
    dunnett_p,
    holm,
    matching_confidence,
)
from workbench.experiment.power import detectable_effect, guardrail_power, power_of, sample_size
from workbench.experiment.segment_effects import heterogeneity, poststratified
from workbench.experiment.selection import after_selection

BH_1995 = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
           0.5719, 0.6528, 0.7590, 1.0000]  # fmt: skip


def test_benjamini_hochberg_rejects_four_of_the_paper_and_bonferroni_three() -> None:
    assert sum(p <= 0.05 for p in benjamini_hochberg(BH_1995)) == 4
    assert sum(p * 15 <= 0.05 for p in BH_1995) == 3


def test_corrections_match_statsmodels_and_leave_missing_ones_out() -> None:
    for ours, name in ((holm, "holm"), (benjamini_hochberg, "fdr_bh")):
        assert ours(BH_1995) == pytest.approx(multipletests(BH_1995, method=name)[1])
        with_gap = ours([*BH_1995[:3], None, *BH_1995[3:]])
        assert with_gap[3] is None
        assert [p for p in with_gap if p is not None] == pytest.approx(ours(BH_1995))


def test_matching_intervals_follow_the_number_of_discoveries() -> None:
    assert matching_confidence([0.01, 0.01, 0.01, 0.5], alpha=0.05, method="bh") == 0.9625
    assert matching_confidence([0.01, 0.5], alpha=0.05, method="holm") == 0.975


@pytest.mark.parametrize(  # Dunnett (1964), table II, two-sided 5 %
    ("k", "df", "expected"), [(2, 20, 2.38), (3, 36, 2.45), (5, 30, 2.66), (4, 1e9, 2.44)]
)
def test_dunnett_matches_his_table(k, df, expected) -> None:
    found = dunnett_critical([10] * k, 10, df=math.inf if df > 1e8 else df)
    assert found == pytest.approx(expected, abs=0.006)


def test_dunnett_matches_scipy() -> None:
    rng = np.random.default_rng(0)
    control, *arms = (rng.normal(m, 1, n) for m, n in ((0, 20), (0.5, 15), (0.7, 25)))
    expected = stats.dunnett(*arms, control=control, random_state=1).pvalue
    df = 20 + 15 + 25 - 3
    pooled = np.sqrt(sum((len(x) - 1) * x.var(ddof=1) for x in (control, *arms)) / df)
    t = [(x.mean() - control.mean()) / pooled / np.sqrt(1 / len(x) + 1 / 20) for x in arms]
    assert dunnett_p(t, [15, 25], 20, df=df) == pytest.approx(expected, abs=2e-4)


def test_beta_binomial_matches_exact_values() -> None:
    assert wb.beta_binomial(30, 1000, 5, 50).p_better == pytest.approx(0.006127583, abs=5e-10)
    assert wb.beta_binomial(51, 100, 49, 100).p_better == pytest.approx(0.610770523, abs=5e-10)


def test_beta_binomial_losses_match_simulation() -> None:
    rng = np.random.default_rng(0)
    t, c = rng.beta(21, 181, 400_000), rng.beta(16, 186, 400_000)
    found = wb.beta_binomial(20, 200, 15, 200, margin=0.01)
    assert found.loss_treatment == pytest.approx(np.maximum(c - t, 0).mean(), rel=0.02)
    assert found.loss_control == pytest.approx(np.maximum(t - c, 0).mean(), rel=0.02)
    assert found.p_above_margin == pytest.approx((t - c > 0.01).mean(), abs=0.004)
    assert found.p_rope == pytest.approx((np.abs(t - c) < 0.01).mean(), abs=0.004)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))
def test_beta_binomial_is_a_chance_and_losses_differ_by_the_mean(a, b, c, d) -> None:
    found = wb.beta_binomial(a, a + b, c, c + d)
    back = wb.beta_binomial(c, c + d, a, a + b)
    assert found.p_better + back.p_better == pytest.approx(1, abs=1e-7)
    gap = (a + 1) / (a + b + 2) - (c + 1) / (c + d + 2)
    assert found.loss_control - found.loss_treatment == pytest.approx(gap, abs=1e-7)


def test_a_normal_prior_pulls_and_a_flat_one_does_not() -> None:
    flat = normal_posterior(1.26, 0.323, margin=0.5)
    assert (flat.mean, flat.ci_low) == pytest.approx((1.26, 0.6269), abs=1e-4)
    assert flat.p_below_margin == pytest.approx(0.0093, abs=5e-5)
    pulled = normal_posterior(1.26, 0.323, Prior(0.2, 0.9), margin=0.5)
    assert pulled.mean == pytest.approx(1.139, abs=1e-3)
    assert pulled.loss_stay - pulled.loss_ship == pytest.approx(pulled.mean - 0.5)


def test_past_experiments_give_their_own_spread() -> None:
    rng = np.random.default_rng(1)
    errors = np.full(400, 0.5)
    effects = rng.normal(0.2, 0.9, 400) + rng.normal(0, errors)
    prior = prior_from(effects, errors)
    assert (prior.mean, prior.sd) == pytest.approx((0.2, 0.9), abs=0.12)
    assert prior_from(effects[:4], errors[:4]) is None


def test_equivalence_takes_the_larger_p() -> None:  # a peer took the smaller
    effect = of_levels(Level(10.0, 0.04, 99, 100), Level(10.5, 0.04, 99, 100))
    found = equivalence(effect, 1.0)
    se, df = effect.standard_error, effect.df
    expected = max(stats.t.sf((-0.5 + 1) / se, df), stats.t.sf((1 + 0.5) / se, df))
    assert found.p_value == pytest.approx(expected)
    assert found.holds == (expected < 0.05)


@pytest.mark.parametrize(("direction", "worst"), [("increase", -1.0), ("decrease", 1.0)])
def test_a_guardrail_is_read_at_its_bad_end(direction, worst) -> None:
    effect = of_levels(Level(0.0, 0.13, np.inf, 50), Level(0.0, 0.13, np.inf, 50))
    found = non_inferiority(effect, 1.0, direction)
    assert np.sign(found.worst) == np.sign(worst)
    assert found.margin == worst
    assert found.holds is True
    assert found.used == pytest.approx(1.959964 * np.sqrt(0.26))
    assert non_inferiority(effect, 0.9, direction).holds is False


def test_a_relative_margin_counts_the_control_too() -> None:
    found = relative_margin_test(
        Level(98.0, 1.0, 99, 100), Level(100.0, 1.0, 99, 100), 0.05, "increase"
    )
    assert found.holds is (3 - 1.959964 * math.sqrt(1 + 0.95**2) > 0)
    assert found.margin == -5.0


def test_interaction_is_cochrans_q_and_shrinks_to_the_common_effect() -> None:
    d, se = np.array([0.1, 0.4, 0.9]), np.array([0.1, 0.2, 0.15])
    w = 1 / se**2
    q = float((w * (d - (w @ d) / w.sum()) ** 2).sum())
    found = heterogeneity(d, se)
    assert found.statistic == pytest.approx(q)
    assert found.p_value == pytest.approx(stats.chi2.sf(q, 2))
    tau2 = (q - 2) / (w.sum() - (w**2).sum() / w.sum())
    assert found.between == pytest.approx(math.sqrt(tau2))
    assert np.all(np.abs(found.shrunk - found.common) <= np.abs(d - found.common))
    same = heterogeneity([0.3, 0.3, 0.3], [0.1, 0.2, 0.3])
    assert same.between == 0
    assert np.ptp(same.shrunk) == pytest.approx(0)
    assert heterogeneity([0.3], [0.1]) is None


def test_poststratification_weights_effects_to_the_given_mix() -> None:
    estimate, error = poststratified([1.0, 3.0], [0.04, 0.09], [1, 3])
    assert (estimate, error) == pytest.approx((2.5, math.sqrt(0.0625 * 0.04 + 0.5625 * 0.09)))


def test_selection_correction_solves_the_conditional_likelihood() -> None:
    found = after_selection(2.5, 1.0)
    grid = np.linspace(-3, 5, 20001)
    c = 1.959964
    log = stats.norm.logpdf(2.5 - grid) - np.log(
        stats.norm.sf(c - grid) + stats.norm.cdf(-c - grid)
    )
    assert found.estimate == pytest.approx(grid[np.argmax(log)], abs=1e-3)
    assert after_selection(1.0, 1.0) is None
    assert after_selection(-2.5, 1.0).estimate == pytest.approx(-found.estimate)
    assert after_selection(12.0, 1.0).estimate == pytest.approx(12.0, abs=1e-6)


def test_selection_corrected_intervals_cover_among_those_selected() -> None:
    rng = np.random.default_rng(6)
    z = 1.5 + rng.standard_normal(6000)
    found = [after_selection(value, 1.0) for value in z if abs(value) > 1.96]
    hits = np.mean([f.ci_low <= 1.5 <= f.ci_high for f in found])
    assert hits == pytest.approx(0.95, abs=0.02)
    assert np.mean(z[np.abs(z) > 1.96]) > 2.5  # uncorrected: far too high


def test_sample_size_matches_the_formula_and_power_comes_back() -> None:
    n_t, n_c = sample_size(0.02, 0.09, variance_treatment=0.12 * 0.88)
    z = stats.norm.ppf(0.975) + stats.norm.ppf(0.8)
    assert n_c == math.ceil(z**2 * (0.12 * 0.88 + 0.09) / 0.02**2)
    error = math.sqrt(0.12 * 0.88 / n_t + 0.09 / n_c)
    assert power_of(0.02, error) == pytest.approx(0.8, abs=2e-3)
    assert detectable_effect(error) == pytest.approx(0.02, rel=1e-3)
    halved = sample_size(0.02, 0.09, variance_treatment=0.12 * 0.88, variance_kept=0.5)
    assert halved[0] == pytest.approx(n_t / 2, abs=1)
    assert guardrail_power(4) == pytest.approx(0.96)


@pytest.mark.parametrize("bad", [{"effect": 0.0}, {"effect": math.nan}, {"alpha": 0.0},
                                 {"power": 1.0}, {"variance_kept": 0.0}])  # fmt: skip
def test_impossible_plans_are_refused(bad) -> None:
    with pytest.raises(wb.DataError):
        sample_size(**({"effect": 0.1, "variance": 1.0} | bad))
