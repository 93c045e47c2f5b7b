"""Simulated trials of known truth: what may be shipped, and what must not be.

Each scenario draws one trial from a seed. ``harmless`` says whether shipping is right, ``harmful``
whether stopping for harm is. Tests count wrong verdicts over many draws.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import special

from workbench.experiment.plan import Plan, plan_from

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["SCENARIOS", "Scenario", "SimulatedTrial", "simulate_trial", "write_large_trial"]

PRIMARY = {"name": "paid", "role": "primary", "practical": 0.01}
CONTACTS = {"name": "contacted", "role": "guardrail", "direction": "decrease", "margin": 0.015}
FIRST_DAY = dt.date(2026, 3, 2)
DAYS = 14


@dataclass(frozen=True, kw_only=True)
class SimulatedTrial:
    """Data and plan of one simulated trial; ``looks`` are days on which it is read."""

    data: pd.DataFrame
    plan: Plan
    looks: tuple[dt.date | None, ...] = (None,)


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A kind of trial and its truth.

    Parameters
    ----------
    name
        What is simulated.
    ship_is_wrong
        Whether shipping any variant would be an error.
    harm_is_wrong
        Whether stopping for harm would be one.
    must_be
        The verdict that the trial has to get, where there is only one right one.
    must_warn
        Start of the id of a check that has to speak up.
    draw
        Draws the trial.
    """

    name: str
    ship_is_wrong: bool
    draw: Callable[[np.random.Generator], SimulatedTrial]
    harm_is_wrong: bool = True
    must_be: str = ""
    must_warn: str = ""


def simulate_trial(name: str, seed: int) -> SimulatedTrial:
    """Draw one trial of a scenario.

    Examples
    --------
    >>> trial = simulate_trial("no effect", 1)
    >>> len(trial.data), trial.plan.model.control
    (4000, 'A')
    """
    rng = np.random.default_rng([seed, sorted(SCENARIOS).index(name)])
    return SCENARIOS[name].draw(rng)


def write_large_trial(path: Path, n: int, *, seed: int = 0, rows_at_once: int = 250_000) -> None:
    """Write a trial of any size as Parquet, in pieces: what benchmarks and memory tests read.

    Columns: unit, variant (0, 1), converted, revenue, revenue_before, orders, sessions,
    orders_before, sessions_before, score (0 to 10, missing for most). The treatment converts a
    little more.

    Parameters
    ----------
    path
        File to write.
    n
        Units.
    seed
        Of the numbers.
    rows_at_once
        Rows drawn, and written as one row group.
    """
    import pyarrow as pa
    import pyarrow.parquet as parquet

    rng = np.random.default_rng(seed)
    writer: parquet.ParquetWriter | None = None
    for start in range(0, n, rows_at_once):
        table = pa.table(_large_piece(rng, start, min(rows_at_once, n - start)))
        if writer is None:
            writer = parquet.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table)
    if writer is not None:
        writer.close()


def _large_piece(rng: np.random.Generator, start: int, n: int) -> dict[str, np.ndarray]:
    variant = rng.integers(0, 2, n, dtype=np.int8)
    sessions_before = rng.poisson(5, n).astype(np.int32)
    orders_before = rng.binomial(sessions_before, 0.2).astype(np.int32)
    sessions = 1 + rng.poisson(3 + 0.5 * sessions_before).astype(np.int32)
    orders = rng.binomial(sessions, 0.2 + 0.004 * variant).astype(np.int32)
    before = np.round(orders_before * rng.lognormal(3, 0.5, n), 2)
    score = rng.integers(0, 11, n).astype(np.float32)
    score[rng.random(n) < 0.69] = np.nan
    return {
        "unit": np.arange(start, start + n),
        "variant": variant,
        "converted": (orders > 0).astype(np.int8),
        "revenue": np.round(orders * rng.lognormal(3, 0.5, n) + 0.3 * before, 2),
        "revenue_before": before,
        "orders": orders,
        "sessions": sessions,
        "orders_before": orders_before,
        "sessions_before": sessions_before,
        "score": score,
    }


def _plan(metrics: list[dict[str, Any]], **changes: Any) -> Plan:
    table: dict[str, Any] = {
        "file": "simulated.parquet",
        "unit": "unit",
        "variant": "variant",
        "control": "A",
        "variants": {"A": 0.5, "B": 0.5},
        "metrics": metrics,
    }
    return plan_from(table | changes, name="simulated")


def _units(rng: np.random.Generator, n: int, *, variants: str = "AB") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "unit": np.arange(n),
            "variant": rng.choice(list(variants), n),
            "before": rng.standard_normal(n),
        }
    )


