"""What peers get wrong with drivers, as tests: each a typed answer with column, count, remedy."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workbench as wb


def _answers(rows=300, drivers=4, seed=0, noise=8.0):
    """Grades 0-100 that share a common part, and an outcome with falling slopes."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(rows, 1))
    grades = 60 + 12 * (0.7 * common + 0.7 * rng.normal(size=(rows, drivers)))
    slopes = np.linspace(0.5, 0.05, drivers)
    frame = pd.DataFrame(np.clip(grades, 0, 100), columns=[f"d{i + 1}" for i in range(drivers)])
    frame["nki"] = 20 + grades @ slopes + rng.normal(0, noise, rows)
    return frame


NAMES = ["d1", "d2", "d3", "d4"]
NAMES = ["d1", "d2", "d3", "d4"]


def _checks(result):
    return {check.id: check for check in result.checks}


def test_constant_driver_has_importance_zero_and_says_so():
    frame = _answers().assign(d2=50.0)
    result = wb.drivers(frame, "nki", NAMES, bootstrap=60)
    row = result.table.set_index("driver").loc["d2"]
    assert (row["importance"], row["reason"]) == (0.0, "CONSTANT")
    assert np.isnan(row["effect"])
    check = _checks(result)["constant_driver"]
    assert check.passed is False
    assert "d2" in check.text.render("sv")
    assert "300" in check.text.render("en")


def test_constant_outcome_is_refused():
    with pytest.raises(wb.DataError, match=r"'nki' has the same value in all 300 answers"):
        wb.drivers(_answers().assign(nki=7.0), "nki", NAMES)


def test_no_more_answers_than_drivers_plus_one_is_refused():
    names = [f"d{i + 1}" for i in range(7)]
    frame = _answers(108, 7)
    with pytest.raises(wb.DataError, match=r"7 drivers need more than 8 answers; there are 8"):
        wb.drivers(frame[:8], "nki", names)
    segments = frame.assign(market=["SE"] * 60 + ["NO"] * 40 + ["DK"] * 8)
    result = wb.drivers(segments, "nki", names, by="market", bootstrap=0)
    assert result.fit.set_index("segment").loc["DK", "reason"] == "TOO_FEW"
    assert result.table.loc[result.table["segment"] == "DK", "importance"].isna().all()


def test_exact_duplicates_split_and_are_listed():
    frame = _answers()
    frame["d5"] = frame["d1"] * 2 - 7
    result = wb.drivers(frame, "nki", [*NAMES, "d5"], bootstrap=60)
    table = result.table.set_index("driver")
    assert table.loc["d1", "importance"] == pytest.approx(table.loc["d5", "importance"])
    assert table.loc[["d1", "d5"], "reason"].tolist() == ["ALIASED", "ALIASED"]
    text = _checks(result)["aliased_drivers"].text.render("en")
    assert "d1 and d5" in text
    assert "2 columns" in text


def test_impossible_pairwise_correlations_are_bent_and_reported():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(np.full((180, 3), np.nan), columns=["d1", "d2", "d3"])
    base = rng.normal(50, 10, 60)
    frame.loc[0:59, ["d1", "d2"]] = np.column_stack([base, base + rng.normal(0, 2, 60)])
    frame.loc[60:119, ["d2", "d3"]] = np.column_stack([base, base + rng.normal(0, 2, 60)])
    frame.loc[120:179, ["d1", "d3"]] = np.column_stack([base, 100 - base + rng.normal(0, 2, 60)])
    frame["nki"] = rng.normal(50, 10, 180)
    result = wb.drivers(frame, "nki", ["d1", "d2", "d3"], bootstrap=60)
    check = _checks(result)["not_positive_definite"]
    assert check.passed is False
    assert 'missing="em"' in check.text.render("en")
    assert result.fit["smallest_eigenvalue"].item() < 0
    assert result.table["importance"].between(0, 1).all()
    assert result.table["importance"].sum() == pytest.approx(result.fit["r2"].item())


def test_drivers_never_answered_together_are_refused():
    frame = _answers(200)
    frame.loc[:99, "d1"] = np.nan
    frame.loc[100:, "d2"] = np.nan
    with pytest.raises(wb.DataError, match=r"'d1' and 'd2' were answered together by 0"):
        wb.drivers(frame, "nki", NAMES)


def test_reversed_item_is_named():
    frame = _answers(400)
    frame["d2"] = 100 - frame["d2"]
    result = wb.drivers(frame, "nki", NAMES, bootstrap=0)
    assert "d2" in _checks(result)["reversed_item"].text.render("en")
    turned = wb.drivers(frame, "nki", NAMES, bootstrap=0, scale={"d2": (100, 0)})
    assert "reversed_item" not in _checks(turned)


def test_mixed_scales_are_named():
    frame = _answers(400)
    frame[NAMES] = np.clip((frame[NAMES] / 10).round(), 1, 10)
    frame["d3"] = np.clip(frame["d3"] - 3, 1, 5)
    result = wb.drivers(frame, "nki", NAMES, scale=(1, 10), bootstrap=0)
    assert "d3" in _checks(result)["mixed_scales"].text.render("en")
    mended = wb.drivers(
        frame, "nki", NAMES, scale=dict.fromkeys(NAMES, (1, 10)) | {"d3": (1, 5)}, bootstrap=0
    )
    assert "mixed_scales" not in _checks(mended)


def test_straight_liners_are_counted():
    frame = _answers(300, 6)
    names = [f"d{i + 1}" for i in range(6)]
    frame.loc[:59, names] = 70.0
    check = _checks(wb.drivers(frame, "nki", names, bootstrap=0))["straight_lines"]
    assert check.passed is False
    assert "60 of 300" in check.text.render("en")


