"""Saturation by Guest's rule, and how many units a second coder needs."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workbench as wb
from workbench.coding.saturation import meaning_saturation, saturation
from workbench.coding.second_coder import _deviation, second_coder_plan


@pytest.mark.parametrize(
    ("new_codes", "run", "label", "reason"),
    [
        ([4, 3, 2, 1, 1, 0, 0, 0], 2, "5+2", ""),
        ([4, 3, 2, 1, 0, 0, 0], 3, "4+3", ""),
        ([4] * 8, 2, None, "NOT_REACHED"),
        ([0] * 8, 2, None, "NO_CODES_IN_BASE"),
        ([4, 3, 2, 1, 0], 2, None, "TOO_FEW"),
        ([], 2, None, "TOO_FEW"),
        ([10, 0, 0, 0, 0, 0], 2, "4+2", ""),
    ],
)
def test_labels_follow_guest_namey_and_chen_2020(
    new_codes: list[int], run: int, label: str | None, reason: str
) -> None:
    result = saturation(new_codes, run=run)
    assert (result.label, result.reason) == (label, reason)
    assert result.summary("en")


def test_the_ratio_is_to_the_base_and_stays_so() -> None:
    table = saturation([4, 3, 2, 1, 1, 0, 0, 0]).table
    assert table["ratio"].tolist()[5:] == [0.1, 0.0, 0.0]
    assert table["ratio"].isna().tolist() == [True] * 5 + [False] * 3
    assert table["codes"].tolist() == [4, 7, 9, 10, 11, 11, 11, 11]


CODES = st.lists(st.frozensets(st.integers(0, 9), max_size=5), min_size=6, max_size=12)


@settings(max_examples=40, deadline=None)
@given(CODES)
def test_sets_and_their_new_counts_say_the_same(sets: list[frozenset[int]]) -> None:
    seen: set[int] = set()
    counts = []
    for codes in sets:
        counts.append(len(codes - seen))
        seen |= codes
    by_set = saturation(sets, orders=20)
    by_count = saturation(counts)
    assert (by_set.label, by_set.reason) == (by_count.label, by_count.reason)
    pd.testing.assert_frame_equal(by_set.table, by_count.table)


@settings(max_examples=30, deadline=None)
@given(CODES, st.integers(0, 5))
def test_the_spread_does_not_depend_on_the_order_held(
    sets: list[frozenset[int]], seed: int
) -> None:
    result = saturation(sets, orders=50, seed=seed)
    assert result.orders is not None
    assert result.curve is not None
    assert result.orders["n"].sum() == 50
    assert result.orders["label"].is_unique
    last = result.curve.iloc[-1]
    assert last["low"] == last["high"] == len(set().union(*sets))
    assert result.curve[["low", "median", "high"]].apply(np.diff).min().min() >= 0


def test_the_spread_over_orders_equals_all_permutations() -> None:
    sets = [{1, 2}, {2}, {3}, {1}, {2, 4}]
    every = [
        saturation(list(order), base=2, run=2, orders=1).label
        for order in itertools.permutations(sets)
    ]
    exact = pd.Series(every).value_counts(dropna=False) / math.factorial(5)
    drawn = saturation(sets, base=2, run=2, orders=4_000, seed=1).orders
    assert drawn is not None
    shares = drawn.set_index("label")["share"]
    for label, share in exact.items():
        found = shares.get("NOT_REACHED" if pd.isna(label) else str(label), 0.0)
        assert found == pytest.approx(share, abs=4 * math.sqrt(share * (1 - share) / 4_000) + 1e-9)


def test_the_same_seed_gives_the_same_spread() -> None:
    sets = [{1}, {2}, {1, 3}, {4}, set(), {5}]
    first, again = (saturation(sets, orders=30, seed=3).orders for _ in range(2))
    pd.testing.assert_frame_equal(first, again)


@pytest.mark.parametrize("wrong", [[1, -1], [1.5], [True], ["a"], [1, {2}], [None]])
def test_wrong_counts_are_named(wrong: list[object]) -> None:
    with pytest.raises(wb.DataError, match="interview"):
        saturation(wrong)  # type: ignore[arg-type]


def test_wrong_settings_are_named() -> None:
    with pytest.raises(wb.DataError, match="base 0"):
        saturation([1], base=0)
    with pytest.raises(wb.DataError, match="threshold 5"):
        saturation([1], threshold=5)


def test_meaning_comes_after_codes() -> None:
    first = pd.Series({"a": 1, "b": 1, "c": 4, "never": None})
    last = pd.Series({"a": 6, "c": 2})
    table = meaning_saturation(first, last, 6)
    assert table["codes"].round(3).tolist() == [0.667, 0.667, 0.667, 1, 1, 1]
    assert table["meanings"].round(3).tolist() == [0.333, 0.333, 0.333, 0.667, 0.667, 1]
    assert (table["meanings"] <= table["codes"]).all()
    assert meaning_saturation(pd.Series(dtype=float), last, 2)["codes"].isna().all()


@pytest.mark.parametrize(  # kappaSize 1.2 (R), irr 0.84.1 (R)
    ("method", "share", "kappa", "least", "two_sided", "units"),
    [
        ("goodness_of_fit", 0.5, 0.7, 0.4, True, 74),
        ("goodness_of_fit", 0.2, 0.7, 0.4, True, 107),
        ("cantor", 0.5, 0.7, 0.85, False, 96),
        ("cantor", 0.5, 0.7, 0.4, True, 64),
    ],
)
def test_units_equal_the_published_tables(
    method: str, share: float, kappa: float, least: float, two_sided: bool, units: int
) -> None:
    plan = second_coder_plan(
        share,
        kappa=kappa,
        least=least,
        method=method,
        two_sided=two_sided,  # type: ignore[arg-type]
    )
    assert plan.table["units"].tolist() == [units]


def test_the_planned_number_has_about_the_power_it_claims() -> None:
    plan = second_coder_plan(0.3, kappa=0.8, least=0.5, method="cantor", two_sided=False)
    units = int(plan.table["units"].iloc[0])
    generator = np.random.default_rng(5)
    both, one = 0.3**2 + 0.8 * 0.21, 2 * 0.2 * 0.21
    drawn = generator.multinomial(units, [both, one / 2, one / 2, 1 - both - one], size=4_000)
    a, b, c, d = (drawn / units).T
    chance = (a + b) * (a + c) + (c + d) * (b + d)
    kappa = (a + d - chance) / (1 - chance)
    rejected = (kappa - 0.5) / (_deviation(0.3, 0.5) / math.sqrt(units)) > 1.645
    assert rejected.mean() == pytest.approx(0.8, abs=0.06)


@given(st.floats(0.02, 0.98), st.floats(0.3, 0.9))
def test_rare_codes_need_more_units_and_both_sides_mirror(share: float, kappa: float) -> None:
    rows = second_coder_plan([share, 1 - share], kappa=kappa, least=0.1).table
    assert abs(rows["units"].iloc[0] - rows["units"].iloc[1]) <= 1
    middle = second_coder_plan(0.5, kappa=kappa, least=0.1).table["units"].iloc[0]
    assert rows["units"].iloc[0] >= middle
    assert (rows["ci_low"] <= kappa).all()
    assert (rows["ci_high"] >= kappa).all()


def test_a_code_that_is_always_or_never_there_has_no_number() -> None:
    plan = second_coder_plan([0.0, 1.0])
    assert plan.table["reason"].tolist() == ["ALL_EQUAL", "ALL_EQUAL"]
    assert plan.table["units"].isna().all()
    assert "No number" in plan.summary()


@pytest.mark.parametrize(
    ("shares", "choices"),
    [([], {}), ([20], {}), ([0.2], {"kappa": 0.6}), ([0.2], {"power": 1.0}), ([float("nan")], {})],
)
def test_impossible_plans_are_errors(shares: list[float], choices: dict[str, float]) -> None:
    with pytest.raises(wb.DataError):
        second_coder_plan(shares, **choices)  # type: ignore[arg-type]
