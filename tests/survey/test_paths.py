"""PLS path models: published values, an independent run of the algorithm, faults of peers."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workbench as wb

PATHS = {  # R plspm and seminr
    ("Image", "Expectation"): 0.504914,
    ("Image", "Satisfaction"): 0.178740,
    ("Image", "Loyalty"): 0.195755,
    ("Expectation", "Quality"): 0.556749,
    ("Expectation", "Value"): 0.049988,
    ("Expectation", "Satisfaction"): 0.062523,
    ("Quality", "Value"): 0.558304,
    ("Quality", "Satisfaction"): 0.512024,
    ("Value", "Satisfaction"): 0.194765,
    ("Satisfaction", "Complaints"): 0.528066,
    ("Satisfaction", "Loyalty"): 0.485478,
    ("Complaints", "Loyalty"): 0.066926,
}
R2 = {
    "Expectation": 0.254938,
    "Quality": 0.309969,
    "Value": 0.345279,
    "Satisfaction": 0.681078,
    "Complaints": 0.278854,
    "Loyalty": 0.456944,
}
BLOCKS = {"A": ["a1", "a2", "a3"], "B": ["b1", "b2"], "C": ["c1", "c2", "c3"]}
MODEL = {"blocks": BLOCKS, "paths": [("A", "B"), ("A", "C"), ("B", "C")]}


def _answers(seed=0, rows=200):
    rng = np.random.default_rng(seed)
    a = rng.normal(size=rows)
    b = 0.6 * a + 0.8 * rng.normal(size=rows)
    c = 0.4 * a + 0.4 * b + 0.7 * rng.normal(size=rows)
    frame = pd.DataFrame(
        {
            item: 55 + 12 * (latent + 0.5 * rng.normal(size=rows))
            for latent, items in ((a, BLOCKS["A"]), (b, BLOCKS["B"]), (c, BLOCKS["C"]))
            for item in items
        }
    )
    return frame.clip(0, 100)


@pytest.mark.real_data
def test_ecsi_paths_and_r2_as_published(real_data):
    answers = pd.read_csv(real_data / "mobi_ecsi" / "mobi.csv.gz")
    result = wb.pls(answers, "ecsi")
    found = result.paths.set_index(["from", "to"])["estimate"]
    assert found.to_dict() == pytest.approx(PATHS, abs=1e-6)
    assert result.r2.set_index("construct")["estimate"].to_dict() == pytest.approx(R2, abs=1e-6)
    weights = result.index_weights.set_index("item")["estimate"]
    assert weights[["CUSA1", "CUSA2", "CUSA3"]].tolist() == pytest.approx(
        [0.38363, 0.28155, 0.33482], abs=5e-6
    )
    index = result.indices.set_index("construct").loc["Satisfaction"]
    assert index["estimate"] == pytest.approx(72.454, abs=5e-4)
    assert index["equal"] == pytest.approx(71.970, abs=5e-4)


def test_algorithm_on_answers_gives_the_same_as_on_correlations():
    frame = _answers()
    items = list(frame.columns)
    z = ((frame - frame.mean()) / frame.std(ddof=0)).to_numpy()
    block = np.array([[float(i in own) for own in BLOCKS.values()] for i in items])
    w = block.copy()
    for _ in range(200):
        y = z @ w
        y /= y.std(axis=0)
        inner = np.column_stack(
            [
                y[:, 1] * np.corrcoef(y[:, 0], y[:, 1])[0, 1]
                + y[:, 2] * np.corrcoef(y[:, 0], y[:, 2])[0, 1],
                y[:, 0] * np.linalg.lstsq(y[:, [0]], y[:, 1], rcond=None)[0][0]
                + y[:, 2] * np.corrcoef(y[:, 1], y[:, 2])[0, 1],
                y[:, [0, 1]] @ np.linalg.lstsq(y[:, [0, 1]], y[:, 2], rcond=None)[0],
            ]
        )
        w = (z.T @ inner / len(z)) * block
    y = z @ w
    y /= y.std(axis=0)
    result = wb.pls(frame, MODEL)
    expected = [
        np.corrcoef(y[:, 0], y[:, 1])[0, 1],
        *np.linalg.lstsq(y[:, [0, 1]], y[:, 2], rcond=None)[0],
    ]
    assert result.paths["estimate"].tolist() == pytest.approx(expected, abs=1e-7)
    scores = pd.Series(y[:, 2])
    effect = result.total_effects.set_index(["from", "to"])["effect"]
    weights = result.index_weights.set_index("item")["estimate"]
    index = {name: frame[own] @ weights[own] for name, own in BLOCKS.items()}
    slopes = np.linalg.lstsq(
        np.column_stack([np.ones(len(frame)), index["A"], index["B"]]), index["C"], rcond=None
    )[0]
    through = slopes[1] + slopes[2] * np.polyfit(index["A"], index["B"], 1)[0]
    assert effect[("A", "C")] == pytest.approx(5 * through)
    assert abs(scores.corr(index["C"])) == pytest.approx(1)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(["path", "centroid", "factor"]))
def test_scale_order_and_weight_constants_change_nothing(seed, scheme):
    frame = _answers(seed % 1000, rows=60)
    frame["w"] = np.random.default_rng(seed).uniform(0.5, 2, 60)
    base = wb.pls(frame, MODEL, scheme=scheme, weight="w")
    shuffled = frame.sample(frac=1, random_state=1).assign(w=lambda f: f["w"] * 40)
    again = wb.pls(shuffled, MODEL, scheme=scheme, weight="w")
    for name in ("paths", "loadings", "index_weights"):
        assert getattr(again, name)["estimate"].to_numpy() == pytest.approx(
            getattr(base, name)["estimate"].to_numpy(), abs=1e-7, nan_ok=True
        )
    sums = base.index_weights.groupby("construct")["estimate"].sum(min_count=1).dropna()
    assert sums.to_numpy() == pytest.approx(1)


def test_intervals_come_with_draws_and_hold_the_estimate():
    result = wb.pls(_answers(), MODEL, bootstrap=200)
    for name in ("paths", "loadings", "r2", "index_weights", "indices"):
        table = getattr(result, name)
        assert (table["ci_low"] <= table["estimate"]).all(), name
        assert (table["estimate"] <= table["ci_high"]).all(), name
    for name, frame in result.tables.items():
        assert not frame.duplicated(list(result.specs[name].key)).any()


def test_missing_answers_keep_their_respondents():
    frame = _answers(rows=400)
    holes = frame.mask(np.random.default_rng(1).random(frame.shape) < 0.15)
    full, kept = wb.pls(frame, MODEL), wb.pls(holes, MODEL)
    assert kept.n == 400
    assert kept.paths["estimate"].to_numpy() == pytest.approx(
        full.paths["estimate"].to_numpy(), abs=0.12
    )
    assert wb.pls(holes, MODEL, missing="listwise").n < 150


def test_negative_weight_withholds_the_index_and_names_the_item():
    frame = _answers()
    frame["c2"] = 100 - frame["c2"]
    result = wb.pls(frame, MODEL)
    rows = result.index_weights[result.index_weights["construct"] == "C"]
    assert rows["estimate"].isna().all()
    assert (rows["reason"] == "NEGATIVE_WEIGHT").all()
    check = {check.id: check for check in result.checks}["negative_weight_c2"]
    assert check.passed is False
    assert "c2" in check.text.render("en")
    assert "C" in check.text.render("sv")
    index = result.indices.set_index("construct")
    assert np.isnan(index.loc["C", "estimate"])
    assert not np.isnan(index.loc["C", "equal"])


def test_constant_item_is_left_out_and_named():
    result = wb.pls(_answers().assign(a2=50.0), MODEL)
    assert "a2" not in set(result.loadings["item"])
    assert "constant_item_a2" in {check.id for check in result.checks}
    with pytest.raises(wb.DataError, match=r"No question of construct 'B' varies \(2 columns\)"):
        wb.pls(_answers().assign(b1=1.0, b2=np.nan), MODEL)


def test_single_item_construct_has_weight_one():
    model = {"blocks": {**BLOCKS, "B": ["b1"]}, "paths": MODEL["paths"]}
    result = wb.pls(_answers(), model)
    assert result.index_weights.set_index("item").loc["b1", "estimate"] == pytest.approx(1)


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ({"blocks": BLOCKS, "paths": [("A", "B"), ("B", "Ä")]}, "names 'Ä', which has no block"),
        ({"blocks": BLOCKS, "paths": [("A", "B"), ("B", "A"), ("A", "C")]}, "in a circle"),
        ({"blocks": BLOCKS, "paths": [("A", "B")]}, "'C' has no path"),
        ({"blocks": {**BLOCKS, "C": ["a1"]}, "paths": MODEL["paths"]}, "'a1' stands in the model"),
        ({"blocks": {**BLOCKS, "C": []}, "paths": MODEL["paths"]}, "'C' has no columns"),
        ("ecsi", "needs columns named IMAG"),
    ],
)
def test_models_that_cannot_be_are_refused(model, message):
    with pytest.raises(wb.DataError, match=message):
        wb.pls(_answers(), model)


def test_too_few_respondents_are_refused():
    with pytest.raises(wb.DataError, match="at least 10 respondents; there are 6"):
        wb.pls(_answers(rows=6), MODEL)


def test_a_study_has_a_path_model_of_its_touchpoints():
    from pathlib import Path

    study = wb.load_study(Path(__file__).parents[2] / "data" / "demo" / "bank")
    path = wb.study_path_model(study, "nki")
    assert path is not None
    assert list(path.model["blocks"]) == ["onboarding", "app", "support", "branch", "fees", "nki"]
    assert path.model["blocks"]["nki"] == ["q1", "q2", "q3"]
    assert set(path.scale.values()) == {(1, 10)}
    assert wb.study_path_model(study, "nps") is None, "one question has no index weights"
    now = study.survey().query("wave == '2026-06'")
    result = wb.pls(now, path.model, outcome=path.outcome, scale=path.scale, weight="weight")
    index = result.indices.set_index("construct").loc["nki"]
    known = now.dropna(subset=["nki"])
    equal = np.average(known["nki"], weights=known["weight"])
    assert index["equal"] == pytest.approx(equal, abs=0.5)
    assert index["difference"] == pytest.approx(index["estimate"] - index["equal"])
