"""Units are counted exactly, whatever their number: at once, by repeated hashes, or in passes."""

import numpy as np
import pandas as pd
import pytest
from experiment_trials import make_plan, make_trial
from hypothesis import given, settings
from hypothesis import strategies as st

import workbench as wb
from workbench.experiment import units
from workbench.experiment.repeated_units import PARTS, repeated_hashes
from workbench.experiment.source import open_source

PLAN = make_plan()


def _expected(frame):
    known = frame.dropna(subset=["unit", "variant"])
    variants = known.groupby("unit")["variant"].nunique()
    rows = known.groupby("unit").size()
    one = variants == 1
    return units.UnitFacts(
        rows=len(frame),
        units=len(rows),
        duplicated=int((one & (rows > 1)).sum()),
        surplus=int((rows[one] - 1).sum()),
        crossing=int((~one).sum()),
        without_unit=int(frame["unit"].isna().sum()),
        without_variant=int(frame["variant"].isna().sum()),
    )


def _messy(n=5000, *, again=40, crossing=15, seed=0):
    frame = make_trial(n=n, seed=seed)[["unit", "variant"]]
    rng = np.random.default_rng(seed)
    doubled = frame.sample(again, random_state=seed, replace=True)
    other = frame.sample(crossing, random_state=seed + 1)
    other = other.assign(variant=other["variant"].map({"A": "B", "B": "A"}))
    whole = pd.concat([frame, doubled, other], ignore_index=True)
    whole.loc[rng.choice(len(whole), 30, replace=False), "unit"] = None
    whole.loc[rng.choice(len(whole), 20, replace=False), "variant"] = None
    return whole


WAYS = {"at once": (10**9, 10**9), "by repeated hashes": (100, 10**6), "in passes": (100, 3)}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("seed", range(3))
def test_every_way_of_counting_is_exact(way, seed, monkeypatch) -> None:
    at_once, most = WAYS[way]
    monkeypatch.setattr(units, "UNITS_AT_ONCE", at_once)
    monkeypatch.setattr(units, "MOST_REPEATED", most)
    frame = _messy(seed=seed)
    assert units.count_units(PLAN, open_source(frame)) == _expected(frame)


@pytest.mark.parametrize("way", WAYS)
def test_units_may_be_numbers(way, monkeypatch) -> None:
    at_once, most = WAYS[way]
    monkeypatch.setattr(units, "UNITS_AT_ONCE", at_once)
    monkeypatch.setattr(units, "MOST_REPEATED", most)
    frame = pd.DataFrame({"unit": np.arange(3000) // 2, "variant": ["A", "B", "B"] * 1000})
    assert units.count_units(PLAN, open_source(frame)) == _expected(frame)


def test_different_values_of_one_hash_are_no_duplicates(monkeypatch) -> None:
    """Were two units ever to share a hash, they are compared themselves."""
    monkeypatch.setattr(units, "UNITS_AT_ONCE", 100)
    monkeypatch.setattr(units, "hash_batches", lambda _: iter([np.full(2, 7, np.uint64)]))
    frame = make_trial(n=2000)
    facts = units.count_units(PLAN, open_source(frame))
    assert (facts.units, facts.duplicated, facts.crossing) == (2000, 0, 0)


def test_verdicts_do_not_depend_on_the_way(monkeypatch) -> None:
    frame = pd.concat([make_trial(n=3000), make_trial(n=3000).iloc[:4]])
    expected = wb.read_experiment(frame, PLAN)
    monkeypatch.setattr(units, "UNITS_AT_ONCE", 100)
    found = wb.read_experiment(frame, PLAN)
    assert found.decision.verdict == expected.decision.verdict == "INVALID"
    pd.testing.assert_frame_equal(
        found.checks[["check", "value"]], expected.checks[["check", "value"]]
    )


@pytest.mark.parametrize("way", WAYS)
def test_crossing_units_are_left_out_by_every_way(way, monkeypatch) -> None:
    frame = make_trial(n=3000, paid=0.05)
    other = frame.iloc[:3].assign(variant=lambda f: f["variant"].map({"A": "B", "B": "A"}))
    again = pd.concat([frame, other])
    at_once, most = WAYS[way]
    monkeypatch.setattr(units, "UNITS_AT_ONCE", at_once)
    monkeypatch.setattr(units, "MOST_REPEATED", most - 1)
    row = wb.read_experiment(again, PLAN).effects.iloc[0]
    alone = wb.read_experiment(frame.iloc[3:], PLAN).effects.iloc[0]
    assert row["n_control"] + row["n_variant"] == 2997
    assert row["estimate"] == pytest.approx(alone["estimate"], rel=1e-12)


hashes = st.lists(
    st.one_of(st.integers(0, 2**64 - 1), st.integers(0, 20), st.integers(2**64 - 9, 2**64 - 1)),
    max_size=60,
)


@settings(max_examples=60, deadline=None)
@given(hashes, st.integers(1, 9))
def test_repeated_values_are_found_over_batches_and_parts(values, size) -> None:
    batches = [np.array(values[i : i + size], np.uint64) for i in range(0, len(values), size)]
    found = repeated_hashes(batches, most=10**6)
    assert found is not None
    assert set(found.tolist()) == {v for v in values if values.count(v) > 1}


def test_too_many_repeated_values_are_told_apart_from_none() -> None:
    twice = [np.arange(1000, dtype=np.uint64) << np.uint64(54)] * 2
    assert repeated_hashes(twice, most=PARTS) is None
    assert repeated_hashes([], most=0).tolist() == []
