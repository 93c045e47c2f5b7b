"""Agreement code by code with intervals, against one library per coefficient.

Claim: alpha, kappa and AC1 of 100 codes with 2,000 resamples each, two coders and 2,000 units, in
less than 5 seconds; the libraries, given one code and 20 resamples and scaled up, take longer and
have no resampling by document.
"""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path

import krippendorff
import numpy as np
import pandas as pd
from large_corpus import write_large_corpus
from statsmodels.stats.inter_rater import aggregate_raters, cohens_kappa

from workbench.coding.agreement import agreement
from workbench.coding.code_agreement import code_agreement
from workbench.coding.corpus import load_corpus

NAMES = ("krippendorff", "cohen", "gwet_ac1")
N_CODES, N_UNITS, RESAMPLES, PEER_RESAMPLES = 100, 2000, 2000, 20


def codings(seed: int = 0) -> list[pd.DataFrame]:
    """Return one frame of units by coders per code: 3-20 % given, and a tenth of them missed."""
    rng = np.random.default_rng(seed)
    frames: list[pd.DataFrame] = []
    for _ in range(N_CODES):
        one = (rng.random(N_UNITS) < rng.uniform(0.03, 0.2)).astype(int)
        other = np.where(rng.random(N_UNITS) < 0.1, 1 - one, one)
        frames.append(pd.DataFrame({"A": one, "B": other}))
    return frames


def peer(frame: pd.DataFrame, seed: int = 0) -> None:
    """Do what a script of today does: draw units, call each library."""
    rng = np.random.default_rng(seed)
    values = frame.to_numpy()
    for _ in range(PEER_RESAMPLES):
        drawn = values[rng.integers(0, len(values), len(values))]
        krippendorff.alpha(reliability_data=drawn.T, level_of_measurement="nominal")
        pairs = pd.crosstab(drawn[:, 0], drawn[:, 1]).to_numpy()
        cohens_kappa(pairs)
        counts, _ = aggregate_raters(drawn)
        by_chance = 2 * counts.mean(axis=0).prod() / 4
        1 - (1 - (drawn[:, 0] == drawn[:, 1]).mean()) / (1 - by_chance)


def clock(function, *arguments, **choices):
    begin, cpu = time.perf_counter(), time.process_time()
    function(*arguments, **choices)
    return round(time.perf_counter() - begin, 2), round(time.process_time() - cpu, 2)


def measure() -> list[dict[str, object]]:
    frames = codings()

    def every_code() -> None:
        for frame in frames:
            for name in NAMES:
                agreement(frame, coefficient=name, bootstrap=RESAMPLES)

    what = {"codes": N_CODES, "units": N_UNITS, "coders": 2, "resamples": RESAMPLES}
    rows: list[dict[str, object]] = []
    wall, cpu = clock(every_code)
    rows.append({"measured": "frames of units by coders", **what, "seconds": wall, "cpu": cpu})
    with tempfile.TemporaryDirectory() as folder:
        write_large_corpus(Path(folder), documents=200, parts=10, codes=N_CODES, codings=20_000)
        corpus = load_corpus(Path(folder))
        corpus.settled  # noqa: B018 - the fold is measured elsewhere
        wall, cpu = clock(code_agreement, corpus, coefficient=NAMES, bootstrap=RESAMPLES)
    rows.append({"measured": "a corpus, by document", **what, "seconds": wall, "cpu": cpu})
    wall, cpu = clock(peer, frames[0])
    scale = N_CODES * RESAMPLES / PEER_RESAMPLES
    rows.append(
        {
            "measured": "krippendorff, statsmodels and a line of numpy, scaled up",
            **what,
            "seconds": round(wall * scale, 1),
            "cpu": round(cpu * scale, 1),
        }
    )
    return rows


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
