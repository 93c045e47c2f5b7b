"""Do 95 % intervals cover in 95 % of samples? Simulated, at a size that finds a broken interval.

``make prove`` runs the same cells at full size and stores every method's coverage.
"""

import json
import os
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import workbench as wb

LOW, HIGH = 0.93, 0.975
SHARES = [(0.5, 0.2), (0.8, 0.05), (0.95, 0.01)]
SIZES = [10, 30, 100, 400]
VARIATIONS = [0.0, 0.5, 1.0]
LATENT = {  # mean and spread of three questions on 1-10 before they are rounded and cut off
    "usual": (7.5, 1.7),
    "high": (9.0, 1.5),
    "at the ceiling": (9.8, 1.5),
    "half at the ceiling": (10.5, 1.5),
    "split": (5.5, 3.5),
    "wide and high": (11.0, 3.0),
    "low": (2.0, 1.5),
}


def _weights(rng, rows, variation):
    if variation == 0:
        return np.ones(rows)
    sigma = np.sqrt(np.log(1 + variation**2))
    return np.exp(rng.normal(0, sigma, rows))


def nps_coverage(shares, n, variation, replicates, method, seed):
    """Share of replicates whose interval holds the true NPS, and the mean width."""
    rng = np.random.default_rng(seed)
    promoters, detractors = shares
    rows = n * replicates
    frame = pd.DataFrame(
        {
            "q": rng.choice([9, 7, 0], rows, p=[promoters, 1 - promoters - detractors, detractors]),
            "w": _weights(rng, rows, variation),
            "replicate": np.repeat(np.arange(replicates), n),
        }
    )
    weight = "w" if variation else None
    table = wb.nps(frame, "q", by="replicate", weight=weight, method=method, floor=1).table
    truth = 100 * (promoters - detractors)
    covered = (table["ci_low"] <= truth + 1e-9) & (table["ci_high"] >= truth - 1e-9)
    return float(covered.mean()), float((table["ci_high"] - table["ci_low"]).mean())


def _questions(rng, rows, latent):
    mean, spread = LATENT[latent]
    person = rng.normal(0, 1, (rows, 1))
    answers = mean + spread * (0.8 * person + 0.6 * rng.normal(0, 1, (rows, 3)))
    return np.clip(np.rint(answers), 1, 10)


def nki_coverage(latent, n, variation, replicates, seed):
    """Share of replicates whose interval holds the true index, and the mean effective n."""
    rng = np.random.default_rng(seed)
    rows = n * replicates
    frame = pd.DataFrame(_questions(rng, rows, latent), columns=["a", "b", "c"])
    frame["w"] = _weights(rng, rows, variation)
    frame["replicate"] = np.repeat(np.arange(replicates), n)
    truth = 100 / 9 * (_questions(np.random.default_rng(0), 2_000_000, latent).mean() - 1)
    weight = "w" if variation else None
    table = wb.nki(frame, ["a", "b", "c"], by="replicate", weight=weight, floor=1).table
    covered = (table["ci_low"] <= truth) & (table["ci_high"] >= truth)
    return float(covered.mean()), float(table["n_effective"].mean())


def _noise(replicates):
    """Four standard errors of a coverage near 95 %: one false alarm in ten thousand cells."""
    return 4 * np.sqrt(0.95 * 0.05 / replicates)


@pytest.mark.parametrize("variation", VARIATIONS)
@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("shares", SHARES)
def test_nps_intervals_cover(shares, n, variation):
    replicates = 700 if n <= 30 else 350
    covered, _ = nps_coverage(shares, n, variation, replicates, "score", seed=n)
    assert LOW - _noise(replicates) <= covered <= HIGH + _noise(replicates)


def test_the_simulation_fails_an_interval_that_is_too_short():
    covered, _ = nps_coverage((0.95, 0.01), 10, 0.0, 700, "wald", seed=1)
    assert covered < LOW - _noise(700)


