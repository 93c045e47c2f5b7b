"""What is true about the demo bank: markets, waves, drivers, and every effect that was planted.

All grades and scores are on 0-100 points before they are rounded to the answer scales. A grade of
driver ``j`` is normal around ``mean``; satisfaction is linear in the grades::

    satisfaction = BASE + market + channel + age + sum_j effect_j * (grade_j - mean_j) + noise

so that an expected NKI or NPS of any group can be computed exactly (:func:`expected_scores`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

__all__ = [
    "AGES",
    "AGE_EFFECTS",
    "CELLS",
    "CHANNELS",
    "DRIVERS",
    "INVITED",
    "MARKETS",
    "NKI_ITEMS",
    "POPULATION_AGES",
    "POPULATION_MARKETS",
    "TOUCHPOINTS",
    "WAVES",
    "Driver",
    "expected_scores",
    "grade_correlation",
    "grade_mean",
    "satisfaction_mean",
    "satisfaction_sd",
]

Points = TypeVar("Points", float, np.ndarray)

WAVES = ("2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06")
LAST = WAVES[-1]
MARKETS = ("SE", "NO", "DK", "FI")
CHANNELS = ("app", "phone", "branch")
TOUCHPOINTS = ("onboarding", "app", "support", "branch", "fees")
AGES: tuple[str, ...] = ("18-29", "30-49", "50-64", "65+")
POPULATION_AGES = (0.20, 0.35, 0.25, 0.20)
ANSWERING_AGES = (0.10, 0.30, 0.30, 0.30)
POPULATION_MARKETS = {"SE": 0.50, "NO": 0.20, "DK": 0.18, "FI": 0.12}
INVITED = dict(zip(WAVES, (2390, 2410, 2380, 2450, 2420, 2460), strict=True))

CELLS: dict[str, dict[str, tuple[int, int, int]]] = {  # answers by channel: app, phone, branch
    "2026-01": {"SE": (198, 96, 62), "NO": (92, 44, 28), "DK": (88, 96, 32), "FI": (66, 32, 4)},
    "2026-02": {"SE": (194, 100, 60), "NO": (96, 42, 26), "DK": (86, 98, 30), "FI": (68, 30, 5)},
    "2026-03": {"SE": (202, 94, 58), "NO": (90, 46, 26), "DK": (90, 94, 32), "FI": (64, 34, 3)},
    "2026-04": {"SE": (206, 98, 56), "NO": (98, 44, 24), "DK": (88, 100, 30), "FI": (70, 30, 5)},
    "2026-05": {"SE": (200, 102, 58), "NO": (94, 48, 26), "DK": (86, 102, 32), "FI": (66, 34, 4)},
    "2026-06": {"SE": (208, 98, 54), "NO": (96, 46, 26), "DK": (172, 36, 24), "FI": (70, 30, 3)},
}
"""Finland's branches never reach the reporting floor; Denmark's mix turns over in the last wave."""

BASE = 71.0
MARKET_EFFECTS = {"SE": 0.5, "NO": 1.5, "DK": -0.5, "FI": -2.0}
CHANNEL_EFFECTS = {"app": 3.0, "phone": -6.0, "branch": 1.0}
DANISH_CHANNEL_EFFECTS = {"app": 6.5, "phone": -9.0, "branch": -1.0}
AGE_EFFECTS: dict[str, float] = dict(zip(AGES, (-3.5, -1.0, 1.0, 3.0), strict=True))
DANISH_PHONE_FALL = -9.0
NOISE_SD = 10.0
PANEL_CORRELATION = 0.5


@dataclass(frozen=True)
class Driver:
    """A driver as it was planted: points 0-100, effect in points of NKI per point of grade."""

    id: str
    touchpoint: str
    items: tuple[str, ...]
    mean: float
    effect: float
    last_wave_change: float = 0.0


DRIVERS = (
    Driver("start", "onboarding", ("q4",), 71.0, 0.070),
    Driver("identification", "onboarding", ("q5",), 66.0, 0.050),
    Driver("uptime", "app", ("q6",), 72.0, 0.140),
    Driver("ease", "app", ("q7", "q8"), 74.0, 0.050),
    Driver("offers", "app", ("q9",), 57.0, 0.0),
    Driver("queue", "support", ("q10", "q11"), 62.0, 0.172, last_wave_change=-14.0),
    Driver("solved", "support", ("q12",), 59.0, 0.168, last_wave_change=-5.0),
    Driver("adviser", "branch", ("q13",), 70.0, 0.090),
    Driver("hours", "branch", ("q14",), 61.0, 0.020),
    Driver("clarity", "fees", ("q15",), 55.0, 0.110),
    Driver("rates", "fees", ("q16",), 60.0, 0.070),
    Driver("changes", "fees", ("q17",), 64.0, 0.060),
)
GRADE_SD = 17.0
ITEM_SD = 4.0
SHARED_BY_ALL, SHARED_IN_TOUCHPOINT = 0.30, 0.25

NKI_ITEMS = {"q1": 2.0, "q2": -1.0, "q3": -4.0}
"""Each NKI item lies this many points above the person's satisfaction."""
NKI_ITEM_SD = 7.0
RECOMMEND_SHIFT, RECOMMEND_SLOPE, RECOMMEND_SD = 9.5, 1.15, 9.0
ANGRY = 0.02
"""This share recommends with 0, 1 or 2 whatever else they answer."""


