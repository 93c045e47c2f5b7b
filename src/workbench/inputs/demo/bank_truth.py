"""The truth behind the demo bank, as it stands in ``truth.json`` for tests to read."""

from __future__ import annotations

from typing import Any

import numpy as np

from workbench.inputs.demo import bank_world as world
from workbench.inputs.demo.bank import N_NORMALS, SEED, Bank, scores_of
from workbench.inputs.demo.comments import GROUPS, CommentWriter

__all__ = ["bank_truth"]

MEASURED_PERSONS = 400_000


def bank_truth(bank: Bank) -> dict[str, Any]:
    """Return everything that was planted in the bank, in points 0-100 and shares 0-1."""
    before, last = world.WAVES[-2], world.WAVES[-1]
    return {
        "seed": SEED,
        "units": "grades, NKI and effects in points; NPS -100 to 100; shares 0-1",
        "drivers": _drivers(),
        "null_driver": "offers",
        "nearly_tied": ["queue", "solved"],
        "latent_correlation": _latent_correlation(),
        "measured": _measured(),
        "expected": _expected(),
        "falling_touchpoint": {
            "touchpoint": "support",
            "driver": "queue",
            "wave": last,
            "change": -14.0,
        },
        "simpson": {
            "market": "DK",
            "wave": last,
            "previous": before,
            "total_change": round(_market(last, "DK")["nki"] - _market(before, "DK")["nki"], 4),
            "change_by_channel": {
                channel: round(
                    world.expected_scores(last, "DK", channel)["nki"]
                    - world.expected_scores(before, "DK", channel)["nki"],
                    4,
                )
                for channel in world.CHANNELS
            },
        },
        "below_floor": {
            "market": "FI",
            "channel": "branch",
            "n": {wave: world.CELLS[wave]["FI"][2] for wave in world.WAVES},
        },
        "panel": {"returning": bank.returning, "correlation": world.PANEL_CORRELATION},
        "response": {
            wave: {"invited": world.INVITED[wave], "answers": len(bank.waves[wave])}
            for wave in world.WAVES
        },
        "population": {
            "market": world.POPULATION_MARKETS,
            "age": dict(zip(world.AGES, world.POPULATION_AGES, strict=True)),
        },
        "comments": _comments(bank),
        "straight_liners": bank.straight_liners,
    }


def _drivers() -> dict[str, Any]:
    return {
        driver.id: {
            "touchpoint": driver.touchpoint,
            "items": list(driver.items),
            "grade": driver.mean,
            "grade_sd": world.GRADE_SD,
            "effect_per_point": driver.effect,
            "effect_per_5": round(5 * driver.effect, 6),
            "last_wave_change": driver.last_wave_change,
        }
        for driver in world.DRIVERS
    }


def _latent_correlation() -> dict[str, Any]:
    """Return the correlation of grades and satisfaction before rounding, satisfaction last."""
    among = world.grade_correlation()
    effects = np.array([driver.effect for driver in world.DRIVERS])
    outcome = world.GRADE_SD * among @ effects / world.satisfaction_sd()
    matrix = np.block([[among, outcome[:, None]], [outcome[None, :], np.ones((1, 1))]])
    r2 = float(world.GRADE_SD**2 * effects @ among @ effects) / world.satisfaction_sd() ** 2
    names = [driver.id for driver in world.DRIVERS] + ["nki"]
    return {"names": names, "matrix": np.round(matrix, 6).tolist(), "r2": round(r2, 6)}


def _measured() -> dict[str, Any]:
    """Return what an endless survey would measure, rounding and ends of scales included.

    Correlations and regression effects on NKI of 400,000 persons of one group, all answering.
    """
    rng = np.random.default_rng(SEED + 1)
    normals = rng.standard_normal((MEASURED_PERSONS, N_NORMALS))
    means = np.array([driver.mean for driver in world.DRIVERS])
    middle = np.full(MEASURED_PERSONS, world.BASE)
    answers = scores_of(rng, normals, means, middle)
    points = {item: (values - 1) * 100 / 9 for item, values in answers.items()}
    grades = [np.mean([points[item] for item in driver.items], axis=0) for driver in world.DRIVERS]
    nki = np.mean([points[item] for item in world.NKI_ITEMS], axis=0)
    covariance = np.cov(np.vstack([*grades, nki]))
    effects = np.linalg.solve(covariance[:-1, :-1], covariance[:-1, -1])
    spread = np.sqrt(np.diag(covariance))
    names = [driver.id for driver in world.DRIVERS]
    return {
        "persons": MEASURED_PERSONS,
        "names": [*names, "nki"],
        "correlation": np.round(covariance / np.outer(spread, spread), 3).tolist(),
        "effect_per_5": dict(zip(names, np.round(5 * effects, 2).tolist(), strict=True)),
    }


def _market(wave: str, market: str) -> dict[str, float]:
    """Return the expected scores of a market with the channels that answered in the wave."""
    counts = world.CELLS[wave][market]
    cells = [world.expected_scores(wave, market, channel) for channel in world.CHANNELS]
    return {
        name: sum(n * cell[name] for n, cell in zip(counts, cells, strict=True)) / sum(counts)
        for name in ("nki", "nps", "csat")
    }


def _expected() -> list[dict[str, Any]]:
    """Return exact expected scores; ``null`` for market or channel stands for all of them."""
    rows: list[dict[str, Any]] = []
    for wave in world.WAVES:
        markets = {market: _market(wave, market) for market in world.MARKETS}
        total = {
            name: sum(world.POPULATION_MARKETS[m] * scores[name] for m, scores in markets.items())
            for name in ("nki", "nps", "csat")
        }
        rows.append(_row(wave, None, None, total))
        for market, scores in markets.items():
            rows.append(_row(wave, market, None, scores))
            rows += [
                _row(wave, market, channel, world.expected_scores(wave, market, channel))
                for channel in world.CHANNELS
            ]
    return rows


def _row(
    wave: str, market: str | None, channel: str | None, scores: dict[str, float]
) -> dict[str, Any]:
    return {"wave": wave, "market": market, "channel": channel} | {
        name: round(value, 4) for name, value in scores.items()
    }


def _comments(bank: Bank) -> dict[str, Any]:
    """Return themes, their planted shares, how often they were drawn, and planted persons."""
    writer = CommentWriter()
    drawn = {group: [row for row in bank.planted if row["group"] == group] for group in GROUPS}
    return {
        "first_theme_share": {group: writer.shares(group) for group in GROUPS},
        "n": {group: len(rows) for group, rows in drawn.items()},
        "n_with_theme": {
            group: {
                theme: sum(theme in str(row["themes"]).split("|") for row in rows)
                for theme in writer.themes
            }
            for group, rows in drawn.items()
        },
        "themes": {
            name: {key: theme[key] for key in ("touchpoint", "label", "polarity")}
            for name, theme in writer.themes.items()
        },
        "personal": writer.persons,
        "by_respondent": "truth_comments.csv",
    }