def _chance(rng: np.random.Generator, chance: np.ndarray) -> np.ndarray:
    return (rng.random(len(chance)) < chance).astype(int)


def _shares(
    rng: np.random.Generator, data: pd.DataFrame, *, paid: float = 0.0, contacted: float = 0.0
) -> pd.DataFrame:
    """Add two shares: paid (60 %, moved by what was before) and contacted (5 %)."""
    treated = (data["variant"] != "A").to_numpy()
    base = 0.6 + 0.08 * np.clip(data["before"].to_numpy(), -2, 2)
    data["paid"] = _chance(rng, base + paid * treated)
    data["contacted"] = _chance(rng, 0.05 + contacted * treated)
    return data


def _shipping(
    paid: float = 0.0, contacted: float = 0.0, n: int = 4000
) -> Callable[[np.random.Generator], SimulatedTrial]:
    def draw(rng: np.random.Generator) -> SimulatedTrial:
        data = _shares(rng, _units(rng, n), paid=paid, contacted=contacted)
        return SimulatedTrial(data=data, plan=_plan([PRIMARY, CONTACTS], covariates=["before"]))

    return draw


def _few(rng: np.random.Generator) -> SimulatedTrial:
    data = _units(rng, 160)
    data["paid"] = _chance(rng, np.full(160, 0.3))
    return SimulatedTrial(data=data, plan=_plan([PRIMARY]))


def _skewed(rng: np.random.Generator) -> SimulatedTrial:
    data = _units(rng, 4000)
    amount = np.exp(1.2 * rng.standard_normal(4000) + 0.4 * data["before"].to_numpy())
    data["revenue"] = amount.round(2)
    metric = {"name": "revenue", "kind": "mean", "role": "primary", "cap_quantile": 0.999}
    return SimulatedTrial(data=data, plan=_plan([metric], covariates=["before"]))


def _ratio(rng: np.random.Generator) -> SimulatedTrial:
    data = _units(rng, 3000)
    visits = 1 + rng.poisson(np.exp(1 + 0.4 * data["before"].to_numpy()))
    habit = np.clip(0.2 + 0.05 * rng.standard_normal(3000), 0.01, 0.9)
    data["visits"], data["orders"] = visits, rng.binomial(visits, habit)
    metric = {
        "name": "orders_per_visit", "kind": "ratio", "role": "primary", "numerator": "orders",
        "denominator": "visits",
    }  # fmt: skip
    return SimulatedTrial(data=data, plan=_plan([metric], covariates=["before"]))


def _many_variants(rng: np.random.Generator) -> SimulatedTrial:
    data = _shares(rng, _units(rng, 6000, variants="ABCD"))
    shares = dict.fromkeys("ABCD", 0.25)
    return SimulatedTrial(data=data, plan=_plan([PRIMARY, CONTACTS], variants=shares))