@pytest.mark.parametrize("variation", [0.0, 1.0])
@pytest.mark.parametrize("n", [10, 60])
@pytest.mark.parametrize("latent", ["usual", "half at the ceiling", "split"])
def test_nki_intervals_cover(latent, n, variation):
    replicates = 500
    covered, n_effective = nki_coverage(latent, n, variation, replicates, seed=n)
    if n_effective >= 30:
        assert LOW - _noise(replicates) <= covered <= HIGH + _noise(replicates)
    else:
        assert covered >= 0.90 - _noise(replicates)


# --- at full size, a test per cell: any part can be run by itself (-k n10) and keeps its rows ---

EXTRA = [(0.33, 0.33), (0.1, 0.6), (0.6, 0.02), (0.05, 0.05)]
NPS_CELLS = [(s, n, v) for s in [*SHARES, *EXTRA] for n in SIZES for v in VARIATIONS]
NKI_CELLS = [(a, n, v) for a in LATENT for n in (10, 20, 30, 60, 120, 400) for v in VARIATIONS]


def _replicates(full: int) -> int:
    """WORKBENCH_REPLICATES draws where that is set, else all; each row says how many it had."""
    return min(full, int(os.environ.get("WORKBENCH_REPLICATES", full)))


def _keep(repository: Path, name: str, row: dict, keys: list, claim: str, modules: list) -> None:
    """Put a row among the stored ones; rows measured on other code, or with fewer draws, go."""
    sys.path.insert(0, str(repository / "benchmarks"))
    from stored import RESULTS, hashes, store

    path = RESULTS / f"{name}.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    rows = known["rows"] if known.get("modules") == hashes(modules) else []
    kept = [one for one in rows if [one[key] for key in keys] != [row[key] for key in keys]]
    ordered = sorted([*kept, row], key=lambda one: [str(one[key]) for key in keys])
    store(name, ordered, claim=claim, modules=modules)


@pytest.mark.prove
@pytest.mark.parametrize(
    ("shares", "n", "variation"),
    NPS_CELLS,
    ids=[f"p{s[0]}-d{s[1]}-n{n}-cv{v}" for s, n, v in NPS_CELLS],
)
def test_nps_coverage_in_a_cell(repository, shares, n, variation):
    claimed = shares in SHARES
    replicates = _replicates(20_000 if claimed else 4_000)
    row = {
        "promoters": shares[0],
        "detractors": shares[1],
        "n": n,
        "weight_cv": variation,
        "claimed": claimed,
        "replicates": replicates,
    }
    for method in ("score", "adjusted_wald", "wald"):
        draws = replicates if method == "score" else min(replicates, 4_000)
        covered, width = nps_coverage(shares, n, variation, draws, method, seed=n)
        row |= {method: round(covered, 4), f"{method}_width": round(width, 2)}
    _keep(
        repository,
        "coverage_nps",
        row,
        ["promoters", "detractors", "n", "weight_cv"],
        "The default NPS interval covers 93-97.5 % in every claimed cell; others for comparison",
        ["workbench.survey.nps"],
    )
    noise = 0.0 if replicates >= 4_000 else _noise(replicates)
    assert not claimed or LOW - noise <= row["score"] <= HIGH + noise


@pytest.mark.prove
@pytest.mark.parametrize(
    ("latent", "n", "variation"),
    NKI_CELLS,
    ids=[f"{a.replace(' ', '_')}-n{n}-cv{v}" for a, n, v in NKI_CELLS],
)
def test_nki_coverage_in_a_cell(repository, latent, n, variation):
    replicates = _replicates(10_000)
    covered, n_effective = nki_coverage(latent, n, variation, replicates, seed=n)
    least, most = (LOW, HIGH) if n_effective >= 30 else (0.90, 1.0)
    noise = 0.0 if replicates >= 4_000 else _noise(replicates)
    row = {
        "answers": latent,
        "n": n,
        "weight_cv": variation,
        "replicates": replicates,
        "n_effective": round(n_effective, 1),
        "covered": round(covered, 4),
        "held": least - noise <= covered <= most + noise,
    }
    _keep(
        repository,
        "coverage_nki",
        row,
        ["answers", "n", "weight_cv"],
        "The NKI interval covers 93-97.5 % from 30 effective answers, and at least 90 % below",
        ["workbench.survey.nki"],
    )
    assert row["held"]
