"""The same numbers from every kind of table, any order, any number of threads."""

import itertools

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from experiment_trials import CONTACTED, PAID, make_plan, make_trial

import workbench as wb
from workbench.experiment import gathering, own_calibration
from workbench.experiment.source import open_source

METRICS = (
    PAID,
    CONTACTED,
    {"name": "revenue", "kind": "mean", "cap_quantile": 0.99},
    {"name": "per_session", "kind": "ratio", "numerator": "orders", "denominator": "sessions"},
    {"name": "nps", "column": "score", "kind": "nps"},
    {"name": "easy", "column": "score", "kind": "csat", "top": [9, 10], "scale": [0, 10]},
    {"name": "ranks", "column": "score", "kind": "ordinal", "role": "exploratory"},
    {"name": "p90", "column": "revenue", "kind": "quantile", "quantile": 0.9,
     "role": "exploratory"},
    {"name": "weighted", "column": "revenue", "kind": "mean", "weight": "w", "role": "exploratory"},
    {"name": "index", "kind": "nki", "items": ["i1", "i2", "i3"], "scale": [1, 10], "min_items": 2,
     "role": "exploratory"},
)  # fmt: skip


@pytest.fixture(scope="module")
def frame():
    data = make_trial(n=3000, paid=0.04)
    rng = np.random.default_rng(1)
    data["w"] = rng.uniform(0.5, 2.0, 3000)
    for item in ("i1", "i2", "i3"):
        data[item] = rng.integers(1, 11, 3000).astype(float)
        data.loc[rng.random(3000) < 0.2, item] = np.nan
    data.loc[rng.random(3000) < 0.6, "score"] = np.nan
    data.loc[rng.random(3000) < 0.05, "before"] = np.nan
    return data


@pytest.fixture(scope="module")
def plan():
    return make_plan(*METRICS, covariates=["before"], strata=["market"], segments=["market"],
                     assigned="day")  # fmt: skip


@pytest.fixture(scope="module")
def expected(frame, plan):
    return wb.read_experiment(frame, plan)


def numbers(readout):
    parts = [readout.effects, readout.checks[["value"]], readout.split.table,
             readout.response.table, readout.segments.table, readout.sensitivity.table,
             readout.looks.table]  # fmt: skip
    return np.concatenate([part.select_dtypes("number").to_numpy(float).ravel() for part in parts])


def assert_same(readout, expected):
    found, wanted = numbers(readout), numbers(expected)
    known = ~np.isnan(wanted)
    assert np.array_equal(np.isnan(found), ~known)
    np.testing.assert_allclose(found[known], wanted[known], rtol=1e-10, atol=1e-12)
    assert readout.decision.verdict == expected.decision.verdict


def as_csv(frame, folder):
    path = folder / "trial.csv"
    frame.to_csv(path, index=False, date_format="%Y-%m-%d")
    return path


def as_swedish_csv(frame, folder):
    path = folder / "svensk.csv"
    frame.to_csv(path, index=False, sep=";", decimal=",", encoding="cp1252", date_format="%Y-%m-%d")
    return path


def as_parquet(frame, folder):
    path = folder / "trial.parquet"
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), path, row_group_size=500)
    return path


SOURCES = {
    "pandas with Arrow types": lambda f, _: f.convert_dtypes(dtype_backend="pyarrow"),
    "Arrow": lambda f, _: pa.Table.from_pandas(f, preserve_index=False),
    "Arrow in chunks": lambda f, _: pa.concat_tables(
        [pa.Table.from_pandas(f.iloc[i : i + 700], preserve_index=False)
         for i in range(0, len(f), 700)]
    ),
    "Polars": lambda f, _: pl.from_pandas(f),
    "DuckDB": lambda f, _: duckdb.connect().from_df(f),
    "CSV": as_csv,
    "Swedish CSV": as_swedish_csv,
    "Parquet": as_parquet,
    "Parquet by string": lambda f, folder: str(as_parquet(f, folder)),
}  # fmt: skip


@pytest.mark.parametrize("name", SOURCES)
def test_every_source_gives_the_same_numbers(name, frame, plan, expected, tmp_path) -> None:
    assert_same(wb.read_experiment(SOURCES[name](frame, tmp_path), plan), expected)


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_does_not_matter(seed, frame, plan, expected) -> None:
    shuffled = frame.sample(frac=1.0, random_state=seed)
    assert_same(wb.read_experiment(shuffled, plan), expected)


@pytest.mark.parametrize(("threads", "size"), list(itertools.product([1, 2, 4], [128, 2048])))
def test_threads_and_chunks_do_not_matter(threads, size, frame, plan, expected, tmp_path) -> None:
    path = tmp_path / "trial.parquet"
    table = pa.Table.from_pandas(frame, preserve_index=False)
    pq.write_table(table, path, row_group_size=size)
    connection = duckdb.connect(config={"threads": threads})
    assert_same(wb.read_experiment(connection.read_parquet(str(path)), plan), expected)


