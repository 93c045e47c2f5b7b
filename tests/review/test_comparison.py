"""A changed number is found wherever it stands; order, styling and last bits are no difference."""

import copy
import random
from typing import Any

import pytest

from workbench.review.comparison import Tolerance, compare_results

DOCUMENT: dict[str, Any] = {
    "schema": 1,
    "study": "bank",
    "notebook": "20_satisfaction",
    "parameters": {"seed": 0, "wave": "2026-06"},
    "language": "sv",
    "inputs": [],
    "results": [
        {
            "id": "nps_by_market",
            "kind": "nps",
            "summary": {"sv": "NPS är 12,3 (n = 240).", "en": "NPS is 12.3 (n = 240)."},
            "method": {"sv": "Poäng", "en": "Score"},
            "tables": {
                "table": {
                    "key": ["segment"],
                    "columns": ["segment", "n", "estimate", "ci_low", "suppressed"],
                    "rows": [
                        ["SE", 120, 12.3, 4.25, ""],
                        ["NO", 90, -3.5, -12.75, ""],
                        ["Åland", None, None, None, "floor"],
                        [None, 30, 0.1, -20.0, ""],
                    ],
                }
            },
            "checks": [
                {"id": "floor", "passed": False, "text": {"sv": "1 liten", "en": "1 small"}}
            ],
        }
    ],
}


def _numbers(document: dict[str, Any]) -> list[tuple[int, int]]:
    rows = document["results"][0]["tables"]["table"]["rows"]
    return [
        (r, c)
        for r, row in enumerate(rows)
        for c, value in enumerate(row)
        if isinstance(value, int | float)
    ]


def test_a_document_equals_itself_to_the_last_digit() -> None:
    assert compare_results(DOCUMENT, copy.deepcopy(DOCUMENT)) == ([], True)


@pytest.mark.parametrize("place", _numbers(DOCUMENT))
@pytest.mark.parametrize("change", [lambda x: x + 1, lambda x: x * (1 + 1e-7), lambda _: None])
def test_every_changed_number_is_found_at_its_address(place: tuple[int, int], change: Any) -> None:
    other = copy.deepcopy(DOCUMENT)
    table = other["results"][0]["tables"]["table"]
    row, column = place
    table["rows"][row][column] = change(table["rows"][row][column])
    differences, exact = compare_results(DOCUMENT, other)
    key = "-" if table["rows"][row][0] is None else table["rows"][row][0]
    name = table["columns"][column]
    assert [d.address for d in differences] == [f"nps_by_market / table / segment={key} / {name}"]
    assert not exact


def test_a_dropped_an_added_and_a_renamed_row_are_found() -> None:
    other = copy.deepcopy(DOCUMENT)
    rows = other["results"][0]["tables"]["table"]["rows"]
    rows[0][0] = "DK"
    differences, _ = compare_results(DOCUMENT, other)
    assert {(d.kind, d.address.rsplit(" / ", 1)[-1]) for d in differences} == {
        ("missing", "segment=SE"),
        ("added", "segment=DK"),
    }


def test_swapped_columns_are_found() -> None:
    other = copy.deepcopy(DOCUMENT)
    other["results"][0]["tables"]["table"]["columns"][2:4] = ["ci_low", "estimate"]
    assert len(compare_results(DOCUMENT, other)[0]) == 6


def test_order_of_rows_and_columns_is_no_difference() -> None:
    other = copy.deepcopy(DOCUMENT)
    table = other["results"][0]["tables"]["table"]
    order = [3, 0, 4, 1, 2]
    table["columns"] = [table["columns"][i] for i in order]
    table["rows"] = [[row[i] for i in order] for row in table["rows"]]
    random.Random(1).shuffle(table["rows"])
    assert compare_results(DOCUMENT, other) == ([], True)


def test_last_bits_are_the_same_within_tolerance_and_may_turn_a_printed_digit() -> None:
    other = copy.deepcopy(DOCUMENT)
    result = other["results"][0]
    result["tables"]["table"]["rows"][0][2] += 1e-13
    assert compare_results(DOCUMENT, other) == ([], False)
    result["summary"] = {"sv": "NPS är 12,4 (n = 240).", "en": "NPS is 12.4 (n = 240)."}
    assert compare_results(DOCUMENT, other) == ([], False)
    result["summary"]["en"] = "NPS is 12.5 (n = 240)."
    assert [d.address for d in compare_results(DOCUMENT, other)[0]] == [
        "nps_by_market / summary / en"
    ]


def test_a_row_whose_key_is_a_number_is_found_in_spite_of_last_bits() -> None:
    before, after = copy.deepcopy(DOCUMENT), copy.deepcopy(DOCUMENT)
    for document, target in ((before, 3.0), (after, 3.0 * (1 - 2e-16))):
        document["results"][0]["tables"]["table"]["rows"][0][0] = target
    differences, _ = compare_results(before, after)
    assert differences == []
    after["results"][0]["tables"]["table"]["rows"][0][0] = 3.1
    assert compare_results(before, after)[0]


def test_a_changed_digit_in_a_sentence_is_found_when_its_numbers_did_not_change() -> None:
    other = copy.deepcopy(DOCUMENT)
    other["results"][0]["summary"]["sv"] = "NPS är 12,4 (n = 240)."
    differences, exact = compare_results(DOCUMENT, other)
    assert [d.address for d in differences] == ["nps_by_market / summary / sv"]
    assert not exact


def test_a_tolerance_can_be_given_per_column() -> None:
    other = copy.deepcopy(DOCUMENT)
    other["results"][0]["tables"]["table"]["rows"][0][2] = 12.4
    assert compare_results(DOCUMENT, other, {"estimate": Tolerance(absolute=0.2)}) == ([], False)


def test_a_turned_check_a_missing_result_and_another_parameter_are_found() -> None:
    other = copy.deepcopy(DOCUMENT)
    other["results"][0]["checks"][0]["passed"] = True
    other["parameters"]["seed"] = 1
    addresses = {d.address for d in compare_results(DOCUMENT, other)[0]}
    assert addresses == {"nps_by_market / checks / floor", "parameters / seed"}
    other["results"] = []
    assert ("nps_by_market", "missing") in {
        (d.address, d.kind) for d in compare_results(DOCUMENT, other)[0]
    }
