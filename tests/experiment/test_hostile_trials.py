"""Hostile data: no NaN or infinity without a reason, no crash, and errors that can be acted on."""

import math
import os

import numpy as np
import pandas as pd
import pytest
from experiment_trials import CONTACTED, PAID, make_plan, make_trial
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import workbench as wb

METRICS = (
    {"name": "m", "column": "y", "kind": "mean", "role": "primary", "practical": 0.1, "cap": 50},
    {"name": "g", "column": "z", "kind": "mean", "role": "guardrail", "margin": 1.0},
    {"name": "relative", "column": "y", "kind": "mean", "role": "guardrail", "margin": 0.1,
     "margin_is": "share_of_control"},
    {"name": "r", "kind": "ratio", "numerator": "y", "denominator": "z"},
    {"name": "p", "column": "b"},
    {"name": "n", "column": "s", "kind": "nps"},
    {"name": "c", "column": "s", "kind": "csat", "top": [10], "scale": [0, 10]},
    {"name": "o", "column": "s", "kind": "ordinal", "role": "exploratory"},
    {"name": "q", "column": "y", "kind": "quantile", "quantile": 0.5, "role": "exploratory"},
)  # fmt: skip
PLAN = make_plan(*METRICS, covariates=["x"], segments=["k"], assigned="day")
FEW = make_plan(*METRICS[:2], METRICS[4], METRICS[5], cluster="k")

wild = st.one_of(
    st.none(),
    st.floats(allow_nan=True, allow_infinity=True, width=64),
    st.sampled_from([0.0, -0.0, 1e300, -1e300, 1e-300, 1.0]),
)
row = st.fixed_dictionaries(
    {
        "variant": st.sampled_from(["A", "B", "A", "B", "å", None]),
        "y": wild,
        "z": wild,
        "b": st.sampled_from([0, 1, 0, 1, None]),
        "s": st.one_of(st.none(), st.integers(-2, 12)),
        "x": wild,
        "k": st.sampled_from(["ett", "två", "<script>", "=cmd|x", None]),
        "day": st.sampled_from(["2026-03-02", "2026-03-03", "2026-03-09", "no day", None]),
    }
)


def _bare_numbers(readout):
    """Yield every interval's numbers with the reason that stands beside them."""
    for table in (
        readout.effects,
        *(part.table for part in (readout.response, readout.looks) if part is not None),
    ):
        yield from table.to_dict("records")


def _assert_reasons(readout):
    for record in _bare_numbers(readout):
        for name, value in record.items():
            assert not (isinstance(value, float) and math.isinf(value)), name
        low = record.get("ci_low")
        if low is None or low != low:
            assert record["reason"], record
        else:
            assert record["ci_low"] <= record["ci_high"]
            assert record["ci_low"] < record["ci_high"], record
    for part in (readout.split, readout.risk, readout.sensitivity, readout.segments,
                 readout.visible, readout.trust):  # fmt: skip
        if part is not None:
            numbers = part.table.select_dtypes("number").to_numpy(float, na_value=np.nan)
            assert not np.isinf(numbers).any(), part.kind


def _frame(rows):
    frame = pd.DataFrame(rows)
    frame.insert(0, "unit", [f"u{i}" for i in range(len(frame))])
    for name in ("y", "z", "b", "s", "x"):
        frame[name] = pd.to_numeric(frame[name])
    return frame


def _read_or_refuse(rows, plan):
    try:
        readout = wb.read_experiment(_frame(rows), plan, withhold=False)
    except wb.WorkbenchError:
        return
    _assert_reasons(readout)
    assert readout.decision.verdict in {"SHIP", "DONT_SHIP", "KEEP_RUNNING", "INVALID",
                                        "HARM_STOP", "REVIEW"}  # fmt: skip
    for language in ("sv", "en"):
        assert readout.decision.summary(language)
        assert "nan" not in readout.decision.summary(language)


INPUTS = int(os.environ.get("WORKBENCH_INPUTS", "10000"))
quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # numbers near 1e300 overflow on purpose
@settings(max_examples=40, deadline=None, suppress_health_check=quiet)
@given(st.lists(row, min_size=1, max_size=25))
def test_hostile_rows_give_reasons_or_errors(rows) -> None:
    _read_or_refuse(rows, PLAN)
    _read_or_refuse(rows, FEW)


