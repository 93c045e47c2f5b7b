"""Importance of drivers: published values, what holds for all data, peers' faults as tests."""

import itertools

import numpy as np
import pandas as pd
import pingouin as pg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workbench as wb
from workbench.survey.decomposition import METHODS, divide, importance_forms, owen
from workbench.survey.orders import sampled_shapley
from workbench.survey.subsets import (
    explained_by_subsets,
    fold_complete,
    fold_conditional,
    fold_interaction,
    fold_shapley,
    single_units,
)

# Swiss Fertility and Socioeconomic Indicators (1888): 47 provinces; correlations of Agriculture,
# Examination, Education, Catholic, Infant.Mortality and, last, Fertility, to 10 digits.
SWISS = np.eye(6)
_UPPER = iter(
    (
        *(-0.6865422086, -0.6395225189, 0.4010950530, -0.0608586136, 0.3530791836),
        *(0.6984152963, -0.5727418060, -0.1140216015, -0.6458827065, -0.1538589170),
        *(-0.0993218478, -0.6637888570, 0.1754959126, 0.4636847006, 0.4165560312),
    )
)
for _row in range(6):
    for _column in range(_row + 1, 6):
        SWISS[_row, _column] = SWISS[_column, _row] = next(_UPPER)
PUBLISHED = {  # R relaimpo and domir
    "lmg": [0.0570912, 0.1711730, 0.2601347, 0.1055702, 0.1127659],
    "relative_weights": [0.0484169, 0.1547082, 0.2719641, 0.1146800, 0.1169657],
    "last": [0.04287, 0.00739, 0.16196, 0.06237, 0.05695],
    "pratt": [-0.11049, 0.10643, 0.44500, 0.16118, 0.10461],
}


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


def _random_correlation(rng, size):
    rows = rng.normal(size=(size + 3, size)) + rng.normal(size=(size + 3, 1))
    return np.corrcoef(rows.T)


def _lmg_by_orders(matrix):
    """LMG from its definition: the mean gain over all orders, each R2 by its own solve."""
    p = len(matrix) - 1
    total = np.zeros(p)
    orders = list(itertools.permutations(range(p)))
    for order in orders:
        before = 0.0
        for place in range(p):
            inside = list(order[: place + 1])
            r = matrix[inside, -1]
            r2 = r @ np.linalg.solve(matrix[np.ix_(inside, inside)], r)
            total[order[place]] += r2 - before
            before = r2
    return total / len(orders)


@pytest.mark.parametrize("method", PUBLISHED)
def test_published_values_of_the_swiss_data(method):
    found = divide(SWISS[..., None], method, single_units(5))[:, 0]
    digits = 1e-6 if method in ("lmg", "relative_weights") else 6e-6
    assert found == pytest.approx(PUBLISHED[method], abs=digits)


def test_lmg_from_corr_is_named_and_sums_to_r2():
    shares = wb.lmg_from_corr(pd.DataFrame(SWISS, columns=[*"abcde", "y"]))
    assert list(shares.index) == list("abcde")
    assert shares.sum() == pytest.approx(0.7067350, abs=1e-6)


@settings(max_examples=500)
@given(st.integers(0, 2**32 - 1), st.integers(2, 5))
def test_lmg_is_its_definition_and_sums_to_r2(seed, drivers):
    matrix = _random_correlation(np.random.default_rng(seed), drivers + 1)
    found = wb.lmg_from_corr(matrix).to_numpy()
    assert found == pytest.approx(_lmg_by_orders(matrix), abs=1e-9)
    r2 = 1 - 1 / np.linalg.inv(matrix)[-1, -1]
    assert found.sum() == pytest.approx(r2, abs=1e-9)


@settings(max_examples=500)
@given(st.integers(0, 2**32 - 1), st.integers(2, 8), st.sampled_from(METHODS))
def test_every_method_ignores_order_and_follows_its_quadratic_form(seed, drivers, method):
    rng = np.random.default_rng(seed)
    matrix = _random_correlation(rng, drivers + 1)
    units = single_units(drivers)
    found = divide(matrix[..., None], method, units)[:, 0]
    order = rng.permutation(drivers)
    places = [*order, drivers]
    turned = divide(matrix[np.ix_(places, places)][..., None], method, units)[:, 0]
    assert turned == pytest.approx(found[order], abs=1e-8)
    forms = importance_forms(matrix[:-1, :-1], lambda batch: divide(batch, method, units))
    r = matrix[:-1, -1]
    assert np.einsum("i,uij,j->u", r, forms, r) == pytest.approx(found, abs=1e-7)
    if method in ("lmg", "relative_weights", "pratt", "car"):
        assert found.sum() == pytest.approx(1 - 1 / np.linalg.inv(matrix)[-1, -1], abs=1e-8)


