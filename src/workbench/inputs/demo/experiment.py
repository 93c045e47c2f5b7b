"""The demo experiment: two rounds of an invoice letter, the first with a broken assignment.

Every customer has an outcome under both letters; which one is seen follows the variant, so the
true effect is the mean difference of the two.
"""

from __future__ import annotations

import datetime as dt
import math
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["COLUMNS", "ROUNDS", "Letter", "Round", "draw_letter", "letter_truth"]

SEED = 20260202
STUDIES = Path(__file__).parent / "studies"
COLUMNS = [
    "customer",
    "assigned",
    "market",
    "variant",
    "delivered",
    "revenue_before",
    "paid_10",
    "days_to_payment",
    "calls",
    "contacted",
    "revenue",
    "recommend",
    "ease",
    "comment",
]
MARKETS = {"SE": 0.44, "NO": 0.18, "DK": 0.14, "FI": 0.24}
ENGLISH = {"SE": 0.08, "NO": 0.55, "DK": 0.60, "FI": 0.45}
RESPONSE = 0.31
COMMENTING = 0.35
DELIVERED = 0.988

PAID = {"SE": 0.40, "NO": 0.48, "DK": 0.30, "FI": 0.22}
"""How readily each market pays, in standard deviations above the limit."""
PAID_BY_HABIT = 0.6  # how much a customer's habit moves payment
PAID_EFFECT = 0.09  # the new letter's push, in the same unit
CALLS = 0.045  # expected calls per customer, whichever letter
RECOMMEND_MEAN, RECOMMEND_HABIT, RECOMMEND_SD, RECOMMEND_EFFECT = 7.9, 0.4, 2.1, 0.15
EASE_MEAN, EASE_SD, EASE_EFFECT = 7.6, 1.9, 0.35
REVENUE_LOG_MEAN, REVENUE_LOG_SD, REVENUE_CORRELATION = 5.6, 0.6, 0.75

Row = dict[str, object]


@dataclass(frozen=True)
class Round:
    """One run of the trial: when, how many, and which assignments got lost."""

    name: str
    first_day: dt.date
    n: int
    lost_market: str = ""
    lost_days: tuple[int, ...] = field(default=())  # sending days, from 0
    lost_share: float = 0.0  # of the new letters of those days


ROUNDS = (
    Round("round-1", dt.date(2026, 2, 2), 16_000, "FI", (3, 4, 7), 0.92),
    Round("round-2", dt.date(2026, 3, 31), 20_000),
)
SENDING_DAYS = 10


