"""Crosstabs: shares, letters, bases; against statsmodels and by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportions_ztest

import workbench as wb
from workbench.inputs.disclosure import audit, published_tables
from workbench.survey.crosstab_grid import column_letter


def _table(counts):
    """Respondents of a table: row -> column -> count."""
    rows = [(r, c) for r, line in counts.items() for c, n in line.items() for _ in range(n)]
    return pd.DataFrame(rows, columns=["use", "market"])


COUNTS = {"yes": {"DK": 20, "NO": 45, "SE": 60}, "no": {"DK": 40, "NO": 35, "SE": 20}}


def test_shares_bases_and_letters():
    result = wb.crosstab(_table(COUNTS), "use", "market")
    table = result.table.set_index(["row", "column"])
    assert table.loc[("yes", "DK"), "share"] == pytest.approx(20 / 60)
    assert table.loc[("yes", "DK"), "n"] == 60
    assert table.loc[("yes",), "higher_than"].tolist() == ["", "A", "A B"]
    assert table.loc[("no",), "higher_than"].tolist() == ["B C", "C", ""]
    assert result.total.set_index("row").loc["yes", "share"] == pytest.approx(125 / 220)
    assert "35" in result.summary() or "41" in result.summary()


def test_each_test_is_the_pooled_z_test_and_all_share_one_correction():
    result = wb.crosstab(_table(COUNTS), "use", "market")
    first = result.pairs.iloc[-3]
    expected = proportions_ztest([20, 45], [60, 80])[1]
    assert (first["first"], first["second"]) == ("A", "B")
    assert first["p_value"] == pytest.approx(expected)
    assert result.pairs["p_adjusted"].to_numpy() == pytest.approx(
        stats.false_discovery_control(result.pairs["p_value"])
    )
    holm = wb.crosstab(_table(COUNTS), "use", "market", correction="holm").pairs
    assert (holm["p_adjusted"] >= result.pairs["p_adjusted"] - 1e-15).all()
    none = wb.crosstab(_table(COUNTS), "use", "market", correction="none").pairs
    assert none["p_adjusted"].tolist() == none["p_value"].tolist()


def test_the_whole_table_is_pearson_s_chi_square():
    result = wb.crosstab(_table(COUNTS), "use", "market")
    expected = stats.chi2_contingency([[20, 45, 60], [40, 35, 20]], correction=False)
    assert (result.chi_square, result.df, result.p_value) == pytest.approx(
        (*expected[:1], 2, expected[1])
    )


def test_weights_count_through_the_effective_answers():
    frame = _table(COUNTS)
    frame["w"] = np.where(frame.index % 2 == 0, 3.0, 1.0)
    weighted = wb.crosstab(frame, "use", "market", weight="w").table
    plain = wb.crosstab(frame, "use", "market").table
    assert (weighted["n"] == plain["n"]).all()
    assert weighted["n_effective"].to_numpy() == pytest.approx(
        plain["n"].to_numpy(float) * 0.8, rel=0.02
    )
    sums = weighted.groupby("column")["share"].sum()
    assert sums.to_numpy() == pytest.approx(np.ones(3))


def test_small_bases_are_shown_and_not_tested():
    counts = {"yes": {"DK": 2, "NO": 45, "SE": 60}, "no": {"DK": 18, "NO": 35, "SE": 20}}
    result = wb.crosstab(_table(counts), "use", "market")
    table = result.table.set_index(["column", "row"])
    assert table.loc["DK", "small_base"].all()
    assert set(table.loc["DK", "reason"]) == {"SMALL_BASE"}
    assert "A" not in set(result.pairs["first"])
    assert [check.id for check in result.checks] == ["small_bases"]


def test_rare_answers_are_not_tested():
    counts = {"yes": {"NO": 1, "SE": 3}, "no": {"NO": 99, "SE": 97}}
    assert wb.crosstab(_table(counts), "use", "market").pairs.empty


def test_columns_under_the_floor_are_hidden_with_their_complement():
    counts = {
        "yes": {"DK": 2, "FI": 10, "NO": 45, "SE": 60},
        "no": {"DK": 3, "FI": 4, "NO": 35, "SE": 20},
    }
    frame = _table(counts)
    result = wb.crosstab(frame, "use", "market")
    hidden = result.table[result.table["column"].isin(["DK", "FI"])]
    assert hidden[["n", "share", "ci_low", "n_effective"]].isna().all(axis=None)
    assert set(hidden["suppressed"]) == {"floor", "complement"}
    assert audit(published_tables(result)).empty


def test_multiple_answers_have_the_asked_as_base():
    frame = pd.DataFrame(
        {
            "app": [1, 1, 0, None] * 20,
            "branch": [1, 0, 0, None] * 20,
            "market": ["SE"] * 40 + ["NO"] * 40,
        }
    )
    result = wb.crosstab(frame, ["app", "branch"], "market")
    table = result.table.set_index(["row", "column"])
    assert table.loc[("app", "SE"), "n"] == 30
    assert table.loc[("app", "SE"), "share"] == pytest.approx(2 / 3)
    assert table.loc[("branch", "SE"), "share"] == pytest.approx(1 / 3)
    assert result.chi_square is None
    with pytest.raises(wb.DataError, match="1 \\(ticked\\), 0"):
        wb.crosstab(frame.assign(app=7), ["app", "branch"], "market")


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_shares_of_a_column_sum_to_one_and_letters_point_down(seed):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"a": rng.choice(list("xyz"), 150), "b": rng.choice(list("pqr"), 150)})
    table = wb.crosstab(frame, "a", "b", floor=1, min_base=5).table
    assert table.groupby("column")["share"].sum().to_numpy() == pytest.approx(np.ones(3))
    shares = table.set_index(["row", "letter"])["share"]
    for line in table.itertuples():
        for letter in line.higher_than.split():
            assert shares[line.row, letter] < line.share


def test_crossed_columns_missing_values_and_hostile_names():
    frame = _table(COUNTS).assign(age=np.tile(["old", "young"], 110))
    frame.loc[0, "market"] = None
    frame.loc[1:9, "use"] = "<script>=cmd"
    result = wb.crosstab(frame, "use", ["market", "age"], floor=1)
    assert list(result.table)[:3] == ["market", "age", "row"]
    assert "<script>" not in result._repr_html_()
    assert column_letter(51) == "AZ"
    for wrong in (
        {"rows": "use", "columns": "use"}, {"rows": [], "columns": "use"},
        {"rows": "use", "columns": "market", "correction": "bonferroni"},
        {"rows": "use", "columns": "market", "alpha": 5}, {"rows": "nowhere", "columns": "use"},
    ):  # fmt: skip
        with pytest.raises(wb.DataError):
            wb.crosstab(frame, **wrong)
    empty = wb.crosstab(frame.assign(use=None), "use", "market")
    assert empty.table.empty
    assert empty.summary()
