"""Penalties, rewards, dominance and money: recovery, definitions, hostile input."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

import workbench as wb

NAMES = ["must", "line", "wow"]


def _asymmetric(seed=0, rows=1500):
    """One driver that hurts when low, one straight line, one that pleases when high."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(rows, 1))
    grades = np.clip(
        np.round(5.8 + 2.4 * (0.5 * common + 0.87 * rng.normal(size=(rows, 3)))), 1, 10
    )
    effect = np.column_stack(
        [
            np.where(grades[:, 0] <= 4, -12, 0),
            (grades[:, 1] - 5.5) * 2,
            np.where(grades[:, 2] >= 9, 12, 0),
        ]
    )
    frame = pd.DataFrame(grades, columns=NAMES)
    frame["nki"] = 60 + effect.sum(axis=1) + rng.normal(0, 8, rows)
    return frame


def test_classes_are_recovered_with_their_probability():
    result = wb.penalty_reward(_asymmetric(), "nki", NAMES, scale=(1, 10), bootstrap=300)
    table = result.table.set_index("driver")
    assert table["class"].to_dict() == {"must": "frustrator", "line": "hybrid", "wow": "delighter"}
    assert table.loc["must", "penalty"] == pytest.approx(-12, abs=2)
    assert table.loc["wow", "reward"] == pytest.approx(12, abs=2)
    assert (table.loc[["must", "wow"], "p_class"] > 0.8).all()
    assert result.classes.groupby("driver")["p"].sum().to_numpy() == pytest.approx(1)
    assert table.loc["must", "bend"] < 0 < table.loc["wow", "bend"]
    assert (table.loc[["must", "wow"], "p_adjusted"] < 0.01).all()
    assert table.loc["line", "p_adjusted"] > 0.05


def test_penalties_and_rewards_are_the_regression_on_low_and_high():
    frame = _asymmetric(1)
    grades = frame[NAMES]
    columns = [dummy for name in NAMES for dummy in ((grades[name] <= 4), (grades[name] >= 9))]
    fit = sm.OLS(frame["nki"], sm.add_constant(np.column_stack(columns).astype(float))).fit()
    table = wb.penalty_reward(frame, "nki", NAMES, scale=(1, 10), bootstrap=0).table
    assert table["penalty"].to_numpy() == pytest.approx(fit.params.to_numpy()[1::2])
    assert table["reward"].to_numpy() == pytest.approx(fit.params.to_numpy()[2::2])
    assert (table["reason"] == "NO_DRAWS").all()


def test_too_few_low_grades_cannot_be_judged():
    frame = _asymmetric(2, rows=300)
    frame["wow"] = np.clip(frame["wow"], 5, 10)
    row = (
        wb.penalty_reward(frame, "nki", NAMES, scale=(1, 10), bootstrap=60)
        .table.set_index("driver")
        .loc["wow"]
    )
    assert row["reason"] == "FEW_LOW"
    assert pd.isna(row["class"])
    assert row["n_low"] == 0


def test_cuts_and_ends_that_cross_are_refused():
    with pytest.raises(wb.DataError, match="low must be below high"):
        wb.penalty_reward(_asymmetric(), "nki", NAMES, scale=(1, 10), low=90, high=20)


def test_dominance_has_levels_and_interactions():
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(rng.normal(50, 10, (600, 3)), columns=["a", "b", "c"])
    frame["c"] = 0.8 * frame["b"] + 0.6 * frame["c"]
    frame["nki"] = frame["a"] + 0.5 * frame["b"] + rng.normal(0, 8, 600)
    result = wb.dominance(frame, "nki", ["a", "b", "c"], bootstrap=60)
    levels = result.complete.set_index(["driver", "other"])["level"]
    assert levels[("a", "c")] == levels[("b", "c")] == "complete"
    assert levels[("c", "a")] == "none"
    general = wb.drivers(frame, "nki", ["a", "b", "c"], bootstrap=0).table["importance"]
    assert result.table["general"].to_numpy() == pytest.approx(general.to_numpy())
    pair = result.interaction.set_index(["driver", "other"]).loc[("b", "c")]
    assert pair["index"] < 0
    assert pair["ci_high"] < 0
    assert "a" in result.summary("sv")
    for name, table in result.tables.items():
        assert not table.duplicated(list(result.specs[name].key)).any()
    with pytest.raises(wb.DataError, match="takes 2 to 18 drivers that vary; found 1"):
        wb.dominance(frame, "nki", ["a"])


def _money(rows=800, seed=0):
    rng = np.random.default_rng(seed)
    nki = np.clip(rng.normal(68, 18, rows), 0, 100)
    frame = pd.DataFrame({"nki": nki, "product": rng.choice(["card", "loan"], rows)})
    frame["revenue"] = 2000 + 15 * nki + rng.exponential(900, rows)
    frame["left"] = (rng.random(rows) < 1 / (1 + np.exp((nki - 30) / 15))).astype(float)
    return frame


def test_an_amount_has_several_readings_and_a_range():
    result = wb.money_association(
        _money(), "nki", "revenue", controls="product", unit="kr", labels={"revenue": "intäkt"}
    )
    assert result.table["reading"].tolist() == ["plain", "controls", "trimmed"]
    assert result.table["estimate"].to_numpy() == pytest.approx(15, abs=4)
    assert result.range_low == result.table["ci_low"].min()
    assert result.range_high == result.table["ci_high"].max()
    assert "An association, not an effect" in result.summary("en")
    assert result.caution.render("sv") != result.caution.render("en")


def test_churn_is_the_mean_slope_of_a_logit_model():
    frame = _money()
    result = wb.money_association(frame, "nki", "left", kind="churn")
    fit = sm.Logit(frame["left"], sm.add_constant(frame["nki"])).fit(disp=0).get_margeff()
    row = result.table.set_index("reading").loc["logit"]
    assert row["estimate"] == pytest.approx(fit.margeff[0], rel=1e-5)
    half = (row["ci_high"] - row["ci_low"]) / 2 / 1.963
    assert half == pytest.approx(fit.margeff_se[0], rel=0.15)


def test_money_that_is_not_there_is_refused():
    frame = _money(30)
    with pytest.raises(wb.DataError, match="at least 50 respondents; 30 have both"):
        wb.money_association(frame, "nki", "revenue")
    with pytest.raises(wb.DataError, match=r"must be 0 \(stayed\) or 1 \(left\)"):
        wb.money_association(_money().assign(left=2.0), "nki", "left", kind="churn")
