"""Do intervals of shares cover as often as they say? ``make prove`` runs it at full size."""

import sys

import numpy as np
import pandas as pd
import pytest

import workbench as wb

SLOPES = np.array([0.9, 0.6, 0.45, 0.3, 0.2, 0.1, 0.0, 0.0])
NAMES = [f"d{place + 1}" for place in range(len(SLOPES))]
WORLDS = {  # correlation between drivers, noise, share of "don't know", spread of log weights
    "usual": (0.6, 2.2, 0.0, 0.4),
    "little in common": (0.2, 2.2, 0.0, 0.4),
    "much in common": (0.8, 2.2, 0.0, 0.0),
    "don't know": (0.6, 2.2, 0.2, 0.4),
    "weak fit": (0.4, 5.0, 0.0, 0.0),
}


def _answers(rng, rows, world):
    """Draw answers 1-10 with a common factor, and an outcome 0-100."""
    correlation, noise, dont_know, spread = WORLDS[world]
    common = rng.normal(size=(rows, 1))
    own = rng.normal(size=(rows, len(SLOPES)))
    latent = np.sqrt(correlation) * common + np.sqrt(1 - correlation) * own
    frame = pd.DataFrame(np.clip(np.round(7 + 1.8 * latent), 1, 10), columns=NAMES)
    outcome = (frame.to_numpy() - 7) / 1.8 @ SLOPES + noise * rng.normal(size=rows)
    if dont_know:
        frame = frame.mask(rng.random(frame.shape) < dont_know)
    frame["nki"] = np.clip(np.round(70 + 8 * outcome), 0, 100)
    frame["w"] = np.exp(spread * rng.normal(size=rows))
    return frame


def _truth(world, rows=1_000_000):
    frame = _answers(np.random.default_rng(99), rows, world)
    shares = wb.lmg_from_corr(frame[[*NAMES, "nki"]].corr().to_numpy(), NAMES)
    return (shares / shares.sum()).to_numpy()


def coverage(world, rows, replicates, truth, draws):
    """Return how often each share's interval covers, and how often the null band holds."""
    rng = np.random.default_rng([rows, *world.encode()])
    covered, inside = np.zeros(len(SLOPES)), np.zeros(len(SLOPES))
    for seed in range(replicates):
        frame = _answers(rng, rows, world)
        table = wb.drivers(
            frame, "nki", NAMES, scale=(1, 10), weight="w", bootstrap=draws, seed=seed
        ).table
        covered += ((table["ci_low"] <= truth) & (truth <= table["ci_high"])).to_numpy()
        inside += (~table["beyond_null"].astype(bool)).to_numpy()
    return covered / replicates, inside / replicates


@pytest.mark.parametrize(("world", "rows"), [("usual", 500), ("don't know", 500), ("usual", 150)])
def test_share_intervals_cover(world, rows):
    replicates = 150
    truth = _truth(world, 200_000)
    covered, inside = coverage(world, rows, replicates, truth, 200)
    noise = 3.5 * np.sqrt(0.95 * 0.05 / replicates)
    asked = truth >= 0.03
    least, most = (0.93, 0.975) if rows >= 500 else (0.90, 1.0)
    assert covered[asked].min() >= least - noise
    assert covered[asked].mean() <= most + noise / 2
    assert inside[-2:].min() >= 0.95 - noise


@pytest.mark.prove
def test_share_intervals_cover_in_every_cell(repository):
    replicates, rows = 1000, []
    noise = 2 * np.sqrt(0.95 * 0.05 / replicates)
    for world in WORLDS:
        truth = _truth(world)
        for n in (150, 500, 1500):
            covered, inside = coverage(world, n, replicates, truth, 500)
            least, most = (0.93, 0.975) if n >= 500 else (0.90, 1.0)
            least, most = least - noise, most + noise
            for place, name in enumerate(NAMES):
                rows.append(
                    {
                        "world": world,
                        "n": n,
                        "driver": name,
                        "true_share": round(float(truth[place]), 4),
                        "covered": round(float(covered[place]), 4),
                        "inside_null_band": round(float(inside[place]), 4),
                        "claimed": bool(truth[place] >= 0.03),
                        "held": bool(least <= covered[place] <= most),
                        "is_null": bool(SLOPES[place] == 0),
                    }
                )
    sys.path.insert(0, str(repository / "benchmarks"))
    from stored import store

    store(
        "coverage_drivers",
        rows,
        claim="Share intervals cover 93-97.5 % from 500 answers and 90 % at 150; null drivers stay "
        "inside the null band in 95 of 100",
        modules=["workbench.survey.importance"],
    )
    assert not [row for row in rows if row["claimed"] and not row["held"]]
    inside = np.array([row["inside_null_band"] for row in rows if row["is_null"]])
    assert inside.min() >= 0.95 - 1.5 * noise  # three standard errors: the least of thirty
    assert inside.mean() >= 0.945
