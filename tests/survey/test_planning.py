"""How many must answer, and do the questions go together: published numbers and simulation."""

import numpy as np
import pandas as pd
import pingouin
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.decomposition import FactorAnalysis
from statsmodels.stats.power import NormalIndPower

import workbench as wb
from workbench.survey.consistency import one_factor_loadings


def test_a_margin_is_the_textbook_formula():
    plan = wb.plan_sample("nki", margin=[1, 2, 5])
    assert plan.table["n"].tolist() == [1111, 278, 45]
    assert wb.plan_sample("share", margin=3, share=0.5).table["n"].tolist() == [1068]
    assert wb.plan_sample("share", margin=3, share=0.5, population=2000).table["n"].tolist() == [
        696
    ]


def test_a_difference_matches_statsmodels():
    n = wb.plan_sample("mean", sd=17, difference=4, power=0.9).table["n"].iloc[0]
    expected = NormalIndPower().solve_power(4 / 17, alpha=0.05, power=0.9)
    assert n == int(np.ceil(expected))


def test_nps_uses_its_own_spread():
    plan = wb.plan_sample("nps", promoters=0.5, detractors=0.2, difference=10)
    assert plan.sd == pytest.approx(100 * np.sqrt(0.7 - 0.09))
    assert plan.checks == ()
    assert wb.plan_sample("nps", difference=10).checks[0].id == "assumed_spread"


def test_what_makes_a_sample_larger_or_smaller():
    def n(**more):
        return wb.plan_sample("nki", difference=3, **more).table["n"].iloc[0]

    assert n(design_effect=2) == pytest.approx(2 * n(), abs=1)
    assert n(comparisons=20) > n() > n(overlap=1, correlation=0.7)
    assert n(population=500) < n()
    plan = wb.plan_sample("nki", difference=3, response_rate=0.25, population=1000)
    assert plan.table["n_invited"].iloc[0] == 4 * plan.table["n"].iloc[0]
    assert "more_invited_than_people" in {check.id for check in plan.checks}
    assert "80% power" in plan.summary()
    assert "styrka" in plan.summary("sv")


def test_the_planned_number_finds_the_difference_as_often_as_planned():
    n = int(wb.plan_sample("nki", difference=5, power=0.8).table["n"].iloc[0])
    rng = np.random.default_rng(1)
    replicates = 400
    frame = pd.DataFrame(
        {
            "wave": np.tile(np.repeat(["1", "2"], n), replicates),
            "r": np.repeat(np.arange(replicates), 2 * n),
        }
    )
    frame["nki"] = rng.normal(70, 17, len(frame)) - 5 * (frame["wave"] == "2")
    found = (
        wb.compare_waves(frame, "nki", by="r", kind="mean", floor=1).table["p_value"] <= 0.05
    ).mean()
    assert found == pytest.approx(0.8, abs=4 * np.sqrt(0.16 / replicates))


@pytest.mark.parametrize(
    "wrong",
    [
        {}, {"margin": 2, "difference": 2}, {"margin": 0}, {"margin": -1}, {"margin": []},
        {"margin": 2, "confidence": 95}, {"difference": 2, "power": 1}, {"margin": 2, "sd": 0},
        {"margin": 2, "share": 50}, {"margin": 2, "response_rate": 0}, {"margin": 2, "overlap": 2},
        {"margin": 2, "design_effect": 0}, {"margin": 2, "measure": "mean"},
        {"margin": float("nan")},
    ],
    ids=str,
)  # fmt: skip
def test_plans_without_sense_are_refused(wrong):
    with pytest.raises(wb.DataError):
        wb.plan_sample(**wrong)


# --- internal consistency ---


def _items(rng, n, loadings):
    person = rng.normal(0, 1, (n, 1))
    noise = rng.normal(0, 1, (n, len(loadings))) * np.sqrt(1 - np.square(loadings))
    return pd.DataFrame(
        50 + 15 * (person * loadings + noise), columns=[f"q{k}" for k in range(len(loadings))]
    )


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_alpha_and_its_interval_match_pingouin(seed):
    frame = _items(np.random.default_rng(seed), 60, [0.8, 0.7, 0.6, 0.5]).clip(0, 100)
    result = wb.consistency(frame, list(frame), scale=None)
    alpha, interval = pingouin.cronbach_alpha(frame)
    assert result.alpha == pytest.approx(alpha)
    assert [result.alpha_low, result.alpha_high] == pytest.approx(interval, abs=1e-3)


def test_omega_recovers_what_the_factor_explains():
    loadings = np.array([0.9, 0.8, 0.6, 0.5])
    frame = _items(np.random.default_rng(2), 20_000, loadings).clip(0, 100)
    result = wb.consistency(frame, list(frame), scale=None)
    expected = loadings.sum() ** 2 / (loadings.sum() ** 2 + (1 - loadings**2).sum())
    assert result.omega == pytest.approx(expected, abs=0.01)
    assert result.alpha < result.omega  # alpha is a lower bound when loadings differ
    assert result.table["loading"].to_numpy() == pytest.approx(loadings, abs=0.02)


def test_loadings_agree_with_maximum_likelihood():
    frame = _items(np.random.default_rng(3), 4000, [0.85, 0.7, 0.65, 0.5, 0.4])
    standard = (frame - frame.mean()) / frame.std(ddof=0)
    fitted = FactorAnalysis(1, tol=1e-8, max_iter=5000).fit(standard).components_[0]
    found = one_factor_loadings(np.corrcoef(frame.T))
    assert found == pytest.approx(np.abs(fitted), abs=0.02)


def test_a_reversed_item_is_named_and_not_turned():
    frame = _items(np.random.default_rng(4), 200, [0.8, 0.8, 0.8]).clip(0, 100)
    frame["q2"] = 100 - frame["q2"]
    result = wb.consistency(frame, list(frame), scale=None)
    assert result.table["reversed"].tolist() == [False, False, True]
    assert result.checks[0].id == "reversed_items"
    assert result.table["alpha_without"].idxmax() == 2
    both = wb.consistency(frame, ["q0", "q2"], scale=None)
    assert both.table["reversed"].all()  # of two that disagree nobody knows which
    clean = wb.consistency(frame.assign(q2=100 - frame["q2"]), list(frame), scale=None)
    assert not clean.table["reversed"].any()


def test_weak_and_degenerate_scales_say_so():
    rng = np.random.default_rng(5)
    noise = pd.DataFrame(rng.uniform(0, 100, (80, 3)), columns=list("abc"))
    noise.loc[:9, "a"] = np.nan
    result = wb.consistency(noise, list("abc"), scale=None)
    assert {check.id for check in result.checks} >= {"low_consistency", "complete_answers_only"}
    assert (result.n, result.n_missing) == (70, 10)
    equal = wb.consistency(noise.assign(a=5.0, b=5.0, c=5.0), list("abc"), scale=None)
    assert (equal.reason, np.isnan(equal.alpha)) == ("ALL_EQUAL", True)
    few = wb.consistency(noise.head(13), list("abc"), scale=None)
    assert (few.reason, few.n) == ("FLOOR", None)
    assert few.table[["n", "mean", "sd"]].isna().all(axis=None)
    assert few.summary("sv")
    for wrong in (["a"], [], ["a", "nowhere"], ["a", "a"]):
        with pytest.raises(wb.DataError):
            wb.consistency(noise, wrong, scale=None)