@settings(max_examples=500)
@given(st.integers(0, 2**32 - 1), st.integers(2, 6))
def test_a_duplicated_driver_splits_evenly(seed, drivers):
    matrix = _random_correlation(np.random.default_rng(seed), drivers + 1)
    places = [0, *range(drivers), drivers]
    doubled = matrix[np.ix_(places, places)]
    found = wb.lmg_from_corr(doubled).to_numpy()
    assert found[0] == pytest.approx(found[1], abs=1e-9)
    assert found.sum() == pytest.approx(wb.lmg_from_corr(matrix).sum(), abs=1e-8)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(1e-8, 1e6), st.integers(2, 4))
def test_answers_keep_their_importance_under_scale_weight_constant_and_doubling(
    seed, factor, times
):
    frame = _answers(60, 3, seed=seed)
    frame["w"] = np.random.default_rng(seed).uniform(0.5, 2, 60)
    names = NAMES[:3]
    base = wb.drivers(frame, "nki", names, weight="w", bootstrap=0).table
    changed = frame.assign(d1=frame["d1"] * factor, w=frame["w"] * factor)
    assert wb.drivers(changed, "nki", names, weight="w", bootstrap=0).table[
        "importance"
    ].to_numpy() == pytest.approx(base["importance"].to_numpy(), abs=1e-8)
    repeated = pd.concat([frame] * times, ignore_index=True).sample(frac=1, random_state=1)
    again = wb.drivers(repeated, "nki", names, weight="w", bootstrap=0).table
    for column in ("importance", "effect", "performance"):
        assert again[column].to_numpy() == pytest.approx(base[column].to_numpy(), abs=1e-7)


def test_twenty_drivers_equal_a_solve_per_subset():
    rng = np.random.default_rng(20)
    matrix = _random_correlation(rng, 21)
    table = explained_by_subsets(matrix, single_units(20))
    for number in rng.integers(1, 1 << 20, 3000):
        inside = [place for place in range(20) if number >> place & 1]
        r = matrix[inside, -1]
        solved = r @ np.linalg.solve(matrix[np.ix_(inside, inside)], r)
        assert table[number] == pytest.approx(solved, abs=1e-10)


