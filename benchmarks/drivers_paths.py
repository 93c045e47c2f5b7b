"""The ECSI path model with 200 resamples against ``seminr`` from PyPI, in the same run.

Claim: at least 30 times faster. The answers are simulated on the model's 24 questions, 250
respondents. ``seminr`` is no dependency of the workbench: without it, only our own time is printed
(``uv pip install seminr`` in an environment of its own, on PYTHONPATH, to compare).
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import statistics
import time

import numpy as np
import pandas as pd

from workbench.survey.paths import pls

RESAMPLES = 200
BLOCKS = {"IMAG": 5, "CUEX": 3, "PERQ": 7, "PERV": 2, "CUSA": 3, "CUSCO": 1, "CUSL": 3}
PATHS = [
    ("IMAG", "CUEX"), ("IMAG", "CUSA"), ("IMAG", "CUSL"), ("CUEX", "PERQ"), ("CUEX", "PERV"),
    ("CUEX", "CUSA"), ("PERQ", "PERV"), ("PERQ", "CUSA"), ("PERV", "CUSA"), ("CUSA", "CUSCO"),
    ("CUSA", "CUSL"), ("CUSCO", "CUSL"),
]  # fmt: skip


def columns(prefix: str) -> list[str]:
    size = BLOCKS[prefix]
    return [prefix] if size == 1 else [f"{prefix}{k}" for k in range(1, size + 1)]


def answers() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    common = rng.normal(size=250)
    frame = {}
    for prefix in BLOCKS:
        latent = 0.7 * common + 0.7 * rng.normal(size=250)
        for column in columns(prefix):
            value = 7 + 1.6 * (0.8 * latent + 0.6 * rng.normal(size=250))
            frame[column] = np.clip(np.round(value), 1, 10)
    return pd.DataFrame(frame)


def ours(frame: pd.DataFrame) -> object:
    return pls(frame, "ecsi", bootstrap=RESAMPLES)


def theirs(seminr, frame: pd.DataFrame) -> object:
    measurement = seminr.constructs(
        *(
            seminr.composite(
                prefix, columns(prefix) if BLOCKS[prefix] > 1 else seminr.single_item(prefix)
            )
            for prefix in BLOCKS
        )
    )
    structure = seminr.relationships(
        *(seminr.paths(from_=source, to=target) for source, target in PATHS)
    )
    with contextlib.redirect_stdout(io.StringIO()):
        model = seminr.estimate_pls(
            data=frame, measurement_model=measurement, structural_model=structure
        )
        return seminr.bootstrap_model(model, nboot=RESAMPLES)


def seconds(function, *arguments, rounds: int) -> float:
    taken = []
    for _ in range(rounds):
        begin = time.perf_counter()
        function(*arguments)
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken)


def measure() -> list[dict]:
    frame = answers()
    ours(frame)
    row = {
        "what": f"ECSI, {RESAMPLES} resamples, all tables",
        "ours_milliseconds": round(1000 * seconds(ours, frame, rounds=5), 1),
        "seminr_milliseconds": None,
        "ratio": None,
    }
    try:
        seminr = importlib.import_module("seminr")
    except ImportError:
        return [row | {"note": "seminr is not installed: no ratio"}]
    peer = seconds(theirs, seminr, frame, rounds=2)
    row["seminr_milliseconds"] = round(1000 * peer, 1)
    row["ratio"] = round(1000 * peer / row["ours_milliseconds"], 1)
    return [row]


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
