"""Tables of known types are those that pandas makes by guessing and converting."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.results.typed import typed_table

KINDS = {"name": "str", "estimate": "float64", "n": "Int64", "is_shown": "bool"}

ROWS = st.lists(
    st.fixed_dictionaries(
        {"is_shown": st.booleans()},
        optional={
            "name": st.none() | st.text(max_size=5) | st.just(np.nan),
            "estimate": st.none() | st.floats() | st.integers(-9, 9) | st.floats().map(np.float64),
            "n": st.none() | st.integers(-(2**60), 2**60) | st.integers(0, 9).map(np.int64),
        },
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=80, deadline=None)
@given(ROWS)
def test_a_typed_table_is_the_frame_converted_afterwards(rows):
    whole = [{**dict.fromkeys(KINDS), **row} for row in rows]
    columns = {name: pd.Series([row[name] for row in whole], dtype="object") for name in KINDS}
    guessed = pd.DataFrame(columns).astype(KINDS)
    pd.testing.assert_frame_equal(typed_table(rows, KINDS), guessed)


def test_no_rows_give_empty_columns_of_their_types():
    table = typed_table([], KINDS)
    assert {name: str(kind) for name, kind in table.dtypes.items()} == KINDS
    pd.testing.assert_index_equal(table.index, pd.RangeIndex(0))


def test_a_count_that_is_no_whole_number_is_refused():
    with pytest.raises(TypeError):
        typed_table([{"n": 2.5}], {"n": "Int64"})
    assert typed_table([{"n": np.nan}], {"n": "Int64"})["n"].isna().all()


def test_both_weightings_of_a_median_are_read_from_the_resamples_of_one():
    from workbench.survey.medians import median_changes

    rng = np.random.default_rng(2)
    values, weights, ones = rng.integers(0, 101, 60).astype(float), rng.random(60), np.ones(60)
    rows = np.arange(30), np.arange(30, 60), rng.integers(0, 50, 60)
    chosen = {"confidence": 0.9, "draws": 60, "seed": 3}
    alone = [median_changes(values, [one], *rows, **chosen)[0] for one in (weights, ones)]
    assert median_changes(values, [weights, ones], *rows, **chosen) == alone
    assert alone[0] != alone[1]