@pytest.mark.prove
def test_twenty_drivers_equal_all_solves():
    matrix = _random_correlation(np.random.default_rng(21), 21)
    table = np.zeros(1 << 20)
    for size in range(1, 21):
        subsets = np.array(list(itertools.combinations(range(20), size)))
        for block in np.array_split(subsets, max(1, len(subsets) // 20_000)):
            inner = matrix[block[:, :, None], block[:, None]]
            r = matrix[block, 20]
            solved = np.linalg.solve(inner, r[..., None])[..., 0]
            table[(1 << block).sum(axis=1)] = (solved * r).sum(axis=1)
    assert explained_by_subsets(matrix, single_units(20)) == pytest.approx(table, abs=1e-10)
    assert wb.lmg_from_corr(matrix).to_numpy() == pytest.approx(fold_shapley(table), abs=1e-10)


def test_memory_is_the_table_and_its_working_copy():
    import tracemalloc

    matrix = _random_correlation(np.random.default_rng(1), 19)
    tracemalloc.start()
    fold_shapley(explained_by_subsets(matrix, single_units(18)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2.5 * 8 * 2**18


def test_dominance_follows_its_definition():
    table = explained_by_subsets(SWISS, single_units(5))
    conditional = fold_conditional(table)
    assert conditional.mean(axis=1) == pytest.approx(fold_shapley(table))
    gain = np.zeros((5, 5))
    number = np.zeros((5, 5))
    for subset in range(32):
        for driver in range(5):
            if not subset >> driver & 1:
                size = subset.bit_count()
                gain[driver, size] += table[subset | 1 << driver] - table[subset]
                number[driver, size] += 1
    assert conditional == pytest.approx(gain / number)
    others = [s for s in range(32) if not s >> 0 & 1 and not s >> 2 & 1]
    beats = np.mean([table[s | 4] >= table[s | 1] for s in others])
    assert fold_complete(table)[2, 0] == beats == 1.0


def test_interaction_index_of_two_drivers_is_what_both_add_beyond_each():
    table = np.array([0.0, 0.3, 0.2, 0.35])
    assert fold_interaction(table)[0, 1] == pytest.approx(0.35 - 0.3 - 0.2)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=50)
def test_owen_values_of_a_group_sum_to_its_shapley_value(seed):
    matrix = _random_correlation(np.random.default_rng(seed), 7)
    groups = [[(0,), (1,), (2,)], [(3,)], [(4,), (5,)]]
    found = owen(matrix[..., None], groups)
    merged = [tuple(column for unit in group for column in unit) for group in groups]
    between = fold_shapley(explained_by_subsets(matrix, merged))
    assert [part.sum() for part in found] == pytest.approx(list(between), abs=1e-9)


def test_singleton_groups_and_one_group_are_plain_lmg():
    frame = _answers()
    plain = wb.drivers(frame, "nki", NAMES, bootstrap=0).table["importance"]
    each = wb.drivers(frame, "nki", NAMES, bootstrap=0, groups={n: [n] for n in NAMES})
    together = wb.drivers(frame, "nki", NAMES, bootstrap=0, groups={"all": NAMES})
    assert each.table["importance"].to_numpy() == pytest.approx(plain.to_numpy())
    assert together.table["importance"].to_numpy() == pytest.approx(plain.to_numpy())
    assert together.groups["importance"].tolist() == pytest.approx([plain.sum()])


def test_sampled_orders_agree_within_their_own_error():
    matrix = _random_correlation(np.random.default_rng(5), 9)
    exact = wb.lmg_from_corr(matrix).to_numpy()
    values, error = sampled_shapley(
        matrix[..., None], single_units(8), 400, np.random.default_rng(1)
    )
    assert values.sum() == pytest.approx(exact.sum())
    assert (np.abs(values[:, 0] - exact) < 4 * error[:, 0]).all()
    assert (error > 0).all()


def test_more_than_24_drivers_are_sampled_with_their_error():
    frame = _answers(400, 26)
    names = [f"d{i + 1}" for i in range(26)]
    result = wb.drivers(frame, "nki", names, bootstrap=0)
    assert (result.table["order_error"] > 0).all()
    assert result.table["importance"].sum() == pytest.approx(result.fit["r2"].item())
    assert "sampled_orders" in {check.id for check in result.checks}
    grouped = wb.drivers(
        frame, "nki", names, bootstrap=0, groups={"a": names[:13], "b": names[13:]}
    )
    assert "order_error" not in grouped.table
    with pytest.raises(wb.DataError, match=r"at most 24 drivers; 26 were given.*groups"):
        wb.lmg_from_corr(np.eye(27))


def test_pingouin_agrees_on_complete_unweighted_answers():
    frame = _answers(200, 5)
    names = [f"d{i + 1}" for i in range(5)]
    peer = pg.linear_regression(frame[names], frame["nki"], relimp=True).iloc[1:]
    result = wb.drivers(frame, "nki", names, bootstrap=0).table
    assert result["importance"].to_numpy() == pytest.approx(peer["relimp"].to_numpy(), abs=1e-9)
    assert result["effect"].to_numpy() / 5 == pytest.approx(peer["coef"].to_numpy(), abs=1e-9)


def test_weights_count_as_repeated_rows():
    frame = _answers(80, 3)
    times = np.random.default_rng(2).integers(1, 4, 80)
    weighted = wb.drivers(frame.assign(w=times), "nki", NAMES[:3], weight="w", bootstrap=0).table
    repeated = frame.loc[frame.index.repeat(times)].reset_index(drop=True)
    expected = wb.drivers(repeated, "nki", NAMES[:3], bootstrap=0).table
    for column in ("importance", "effect", "performance"):
        assert weighted[column].to_numpy() == pytest.approx(expected[column].to_numpy())


def test_controls_are_always_in():
    frame = _answers()
    frame["market"] = np.random.default_rng(3).choice(["SE", "NO", "åland"], len(frame))
    frame["nki"] += frame["market"].map({"SE": 0, "NO": 8, "åland": -8})
    result = wb.drivers(frame, "nki", NAMES[:2], always=["market", "d3"], bootstrap=60)
    dummies = pd.get_dummies(frame["market"]).to_numpy(float)[:, 1:]
    matrix = np.corrcoef(np.column_stack([frame[["d1", "d2", "d3"]], dummies, frame["nki"]]).T)

    def r2(inside):
        r = matrix[inside, -1]
        return r @ np.linalg.solve(matrix[np.ix_(inside, inside)], r)

    fixed = [2, 3, 4]
    first = ((r2([0, *fixed]) - r2(fixed)) + (r2([0, 1, *fixed]) - r2([1, *fixed]))) / 2
    assert result.table["importance"][0] == pytest.approx(first)
    fit = result.fit.iloc[0]
    assert fit["r2_controls"] == pytest.approx(r2(fixed))
    assert result.table["importance"].sum() == pytest.approx(fit["r2"] - fit["r2_controls"])


def test_table_has_the_promised_columns_and_types():
    result = wb.drivers(_answers(), "nki", NAMES, bootstrap=100)
    promised = [
        *("segment", "driver", "n", "importance", "share", "ci_low", "ci_high", "rank", "p_first"),
        *("tie", "effect", "effect_low", "effect_high", "performance", "quadrant", "p_quadrant"),
        *("suppressed", "reason"),
    ]
    assert list(result.table.columns[: len(promised)]) == promised
    table = result.table
    assert table["share"].sum() == pytest.approx(1)
    assert table["p_first"].sum() == pytest.approx(1)
    assert (table["ci_low"] <= table["share"]).all()
    assert (table["share"] <= table["ci_high"]).all()
    assert (table["effect_low"] < table["effect"]).all()
    assert set(table["quadrant"]) <= {"prioritise", "improve", "maintain", "low"}
    assert table["p_quadrant"].between(0, 1).all()
    assert (table["reason"] == "").all()
    for name, frame in result.tables.items():
        key = list(result.specs[name].key)
        assert not frame.duplicated(key).any(), name
        numbers = frame.select_dtypes("number").to_numpy(dtype=float, na_value=0.0)
        assert not np.isinf(numbers).any(), name


def test_draws_repeat_with_the_seed_and_move_without_it():
    frame = _answers(120)
    one, same, other = (
        wb.drivers(frame, "nki", NAMES, bootstrap=60, seed=seed).table for seed in (1, 1, 2)
    )
    pd.testing.assert_frame_equal(one, same)
    assert one["ci_low"].tolist() != other["ci_low"].tolist()


def test_a_segment_has_the_same_numbers_whatever_else_is_in_the_frame():
    frame = _answers(400)
    frame["market"] = np.repeat(["SE", "NO", "DK", "FI"], 100)
    whole = wb.drivers(frame, "nki", NAMES, by="market", bootstrap=60).table
    part = wb.drivers(frame[frame["market"] != "DK"], "nki", NAMES, by="market", bootstrap=60).table
    pd.testing.assert_frame_equal(
        whole[whole["segment"] == "NO"].reset_index(drop=True),
        part[part["segment"] == "NO"].reset_index(drop=True),
    )


def test_small_segments_are_hidden_and_their_neighbour_with_them():
    frame = _answers(300)
    frame["market"] = ["SE"] * 200 + ["NO"] * 95 + ["DK"] * 5
    result = wb.drivers(frame, "nki", NAMES, by="market", bootstrap=60)
    tags = result.table.groupby("segment")["suppressed"].first().to_dict()
    assert tags == {"DK": "floor", "NO": "complement", "SE": ""}
    hidden = result.table[result.table["suppressed"] != ""]
    assert hidden[["n", "importance", "share", "effect", "performance"]].isna().all(axis=None)
    assert set(result.draws) == {"SE"}


def test_segments_too_small_to_rank_have_no_rank():
    frame = _answers(10, 2)
    result = wb.drivers(frame, "nki", ["d1", "d2"], bootstrap=0)
    assert result.table["rank"].isna().all()
    assert result.table["share"].notna().all()


def test_input_is_never_changed():
    frame = _answers(60)
    before = frame.copy(deep=True)
    wb.drivers(frame, "nki", NAMES, bootstrap=60)
    pd.testing.assert_frame_equal(frame, before)
    assert list(frame.columns) == list(before.columns)


def test_replicate_weights_take_the_place_of_resampling():
    frame = _answers(150)
    frame["w"] = 1.0
    rng = np.random.default_rng(4)
    counts = rng.multinomial(150, np.full(150, 1 / 150), size=400).T.astype(float)
    replicated = wb.drivers(
        frame, "nki", NAMES, weight="w", replicates=pd.DataFrame(counts), seed=1
    ).table
    resampled = wb.drivers(frame, "nki", NAMES, weight="w", bootstrap=1000).table
    assert replicated["ci_low"].to_numpy() == pytest.approx(
        resampled["ci_low"].to_numpy(), abs=0.04
    )
    with pytest.raises(wb.DataError, match="a row per answer: 150 rows, found 3"):
        wb.drivers(frame, "nki", NAMES, replicates=pd.DataFrame(counts[:3]))


def test_raked_replicates_carry_the_weighting_into_every_interval():
    frame = _answers(400)
    rng = np.random.default_rng(7)
    frame["age"] = np.where(frame["d1"] + rng.normal(0, 5, 400) > 60, "old", "young")
    margins = {"age": {"old": 0.5, "young": 0.5}}
    frame["w"] = wb.rake(frame, margins).weights
    made = wb.replicate_weights(frame, margins, kind="bootstrap", draws=200, seed=1)
    result = wb.drivers(frame, "nki", NAMES, weight="w", replicates=made)
    assert (result.table["ci_low"] < result.table["ci_high"]).all()
    assert "200 replicate weights" in result.method.render("en")
    drawn = result.draws["all"].effect.std(axis=0, ddof=1)
    half = (result.table["effect_high"] - result.table["effect_low"]).to_numpy() / 2
    assert half == pytest.approx(1.966 * drawn, rel=1e-3)
    jackknife = wb.replicate_weights(frame, margins, kind="jackknife")
    with pytest.raises(wb.DataError, match="need bootstrap replicates; these are of the jackknife"):
        wb.drivers(frame, "nki", NAMES, weight="w", replicates=jackknife)


def test_clusters_widen_intervals_when_answers_within_them_are_alike():
    rng = np.random.default_rng(6)
    one = _answers(60, 3)
    frame = pd.concat([one] * 5, ignore_index=True)
    frame["d1"] += rng.normal(0, 0.5, len(frame))
    frame["shop"] = np.tile(np.arange(60), 5)
    plain = wb.drivers(frame, "nki", NAMES[:3], bootstrap=300).table
    clustered = wb.drivers(frame, "nki", NAMES[:3], cluster="shop", bootstrap=300).table
    for low, high in (("ci_low", "ci_high"), ("effect_low", "effect_high")):
        wide = clustered[high] - clustered[low]
        assert (wide > 1.6 * (plain[high] - plain[low])).all()


def test_ties_join_what_cannot_be_told_apart():
    rng = np.random.default_rng(8)
    frame = pd.DataFrame(rng.normal(50, 10, (500, 4)), columns=NAMES)
    frame["nki"] = frame[NAMES] @ [0.5, 0.5, 0.2, 0.0] + rng.normal(0, 5, 500)
    table = wb.drivers(frame, "nki", NAMES, bootstrap=300).table
    assert table["tie"][0] == table["tie"][1]
    assert table["tie"][[2, 3]].fillna(0).ne(table["tie"][0]).all()
    assert table["beyond_null"].tolist() == [True, True, True, False]
    assert wb.drivers(frame, "nki", NAMES, bootstrap=300).leaders() in (["d1", "d2"], ["d2", "d1"])


def test_summary_is_one_sentence_in_both_languages():
    result = wb.drivers(
        _answers(), "nki", NAMES, bootstrap=100, labels={"d1": {"sv": "Kö", "en": "Queue"}}
    )
    assert result.summary("en").startswith("Queue is most strongly linked to nki")
    assert result.summary("sv").startswith("Kö ")
    assert result.summary("en") != result.summary("sv")
