"""Small trials for tests: a frame and the plan that goes with it."""

from typing import Any

import numpy as np
import pandas as pd

from workbench.experiment.plan import Plan, plan_from

PAID = {"name": "paid", "role": "primary", "practical": 0.02}
CONTACTED = {"name": "contacted", "role": "guardrail", "direction": "decrease", "margin": 0.02}


def make_plan(*metrics: dict[str, Any], **changes: Any) -> Plan:
    table: dict[str, Any] = {
        "file": "trial.parquet",
        "unit": "unit",
        "variant": "variant",
        "control": "A",
        "variants": {"A": 0.5, "B": 0.5},
        "metrics": list(metrics) or [PAID, CONTACTED],
    }
    return plan_from(table | changes, name="trial")


def make_trial(
    n: int = 4000, *, paid: float = 0.0, contacted: float = 0.0, seed: int = 0, variants: str = "AB"
) -> pd.DataFrame:
    """Exactly balanced, with exact shares: 60 % paid and 5 % contacted in A."""
    rng = np.random.default_rng(seed)
    names = np.array(list(variants))
    variant = names[np.arange(n) % len(names)]
    frame = pd.DataFrame({"unit": [f"u{i}" for i in range(n)], "variant": variant})
    frame["before"] = rng.standard_normal(n)
    frame["market"] = rng.choice(["SE", "NO", "FI"], n)
    frame["day"] = pd.to_datetime("2026-03-02") + pd.to_timedelta(np.arange(n) * 10 // n, unit="D")
    frame["revenue"] = np.exp(rng.standard_normal(n)).round(2)
    frame["orders"] = rng.poisson(1.0, n)
    frame["sessions"] = frame["orders"] + rng.poisson(3.0, n)
    frame["score"] = rng.integers(0, 11, n).astype(float)
    for name, base, effect in (("paid", 0.6, paid), ("contacted", 0.05, contacted)):
        frame[name] = 0
        for value in names:
            own = np.flatnonzero(variant == value)
            hits = round(len(own) * (base + (effect if value != "A" else 0.0)))
            frame.loc[rng.permutation(own)[:hits], name] = 1
    return frame
