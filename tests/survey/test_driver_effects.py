"""Effects of drivers: errors against statsmodels, null band, pooling, and how often they hold."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

import workbench as wb
from workbench.estimates.bootstrap import sampling_units, score_covariance
from workbench.survey.effects import fit_linear
from workbench.survey.pooled_effects import pool


def _answers(rows=300, drivers=4, seed=0):
    rng = np.random.default_rng(seed)
    grades = 60 + 10 * (rng.normal(size=(rows, drivers)) + rng.normal(size=(rows, 1)))
    frame = pd.DataFrame(grades, columns=[f"d{i + 1}" for i in range(drivers)])
    spread = 4 + np.abs(grades[:, 0] - 60) / 4
    frame["nki"] = grades @ np.linspace(0.5, 0, drivers) + rng.normal(0, 1, rows) * spread
    frame["w"] = rng.uniform(0.5, 2, rows)
    frame["shop"] = rng.integers(0, 40, rows)
    return frame


NAMES = ["d1", "d2", "d3", "d4"]


@pytest.mark.parametrize("cluster", [None, "shop"])
def test_effects_and_errors_are_the_weighted_sandwich(cluster):
    frame = _answers()
    result = wb.drivers(
        frame, "nki", NAMES, weight="w", cluster=cluster, bootstrap=0, scale=None
    ).table
    design = sm.add_constant(frame[NAMES].to_numpy())
    kind = {"cov_type": "HC1"}
    if cluster:
        kind = {"cov_type": "cluster", "cov_kwds": {"groups": frame[cluster].to_numpy()}}
    fit = sm.WLS(frame["nki"].to_numpy(), design, weights=frame["w"]).fit(**kind)
    assert result["effect"].to_numpy() == pytest.approx(5 * fit.params[1:])
    df = (40 - 1 if cluster else 299) - 4
    from scipy.stats import t

    half = (result["effect_high"] - result["effect_low"]).to_numpy() / 2
    assert half == pytest.approx(5 * t.ppf(0.975, df) * fit.bse[1:], rel=1e-6)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_influence_is_the_derivative_of_the_effect_with_answers_missing(seed):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(60, 4)) + rng.normal(size=(60, 1))
    values[:, :3][rng.random((60, 3)) < 0.15] = np.nan
    weights = rng.uniform(0.5, 2, 60)
    fit = fit_linear(values, weights)
    row, step = int(rng.integers(60)), 1e-5
    total = weights.sum()
    up, down = weights.copy(), weights.copy()
    up[row] += step * total
    down[row] -= step * total
    slope = (fit_linear(values, up).effect - fit_linear(values, down).effect) / (2 * step)
    inflate = np.sqrt((60 - 1) / (60 - 1 - 3))
    own = fit.influence[row] / inflate * total / weights[row]
    if fit.sample.smallest[0] > 1e-6:
        assert own == pytest.approx(slope, rel=2e-3, abs=2e-3)


def test_largest_deviation_adjusts_for_all_drivers():
    table = wb.drivers(_answers(), "nki", NAMES, bootstrap=300).table
    assert (table["p_adjusted"] >= table["p_value"]).all()
    assert table["p_adjusted"].between(0, 1).all()


def test_pooling_of_the_eight_schools():
    # Rubin (1981): effects of coaching in eight schools; the REML spread between them is zero
    effects = np.array([28.39, 7.94, -2.75, 6.82, -0.64, 0.63, 18.01, 12.16])
    errors = np.array([14.9, 10.2, 16.3, 11.0, 9.4, 11.4, 10.4, 17.6])
    found = pool(effects, errors**2)
    assert found.spread == pytest.approx(0.0, abs=1e-6)
    assert found.mean == pytest.approx(7.87, abs=0.01)
    assert found.mean_error == pytest.approx(4.16, abs=0.01)
    assert (found.error > 0).all()


def test_between_variance_maximises_the_restricted_likelihood():
    rng = np.random.default_rng(1)
    variance = rng.uniform(0.5, 2, 12)
    raw = rng.normal(1, np.sqrt(variance + 3))

    def likelihood(between):
        total = variance + between
        precision = 1 / total
        mean = precision @ raw / precision.sum()
        return -0.5 * (
            np.log(total).sum() + np.log(precision.sum()) + precision @ (raw - mean) ** 2
        )

    found = pool(raw, variance).spread ** 2
    grid = np.linspace(0, 20, 4001)
    best = grid[np.argmax([likelihood(value) for value in grid])]
    assert found == pytest.approx(best, abs=0.006)


@settings(max_examples=100)
@given(st.lists(st.tuples(st.floats(-10, 10), st.floats(0.01, 25)), min_size=2, max_size=12))
def test_pooled_estimates_lie_between_raw_and_mean(pairs):
    raw, variance = (np.array(side) for side in zip(*pairs, strict=True))
    found = pool(raw, variance)
    low, high = np.minimum(raw, found.mean), np.maximum(raw, found.mean)
    assert (found.estimate >= low - 1e-9).all()
    assert (found.estimate <= high + 1e-9).all()
    assert ((found.weight >= 0) & (found.weight <= 1)).all()
    assert (found.error > 0).all()


def _markets(seed, spread=0.0, sizes=(400, 250, 120, 60, 20)):
    rng = np.random.default_rng(seed)
    parts = []
    for name, size in zip(["SE", "NO", "DK", "FI", "EE"], sizes, strict=True):
        grades = rng.normal(60, 12, (size, 3)) + rng.normal(0, 8, (size, 1))
        slopes = np.array([0.5, 0.3, 0.1]) + rng.normal(0, spread, 3)
        part = pd.DataFrame(grades, columns=["d1", "d2", "d3"])
        part["nki"] = grades @ slopes + rng.normal(0, 10, size)
        part["market"] = name
        part["true_d1"] = 5 * slopes[0]
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def test_small_segments_borrow_and_say_how_much():
    frame = _markets(1, spread=0.1)
    result = wb.effects_by_segment(frame, "nki", ["d1", "d2", "d3"], by="market")
    rows = result.table[result.table["driver"] == "d1"].set_index("segment")
    assert rows.loc["EE", "weight"] < rows.loc["SE", "weight"]
    raw_width = rows["raw_high"] - rows["raw_low"]
    assert (rows["ci_high"] - rows["ci_low"])["EE"] < raw_width["EE"]
    assert result.summary("sv") != result.summary("en")


def test_hidden_segments_take_no_part():
    frame = pd.concat([_markets(2), _markets(3)[:4].assign(market="IS")], ignore_index=True)
    result = wb.effects_by_segment(frame, "nki", ["d1", "d2"], by="market")
    hidden = result.table[result.table["suppressed"] != ""]
    assert set(hidden["segment"]) >= {"IS"}
    assert hidden[["n", "estimate", "raw", "weight"]].isna().all(axis=None)


def test_a_segment_that_goes_against_the_others_is_named():
    frame = _markets(4)
    inside = frame["market"] == "DK"
    frame.loc[inside, "nki"] -= 1.2 * frame.loc[inside, "d1"]
    result = wb.effects_by_segment(frame, "nki", ["d1", "d2", "d3"], by="market")
    row = result.drivers.set_index("driver").loc["d1"]
    assert (row["verdict"], row["odd"]) == ("opposite", "DK")
    assert "DK" in result.summary("en")


def test_pooled_intervals_cover_and_equal_segments_are_seldom_called_different():
    covered, called, looks = 0, 0, 0
    for seed in range(60):
        frame = _markets(100 + seed, spread=0.06)
        rows = wb.effects_by_segment(frame, "nki", ["d1", "d2", "d3"], by="market").table
        rows = rows[rows["driver"] == "d1"].set_index("segment")
        truth = frame.groupby("market")["true_d1"].first()
        inside = (rows["ci_low"] <= truth) & (truth <= rows["ci_high"])
        covered += int(inside.sum())
        looks += len(rows)
        same = wb.effects_by_segment(
            _markets(900 + seed), "nki", ["d1", "d2", "d3"], by="market"
        ).drivers
        called += int((same["verdict"] != "no_difference").any())
    assert covered / looks > 0.90
    assert called <= 9  # 60 data sets, 5 %: 9 or fewer in 99.8 of 100


def test_null_drivers_stay_inside_the_null_band_at_its_rate():
    inside, looks = 0, 0
    for seed in range(120):
        rng = np.random.default_rng(seed)
        common = rng.normal(size=(250, 1))
        grades = 60 + 10 * (common + 0.8 * rng.normal(size=(250, 5)))
        frame = pd.DataFrame(grades, columns=[f"d{i}" for i in range(5)])
        frame["nki"] = grades @ [0.5, 0.3, 0.1, 0, 0] + rng.normal(0, 10, 250)
        frame[frame.columns[:5]] = frame[frame.columns[:5]].mask(rng.random((250, 5)) < 0.15)
        table = wb.drivers(frame, "nki", [f"d{i}" for i in range(5)], bootstrap=50).table
        inside += int((~table["beyond_null"][3:].astype(bool)).sum())
        looks += 2
    assert 0.90 <= inside / looks <= 0.99


def test_change_of_an_effect_counts_shared_respondents():
    rng = np.random.default_rng(5)
    people = np.arange(400)
    noise = rng.normal(0, 8, 400)

    def wave(name, slope, grades):
        frame = pd.DataFrame({"d1": grades, "d2": rng.normal(60, 10, 400), "wave": name})
        frame["nki"] = slope * grades + 0.2 * frame["d2"] + noise + rng.normal(0, 2, 400)
        frame["respondent_id"] = people
        return frame

    grades = rng.normal(60, 10, 400)
    frame = pd.concat([wave("1", 0.3, grades), wave("2", 0.3, grades)], ignore_index=True)
    shared = wb.effect_changes(frame, "nki", ["d1", "d2"], respondent="respondent_id").table
    apart = wb.effect_changes(frame, "nki", ["d1", "d2"]).table
    width = shared["ci_high"] - shared["ci_low"]
    assert width[0] < 0.6 * (apart["ci_high"] - apart["ci_low"])[0]
    assert shared["verdict"].tolist() == ["no_sure_change", "no_sure_change"]
    moved = pd.concat([wave("1", 0.3, grades), wave("2", 0.8, grades)], ignore_index=True)
    result = wb.effect_changes(moved, "nki", ["d1", "d2"], respondent="respondent_id")
    assert result.table["verdict"].tolist() == ["effect_up", "no_sure_change"]
    assert result.table["change"][0] == pytest.approx(2.5, abs=0.5)
    assert "d1" in result.summary("sv")


def test_one_wave_has_no_change():
    frame = _answers().assign(wave="1")
    with pytest.raises(wb.DataError, match="at least two waves of column 'wave'; found 1"):
        wb.effect_changes(frame, "nki", NAMES)


def test_effects_of_waves_without_change_are_seldom_called_real():
    called = 0
    for seed in range(60):
        frame = _answers(400, seed=seed).assign(wave=np.repeat(["1", "2"], 200))
        called += int(wb.effect_changes(frame, "nki", NAMES).table["real"].any())
    assert called <= 9


def test_items_that_behave_differently_in_one_segment_are_found():
    rng = np.random.default_rng(6)
    common = rng.normal(60, 12, (800, 1))
    frame = pd.DataFrame(common + rng.normal(0, 8, (800, 5)), columns=[f"q{i}" for i in range(5)])
    frame["market"] = rng.choice(["SE", "NO", "DK"], 800)
    clean = wb.item_differences(frame, [f"q{i}" for i in range(5)], "market")
    assert (clean.table["flag"] == "").all()
    frame.loc[frame["market"] == "DK", "q2"] -= 12
    found = wb.item_differences(frame, [f"q{i}" for i in range(5)], "market")
    flagged = found.table[found.table["flag"] == "level"].set_index(["item", "segment"])
    assert flagged.loc[("q2", "DK"), "difference"] == pytest.approx(-12, abs=3)
    assert found.table.sort_values("p_adjusted").iloc[0][["item", "segment"]].tolist() == [
        "q2",
        "DK",
    ]


def test_score_covariance_of_equal_rows_is_that_of_the_mean():
    values = np.arange(10.0)[:, None]
    units = sampling_units(10)
    found = score_covariance((values - values.mean()) / 10, units)[0, 0]
    assert found == pytest.approx(values.var(ddof=1) / 10)
