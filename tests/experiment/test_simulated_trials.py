"""Verdicts over simulated trials of known truth, and false alarms over re-randomised data."""

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pandas as pd
import pytest
from stored import store

import workbench as wb
from workbench.experiment.calibration import AaMetric, aa_effects, binomial_band
from workbench.experiment.decision import RULES
from workbench.experiment.simulation import SCENARIOS, simulate_trial
from workbench.experiment.verdict_counts import count_verdicts

MOST_WRONG = 0.03


def _assert_right(counts):
    scenario, n = SCENARIOS[counts.scenario], counts.trials
    allowed = binomial_band(MOST_WRONG, n)[1]
    if scenario.ship_is_wrong:
        assert counts.share("SHIP") <= allowed, counts
    if scenario.harm_is_wrong:
        assert counts.share("HARM_STOP") <= allowed, counts
    if scenario.must_be:
        assert counts.share(scenario.must_be) >= 1 - allowed, counts
    if scenario.must_warn:
        assert counts.warned / n >= 1 - allowed, counts


@pytest.mark.parametrize("name", SCENARIOS)
def test_few_trials_are_shipped_wrongly(name) -> None:
    n = 12 if len(simulate_trial(name, 0).looks) > 1 else 30
    _assert_right(count_verdicts(name, n))


@pytest.mark.prove
def test_few_trials_are_shipped_wrongly_at_full_size() -> None:
    n = int(os.environ.get("WORKBENCH_TRIALS", "2000"))
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        counted = list(pool.map(count_verdicts, SCENARIOS, [n] * len(SCENARIOS)))
    rows = [
        {
            "scenario": counts.scenario,
            "trials": n,
            "ship_is_wrong": SCENARIOS[counts.scenario].ship_is_wrong,
            "harm_stop_is_wrong": SCENARIOS[counts.scenario].harm_is_wrong,
            **{verdict.lower(): counts.share(verdict) for verdict in RULES},
            "warned": counts.warned / n if SCENARIOS[counts.scenario].must_warn else None,
        }
        for counts in counted
    ]
    store(
        "experiment_verdicts",
        rows,
        claim="At most 3 % of simulated trials are shipped, or stopped for harm, wrongly",
        modules=["workbench.experiment.readout", "workbench.experiment.simulation"],
    )
    for counts in counted:
        _assert_right(counts)


def test_a_good_letter_is_mostly_shipped() -> None:
    assert count_verdicts("better", 30).share("SHIP") >= 0.5


def _columns(seed):
    """Data as in practice: a rare share, skewed money, orders over visits, scores."""
    rng = np.random.default_rng(seed)
    n = 3000
    before = rng.standard_normal(n)
    visits = 1.0 + rng.poisson(np.exp(1 + 0.4 * before))
    return {
        "share": (rng.random(n) < 0.08).astype(float),
        "money": np.exp(rng.standard_normal(n) + 0.5 * before),
        "visits": visits,
        "orders": rng.binomial(visits.astype(int), 0.2).astype(float),
        "nps": rng.choice([-100.0, 0.0, 100.0], n, p=[0.25, 0.35, 0.4]),
        "before": before,
        "silent": np.where(rng.random(n) < 0.6, np.nan, rng.standard_normal(n) + before),
    }


def _aa_metrics(columns):
    x = columns["before"][:, None]
    return [
        AaMetric(name="share", kind="share", outcome=columns["share"]),
        AaMetric(name="share, adjusted", kind="mean", outcome=columns["share"], covariates=x),
        AaMetric(name="mean", kind="mean", outcome=columns["money"]),
        AaMetric(name="mean, adjusted", kind="mean", outcome=columns["money"], covariates=x),
        AaMetric(name="ratio", kind="ratio", outcome=columns["orders"],
                 denominator=columns["visits"]),
        AaMetric(name="ratio, adjusted", kind="ratio", outcome=columns["orders"],
                 denominator=columns["visits"], covariates=x),
        AaMetric(name="nps", kind="mean", outcome=columns["nps"]),
        AaMetric(name="silent, adjusted", kind="mean", outcome=columns["silent"], covariates=x),
    ]  # fmt: skip


def _coverage(metrics, n, share, seed):
    found = {}
    effects = aa_effects(metrics, replications=n, treatment_share=share, seed=seed)
    for metric, series in zip(metrics, effects, strict=True):
        hits = sum(effect.ci_low <= 0 <= effect.ci_high for effect in series)
        found[metric.name] = hits / n
    return found


@pytest.mark.parametrize("share", [0.5, 0.2])
def test_intervals_cover_zero_when_nothing_was_done(share) -> None:
    n = 1000
    low, high = binomial_band(0.95, n)
    found = _coverage(_aa_metrics(_columns(1)), n, share, seed=2)
    assert all(low <= rate <= high for rate in found.values()), found


def test_a_trials_own_units_calibrate_the_machinery() -> None:
    trial = simulate_trial("better", 1)
    found = wb.calibrate_experiment(trial.data, trial.plan, replications=400)
    assert found.table["passed"].all()
    assert found.table["replications"].tolist() == [400, 400]
    assert "every metric" in found.summary("en")


def test_calibration_notices_a_machine_that_lies() -> None:
    """Heavy tails with few units: the interval is known to miss too often, and it is said."""
    rng = np.random.default_rng(5)
    heavy = AaMetric(name="heavy", kind="mean", outcome=np.exp(4 * rng.standard_normal(24)))
    from workbench.experiment.calibration import calibrate

    found = calibrate([heavy], replications=3000, treatment_share=0.5)[0]
    assert found.passed is False


@pytest.mark.parametrize("name", ["no effect", "ratio"])
def test_the_generator_is_seeded(name) -> None:
    first, second = (simulate_trial(name, 7).data for _ in range(2))
    pd.testing.assert_frame_equal(first, second)
    assert not first.equals(simulate_trial(name, 8).data)
