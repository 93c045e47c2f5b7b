"""Raking against R's survey package, refusals, and what weights cost."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import root

import workbench as wb
from workbench.survey.raking import rake_weights

HERE = Path(__file__).parent
TYPES = {"E": 4421, "H": 755, "M": 1018}
SCHOOLWIDE = {"No": 1072, "Yes": 5122}
MARGINS = {"stype": TYPES, "sch.wide": SCHOOLWIDE}


@pytest.fixture(scope="module")
def schools():
    return pd.read_csv(HERE / "data" / "apiclus1.csv").assign(pw=33.846996307373)


# R 4.6.1, survey 4.5: rake(dclus1, list(~stype, ~sch.wide), list(pop.types, pop.schwide)), which
# stops when no cell moves by one school; four passes
R_WEIGHTS = {
    ("E", "No"): 39.838509410554,
    ("E", "Yes"): 29.8704638727345,
    ("H", "No"): 67.1257826263303,
    ("H", "Yes"): 50.3301527726748,
    ("M", "No"): 49.0700673992951,
    ("M", "Yes"): 36.7921816646831,
}


def test_raking_reproduces_r_survey_on_public_data(schools):
    raked = wb.rake(schools, MARGINS, weight="pw", tolerance=5e-5)
    assert raked.cycles == 4
    expected = [R_WEIGHTS[key] for key in zip(schools["stype"], schools["sch.wide"], strict=True)]
    assert raked.weights.to_numpy() == pytest.approx(expected, rel=1e-9)
    mean = raked.weights @ schools["api00"] / raked.weights.sum()
    assert mean == pytest.approx(641.230246862208, rel=1e-9)
    assert raked.weights @ schools["api00"] == pytest.approx(3971780.14906453, rel=1e-9)


def test_raked_to_the_end_agrees_with_calibration_by_its_equations(schools):
    # the dual of raking, solved by another method: w = base exp(x'l) with x'w = totals
    raked = wb.rake(schools, MARGINS, weight="pw", cap=None, tolerance=1e-12)
    design = np.column_stack(
        [
            *[schools["stype"] == kind for kind in TYPES],
            schools["sch.wide"] == "Yes",
        ]
    ).astype(float)
    totals = np.array([*TYPES.values(), SCHOOLWIDE["Yes"]], float)
    base = schools["pw"].to_numpy()
    dual = root(lambda x: design.T @ (base * np.exp(design @ x)) - totals, np.zeros(4), tol=1e-12)
    assert raked.weights.to_numpy() == pytest.approx(base * np.exp(design @ dual.x), rel=1e-8)


def test_jackknife_raked_anew_reproduces_r_standard_errors(schools):
    # as.svrepdesign(type = "JK1", mse = TRUE), raked and not; R stops raking a pass early
    replicates = wb.replicate_weights(schools, MARGINS, weight="pw", cluster="dnum")
    scores = schools["api00"].to_numpy(float)

    def mean(weights):
        return float(weights @ scores / weights.sum())

    assert replicates.standard_error(mean) == pytest.approx(27.1442128318128, rel=5e-5)
    assert replicates.standard_error(lambda w: w @ scores) == pytest.approx(
        168131.254280259, rel=5e-5
    )
    assert (replicates.weights.shape, replicates.df) == ((183, 15), 14)


def test_linearised_error_of_a_cluster_sample_matches_r(schools):
    # svymean(~api00, svydesign(id = ~dnum, weights = ~pw)): 644.1694 (23.7790), 14 df
    result = wb.nki(
        schools.assign(q=schools["api00"]), ["q"], scale=(0, 1000), weight="pw", cluster="dnum"
    )
    assert 10 * result.table.iloc[0].estimate == pytest.approx(644.169398907104)
    assert 10 * result.design.iloc[0].standard_error == pytest.approx(23.7790107208869, rel=1e-9)
    assert result.design.iloc[0].df == 14


def test_joint_margins_take_tuples(schools):
    joint = {
        ("E", "Yes"): 0.6,
        ("E", "No"): 0.1,
        ("M", "Yes"): 0.1,
        ("M", "No"): 0.1,
        ("H", "Yes"): 0.05,
        ("H", "No"): 0.05,
    }
    result = wb.rake(schools, {("stype", "sch.wide"): joint})
    assert result.table["after"].to_numpy() == pytest.approx(result.table["target"].to_numpy())
    assert result.weights.sum() == pytest.approx(183)


def test_audit_says_where_the_sample_was_off_and_what_it_costs(schools):
    result = wb.rake(schools, MARGINS)
    audit = result.table.set_index(["column", "value"])
    assert audit.loc[("stype", "H"), "before"] == pytest.approx(14 / 183)
    assert audit.loc[("stype", "H"), "target"] == pytest.approx(755 / 6194)
    assert audit["after"].to_numpy() == pytest.approx(audit["target"].to_numpy(), rel=1e-8)
    weights = result.weights.to_numpy()
    assert result.n_effective == pytest.approx(weights.sum() ** 2 / (weights**2).sum())
    assert result.design_effect == pytest.approx(1 + weights.var() / weights.mean() ** 2)
    assert "7.3 percentage points" in result.summary()
    assert "7,3 procentenheter" in result.summary("sv")


def test_small_categories_have_no_count_in_the_audit():
    frame = pd.DataFrame({"a": ["x"] * 40 + ["y"] * 3 + ["z"] * 20})
    table = wb.rake(frame, {"a": {"x": 0.6, "y": 0.1, "z": 0.3}}).table.set_index("value")
    assert table["suppressed"].to_dict() == {"x": "", "y": "floor", "z": "complement"}
    assert table.loc[["y", "z"], ["n", "before", "mean_weight"]].isna().all(axis=None)


# --- bounds ---


def test_no_weight_leaves_the_cap_and_the_margins_are_still_met():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {"a": rng.choice(["x", "y"], 400, p=[0.8, 0.2]), "b": rng.choice(["u", "v"], 400)}
    )
    frame["w"] = rng.lognormal(0, 1.2, 400)
    shares = {"a": {"x": 0.7, "y": 0.3}, "b": {"u": 0.4, "v": 0.6}}
    result = wb.rake(frame, shares, weight="w", cap=3)
    relative = result.weights / result.weights.mean()
    assert relative.max() <= 3 + 1e-9
    assert relative.min() >= 1 / 3 - 1e-9
    assert result.capped > 0
    assert result.table["after"].to_numpy() == pytest.approx(
        result.table["target"].to_numpy(), rel=1e-6
    )
    assert "weights_at_the_cap" in {check.id for check in result.checks}
    free = wb.rake(frame, shares, weight="w", cap=None)
    assert (free.weights / free.weights.mean()).max() > 3


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_bounds_that_do_not_bind_change_nothing(seed):
    rng = np.random.default_rng(seed)
    codes = [np.concatenate([np.arange(3), rng.integers(0, 3, 40)]) for _ in range(2)]
    targets = [rng.uniform(0.7, 1.3, 3) for _ in range(2)]
    margins = [(c, 43 * t / t.sum()) for c, t in zip(codes, targets, strict=True)]
    free = rake_weights(np.ones(43), margins)
    bounded = rake_weights(np.ones(43), margins, low=1e-6, high=1e6)
    assert bounded.weights == pytest.approx(free.weights, rel=1e-6)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_margins_are_met_and_scale_is_irrelevant(seed):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({c: [*"xyz", *rng.choice(list("xyz"), 60)] for c in "ab"})
    frame["w"] = rng.uniform(0.5, 2, len(frame))
    shares = {c: dict(zip("xyz", rng.dirichlet([8, 8, 8]), strict=True)) for c in "ab"}
    one = wb.rake(frame, shares, weight="w", cap=None)
    counts = {c: {k: 1000 * v for k, v in margin.items()} for c, margin in shares.items()}
    other = wb.rake(frame.assign(w=frame["w"] * 9), counts, weight="w", cap=None)
    assert other.weights.sum() == pytest.approx(1000)
    assert (one.weights / 63).to_numpy() == pytest.approx(
        (other.weights / 1000).to_numpy(), rel=1e-6
    )
    for column, margin in shares.items():
        reached = one.weights.groupby(frame[column]).sum() / 63
        assert reached.to_dict() == pytest.approx(margin, rel=1e-6)


# --- refusals ---


@pytest.mark.parametrize(
    ("margins", "match"),
    [
        ({}, "at least one"),
        ({"a": {"x": 0.5, "y": 0.5, "z": 0.1}}, "nobody answered"),
        ({"a": {"x": 1.0}}, "no target above 0 for 1 of 2"),
        ({"a": {"x": 1.0, "y": 0.0}}, "no target above 0"),
        ({"a": {"x": 0.5, "y": 0.5}, "b": {"u": 600, "v": 400}}, "same sum"),
        ({"a": {"x": 50, "y": 50}, "b": {"u": 60, "v": 50}}, "'a' sums to 100 and 'b' to 110"),
        ({"a": {"x": -0.5, "y": 1.5}}, "negative"),
        ({"a": {"x": float("nan"), "y": 1}}, "missing"),
        ({"a": {"x": 0.01, "y": 0.99}}, "cannot be met within cap=5"),
        ({"c": {"p": 0.5, "q": 0.5}}, "must have a value in every row"),
        ({"nowhere": {"p": 1}}, "not in the data"),
    ],
)
def test_margins_that_cannot_be_met_are_refused(margins, match):
    frame = pd.DataFrame(
        {"a": ["x"] * 30 + ["y"] * 10, "b": ["u", "v"] * 20, "c": ["p", "q", None, "p"] * 10}
    )
    with pytest.raises(wb.DataError, match=match):
        wb.rake(frame, margins)


def test_margins_that_exclude_each_other_are_refused():
    frame = pd.DataFrame({"a": ["x"] * 20 + ["y"] * 20, "b": ["u"] * 20 + ["v"] * 20})
    with pytest.raises(wb.DataError, match="meet all margins"):
        wb.rake(frame, {"a": {"x": 0.4, "y": 0.6}, "b": {"u": 0.6, "v": 0.4}})


def test_missing_categories_can_keep_their_share():
    frame = pd.DataFrame({"a": ["x"] * 20 + ["y"] * 10 + [None] * 10})
    result = wb.rake(frame, {"a": {"x": 0.5, "y": 0.5}}, missing="keep")
    assert result.weights.tolist() == pytest.approx([0.75] * 20 + [1.5] * 10 + [1.0] * 10)


@pytest.mark.parametrize(
    "choice", [{"cap": 1}, {"cap": float("nan")}, {"missing": "guess"}, {"weight": "w"}]
)
def test_other_choices_are_checked(choice):
    frame = pd.DataFrame({"a": ["x", "y"] * 5, "w": [0.0, 1.0] * 5})
    with pytest.raises(wb.DataError):
        wb.rake(frame, {"a": {"x": 0.5, "y": 0.5}}, **choice)
    with pytest.raises(wb.DataError, match="empty"):
        wb.rake(frame.iloc[:0], {"a": {"x": 0.5, "y": 0.5}})


# --- replicates ---


def test_jackknife_of_a_mean_is_the_textbook_error():
    values = np.array([3.0, 5, 8, 13, 21])
    replicates = wb.replicate_weights(pd.DataFrame({"v": values}))
    error = replicates.standard_error(lambda w: w @ values / w.sum())
    assert error == pytest.approx(values.std(ddof=1) / np.sqrt(5))


def test_stratified_jackknife_and_bootstrap_agree_with_the_formula():
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"s": np.repeat(["a", "b"], 40), "v": rng.normal(0, 1, 80)})
    frame.loc[frame["s"] == "b", "v"] *= 3
    values = frame["v"].to_numpy()
    expected = np.sqrt(sum(0.25 * g.var(ddof=1) / 40 for _, g in frame.groupby("s")["v"]))

    def mean(weights):
        return float(weights @ values / weights.sum())

    exact = wb.replicate_weights(frame, strata="s")
    assert exact.standard_error(mean) == pytest.approx(expected, rel=1e-9)
    drawn = wb.replicate_weights(frame, strata="s", kind="bootstrap", draws=2000, seed=1)
    assert drawn.standard_error(mean) == pytest.approx(expected, rel=0.06)
    assert drawn.weights.equals(
        wb.replicate_weights(frame, strata="s", kind="bootstrap", draws=2000, seed=1).weights
    )


def test_raking_to_what_predicts_the_answer_narrows_its_error():
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"g": rng.choice(["x", "y"], 300)})
    values = np.where(frame["g"] == "x", 80.0, 40.0) + rng.normal(0, 5, 300)

    def mean(weights):
        return float(weights @ values / weights.sum())

    plain = wb.replicate_weights(frame).standard_error(mean)
    raked = wb.replicate_weights(frame, {"g": {"x": 0.5, "y": 0.5}})
    assert raked.standard_error(mean) < 0.4 * plain
    assert raked.weights.shape[1] == 100  # random groups, not three hundred replicates


def test_replicates_refuse_what_they_cannot_do():
    frame = pd.DataFrame({"a": ["x"] * 9 + ["y"], "s": [1] * 9 + [2]})
    with pytest.raises(wb.DataError, match="too small to be left out"):
        wb.replicate_weights(frame, {"a": {"x": 0.8, "y": 0.2}})
    with pytest.raises(wb.DataError, match="at least two clusters"):
        wb.replicate_weights(frame, strata="s")
    for wrong in ({"kind": "brr"}, {"kind": "bootstrap", "draws": 1}, {"groups": 1}):
        with pytest.raises(wb.DataError):
            wb.replicate_weights(frame, **wrong)