def grade_correlation() -> np.ndarray:
    """Return the correlation of the drivers' grades, in the order of ``DRIVERS``."""
    same = np.array([[a.touchpoint == b.touchpoint for b in DRIVERS] for a in DRIVERS])
    shared = SHARED_BY_ALL + SHARED_IN_TOUCHPOINT * same
    return np.where(np.eye(len(DRIVERS), dtype=bool), 1.0, shared)


def satisfaction_sd() -> float:
    """Return the spread of satisfaction between persons of one group, in points."""
    effects = np.array([driver.effect for driver in DRIVERS])
    explained = GRADE_SD**2 * float(effects @ grade_correlation() @ effects)
    return math.sqrt(explained + NOISE_SD**2)


def grade_mean(driver: Driver, wave: str) -> float:
    """Return a driver's mean grade in a wave, in points."""
    return driver.mean + (driver.last_wave_change if wave == LAST else 0.0)


def satisfaction_mean(wave: str, market: str, channel: str, age: str) -> float:
    """Return the mean satisfaction of a group, in points before rounding to answers."""
    channels = DANISH_CHANNEL_EFFECTS if market == "DK" else CHANNEL_EFFECTS
    mean = BASE + MARKET_EFFECTS[market] + channels[channel] + AGE_EFFECTS[age]
    if wave == LAST:
        mean += sum(driver.effect * driver.last_wave_change for driver in DRIVERS)
        if (market, channel) == ("DK", "phone"):
            mean += DANISH_PHONE_FALL
    return mean


def expected_scores(wave: str, market: str, channel: str) -> dict[str, float]:
    """Return the exact expected NKI, NPS and top-two CSAT (a share) of a group's population.

    Answers are rounded and cut at the ends of their scales, so these differ a little from the
    satisfaction they stem from.
    """
    scores = {"nki": 0.0, "nps": 0.0, "csat": 0.0}
    for age, share in zip(AGES, POPULATION_AGES, strict=True):
        mean, sd = satisfaction_mean(wave, market, channel, age), satisfaction_sd()
        item_sd = math.hypot(sd, NKI_ITEM_SD) * 9 / 100
        grades = [1 + 9 * (mean + shift) / 100 for shift in NKI_ITEMS.values()]
        items = [
            1 + sum(_above(step + 0.5, grade, item_sd) for step in range(1, 10)) for grade in grades
        ]
        scores["nki"] += share * 100 / 9 * (sum(items) / len(items) - 1)
        scores["csat"] += share * _above(8.5, grades[0], item_sd)
        likely = recommend_mean(mean) / 10
        spread = math.hypot(RECOMMEND_SLOPE * sd, RECOMMEND_SD) / 10
        promoters, not_detractors = _above(8.5, likely, spread), _above(6.5, likely, spread)
        calm = 100 * (promoters + not_detractors - 1)
        scores["nps"] += share * ((1 - ANGRY) * calm - 100 * ANGRY)
    return scores


def recommend_mean(satisfaction: Points) -> Points:
    """Return the mean of the 0-10 recommendation, in points 0-100, at a satisfaction."""
    return BASE + RECOMMEND_SHIFT + RECOMMEND_SLOPE * (satisfaction - BASE)


def _above(limit: float, mean: float, sd: float) -> float:
    """Return the share of a normal distribution above a limit."""
    return 0.5 * math.erfc((limit - mean) / (sd * math.sqrt(2)))
