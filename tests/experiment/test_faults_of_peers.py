"""Where other libraries are silently wrong on this kind of data: each is a test here."""

import tracemalloc

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from experiment_trials import CONTACTED, PAID, make_plan, make_trial
from scipy import stats

import workbench as wb
from workbench.experiment.scores import mann_whitney

REVENUE = {"name": "revenue", "kind": "mean", "role": "primary"}


def test_adjusted_effects_are_the_same_on_every_call_on_arrow() -> None:
    """W1: an adjusted effect on Arrow changed from call to call."""
    rng = np.random.default_rng(1)
    n = 200_000
    variant = rng.choice(["A", "B"], n)
    before = rng.standard_normal(n)
    outcome = before + 0.6 * (variant == "B") + rng.standard_normal(n)
    table = pa.table(
        {"unit": np.arange(n), "variant": variant, "before": before, "revenue": outcome}
    )
    plan = make_plan(REVENUE, covariates=["before"])
    found = [wb.read_experiment(table, plan).effects["estimate"].iloc[0] for _ in range(6)]
    assert np.ptp(found) <= 1e-10 * abs(found[0])
    design = np.column_stack([np.ones(n), variant == "B", before])
    assert found[0] == pytest.approx(np.linalg.lstsq(design, outcome, rcond=None)[0][1], rel=1e-3)


@pytest.mark.parametrize("missing", [None, float("nan")])
def test_those_who_did_not_answer_are_not_in_n(missing) -> None:
    """W2, W3: missing outcomes stayed in n, and NaN made p missing without a word."""
    frame = make_trial(n=2000)
    silent = np.random.default_rng(2).random(2000) < 0.6
    values = frame["revenue"].astype(object)
    values[silent] = missing
    frame["revenue"] = values.astype(float)
    row = wb.read_experiment(frame, make_plan(REVENUE)).effects.iloc[0]
    answered = frame.dropna(subset=["revenue"])
    arms = [answered.loc[answered["variant"] == v, "revenue"] for v in ("B", "A")]
    assert (row["n_variant"], row["n_control"]) == tuple(len(arm) for arm in arms)
    expected = stats.ttest_ind(*arms, equal_var=False)
    assert row["p_value"] == pytest.approx(expected.pvalue, rel=1e-9)


def test_a_control_without_conversions_has_an_effect() -> None:
    """W4: the effect was 0 and p 1."""
    frame = make_trial(n=2000)
    frame["paid"] = ((frame["variant"] == "B") & (frame.groupby("variant").cumcount() < 40)).astype(
        int
    )
    row = wb.read_experiment(frame, make_plan(PAID)).effects.iloc[0]
    assert row["estimate"] == pytest.approx(0.04)
    assert row["p_value"] < 1e-9
    assert row["lift_reason"] == "CONTROL_ZERO"


def test_the_chance_to_win_is_the_exact_one() -> None:
    """W5: 0.0508, or 2.1e-7, instead of 0.006128."""
    assert wb.beta_binomial(30, 1000, 5, 50).p_better == pytest.approx(0.006128, abs=5e-7)


def test_sums_of_squares_do_not_lose_the_variance() -> None:
    """W6: mean 1e9 and standard deviation 1 had zero variance."""
    frame = make_trial(n=2000)
    frame["revenue"] = 1e9 + np.random.default_rng(5).standard_normal(2000)
    row = wb.read_experiment(frame, make_plan(REVENUE)).effects.iloc[0]
    arms = [frame.loc[frame["variant"] == v, "revenue"] - 1e9 for v in ("B", "A")]
    assert row["p_value"] == pytest.approx(stats.ttest_ind(*arms, equal_var=False).pvalue, rel=1e-6)


def test_an_empty_variant_with_weight_zero_is_no_degree_of_freedom() -> None:
    """W7: p 0.0925 instead of 0.0291."""
    found = wb.sample_ratio({"A": 1000, "B": 1100, "C": 0}, {"A": 0.5, "B": 0.5, "C": 0})
    assert found.p_value == pytest.approx(0.0291, abs=5e-5)


def test_the_score_interval_is_the_published_one() -> None:
    """W8: 0.0526 to 0.3440 instead of 0.0528 to 0.3382."""
    found = wb.compare_proportions(56, 70, 48, 80)
    assert (found.ci_low, found.ci_high) == pytest.approx((0.0528, 0.3382), abs=5e-5)


def test_a_metric_that_rises_from_below_zero_has_a_positive_lift() -> None:
    """W9: -18 % for a rise."""
    frame = make_trial(n=4000)
    noise = np.random.default_rng(6).standard_normal(4000) * 0.5
    frame["revenue"] = -1.0 + 0.18 * (frame["variant"] == "B") + noise
    row = wb.read_experiment(frame, make_plan(REVENUE)).effects.iloc[0]
    assert 0.1 < row["lift"] < 0.26
    assert 0 < row["lift_low"] < row["lift"] < row["lift_high"]


