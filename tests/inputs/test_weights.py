"""Weights are usable, or the reader is told why not."""

import pytest

import workbench as wb

TOML = """
[survey]
files = [{ path = "a.csv" }]
weight = "w"
[survey.outcomes]
nps = { item = "rec" }
"""


def reading(write_study, weights: list[str], toml: str = TOML, delimiter: str = ";"):
    rows = [f"w{delimiter}rec", *(f"{weight}{delimiter}9" for weight in weights)]
    return wb.load_study(write_study(toml, a_csv="\n".join(rows))).reading()


def test_a_missing_weight_stops_the_run_and_says_where(write_study) -> None:
    with pytest.raises(wb.DataError, match=r"2 of 3 have none, first at row 3\. Add them, or say"):
        reading(write_study, ["1", "", " "])


def test_rows_without_weight_can_be_set_aside(write_study) -> None:
    toml = TOML.replace('weight = "w"', 'weight = "w"\nmissing_weight = "set_aside"')
    found = reading(write_study, ["1", "", "2"], toml)
    assert found.frame["weight"].tolist() == [1, 2]
    assert found.set_aside[["source", "row", "reason"]].to_numpy().tolist() == [
        ["a.csv", 3, "no_weight"]
    ]
    assert (found.inputs[0].rows_read, found.inputs[0].rows_kept) == (3, 2)
    assert "a.csv: 1 row was set aside." in map(str, found.warnings)
    assert len(found.kind_of_missing("rec")) == 2


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (["1", "-0.5"], r"must not be negative; 1 of 2 are, first at row 3"),
        (["1", "tung"], r"must be numbers; 1 of 2 are not, first at row 3"),
        (["1", "inf"], r"must be numbers; 1 of 2 are not"),
        (["1", "nan"], r"must be numbers; 1 of 2 are not"),
        (["0", "0,0"], r"must not be zero for everyone, as in wave all"),
        (["0,5", "0.5"], r"a comma may mark decimals or group thousands"),
    ],
)
def test_weights_that_cannot_be_used_stop_the_run(write_study, weights, message: str) -> None:
    with pytest.raises(wb.DataError, match=message):
        reading(write_study, weights)


def test_no_weight_value_stands_in_an_error(write_study) -> None:
    with pytest.raises(wb.DataError) as caught:
        reading(write_study, ["1", "hemligt"])
    assert "hemligt" not in str(caught.value)


def test_zero_is_a_weight_and_is_told(write_study) -> None:
    found = reading(write_study, ["0", "1", "2"])
    assert found.frame["weight"].tolist() == [0, 1, 2]
    assert "Weight 'w' is zero in 1 of 3 rows" in str(found.notes[0])


def test_equal_weights_are_told(write_study) -> None:
    found = reading(write_study, ["0,5", "0,5"])
    assert [str(note) for note in found.notes] == [
        "Weight 'w' is the same in all rows and changes nothing."
    ]


def test_a_decimal_comma_is_a_decimal_sign(write_study) -> None:
    assert reading(write_study, ["0,853", "1,204"]).frame["w"].tolist() == [0.853, 1.204]
    assert reading(write_study, ["1,853", "1,204"]).frame["w"].tolist() == [1.853, 1.204]


def test_grouped_numbers_in_a_comma_file_are_asked_about(write_study) -> None:
    with pytest.raises(wb.DataError, match='Say decimal = ","'):
        reading(write_study, ['"1,853"', '"1,204"'], delimiter=",")
    said = TOML.replace('"a.csv"', '"a.csv", decimal = "."')
    assert reading(write_study, ['"1,853"', '"204"'], said, ",").frame["w"].tolist() == [1853, 204]


def test_without_weights_every_row_weighs_one(write_study) -> None:
    found = reading(write_study, ["5", "7"], TOML.replace('weight = "w"\n', ""))
    assert found.frame["weight"].tolist() == [1, 1]
    assert found.frame["w"].tolist() == ["5", "7"], "nothing is said about it"


def test_a_weight_column_may_be_called_weight(write_study) -> None:
    toml = TOML.replace('"w"', '"weight"')
    folder = write_study(toml, a_csv="weight;rec\n2;9\n3;9\n")
    found = wb.load_study(folder).reading()
    assert found.frame["weight"].tolist() == [2, 3]
    assert list(found.frame.columns).count("weight") == 1
