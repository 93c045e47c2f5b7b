"""The machine-readable copy: stable, complete, without NaN or infinity."""

import datetime as dt
import json
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import workbench as wb
from workbench.language import Message
from workbench.report.payload import MIME, result_payload, stable
from workbench.report.show import bundle
from workbench.results.base import Result, TableSpec


class _Small(Result):
    kind = "small"

    @property
    def specs(self) -> dict[str, TableSpec]:
        return {"table": TableSpec(key=("segment",), caption=Message("and"))}

    @property
    def message(self) -> Message:
        return Message("and")


def _result(**columns: list[object]) -> _Small:
    return _Small(table=pd.DataFrame(columns), method=Message("and"))


@given(st.floats(allow_nan=False, allow_infinity=False, width=64))
def test_a_number_keeps_twelve_digits_and_loses_the_noise(value: float) -> None:
    kept = stable(value)
    assert kept == pytest.approx(value, rel=1e-11, abs=0)
    assert math.copysign(1, kept) > 0 or kept != 0, "no minus zero"


def test_noise_in_the_last_bit_does_not_show() -> None:
    assert stable(0.1 + 0.2) == stable(0.3)


@pytest.mark.parametrize("value", [None, float("nan"), np.nan, pd.NA, pd.NaT, np.float64("nan")])
def test_every_kind_of_missing_is_null(value: object) -> None:
    assert stable(value) is None


def test_numpy_dates_and_sets_become_plain() -> None:
    assert stable(np.int64(3)) == 3
    assert stable(np.True_) is True
    assert stable(pd.Timestamp("2026-01-02")) == "2026-01-02T00:00:00"
    assert stable(dt.date(2026, 1, 2)) == "2026-01-02"
    assert stable({"a": frozenset({2, 1})}) == {"a": [1, 2]}


@pytest.mark.parametrize("value", [float("inf"), -np.inf])
def test_an_infinite_number_is_an_error(value: float) -> None:
    with pytest.raises(wb.DataError, match="infinite"):
        result_payload(_result(segment=["a"], estimate=[value]), "x")


def test_an_object_of_another_kind_is_named() -> None:
    with pytest.raises(wb.DataError, match="holds a DataFrame"):
        stable(pd.DataFrame())


def test_a_payload_is_json_with_texts_in_both_languages() -> None:
    payload = bundle(_result(segment=["å", None], n=[1, 2]), id="small_by_market", plot=False)[MIME]
    assert json.loads(json.dumps(payload, allow_nan=False)) == payload
    assert payload["summary"] == {"sv": "och", "en": "and"}
    assert payload["tables"]["table"]["rows"] == [["å", 1], [None, 2]]


def test_a_key_names_one_row() -> None:
    with pytest.raises(wb.DataError, match="names two rows of table 'table' of result 'x'"):
        result_payload(_result(segment=["a", "a"], n=[1, 2]), "x")
    with pytest.raises(wb.DataError, match="'segment' is not in table"):
        result_payload(_result(n=[1, 2]), "x")