def test_a_covariate_that_the_treatment_touched_stops_everything() -> None:
    """W10: the effect shrank from 0.106 to 0.026 without a warning."""
    frame = make_trial(n=4000)
    frame["before"] += 0.5 * (frame["variant"] == "B")
    readout = wb.read_experiment(frame, make_plan(REVENUE, covariates=["before"]))
    assert readout.decision.verdict == "INVALID"
    assert "touched" in str(readout.decision.reasons[0])


def test_doubled_rows_stop_everything() -> None:
    """W11: rows five times each made p = 0.299 to 0.020."""
    frame = pd.concat([make_trial(n=500)] * 5)
    readout = wb.read_experiment(frame, make_plan())
    assert readout.decision.verdict == "INVALID"
    assert not readout.checks.set_index("check").loc["duplicates", "passed"]


def test_ranks_of_a_million_scores_need_counts_only() -> None:
    """W12: all pairs of two times 100,000 need 24 GB."""
    rng = np.random.default_rng(7)
    counts = [rng.multinomial(1_000_000, np.full(11, 1 / 11)) for _ in range(2)]
    u, p = mann_whitney(*counts)
    assert 0 < p <= 1
    assert u == pytest.approx(5e11, rel=2e-3)


def test_a_skewed_mean_of_many_units_is_read_a_second_way_in_little_memory() -> None:
    """W13: a bootstrap kept n times n numbers, 9 GB at 50,000 units."""
    rng = np.random.default_rng(13)
    frame = pd.DataFrame({"unit": np.arange(100_000), "variant": rng.choice(["A", "B"], 100_000)})
    frame["revenue"] = np.exp(2 * rng.standard_normal(100_000))
    tracemalloc.start()
    readout = wb.read_experiment(frame, make_plan(REVENUE))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100 * 2**20
    ways = readout.sensitivity.table.set_index("way")
    assert "skewness_corrected" in ways.index
    assert ways.loc["skewness_corrected", "ci_low"] < ways.loc["skewness_corrected", "ci_high"]


def test_corrections_are_applied_over_all_metrics() -> None:
    """W14: no correction at all, row by row."""
    frame = make_trial(n=4000)
    metrics = [{"name": name, "column": "revenue", "kind": "mean"} for name in "abcd"]
    frame["paid"] = frame["paid"].astype(int)
    rows = wb.read_experiment(frame, make_plan(PAID, *metrics)).effects
    secondary = rows[rows["role"] == "secondary"]
    assert secondary["p_adjusted"].tolist() == pytest.approx(secondary["p_value"].tolist())
    noisy = frame.assign(x1=np.random.default_rng(8).standard_normal(4000))
    plan = make_plan(PAID, {"name": "x1", "kind": "mean"}, {"name": "revenue", "kind": "mean"})
    rows = wb.read_experiment(noisy, plan).effects
    secondary = rows[rows["role"] == "secondary"]
    assert secondary["p_adjusted"].max() == pytest.approx(secondary["p_value"].max())
    assert secondary["p_adjusted"].min() >= secondary["p_value"].min()


def test_the_relative_adjusted_interval_covers() -> None:
    """W15: adjusted lifts were too narrow, or 193 % for a planted 10 %."""
    hits, n = 0, 300
    rng = np.random.default_rng(9)
    from workbench.experiment.adjustment import adjusted_effect
    from workbench.experiment.moments import moments_of

    for _ in range(n):
        x = rng.gamma(2.0, 1.0, 800)
        t = rng.integers(0, 2, 800)
        y = (1 + 0.1 * t) * (x + rng.gamma(2.0, 1.0, 800))
        arms = [moments_of({"y": y[t == v], "x": x[t == v]}) for v in (1, 0)]
        lift = adjusted_effect(*arms, "y", ["x"]).effect.lift
        hits += lift.ci_low <= 0.1 <= lift.ci_high
    assert 0.90 <= hits / n <= 0.985


def test_a_missing_value_under_a_cap_stays_missing() -> None:
    """A cap by least(value, cap) turns what is missing into the cap."""
    frame = make_trial(n=2000)
    frame.loc[frame.index % 4 == 0, "revenue"] = None
    readout = wb.read_experiment(frame, make_plan(REVENUE | {"cap": 3.0}, CONTACTED))
    row = readout.effects.iloc[0]
    assert row["n_control"] + row["n_variant"] == 1500
    capped = frame["revenue"].clip(upper=3.0).dropna()
    known = frame.loc[capped.index, "variant"]
    assert row["estimate"] == pytest.approx(
        capped[known == "B"].mean() - capped[known == "A"].mean()
    )
    check = readout.checks.set_index("check").loc["missing:revenue"]
    assert check["value"] == pytest.approx(0.25)
