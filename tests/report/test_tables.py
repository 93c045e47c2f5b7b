"""Display tables: rounded, worded, and silent where there is nothing to say."""

import pandas as pd
import pytest

from workbench.report.payload import result_payload
from workbench.report.tables import display_table, format_value, key_words
from workbench.survey.nps import nps


@pytest.fixture
def payload() -> dict[str, object]:
    answers = pd.DataFrame(
        {"market": ["SE"] * 30 + ["NO"] * 20 + ["DK"] * 3, "q": [10, 3, 8, 9, 7] * 10 + [1, 2, 3]}
    )
    return result_payload(nps(answers, "q", by="market"), "nps_by_market")


def _texts(payload: dict[str, object], language: str, **labels: str) -> list[list[str]]:
    table = display_table(payload, "table", language, labels=labels)
    return [[cell.text for cell in row] for row in table.rows]


def test_an_estimate_stands_with_its_interval(payload: dict[str, object]) -> None:
    rows = {row[0]: row for row in _texts(payload, "sv")}
    assert any(text.startswith("+20,0 (") and " till " in text for text in rows["SE"])


def test_a_suppressed_row_keeps_its_name_and_says_so(payload: dict[str, object]) -> None:
    rows = {row[0]: row for row in _texts(payload, "en")}
    assert "not shown" in rows["DK"]
    assert "too few answers to show" in rows["DK"]
    assert "3" not in rows["DK"]


def test_labels_stand_in_for_codes(payload: dict[str, object]) -> None:
    assert {row[0] for row in _texts(payload, "sv", SE="Sverige")} == {"Sverige", "NO", "DK"}


def test_the_interval_has_no_columns_of_its_own(payload: dict[str, object]) -> None:
    table = display_table(payload, "table", "en")
    headings = [cell.text for cell in table.headings]
    assert headings[0] == "Segment"
    assert "Estimate" in headings
    assert not [text for text in headings if "ci" in text.lower().split()]


@pytest.mark.parametrize(
    ("value", "spec", "language", "text"),
    [
        (1234.0, "integer", "sv", "1\xa0234"),
        (-2.25, "points", "en", "−2.2"),
        (0.256, "percent", "sv", "26\xa0%"),
        (0.0001, "p_value", "en", "< 0.001"),
        (None, "number", "en", "–"),
        (True, "yes_no", "sv", "ja"),
        ("FLOOR", "reason", "sv", "för få svar för att visas"),
        ([1, 2], "auto", "en", "1, 2"),
        ("a\u202eb", "text", "en", "ab"),
    ],
)
def test_values_are_worded(value: object, spec: str, language: str, text: str) -> None:
    assert format_value(value, spec, language) == text


@pytest.mark.parametrize("own", ["difference", "change"])
def test_an_interval_stands_beside_the_number_it_is_of(own: str) -> None:
    columns = ["segment", "estimate", own, "ci_low", "ci_high"]
    table = {
        "key": ["segment"],
        "columns": columns,
        "rows": [["SE", 67.3, 1.0, -2.0, 3.9], ["NO", 66.0, -1.0, -3.9, 2.0]],
        "caption": {"en": "c", "sv": "c"},
    }
    payload = {"kind": "segment_difference", "by": ["market"], "tables": {"table": table}}
    shown = display_table(payload, "table", "en").rows[0]
    assert [cell.text for cell in shown[1:]] == ["67.3", "+1.0 (−2.0 to 3.9)"]


def test_a_share_beside_a_level_does_not_take_its_interval() -> None:
    ends = ["ci_low", "ci_high", "difference", "difference_low", "difference_high"]
    table = {
        "key": ["segment"],
        "columns": ["segment", "share", "estimate", *ends],
        "rows": [["DK", 0.18, 67.3, 64.7, 69.8, 1.0, -2.0, 3.9]],
        "caption": {"en": "c", "sv": "c"},
    }
    payload = {"kind": "levels", "by": ["market"], "tables": {"table": table}}
    shown = [cell.text for cell in display_table(payload, "table", "en").rows[0]]
    assert shown == ["DK", "18.0%", "67.3 (64.7 to 69.8)", "+1.0 (−2.0 to 3.9)"]


def test_the_key_of_a_row_is_worded_as_its_table_prints_it() -> None:
    key = {"segment": "SE", "reading": "median", "weighted": True}
    words = key_words({"kind": "readings"}, key, "sv", {"SE": "Sverige"})
    assert words == ["Sverige", "median", "Viktat? ja"]
    assert key_words({"kind": "nki"}, {"reading": "equal"}, "en", {}) == ["with equal weights"]
    assert key_words({}, {"segment": None, "what": "x"}, "en", {}) == ["no answer", "x"]
