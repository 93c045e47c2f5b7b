"""Importance of drivers against pingouin's ``relimp``, in the same run on the same answers.

Claim: the point estimate (weighted moments and LMG) is at least 30 times faster than pingouin at 10
drivers, 80 times at 12, 300 times at 15, and never slower from 2; 20 drivers take well under a
second; 1,000 resamples at 10 drivers, with null band and all tables, take below half a second; the
subset table needs its own memory and one working copy.
"""

from __future__ import annotations

import json
import statistics
import time
import tracemalloc

import numpy as np
import pandas as pd
import pingouin as pg

import workbench as wb
from workbench.estimates.bootstrap import TheSample
from workbench.survey.decomposition import divide
from workbench.survey.moments import moments
from workbench.survey.subsets import explained_by_subsets, fold_shapley, single_units

ROWS = 2000
DRIVERS = (2, 3, 5, 8, 10, 12, 15)


def answers(drivers: int) -> pd.DataFrame:
    rng = np.random.default_rng(drivers)
    latent = rng.normal(size=(ROWS, drivers)) + rng.normal(size=(ROWS, 1))
    frame = pd.DataFrame(
        np.clip(np.round(6 + 1.6 * latent), 1, 10), columns=[f"d{i}" for i in range(drivers)]
    )
    frame["nki"] = frame.sum(axis=1) + rng.normal(0, 6, ROWS)
    return frame


def point(frame: pd.DataFrame) -> np.ndarray:
    values = frame.to_numpy(dtype=float)
    sample = moments(values, np.ones(len(values)), "pairwise", TheSample())
    return divide(sample.correlation, "lmg", single_units(values.shape[1] - 1))[:, 0]


def peer(frame: pd.DataFrame) -> np.ndarray:
    found = pg.linear_regression(frame.iloc[:, :-1], frame["nki"], relimp=True)
    return found["relimp"].to_numpy()[1:]


def whole(frame: pd.DataFrame, bootstrap: int) -> wb.DataError | object:
    return wb.drivers(frame, "nki", list(frame.columns[:-1]), scale=(1, 10), bootstrap=bootstrap)


def seconds(function, *arguments, rounds: int) -> float:
    function(*arguments)
    taken = []
    for _ in range(rounds):
        begin = time.perf_counter()
        function(*arguments)
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken)


def against_pingouin() -> list[dict]:
    rows = []
    for drivers in DRIVERS:
        frame = answers(drivers)
        rounds = 3 if drivers >= 15 else 7
        ours = seconds(point, frame, rounds=5 * rounds)
        theirs = seconds(peer, frame, rounds=rounds)
        report = seconds(whole, frame, 0, rounds=5)
        rows.append(
            {
                "what": f"point estimate, {drivers} drivers",
                "ours_milliseconds": round(1000 * ours, 3),
                "pingouin_milliseconds": round(1000 * theirs, 2),
                "ratio": round(theirs / ours, 1),
                "with_all_tables_milliseconds": round(1000 * report, 1),
                "largest_difference": float(np.abs(point(frame) - peer(frame)).max()),
            }
        )
    return rows


def alone() -> list[dict]:
    frame = answers(20)
    rows = [
        {
            "what": "point estimate, 20 drivers",
            "ours_milliseconds": round(1000 * seconds(point, frame, rounds=5), 1),
        }
    ]
    for drivers in (5, 10):
        taken = seconds(whole, answers(drivers), 1000, rounds=3)
        rows.append(
            {
                "what": f"1,000 resamples with all tables, {drivers} drivers",
                "ours_milliseconds": round(1000 * taken, 1),
            }
        )
    for drivers in (15, 18, 20):
        matrix = np.corrcoef(answers(drivers).to_numpy().T)
        tracemalloc.start()
        fold_shapley(explained_by_subsets(matrix, single_units(drivers)))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        rows.append(
            {
                "what": f"memory, {drivers} drivers",
                "megabytes": round(peak / 1e6, 2),
                "subset_tables": round(peak / (8 * 2**drivers), 2),
            }
        )
    return rows


if __name__ == "__main__":
    print(json.dumps([*against_pingouin(), *alone()], indent=1))
