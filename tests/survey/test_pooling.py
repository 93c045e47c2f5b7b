"""Partial pooling against R's sae package, and how much error it saves in small markets."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import workbench as wb
from workbench.estimates.small_areas import fay_herriot

MILK = Path(__file__).parent / "data" / "milk.csv"

# R package sae 1.3, eblupFH(yi ~ as.factor(MajorArea), SD^2, method = "REML") and mseFH
COEFFICIENTS = [0.9681890, 0.1327801, 0.2269462, -0.2413011]
ESTIMATES = {1: 1.0219703, 4: 0.7608170, 9: 1.2215449, 22: 1.1923057, 28: 0.7338443, 37: 0.5298867,
             43: 0.6810870}  # fmt: skip
ERRORS = {1: 0.013460220, 2: 0.005372876, 22: 0.017243977, 28: 0.016476912, 34: 0.003870786,
          43: 0.009903626}  # fmt: skip


def test_fay_herriot_reproduces_r_sae_on_the_milk_data():
    milk = pd.read_csv(MILK)
    dummies = pd.get_dummies(milk["MajorArea"]).to_numpy(float)[:, 1:]
    fit = fay_herriot(milk["yi"], milk["SD"] ** 2, dummies)
    assert fit.coefficients == pytest.approx(COEFFICIENTS, abs=1e-4)
    found = dict(zip(milk["SmallArea"], fit.estimates, strict=True))
    assert {area: found[area] for area in ESTIMATES} == pytest.approx(ESTIMATES, abs=1e-4)
    errors = dict(zip(milk["SmallArea"], fit.mean_squared_errors, strict=True))
    assert {area: errors[area] for area in ERRORS} == pytest.approx(ERRORS, abs=1e-5)


def test_equal_groups_shrink_to_their_mean():
    fit = fay_herriot([70.0, 70.1, 69.9, 70.0], [9.0, 4, 25, 16])
    assert fit.between_variance == 0
    assert fit.estimates == pytest.approx(np.full(4, fit.synthetic[0]))


def test_a_group_without_noise_keeps_its_own():
    fit = fay_herriot([40.0, 60, 80, 70], [1e-9, 4, 4, 4])
    assert fit.weights[0] == pytest.approx(1)
    assert fit.estimates[0] == pytest.approx(40)


def _markets(rng, sizes, spread):
    truth = rng.normal(70, spread, len(sizes))
    frame = pd.DataFrame({"market": np.repeat(np.arange(len(sizes)), sizes)})
    frame["nki"] = rng.normal(truth[frame["market"]], 17)
    return truth, frame


def _errors(seed, replicates, spread):
    """Root mean squared error, raw and pooled, of markets with fewer than 30 answers."""
    rng = np.random.default_rng(seed)
    sizes = np.array([400, 250, 120, 80, 60, 40, 28, 25, 22, 20, 18, 15, 12, 10])
    squares = np.zeros(2)
    covered = []
    for _ in range(replicates):
        truth, frame = _markets(rng, sizes, spread)
        table = wb.pool_segments(frame, "nki", by="market", kind="mean").table
        small = sizes < 30
        for place, column in enumerate(["raw", "estimate"]):
            squares[place] += ((table[column].to_numpy() - truth)[small] ** 2).mean()
        inside = (table["ci_low"] <= truth) & (table["ci_high"] >= truth)
        covered.append(inside.mean())
    raw, pooled = np.sqrt(squares / replicates)
    return raw, pooled, np.mean(covered)


def test_pooling_saves_a_third_of_the_error_of_small_markets():
    raw, pooled, covered = _errors(1, 60, spread=2.5)
    assert pooled <= 0.7 * raw
    assert 0.92 <= covered <= 0.99


def test_pooling_costs_little_where_markets_truly_differ():
    raw, pooled, _ = _errors(2, 40, spread=12.0)
    assert pooled <= 1.02 * raw


@pytest.mark.prove
def test_pooling_at_full_size(repository):
    import sys

    sys.path.insert(0, str(repository / "benchmarks"))
    from stored import store

    rows = []
    for spread in (0.0, 2.0, 2.5, 3.0, 4.0, 6.0, 12.0):
        raw, pooled, covered = _errors(3, 1000, spread)
        rows.append(
            {"between_sd": spread, "rmse_raw": raw, "rmse_pooled": pooled,
             "saved": 1 - pooled / raw, "covered": covered}
        )  # fmt: skip
    store("pooling", rows, claim="Pooling lowers the error of markets with fewer than 30 answers "
          "by 30 % when markets differ by up to 3 points beyond chance",
          modules=["workbench.survey.pooling"])  # fmt: skip
    assert all(row["saved"] >= 0.30 for row in rows if row["between_sd"] <= 3)
    assert all(0.93 <= row["covered"] <= 0.985 for row in rows if row["between_sd"] >= 2)


def test_raw_and_shrunk_stand_side_by_side():
    rng = np.random.default_rng(4)
    _, frame = _markets(rng, [200, 100, 60, 30, 15, 9], 3)
    frame["market"] = frame["market"].map(lambda k: f"m{k}")
    frame["w"] = rng.uniform(0.5, 2, len(frame))
    result = wb.pool_segments(frame, "nki", by="market", weight="w", kind="mean")
    table = result.table
    assert list(table) == ["segment", "n", "raw", "raw_low", "raw_high", "estimate", "ci_low",
                           "ci_high", "weight", "suppressed", "reason"]  # fmt: skip
    assert table["weight"].is_monotonic_decreasing
    centre = np.average(frame["nki"], weights=frame["w"])
    assert ((table["estimate"] - centre).abs() <= (table["raw"] - centre).abs() + 3).all()
    by_hand = frame.groupby("market").apply(lambda g: np.average(g["nki"], weights=g["w"]))
    assert table["raw"].to_numpy() == pytest.approx(by_hand.to_numpy())
    assert "moves most when pooled" in result.summary()


def test_a_predictor_explains_differences_between_segments():
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"market": np.repeat(np.arange(12), 25)})
    frame["wait"] = frame["market"] * 2.0
    frame["nki"] = 80 - frame["wait"] + rng.normal(0, 17, len(frame))
    without, with_it = (
        wb.pool_segments(frame, "nki", by="market", predictors=p, kind="mean")
        for p in ([], ["wait"])
    )
    assert with_it.between_sd < 0.7 * without.between_sd


def test_small_segments_enter_the_model_and_stay_hidden():
    rng = np.random.default_rng(6)
    _, frame = _markets(rng, [90, 60, 40, 30, 4], 3)
    table = wb.pool_segments(frame, "nki", by="market", kind="mean").table.set_index("segment")
    assert table["suppressed"].to_dict() == {
        "0": "",
        "1": "",
        "2": "",
        "3": "complement",
        "4": "floor",
    }
    assert table.loc[["3", "4"], ["n", "raw", "estimate", "weight"]].isna().all(axis=None)


def test_too_few_segments_or_predictors_of_nothing_are_refused():
    frame = pd.DataFrame(
        {"m": list("abcd") * 10, "nki": [60.0, 70, 80, 90] * 10, "x": [None, 1, 2, 3] * 10}
    )
    with pytest.raises(wb.DataError, match="at least 4 segments"):
        wb.pool_segments(frame[frame["m"] != "d"], "nki", by="m")
    with pytest.raises(wb.DataError, match="missing for a whole segment"):
        wb.pool_segments(frame, "nki", by="m", predictors=["x"])
    with pytest.raises(wb.DataError, match="too many"):
        wb.pool_segments(frame, "nki", by="m", predictors=["x", "nki", "x"])
    with pytest.raises(wb.DataError):
        wb.pool_segments(frame, "nki", by=())
    assert wb.pool_segments(frame.assign(nki=70.0), "nki", by="m").between_sd == 0
