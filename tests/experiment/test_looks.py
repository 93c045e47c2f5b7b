"""Looking before the end: published boundaries, error over all looks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stored import store

import workbench as wb
from workbench.experiment.calibration import binomial_band
from workbench.experiment.looks import always_valid, final_reading, msprt_p, spent

FIVE = [0.2, 0.4, 0.6, 0.8, 1.0]


@pytest.mark.parametrize(
    ("spending", "expected"),
    [
        ("obf", [4.8769, 3.3570, 2.6803, 2.2898, 2.0310]),
        ("pocock", [2.4380, 2.4268, 2.4102, 2.3967, 2.3860]),
    ],
)
def test_boundaries_match_lan_and_demets(spending, expected) -> None:
    found = wb.sequential_bounds(FIVE, spending=spending)
    assert found == pytest.approx(expected, abs=6e-5)


def test_one_look_at_the_end_is_the_plain_test() -> None:
    assert wb.sequential_bounds([1.0]) == pytest.approx([1.959964], abs=1e-6)


def test_boundaries_keep_the_error_in_simulated_trials() -> None:
    rng = np.random.default_rng(4)
    walk = np.cumsum(rng.standard_normal((40_000, 5)) * np.sqrt(0.2), axis=1) / np.sqrt(FIVE)
    for spending in ("obf", "pocock", "power"):
        crossed = (np.abs(walk) > wb.sequential_bounds(FIVE, spending=spending)).any(axis=1)
        low, high = binomial_band(0.05, 40_000)
        assert low <= crossed.mean() <= high


def test_the_final_interval_covers_after_early_stops() -> None:
    rng = np.random.default_rng(8)
    at, drift, hits, n = [0.5, 1.0], 2.2, 0, 300
    bounds = wb.sequential_bounds(at)
    for _ in range(n):
        first = rng.standard_normal() * np.sqrt(0.5) + 0.5 * drift
        if abs(first / np.sqrt(0.5)) > bounds[0]:
            looks, z = at[:1], first / np.sqrt(0.5)
        else:
            looks, z = at, first + rng.standard_normal() * np.sqrt(0.5) + 0.5 * drift
        error = 1 / np.sqrt(looks[-1])
        reading = final_reading(looks, bounds[: len(looks)], z * error, error)
        hits += reading.ci_low <= drift <= reading.ci_high
    low, high = binomial_band(0.95, n)
    assert low <= hits / n <= high


def test_one_look_gives_the_plain_final_interval() -> None:
    reading = final_reading([1.0], [1.96], 2.0, 1.0)
    assert (reading.ci_low, reading.ci_high) == pytest.approx((0.040036, 3.959964), abs=1e-6)
    assert reading.estimate == pytest.approx(2.0, abs=1e-9)


@pytest.mark.parametrize("bad", [[], [0.5, 0.4], [0.0, 1.0], [0.5, 1.2], [float("nan")]])
def test_fractions_that_do_not_rise_are_refused(bad) -> None:
    with pytest.raises(wb.DataError, match="must rise"):
        wb.sequential_bounds(bad)


def test_spending_ends_at_alpha() -> None:
    for kind in ("obf", "pocock", "power"):
        assert spent(1.0, spending=kind) == 0.05
        assert spent(0.0, spending=kind) == 0.0


def test_always_valid_intervals_refuse_the_first_looks() -> None:
    assert always_valid(1.0, 0.5, 150, 1000).reason == "TOO_EARLY"
    assert always_valid(1.0, 0.0, 1000, 1000).reason == "ZERO_VARIANCE"


@settings(max_examples=40, deadline=None)
@given(st.floats(-5, 5), st.floats(0.01, 2), st.integers(200, 100_000))
def test_an_always_valid_interval_is_wider_than_the_plain_one_and_agrees_with_its_p(d, se, n):
    reading = always_valid(d, se, n, 10_000)
    assert reading.ci_high - d > 1.959964 * se
    excludes = reading.ci_low > 0 or reading.ci_high < 0
    assert excludes == (reading.p_value < 0.05)


def _always_valid_error(draw, replications, looks, n, rng):
    wrong = 0
    for _ in range(replications):
        y, t = draw(n), rng.integers(0, 2, n)
        for k in looks:
            a, b = y[:k][t[:k] == 1], y[:k][t[:k] == 0]
            error = np.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b))
            smallest = min(len(a), len(b))
            found = always_valid(a.mean() - b.mean(), error, k, n, smallest_variant=smallest)
            if found.ci_low is not None and (found.ci_low > 0 or found.ci_high < 0):
                wrong += 1
                break
    return wrong


DRAWS = {
    "normal": lambda rng: lambda n: rng.standard_normal(n),
    "share": lambda rng: lambda n: (rng.random(n) < 0.1).astype(float),
    "skewed": lambda rng: lambda n: np.exp(rng.standard_normal(n)),
}


@pytest.mark.parametrize("name", DRAWS)
def test_always_valid_error_stays_below_five_percent_over_all_looks(name) -> None:
    rng = np.random.default_rng(11)
    n = 300
    wrong = _always_valid_error(DRAWS[name](rng), n, range(250, 2001, 125), 2000, rng)
    assert wrong / n <= binomial_band(0.05, n)[1]


@pytest.mark.prove
def test_always_valid_error_stays_below_five_percent_at_full_size() -> None:
    n, looks = 10_000, range(250, 4001, 125)
    rows = []
    for name, draw in DRAWS.items():
        rng = np.random.default_rng(12)
        wrong = _always_valid_error(draw(rng), n, looks, 4000, rng)
        rows.append({"data": name, "trials": n, "looks": len(looks), "wrong": wrong / n})
    store(
        "experiment_looks",
        rows,
        claim="Always-valid intervals miss zero in at most 5 % of trials over all looks together",
        modules=["workbench.experiment.looks"],
    )
    assert all(row["wrong"] <= 0.05 for row in rows), rows


def test_msprt_only_falls_and_keeps_its_error() -> None:
    rng = np.random.default_rng(3)
    looks = np.arange(100, 2001, 100)
    wrong = 0
    for _ in range(400):
        y = rng.standard_normal(2000)
        d = np.cumsum(y)[looks - 1] / looks
        p = msprt_p(d, 1 / looks, mixing_variance=0.01)
        assert np.all(np.diff(p) <= 0)
        wrong += p[-1] < 0.05
    assert wrong / 400 <= binomial_band(0.05, 400)[1]
