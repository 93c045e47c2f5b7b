"""What a group is called in tables, value by value and column by column."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbench.inputs.segments import group_name, group_names

COLUMNS = {
    "text": pd.Series(["å", None, "<b>", ""], dtype="str"),
    "whole": pd.Series([1, 2]),
    "masked": pd.Series([1, None], dtype="Int64"),
    "number": pd.Series([1.0, 2.5, np.nan]),
    "truth": pd.Series([True, None], dtype="boolean"),
    "day": pd.to_datetime(pd.Series(["2026-03-31", None])),
    "mixed": pd.Series(["a", 1.0, None, dt.date(2026, 3, 31), np.str_("ö")], dtype=object),
    "category": pd.Series(["b", None, "a"], dtype="category"),
    "none": pd.Series([], dtype="str"),
}


@pytest.mark.parametrize("kind", COLUMNS)
def test_the_names_of_a_column_are_those_of_its_values(kind) -> None:
    column = COLUMNS[kind]
    found = group_names(column)
    assert found == [group_name(value) for value in column.to_numpy(dtype=object)]
    assert all(name is None or type(name) is str for name in found)