def _clustered(rng: np.random.Generator) -> SimulatedTrial:
    stores, size = 60, 50
    variant = rng.permutation(np.repeat(["A", "B"], stores // 2))
    mood = 0.5 * rng.standard_normal(stores)
    data = pd.DataFrame(
        {
            "unit": np.arange(stores * size),
            "store": np.repeat(np.arange(stores), size),
            "variant": np.repeat(variant, size),
        }
    )
    data["grade"] = np.repeat(mood, size) + rng.standard_normal(len(data))
    metric = {"name": "grade", "kind": "mean", "role": "primary"}
    return SimulatedTrial(data=data, plan=_plan([metric], cluster="store"))


def _broken_split(rng: np.random.Generator) -> SimulatedTrial:
    n = 12_000
    data = _shares(rng, _units(rng, n))
    lost = (data["variant"] == "B") & (data["paid"] == 0) & (rng.random(n) < 0.25)
    return SimulatedTrial(data=data[~lost], plan=_plan([PRIMARY, CONTACTS]))


def _touched(rng: np.random.Generator) -> SimulatedTrial:
    data = _shares(rng, _units(rng, 4000))
    treated = (data["variant"] == "B").to_numpy()
    data["before"] = data["before"] + 0.25 * treated
    return SimulatedTrial(data=data, plan=_plan([PRIMARY, CONTACTS], covariates=["before"]))


def _doubled(rng: np.random.Generator) -> SimulatedTrial:
    data = _shares(rng, _units(rng, 1500))
    data = pd.concat([data] * 5, ignore_index=True)
    return SimulatedTrial(data=data, plan=_plan([PRIMARY, CONTACTS]))


NPS = {"name": "nps", "column": "score", "kind": "nps", "role": "primary"}


def _unequal(rng: np.random.Generator) -> SimulatedTrial:
    """Draw an NPS trial without effect, where the treatment brings in further, happier answers."""
    data = _units(rng, 8000)
    mood = rng.standard_normal(8000)
    treated = (data["variant"] == "B").to_numpy()
    answers = rng.random(8000) < 0.31
    brought = ~answers & treated & (rng.random(8000) < 0.145 * special.ndtr(1.5 * mood))
    data["score"] = np.where(answers | brought, np.clip(np.rint(7.8 + 2.2 * mood), 0, 10), np.nan)
    return SimulatedTrial(data=data, plan=_plan([NPS]))


def _others(rng: np.random.Generator) -> SimulatedTrial:
    """Draw an NPS trial without effect: as many answer, but with the treatment happier ones."""
    data = _units(rng, 8000)
    mood = rng.standard_normal(8000)
    treated = (data["variant"] == "B").to_numpy()
    chance = np.where(treated, 0.62 * special.ndtr(0.8 * mood), 0.31)
    answers = rng.random(8000) < chance
    data["score"] = np.where(answers, np.clip(np.rint(7.8 + 2.2 * mood), 0, 10), np.nan)
    return SimulatedTrial(data=data, plan=_plan([NPS]))


def _peeked(method: str, at: tuple[float, ...]) -> Callable[[np.random.Generator], SimulatedTrial]:
    """Draw a trial without effect that is read on five days."""

    def draw(rng: np.random.Generator) -> SimulatedTrial:
        n = 4000
        data = _shares(rng, _units(rng, n))
        data["day"] = [FIRST_DAY + dt.timedelta(days=i * DAYS // n) for i in range(n)]
        looks: dict[str, Any] = {"method": method}
        looks |= {"at": list(at)} if at else {}
        last = FIRST_DAY + dt.timedelta(days=DAYS - 1)
        plan = _plan(
            [PRIMARY, CONTACTS], assigned="day", planned_n=n, ends=last.isoformat(), looks=looks
        )
        shares = at or (0.2, 0.4, 0.6, 0.8, 1.0)
        days = tuple(FIRST_DAY + dt.timedelta(days=round(DAYS * share) - 1) for share in shares)
        return SimulatedTrial(data=data, plan=plan, looks=days)

    return draw


_ALL = (
    Scenario(name="no effect", ship_is_wrong=True, draw=_shipping()),
    Scenario(name="primary worse", ship_is_wrong=True, harm_is_wrong=False,
             draw=_shipping(paid=-0.03)),
    Scenario(name="better", ship_is_wrong=False, draw=_shipping(paid=0.06, n=6000)),
    Scenario(name="better, guardrail at its margin", ship_is_wrong=True, harm_is_wrong=False,
             draw=_shipping(paid=0.08, contacted=0.015)),
    Scenario(name="better, guardrail past its margin", ship_is_wrong=True, harm_is_wrong=False,
             draw=_shipping(paid=0.08, contacted=0.03)),
    Scenario(name="few units", ship_is_wrong=True, draw=_few),
    Scenario(name="skewed mean", ship_is_wrong=True, draw=_skewed),
    Scenario(name="ratio", ship_is_wrong=True, draw=_ratio),
    Scenario(name="four variants", ship_is_wrong=True, draw=_many_variants),
    Scenario(name="clusters", ship_is_wrong=True, draw=_clustered),
    Scenario(name="broken split", ship_is_wrong=True, must_be="INVALID", draw=_broken_split),
    Scenario(name="touched covariate", ship_is_wrong=True, must_be="INVALID", draw=_touched),
    Scenario(name="doubled rows", ship_is_wrong=True, must_be="INVALID", draw=_doubled),
    Scenario(name="unequal response", ship_is_wrong=True, must_warn="response",
             draw=_unequal),
    Scenario(name="equal response, other people", ship_is_wrong=False, must_warn="silent",
             draw=_others),
    Scenario(name="peeked, always valid", ship_is_wrong=True, draw=_peeked("always_valid", ())),
    Scenario(name="peeked, no plan for it", ship_is_wrong=True, draw=_peeked("none", ())),
    Scenario(name="planned looks", ship_is_wrong=True,
             draw=_peeked("obf", (0.25, 0.5, 0.75, 1.0))),
)  # fmt: skip
SCENARIOS: dict[str, Scenario] = {scenario.name: scenario for scenario in _ALL}
"""Scenarios by name."""