@pytest.mark.prove
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@settings(max_examples=INPUTS, deadline=None, suppress_health_check=quiet)
@given(st.lists(row, min_size=1, max_size=25))
def test_ten_thousand_hostile_inputs_give_reasons_or_errors(rows) -> None:
    _read_or_refuse(rows, PLAN)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda f: f.drop(columns="unit"), "Column 'unit'.*the unit"),
        (lambda f: f.rename(columns={"paid": "payed"}), "Did you mean 'payed'"),
        (lambda f: f.assign(variant="B"), "control 'A'"),
        (lambda f: f.assign(variant="A"), "nothing to compare"),
        (lambda f: f.assign(variant=f["unit"]), "values; a variant has few"),
        (lambda f: f.assign(paid=f["paid"] * 2), "must be 0 or 1"),
        (lambda f: f.assign(paid=0.5), "must be 0 or 1"),
        (lambda f: f.assign(paid=f["paid"].map({0: "no", 1: "yes"})), "must hold numbers"),
        (lambda f: f.iloc[:0], "control 'A'"),
    ],
)
def test_data_that_do_not_fit_the_plan_are_refused_with_a_remedy(change, says) -> None:
    with pytest.raises(wb.DataError, match=says):
        wb.read_experiment(change(make_trial(n=200)), make_plan())


def test_errors_show_no_value_of_the_data() -> None:
    frame = make_trial(n=200).assign(paid="secret answer")
    with pytest.raises(wb.DataError) as caught:
        wb.read_experiment(frame, make_plan())
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("data", [3, [1, 2], {"a": 1}])
def test_what_is_no_table_is_refused(data) -> None:
    with pytest.raises(wb.DataError, match="must be a path"):
        wb.read_experiment(data, make_plan())


def test_a_file_that_is_not_there_is_refused(tmp_path) -> None:
    with pytest.raises(wb.DataError, match="not found"):
        wb.read_experiment(tmp_path / "nothing.csv", make_plan())


def test_two_columns_of_one_name_are_refused() -> None:
    frame = make_trial(n=50)
    frame.columns = ["unit", "variant", *frame.columns[2:-1], "paid"]
    with pytest.raises(wb.DataError, match="each once"):
        wb.read_experiment(frame, make_plan())


def test_names_with_quotes_and_letters_beyond_ascii_are_only_names() -> None:
    odd = 'bet"alt; DROP TABLE data; --'
    frame = make_trial(n=2000, paid=0.05).rename(
        columns={"paid": odd, "unit": "kund å", "variant": "brev ö"}
    )
    frame["brev ö"] = frame["brev ö"].map({"A": "nu'varande", "B": "<script>"})
    plan = make_plan(PAID | {"column": odd}, unit="kund å", variant="brev ö", control="nu'varande",
                     variants={"nu'varande": 0.5, "<script>": 0.5})  # fmt: skip
    readout = wb.read_experiment(frame, plan)
    assert readout.effects["estimate"].iloc[0] == pytest.approx(0.05)


def test_an_infinite_value_counts_as_missing_and_is_said() -> None:
    frame = make_trial(n=2000)
    frame.loc[[3, 4], "revenue"] = [np.inf, -np.inf]
    metric = {"name": "revenue", "kind": "mean", "role": "primary"}
    readout = wb.read_experiment(frame, make_plan(metric, CONTACTED))
    row = readout.effects.iloc[0]
    assert row["n_control"] + row["n_variant"] == 1998
    assert readout.checks.set_index("check").loc["infinite:revenue", "value"] == 2
    assert math.isfinite(row["estimate"])


def test_rows_without_variant_or_unit_are_left_out_and_counted() -> None:
    frame = make_trial(n=2000)
    frame.loc[:9, "variant"] = None
    frame.loc[10:14, "unit"] = None
    readout = wb.read_experiment(frame, make_plan())
    assert readout.effects["n_control"].iloc[0] + readout.effects["n_variant"].iloc[0] == 1985
    assert readout.checks.set_index("check").loc["incomplete_rows", "value"] == 15


def test_a_constant_outcome_has_a_reason_instead_of_an_interval() -> None:
    frame = make_trial(n=400).assign(revenue=3.0)
    metric = {"name": "revenue", "kind": "mean", "role": "primary"}
    readout = wb.read_experiment(frame, make_plan(metric))
    assert readout.effects["reason"].tolist() == ["ZERO_VARIANCE"]
    assert readout.decision.verdict == "REVIEW"
    assert readout.risk is None


def test_answers_off_the_scale_are_no_answers() -> None:
    frame = make_trial(n=2000)
    frame.loc[frame.index % 10 == 0, "score"] = 11
    frame.loc[frame.index % 10 == 1, "score"] = 7.5
    metric = {"name": "nps", "column": "score", "kind": "nps", "role": "primary"}
    readout = wb.read_experiment(frame, make_plan(metric))
    assert readout.effects[["n_control", "n_variant"]].sum(axis=1).iloc[0] == 1600
