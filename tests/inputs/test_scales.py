"""Cells become answers, or one of four kinds of missing."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.inputs.models.survey import ItemRule
from workbench.inputs.scales import (
    MISSING_KINDS,
    code_dates,
    code_numbers,
    code_text,
    index_points,
    parse_numbers,
    promoter_points,
    top_points,
)

RULE = ItemRule.model_validate(
    {"missing": {"dont_know": [99, "Vet ej"], "not_asked": [98], "blank": [0, "Blank"]}}
)


def kinds(cells: list[object], rule: ItemRule = RULE, **choices: object) -> list[str]:
    coded = code_numbers(pd.Series(cells), rule, **choices)  # type: ignore[arg-type]
    return [("answer", *MISSING_KINDS)[kind] for kind in coded.kinds]


def test_each_way_of_not_answering_is_counted_apart() -> None:
    cells = ["9", "99", "Vet ej", "98", "0", "Blank", "", " ", None, "11", "hej"]
    assert kinds(cells, scale=(1, 10)) == [
        "answer",
        "dont_know",
        "dont_know",
        "not_asked",
        "blank",
        "blank",
        "blank",
        "blank",
        "blank",
        "out_of_scale",
        "out_of_scale",
    ]


def test_digits_as_text_and_numbers_are_the_same_answers() -> None:
    texts = code_numbers(pd.Series(["10", " 9", "8.0", "7,5", "+6"]), RULE, scale=(0, 10))
    numbers = code_numbers(pd.Series([10, 9, 8, 7.5, 6]), RULE, scale=(0, 10))
    assert texts.answers.tolist() == numbers.answers.tolist() == [10, 9, 8, 7.5, 6]


def test_a_code_is_missing_however_its_number_is_written() -> None:
    assert kinds(["99", "99.0", "99,0", " 99 ", "VET EJ"], scale=(1, 10)) == ["dont_know"] * 5


@pytest.mark.parametrize("cells", [[1.0, math.nan], [1, None], pd.array([1, pd.NA], "Int64")])
def test_typed_columns_have_blanks_too(cells: object) -> None:
    coded = code_numbers(pd.Series(cells), RULE, scale=(1, 10))
    assert coded.count("blank") == 1
    assert coded.answered == 1


def test_infinity_and_text_that_means_it_are_no_answers() -> None:
    assert kinds([math.inf, -math.inf, 5.0]) == ["out_of_scale", "out_of_scale", "answer"]
    assert kinds(["inf", "nan", "1e999", "5"]) == ["out_of_scale"] * 3 + ["answer"]


def test_truth_values_are_one_and_zero() -> None:
    plain = ItemRule()
    assert code_numbers(pd.Series([True, False]), plain, scale=(0, 1)).answers.tolist() == [1, 0]


def test_a_scale_of_words_is_read_by_its_labels() -> None:
    rule = ItemRule.model_validate(
        {"values": {"1": {"sv": "Dålig", "en": "Bad"}, "2": "Okej", "3": "Bra"}}
    )
    coded = code_numbers(pd.Series(["dålig", "Bad", "OKEJ", "3", "Bra "]), rule, scale=(1, 3))
    assert coded.answers.tolist() == [1, 1, 2, 3, 3]


def test_a_label_made_of_digits_never_overrules_the_number() -> None:
    rule = ItemRule.model_validate({"values": {"1": "10", "10": "1"}})
    assert code_numbers(pd.Series(["1", "10"]), rule, scale=(1, 10)).answers.tolist() == [1, 10]


def test_a_reversed_item_is_turned_so_that_higher_is_better() -> None:
    rule = ItemRule.model_validate({"reverse": True, "missing": {"dont_know": [9]}})
    coded = code_numbers(pd.Series([1, 2, 5, 9, 0]), rule, scale=(1, 5))
    assert coded.answers.dropna().tolist() == [5, 4, 1]
    assert coded.outside == {0.0: 1}


def test_only_whole_numbers_are_nps_answers() -> None:
    coded = code_numbers(pd.Series(["9", "8.5", "10"]), RULE, scale=(0, 10), whole=True)
    assert coded.outside == {8.5: 1}


def test_texts_keep_everything_but_their_missing_codes() -> None:
    coded = code_text(pd.Series([" <b>hej</b> ", "=1+1", "99", "", None, "vet ej"]), RULE)
    assert coded.answers.dropna().tolist() == ["<b>hej</b>", "=1+1"]
    assert [coded.count(kind) for kind in MISSING_KINDS] == [2, 0, 2, 0]
    assert code_text(pd.Series([3.0, 4.0, math.nan]), ItemRule()).answers.dropna().tolist() == [
        "3",
        "4",
    ]


def test_dates_are_read_in_their_format_only() -> None:
    rule = ItemRule.model_validate({"kind": "date", "format": "%d/%m/%Y"})
    coded = code_dates(pd.Series(["31/01/2026", "01/02/2026", "2026-01-31", ""]), rule)
    assert coded.answers.dt.month.dropna().tolist() == [1, 2]
    assert (coded.unreadable, coded.count("blank")) == (1, 1)
    iso = code_dates(pd.Series(["2026-01-31", "2026-01-31T08:00:00Z"]), ItemRule(kind="date"))
    assert iso.answers.dt.hour.tolist() == [0, 8]


@pytest.mark.parametrize(
    ("texts", "numbers", "ambiguous"),
    [
        (["0,75", "1"], [0.75, 1], False),
        (["0.75", "1"], [0.75, 1], False),
        (["1 234,5", "2"], [1234.5, 2], False),
        (["1.234,5"], [1234.5], False),
        (["1,234.5"], [1234.5], False),
        (["1,234"], [1.234], True),
        (["1,5", "1.5"], [None, 1.5], True),
        (["1e-3", "−2"], [0.001, -2], False),
        (["1,2,3", "½", "٣", "0x10", "1_000", ""], [None] * 6, False),
    ],
)
def test_numbers_are_read_with_one_decimal_sign_for_all(
    texts: list[str], numbers: list[float | None], ambiguous: bool
) -> None:
    assert parse_numbers(texts) == (numbers, ambiguous)


def test_a_stated_decimal_sign_decides() -> None:
    assert parse_numbers(["1,234"], decimal=".") == ([1234], False)
    assert parse_numbers(["1,234"], decimal=",") == ([1.234], False)
    assert parse_numbers(["0,853"], decimal=".") == ([None], False)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 4)), min_size=1, max_size=20))
def test_decimal_comma_and_decimal_point_mean_the_same(values: list[float]) -> None:
    points = [f"{value:.4f}" for value in values]
    commas = [text.replace(".", ",") for text in points]
    assert parse_numbers(points)[0] == parse_numbers(commas)[0] == [float(text) for text in points]


SCORES = st.lists(st.one_of(st.none(), st.integers(0, 10)), min_size=1, max_size=30)


@settings(max_examples=100, deadline=None)
@given(SCORES)
def test_rows_are_answers_or_missing_and_never_both(scores: list[int | None]) -> None:
    cells = pd.Series([None if score is None else str(score) for score in scores], dtype="str")
    coded = code_numbers(cells, RULE, scale=(1, 10))
    assert coded.answered + sum(map(coded.count, MISSING_KINDS)) == len(scores)
    assert coded.answers.notna().tolist() == (coded.kinds == 0).tolist()
    assert coded.count("blank") == sum(score in {None, 0} for score in scores)


@settings(max_examples=100, deadline=None)
@given(SCORES)
def test_promoter_points_add_up_to_the_nps(scores: list[int | None]) -> None:
    points = promoter_points(pd.Series(scores, dtype="float64"))
    told = [score for score in scores if score is not None]
    net = sum(score >= 9 for score in told) - sum(score <= 6 for score in told)
    assert np.nansum(points) == 100 * net
    assert np.isnan(points).sum() == len(scores) - len(told)


@settings(max_examples=100, deadline=None)
@given(SCORES, st.integers(1, 3))
def test_an_index_stays_inside_0_to_100(scores: list[int | None], min_items: int) -> None:
    frame = pd.DataFrame({"a": pd.Series(scores, dtype="float64"), "b": 5.0, "c": np.nan})
    points = index_points(frame, scale=(0, 10), min_items=min_items)
    told = points[~np.isnan(points)]
    assert ((told >= 0) & (told <= 100)).all()
    assert np.isnan(points).all() == (
        min_items == 3 or (min_items == 2 and frame["a"].isna().all())
    )


def test_the_index_is_scbs_formula() -> None:
    answers = pd.DataFrame({"q1": [8, 10, 1], "q2": [7, 10, 1], "q3": [9, 10, 1]})
    expected = (100 / 9) * (answers.mean(axis=1) - 1)  # SCB: NKI = 100/9 * (mean - 1)
    assert index_points(answers, scale=(1, 10)).tolist() == pytest.approx(expected.tolist())


def test_top_codes_count() -> None:
    assert top_points(pd.Series([9, 10, 8, None]), (9, 10)).tolist()[:3] == [100, 100, 0]
