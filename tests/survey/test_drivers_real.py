"""Drivers on the demo bank, whose effects are known, and on public data."""

import json

import numpy as np
import pandas as pd
import pytest

import workbench as wb


@pytest.fixture(scope="module")
def bank():
    from pathlib import Path

    folder = Path(__file__).parents[2] / "data" / "demo" / "bank"
    study = wb.load_study(folder)
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    return study.survey(), list(study.survey_model().drivers), truth


def test_the_demo_banks_true_effects_are_recovered(bank):
    answers, names, truth = bank
    result = wb.drivers(
        answers, "nki", names, weight="weight", always=["market", "wave"], bootstrap=200
    )
    table = result.table.set_index("driver")
    true = pd.Series(truth["measured"]["effect_per_5"])[names]
    half = (table["effect_high"] - table["effect_low"]) / 2
    deviation = (table["effect"] - true).abs() / half
    assert (deviation <= 1).sum() >= len(names) - 2  # 12 intervals of 95 %: in 98 of 100
    assert deviation.max() < 1.8
    assert np.corrcoef(table["effect"], true)[0, 1] > 0.92
    assert set(result.leaders()) >= set(truth["nearly_tied"])
    assert not table.loc[truth["null_driver"], "beyond_null"]
    assert table.loc["queue", "quadrant"] == "prioritise"


def test_the_demo_banks_falling_grade_is_found_without_a_changed_effect(bank):
    answers, names, _ = bank
    last = sorted(answers["wave"].unique())[-2:]
    result = wb.effect_changes(
        answers, "nki", names, waves=last, respondent="respondent_id", weight="weight"
    )
    rows = result.table.set_index("driver")
    assert rows.loc["queue", "performance_high"] < -5
    assert rows["performance_change"].idxmin() == "queue"
    assert rows["real"].sum() <= 1


@pytest.mark.real_data
def test_sfo_keeps_the_sample_that_listwise_cuts_to_494(real_data):
    raw = pd.read_csv(real_data / "sfo_airport_survey" / "sfo_2017.csv.gz", low_memory=False)
    items = [
        c for c in raw.columns if c.startswith("Q7") and c not in ("Q7ALL",) and "COM" not in c
    ]
    items = [c for c in items if pd.api.types.is_numeric_dtype(raw[c])][:14]
    frame = raw[items].where(raw[items].isin(range(1, 6)))
    frame["all"] = pd.to_numeric(raw["Q7ALL"], errors="coerce")
    frame["all"] = frame["all"].where(frame["all"].between(1, 5))
    frame["weight"] = raw["WEIGHT"]
    result = wb.drivers(frame, "all", items, scale=(1, 5), weight="weight", bootstrap=200)
    fit = result.fit.iloc[0]
    assert (fit["n"], fit["n_complete"]) == (2688, 494)
    text = {check.id: check.text for check in result.checks}["complete_rows"]
    assert "494" in text.render("en")
    assert "2\u00a0688" in text.render("sv")
    assert result.pairs["n"].min() > 494
    assert result.table["share"].sum() == pytest.approx(1)
    listwise = wb.drivers(
        frame, "all", items, scale=(1, 5), weight="weight", missing="listwise", bootstrap=200
    )
    check = {check.id: check for check in listwise.checks}["complete_rows"]
    assert check.passed is False
    width = (result.table["ci_high"] - result.table["ci_low"]).mean()
    assert width < (listwise.table["ci_high"] - listwise.table["ci_low"]).mean()
    em = wb.drivers(frame, "all", items, scale=(1, 5), weight="weight", missing="em", bootstrap=0)
    assert em.table["share"].to_numpy() == pytest.approx(result.table["share"].to_numpy(), abs=0.05)


@pytest.mark.real_data
def test_mobile_quality_items_cannot_be_told_apart_at_250_answers(real_data):
    answers = pd.read_csv(real_data / "mobi_ecsi" / "mobi.csv.gz")
    answers["nki"] = (answers[["CUSA1", "CUSA2", "CUSA3"]].mean(axis=1) - 1) / 9 * 100
    names = [f"PERQ{k}" for k in range(1, 8)]
    result = wb.drivers(answers, "nki", names, scale=(1, 10), bootstrap=500)
    assert len(result.leaders()) >= 2
    assert (result.table["vif"] > 1.2).all()
    assert result.table["importance"].sum() == pytest.approx(result.fit["r2"].item())


@pytest.mark.real_data
def test_vasby_proposals_in_ten_areas(real_data):
    raw = pd.read_csv(
        real_data / "vasby_citizen_survey_sv" / "data_clean_en.csv.gz", sep=";", encoding="utf-8"
    )
    ratings = raw.select_dtypes("number")
    usable = [c for c in ratings.columns if ratings[c].between(0, 14).all()]
    frame = ratings[usable].where(ratings[usable] > 0)
    outcome, names = usable[0], usable[1:31]
    groups = {f"område {k + 1} å": names[k * 5 : k * 5 + 5] for k in range(6)}
    result = wb.drivers(frame, outcome, names, scale=(1, 14), groups=groups, bootstrap=100, seed=1)
    assert len(result.table) == 30
    assert result.groups["share"].sum() == pytest.approx(1)
    assert "order_error" not in result.table