def test_all_missing_driver_is_left_out_and_named():
    frame = _answers().assign(d3=np.nan)
    result = wb.drivers(frame, "nki", NAMES, bootstrap=60)
    row = result.table.set_index("driver").loc["d3"]
    assert row["reason"] == "ALL_MISSING"
    assert np.isnan(row["importance"])
    assert "d3" in _checks(result)["all_missing_driver"].text.render("sv")
    assert result.table["share"].sum() == pytest.approx(1)


def test_driver_under_the_floor_cannot_be_computed_back():
    frame = _answers(300)
    frame.loc[5:, "d4"] = np.nan
    result = wb.drivers(frame, "nki", NAMES, bootstrap=0)
    row = result.table.set_index("driver").loc["d4"]
    assert row["suppressed"] == "floor"
    assert pd.isna(row["n"])
    assert pd.isna(row["n_missing"])
    assert result.table["share"].sum() == pytest.approx(1)


def test_suppressed_sign_is_told_with_correlation_and_inflation():
    rng = np.random.default_rng(1)
    base = rng.normal(50, 10, 500)
    frame = pd.DataFrame({"d1": base, "d2": base + rng.normal(0, 4, 500)})
    frame["nki"] = frame["d1"] - 0.35 * frame["d2"] + rng.normal(0, 4, 500)
    result = wb.drivers(frame, "nki", ["d1", "d2"], bootstrap=0)
    check = _checks(result)["negative_effects"]
    assert check.passed is False
    assert list(check.table["driver"]) == ["d2"]
    assert check.table["correlation"].item() > 0 > check.table["effect"].item()


def test_grades_outside_their_scale_are_counted():
    frame = _answers(50, 2).assign(d1=[11.0, *[5.0] * 48, 4.0], d2=np.arange(50) % 10 + 1.0)
    with pytest.raises(wb.DataError, match=r"'d1' must lie between 1 and 10; 1 of 50.*11 at row 0"):
        wb.drivers(frame, "nki", ["d1", "d2"], scale=(1, 10))


def test_numbers_off_the_scale_have_importance_but_no_grade():
    frame = _answers(100, 2)
    frame["d1"] = frame["d1"] * 10 - 700
    result = wb.drivers(frame, "nki", ["d1", "d2"], bootstrap=0)
    row = result.table.set_index("driver").loc["d1"]
    assert row["reason"] == "SCALE"
    assert np.isnan(row["performance"])
    assert row["importance"] > 0
    assert "not_on_scale" in _checks(result)


@pytest.mark.parametrize(
    ("change", "call", "message"),
    [
        ({}, {"outcome": "nkl"}, r"'nkl' is not in the data. Did you mean 'nki'"),
        ({}, {"drivers": []}, r"at least one driver"),
        ({}, {"drivers": ["d1", "d1"]}, r"'d1' is named twice"),
        ({}, {"drivers": ["nki"]}, r"'nki' is the outcome"),
        ({"d1": "sju"}, {}, r"'d1' must hold numbers"),
        ({"d1": np.inf}, {}, r"'d1' must hold finite numbers; 300 of 300"),
        ({"nki": np.nan}, {}, r"Nobody answered 'nki': all 300 rows are missing"),
        (
            {"w": -1.0},
            {"weight": "w"},
            r"'w' must be a number of at least 0.*300 of 300 are negative",
        ),
        ({}, {"method": "shap"}, r"method must be one of.*found 'shap'"),
        ({}, {"bootstrap": 10}, r"at least 50 draws; found 10"),
        ({}, {"scale": (5, 5)}, r"two different ends"),
        ({}, {"groups": {"a": ["d9"]}}, r"'d9' is not among the drivers"),
        ({}, {"groups": {"a": ["d1"], "b": ["d1"]}}, r"'d1' is in two groups"),
        ({}, {"confidence": 95}, r"between 0 and 1"),
    ],
)
def test_errors_name_the_column_and_the_remedy(change, call, message):
    frame = _answers().assign(**change)
    arguments = {"outcome": "nki", "drivers": NAMES, **call}
    with pytest.raises(wb.DataError, match=message):
        wb.drivers(frame, **arguments)


def test_errors_are_worded_in_both_languages():
    with pytest.raises(wb.DataError) as found:
        wb.drivers(_answers().assign(nki=1.0), "nki", NAMES)
    assert "samma värde" in found.value.args[0].render("sv")


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        ([[1.0, 0.5]], "must be square"),
        ([[1.0, np.nan], [np.nan, 1.0]], "2 of its cells are missing"),
        ([[1.0, 0.5], [0.4, 1.0]], "must be symmetric"),
        ([[1.0, 0.5], [0.5, 0.0]], "must vary"),
        ([[1.0, 1.5], [1.5, 1.0]], "larger than 1"),
    ],
)
def test_a_matrix_that_is_none_is_refused(matrix, message):
    with pytest.raises(wb.DataError, match=message):
        wb.lmg_from_corr(matrix)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(*[st.one_of(st.none(), st.integers(0, 100))] * 4), min_size=0, max_size=25)
)
def test_hostile_answers_give_numbers_or_a_typed_error(rows):
    frame = pd.DataFrame(rows, columns=["å", "<script>", "=cmd", "nki"], dtype=float)
    try:
        result = wb.drivers(frame, "nki", ["å", "<script>", "=cmd"], bootstrap=50)
    except wb.DataError:
        return
    for row in result.table.to_dict("records"):
        if pd.isna(row["share"]) or pd.isna(row["ci_low"]):
            assert row["reason"]
    shares = result.table["share"].dropna()
    assert shares.sum() == pytest.approx(1) or (shares == 0).all()