@dataclass(frozen=True)
class Letter:
    """The rows of each round and what was planted in their comments."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    lost: dict[str, int] = field(default_factory=dict)
    themes: list[Row] = field(default_factory=list)


def draw_letter(seed: int = SEED) -> Letter:
    """Return both rounds of the invoice letter trial."""
    rng = np.random.default_rng(seed)
    with (STUDIES / "letter_comments.toml").open("rb") as stream:
        phrases = tomllib.load(stream)
    letter = Letter()
    for number, trial in enumerate(ROUNDS):
        columns = _outcomes(rng, _assignments(rng, trial))
        codes = rng.permutation(400_000)[: trial.n] + (1 + number) * 400_000
        kept = ~columns.pop("lost")
        letter.lost[trial.name] = int((~kept).sum())
        rows: list[Row] = []
        for i in np.flatnonzero(kept):
            row: Row = {"customer": f"C{codes[i]}"}
            row |= {name: _cell(values[i]) for name, values in columns.items()}
            row["comment"] = ""
            if row["recommend"] != "" and rng.random() < COMMENTING:
                theme, row["comment"] = _comment(rng, phrases, row)
                letter.themes.append(
                    {"round": trial.name, "customer": row["customer"], "theme": theme}
                )
            rows.append(row)
        letter.rows[trial.name] = sorted(rows, key=lambda row: str(row["customer"]))
    return letter


def _cell(value: Any) -> object:
    """Return a value as it stands in the file: money in hundredths, nothing if missing."""
    if isinstance(value, np.floating):
        return "" if math.isnan(value) else round(float(value), 2)
    return value.item() if isinstance(value, np.generic) else value


def _assignments(rng: np.random.Generator, trial: Round) -> dict[str, np.ndarray]:
    market = rng.choice(list(MARKETS), size=trial.n, p=list(MARKETS.values()))
    day = rng.integers(0, SENDING_DAYS, trial.n)
    variant = np.where(rng.random(trial.n) < 0.5, "A", "B")
    at_risk = (market == trial.lost_market) & np.isin(day, trial.lost_days) & (variant == "B")
    return {
        "assigned": np.array([_sending_day(trial.first_day, int(d)) for d in day]),
        "market": market,
        "variant": variant,
        "lost": at_risk & (rng.random(trial.n) < trial.lost_share),
    }


def _sending_day(first: dt.date, number: int) -> str:
    """Return the working day with this number, counted from the first."""
    day = first
    while number or day.weekday() >= 5:
        day += dt.timedelta(days=1)
        number -= day.weekday() < 5
    return day.isoformat()


def _outcomes(rng: np.random.Generator, columns: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    n, new = len(columns["market"]), columns["variant"] == "B"
    habit = rng.standard_normal(n)
    before = rng.standard_normal(n)
    ready = np.array([PAID[market] for market in columns["market"]])
    push = ready + PAID_BY_HABIT * habit + rng.standard_normal(n)
    paid = push + PAID_EFFECT * new > 0
    days = np.where(paid, rng.integers(1, 11, n), rng.integers(11, 46, n)).astype(float)
    days[~paid & (rng.random(n) < 0.08)] = np.nan
    calls = rng.poisson(CALLS * np.exp(-0.3 * habit - 0.045), n)
    left = math.sqrt(1 - REVENUE_CORRELATION**2) * rng.standard_normal(n)
    after = REVENUE_CORRELATION * before + left
    asked = rng.standard_normal(n) * math.sqrt(1 - 0.15**2) + 0.15 * habit
    answered = asked > -_quantile(RESPONSE)
    recommend = RECOMMEND_MEAN + RECOMMEND_HABIT * habit + RECOMMEND_EFFECT * new
    recommend = np.rint(recommend + RECOMMEND_SD * rng.standard_normal(n)).clip(0, 10)
    ease = np.rint(EASE_MEAN + EASE_EFFECT * new + EASE_SD * rng.standard_normal(n)).clip(1, 10)
    return columns | {
        "delivered": (rng.random(n) < DELIVERED).astype(int),
        "revenue_before": np.exp(REVENUE_LOG_MEAN + REVENUE_LOG_SD * before),
        "paid_10": paid.astype(int),
        "days_to_payment": _whole(days),
        "calls": calls,
        "contacted": (calls > 0).astype(int),
        "revenue": np.exp(REVENUE_LOG_MEAN + REVENUE_LOG_SD * after),
        "recommend": _whole(np.where(answered, recommend, np.nan)),
        "ease": _whole(np.where(answered, ease, np.nan)),
    }


def _whole(values: np.ndarray) -> np.ndarray:
    """Return whole numbers as they are written, and nothing where there is none."""
    return np.array(["" if math.isnan(value) else int(value) for value in values], dtype=object)


def _comment(rng: np.random.Generator, phrases: dict[str, Any], row: Row) -> tuple[str, str]:
    language = "en" if rng.random() < ENGLISH[str(row["market"])] else "sv"
    left = rng.random()
    for name, theme in phrases["themes"].items():
        left -= theme["share"][row["variant"]]
        if left < 0:
            return name, theme[language][int(rng.integers(len(theme[language])))]
    return "", phrases["untold"][language][int(rng.integers(len(phrases["untold"][language])))]


def letter_truth(letter: Letter) -> dict[str, Any]:
    """Return the true effects, exact, and what was broken in the first round."""
    with (STUDIES / "letter_comments.toml").open("rb") as stream:
        themes = tomllib.load(stream)["themes"]
    habit = math.hypot(1, PAID_BY_HABIT)
    paid = {
        market: {v: _below((ready + PAID_EFFECT * (v == "B")) / habit) for v in "AB"}
        for market, ready in PAID.items()
    }
    by_variant = {v: sum(MARKETS[m] * shares[v] for m, shares in paid.items()) for v in "AB"}
    nps = {v: _expected_nps(RECOMMEND_MEAN + RECOMMEND_EFFECT * (v == "B")) for v in "AB"}
    ease = {v: _below(-(8.5 - EASE_MEAN - EASE_EFFECT * (v == "B")) / EASE_SD) for v in "AB"}
    return {
        "seed": SEED,
        "units": "shares 0-1, NPS in points, revenue in kronor; effect = B minus A",
        "paid_10": by_variant | {"effect": by_variant["B"] - by_variant["A"], "market": paid},
        "nps": nps | {"effect": nps["B"] - nps["A"]},
        "ease_9_10": ease | {"effect": ease["B"] - ease["A"]},
        "calls": {"effect": 0.0},
        "contacted": {"effect": 0.0},
        "revenue": {
            "effect": 0.0,
            "log_correlation_with_revenue_before": REVENUE_CORRELATION,
        },
        "response": {"A": RESPONSE, "B": RESPONSE},
        "rounds": {
            trial.name: {
                "assigned": trial.n,
                "rows": len(letter.rows[trial.name]),
                "lost": letter.lost[trial.name],
                "lost_market": trial.lost_market or None,
                "lost_days": [_sending_day(trial.first_day, day) for day in trial.lost_days],
            }
            for trial in ROUNDS
        },
        "verdict": {"round-1": "INVALID", "round-2": "SHIP"},
        "themes": {
            name: {
                "label": theme["label"],
                "share": theme["share"],
                "share_of_everyone": _of_everyone(theme["share"]),
            }
            for name, theme in themes.items()
        },
        "comments": "truth_comments.csv",
    }


def _of_everyone(share: dict[str, float]) -> dict[str, float]:
    """Return the share of all customers who answer, comment and say so, by letter."""
    everyone = {variant: RESPONSE * COMMENTING * one for variant, one in share.items()}
    return everyone | {"effect": everyone["B"] - everyone["A"]}


def _expected_nps(mean: float) -> float:
    """Return NPS of answers around a mean; who answers does hardly depend on habit."""
    spread = math.hypot(RECOMMEND_SD, RECOMMEND_HABIT)
    shift = RECOMMEND_HABIT * 0.15 * _mills(RESPONSE)
    promoters = _below((mean + shift - 8.5) / spread)
    detractors = _below((6.5 - mean - shift) / spread)
    return 100 * (promoters - detractors)


def _below(limit: float) -> float:
    """Return the share of a standard normal below a limit."""
    return 0.5 * math.erfc(-limit / math.sqrt(2))


def _quantile(share: float) -> float:
    """Return the limit below which a share of a standard normal lies."""
    from statistics import NormalDist

    return NormalDist().inv_cdf(share)


def _mills(share: float) -> float:
    """Return the mean of a standard normal in its upper share."""
    limit = _quantile(1 - share)
    return math.exp(-(limit**2) / 2) / math.sqrt(2 * math.pi) / share