def test_twenty_repeats_are_the_same(frame, plan, expected) -> None:
    for _ in range(20):
        assert_same(wb.read_experiment(frame, plan), expected)


@pytest.mark.parametrize("values", [("A", "B"), (0, 1), (0.0, 1.0), (False, True), ("0", "1")])
def test_variants_may_be_text_numbers_or_truth(values, frame, expected) -> None:
    recoded = frame.assign(variant=frame["variant"].map(dict(zip("AB", values, strict=True))))
    names = [str(v).lower() if isinstance(v, bool) else str(v).removesuffix(".0") for v in values]
    plan = make_plan(*METRICS[:2], control=names[0], variants=dict.fromkeys(names, 0.5),
                     covariates=["before"], strata=["market"])  # fmt: skip
    found = wb.read_experiment(recoded, plan).effects["estimate"]
    assert found.tolist() == pytest.approx(
        expected.effects["estimate"].iloc[:2].tolist(), rel=1e-10
    )


def test_the_input_is_left_alone(frame, plan) -> None:
    before = frame.copy(deep=True)
    wb.read_experiment(frame, plan)
    pd.testing.assert_frame_equal(frame, before)


def test_missing_covariates_are_filled_alike_and_indicated(frame) -> None:
    """The value a missing covariate is set to must not matter: it has an indicator."""
    plan = make_plan(METRICS[2] | {"role": "primary", "cap_quantile": None}, covariates=["before"])
    found = wb.read_experiment(frame, plan).effects.iloc[0]
    filled = frame.assign(before=frame["before"].fillna(123.0),
                          lacks=frame["before"].isna().astype(float))  # fmt: skip
    other = make_plan(METRICS[2] | {"role": "primary", "cap_quantile": None},
                      covariates=["before", "lacks"])  # fmt: skip
    again = wb.read_experiment(filled, other).effects.iloc[0]
    assert found["estimate"] == pytest.approx(again["estimate"], rel=1e-8)
    assert found["ci_low"] == pytest.approx(again["ci_low"], rel=1e-8)
    assert found["n_control"] == (frame["variant"] == "A").sum()


def test_a_file_is_read_once_under_a_plan_and_again_when_it_changes(
    frame, plan, tmp_path, monkeypatch
) -> None:
    opened = []
    monkeypatch.setattr(
        gathering, "open_source", lambda data: opened.append(data) or open_source(data)
    )
    path = as_csv(frame, tmp_path)
    readout = wb.read_experiment(path, plan)
    calibration = wb.calibrate_experiment(path, plan, replications=20)
    assert opened == [path]
    as_csv(frame.iloc[:2000], tmp_path)
    later = wb.read_experiment(path, plan)
    assert len(opened) == 2
    assert later.data_sha256 != readout.data_sha256
    assert later.effects["n_control"].iloc[0] < readout.effects["n_control"].iloc[0]
    as_csv(frame, tmp_path)
    fresh = make_plan(*METRICS, covariates=["before"], strata=["market"], segments=["market"],
                      assigned="day")  # fmt: skip
    again = wb.calibrate_experiment(path, fresh, replications=20)
    pd.testing.assert_frame_equal(again.table, calibration.table)


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf"])
def test_a_file_in_which_nothing_stands_is_refused_as_such(content, plan, tmp_path) -> None:
    path = tmp_path / "trial.csv"
    path.write_bytes(content)
    with pytest.raises(wb.DataError, match=r"trial\.csv.*(empty|no rows|nothing)"):
        wb.read_experiment(path, plan)


def test_calibration_draws_units_whatever_the_order_of_the_rows(frame) -> None:
    calibrated = [
        wb.calibrate_experiment(rows, make_plan(*METRICS[:4], covariates=["before"]),
                                replications=200, seed=3).table
        for rows in (frame, frame.sample(frac=1, random_state=5))
    ]  # fmt: skip
    pd.testing.assert_frame_equal(*calibrated)
    assert calibrated[0]["alarms"].sum() > 0


def test_calibration_reads_the_units_of_a_large_file_in_one_order(frame, tmp_path) -> None:
    """Several threads read a file of several row groups, and the first to be done comes first."""
    many = pd.concat([frame] * 100, ignore_index=True)
    many["revenue"] += np.arange(len(many)) * 1e-6
    path = tmp_path / "many.parquet"
    many.to_parquet(path, row_group_size=30_000)
    plan = make_plan(METRICS[2] | {"role": "primary", "cap_quantile": None})
    columns = []
    for _ in range(4):
        found = gathering.gather(path, plan)
        plan.gathered.clear()
        columns.append(own_calibration._values(found, list(found.layout.metrics.values())))
    for later in columns[1:]:
        for name, values in columns[0].items():
            np.testing.assert_array_equal(later[name], values)
